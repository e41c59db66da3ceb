"""A shard of texts laid end to end as one string and one array of code points, and the classes of those."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from qa_audit.texts import emoticons
from qa_audit.texts.normalize import SEPARATOR

Int64 = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.uint32]


@dataclass(frozen=True)
class Joined:
    """Texts with a separator before, between and after them; text i begins at `offsets[i]`."""

    texts: Sequence[str]
    text: str
    offsets: Int64  # [T + 1]; the last is where one more text would begin

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Joined":
        """Join texts of which none contains the separator."""
        lengths = np.fromiter(map(len, texts), np.int64, len(texts))
        offsets = np.concatenate(([1], 1 + np.cumsum(lengths + 1)))
        return cls(texts, SEPARATOR + SEPARATOR.join(texts) + SEPARATOR, offsets)

    @cached_property
    def codes(self) -> Codes:
        """The code points of the joined text."""
        return np.frombuffer(self.text.encode("utf-32-le", "surrogatepass"), np.uint32)

    def text_of(self, at: Int64) -> Int64:
        """Return the number of the text that each position lies in."""
        return np.searchsorted(self.offsets, at, side="right") - 1

    def is_whole(self, start: Int64, end: Int64) -> Mask:
        """Say which spans are a whole text, not counting punctuation, emoticons and spaces around them."""
        text = self.text_of(start)
        first, last = self.offsets[text], self.offsets[text + 1] - 1
        counted = self._counted
        before, begin, stop, after = (np.searchsorted(counted, at) for at in (first, start, end, last))
        whole: Mask = (before == begin) & (stop == after) & ((begin < stop) | ((start == first) & (end == last)))
        return whole

    def core_of(self, text: int) -> tuple[int, int]:
        """Return the span of one text that counts for a whole message; all of it when nothing does."""
        first, last = int(self.offsets[text]), int(self.offsets[text + 1]) - 1
        counted = self._counted[np.searchsorted(self._counted, first) : np.searchsorted(self._counted, last)]
        return (int(counted[0]), int(counted[-1]) + 1) if len(counted) else (first, last)

    @cached_property
    def _counted(self) -> Int64:
        """Positions, ascending, of the characters that count for a whole message."""
        counts = ~look_up(_trimming_table(), self.codes, above=False)
        counts[self.codes >= 0x1F000] &= self.codes[self.codes >= 0x1F000] >= 0x20000
        for code in emoticons.NAMED.finditer(self.text):
            counts[code.start() : code.end()] = False
        counts[self.codes == 0] = False
        return np.flatnonzero(counts)


def core(normal: str) -> str:
    """Return a normal form without the punctuation, emoticons and spaces around it; itself if it is nothing else."""
    joined = Joined.of([normal])
    start, end = joined.core_of(0)
    return joined.text[start:end]


def look_up(table: Mask, codes: Codes, *, above: bool) -> Mask:
    """Return the class of each code point; the table covers those below its length, `above` all others."""
    return np.append(table, above)[np.minimum(codes, len(table))]


def is_trimming(char: str) -> bool:
    """Say whether a character around a message counts for nothing: white space, punctuation, symbols, emoji."""
    return char.isspace() or unicodedata.category(char)[0] in "PSZM" or 0x1F000 <= ord(char) < 0x20000


@lru_cache(maxsize=1)
def word_table() -> Mask:
    """Letters, digits and ideographs of the basic plane."""
    return np.array([chr(code).isalnum() for code in range(0x10000)])


@lru_cache(maxsize=1)
def _trimming_table() -> Mask:
    return np.array([is_trimming(chr(code)) for code in range(0x10000)])
