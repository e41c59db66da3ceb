"""Parquet: string, number and timestamp columns; timestamps keep their zone, everything else becomes text."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from qa_audit import arrow
from qa_audit.citing import cited
from qa_audit.errors import ExportError
from qa_audit.formats.encoding import DAMAGED
from qa_audit.formats.layout import find_layout
from qa_audit.formats.limits import MOST_TEXT
from qa_audit.formats.sheet import Sheet, Source, settle


def read_parquet(source: Source) -> list[Sheet]:
    """Read a Parquet file; rows count from 1 (no header line). Raise ExportError when it is broken or empty."""
    try:
        # texts as dictionaries: a small file may quote one long text a million times
        texts = [field.name for field in pq.read_schema(pa.BufferReader(source.data)) if _is_text(field.type)]
        file = pq.ParquetFile(pa.BufferReader(source.data), read_dictionary=texts)
        table = _bounded(file, source.path)
        table.validate(full=True)  # strings of a damaged file need not be UTF-8
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())[:120]
        raise ExportError(f"{source.path}: 打不开这个 Parquet 文件({cited(reason)})。请重新导出") from None
    if table.num_rows == 0:
        raise ExportError(f"{source.path}: 文件里没有一行数据。请重新导出")
    header = source.mapping.header or tuple(table.column_names)
    header = (*header, *[""] * table.num_columns)[: table.num_columns]
    time = find_layout(header, source.mapping, source.path).columns.get("sent_at")
    columns = tuple(_cells(column, index == time) for index, column in enumerate(table.columns))
    rows = np.arange(1, table.num_rows + 1, dtype=np.int64)
    damaged = any(pa.types.is_binary(field.type) or pa.types.is_large_binary(field.type) for field in table.schema)
    return [settle(Sheet(source.path, header, columns, rows), damaged=damaged)]


def _bounded(file: Any, path: str) -> Any:
    """Read all batches, dictionaries written out. Raise ExportError when that is more than MOST_TEXT bytes."""
    batches, size = [], 0
    for batch in file.iter_batches():
        size += sum(_plain_bytes(column) for column in batch.columns)
        if size > MOST_TEXT:
            raise ExportError(f"{path}: 展开后超过 {MOST_TEXT >> 30} GB,不读。请按日期拆成几个文件")
        columns = [_plain(column) for column in batch.columns]
        batches.append(pa.RecordBatch.from_arrays(columns, file.schema_arrow.names))
    if not batches:
        return arrow.empty(file.schema_arrow)
    return pa.Table.from_batches(batches)


def _is_text(kind: Any) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_binary(kind))


def _plain_bytes(column: Any) -> int:
    """Return how many bytes a column takes without its dictionary."""
    if not pa.types.is_dictionary(column.type):
        return int(column.nbytes)
    values = column.dictionary
    if not _is_text(values.type):
        return 8 * len(column)
    lengths = np.append(arrow.numbers(pc.binary_length(values), 0), 0).astype(np.int64)
    return int(lengths[arrow.numbers(column.indices, len(values))].sum())


def _plain(column: Any) -> Any:
    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column


def _cells(column: Any, is_time: bool) -> Any:
    kind = column.type
    column = (
        pa.chunked_array(column.chunks, type=column.type).combine_chunks()
        if column.num_chunks != 1
        else column.chunk(0)
    )
    if pa.types.is_timestamp(kind):
        return column if is_time and not pa.types.is_string(kind) else _iso(column)
    if pa.types.is_floating(kind):
        return arrow.array([_number(value) for value in column.to_pylist()], pa.string())
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind):
        return arrow.array([_bytes(value) for value in column.to_pylist()], pa.string())
    try:
        return column.cast(pa.string())
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
        return arrow.array([None if value is None else str(value) for value in column.to_pylist()], pa.string())


def _iso(column: Any) -> Any:
    return pc.strftime(column, format="%Y-%m-%d %H:%M:%S")


def _number(value: float | None) -> str | None:
    if value is None or value != value:
        return None
    return str(int(value)) if float(value).is_integer() else repr(value)


def _bytes(value: bytes | None) -> str | None:
    return None if value is None else value.decode("utf-8", "replace").replace("\ufffd", DAMAGED)
