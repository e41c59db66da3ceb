"""The first step of a night: files, or pieces of large ones, are understood one by one and their rows put aside."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from qa_audit.errors import ExportError, MappingError
from qa_audit.formats.csv_pieces import START, Pieces, piecewise, read_piece
from qa_audit.formats.observed import Decided, Observed
from qa_audit.formats.rows import Lost, Rows
from qa_audit.formats.sheet import Notice
from qa_audit.formats.table import interpret
from qa_audit.ingest.assemble import quarantine_tables
from qa_audit.ingest.columns import Ints
from qa_audit.ingest.files import ExportFile, Failed
from qa_audit.ingest.looking import Glimpse, glimpse
from qa_audit.ingest.mending import Mends
from qa_audit.ingest.reading import how_to_read, read_file, undecoded
from qa_audit.ingest.result import IngestOptions, Input
from qa_audit.ingest.spill import Spilled, few_lost, spill

RunStep = Callable[[Callable[[Any], Any], Sequence[Any]], Iterable[Any]]
"""Maps a function over tasks, here or in workers: results in the order of the tasks."""

_CHUNK = 1 << 20


@dataclass(frozen=True)
class Place:
    """Where the rows go: into files of this name, in so many buckets."""

    path: Path
    buckets: int


@dataclass(frozen=True)
class PieceTask:
    """Understand a piece of a text table; before: as in csv_pieces.read_piece."""

    pieces: Pieces
    number: int
    tz: str
    place: Place
    before: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class FileTask:
    """Understand a whole file."""

    file: ExportFile
    options: IngestOptions
    place: Place


@dataclass(frozen=True)
class DigestTask:
    """Hash a file."""

    location: str


@dataclass(frozen=True)
class Part:
    """A sheet, or a piece of one: understood are `rows` of the `read` ones, and lie in `spilled`; of a piece the row
    numbers begin at 0, and `records` of them were given out. simple: nothing is said in it of
    sessions, other messages or shops, which all files must be seen for."""

    source_file: str
    has_sessions: bool
    held: bool | None
    book: str
    format: str
    rows: int
    read: int
    spilled: Spilled
    lost: Lost
    notices: tuple[Notice, ...]
    observed: Observed
    decided: Decided
    simple: bool
    records: int = 0
    quarantine: Any = None
    aside: Any = None
    glimpse: Glimpse | None = None


@dataclass(frozen=True)
class FileParts:
    """The sheets of a whole file, with the quarantine of all of them."""

    parts: tuple[Part, ...]
    source: Input
    notices: tuple[Notice, ...]
    quarantine: Any
    aside: Any


def understand(task: PieceTask | FileTask | DigestTask) -> Part | FileParts | Failed | str | None:
    """Do one task: return the Part of a piece or the FileParts of a file; Failed for a file that cannot be read; None
    for what must be read with the whole file or the whole night at hand; the SHA-256 of a file to be hashed.
    """
    if isinstance(task, DigestTask):
        return _digest(task.location)
    return _piece(task) if isinstance(task, PieceTask) else _file(task)


def rows_understood(result: object) -> int:
    """Return how many rows a result of `understand` brings; 0 for any other."""
    if isinstance(result, FileParts):
        return sum(part.rows for part in result.parts)
    return result.rows if isinstance(result, Part) else 0


def in_pieces(file: ExportFile, options: IngestOptions) -> Pieces | None:
    """Return the pieces of a large text table, None for any other file."""
    try:
        with Path(file.location).open("rb") as stream:
            start = stream.read(START)
        known, source = how_to_read(file.name, start, options)
        if known.name != "csv":
            return None
        return piecewise(Path(file.location), source, file.size)
    except (ExportError, OSError):  # reading the whole file says so
        return None


def _digest(location: str) -> str:
    digest = hashlib.sha256()
    with Path(location).open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _piece(task: PieceTask) -> Part | None:
    pieces, name = task.pieces, task.pieces.source.path
    found = read_piece(pieces, task.number, task.before)
    if found is None:
        return None
    try:
        rows = interpret(found.sheet, pieces.source.mapping, task.tz)
    except ExportError:
        return None
    rows = replace(rows, book=name, format="csv", notices=found.sheet.notices)
    seen = glimpse(found.sheet, pieces.source.mapping, name, "csv")
    quarantine, aside = quarantine_tables([rows])
    part = _part(rows, task.place.path.with_suffix(f".{task.number}"), task.place.buckets)
    return replace(part, records=found.records, quarantine=quarantine, aside=aside, glimpse=seen)


def _file(task: FileTask) -> FileParts | Failed | None:
    file, place = task.file, task.place
    try:
        rows, source, _ = read_file(file, task.options, Mends())
    except ExportError as error:
        return Failed(file.name, error.told)
    except MappingError:  # the night as a whole fails, by the first file that does not fit
        return None
    notices = tuple(undecoded(rows, source, task.options))
    quarantine, aside = quarantine_tables(rows)
    parts = tuple(_part(each, place.path.with_suffix(f".{n}"), place.buckets) for n, each in enumerate(rows))
    return FileParts(parts, source, notices, quarantine, aside)


def _part(rows: Rows, path: Path, buckets: int) -> Part:
    return Part(
        rows.source_file,
        rows.has_sessions,
        rows.held,
        rows.book,
        rows.format,
        len(rows.source_row),
        rows.read,
        spill(rows, buckets, path),
        few_lost(rows.lost, _all(rows.lost)),
        rows.notices,
        rows.observed,
        rows.decided,
        not rows.facts and not rows.taken_back and rows.shops is None,
    )


def _all(lost: Lost) -> Ints:
    return np.arange(len(lost.source_row), dtype=np.int64)
