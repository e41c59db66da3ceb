"""Phrases that can never be hit, whatever the text: shielded or ruled out by their own rule, or not in normal form."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice

from qa_audit.codes import MOST_TOLD, Mistake
from qa_audit.texts.lexicon import Entry, normal_regex
from qa_audit.texts.normalize import normalize

LONGEST = 40
"""How many characters of a phrase others are looked for in."""

_WORDS = ("words", "whole")
_META = re.compile(r"\(\?:|[()]|[^()]+")
_TOKEN = re.compile(
    r"\\x\{([0-9a-fA-F]{1,6})\}|\\x([0-9a-fA-F]{2})|\\([tnrfva])|\\Q|\\[pP](?:\{\^?\w+\}|\w)|\\."
    r"|\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]|\(\?[^:)]*[:)]|.",
    re.DOTALL,
)
_ESCAPED = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v", "a": "\a"}


def never_hit(entries: Sequence[Entry], ruled_out: Sequence[Entry], inline: str) -> list[Mistake]:
    """Return the phrases of a matcher that can never be hit.

    `ruled_out` are the phrases of its `unless`; they are held against those written in the file `inline` only, because
    a phrase of a lexicon is there for other checks too.
    """
    here = [each for each in entries if each.place.file == inline] if ruled_out else []
    found = (_shielded(entries, inline), _excluded(here, ruled_out), _unreachable(entries))
    return [mistake for each in found for mistake in islice(each, MOST_TOLD)]


def implied(phrase: str, words: Mapping[str, Entry], *, itself: bool) -> Iterator[Entry]:
    """Yield the words that are hit wherever `phrase` is, all in normal form: those of `words` that stand within it.

    A word of ASCII letters and digits counts only where none stands beside it; so it does within a longer one. `itself`
    says whether the phrase may be that word. Only the first characters of a very long phrase are looked at.
    """
    size = min(len(phrase), LONGEST)
    for start in range(size):
        for end in range(start + 1, size + 1):
            word = phrase[start:end]
            if word in words and (itself or word != phrase) and _counts(phrase, start, end):
                yield words[word]


def _counts(phrase: str, start: int, end: int) -> bool:
    """Say whether phrase[start:end] counts as a word wherever the whole phrase does."""
    word = phrase[start:end]
    if not word.isascii():
        return True
    ascii_phrase = phrase.isascii()
    left = not word[0].isalnum() or (not _alnum(phrase[start - 1]) if start else ascii_phrase)
    right = not word[-1].isalnum() or (not _alnum(phrase[end]) if end < len(phrase) else ascii_phrase)
    return left and right


def _alnum(char: str) -> bool:
    return char.isascii() and char.isalnum()


def _shielded(entries: Sequence[Entry], inline: str) -> Iterator[Mistake]:
    """Yield phrases that are their own exception, and regexes of plain characters that stand within one.

    A phrase of one lexicon may be the exception of another that is listed beside it: 您好 greets, and is no address.
    """
    excepts = {each.text: each for each in entries if each.section == "excepts"}
    for entry in entries if excepts else ():
        found = excepts.get(entry.text) if entry.section in _WORDS else None
        if entry.section == "regexes":
            found = _shield_of(entry.text, excepts)
        if found is not None and found.place.file in (entry.place.file, inline):
            place = entry.place if entry.place.file == found.place.file else found.place
            yield Mistake(place, "E405", {"phrase": entry.written, "other": found.written})


def _shield_of(source: str, excepts: Mapping[str, Entry]) -> Entry | None:
    """Return the exception that covers group 1 of a regex which is otherwise plain characters."""
    if re.search(r"[\\.\[\]{}*+?|^$]", source.replace("(?:", "(")):
        return None
    text, opened = "", list[tuple[int, int, bool]]()
    groups: dict[int, tuple[int, int]] = {}
    for number, token in enumerate(_META.findall(normal_regex(source))):
        if token in ("(", "(?:"):
            opened.append((number, len(text), token == "("))
        elif token == ")":
            opening, start, counts = opened.pop()
            groups |= {opening: (start, len(text))} if counts else {}
        else:
            text += token
    first, last = groups[min(groups)] if groups else (0, len(text))
    for start in range(first + 1) if len(text) <= LONGEST else ():
        for end in range(last, len(text) + 1):
            longer = end - start > last - first
            if longer and text[start:end] in excepts and _counts(text, start, end):
                return excepts[text[start:end]]
    return None


def _excluded(entries: Iterable[Entry], ruled_out: Sequence[Entry]) -> Iterator[Mistake]:
    """Yield phrases that never stand in a message without something that `unless` rules out."""
    narrowed = [each.text for each in ruled_out if each.section == "excepts"]
    sure = [each for each in ruled_out if not any(each.text in longer for longer in narrowed)]
    words = {each.text: each for each in sure if each.section == "words"}
    same = {(each.section, each.text): each for each in sure}
    for entry in entries:
        found = same.get((entry.section, entry.text)) if entry.section != "excepts" else None
        if found is None and entry.section in _WORDS:
            found = next(implied(entry.text, words, itself=True), None)
        if found is not None:
            yield Mistake(entry.place, "E406", {"phrase": entry.written, "other": found.written})


def _unreachable(entries: Iterable[Entry]) -> Iterator[Mistake]:
    """Yield regexes that demand a character which no normal form has."""
    for entry in entries:
        char = _impossible(normal_regex(entry.text)) if entry.section == "regexes" else ""
        if char:
            yield Mistake(entry.place, "E407", {"phrase": entry.written, "char": repr(char)})


def _impossible(source: str) -> str:
    """Return what a regex demands and no normal form has; "" where alternatives, or nothing of the kind, are there."""
    if "|" in source or r"\Q" in source:
        return ""
    before = ""
    for token in _TOKEN.finditer(source):
        code, short, named = token.groups()
        literal = token.group() if len(token.group()) == 1 and token.group() not in "^$.|()*+?{}" else ""
        char = chr(int(code or short, 16)) if (code or short) and int(code or short, 16) < 0x110000 else literal
        char = _ESCAPED.get(named or "", char)
        if source[token.end() : token.end() + 1] in ("?", "*") or source.startswith("{0", token.end()):
            char = ""
        if char and (before + char == "  " or not _stands(char)):
            return char if before + char != "  " else "  "
        before = char
    return ""


@lru_cache(maxsize=8192)
def _stands(char: str) -> bool:
    """Say whether a normal form can have a character, apart from its case."""
    return normalize(f"a{char}a") == f"a{char.lower()}a"
