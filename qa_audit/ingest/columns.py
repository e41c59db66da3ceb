"""The rows of all files laid end to end, and the key that says which rows may belong to one session."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from qa_audit.formats.coded import Coded, join
from qa_audit.formats.rows import CODED, PLAIN, Rows, join_lost
from qa_audit.formats.values import CUSTOMER
from qa_audit.identity import Hashes, mix
from qa_audit.ingest.hashing import hash_texts
from qa_audit.ingest.shops import by_account

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_BY_SESSION, _BY_SHOP, _BY_AGENT, _BY_CUSTOMER = (np.uint64(code) for code in range(1, 5))
_NULL = np.uint64(0x9F1D3C5B7A8E6420)  # hash of a null; any constant


@dataclass(frozen=True)
class Columns:
    """Equally long columns over the rows of all files, in the order of files and rows.

    file: position of the row's sheet in `names`; key: hash of (shop, session id), or of (shop or agent, customer) where
    the export has no session id (`exported` is false there).
    """

    names: tuple[str, ...]
    file: Ints
    exported: Mask
    key: Hashes
    session: Coded
    message_id: Coded
    shop: Coded
    agent: Coded
    customer: Coded
    sku: Coded
    order: Coded
    text: Any
    sent_at: Ints
    resolution: npt.NDArray[np.int8]
    role: Ints
    automation: Ints
    kind: Ints
    stage: Ints
    withdrawn: Ints
    seen: Ints
    sequence: Ints
    source_row: Ints


@dataclass(frozen=True)
class LostRows:
    """Quarantined rows of all files that have a key: file and key as in Columns, time or NO_TIME, row number."""

    file: Ints
    key: Hashes
    sent_at: Ints
    source_row: Ints


def lost_rows(parts: Sequence[Rows], columns: Columns) -> LostRows:
    """Compute the keys of the quarantined rows as those of the messages; rows that name no session are left out."""
    counts = [len(part.lost.source_row) for part in parts]
    lost = join_lost([part.lost for part in parts])
    file = np.repeat(np.arange(len(parts), dtype=np.int64), counts)
    exported = np.repeat(np.array([part.has_sessions for part in parts], dtype=bool), counts)
    held = np.repeat(np.array(_by_agent(parts), dtype=bool), counts)
    session = join([columns.session, lost.session])
    lost_shop, lost_agent = by_account(parts, file, lost.shop, lost.agent)
    shop = _one_shop_per_session(session, join([columns.shop, lost_shop]))
    mine = np.arange(len(session.codes)) >= len(columns.file)
    key = _keys(exported, held, session.keep(mine), shop.keep(mine), lost_agent, lost.customer)
    known = ~np.where(exported, lost.session.null, lost.customer.null)
    return LostRows(file[known], key[known], lost.sent_at[known], lost.source_row[known])


def lay_out(parts: Sequence[Rows]) -> Columns:
    """Join the sheets and compute the keys."""
    counts = [len(part.source_row) for part in parts]
    file = np.repeat(np.arange(len(parts), dtype=np.int64), counts)
    coded: dict[str, Any] = {name: join([getattr(part, name) for part in parts]) for name in CODED}
    plain: dict[str, Any] = {name: _end_to_end([getattr(part, name) for part in parts]) for name in PLAIN}
    exported = np.repeat(np.array([part.has_sessions for part in parts], dtype=bool), counts)
    coded["shop"], coded["agent"] = by_account(parts, file, coded["shop"], coded["agent"])
    coded["shop"] = _one_shop_per_session(coded["session"], coded["shop"])
    held = np.repeat(np.array(_by_agent(parts), dtype=bool), counts)
    key = _keys(exported, held, coded["session"], coded["shop"], coded["agent"], coded["customer"])
    text = pa.chunked_array([part.text for part in parts], pa.string())
    return Columns(tuple(part.source_file for part in parts), file, exported, key, text=text, **coded, **plain)


def _end_to_end(arrays: Sequence[Any]) -> Any:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)


def hashed(column: Coded, rows: Ints | None = None) -> Hashes:
    """Return the hash of each row's value; null has its own."""
    table = np.append(hash_texts(column.values), _NULL)
    return np.asarray(table[column.codes if rows is None else column.codes[rows]], dtype=np.uint64)


def numbered(hashes: Hashes | Ints) -> Ints:
    """Number distinct values from 0 in order of first appearance."""
    indices = pa.array(hashes).dictionary_encode().indices
    return np.asarray(indices.to_numpy(zero_copy_only=False), dtype=np.int64)


@dataclass(frozen=True)
class Stretches:
    """What a row's file holds of the row's session, per row of `Columns`: first and last time, number of rows; 0 for
    rows of other keys than those asked for."""

    begin: Ints
    end: Ints
    count: Ints


def stretches(columns: Columns, keys: Hashes) -> Stretches:
    """Return the stretches of the rows with these keys."""
    rows = np.flatnonzero(np.isin(columns.key, np.unique(keys)))
    groups = numbered(mix(columns.key[rows], columns.file[rows]))
    counts = np.bincount(groups)
    begins, ends = np.full(len(counts), np.iinfo(np.int64).max), np.full(len(counts), np.iinfo(np.int64).min)
    np.minimum.at(begins, groups, columns.sent_at[rows])
    np.maximum.at(ends, groups, columns.sent_at[rows])
    found = []
    for values in (begins, ends, counts):
        column = np.zeros(len(columns.file), dtype=np.int64)
        column[rows] = values[groups]
        found.append(column)
    return Stretches(*found)


def first_seen(numbers: Ints) -> Mask:
    """Mask of the first row of each number, for numbers given in order of first appearance."""
    highest = np.maximum.accumulate(numbers)
    return np.asarray(np.concatenate([[True], highest[1:] > highest[:-1]])[: len(numbers)], dtype=bool)


def _one_shop_per_session(session: Coded, shop: Coded) -> Coded:
    """Fill an empty shop from the other rows of the session, when they name only one."""
    if shop.null.all() or not shop.null.any():
        return shop
    both = ~session.null & ~shop.null
    pairs = np.unique(np.stack([session.codes[both], shop.codes[both]]), axis=1)
    shops = np.bincount(pairs[0], minlength=len(session.values) + 1)
    only = np.full(len(session.values) + 1, -1, dtype=np.int64)
    only[pairs[0]] = pairs[1]
    only[shops != 1] = -1
    return Coded(np.where(shop.null, only[session.codes], shop.codes), shop.values)


def _by_agent(parts: Sequence[Rows]) -> list[bool]:
    """Tell of each part whether a customer's chats with two agents are two sessions: as its format says, else where
    an export without shops says on every customer's row whom it was sent to. Parts of one header are one export, so
    that it does not matter into how many files it was cut."""
    unclear = {part.header for part in parts if not (part.shop.null.all() and _customers_name_agent(part))}
    return [part.header not in unclear if part.held is None else part.held for part in parts]


def _customers_name_agent(part: Rows) -> bool:
    return not part.agent.null[part.role == CUSTOMER].any()


def _keys(exported: Mask, held: Mask, session: Coded, shop: Coded, agent: Coded, customer: Coded) -> Hashes:
    shops = hashed(shop)
    kind = np.where(exported, _BY_SESSION, np.where(~shop.null, _BY_SHOP, np.where(held, _BY_AGENT, _BY_CUSTOMER)))
    if exported.all():
        return mix(kind, shops, hashed(session))
    holder = np.where(kind == _BY_AGENT, hashed(agent), shops)
    return mix(kind, holder, np.where(exported, hashed(session), hashed(customer)))
