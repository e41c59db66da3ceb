"""A shard of texts laid end to end as one string and one array of code points, and the classes of those."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from qa_audit import arrow
from qa_audit.texts import emoticons
from qa_audit.texts.rewriting import SEPARATOR

Int64 = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.uint32]


class Utf8:
    """A string in UTF-8: what automata search."""

    def __init__(self, text: str) -> None:
        self.data = text.encode("utf-8", "surrogatepass")

    def characters(self, at: Int64) -> Int64:
        """Return the number of the character that begins at each of these bytes, one past the last one too."""
        return self._character[at].astype(np.int64)

    @cached_property
    def _character(self) -> npt.NDArray[np.int32]:
        begins = (np.frombuffer(self.data, np.uint8) & 0xC0) != 0x80
        return np.append(np.cumsum(begins, dtype=np.int32) - 1, np.int32(np.count_nonzero(begins)))


@dataclass(frozen=True)
class Joined:
    """Texts with a separator before, between and after them; a single separator joins none."""

    text: str

    @classmethod
    def of(cls, texts: Sequence[str] | pa.Array) -> "Joined":
        """Join strings, or an Arrow array of strings without nulls; separators in them are left out."""
        joined = _end_to_end(texts)
        if joined.count(SEPARATOR) > len(texts) + 1:
            given = texts.to_pylist() if isinstance(texts, pa.Array) else texts
            joined = _end_to_end([text.replace(SEPARATOR, "") for text in given])
        return cls(joined)

    def __len__(self) -> int:
        """Return how many texts there are."""
        return len(self.offsets) - 1

    @cached_property
    def codes(self) -> Codes:
        """The code points of the joined text."""
        return np.frombuffer(self.text.encode("utf-32-le", "surrogatepass"), np.uint32)

    @cached_property
    def offsets(self) -> Int64:
        """Where each text begins, and where one more would: int64[texts + 1]."""
        return np.flatnonzero(self.codes == 0) + 1

    @cached_property
    def utf8(self) -> Utf8:
        """The joined text in UTF-8."""
        return Utf8(self.text)

    @cached_property
    def texts(self) -> list[str]:
        """The texts."""
        return self.text[1:-1].split(SEPARATOR) if len(self) else []

    def where(self, keep: Mask) -> "Joined":
        """Keep some of the texts."""
        if keep.all():
            return self
        kept = self.codes[1:][np.repeat(keep, np.diff(self.offsets))]
        return Joined(SEPARATOR + kept.tobytes().decode("utf-32-le", "surrogatepass"))

    def counts(self, at: Int64) -> npt.NDArray[np.int32]:
        """Return how many of these positions lie in each text: int32[texts]."""
        return np.bincount(self.text_of(at), minlength=len(self)).astype(np.int32)

    def runs(self, characters: int) -> "list[tuple[int, Joined]]":
        """Cut the texts into runs of about so many characters: (number of the first text, the run)."""
        run = (self.offsets[:-1] - 1) // characters
        first = np.flatnonzero(np.diff(run, prepend=-1))
        ends = np.append(first[1:], len(self))
        if len(first) < 2:
            return [(0, self)] if len(self) else []
        cuts = zip(first.tolist(), self.offsets[first].tolist(), self.offsets[ends].tolist(), strict=True)
        return [(i, Joined(self.text[a - 1 : b])) for i, a, b in cuts]

    def text_of(self, at: Int64) -> Int64:
        """Return the number of the text that each position lies in."""
        return np.searchsorted(self.offsets, at, side="right") - 1

    def cores(self) -> tuple[Int64, Int64]:
        """Return the span of each text that counts for a whole message; all of it when nothing does."""
        first, last, counted = self.offsets[:-1], self.offsets[1:] - 1, self._counted
        begin, stop = np.searchsorted(counted, first), np.searchsorted(counted, last)
        some = np.flatnonzero(begin < stop)
        start, end = first.copy(), last.copy()
        start[some], end[some] = counted[begin[some]], counted[stop[some] - 1] + 1
        return start, end

    @cached_property
    def _counted(self) -> Int64:
        """Positions, ascending, of the characters that count for a whole message."""
        counts = ~look_up(_trimming_table(), self.codes, above=False)
        counts[self.codes >= 0x1F000] &= self.codes[self.codes >= 0x1F000] >= 0x20000
        for code in emoticons.NAMED.finditer(self.text):
            counts[code.start() : code.end()] = False
        counts[self.codes == 0] = False
        return np.flatnonzero(counts)


def _end_to_end(texts: Sequence[str] | pa.Array) -> str:
    if not len(texts):
        return SEPARATOR
    if isinstance(texts, pa.Array):
        ends: Any = np.array([0, len(texts)], np.int32)
        one_row = pa.Array.from_buffers(pa.int32(), 2, [None, pa.py_buffer(ends)])  # pa.array would import pandas
        rows = pa.ListArray.from_arrays(one_row, texts.cast(pa.large_string()))
        inner = pc.binary_join(rows, arrow.scalar(SEPARATOR, pa.large_string()))[0].as_py()
    else:
        inner = SEPARATOR.join(texts)
    return f"{SEPARATOR}{inner}{SEPARATOR}"


def core(normal: str) -> str:
    """Return a normal form without the punctuation, emoticons and spaces around it; itself if it is nothing else."""
    joined = Joined.of([normal])
    start, end = joined.cores()
    return joined.text[int(start[0]) : int(end[0])]


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
def space_table() -> Mask:
    """White space of the basic plane; there is none above."""
    return np.array([chr(code).isspace() for code in range(0x10000)])


@lru_cache(maxsize=1)
def _trimming_table() -> Mask:
    return np.array([is_trimming(chr(code)) for code in range(0x10000)])
