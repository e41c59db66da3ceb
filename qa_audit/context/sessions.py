"""The sessions of a run: the night each began on, its customer's label, and which rows of the messages it has."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qa_audit.errors import QaAuditError
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
