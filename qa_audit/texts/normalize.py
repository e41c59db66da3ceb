"""The normal form that phrases are matched in, and the way back to the characters of the exported text.

Normal form: zero-width and control characters removed, NFKC, traditional → simplified, lower case, each run of white
space one space, emoticon codes named (`<E:微笑>`), trimmed. `normalize_all` works on whole shards; origins are only
worked out for texts that are quoted.

    normal = normalize_with_origins("ＯＫ 沒問題")     # normal.text == "ok 没问题"
    normal.origin(3, 6)                             # (3, 6): where 没问题 stands in the exported text
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from qa_audit.texts import emoticons
from qa_audit.texts.rewriting import DROPPED, DROPPED_ONE, SEPARATOR, begins_cluster, lower, rewrite_all, traditional

Int64 = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint32]

_MANY = 64  # texts from which on arrays are faster than strings
_PLAIN, _SPACE, _MARK, _OTHER, _UNSEEN = range(5)  # kinds of characters; a mark may begin the code of an emoticon
_LAST = 0x20000
# The scripts of chats beside ideographs. Texts with a character of another one are rewritten by themselves.
_SCRIPTS = (
    (1, 0x2B0), (0x370, 0x530), (0x2000, 0x2C00), (0x2E80, 0x3400), (0xFE00, 0xFE10), (0xFEFF, 0xFFF0),
    (0x1F000, 0x1FB00),
)  # fmt: skip
_IDEOGRAPHS = range(0x3400, 0xA000)
# Characters of which each becomes one, whatever stands beside it; only white space can then change the length.
_ONE_TO_ONE = re.compile("[ -~\u2010-\u2023\u3001-\u3029\u3400-\u9fff\uff01-\uff5e\U0001f300-\U0001faff]*")


@dataclass(frozen=True, slots=True)
class Normal:
    """A normal form and, per character of it, the exported characters [start, end) it came from; None: the same."""

    text: str
    starts: list[int] | None
    ends: list[int] | None

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Return the outermost span of the exported text that the characters [start, end) came from."""
        if self.starts is None or self.ends is None:
            return start, end
        if start >= end:
            at = self.starts[start] if start < len(self.starts) else (self.ends[-1] if self.ends else 0)
            return at, at
        return self.starts[start], self.ends[end - 1]


def normalize(text: str) -> str:
    """Return the normal form of one text; "" when nothing visible is in it."""
    return normalize_all([text])[0]


def normalize_all(texts: Sequence[str]) -> list[str]:
    """Return the normal form of each text: `[normalize(t) for t in texts]`, but a shard at a time."""
    if len(texts) < _MANY:
        return rewrite_all(texts)
    joined = SEPARATOR + SEPARATOR.join(texts) + SEPARATOR
    if joined.count(SEPARATOR) > len(texts) + 1:
        joined = SEPARATOR + SEPARATOR.join(text.replace(SEPARATOR, "") for text in texts) + SEPARATOR
    return normalize_joined(joined)[1:-1].split(SEPARATOR)


def normalize_joined(joined: str) -> str:
    """Return the normal forms of texts with a separator before, between and after them, joined in the same way.

    Most characters become one other, whatever stands beside them: these are looked up all at once. Texts that hold any
    other character are rewritten by themselves.
    """
    joined = joined.replace("…", "...")
    codes = _codes_of(joined)
    into, kinds = _one_to_one()
    short = np.minimum(codes, _LAST)
    kind = kinds[short]
    if np.any(kind == _UNSEEN):
        return normalize_joined(DROPPED.sub("", joined))
    separators = np.flatnonzero(codes == 0)
    rewritten, marked = (
        np.unique(np.searchsorted(separators, np.flatnonzero(kind == which)) - 1).tolist() for which in (_OTHER, _MARK)
    )
    slow = [joined[separators[i] + 1 : separators[i + 1]] for i in rewritten]
    codes = into[short]
    spare = _spare_spaces(np.flatnonzero(kind == _SPACE), codes)
    if len(spare):
        codes = np.delete(codes, spare)
    plain = codes.tobytes().decode("utf-32-le")
    if not rewritten and not marked:
        return plain
    ends = np.flatnonzero(codes == 0)
    named = _all_named([plain[ends[i] + 1 : ends[i + 1]] for i in marked])
    new = dict(zip(marked, named, strict=True)) | dict(zip(rewritten, rewrite_all(slow), strict=True))
    return _replaced(plain, ends, new)


def keep_places(texts: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Say which texts surely have every character in its place in their normal form: bool[texts]; cheap.

    Nothing is said of texts with white space, with what may begin an emoticon, or with a character that is rare here.
    """
    joined = SEPARATOR + SEPARATOR.join(texts) + SEPARATOR
    if joined.count(SEPARATOR) > len(texts) + 1:
        return np.zeros(len(texts), dtype=np.bool_)
    codes = _codes_of(joined)
    moving = _one_to_one()[1][np.minimum(codes, _LAST)] != _PLAIN
    kept = np.ones(len(texts), dtype=np.bool_)
    kept[np.searchsorted(np.flatnonzero(codes == 0), np.flatnonzero(moving)) - 1] = False
    return kept


def _spare_spaces(at: Int64, codes: Codes) -> Int64:
    """Return which white space falls away: all but the first of each run, and all at the ends of a text."""
    if not len(at):
        return at
    first = np.diff(at, prepend=-2) > 1
    last = np.append(first[1:], True)
    edge = (codes[at[first] - 1] == 0) | (codes[at[last] + 1] == 0)
    spare: Int64 = at[~first | edge[np.cumsum(first) - 1]]
    return spare


def _all_named(texts: list[str]) -> list[str]:
    joined = SEPARATOR.join(texts)
    return (emoticons.name_all(joined) if emoticons.may_hold(joined) else joined).split(SEPARATOR) if texts else []


def _replaced(joined: str, separators: Int64, new: dict[int, str]) -> str:
    """Put other texts into a joined text, each in the place of the one of its number."""
    pieces, done = [], 0
    for text in sorted(new):
        pieces += [joined[done : separators[text] + 1], new[text]]
        done = separators[text + 1]
    return "".join((*pieces, joined[done:]))


def _codes_of(text: str) -> Codes:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


@lru_cache(maxsize=1)
def _one_to_one() -> tuple[Codes, npt.NDArray[np.uint8]]:
    """Return what each code point below `_LAST` becomes, and of which kind it is; the last element is for all above."""
    into, kinds = np.arange(_LAST + 1, dtype=np.uint32), np.full(_LAST + 1, _OTHER, np.uint8)
    changed, _ = traditional()
    kinds[_IDEOGRAPHS.start : _IDEOGRAPHS.stop] = _PLAIN
    kinds[[ord(char) for char in changed if ord(char) < _LAST]] = _OTHER
    chars = "".join(chr(code) for part in _SCRIPTS for code in range(*part))
    forms = unicodedata.normalize("NFKC", SEPARATOR.join(chars)).split(SEPARATOR)
    for char, form in zip(chars, forms, strict=True):
        if DROPPED_ONE.match(char):
            kinds[ord(char)] = _UNSEEN
        elif len(form) == 1 and form not in changed and form != "Σ" and begins_cluster(char):  # Σ has two small forms
            small = lower(form)
            into[ord(char)] = ord(" " if small.isspace() else small)
            kinds[ord(char)] = _SPACE if small.isspace() else _MARK if small in emoticons.MARKS else _PLAIN
    kinds[0] = _PLAIN
    return into, kinds


def normalize_with_origins(text: str) -> Normal:
    """Return the normal form with the origin of each character; the text equals `normalize(text)`."""
    return normalize_all_with_origins([text])[0]


def normalize_all_with_origins(texts: Sequence[str]) -> list[Normal]:
    """Return `[normalize_with_origins(t) for t in texts]`, ten times as fast for texts that keep their places."""
    return [_with_origins(text, normal) for text, normal in zip(texts, normalize_all(texts), strict=True)]


def _with_origins(text: str, normal: str) -> Normal:
    if text == normal or (len(text) == len(normal) and "<E:" not in normal and _ONE_TO_ONE.fullmatch(text)):
        return Normal(normal, None, None)
    aligned = _Aligned(text)
    aligned.drop_unseen()
    aligned.compose()
    changed, convert = traditional()
    if not changed.isdisjoint(aligned.text):
        aligned.replace(convert(aligned.text))
    aligned.lower()
    aligned.collapse_spaces()
    aligned.name_emoticons()
    starts, ends = aligned.starts, aligned.ends
    if starts == list(range(len(text))) and ends == list(range(1, len(text) + 1)):
        return Normal(aligned.text, None, None)
    return Normal(aligned.text, starts, ends)


class _Aligned:
    """A text on its way to the normal form, with the origins of its characters kept in step."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = list(range(len(text)))
        self.ends = list(range(1, len(text) + 1))

    def drop_unseen(self) -> None:
        if DROPPED_ONE.search(self.text):
            self._rebuild([(char, i, i) for i, char in enumerate(self.text) if not DROPPED_ONE.match(char)])

    def compose(self) -> None:
        """NFKC, cluster by cluster: a starter with the combining marks after it."""
        whole = unicodedata.normalize("NFKC", self.text)
        bounds = [i for i, char in enumerate(self.text) if i == 0 or begins_cluster(char)]
        pieces = [
            (unicodedata.normalize("NFKC", self.text[a:b]), a, b - 1)
            for a, b in zip(bounds, [*bounds[1:], len(self.text)], strict=False)
        ]
        if "".join(piece for piece, _, _ in pieces) == whole:
            self._rebuild(pieces)
        else:  # the few other scripts whose starters join (some Indic vowels)
            self._replace_middle(whole)

    def lower(self) -> None:
        self.text = lower(self.text)  # of the same length

    def collapse_spaces(self) -> None:
        pieces = [
            (run.group() if run.group(1) else " ", run.start(), run.end() - 1) for run in _RUNS.finditer(self.text)
        ]
        if pieces and pieces[0][0] == " ":
            pieces.pop(0)
        if pieces and pieces[-1][0] == " ":
            pieces.pop()
        self._rebuild(pieces)

    def name_emoticons(self) -> None:
        pieces, done = [], 0
        for start, end, name in emoticons.find(self.text):
            pieces += [(self.text[i], i, i) for i in range(done, start)]
            pieces.append((name, start, end - 1))
            done = end
        if pieces:
            self._rebuild([*pieces, *((self.text[i], i, i) for i in range(done, len(self.text)))])

    def replace(self, new: str) -> None:
        """Take a conversion for the text: character by character if equally long, else what differs as one piece."""
        if len(new) == len(self.text):
            self.text = new
        else:
            self._replace_middle(new)

    def _replace_middle(self, new: str) -> None:
        old = self.text
        shorter = min(len(old), len(new))
        head = next((i for i in range(shorter) if old[i] != new[i]), shorter)
        tail = next((i for i in range(shorter - head) if old[-1 - i] != new[-1 - i]), shorter - head)
        same = [(char, i, i) for i, char in enumerate(old)]
        first, last = min(head, len(old) - 1), max(len(old) - tail - 1, 0)
        self._rebuild(
            [*same[:head], (new[head : len(new) - tail], min(first, last), max(first, last)), *same[len(old) - tail :]]
        )

    def _rebuild(self, pieces: list[tuple[str, int, int]]) -> None:
        """Take the pieces for the text: (new characters, first and last old character they came from)."""
        starts, ends = self.starts, self.ends
        self.text = "".join(piece for piece, _, _ in pieces)
        self.starts = [starts[a] for piece, a, _ in pieces for _ in piece]
        self.ends = [ends[b] for piece, _, b in pieces for _ in piece]


_RUNS = re.compile(r"(\S)|\s+")
