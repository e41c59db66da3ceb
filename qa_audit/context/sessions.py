"""The sessions of a run: the night each began on, its customer's label, and which rows of the messages it has."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qa_audit.errors import QaAuditError
from qa_audit.sessions.columns import NO_TIME
from qa_audit.sessions.groups import groups_from_starts


def session_rows(messages: Any, tz: str) -> Any:
    """Return one row per session, in the order of `messages` (schema.MESSAGES, sessions consecutive).

    Columns: session_id; night (date32, local date of its first message, null without times); customer (顾客0001 …,
    numbered in this order within each night, the same customer of a shop keeping the number); shop; first, stop: rows.
    """
    ids = _plain(messages["session_id"])
    starts = np.ones(len(ids), dtype=np.bool_)
    if len(ids) > 1:
        starts[1:] = pc.not_equal(ids[1:], ids[:-1]).to_numpy(zero_copy_only=False)
    offsets = groups_from_starts(starts).offsets
    first = pa.array(offsets[:-1])
    night = _local_date(_plain(messages["sent_at"]).take(first), tz)
    shop = _plain(messages["shop"]).take(first)
    customer = pc.coalesce(
        _plain(messages["customer_id"]).take(first), pc.binary_join_element_wise("\x00", ids.take(first), "")
    )
    return pa.table(
        {
            "session_id": ids.take(first),
            "night": night,
            "customer": _labels(night, shop, customer),
            "shop": shop,
            "first": first,
            "stop": pa.array(offsets[1:]),
        }
    )


def export_end(messages: Any, tz: str, typed: str | None = None) -> int:
    """Return where the export ends, microseconds UTC: as typed (local time), else the midnight after its last message.

    NO_TIME without times. An export of a whole day was cut at midnight, not at its last message: what was asked just
    before may have been answered just after. QaAuditError when what was typed is no time.
    """
    if typed is not None:
        try:
            return round(datetime.fromisoformat(typed).replace(tzinfo=ZoneInfo(tz)).timestamp()) * 1_000_000
        except ValueError as error:
            raise QaAuditError(f"--export-end {typed}: 不是时间(写成 2026-12-01 23:50)") from error
    latest = pc.max(messages["sent_at"]).as_py()
    if latest is None:
        return NO_TIME
    day = latest.astimezone(ZoneInfo(tz)).date() + timedelta(days=1)
    return round(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(tz)).timestamp()) * 1_000_000


def _local_date(times: Any, tz: str) -> Any:
    try:
        return pc.local_timestamp(times.cast(pa.timestamp("us", tz=tz))).cast(pa.date32())
    except pa.ArrowInvalid as error:
        raise QaAuditError(f"--tz {tz}: 没有这个时区(如 Asia/Shanghai)") from error


def _labels(night: Any, shop: Any, customer: Any) -> Any:
    """Number the customers of each night by first appearance."""
    codes = [
        pc.fill_null(column.dictionary_encode().indices, -1).to_numpy(zero_copy_only=False)
        for column in (night, shop, customer)
    ]
    keys = np.stack([code.astype(np.int64) for code in codes], axis=1)
    _, index, back = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    rank = np.empty(len(index), dtype=np.int64)
    order = np.lexsort((index, keys[index, 0]))
    night_of = keys[index, 0][order]
    begins = np.searchsorted(night_of, night_of, side="left")
    rank[order] = np.arange(len(index)) - begins + 1
    return pa.array([f"顾客{number:04d}" for number in rank[back.ravel()].tolist()], type=pa.string())


def _plain(column: Any) -> Any:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
