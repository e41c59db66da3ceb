"""The rows of all files laid end to end, and the key that says which rows may belong to one session."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from qa_audit import arrow
from qa_audit.formats.coded import Coded, encode, join
from qa_audit.formats.rows import CODED, PLAIN, Lost, Rows
from qa_audit.formats.values import RECALL
from qa_audit.identity import Hashes, mix
from qa_audit.ingest.keys import NULL, Sides, hashed, keyed
from qa_audit.ingest.shops import by_account

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

__all__ = ["NULL", "Columns", "Ints", "LostRows", "Mask", "Sheets", "Stretches", "first_seen", "hashed", "lay_out"]
__all__ += ["lost_rows", "numbered", "places", "stretches"]


@dataclass(frozen=True)
class Columns:
    """Equally long columns over the rows of all files, in the order of files and rows.

    file: position of the row's sheet in `names`; book: position of the first sheet of the same file; key: hash of
    (shop, session id), or of (shop or agent, customer) where the export has no session id (`exported` is false there);
    said: hash of what the row says as exported, but withdrawn and seen; held: as in keys.Sides.
    """

    names: tuple[str, ...]
    file: Ints
    book: Ints
    exported: Mask
    key: Hashes
    said: Hashes
    held: Ints
    gap_minutes: float
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


class AnySheet(Protocol):
    """What is known of a sheet besides its rows, as in Rows."""

    @property
    def source_file(self) -> str:
        """The name of the sheet."""

    @property
    def book(self) -> str:
        """The file that the sheet is of."""

    @property
    def has_sessions(self) -> bool:
        """Whether it has session ids."""

    @property
    def held(self) -> bool | None:
        """Whether chats with two agents are two sessions."""


@dataclass(frozen=True)
class Sheets:
    """The sheets of a night in order, equally long: names; book: position of the first sheet of the file; exported:
    whether it has session ids; held: as in keys.Sides."""

    names: tuple[str, ...]
    book: Ints
    exported: Mask
    held: Ints

    @classmethod
    def of(cls, parts: Sequence[AnySheet]) -> "Sheets":
        """Return the sheets, each of which is one part."""
        held = [-1 if part.held is None else int(part.held) for part in parts]
        exported = np.array([part.has_sessions for part in parts], dtype=bool)
        names = tuple(part.source_file for part in parts)
        return cls(names, places(parts), exported, np.array(held, dtype=np.int64))


@dataclass(frozen=True)
class LostRows:
    """Quarantined rows of all files: file and key as in Columns, hash of the agent, time or NO_TIME, row number; named:
    whether the row says its session or customer at all; adrift: whether it may be that messages have that one too under
    another key, since the row lacks a shop; holderless: whether its key lacks the agent, too; customer: their hash."""

    file: Ints
    key: Hashes
    agent: Hashes
    sent_at: Ints
    source_row: Ints
    named: Mask
    adrift: Mask
    holderless: Mask
    customer: Hashes

    def keep(self, mask: Mask) -> "LostRows":
        """Return the rows of the mask."""
        return LostRows(**{each.name: getattr(self, each.name)[mask] for each in fields(self)})


def lost_rows(lost: Lost, file: Ints, columns: Columns, sheets: Sheets, elsewhere: Hashes) -> LostRows:
    """Compute the keys of quarantined rows as those of the messages; file: the sheet of each; elsewhere: hashes of
    customers of whom messages are known that are not among the columns."""
    exported = sheets.exported[file]
    every = Sides(
        exported=np.concatenate([columns.exported, exported]),
        held=np.concatenate([columns.held, sheets.held[file]]),
        session=join([columns.session, lost.session]),
        shop=join([columns.shop, lost.shop]),
        agent=join([columns.agent, lost.agent]),
        customer=join([columns.customer, lost.customer]),
        role=np.append(columns.role, np.full(len(file), -1)),
        sent_at=np.append(columns.sent_at, lost.sent_at),
        counts=np.arange(len(columns.file) + len(file)) < len(columns.file),
    )
    shop, key = keyed(every, columns.gap_minutes)
    shop, key = shop.keep(~every.counts), key[~every.counts]
    named = ~np.where(exported, lost.session.null, lost.customer.null)
    adrift = named & shop.null
    if adrift.any():
        in_session = np.isin(hashed(lost.session), np.unique(hashed(columns.session)))
        of_customer = np.isin(hashed(lost.customer), np.union1d(hashed(columns.customer), elsewhere))
        adrift &= np.where(exported, in_session, of_customer)
    holderless = ~exported & lost.agent.null
    agent, customer = hashed(lost.agent), hashed(lost.customer)
    return LostRows(file, key, agent, lost.sent_at, lost.source_row, named, adrift, holderless, customer)


def lay_out(
    parts: Sequence[Rows], gap_minutes: float = 30.0, sheets: Sheets | None = None, of: Sequence[int] | None = None
) -> Columns:
    """Join the sheets and compute the keys; gap_minutes: the silence that ends a session without id; sheets, of: where
    the parts are pieces of sheets, all sheets of the night and whose each part is, in their order."""
    sheets = sheets or Sheets.of(parts)
    counts = [len(part.source_row) for part in parts]
    file = np.repeat(np.arange(len(parts)) if of is None else np.array(of, dtype=np.int64), counts)
    coded: dict[str, Any] = {name: join([getattr(part, name) for part in parts]) for name in CODED}
    plain: dict[str, Any] = {name: _end_to_end([getattr(part, name) for part in parts]) for name in PLAIN}
    text = pa.chunked_array([part.text for part in parts], pa.string())
    # within one sheet the exported ids say all
    ask = len(sheets.names) > 1 or coded["message_id"].null.any()
    said = _said(coded, plain, text) if ask else np.zeros(len(file), dtype=np.uint64)
    plain["kind"] = np.where(plain["withdrawn"] == 1, RECALL, plain["kind"])
    if any(part.shops is not None for part in parts):
        coded["shop"], coded["agent"] = by_account(parts, file, coded["shop"], coded["agent"])
    sides = Sides(
        exported=sheets.exported[file],
        held=sheets.held[file],
        counts=np.ones(len(file), dtype=bool),
        **{name: coded[name] for name in ("session", "shop", "agent", "customer")},
        **{name: plain[name] for name in ("role", "sent_at")},
    )
    coded["shop"], key = keyed(sides, gap_minutes)
    held = sides.held
    return Columns(
        sheets.names, file, sheets.book[file], sides.exported, key, said, held, gap_minutes, text=text, **coded, **plain
    )


def places(parts: Sequence[AnySheet]) -> Ints:
    """Return for each sheet the position of the first sheet of its file."""
    names = [part.book or part.source_file for part in parts]
    first = {name: place for place, name in reversed(list(enumerate(names)))}
    return np.array([first[name] for name in names], dtype=np.int64)


def _said(coded: dict[str, Coded], plain: dict[str, Any], text: Any) -> Hashes:
    """Hash all that a row says as exported, but what may change later: whether it was taken back or seen."""
    ids = [hashed(coded[name]) for name in CODED if name != "message_id"]
    codes = [plain[name] for name in ("sent_at", "kind", "stage", "sequence")]
    sender = plain["role"] * 8 + plain["automation"]
    return mix(*ids, *codes, sender, hashed(encode(text.combine_chunks(), trim=False)))


def _end_to_end(arrays: Sequence[Any]) -> Any:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)


def numbered(hashes: Hashes | Ints) -> Ints:
    """Number distinct values from 0 in order of first appearance."""
    indices = arrow.array(hashes).dictionary_encode().indices
    return np.asarray(arrow.numbers(indices), dtype=np.int64)


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
