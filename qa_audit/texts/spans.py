"""Spans of phrases in a joined text, and which of them lie inside or across others of the same lexicon."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Int64 = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Spans:
    """Spans in the joined text: int64 columns lexicon, start, end, phrase (its number within the lexicon)."""

    lexicon: Int64
    start: Int64
    end: Int64
    phrase: Int64

    def __len__(self) -> int:
        return len(self.start)

    def where(self, keep: Mask | Int64) -> "Spans":
        """Keep some of the spans, or put them in another order."""
        return Spans(self.lexicon[keep], self.start[keep], self.end[keep], self.phrase[keep])

    def in_order(self) -> "Spans":
        """Sort by lexicon, start, the longest first, phrase."""
        return self.where(np.lexsort((self.phrase, -self.end, self.start, self.lexicon)))


NO_SPANS = Spans(*(np.empty(0, np.int64) for _ in range(4)))


def spans_of(rows: Sequence[tuple[int, int, int, int]]) -> Spans:
    """Return spans from rows of (lexicon, start, end, phrase)."""
    return Spans(*np.array(rows, np.int64).reshape(-1, 4).T)


def join(parts: Iterable[Spans]) -> Spans:
    """Lay spans end to end."""
    given = [part for part in parts if len(part)]
    if len(given) < 2:
        return given[0] if given else NO_SPANS
    columns = ([part.lexicon, part.start, part.end, part.phrase] for part in given)
    return Spans(*(np.concatenate(column) for column in zip(*columns, strict=True)))


def inside_longer(spans: Spans, covers: Spans) -> Mask:
    """Say which spans lie inside a longer cover of the same lexicon (positions in the joined text, so same text)."""
    if not len(covers) or not len(spans):
        return np.zeros(len(spans), bool)
    stride = int(max(covers.end.max(), spans.end.max())) + 1
    key = covers.lexicon * stride + covers.start
    order = np.argsort(key, kind="stable")
    key = key[order]
    # The furthest end of any cover that starts no later; an earlier lexicon's covers end below this one's stride.
    reach = np.concatenate(([-1], np.maximum.accumulate((covers.lexicon * stride + covers.end)[order])))
    wanted_start = spans.lexicon * stride + spans.start
    wanted_end = spans.lexicon * stride + spans.end
    before = reach[np.searchsorted(key, wanted_start, side="left")] >= wanted_end
    here: Mask = reach[np.searchsorted(key, wanted_start, side="right")] > wanted_end
    return before | here


def overlapping(spans: Spans, others: Spans) -> Mask:
    """Say which spans share a character with another one of the same lexicon."""
    if not len(others) or not len(spans):
        return np.zeros(len(spans), bool)
    stride = int(max(others.end.max(), spans.end.max())) + 1
    begun = np.searchsorted(np.sort(others.lexicon * stride + others.start), spans.lexicon * stride + spans.end)
    over = np.searchsorted(np.sort(others.lexicon * stride + others.end), spans.lexicon * stride + spans.start, "right")
    shared: Mask = begun > over
    return shared


def repeated(spans: Spans) -> Mask:
    """Say which spans, in order, are equal to the one before them, whatever their phrases."""
    same = np.zeros(len(spans), bool)
    if len(spans) > 1:
        same[1:] = (np.diff(spans.lexicon) == 0) & (np.diff(spans.start) == 0) & (np.diff(spans.end) == 0)
    return same
