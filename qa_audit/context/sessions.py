"""The sessions of a run: the night each began on, its customer's label, and which rows of the messages it has."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qa_audit import arrow
from qa_audit.errors import QaAuditError
from qa_audit.sessions.columns import NO_TIME, Ints
from qa_audit.sessions.groups import groups_from_starts


def session_rows(messages: Any, tz: str) -> Any:
    """Return one row per session, in the order of `messages` (schema.MESSAGES, sessions consecutive).

    The columns of `sessions_of`, and customer (see `labelled`).
    """
    return labelled(sessions_of(messages, tz))


def sessions_of(messages: Any, tz: str) -> Any:
    """Return one row per session, in the order of `messages` (schema.MESSAGES, sessions consecutive).

    Columns: session_id; night (date32, local date of its first message, null without times); shop; customer_id (null
    where unknown); first, stop: rows.
    """
    ids = arrow.plain(messages["session_id"])
    starts = np.ones(len(ids), dtype=np.bool_)
    if len(ids) > 1:
        starts[1:] = arrow.truths(pc.not_equal(ids[1:], ids[:-1]))
    offsets = groups_from_starts(starts).offsets
    first = arrow.array(offsets[:-1])
    return pa.table(
        {
            "session_id": ids.take(first),
            "night": _local_date(arrow.plain(messages["sent_at"]).take(first), tz),
            "shop": arrow.plain(messages["shop"]).take(first),
            "customer_id": arrow.plain(messages["customer_id"]).take(first),
            "first": first,
            "stop": arrow.array(offsets[1:]),
        }
    )


def labelled(sessions: Any) -> Any:
    """Add the column customer: 顾客0001 …, numbered in this order within each night. The same customer of a shop keeps
    the number; an unknown one has another for each session."""
    ids = arrow.plain(sessions["session_id"])
    customer = pc.coalesce(
        arrow.plain(sessions["customer_id"]), pc.binary_join_element_wise(arrow.scalar("\x00"), ids, arrow.scalar(""))
    )
    labels = _labels(arrow.plain(sessions["night"]), arrow.plain(sessions["shop"]), customer)
    return sessions.add_column(2, "customer", labels)


def export_end(messages: Any, tz: str, typed: str | None = None) -> int:
    """Return `end_of_export` for the last of these messages."""
    return end_of_export(latest(messages), tz, typed)


def end_of_export(last: int, tz: str, typed: str | None = None) -> int:
    """Return where an export ends, microseconds UTC: as typed (local time), else the midnight after its last message,
    which is given in microseconds UTC.

    NO_TIME without times. An export of a whole day was cut at midnight, not at its last message: what was asked just
    before may have been answered just after. QaAuditError when what was typed is no time.
    """
    if typed is not None:
        try:
            return round(datetime.fromisoformat(typed).replace(tzinfo=ZoneInfo(tz)).timestamp()) * 1_000_000
        except ValueError as error:
            raise QaAuditError(f"--export-end {typed}: 不是时间(写成 2026-12-01 23:50)") from error
    return midnight_after(last, tz)


def latest(messages: Any) -> int:
    """Return the last time of any message, microseconds UTC; NO_TIME without times."""
    found = pc.max(messages["sent_at"]).cast(pa.int64()).as_py()
    return NO_TIME if found is None else int(found)


def midnight_after(micros: int, tz: str) -> int:
    """Return the local midnight after a moment, both in microseconds UTC; NO_TIME stays."""
    if micros == NO_TIME:
        return NO_TIME
    at = datetime.fromtimestamp(micros // 1_000_000, ZoneInfo(tz))
    day = at.date() + timedelta(days=1)
    return round(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(tz)).timestamp()) * 1_000_000


def _local_date(times: Any, tz: str) -> Any:
    try:
        return pc.local_timestamp(times.cast(pa.timestamp("us", tz=tz))).cast(pa.date32())
    except pa.ArrowInvalid as error:
        raise QaAuditError(f"--tz {tz}: 没有这个时区(如 Asia/Shanghai)") from error


def _labels(night: Any, shop: Any, customer: Any) -> Any:
    """Number the customers of each night by first appearance."""
    key, nights = np.zeros(len(night), dtype=np.int64), np.zeros(len(night), dtype=np.int64)
    for column in (customer, shop, night):
        encoded = column.dictionary_encode()
        nights = arrow.numbers(encoded.indices, -1).astype(np.int64) + 1
        key = _renumbered(nights * (int(key.max(initial=0)) + 1) + key)
    _, index, back = np.unique(key, return_index=True, return_inverse=True)
    order = np.lexsort((index, nights[index]))
    night_of = nights[index][order]
    rank = np.empty(len(index), dtype=np.int64)
    rank[order] = np.arange(len(index)) - np.searchsorted(night_of, night_of, side="left") + 1
    return arrow.array([f"顾客{number:04d}" for number in rank[back].tolist()], pa.string())


def _renumbered(keys: Ints) -> Ints:
    """Number distinct values from 0, so that products of numbers stay small."""
    return np.asarray(np.unique(keys, return_inverse=True)[1], dtype=np.int64)
