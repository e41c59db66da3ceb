"""What lies before, after or around anchors: for matchers as messages in two bounds, for checks as pairs.

Windows reach over the session. Strictly later and earlier go by position; limits in seconds are judged only between
messages whose times are known to the second, and otherwise leave the answer open.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from qa_audit.rubric.matching.found import Bounds
from qa_audit.sessions.algebra import Pairs, ordinal, reverse_ordinal
from qa_audit.sessions.batch import SessionBatch
from qa_audit.sessions.columns import NONE, Ints, Mask
from qa_audit.sessions.groups import Groups
from qa_audit.sessions.reach import Ranges, reach, reach_seconds
from qa_audit.sessions.tri import NO, UNKNOWN, YES, Tri

Direction = Literal["after", "before", "around"]
_BACK = {"after": (False,), "before": (True,), "around": (False, True)}


@dataclass(frozen=True)
class Window:
    """How far from an anchor, as `model.Within` says, with what it refers to already found.

    of: bool[n], the messages that are counted; until: the messages that end it.
    """

    of: Mask
    messages: int | None = None
    seconds: float | None = None
    turns: int | None = None
    until: Bounds | None = None
    itself: bool = False

    def settled(self, batch: SessionBatch) -> bool:
        """Whether the window leaves nothing open, so that surely and possibly are the same."""
        timed = self.seconds is None or bool(batch.time_exact.all())
        return timed and (self.until is None or self.until.exact)

    def reach(self, batch: SessionBatch, anchors: Ints, back: bool, *, surely: bool) -> Ranges:
        """Return the rows that all limits but seconds allow: surely, or possibly."""
        until = None if self.until is None else (self.until.possible if surely else self.until.sure)
        return reach(batch, anchors, back=back, messages=self.messages, of=self.of, turns=self.turns, until=until)


def inside(batch: SessionBatch, anchors: Bounds, window: Window, direction: Direction) -> Bounds:
    """Return the messages in the window of at least one anchor."""
    possible, sure = (np.zeros(batch.n, dtype=np.bool_) for _ in range(2))
    exact = anchors.exact and window.settled(batch)
    for back in _BACK[direction]:
        sure |= _surely_inside(batch, np.flatnonzero(anchors.sure), window, back)
        if not exact:
            possible |= _possibly_inside(batch, np.flatnonzero(anchors.possible), window, back)
    if window.itself:
        possible |= anchors.possible
        sure |= anchors.sure
    return Bounds.exactly(sure) if exact else Bounds(possible, sure)


def _surely_inside(batch: SessionBatch, anchors: Ints, window: Window, back: bool) -> Mask:
    if window.seconds is None:
        return window.reach(batch, anchors, back, surely=True).cover(batch.n)
    anchors = anchors[batch.time_exact[anchors]]
    near = window.reach(batch, anchors, back, surely=True)
    return (near & reach_seconds(batch, anchors, window.seconds, back=back)).cover(batch.n) & batch.time_exact


def _possibly_inside(batch: SessionBatch, anchors: Ints, window: Window, back: bool) -> Mask:
    """Leave out only what is known to be too far: both ends have exact times."""
    near = window.reach(batch, anchors, back, surely=False)
    if window.seconds is None:
        return near.cover(batch.n)
    soon = near & reach_seconds(batch, anchors, window.seconds, back=back)
    exact = batch.time_exact[anchors]
    mask: Mask = near.where(~exact).cover(batch.n) | soon.where(exact).cover(batch.n)
    return mask | (near.cover(batch.n) & ~batch.time_exact)


def nearest(batch: SessionBatch, anchors: Ints, target: Bounds, window: Window, direction: Direction) -> Pairs:
    """Return for each anchor the nearest target in its window; around prefers a surer answer, then what comes after.

    found: where the answer is unknown the nearest candidate. An anchor itself, where it counts, is the nearest of all.
    """
    sides = [_nearest(batch, anchors, target, window, back) for back in _BACK[direction]]
    if window.itself:
        row = np.maximum(anchors, 0)
        real = (anchors >= 0) if batch.n else np.zeros(len(anchors), dtype=np.bool_)
        maybe, sure = (real & mask[row] if batch.n else real for mask in (target.possible, target.sure))
        sides.insert(0, Pairs(anchors, np.where(maybe, anchors, NONE), _tri(sure, maybe)))
    best = sides[0]
    for other in sides[1:]:
        better = other.answer.state > best.answer.state
        best = Pairs(anchors, np.where(better, other.found, best.found), best.answer | other.answer)
    return best


def _nearest(batch: SessionBatch, anchors: Ints, target: Bounds, window: Window, back: bool) -> Pairs:
    if target.exact and window.settled(batch):
        near = window.reach(batch, anchors, back, surely=True)
        if window.seconds is not None:
            near &= reach_seconds(batch, anchors, window.seconds, back=back)
        found = _next(near, target.sure, back)
        return Pairs(anchors, found, Tri.of(found >= 0))
    surely, possibly = (window.reach(batch, anchors, back, surely=surely) for surely in (True, False))
    if window.seconds is None:
        sure, maybe = _next(surely, target.sure, back), _next(possibly, target.possible, back)
    else:
        timed = batch.time_exact
        exact = timed[np.maximum(anchors, 0)] if batch.n else np.zeros(len(anchors), dtype=np.bool_)
        soon = reach_seconds(batch, anchors, window.seconds, back=back)
        sure = np.where(exact, _next(surely & soon, target.sure & timed, back), NONE)
        close = _next(possibly & soon, target.possible & timed, back)
        untimed = _next(possibly, target.possible & ~timed, back)
        maybe = np.where(exact, _nearer(close, untimed, back), _next(possibly, target.possible, back))
    return Pairs(anchors, np.where(sure >= 0, sure, maybe), _tri(sure >= 0, maybe >= 0))


def _next(ranges: Ranges, target: Mask, back: bool) -> Ints:
    return ranges.last_of(target) if back else ranges.first_of(target)


def _nearer(one: Ints, other: Ints, back: bool) -> Ints:
    near = np.maximum(one, other) if back else np.minimum(one, other)
    return np.where((one < 0) | (other < 0), np.maximum(one, other), near)


def _tri(sure: Mask, possible: Mask) -> Tri:
    return Tri(np.where(sure, YES, np.where(possible, UNKNOWN, NO)).astype(np.int8))


def picked(anchors: Bounds, which: str | int, per: Groups) -> Bounds:
    """Return the anchors that `which` means: every or any is all of them, else first, last or the N-th of each group.

    Where it is open whether one is an anchor, those after it are N-th only possibly.
    """
    if which in ("any", "every"):
        return anchors
    place = which if isinstance(which, int) else 1
    count = reverse_ordinal if which == "last" else ordinal
    most = count(anchors.possible, per)
    if anchors.exact:
        return Bounds.exactly(most == place)
    fewest = _before(anchors.sure, per, back=which == "last")
    possible = anchors.possible & (most >= place) & (fewest < place)
    return Bounds(possible, anchors.sure & (most == place) & (fewest == place - 1))


def _before(mask: Mask, per: Groups, back: bool) -> Ints:
    """Return how many of the messages stand before (or after) each message in its group: int64[n]."""
    running = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(mask)])
    rows = np.arange(per.n)
    if back:
        after: Ints = running[per.offsets[1:][per.ids]] - running[rows + 1]
        return after
    before: Ints = running[rows] - running[per.first[per.ids]]
    return before
