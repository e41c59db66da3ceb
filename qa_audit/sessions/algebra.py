"""Look from messages to other messages: ordinal, next and previous, runs, rounds and the order of steps.

"Later" always means by position in the session; times only bound what counts. Anchors and results are rows of the
batch, NONE where there is none.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qa_audit.schema import ROLES
from qa_audit.sessions.batch import SessionBatch
from qa_audit.sessions.columns import NONE, Floats, Ints, Mask, Selection, as_mask, as_rows
from qa_audit.sessions.groups import Groups
from qa_audit.sessions.tri import Tri

MICROSECONDS = 1_000_000


def ordinal(selection: Selection, per: Groups) -> npt.NDArray[np.int32]:
    """Number the selected messages 1, 2, 3 … within each group; 0 on all others: int32[n]."""
    mask = as_mask(selection, per.n)
    if not per.n:
        return np.zeros(0, dtype=np.int32)
    running = np.cumsum(mask, dtype=np.int32)
    before = running[per.first] - mask[per.first]
    return np.where(mask, running - before[per.ids], 0).astype(np.int32)


def reverse_ordinal(selection: Selection, per: Groups) -> npt.NDArray[np.int32]:
    """Number the selected messages from the end of each group: 1 is the last; 0 on all others."""
    mask = as_mask(selection, per.n)
    rank = ordinal(mask, per)
    if not per.n:
        return rank
    most = np.maximum.reduceat(rank, per.first)
    return np.where(mask, most[per.ids] - rank + 1, 0).astype(np.int32)


@dataclass(frozen=True)
class Pairs:
    """For each anchor the message found, and whether it is sure: both ends can be quoted.

    anchor: int64[k]; found: int64[k], NONE where `answer` is no; answer: unknown where a limit in seconds cannot be
    judged because a time is missing or coarse (`found` is then the candidate).
    """

    anchor: Ints
    found: Ints
    answer: Tri


def next_to(
    batch: SessionBatch,
    anchors: Selection,
    target: Selection,
    *,
    messages: int | None = None,
    of: Selection | None = None,
    seconds: float | Floats | None = None,
    until: Selection | None = None,
) -> Pairs:
    """Find for each anchor the first target strictly later in its session.

    messages: at most so many messages of `of` after the anchor, the target included (without `of`: those of the
    target's roles, neither recalled nor automatic); seconds: at most so long after, inclusive, one number or one per
    anchor; until: no such message strictly between. Anchors of NONE find nothing.
    """
    return _look(batch, anchors, target, messages, of, seconds, until, back=False)


def previous_to(
    batch: SessionBatch,
    anchors: Selection,
    target: Selection,
    *,
    messages: int | None = None,
    of: Selection | None = None,
    seconds: float | Floats | None = None,
    until: Selection | None = None,
) -> Pairs:
    """Find for each anchor the last target strictly earlier in its session; limits as in `next_to`, backwards."""
    return _look(batch, anchors, target, messages, of, seconds, until, back=True)


def _look(
    batch: SessionBatch,
    anchors: Selection,
    target: Selection,
    messages: int | None,
    of: Selection | None,
    seconds: float | Floats | None,
    until: Selection | None,
    back: bool,
) -> Pairs:
    anchor = np.flatnonzero(anchors) if anchors.dtype == np.bool_ else anchors.astype(np.int64, copy=False)
    found = neighbours(batch.sessions, anchor, target, back)
    if until is not None:
        stop = neighbours(batch.sessions, anchor, until, back)
        found = np.where((stop >= 0) & ((stop > found) if back else (stop < found)), NONE, found)
    if messages is not None:
        found = np.where(_between(batch, anchor, found, of, target, back) > messages, NONE, found)
    answer = found >= 0
    if seconds is None:
        return Pairs(anchor, found, Tri.of(answer))
    waited, known = elapsed(batch, found, anchor) if back else elapsed(batch, anchor, found)
    limit = np.rint(np.asarray(seconds, dtype=np.float64) * MICROSECONDS)
    late = known & (waited > limit)
    return Pairs(anchor, np.where(late, NONE, found), Tri.of(answer & ~late, known | ~answer))


def neighbours(sessions: Groups, anchor: Ints, target: Selection, back: bool = False) -> Ints:
    """Return the nearest target strictly after (or before) each anchor in its session, else NONE."""
    rows = as_rows(target)
    if not len(rows) or not len(anchor):
        return np.full(len(anchor), NONE, dtype=np.int64)
    index = np.searchsorted(rows, anchor, side="left") - 1 if back else np.searchsorted(rows, anchor, side="right")
    inside = (index >= 0) & (index < len(rows)) & (anchor >= 0)
    found = rows[np.where(inside, index, 0)]
    same = inside & (sessions.ids[found] == sessions.ids[np.maximum(anchor, 0)])
    return np.where(same, found, NONE)


def _between(
    batch: SessionBatch, anchor: Ints, found: Ints, of: Selection | None, target: Selection, back: bool
) -> Ints:
    """Count the messages of `of` after the anchor up to the one found, that one included."""
    counted = as_mask(_same_roles(batch, target) if of is None else of, batch.n)
    running = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counted)])
    if back:
        before: Ints = running[anchor] - running[np.where(found < 0, anchor, found)]
        return before
    after: Ints = running[np.where(found < 0, anchor, found) + 1] - running[anchor + 1]
    return after


def _same_roles(batch: SessionBatch, target: Selection) -> Mask:
    roles = np.unique(batch.role[target])
    by_role = {"customer": batch.from_customer, "agent": batch.from_human, "bot": batch.from_bot}
    counted = np.zeros(batch.n, dtype=np.bool_)
    for name, mask in by_role.items():
        if ROLES.index(name) in roles:
            counted |= mask
    return counted


def elapsed(batch: SessionBatch, start: Ints, stop: Ints) -> tuple[Ints, Mask]:
    """Return the microseconds between pairs of rows, and where they are known to the second; 0 where they are not."""
    known = (start >= 0) & (stop >= 0)
    if not batch.n:
        return np.zeros(len(start), dtype=np.int64), known
    known &= batch.time_exact[start] & batch.time_exact[stop]
    return np.where(known, batch.sent_at[np.where(known, stop, 0)] - batch.sent_at[np.where(known, start, 0)], 0), known


def runs(selection: Selection, of: Selection, per: Groups) -> Ints:
    """Return the first message of each run of selected messages that follow one another among `of` in a group."""
    among = as_mask(of, per.n)
    rows = np.flatnonzero(as_mask(selection, per.n) & among)
    number, group = np.cumsum(among, dtype=np.int32)[rows], per.ids[rows]
    begins = np.ones(len(rows), dtype=np.bool_)
    begins[1:] = (number[1:] > number[:-1] + 1) | (group[1:] > group[:-1])
    return rows[begins]


@dataclass(frozen=True)
class Rounds:
    """A burst of asks and the answer to it, one entry per round, ordered by row.

    session: int32; asked, last_asked: rows; asks: how many; answered: row of the first answer, NONE if none came.
    """

    session: npt.NDArray[np.int32]
    asked: Ints
    last_asked: Ints
    asks: Ints
    answered: Ints

    def __len__(self) -> int:
        return len(self.asked)


def rounds(sessions: Groups, asks: Selection, answers: Selection) -> Rounds:
    """Return the rounds of each session: a round begins at the first ask after an answer or the session's start."""
    answer = as_mask(answers, sessions.n)
    ask = as_mask(asks, sessions.n) & ~answer
    events = np.flatnonzero(ask | answer)
    session, asking = sessions.ids[events], ask[events]
    joined = np.zeros(len(events), dtype=np.bool_)
    joined[1:] = asking[1:] & asking[:-1] & (session[1:] == session[:-1])
    begin = np.flatnonzero(asking & ~joined)
    end = np.flatnonzero(asking & ~np.append(joined[1:], False))
    following = np.minimum(end + 1, max(len(events) - 1, 0))
    replied = (end + 1 < len(events)) & (session[following] == session[begin])
    return Rounds(
        session=session[begin],
        asked=events[begin],
        last_asked=events[end],
        asks=end - begin + 1,
        answered=np.where(replied, events[following], NONE),
    )


@dataclass(frozen=True)
class Order:
    """Which steps are in each group, and how long a chain of them is in order.

    present: bool[groups, steps]; first: int64[groups, steps], row or NONE; longest: int64[groups]; chain: bool[groups,
    steps], the steps of the longest chain, of equally long ones that which ends first. One message may do two steps;
    the steps are covered and in order where `longest` equals the number present.
    """

    present: npt.NDArray[np.bool_]
    first: Ints
    longest: Ints
    chain: npt.NDArray[np.bool_]


def order(steps: Sequence[Selection], per: Groups) -> Order:
    """Find the steps, given in their due order, in each group."""
    size, width = len(per), len(steps)
    first = np.full((width, size), NONE, dtype=np.int64)
    ends = np.full((width + 1, size), per.n, dtype=np.int64)  # earliest row at which a chain of that length ends
    ends[0] = per.first
    sooner = np.zeros((width, width + 1, size), dtype=np.bool_)  # the step let a chain of that length end sooner
    for step, selection in enumerate(steps):
        rows = as_rows(selection)
        groups, begins = _runs_of(per.ids[rows])  # all else is of groups that have the step
        rows = np.append(rows, per.n)
        for length in range(step, -1, -1):
            before = ends[length, groups]
            at = begins if length == 0 else np.searchsorted(rows, before)
            found = rows[at]
            found = np.where((before < per.n) & (found < per.offsets[1:][groups]), found, per.n)
            sooner[step, length + 1, groups] = found < ends[length + 1, groups]
            ends[length + 1, groups] = np.minimum(ends[length + 1, groups], found)
            if length == 0:
                first[step, groups] = found
    longest = (ends[1:] < per.n).sum(axis=0).astype(np.int64)
    first = np.ascontiguousarray(first.T)
    return Order(present=first >= 0, first=first, longest=longest, chain=_chain(sooner, longest))


def _runs_of(values: npt.NDArray[np.integer]) -> tuple[npt.NDArray[np.integer], Ints]:
    """Return the different ones of ascending values, and where each begins."""
    begins = np.flatnonzero(np.diff(values, prepend=-1))
    return values[begins], begins


def _chain(sooner: npt.NDArray[np.bool_], longest: Ints) -> npt.NDArray[np.bool_]:
    """Walk back from the last step: the last one that let a chain of the length end sooner is its last step."""
    left, groups = longest.copy(), np.arange(len(longest))
    chain = np.zeros((len(longest), len(sooner)), dtype=np.bool_)
    for step in range(len(sooner) - 1, -1, -1):
        chain[:, step] = sooner[step, left, groups]
        left -= chain[:, step]
    return chain
