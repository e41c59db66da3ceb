"""Returns: a customer who comes back within so many minutes continues the session instead of beginning another.

Off unless a clock says so (`same_session_minutes`): an exported session id is otherwise believed.
"""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qa_audit import arrow
from qa_audit.sessions.columns import Floats, Ints
from qa_audit.sessions.groups import Groups, groups_from_starts

_MINUTE_US = 60_000_000


def continued(messages: Any, minutes: float | Floats) -> tuple[Any, dict[str, str]]:
    """Return the messages with sessions of one customer and shop joined, and which went into which: {id: its new id}.

    messages: schema.MESSAGES, sessions consecutive; minutes: one number, or that of each session. A session joins the
    one before it where less than the `minutes` of that one lie between its last message and this one's first; it takes
    that one's id and place, and messages of sessions that overlap are ordered by time. Sessions without a known
    customer, or with a message without a time, stay as they are.
    """
    sessions = _sessions(messages)
    leader = _leaders(messages, sessions, minutes)
    moved = np.flatnonzero(leader != np.arange(len(sessions)))
    if not len(moved):
        return messages, {}
    owner = leader[sessions.ids]
    joined = (np.bincount(leader, minlength=len(sessions)) > 1)[owner]
    order = np.lexsort((np.arange(sessions.n), np.where(joined, _times(messages), 0), owner))
    owner = owner[order]
    found = groups_from_starts(np.append(True, owner[1:] != owner[:-1]))
    position = (np.arange(found.n) - found.first[found.ids]).astype(np.int32)
    names = messages["session_id"].combine_chunks()
    ids = names.take(arrow.array(sessions.first[owner]))
    messages = messages.take(arrow.array(order))
    for name, column in (("session_id", ids), ("position", arrow.array(position))):
        index = messages.schema.get_field_index(name)
        messages = messages.set_column(index, messages.schema.field(index), column)
    old, new = (names.take(arrow.array(sessions.first[which])).to_pylist() for which in (moved, leader[moved]))
    return messages, dict(zip(old, new, strict=True))


def _sessions(messages: Any) -> Groups:
    ids = messages["session_id"].combine_chunks()
    starts = np.ones(len(ids), dtype=np.bool_)
    if len(ids) > 1:
        starts[1:] = arrow.truths(pc.not_equal(ids[1:], ids[:-1]))
    return groups_from_starts(starts)


def _leaders(messages: Any, sessions: Groups, minutes: float | Floats) -> Ints:
    """Return the session that each session ends up in: its own number, or the first of the chain it continues."""
    leader = np.arange(len(sessions))
    sent = messages["sent_at"].combine_chunks()
    timed = np.ones(len(sessions), dtype=np.bool_)
    timed[sessions.ids[arrow.truths(sent.is_null())]] = False
    first = arrow.array(sessions.first)
    shop, customer = (_codes(messages[name].combine_chunks().take(first)) for name in ("shop", "customer_id"))
    able = np.flatnonzero(timed & (customer >= 0))
    if not len(able):
        return leader
    times = _times(messages)
    start = np.minimum.reduceat(times, sessions.first)[able]
    end = np.maximum.reduceat(times, sessions.first)[able]
    order = np.lexsort((able, start, customer[able], shop[able]))
    able, start, end = able[order], start[order], end[order]
    same = np.append(False, (shop[able][1:] == shop[able][:-1]) & (customer[able][1:] == customer[able][:-1]))
    latest = _latest_so_far(end, np.cumsum(~same))
    allowed = np.broadcast_to(np.asarray(minutes, dtype=np.float64), len(sessions))[able] * _MINUTE_US
    near = same & (start - np.append(0, latest[:-1]) < np.append(0.0, allowed[:-1]))
    begins = np.flatnonzero(~near)
    leader[able] = np.repeat(able[begins], np.diff(np.append(begins, len(able))))
    return leader


def _latest_so_far(end: Ints, group: Ints) -> Ints:
    """The running maximum of `end` within each group; groups are consecutive."""
    values, rank = np.unique(end, return_inverse=True)
    width = len(values)
    highest = np.maximum.accumulate(group.astype(np.int64) * width + rank)
    found: Ints = values[highest - group * width]
    return found


def _times(messages: Any) -> Ints:
    return np.asarray(arrow.numbers(messages["sent_at"].cast(pa.int64()), 0), dtype=np.int64)


def _codes(column: Any) -> Ints:
    return np.asarray(arrow.numbers(column.dictionary_encode().indices, -1), dtype=np.int64)
