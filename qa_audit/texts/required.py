"""Characters that a regex cannot do without: a text without them need not be searched.

required("(?:微信|qq)是")     # [{"是"}, {"微", "q"}, {"信", "q"}]: one of each set stands in every text that matches
"""

import re
from collections.abc import Iterable

Needs = list[frozenset[str]]

_MOST = 3  # sets a regex is asked for: more tell little
_MOST_IN_CLASS = 64  # characters of a class, above which it tells nothing
_COMMON = frozenset("的一是不了在我有人好个就要这到你说会可以没很您能们么上下来看时天大小多,。!?~ :")
_DIGITS = frozenset("0123456789")
_ATOM = re.compile(
    r"""(?P<open>\((?:\?(?:P?<\w+>|[imsU]*:))?(?!\?))
    | (?P<flags>\(\?[imsU]+\))
    | (?P<class>\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\])
    | (?P<escape>\\(?:[pPx]\{[\^\w]+\}|x[0-9a-fA-F]{2}|[pP].|[^x]))
    | (?P<close>\)) | (?P<bar>\|) | (?P<nothing>[.^$]) | (?P<literal>[^*+?\\\[(])""",
    re.VERBOSE | re.DOTALL,
)
_IN_CLASS = re.compile(r"\[:\^?\w+:\]|\\(?:[pPx]\{[\^\w]+\}|x[0-9a-fA-F]{2}|[pP].|.)|.", re.DOTALL)
_TIMES = re.compile(r"(?:[*+?]|\{(\d+)(?:,\d*)?\})\??")


def required(regex: str) -> Needs | None:
    """Return sets of characters, of each of which a text in normal form has at least one where the regex matches.

    None for a regex that is not read here, or not the same where lines stand for texts: with `\\A`, `\\z`, `\\C`, `\\Q`
    or a flag switched off.
    """
    reader = _Reader(regex)
    try:
        needs = reader.alternatives()
    except _UnreadError:
        return None
    return sorted(set(needs), key=_cost)[:_MOST] if reader.at == len(regex) else None


class _UnreadError(Exception):
    pass


class _Reader:
    def __init__(self, regex: str) -> None:
        self.regex, self.at = regex, 0

    def alternatives(self) -> Needs:
        """Read up to the end or the closing bracket of the group."""
        branches: list[Needs] = [[]]
        while self.at < len(self.regex):
            atom = _ATOM.match(self.regex, self.at)
            if atom is None:
                raise _UnreadError
            if atom["close"]:
                break
            self.at = atom.end()
            if atom["bar"]:
                branches.append([])
                continue
            needs = self._needs(atom)
            times = _TIMES.match(self.regex, self.at)
            if times is not None:
                self.at = times.end()
                if times[0][0] in "*?" or (times[1] and not int(times[1])):
                    needs = []
            branches[-1] += needs
        return _either(branches)

    def _needs(self, atom: re.Match[str]) -> Needs:
        if atom["open"]:
            needs = self.alternatives()
            if self.regex[self.at : self.at + 1] != ")":
                raise _UnreadError
            self.at += 1
            return needs
        if atom["literal"]:
            return _one_of([_forms(atom[0])])
        if atom["escape"]:
            return _one_of([_escaped(atom[0])])
        return _class(atom[0]) if atom["class"] else []


def _either(branches: list[Needs]) -> Needs:
    """Return what is needed where one of several branches matches: one set of each, twice over."""
    if len(branches) == 1:
        return branches[0]
    if not all(branches):
        return []
    ranked = [sorted(set(needs), key=_cost) for needs in branches]
    return [frozenset().union(*(needs[0] for needs in ranked)), frozenset().union(*(needs[:2][-1] for needs in ranked))]


def _one_of(chars: Iterable[frozenset[str] | None]) -> Needs:
    """Return the need of one of these characters; nothing where one of them is not known."""
    given = list(chars)
    known = [each for each in given if each is not None]
    return [frozenset().union(*known)] if given and len(known) == len(given) else []


def _class(written: str) -> Needs:
    if written[1] == "^":
        return []
    items = _IN_CLASS.findall(written[1:-1])
    chars: list[frozenset[str] | None] = []
    i = 0
    while i < len(items):
        if i + 2 < len(items) and items[i + 1] == "-":
            chars += _range(items[i], items[i + 2])
            i += 3
        else:
            chars.append(_escaped(items[i]) if items[i][0] == "\\" else _forms(items[i]))
            i += 1
    return _one_of(chars) if len(chars) <= _MOST_IN_CLASS else []


def _range(first: str, last: str) -> list[frozenset[str] | None]:
    if len(first) > 1 or len(last) > 1 or ord(last) - ord(first) > _MOST_IN_CLASS:
        return [None]
    return [_forms(chr(code)) for code in range(ord(first), ord(last) + 1)]


def _escaped(written: str) -> frozenset[str] | None:
    char = written[1]
    if char == "d":
        return _DIGITS
    if char in "bBDsSwWpPxaftnrv":
        return None
    if char.isalnum():
        raise _UnreadError
    return _forms(char)


def _forms(char: str) -> frozenset[str] | None:
    """Return what a character of a regex, in any case, stands for in normal forms; None where that is not clear."""
    if len(char) > 1 or (not char.isascii() and (char.lower(), char.upper(), char.casefold()) != (char, char, char)):
        return None
    return frozenset(char.lower())


def _cost(need: frozenset[str]) -> tuple[int, list[str]]:
    """Return how often texts have one of these, roughly."""
    return sum(10 if char in _COMMON else 3 if char.isascii() else 1 for char in need), sorted(need)
