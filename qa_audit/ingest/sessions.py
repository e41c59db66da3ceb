"""Rows → sessions: as exported, or cut at a silence of the same customer; then ordered within and among sessions."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from qa_audit import arrow
from qa_audit.formats.sheet import Notice
from qa_audit.formats.times import NO_TIME
from qa_audit.identity import Hashes, hash_strings, mix
from qa_audit.ingest.columns import Columns, Ints, Mask, first_seen, hashed, numbered, stretches
from qa_audit.ingest.duplicates import Identities, hex_strings
from qa_audit.schema import PARTITIONS


@dataclass(frozen=True)
class Cut:
    """Messages in final order and their sessions.

    rows: index into Columns per message; session: session number per message, sessions being numbered in final order;
    starts: first message of each session; ids, customer, shop (codes, -1 null) and partition per session; parted:
    whether some were cut at silences; shared: how many exported ids needed their shop's name to be unique.
    """

    rows: Ints
    session: Ints
    starts: Ints
    ids: Any
    customer: Ints
    shop: Ints
    partition: Ints
    parted: bool = False
    shared: int = 0


def cut_sessions(columns: Columns, identities: Identities, gap_minutes: float) -> Cut:
    """Group the kept rows by key, order them by time, sequence and place, cut at silences, and order the sessions."""
    rows = np.flatnonzero(identities.kept)
    keys = numbered(columns.key[rows])
    order = np.lexsort((columns.sequence[rows], columns.sent_at[rows], keys))
    order = order if len(columns.names) == 1 else _across_files(columns, rows, keys, order)
    rows, keys = rows[order], keys[order]
    begins = np.concatenate([[True], keys[1:] != keys[:-1]])[: len(rows)]
    begins |= _silences(columns, rows, gap_minutes)
    starts = np.flatnonzero(begins)
    session = np.cumsum(begins) - 1
    customer = _first_known(columns.customer.codes[rows], session, len(starts))
    shop = _first_known(columns.shop.codes[rows], session, len(starts))
    ids, shared = _session_ids(columns, identities, rows[starts], shop)
    partition = _partitions(columns, customer, shop, ids)
    ranked = pc.sort_indices(
        pa.table({"p": arrow.array(partition), "s": ids}), sort_keys=[("p", "ascending"), ("s", "ascending")]
    )
    ranked = np.asarray(arrow.numbers(ranked), dtype=np.int64)
    sizes = np.diff(np.append(starts, len(rows)))[ranked]
    new_starts = np.cumsum(sizes) - sizes
    within = np.arange(len(rows)) - np.repeat(new_starts, sizes)
    return Cut(
        rows=rows[np.repeat(starts[ranked], sizes) + within],
        session=np.repeat(np.arange(len(starts)), sizes),
        starts=new_starts,
        ids=ids.take(arrow.array(ranked)),
        customer=customer[ranked],
        shop=shop[ranked],
        partition=partition[ranked],
        parted=not bool(columns.exported.all()),
        shared=shared,
    )


def _across_files(columns: Columns, rows: Ints, keys: Ints, order: Ints) -> Ints:
    """Where messages of one moment lie in several files, put the file first that begins earlier in the session: an
    export that was cut in the middle goes on where it was cut, whatever its files are called."""
    sent, sequence, file = (getattr(columns, name)[rows][order] for name in ("sent_at", "sequence", "file"))
    same = (keys[order][1:] == keys[order][:-1]) & (sent[1:] == sent[:-1]) & (sequence[1:] == sequence[:-1])
    torn = np.flatnonzero(same & (file[1:] != file[:-1]))
    if not len(torn):
        return order
    held = stretches(columns, columns.key[rows[order[torn]]])
    sender, said = _of_their_files(columns, rows, keys)
    files = (said, sender, held.end[rows], held.begin[rows])
    return np.lexsort((*files, columns.sequence[rows], columns.sent_at[rows], keys))


def _of_their_files(columns: Columns, rows: Ints, keys: Ints) -> tuple[Ints, Hashes]:
    """Return (role, hash) of the first message that a row's file has at the row's moment: what says which file comes
    first where nothing else does; a file's own order stays."""
    moment = (keys, columns.sent_at[rows], columns.sequence[rows], columns.file[rows])
    groups = numbered(mix(*moment))
    first = rows[first_seen(groups)][groups]
    return columns.role[first], columns.said[first]


def _silences(columns: Columns, rows: Ints, gap_minutes: float) -> Mask:
    """Mask of messages that come at least the gap after the one before, where the export says nothing of sessions."""
    cut = np.zeros(len(rows), dtype=bool)
    if columns.exported.all():
        return cut
    sent, exported = columns.sent_at[rows], columns.exported[rows]
    known = (sent[1:] != NO_TIME) & (sent[:-1] != NO_TIME)
    gap = np.where(known, sent[1:] - np.where(known, sent[:-1], 0), 0)
    cut[1:] = ~exported[1:] & known & (gap >= gap_minutes * 60_000_000)
    return cut


def _first_known(codes: Ints, session: Ints, sessions: int) -> Ints:
    """Return the first code that is not null of each session, else -1."""
    out = np.full(sessions, -1, dtype=np.int64)
    known = np.flatnonzero(codes >= 0)[::-1]
    out[session[known]] = codes[known]  # written backwards: the first one wins
    return out


def _session_ids(columns: Columns, identities: Identities, first: Ints, shop: Ints) -> tuple[Any, int]:
    """Return (session ids, how many exported ids needed their shop's name to be unique)."""
    given = columns.session.strings(first)
    exported = columns.exported[first]
    ids = given
    if not exported.all():
        made = hex_strings(mix(hashed(columns.customer, first), identities.stable(columns, first)))
        ids = pc.if_else(
            arrow.array(exported), given, pc.binary_join_element_wise(arrow.scalar("s-"), made, arrow.scalar(""))
        )
    repeated = _repeated(ids)
    if not repeated.any():
        return ids, 0
    shared = int(repeated.sum())
    names = np.array([*columns.shop.values.to_pylist(), None], dtype=object)[shop]
    texts = ids.to_pylist()
    for i in np.flatnonzero(repeated).tolist():
        texts[i] = texts[i] if names[i] is None else f"{names[i]}/{texts[i]}"
    again = _repeated(arrow.array(texts, pa.string()))
    keys = hex_strings(columns.key[first]).to_pylist()
    for i in np.flatnonzero(again).tolist():  # "a/b" + "c" and "a" + "b/c"
        texts[i] = f"{texts[i]}~{keys[i]}"
    return arrow.array(texts, pa.string()), shared


def _repeated(ids: Any) -> Mask:
    codes = np.asarray(arrow.numbers(ids.dictionary_encode().indices), dtype=np.int64)
    return np.asarray(np.bincount(codes)[codes] > 1, dtype=bool)


def _partitions(columns: Columns, customer: Ints, shop: Ints, ids: Any) -> Ints:
    """Return the partition of each session: by shop and customer, else by session id."""
    who: Hashes = mix(_table(columns.shop.values)[shop], _table(columns.customer.values)[customer])
    unknown = np.flatnonzero(customer < 0)
    who[unknown] = mix(hash_strings(ids.take(arrow.array(unknown)).to_pylist()))
    return (who % np.uint64(PARTITIONS)).astype(np.int64)


def _table(values: Any) -> npt.NDArray[np.uint64]:
    return hash_strings([*values.to_pylist(), None])


def session_notices(gap_minutes: float, sessions: int, shared: int, *, parted: bool) -> tuple[Notice, ...]:
    """Say how the sessions of a night were made."""
    out = []
    if parted:
        text = f"没有会话编号:按客户切分,静默满 {gap_minutes:g} 分钟算新会话,共 {sessions} 个会话"
        out.append(Notice("cut_sessions", text))
    if shared:
        out.append(Notice("shared_session_ids", f"{shared} 个会话的编号在不同店铺重复,已改写成“店铺/会话编号”"))
    return tuple(out)
