"""The files of a night understood part by part, and the pieces of large files put together again as one sheet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qa_audit import arrow
from qa_audit.formats.csv_pieces import Pieces
from qa_audit.formats.layout import find_layout
from qa_audit.formats.notices import notices
from qa_audit.formats.observed import added, agreed
from qa_audit.formats.rows import Lost, join_lost
from qa_audit.formats.sheet import Notice
from qa_audit.ingest.columns import LostRows
from qa_audit.ingest.files import ExportFile, Failed
from qa_audit.ingest.keys import NULL, hashed
from qa_audit.ingest.looking import together
from qa_audit.ingest.parts import (
    DigestTask,
    FileParts,
    FileTask,
    Part,
    PieceTask,
    Place,
    RunStep,
    in_pieces,
    understand,
)
from qa_audit.ingest.result import IngestOptions, Input
from qa_audit.ingest.spill import Spilled


@dataclass(frozen=True)
class SheetRead:
    """A sheet whose rows lie in files: (file, what to add to the numbers of its rows). As in Rows; rows: how many were
    understood; simple: as in Part."""

    source_file: str
    book: str
    has_sessions: bool
    held: bool | None
    rows: int
    spilled: tuple[tuple[Spilled, int], ...]
    lost: Lost
    notices: tuple[Notice, ...]
    simple: bool


@dataclass(frozen=True)
class FileRead:
    """A file that was understood; notices are those of the file and not of a sheet."""

    source: Input
    sheets: tuple[SheetRead, ...]
    notices: tuple[Notice, ...]
    quarantine: Any
    aside: Any


def read_files(
    files: Sequence[ExportFile], options: IngestOptions, work: Path, buckets: int, run_step: RunStep
) -> list[FileRead | Failed] | None:
    """Understand files, each in pieces where it is large; None where the night must be read into memory."""
    places = [Place(work / f"rows-{number}", buckets) for number in range(len(files))]
    plans = [in_pieces(file, options) for file in files]
    tasks: list[tuple[int, Any]] = []
    for number, (file, plan) in enumerate(zip(files, plans, strict=True)):
        if plan is None:
            tasks.append((number, FileTask(file, options, places[number])))
        else:
            tasks.append((number, DigestTask(file.location)))
            tasks += [(number, PieceTask(plan, n, options.tz, places[number])) for n in range(plan.last)]
    found: list[list[Any]] = [[] for _ in files]
    _fill(found, tasks, run_step)
    tails = [
        (number, PieceTask(plan, plan.last, options.tz, places[number], _before(found[number][1:])))
        for number, plan in enumerate(plans)
        if plan is not None and None not in found[number]
    ]
    _fill(found, tails, run_step)
    out: list[FileRead | Failed | None] = [
        _whole(parts) if plan is None else _joined(file, plan, parts, options)
        for file, plan, parts in zip(files, plans, found, strict=True)
    ]
    again = [n for n, each in enumerate(out) if each is None and plans[n] is not None]
    for number, result in zip(
        again, run_step(understand, [FileTask(files[n], options, places[n]) for n in again]), strict=True
    ):
        out[number] = _whole([result])
    read = [each for each in out if each is not None]
    return read if len(read) == len(out) else None


def _fill(found: list[list[Any]], tasks: Sequence[tuple[int, Any]], run_step: RunStep) -> None:
    for (number, _), result in zip(tasks, run_step(understand, [task for _, task in tasks]), strict=True):
        found[number].append(result)


def _before(parts: Sequence[Part]) -> tuple[int, int]:
    """Return how many rows of cells, and how many rows set aside by reading, the pieces have."""
    looks = [part.glimpse for part in parts if part.glimpse is not None]
    return sum(each.rows for each in looks), sum(each.read - each.rows for each in looks)


def _whole(found: Sequence[FileParts | Failed | None]) -> FileRead | Failed | None:
    """Return a file that was read as a whole."""
    (file,) = found
    if not isinstance(file, FileParts):
        return file
    sheets = tuple(_sheet(part, ((part.spilled, 0),)) for part in file.parts)
    return FileRead(file.source, sheets, file.notices, file.quarantine, file.aside)


def _sheet(part: Part, spilled: tuple[tuple[Spilled, int], ...]) -> SheetRead:
    return SheetRead(
        part.source_file,
        part.book,
        part.has_sessions,
        part.held,
        part.rows,
        spilled,
        part.lost,
        part.notices,
        part.simple,
    )


def _joined(file: ExportFile, plan: Pieces, found: Sequence[Any], options: IngestOptions) -> FileRead | None:
    """Put the pieces of a file together; None where they do not show what the whole file would."""
    if None in found or len(found) != plan.last + 2:
        return None
    digest, parts = str(found[0]), list[Part](found[1:])
    mapping = plan.source.mapping
    look = together([part.glimpse for part in parts if part.glimpse is not None], mapping)
    rows = sum(part.rows for part in parts)
    if look is None or not agreed([part.decided for part in parts]) or not rows:
        return None
    firsts = list(_firsts(parts, plan.table.first))
    layout, zone = find_layout(plan.table.header, mapping, file.name), mapping.time_zone or options.tz
    told = notices(added([part.observed for part in parts]), layout, zone, file.name)
    lost = [replace(part.lost, source_row=part.lost.source_row + first) for part, first in firsts]
    whole = _sheet(parts[0], tuple((part.spilled, first) for part, first in firsts))
    whole = replace(whole, rows=rows, lost=join_lost(lost), notices=(*plan.table.notices, *parts[-1].notices, *told))
    read = sum(part.read for part in parts)
    source = Input(file.name, file.size, digest, parts[0].format, plan.encoding, read, (look,))
    quarantine = pa.concat_tables([_numbered(part.quarantine, first) for part, first in firsts])
    return FileRead(source, (whole,), (), quarantine, pa.concat_tables([part.aside for part in parts]))


def _firsts(parts: Sequence[Part], first: int) -> Iterator[tuple[Part, int]]:
    """Yield each piece with the number of its first row."""
    for part in parts:
        yield part, first
        first += part.records


def _numbered(quarantine: Any, first: int) -> Any:
    """Number the rows of a piece as those of the file."""
    place = quarantine.schema.get_field_index("source_row")
    kind = quarantine.schema.field(place)
    return quarantine.set_column(place, kind, pc.add(quarantine.column(place), arrow.scalar(first, kind.type)))


def unnamed(number: int, sheet: SheetRead) -> LostRows:
    """Return the quarantined rows of a sheet, the `number`-th of the night, that name no session or customer."""
    lost = sheet.lost
    rows = np.flatnonzero((lost.session if sheet.has_sessions else lost.customer).null)
    none, nowhere = np.zeros(len(rows), dtype=bool), np.full(len(rows), NULL)
    agent, sent_at = hashed(lost.agent, rows), lost.sent_at[rows]
    file = np.full(len(rows), number, dtype=np.int64)
    return LostRows(file, nowhere, agent, sent_at, lost.source_row[rows], none, none, none, nowhere)
