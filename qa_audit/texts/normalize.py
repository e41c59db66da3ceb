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
_DROPPED = re.compile(f"[{_UNSEEN}]+")
_DROPPED_ONE = re.compile(f"[{SEPARATOR}{_UNSEEN}]")
_SPACES = re.compile(r"\s{2,}|[^\S ]")
_COMMON = tuple(
    zip("，！？：；（）～", ",!?:;()~", strict=True)
)  # nearly every text has one: NFKC would rewrite nearly every text
# Characters of which each becomes one, whatever stands beside it; only white space can then change the length.
_ONE_TO_ONE = re.compile("[ -~\u2010-\u2023\u3001-\u3029\u3400-\u9fff\uff01-\uff5e\U0001f300-\U0001faff]*")
_CONVERTED_IN_PHRASES = "藉瞭"  # stay as they are alone, but not in 藉口, 瞭解


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
    if not texts:
        return []
    joined = SEPARATOR.join(texts)
    if joined.count(SEPARATOR) >= len(texts):
        joined = SEPARATOR.join(text.replace(SEPARATOR, "") for text in texts)
    if not joined.isascii():
        joined = _DROPPED.sub("", joined)
        for wide, narrow in _COMMON:
            joined = joined.replace(wide, narrow)
        nfkc = unicodedata.normalize
        # Text by text: most are in NFKC by now, which is seen faster than a joined text is rewritten.
        joined = SEPARATOR.join([nfkc("NFKC", text) for text in joined.split(SEPARATOR)])
        traditional, convert = _traditional()
        if not traditional.isdisjoint(joined):
            same = traditional.isdisjoint
            joined = SEPARATOR.join([text if same(text) else convert(text) for text in joined.split(SEPARATOR)])
    else:
        joined = _DROPPED.sub("", joined)
    joined = _SPACES.sub(" ", _lower(joined))
    joined = joined.replace(SEPARATOR + " ", SEPARATOR).replace(" " + SEPARATOR, SEPARATOR)
    if emoticons.may_hold(joined):
        joined = emoticons.name_all(joined)
    return joined.strip(" ").split(SEPARATOR)


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
    traditional, convert = _traditional()
    if not traditional.isdisjoint(aligned.text):
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
        if _DROPPED_ONE.search(self.text):
            self._rebuild([(char, i, i) for i, char in enumerate(self.text) if not _DROPPED_ONE.match(char)])

    def compose(self) -> None:
        """NFKC, cluster by cluster: a starter with the combining marks after it."""
        whole = unicodedata.normalize("NFKC", self.text)
        bounds = [i for i, char in enumerate(self.text) if i == 0 or _begins_cluster(char)]
        pieces = [
            (unicodedata.normalize("NFKC", self.text[a:b]), a, b - 1)
            for a, b in zip(bounds, [*bounds[1:], len(self.text)], strict=False)
        ]
        if "".join(piece for piece, _, _ in pieces) == whole:
            self._rebuild(pieces)
        else:  # the few other scripts whose starters join (some Indic vowels)
            self._replace_middle(whole)

    def lower(self) -> None:
        self.text = _lower(self.text)  # of the same length

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


def _begins_cluster(char: str) -> bool:
    """Say whether a character never joins, or swaps places with, the one before it under NFKC."""
    first = unicodedata.normalize("NFKD", char)[0]
    return not unicodedata.combining(first) and not "\u1161" <= first <= "\u11ff"  # Hangul vowels and finals


def _lower(text: str) -> str:
    """Lower case, one character for each: İ alone would become two."""
    return text.replace("İ", "i").lower()


_RUNS = re.compile(r"(\S)|\s+")


@lru_cache(maxsize=1)
def _traditional() -> tuple[frozenset[str], Any]:
    """Return the characters that OpenCC's t2s changes, and the conversion (of one text)."""
    from opencc import OpenCC

    convert = OpenCC("t2s").convert
    blocks = [range(0x3400, 0xA000), range(0xF900, 0xFB00), range(0x20000, 0x2EBE1)]
    chars = [chr(code) for block in blocks for code in block]
    changed = [a for a, b in zip(chars, convert("\n".join(chars)).split("\n"), strict=True) if a != b]
    return frozenset(changed).union(_CONVERTED_IN_PHRASES), convert
