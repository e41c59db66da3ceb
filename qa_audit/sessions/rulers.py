"""Windows over rulers: within, near, before, around and "the next five agent messages" are all one thing.

A ruler is a column that never falls within a session: time, position, turn, or the count of some messages. A window
holds the messages whose ruler lies between the anchor's + low and + high, both included.

    window(batch, anchors, by_time(batch), 0, 30 * MICROSECONDS)        # within 30 seconds after
    window(batch, anchors, by_count(batch, batch.from_human), 1, 5)     # the next five agent messages
"""

from dataclasses import dataclass

import numpy as np

from qa_audit.sessions.batch import SessionBatch
from qa_audit.sessions.columns import Ints, Mask, Selection, as_mask
from qa_audit.sessions.groups import Groups
from qa_audit.sessions.tri import Tri


@dataclass(frozen=True)
class Ruler:
    """values: int64[n], never falling within a session; known: where the value is sure."""

    values: Ints
    known: Mask


@dataclass(frozen=True)
class Windows:
    """For each anchor the rows start … stop − 1 (an empty range where there is none).

    known: bool[k], the anchor's own place on the ruler is sure; sure: bool[n], each message's is.
    """

    anchor: Ints
    start: Ints
    stop: Ints
    known: Mask
    sure: Mask
    sessions: Groups

    def count(self, selection: Selection) -> Ints:
        """Return how many selected messages each window surely holds: int64[k]; 0 also where nothing is known."""
        inside = self._running(as_mask(selection, self.sessions.n) & self.sure)
        return np.where(self.known, inside[self.stop] - inside[self.start], 0)

    def any_of(self, selection: Selection) -> Tri:
        """Return whether each window holds a selected message.

        Unknown where none surely is inside but one of the session has no sure place, or the anchor has none.
        """
        mask = as_mask(selection, self.sessions.n)
        yes = self.count(mask) > 0
        none_open = self.known & (self._in_session(mask & ~self.sure) == 0)
        return Tri.of(yes, yes | none_open | (self._in_session(mask) == 0))

    def _in_session(self, mask: Mask) -> Ints:
        running = self._running(mask)
        if not self.sessions.n:
            return np.zeros(len(self.anchor), dtype=np.int64)
        session = self.sessions.ids[np.maximum(self.anchor, 0)]
        inside = running[self.sessions.offsets[session + 1]] - running[self.sessions.offsets[session]]
        return np.where(self.anchor >= 0, inside, 0)

    @staticmethod
    def _running(mask: Mask) -> Ints:
        return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(mask)])


def by_time(batch: SessionBatch) -> Ruler:
    """Microseconds since 1970; a missing time takes the latest before it in the session and is not sure."""
    return Ruler(batch.timeline, batch.time_exact)


def by_position(batch: SessionBatch) -> Ruler:
    """The position in the session."""
    return _sure(batch.position.astype(np.int64))


def by_turn(batch: SessionBatch) -> Ruler:
    """The number of the turn."""
    return _sure(batch.turns.ids.astype(np.int64))


def by_count(batch: SessionBatch, selection: Selection) -> Ruler:
    """How many of the selected messages came so far, the message itself included."""
    return _sure(np.cumsum(as_mask(selection, batch.n)).astype(np.int64))


def _sure(values: Ints) -> Ruler:
    return Ruler(values, np.ones(len(values), dtype=np.bool_))


def window(
    batch: SessionBatch,
    anchors: Selection,
    ruler: Ruler,
    low: int | Ints | None = None,
    high: int | Ints | None = None,
) -> Windows:
    """Return for each anchor the messages of its session with ruler[anchor] + low ≤ ruler ≤ ruler[anchor] + high.

    A bound of None is open; bounds may differ per anchor. Anchors of NONE have empty windows and nothing known.
    """
    anchor = np.flatnonzero(anchors) if anchors.dtype == np.bool_ else anchors.astype(np.int64, copy=False)
    real = anchor >= 0
    if not batch.n:
        nothing = np.zeros(len(anchor), dtype=np.int64)
        return Windows(anchor, nothing, nothing, real, ruler.known, batch.sessions)
    row = np.where(real, anchor, 0)
    session = batch.sessions.ids[row]
    begin, end = batch.sessions.offsets[session], batch.sessions.offsets[session + 1]
    start = begin if low is None else _bisect(ruler.values, ruler.values[row] + low, begin, end)
    stop = end if high is None else _bisect(ruler.values, ruler.values[row] + high + 1, begin, end)
    stop = np.maximum(start, stop)
    return Windows(
        anchor, np.where(real, start, 0), np.where(real, stop, 0), real & ruler.known[row], ruler.known, batch.sessions
    )


def _bisect(values: Ints, wanted: Ints, low: Ints, high: Ints) -> Ints:
    """Return the first row in low … high − 1 whose value is at least the wanted one, else high; all at once.

    One searchsorted over rulers laid end to end would be faster, but overflows on long times in many sessions.
    """
    low, high = low.copy(), high.copy()
    while np.any(open_ := low < high):
        middle = (low + high) // 2
        below = open_ & (values[np.minimum(middle, len(values) - 1)] < wanted)
        high = np.where(open_ & ~below, middle, high)
        low = np.where(below, middle + 1, low)
    return low
