"""What customers and sessions are called outside private/: 顾客0001 or C-8F3K, and a code for ids that name a customer.

Many exports build the session id from the customer's account (tb12345_20261201). Such an id, and one that is or holds a
phone number, an identity card or an e-mail address, is published as 20261201-顾客0001-1: night, customer, and the
number of the customer's session in that night.
"""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from qa_audit import schema
from qa_audit.privacy.codes import customer_codes
from qa_audit.privacy.key import CustomerKey
from qa_audit.texts.entities import find_entities, mask, nickname_core

_KINDS = ("mobile", "id_card", "email", "wechat")
_LOOK_AT = r"(?i)(^|[^0-9])(86)?1[3-9][0-9]{9}([^0-9]|$)|(^|[^0-9])[0-9]{17}[0-9x]([^0-9]|$)|[@＠]|wxid|[０-９]"
_LONG = 5  # characters of an account that are no chance wherever they stand; fewer count as a word of their own


def named(sessions: Any, messages: Any, key: CustomerKey | None) -> Any:
    """Add to `context.sessions.session_rows` the columns `customer_id` (null: unknown) and `shown_id`.

    With a key `customer` becomes its code. `shown_id` is the session id, or its code where that names the customer.
    """
    first = _plain(sessions["first"])
    customer_id = _plain(messages["customer_id"]).take(first)
    if key is not None:
        ids = _plain(sessions["session_id"]).to_pylist()
        people = [who or f"\0{session}" for who, session in zip(customer_id.to_pylist(), ids, strict=True)]
        codes = customer_codes(sessions["night"].to_pylist(), sessions["shop"].to_pylist(), people, key)
        place = sessions.column_names.index("customer")
        sessions = sessions.set_column(place, "customer", pa.array(codes, pa.string()))
    sessions = sessions.append_column("customer_id", customer_id)
    return sessions.append_column("shown_id", shown_ids(sessions))


def shown_ids(sessions: Any) -> Any:
    """Return the session ids as they may be published; sessions: with night, customer and customer_id."""
    ids = _plain(sessions["session_id"]).to_pylist()
    customers = _plain(sessions["customer_id"]).to_pylist()
    looked_at = pc.match_substring_regex(_plain(sessions["session_id"]), _LOOK_AT).to_pylist()
    told = [i for i in range(len(ids)) if _holds(ids[i], customers[i]) or (looked_at[i] and _personal(ids[i]))]
    if not told:
        return pa.array(ids, pa.string())
    nights, people = _plain(sessions["night"]).to_pylist(), _plain(sessions["customer"]).to_pylist()
    kept = set(ids).difference(ids[i] for i in told)
    counts: Counter[str] = Counter()
    for i in told:
        who = people[i] if nights[i] is None else f"{nights[i]:%Y%m%d}-{people[i]}"
        counts[who] += 1
        code = f"{who}-{counts[who]}"
        while code in kept:
            code += "x"
        ids[i] = code
    return pa.array(ids, pa.string())


def published(tables: Mapping[str, Any], sessions: Any) -> dict[str, Any]:
    """Return the tables of a night with session ids and ratings as they may leave private/."""
    segments = tables["segments"]
    out = {**tables, "segments": _with(segments, "rating", _masked(segments["rating"]))}
    changed = pc.not_equal(_plain(sessions["session_id"]), _plain(sessions["shown_id"]))
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
    encoded = _plain(column).dictionary_encode()
    return pa.array(map(mask, encoded.dictionary.to_pylist()), pa.string()).take(encoded.indices)


def translated(column: Any, known: Any, source: str = "session_id", target: str = "shown_id") -> Any:
    """Return a column of ids with those of `known` (a table of both) exchanged from `source` to `target`."""
    column = _plain(column)
    at = pc.index_in(column, value_set=_plain(known[source]))
    return pc.coalesce(_plain(known[target]).take(at), column)


def private_sessions(sessions: Any) -> Any:
    """Return private/sessions.parquet: who each session was with, and what both are called outside."""
    return sessions.select(schema.SESSIONS.names).cast(schema.SESSIONS)


def _holds(session_id: str, customer: str | None) -> bool:
    """Say whether an id holds the account of a customer: anywhere when it is long, as a word of its own otherwise."""
    core = nickname_core(customer or "")
    folded = nickname_core(session_id)
    if not core or core not in folded:
        return False
    if len(core) >= _LONG or not core.isascii():
        return True
    return re.search(rf"(?<![a-z0-9]){re.escape(core)}(?![a-z0-9])", folded) is not None


def _personal(session_id: str) -> bool:
    return bool(find_entities(session_id, _KINDS))


def _plain(column: Any) -> Any:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
