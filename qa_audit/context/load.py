"""Load: how many other sessions an agent had open at the moment a customer wrote.

    open_sessions(batch, sessions["night"])[batch.from_customer]

A session is open for an agent from the first to the last message of each segment the agent holds in it, both included.
Like everything that is seen across sessions it stays within one night.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from qa_audit.sessions.batch import SessionBatch
from qa_audit.sessions.columns import NONE, Ints, Mask, frozen

Int32 = npt.NDArray[np.int32]


def open_sessions(batch: SessionBatch, night: Any) -> Int32:
    """Return for each customer message how many *other* sessions its agent had open then: int32[n].

    batch: the whole run, sessions in the order of `night` (one entry per session, null without times). NONE on
    messages of others, where nobody held the session, and where the time is missing or coarse; segments without an
    exact time are open at no moment.
    """
    out = np.full(batch.n, NONE, dtype=np.int32)
    holder = _holders(batch, night)
    opened, closed, held = _intervals(batch, holder)
    asks = np.flatnonzero(batch.from_customer & batch.time_exact & (holder[batch.segments.ids] >= 0))
    if len(asks):
        here = holder[batch.segments.ids[asks]]
        _, rank = np.unique(np.concatenate([opened, closed, batch.sent_at[asks]]), return_inverse=True)
        width = np.int64(len(rank) + 1)
        begins = np.sort(held * width + rank[: len(held)])
        ends = np.sort(held * width + rank[len(held) : 2 * len(held)])
        now = here * width + rank[2 * len(held) :]
        out[asks] = np.searchsorted(begins, now, side="right") - np.searchsorted(ends, now, side="left") - 1
    return frozen(out)


def _holders(batch: SessionBatch, night: Any) -> Ints:
    """A number for the agent and night of each segment, NONE where nobody holds it."""
    dates = night.combine_chunks() if hasattr(night, "combine_chunks") else night
    code = np.asarray(dates.dictionary_encode().indices.fill_null(-1).to_numpy(zero_copy_only=False), dtype=np.int64)
    agent = batch.segment_agent.astype(np.int64)
    number = (code[batch.segment_session] + 1) * (len(batch.agents) + 1) + agent
    return np.where(agent >= 0, number, NONE)


def _intervals(batch: SessionBatch, holder: Ints) -> tuple[Ints, Ints, Ints]:
    """Return (first time, last time, holder) of what each agent held; what meets itself in one session is one."""
    rows = np.flatnonzero(batch.time_exact & (holder[batch.segments.ids] >= 0))
    segment = batch.segments.ids[rows]
    begins = _changes(segment)
    which, start = segment[begins], batch.sent_at[rows[begins]]
    stop = batch.sent_at[rows[np.append(begins[1:], len(rows))[: len(begins)] - 1]]
    order = np.lexsort((which, holder[which], batch.segment_session[which]))
    which, start, stop = which[order], start[order], stop[order]
    same = _changes(batch.segment_session[which], holder[which])
    joined = np.ones(len(which), dtype=np.bool_)
    joined[same] = False
    joined[1:] &= start[1:] <= stop[:-1]  # handed on and back within no time: still one open session
    first = np.flatnonzero(~joined)
    last = np.append(first[1:], len(which))[: len(first)] - 1
    return start[first], stop[last], holder[which[first]]


def _changes(*columns: npt.NDArray[Any]) -> Ints:
    """The places at which any of the columns differs from the entry before, the first included."""
    begins: Mask = np.ones(len(columns[0]), dtype=np.bool_)
    if len(begins):
        begins[1:] = np.any([column[1:] != column[:-1] for column in columns], axis=0)
    return np.flatnonzero(begins)
