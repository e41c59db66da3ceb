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
        mask = np.zeros(self.n, dtype=np.bool_)
        mask[self.row] = True
        return frozen(mask)

    @cached_property
    def rows(self) -> Ints:
        """The messages that hold a hit, ascending, each once."""
        new = np.ones(len(self.row), dtype=np.bool_)
        np.not_equal(self.row[1:], self.row[:-1], out=new[1:])
        return self.row if new.all() else frozen(self.row[new])

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


@dataclass(frozen=True)
class Holders:
    """The messages that hold each text: rows[begins[t]:begins[t + 1]] ascending; the last text is one nobody has."""

    rows: Ints
    begins: Ints
    n: int

    @classmethod
    def of(cls, text_id: Spans) -> "Holders":
        """Sort the messages by their text: int32[n], NONE where there is none."""
        rows = np.flatnonzero(text_id >= 0)
        ids = text_id[rows]
        counts = np.bincount(ids, minlength=int(ids.max(initial=-1)) + 2)
        begins = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counts)])
        keys = np.sort((ids.astype(np.int64) << 32) | rows)
        return cls(frozen(keys & 0xFFFFFFFF), frozen(begins), len(text_id))


def spread(text: Spans, start: Spans, end: Spans, phrase: Spans, holders: Holders, selection: Selection) -> Hits:
    """Carry hits in distinct texts over to the selected messages that have those texts.

    text … phrase: int32[k], ordered by text. The work grows with the hits, not with the messages.
    """
    known = np.minimum(text, len(holders.begins) - 2)
    first = holders.begins[known]
    times = holders.begins[known + 1] - first
    ends = np.cumsum(times)
    row = holders.rows[np.repeat(first - (ends - times), times) + np.arange(ends[-1] if len(ends) else 0)]
    hit = np.repeat(np.arange(len(text)), times)
    wanted = as_mask(selection, holders.n)[row]
    if not wanted.all():
        row, hit = row[wanted], hit[wanted]
    bits = np.int64(len(text)).item().bit_length()
    keys = np.sort((row << bits) | hit)
    row, hit = keys >> bits, keys & ((1 << bits) - 1)
    return Hits(row, start[hit], end[hit], phrase[hit], holders.n)
