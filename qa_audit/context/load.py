"""Load: how many other sessions an agent had open at the moment a customer wrote.

    open_sessions(batch, sessions["night"])[batch.from_customer]
    Loads.of([held(slice, its_nights) for slice in night]).at(slice, its_nights)     # the same, a slice at a time

A session is open for an agent from the first to the last message of each segment the agent holds in it, both included.
Like everything that is seen across sessions it stays within one night.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from qa_audit import arrow
from qa_audit.identity import Hashes, hash_strings, mix
from qa_audit.sessions.batch import SessionBatch
from qa_audit.sessions.columns import NONE, Ints, Mask, frozen

Int32 = npt.NDArray[np.int32]


def open_sessions(batch: SessionBatch, night: Any) -> Int32:
    """Return for each customer message how many *other* sessions its agent had open then: int32[n].

    batch: the whole run, sessions in the order of `night` (one entry per session, null without times). NONE on
    messages of others, where nobody held the session, and where the time is missing or coarse; segments without an
    exact time are open at no moment.
    """
    return Loads.of([held(batch, night)]).at(batch, night)


@dataclass(frozen=True)
class Held:
    """When sessions of some slices were held: whose they were (a hash of account and night), from when till when, in
    microseconds UTC, both included; equally long."""

    holder: Hashes
    opened: Ints
    closed: Ints


def held(batch: SessionBatch, night: Any) -> Held:
    """Return what was held when; see `open_sessions`. What meets itself in one session is one."""
    holder, known = _holders(batch, night)
    rows = np.flatnonzero(batch.time_exact & known[batch.segments.ids])
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
    return Held(holder[which[first]], start[first], stop[last])


@dataclass(frozen=True)
class Loads:
    """When sessions were open for whom, all night. holders: sorted; times: every moment at which a session was opened
    or closed, sorted; opened, closed: sorted numbers of holder × (len(times) + 1) + place of the time in `times`."""

    holders: Hashes
    times: Ints
    opened: Ints
    closed: Ints

    @classmethod
    def of(cls, parts: Sequence[Held]) -> "Loads":
        """Lay the slices of a night together, in whatever order."""
        nobody = Held(np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
        holder, opened, closed = (
            np.concatenate([getattr(part, name) for part in (nobody, *parts)])
            for name in ("holder", "opened", "closed")
        )
        holders, who = np.unique(holder, return_inverse=True)
        times = np.unique(np.concatenate([opened, closed]))
        base = who * (len(times) + 1)
        begins, ends = (np.sort(base + np.searchsorted(times, at)) for at in (opened, closed))
        return cls(holders, times, begins, ends)

    def at(self, batch: SessionBatch, night: Any) -> Int32:
        """Return `open_sessions` for the messages of one slice."""
        out = np.full(batch.n, NONE, dtype=np.int32)
        holder, known = _holders(batch, night)
        asks = np.flatnonzero(batch.from_customer & batch.time_exact & known[batch.segments.ids])
        if len(asks):
            base = np.searchsorted(self.holders, holder[batch.segments.ids[asks]]) * (len(self.times) + 1)
            now = batch.sent_at[asks]
            until_now = base + np.searchsorted(self.times, now, side="right")
            before_now = base + np.searchsorted(self.times, now, side="left")
            out[asks] = np.searchsorted(self.opened, until_now) - np.searchsorted(self.closed, before_now) - 1
        return frozen(out)


def _holders(batch: SessionBatch, night: Any) -> tuple[Hashes, Mask]:
    """Return a hash of the agent and night of each segment, and whether anybody holds it."""
    days = arrow.numbers(night.cast(pa.int32()).cast(pa.int64()), _NO_DAY)
    agents = np.append(hash_strings(batch.agents), np.uint64(0))
    agent = batch.segment_agent.astype(np.int64)
    return mix(days[batch.segment_session], agents[agent]), agent >= 0


_NO_DAY = -(1 << 40)


def _changes(*columns: npt.NDArray[Any]) -> Ints:
    """The places at which any of the columns differs from the entry before, the first included."""
    begins: Mask = np.ones(len(columns[0]), dtype=np.bool_)
    if len(begins):
        begins[1:] = np.any([column[1:] != column[:-1] for column in columns], axis=0)
    return np.flatnonzero(begins)
