"""What customers and sessions are called outside private/: 顾客0001 or C-8F3K, and a code for ids that name a customer.

Many exports build the session id from the customer's account (tb12345_20261201). Such an id, and one that is or holds a
phone number, an identity card or an e-mail address, is published as 20261201-顾客0001-1: night, customer, and the
number of the customer's session in that night.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qa_audit import arrow, schema
from qa_audit.privacy.accounts import holding
from qa_audit.privacy.codes import customer_codes
from qa_audit.privacy.key import CustomerKey
from qa_audit.texts.entities import find_entities, mask

_KINDS = ("mobile", "id_card", "email", "wechat")
_LOOK_AT = r"(?i)(^|[^0-9])(86)?1[3-9][0-9]{9}([^0-9]|$)|(^|[^0-9])[0-9]{17}[0-9x]([^0-9]|$)|[@＠]|wxid|[０-９]"


def named(sessions: Any, key: CustomerKey | None) -> Any:
    """Add the column `shown_id` to `context.sessions.session_rows`: the session id, or its code where that names the
    customer. With a key `customer` becomes its code."""
    if key is not None:
        ids, who = (arrow.plain(sessions[name]).to_pylist() for name in ("session_id", "customer_id"))
        people = [each or f"\0{session}" for each, session in zip(who, ids, strict=True)]
        codes = customer_codes(sessions["night"].to_pylist(), sessions["shop"].to_pylist(), people, key)
        place = sessions.column_names.index("customer")
        sessions = sessions.set_column(place, "customer", arrow.array(codes, pa.string()))
    return sessions.append_column("shown_id", shown_ids(sessions))


def shown_ids(sessions: Any) -> Any:
    """Return the session ids as they may be published; sessions: with night, customer and customer_id."""
    column = arrow.plain(sessions["session_id"])
    naming = holding(column, sessions["customer_id"])
    looked_at = np.flatnonzero(arrow.truths(pc.match_substring_regex(column, _LOOK_AT)) & ~naming)
    naming[looked_at] = list(map(_personal, column.take(arrow.array(looked_at)).to_pylist()))
    told: list[int] = np.flatnonzero(naming).tolist()
    if not told:
        return column
    ids = column.to_pylist()
    nights, people = arrow.plain(sessions["night"]).to_pylist(), arrow.plain(sessions["customer"]).to_pylist()
    kept = set(ids).difference(ids[i] for i in told)
    counts: Counter[str] = Counter()
    for i in told:
        who = people[i] if nights[i] is None else f"{nights[i]:%Y%m%d}-{people[i]}"
        counts[who] += 1
        code = f"{who}-{counts[who]}"
        while code in kept:
            code += "x"
        ids[i] = code
    return arrow.array(ids, pa.string())


def published(tables: Mapping[str, Any], sessions: Any) -> dict[str, Any]:
    """Return the tables of a night with session ids and ratings as they may leave private/."""
    segments = tables["segments"]
    out = {**tables, "segments": _with(segments, "rating", _masked(segments["rating"]))}
    changed = pc.not_equal(arrow.plain(sessions["session_id"]), arrow.plain(sessions["shown_id"]))
    if not pc.any(changed).as_py():
        return out
    known = sessions.select(["session_id", "shown_id"]).filter(changed)
    for name in ("segments", "findings"):
        out[name] = _with(out[name], "session_id", translated(out[name]["session_id"], known))
    return out


def _with(table: Any, name: str, column: Any) -> Any:
    place = table.column_names.index(name)
    return table.set_column(place, table.schema.field(place), column)


def _masked(column: Any) -> Any:
    """Mask a column of texts of which few are distinct."""
    encoded = arrow.plain(column).dictionary_encode()
    return arrow.array(map(mask, encoded.dictionary.to_pylist()), pa.string()).take(encoded.indices)


def translated(column: Any, known: Any, source: str = "session_id", target: str = "shown_id") -> Any:
    """Return a column of ids with those of `known` (a table of both) exchanged from `source` to `target`."""
    column = arrow.plain(column)
    at = pc.index_in(column, value_set=arrow.plain(known[source]))
    return pc.coalesce(arrow.plain(known[target]).take(at), column)


def private_sessions(sessions: Any) -> Any:
    """Return private/sessions.parquet: who each session was with, and what both are called outside."""
    return sessions.select(schema.SESSIONS.names).cast(schema.SESSIONS)


def _personal(session_id: str) -> bool:
    return bool(find_entities(session_id, _KINDS))
