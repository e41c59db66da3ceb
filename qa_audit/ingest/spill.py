"""Understood rows on their way through a night: parted into buckets, in each of which all rows of a session meet.

The rows of a file with session ids meet by session, the others by customer; so do duplicates, since they name the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from qa_audit import arrow
from qa_audit.formats.coded import Coded, nothing
from qa_audit.formats.rows import CODED, PLAIN, Lost, Rows
from qa_audit.ingest.columns import Ints
from qa_audit.ingest.hashing import hash_texts
from qa_audit.interim import whole

_SMALL = frozenset(("resolution", "role", "automation", "kind", "stage", "withdrawn", "seen"))
"""Columns of which every value is small."""


@dataclass(frozen=True)
class Spilled:
    """A file of rows by bucket; bounds: where in the file, in bytes, each bucket begins and the last one ends."""

    path: Path
    bounds: tuple[int, ...]


@dataclass(frozen=True)
class Chunk:
    """Rows of one bucket in a file, of which sheet (its position and name), and what to add to their row numbers."""

    path: Path
    begin: int
    end: int
    sheet: int
    source_file: str
    has_sessions: bool
    first: int


_NOTHING: dict[str, Any] = dict.fromkeys(CODED, nothing(0)) | dict.fromkeys(PLAIN, np.empty(0, dtype=np.int64))
NO_ROWS = Rows("", False, text=pa.nulls(0, pa.string()), **_NOTHING)
"""Of a bucket of which all rows are in quarantine."""


def buckets_of(ids: Coded, buckets: int) -> Ints:
    """Return the bucket of each row by its session or customer, -1 where it has none."""
    table = np.append((hash_texts(ids.values) % np.uint64(buckets)).astype(np.int64), -1)
    return np.asarray(table[ids.codes], dtype=np.int64)


def spill(rows: Rows, buckets: int, path: Path) -> Spilled:
    """Write the rows of a sheet or a piece of one by bucket, in their order."""
    bounds = [0]
    with whole(path) as file:
        for part in _parted(rows, buckets):
            if len(part.source_row):
                batch = _batch(part)
                with pa.ipc.new_stream(file, batch.schema) as writer:
                    writer.write_batch(batch)
            bounds.append(file.tell())
    return Spilled(path, tuple(bounds))


def unspill(chunk: Chunk) -> Rows:
    """Read the rows of a chunk."""
    with chunk.path.open("rb") as file:
        file.seek(chunk.begin)
        data = file.read(chunk.end - chunk.begin)
    batch = pa.ipc.open_stream(data).read_next_batch()
    coded: dict[str, Any] = {name: _decoded(batch.column(name)) for name in CODED}
    plain: dict[str, Any] = {name: arrow.numbers(batch.column(name)) for name in PLAIN}
    wide = {name: plain[name].astype(np.int64) for name in _SMALL if name != "resolution"}
    plain |= wide | {"source_row": plain["source_row"] + chunk.first}
    return Rows(chunk.source_file, chunk.has_sessions, text=batch.column("text"), **coded, **plain)


def _parted(rows: Rows, buckets: int) -> Iterator[Rows]:
    """Yield the rows of each bucket, their columns without the values of others."""
    if buckets == 1:
        yield rows
        return
    bucket = buckets_of(rows.session if rows.has_sessions else rows.customer, buckets)
    order = np.argsort(bucket.astype(np.int16), kind="stable")
    ends = np.searchsorted(bucket[order], np.arange(buckets + 1))
    coded: dict[str, Any] = {
        name: Coded(getattr(rows, name).codes[order], getattr(rows, name).values) for name in CODED
    }
    plain: dict[str, Any] = {name: getattr(rows, name)[order] for name in PLAIN}
    text = arrow.plain(rows.text).take(arrow.array(order))
    for low, high in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True):
        few: dict[str, Any] = {name: compact(Coded(each.codes[low:high], each.values)) for name, each in coded.items()}
        here: dict[str, Any] = {name: each[low:high] for name, each in plain.items()}
        yield Rows(rows.source_file, rows.has_sessions, text=text.slice(low, high - low), **few, **here)


def compact(column: Coded) -> Coded:
    """Return a column without the values that no row has."""
    used = np.zeros(len(column.values) + 1, dtype=bool)
    used[column.codes] = True
    if used[:-1].all():
        return column
    codes = np.append(np.cumsum(used[:-1]) - 1, -1)[column.codes]
    return Coded(codes, column.values.take(arrow.array(np.flatnonzero(used[:-1]))))


def few_lost(lost: Lost, rows: Ints) -> Lost:
    """Return some lost rows, their columns without the values of others."""
    coded: dict[str, Any] = {}
    for name in ("session", "shop", "agent", "customer"):
        column: Coded = getattr(lost, name)
        coded[name] = compact(Coded(column.codes[rows], column.values))
    return Lost(**coded, sent_at=lost.sent_at[rows], source_row=lost.source_row[rows])


def _batch(rows: Rows) -> Any:
    columns: dict[str, Any] = {}
    for name in CODED:
        column: Coded = getattr(rows, name)
        codes = arrow.array(column.codes.astype(np.int32), mask=column.null)
        columns[name] = pa.DictionaryArray.from_arrays(codes, column.values)
    for name in PLAIN:
        values = getattr(rows, name)
        columns[name] = arrow.array(values.astype(np.int8) if name in _SMALL else values)
    columns["text"] = arrow.plain(rows.text)
    return pa.RecordBatch.from_arrays(list(columns.values()), names=list(columns))


def _decoded(column: Any) -> Coded:
    codes = arrow.numbers(column.indices.fill_null(arrow.scalar(-1, pa.int32()))).astype(np.int64)
    return Coded(codes, column.dictionary)


def chunks_of(spilled: Sequence[tuple[Spilled, int, str, bool, int]], bucket: int) -> tuple[Chunk, ...]:
    """Return the rows of one bucket in files of (rows, sheet, its name, whether it has session ids, row to add)."""
    return tuple(
        Chunk(each.path, each.bounds[bucket], each.bounds[bucket + 1], sheet, name, has_sessions, first)
        for each, sheet, name, has_sessions, first in spilled
        if each.bounds[bucket + 1] > each.bounds[bucket]
    )
