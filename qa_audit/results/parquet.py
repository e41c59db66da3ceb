"""Tables of a run folder as Parquet: fixed row groups and no clock time, so equal tables give equal bytes."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from qa_audit import arrow, schema
from qa_audit.errors import ResultsError


def write_table(table: Any, path: Path) -> None:
    """Write one Parquet file with the project's fixed settings."""
    with TableWriter(path, table.schema) as writer:
        writer.add(table)


class TableWriter:
    """Writes one Parquet file, piece after piece: equal tables give equal bytes, however they are cut into pieces. Rows
    wait until there are enough for a row group.

        with TableWriter(path, schema) as writer:
            writer.add(table)
    """

    def __init__(self, path: Path, kind: Any) -> None:
        self._schema = kind
        self._waiting: list[Any] = []
        self._rows, self._written = 0, False
        self._file = pq.ParquetWriter(
            path,
            kind,
            compression="zstd",
            compression_level=1,
            write_statistics=True,
            use_dictionary=[name for name in kind.names if name not in schema.HARDLY_REPEAT],
        )

    def __enter__(self) -> "TableWriter":
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            if kind is None and (self._rows or not self._written):
                self._write(pa.concat_tables([arrow.empty(self._schema), *self._waiting]))
        finally:
            self._waiting = []
            self._file.close()

    def add(self, table: Any) -> None:
        """Append rows; their columns are those of the schema."""
        self._waiting.append(table)
        self._rows += table.num_rows
        if self._rows < schema.ROW_GROUP:
            return
        ready = pa.concat_tables(self._waiting)
        whole = self._rows - self._rows % schema.ROW_GROUP
        for first in range(0, whole, schema.ROW_GROUP):
            self._write(ready.slice(first, schema.ROW_GROUP))
        self._waiting, self._rows = [ready.slice(whole)], self._rows - whole

    def _write(self, rows: Any) -> None:
        # in one chunk: where chunks end, pages end
        self._file.write_table(rows.combine_chunks(), row_group_size=schema.ROW_GROUP)
        self._written = True


def read_table(path: Path, columns: list[str] | None = None) -> Any:
    """Read one table of a run folder; ResultsError when it is missing or not Parquet."""
    with _opened(path) as file:  # pq.read_table would import pandas, for pyarrow.dataset
        return file.read(columns=columns)


def row_groups(path: Path) -> Iterator[Any]:
    """Yield a table of a run folder piece by piece; ResultsError like `read_table`."""
    with _opened(path) as file:
        for number in range(file.num_row_groups):
            yield file.read_row_group(number)


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    try:
        with pq.ParquetFile(path) as file:
            yield file
    except FileNotFoundError as error:
        raise ResultsError(f"{path}: 没有这个文件(这是 qa-audit 写出的结果文件夹吗?)") from error
    except pa.ArrowInvalid as error:
        raise ResultsError(f"{path}: 读不出来:{str(error).splitlines()[0]}(重新跑一次)") from error
