"""Spans of patterns in messages: matchers return these, so that evidence is never searched for again."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from qa_audit.sessions.columns import Ints, Mask, Selection, as_mask, frozen
from qa_audit.sessions.groups import Groups

Spans = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Hits:
    """Each hit is the characters start … end − 1 of message `row`, found by pattern `phrase`; ordered by row.

    row: int64[hits], start, end, phrase: int32[hits]; n: the number of messages of the batch.
    """

    row: Ints
    start: Spans
    end: Spans
    phrase: Spans
    n: int

    def __len__(self) -> int:
        return len(self.row)

    @cached_property
    def mask(self) -> Mask:
        """Which messages hold a hit: bool[n]."""
        return frozen(as_mask(self.row, self.n))

    @cached_property
    def rows(self) -> Ints:
        """The messages that hold a hit, ascending, each once."""
        return frozen(np.flatnonzero(self.mask))

    def where(self, selection: Selection) -> "Hits":
        """Keep the hits in the selected messages."""
        return self.keep(as_mask(selection, self.n)[self.row])

    def count(self, per: Groups) -> Ints:
        """Return the number of hits (spans, not messages) in each group: int64[groups]."""
        return np.bincount(per.ids[self.row], minlength=len(per)).astype(np.int64)

    def messages(self, per: Groups) -> Ints:
        """Return the number of messages with a hit in each group: int64[groups]."""
        return np.bincount(per.ids[self.rows], minlength=len(per)).astype(np.int64)

    def distinct(self, per: Groups) -> Ints:
        """Return the number of different patterns that hit in each group: int64[groups]."""
        if not len(self):
            return np.zeros(len(per), dtype=np.int64)
        width = int(self.phrase.max()) + 1
        pairs = np.unique(per.ids[self.row].astype(np.int64) * width + self.phrase)
        return np.bincount(pairs // width, minlength=len(per)).astype(np.int64)

    def keep(self, keep: Mask) -> "Hits":
        """Keep some of the hits: bool[hits]."""
        return Hits(self.row[keep], self.start[keep], self.end[keep], self.phrase[keep], self.n)


def no_hits(n: int) -> Hits:
    """Return the hits of a pattern that is nowhere in `n` messages."""
    nothing = np.zeros(0, dtype=np.int32)
    return Hits(nothing.astype(np.int64), nothing, nothing, nothing, n)


def union(parts: Sequence[Hits], n: int) -> Hits:
    """Return all hits of `parts`, ordered by row, start, end, phrase; equal hits stay twice."""
    if not parts:
        return no_hits(n)
    columns = ("row", "start", "end", "phrase")
    row, start, end, phrase = (np.concatenate([getattr(part, name) for part in parts]) for name in columns)
    order = np.lexsort((phrase, end, start, row))
    return Hits(row[order], start[order], end[order], phrase[order], n)


def spread(text: Spans, start: Spans, end: Spans, phrase: Spans, text_id: Spans, selection: Selection) -> Hits:
    """Carry hits in distinct texts over to the selected messages that have those texts.

    text … phrase: int32[k], ordered by text; text_id: int32[n], the text of each message or NONE.
    """
    n = len(text_id)
    if not len(text):
        return no_hits(n)
    texts = max(int(text[-1]), int(text_id.max(initial=0))) + 2
    has = np.zeros(texts, dtype=np.bool_)
    has[text] = True  # the last place, which NONE points at, stays False
    rows = np.flatnonzero(has[text_id] & as_mask(selection, n))
    begin = np.flatnonzero(np.diff(text, prepend=-1))
    number = np.empty(texts, dtype=np.int32)  # written, and read, only where a text has hits: a night has many texts
    number[text[begin]] = np.arange(len(begin))
    which = number[text_id[rows]]
    times = np.diff(begin, append=len(text))[which]
    if len(rows) == times.sum():
        index, row = begin[which], rows
    else:
        index = np.arange(int(times.sum())) + np.repeat(begin[which] - (np.cumsum(times) - times), times)
        row = np.repeat(rows, times)
    return Hits(row, start[index], end[index], phrase[index], n)
