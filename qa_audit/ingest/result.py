"""How to read exports, and what came out of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from qa_audit import arrow
from qa_audit.formats.aside import NOTHING
from qa_audit.formats.mapping import Mapping
from qa_audit.formats.sheet import Notice
from qa_audit.ingest.files import Failed
from qa_audit.ingest.looking import Look
from qa_audit.ingest.mending import Mended
from qa_audit.interim import read_ipc
from qa_audit.schema import MESSAGES, PARTITIONS, QUARANTINE, RATINGS


@dataclass(frozen=True)
class IngestOptions:
    """How to read: "auto" and None detect format and encoding; tz is the zone of naive times; gap_minutes the silence
    that ends a session where the export has no session id; mended: files of quarantined rows that a person mended."""

    mapping: Mapping | None = None
    format: str = "auto"
    encoding: str | None = None
    tz: str = "Asia/Shanghai"
    gap_minutes: float = 30.0
    mended: tuple[str, ...] = ()


@dataclass(frozen=True)
class Input:
    """One file that was read: path as given, size in bytes, hash, format, encoding (None: binary), rows read, how each
    of its sheets looks."""

    path: str
    size: int
    sha256: str
    format: str
    encoding: str | None
    rows: int
    looks: tuple[Look, ...] = ()


@dataclass(frozen=True)
class Slice:
    """Whole sessions of a night in a file of their own: an Arrow file of schema.MESSAGES, and how many it holds."""

    path: Path
    messages: int

    def table(self) -> Any:
        """Return the messages, mapped into memory."""
        return read_ipc(self.path)


@dataclass(frozen=True)
class Ingested:
    """Everything that came out of the files.

    slices: the messages, end to end ordered by partition, session_id, position; held: the same as one table where they
    were read into memory, and then there are no slices; partition_offsets: int64[257] row offsets into them;
    quarantine: schema.QUARANTINE ordered by file and row; read = messages + quarantined + duplicates; gaps: sorted ids
    of the sessions that lost, or may have lost, a row to quarantine; failed: the files that could not be read at all;
    ratings: schema.RATINGS ordered by session and time; aside: what is known of each row of quarantine by canonical
    column, as exported; mended: what the mended files came to, None without any.
    """

    slices: tuple[Slice, ...]
    quarantine: Any
    partition_offsets: npt.NDArray[np.int64]
    duplicates: int
    read: int
    sessions: int
    inputs: tuple[Input, ...]
    notices: tuple[Notice, ...]
    gaps: tuple[str, ...] = ()
    failed: tuple[Failed, ...] = ()
    ratings: Any = field(default_factory=lambda: arrow.empty(RATINGS))
    aside: Any = field(default_factory=lambda: NOTHING)
    mended: Mended | None = None
    held: Any = None

    def tables(self) -> Iterator[Any]:
        """Yield the messages in order, as tables of schema.MESSAGES, one in memory at a time."""
        if self.held is not None:
            yield self.held
        for each in self.slices:
            yield each.table()

    @property
    def messages(self) -> Any:
        """All messages as one table of schema.MESSAGES: for nights that fit the memory."""
        return pa.concat_tables([arrow.empty(MESSAGES), *self.tables()]) if self.held is None else self.held

    @property
    def message_count(self) -> int:
        """How many messages there are."""
        return int(self.partition_offsets[-1])


def nothing_read(failed: tuple[Failed, ...]) -> Ingested:
    """Return what came out of files of which none could be understood."""
    offsets = np.zeros(PARTITIONS + 1, dtype=np.int64)
    return Ingested((), arrow.empty(QUARANTINE), offsets, 0, 0, 0, (), (), failed=failed)
