"""Columns of the run folder's tables as NumPy arrays, lists and counts, and big tables a row group at a time.

Only the parts of pyarrow that do not import pandas (0.4 s): no dataset, no group_by, no to_numpy, no scalars.
"""

from collections.abc import Container, Iterator, Sequence
from datetime import datetime
from math import prod
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from qa_audit.errors import ResultsError
from qa_audit.schema import HARDLY_REPEAT

_QUARTER = 900  # seconds; offsets of time zones change at no finer step


def opened(path: Path, columns: Sequence[str]) -> Any:
    """Open a table. Raises ResultsError when it is missing, cannot be read or lacks one of the columns."""
    try:
        metadata = pq.read_metadata(path)
        schema = metadata.schema.to_arrow_schema()
        texts = [f.name for f in schema if pa.types.is_string(f.type) and f.name not in HARDLY_REPEAT]
        file = pq.ParquetFile(path, metadata=metadata, read_dictionary=texts)
    except FileNotFoundError as error:
        raise ResultsError(f"{path}: 没有这个文件(这是 qa-audit 写出的结果文件夹吗?)") from error
    except pa.ArrowInvalid as error:
        raise ResultsError(f"{path}: 读不出来:{str(error).splitlines()[0]}(重新跑一次)") from error
    missing = [name for name in columns if name not in schema.names]
    if missing:
        raise ResultsError(f"{path}: 没有这些列:{'、'.join(missing)}(是旧版本写的?重新跑一次)")
    return file


def read(path: Path, columns: Sequence[str], besides: Sequence[str] = ()) -> Any:
    """Return these columns of a table, and those of `besides` that it has. Raises ResultsError like `opened`."""
    return opened(path, columns).read(columns=[*columns, *besides])


def row_groups(path: Path, columns: Sequence[str], besides: Sequence[str] = ()) -> Iterator[Any]:
    """Yield what `read` returns a row group at a time. Raises ResultsError like `opened`."""
    file = opened(path, columns)
    for i in range(file.num_row_groups):
        yield row_group(file, i, (*columns, *besides))


def row_group(file: Any, i: int, columns: Sequence[str]) -> Any:
    """Return those of the columns that the table has of one row group; decoded by the calling thread alone."""
    return file.read_row_group(i, columns=list(columns), use_threads=False)  # workers are as many as processors


def numbers(column: Any, null: float = np.nan) -> npt.NDArray[Any]:
    """Return a column of numbers, times (UTC microseconds) or truths (1, 0), `null` where it is null."""
    array = _single(column)
    if pa.types.is_timestamp(array.type) or pa.types.is_boolean(array.type):
        array = array.cast(pa.int64() if pa.types.is_timestamp(array.type) else pa.int8())
    bare = pa.Array.from_buffers(array.type, len(array), [None, array.buffers()[1]], 0, array.offset)
    values: npt.NDArray[Any] = np.from_dlpack(bare)
    return values if not array.null_count else np.where(_flags(array.is_valid()), values, null)


def codes(column: Any) -> tuple[list[str | None], npt.NDArray[np.int64]]:
    """Return the distinct texts of a column and each row's place among them; null is the last one, None."""
    encoded = _single(column)
    if pa.types.is_dictionary(encoded.type) and len(encoded) < len(encoded.dictionary):
        encoded = encoded.dictionary_decode()  # a few rows taken of many: not all the names are worth the time
    encoded = encoded.dictionary_encode()
    names = [*encoded.dictionary.to_pylist(), None]
    return names, numbers(encoded.indices, len(names) - 1).astype(np.int64)


def listed(column: Any) -> list[Any]:
    """Return a column as a list, null as None; faster than to_pylist where texts repeat."""
    if pa.types.is_string(column.type) or pa.types.is_dictionary(column.type):
        names, places = codes(column)
        return [names[i] for i in places.tolist()]
    if not column.null_count and (pa.types.is_integer(column.type) or pa.types.is_floating(column.type)):
        plain: list[Any] = numbers(column).tolist()
        return plain
    values: list[Any] = column.to_pylist()
    return values


def counted(*columns: Any) -> dict[tuple[str | None, ...], int]:
    """Count the rows per distinct combination of texts."""
    coded = [codes(column) for column in columns]
    key = np.zeros(len(columns[0]), np.int64)
    for names, places in coded:
        key = key * len(names) + places
    if (size := prod(len(names) for names, _ in coded)) <= len(key):
        counts = np.bincount(key, minlength=size)
        key = np.flatnonzero(counts)
        counts = counts[key]
    else:
        key, counts = np.unique(key, return_counts=True)
    cells: list[list[str | None]] = []
    for names, _ in reversed(coded):
        key, places = np.divmod(key, len(names))
        cells.append([names[i] for i in places.tolist()])
    return dict(zip(zip(*reversed(cells), strict=True), counts.tolist(), strict=True))


def among(column: Any, wanted: Container[str | None]) -> npt.NDArray[np.int64]:
    """Return the numbers of the rows whose text is one of `wanted`."""
    names, places = codes(column)
    return np.flatnonzero(np.array([name in wanted for name in names])[places])


def taken(table: Any, rows: npt.NDArray[np.int64]) -> Any:
    """Return these rows of a table."""
    return table.take(pa.Array.from_buffers(pa.int64(), len(rows), [None, pa.py_buffer(rows)]))


def decoded(table: Any) -> Any:
    """Return a table of few rows without the dictionaries of the many that they were taken from."""
    columns = [_single(column) for column in table.columns]
    bare = [c.dictionary_decode() if pa.types.is_dictionary(c.type) else c for c in columns]
    return pa.Table.from_arrays(bare, names=table.column_names)


def wall_clock(column: Any, zone: ZoneInfo) -> list[str]:
    """Return times as 2026-12-01T14:03:22 in a zone, "" for null."""
    known = _flags(column.is_valid())
    moments = numbers(column, 0).astype(np.int64) // 1_000_000
    quarters, places = np.unique(moments // _QUARTER, return_inverse=True)
    offsets = [_offset(quarter, zone) for quarter in quarters.tolist()]
    local = moments + np.array(offsets, np.int64)[places]
    texts = np.datetime_as_string(local.astype("datetime64[s]"))
    shown: list[str] = np.where(known, texts, "").tolist()
    return shown


def _offset(quarter: int, zone: ZoneInfo) -> int:
    away = datetime.fromtimestamp(quarter * _QUARTER, zone).utcoffset()
    return round(away.total_seconds()) if away is not None else 0


def _single(column: Any) -> Any:
    if not isinstance(column, pa.ChunkedArray):
        return column
    return column.combine_chunks() if column.num_chunks else pa.nulls(0, column.type)  # combining none imports pandas


def _flags(column: Any) -> npt.NDArray[np.bool_]:
    return numbers(column).astype(bool)
