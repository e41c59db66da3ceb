"""How much a column's name says about what it holds: known, like a known one, or a word of it."""

import re
from difflib import SequenceMatcher, get_close_matches
from functools import lru_cache

from qa_audit.formats.headers import COLUMNS, fold
from qa_audit.formats.proposing.words import AGAINST, FOR

KNOWN, WORD, NEAR, SILENT = 3, 2, 1, 0

_NEAR_ENOUGH, _SURELY = 0.84, 0.9
_SHORTEST = 6
_LONGEST = 60
_KNOWN = {fold(name): column for column, (_, names) in COLUMNS.items() for name in names}


def _split(words: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return (ASCII words, other words)."""
    listed = words.split()
    return frozenset(fold(w) for w in listed if w.isascii()), tuple(w for w in listed if not w.isascii())


_FOR = {name: _split(words) for name, words in FOR.items()}
_AGAINST = {name: _split(words) for name, words in AGAINST.items()}


@lru_cache(maxsize=16_384)
def words_of(name: str) -> frozenset[str]:
    """Return the ASCII words of a name, and two or three of them run together: StrContent has str, content."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name[:_LONGEST])
    words = re.findall(r"[a-z]+", spaced.casefold())
    joined = ("".join(words[i : i + n]) for n in (2, 3) for i in range(len(words) - n + 1))
    return frozenset((*words, *(w.removesuffix("s") for w in words if len(w) > 4), *joined))


def level(name: str, column: str) -> int:
    """Return KNOWN, WORD, NEAR or SILENT: how much the name speaks for the canonical column."""
    folded = fold(name[:_LONGEST])
    if not folded:
        return SILENT
    if _KNOWN.get(folded) == column:
        return KNOWN
    if opposed(name, column):
        return SILENT
    if _speaks(name, folded, column):
        return WORD
    alike, ratio = _spelled_like(folded)
    if alike != column or (ratio < _SURELY and any(_speaks(name, folded, other) for other in _FOR if other != column)):
        return SILENT
    return NEAR


def _speaks(name: str, folded: str, column: str) -> bool:
    ascii_words, others = _FOR[column]
    return any(word in folded for word in others) or not ascii_words.isdisjoint(words_of(name))


def opposed(name: str, column: str) -> bool:
    """Tell whether a word of the name says that the column is something else, or another column knows the name."""
    folded = fold(name[:_LONGEST])
    ascii_words, others = _AGAINST[column]
    if _KNOWN.get(folded, column) != column:
        return True
    return any(word in folded for word in others) or not ascii_words.isdisjoint(words_of(name))


@lru_cache(maxsize=16_384)
def _spelled_like(folded: str) -> tuple[str | None, float]:
    """Return the column of the known name that a name is spelled like, and how alike they are; (None, 0) for none."""
    names = [known for known in _KNOWN if abs(len(known) - len(folded)) <= 2] if len(folded) >= _SHORTEST else []
    found = get_close_matches(folded, names, 1, _NEAR_ENOUGH)
    return (_KNOWN[found[0]], SequenceMatcher(None, found[0], folded).ratio()) if found else (None, 0.0)
