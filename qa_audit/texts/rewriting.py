"""The steps from an exported text to its normal form, as rewrites of whole strings; `normalize` says what it is for."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from qa_audit.texts import emoticons

SEPARATOR = "\x00"  # stands between the texts of a shard; no normal form contains it

# Control characters that are not white space, soft hyphen, zero-width and bidirectional marks, variation selectors,
# blank Hangul fillers, lone surrogates, private tags. The separator is left to `normalize_all`.
_UNSEEN = (
    "\x01-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
DROPPED = re.compile(f"[{_UNSEEN}]+")
DROPPED_ONE = re.compile(f"[{SEPARATOR}{_UNSEEN}]")
_SPACES = re.compile(r"\s{2,}|[^\S ]")
_COMMON = tuple(
    zip("，！？：；（）～", ",!?:;()~", strict=True)
)  # nearly every text has one: NFKC would rewrite nearly every text
_CONVERTED_IN_PHRASES = "藉瞭"  # stay as they are alone, but not in 藉口, 瞭解


def rewrite_all(texts: Sequence[str]) -> list[str]:
    """Return the normal form of each text: `[normalize(t) for t in texts]`, but a shard at a time."""
    if not texts:
        return []
    joined = SEPARATOR.join(texts)
    if joined.count(SEPARATOR) >= len(texts):
        joined = SEPARATOR.join(text.replace(SEPARATOR, "") for text in texts)
    if not joined.isascii():
        joined = DROPPED.sub("", joined)
        for wide, narrow in _COMMON:
            joined = joined.replace(wide, narrow)
        nfkc = unicodedata.normalize
        # Text by text: most are in NFKC by now, which is seen faster than a joined text is rewritten.
        joined = SEPARATOR.join([nfkc("NFKC", text) for text in joined.split(SEPARATOR)])
        changed, convert = traditional()
        if not changed.isdisjoint(joined):
            same = changed.isdisjoint
            joined = SEPARATOR.join([text if same(text) else convert(text) for text in joined.split(SEPARATOR)])
    else:
        joined = DROPPED.sub("", joined)
    joined = _SPACES.sub(" ", lower(joined))
    joined = joined.replace(SEPARATOR + " ", SEPARATOR).replace(" " + SEPARATOR, SEPARATOR)
    if emoticons.may_hold(joined):
        joined = emoticons.name_all(joined)
    return joined.strip(" ").split(SEPARATOR)


def begins_cluster(char: str) -> bool:
    """Say whether a character never joins, or swaps places with, the one before it under NFKC."""
    first = unicodedata.normalize("NFKD", char)[0]
    return not unicodedata.combining(first) and not "\u1161" <= first <= "\u11ff"  # Hangul vowels and finals


def lower(text: str) -> str:
    """Lower case, one character for each: İ alone would become two."""
    return text.replace("İ", "i").lower()


@lru_cache(maxsize=1)
def traditional() -> tuple[frozenset[str], Any]:
    """Return the characters that OpenCC's t2s changes, and the conversion (of one text)."""
    from opencc import OpenCC

    convert = OpenCC("t2s").convert
    blocks = [range(0x3400, 0xA000), range(0xF900, 0xFB00), range(0x20000, 0x2EBE1)]
    chars = [chr(code) for block in blocks for code in block]
    changed = [a for a, b in zip(chars, convert("\n".join(chars)).split("\n"), strict=True) if a != b]
    return frozenset(changed).union(_CONVERTED_IN_PHRASES), convert
