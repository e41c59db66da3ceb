"""How far limits reach from anchors: each limit makes a range of rows of every anchor, and ranges intersect.

near = reach(batch, anchors, messages=2, of=batch.from_human)        # until before the third human message after
soon = near & reach_seconds(batch, anchors, 30)                       # and within 30 seconds
soon.first_of(batch.from_human); soon.cover(batch.n)
"""

from dataclasses import dataclass

import numpy as np

from qa_audit.sessions.algebra import MICROSECONDS
from qa_audit.sessions.batch import SessionBatch
from qa_audit.sessions.columns import NONE, Ints, Mask, Selection, as_rows
from qa_audit.sessions.rulers import by_time, window


@dataclass(frozen=True)
class Ranges:
    """For each anchor the rows start … stop − 1, all of its session; nothing where stop ≤ start. int64[k] both."""

    start: Ints
    stop: Ints

    def __and__(self, other: "Ranges") -> "Ranges":
        return Ranges(np.maximum(self.start, other.start), np.minimum(self.stop, other.stop))

    def where(self, keep: Mask) -> "Ranges":
        """Keep the ranges of some anchors: bool[k]."""
        return Ranges(self.start[keep], self.stop[keep])

    def cover(self, n: int) -> Mask:
        """Return which of the `n` messages lie in at least one range: bool[n]."""
        some = self.start < self.stop
        opened = np.zeros(n + 1, dtype=np.int32)
        np.add.at(opened, self.start[some], 1)
        np.subtract.at(opened, self.stop[some], 1)
        covered: Mask = np.cumsum(opened, out=opened)[:n] > 0
        return covered

    def first_of(self, selection: Selection) -> Ints:
        """Return the first selected message of each range, NONE where it has none: int64[k]."""
        return self._picked(as_rows(selection), last=False)

    def last_of(self, selection: Selection) -> Ints:
        """Return the last selected message of each range, NONE where it has none: int64[k]."""
        return self._picked(as_rows(selection), last=True)

    def _picked(self, rows: Ints, last: bool) -> Ints:
        if not len(rows):
            return np.full(len(self.start), NONE, dtype=np.int64)
        index = np.searchsorted(rows, self.stop) - 1 if last else np.searchsorted(rows, self.start)
        found = rows[np.clip(index, 0, len(rows) - 1)]
        return np.where((found >= self.start) & (found < self.stop), found, NONE)


def reach(
    batch: SessionBatch,
    anchors: Ints,
    *,
    back: bool = False,
    messages: int | None = None,
    of: Selection | None = None,
    turns: int | None = None,
    until: Selection | None = None,
) -> Ranges:
    """Return the rows strictly later (or earlier) in the session than each anchor that all limits allow.

    anchors: int64[k], NONE reaches nothing; messages: at most so many of `of` from the anchor to the message, that one
    included; turns: up to the end (or beginning) of the N-th turn, the anchor's own being the first; until: up to the
    first such message, that one included.
    """
    if not batch.n:
        return Ranges(np.zeros_like(anchors), np.zeros_like(anchors))
    row = np.maximum(anchors, 0)
    session = batch.sessions.ids[row]
    first, end = batch.sessions.offsets[session], batch.sessions.offsets[session + 1]
    ranges = Ranges(first, row) if back else Ranges(row + 1, end)
    if messages is not None:
        assert of is not None, "which messages are counted?"
        ranges &= _short_of(as_rows(of), row, messages + 1, back, batch.n)
    if turns is not None:
        last = len(batch.turns) - 1
        turn = batch.turns.ids[row].astype(np.int64) + (1 - turns if back else turns - 1)
        edge = batch.turns.offsets[np.clip(turn + (0 if back else 1), 0, last + 1)]
        ranges &= Ranges(edge, end) if back else Ranges(first, edge)
    if until is not None:
        near = _short_of(as_rows(until), row, 1, back, batch.n)
        ranges &= Ranges(near.start - 1, near.stop) if back else Ranges(near.start, near.stop + 1)
    nowhere = anchors < 0
    return Ranges(np.where(nowhere, 0, ranges.start), np.where(nowhere, 0, ranges.stop))


def reach_seconds(batch: SessionBatch, anchors: Ints, seconds: float, *, back: bool = False) -> Ranges:
    """Return the rows at most so many seconds, inclusive, later (or earlier) than each anchor.

    Right for anchors and messages whose times are exact; ask about the others by themselves.
    """
    far = round(seconds * MICROSECONDS)
    found = window(batch, anchors, by_time(batch), -far if back else 0, 0 if back else far)
    return Ranges(found.start, found.stop)


def _short_of(rows: Ints, anchor: Ints, count: int, back: bool, n: int) -> Ranges:
    """Return the rows from each anchor to just short of the count-th of the ascending `rows` strictly beyond it."""
    if back:
        index = np.searchsorted(rows, anchor, side="left") - count
        return Ranges(np.append(rows, NONE)[np.maximum(index, NONE)] + 1, anchor)
    index = np.searchsorted(rows, anchor, side="right") + count - 1
    return Ranges(anchor, np.append(rows, n)[np.minimum(index, len(rows))])
