"""What an export is taken for, told before anything is written: format, encoding, columns, rows, the first messages.

    seen = first_look(file, IngestOptions())
    seen.format.name, seen.verdict.why, seen.sheets[0].used      # "csv", "后缀是 .csv,…", {"text": 3, …}

Of a text larger than START only the start is read (`whole` is false): encoding, counts and notices are those of it. A
workbook, a Parquet file and what lies in an archive cannot be read in part; of the latter the start is understood.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from qa_audit import arrow
from qa_audit.errors import ExportError, QaAuditError
from qa_audit.formats import TABULAR, Format, explained, recognise, verdicts
from qa_audit.formats.csv import DELIMITERS
from qa_audit.formats.encoding import decode
from qa_audit.formats.layout import find_layout
from qa_audit.formats.lines import split_record
from qa_audit.formats.mapping import Mapping, is_zone
from qa_audit.formats.proposing import MOST_COLUMNS, begins
from qa_audit.formats.rows import Rows
from qa_audit.formats.sheet import Notice, Sheet, Source
from qa_audit.formats.sniffing import Head, Verdict, why_encoding
from qa_audit.formats.table import interpret
from qa_audit.ingest import IngestOptions, how_to_read
from qa_audit.ingest.assemble import messages_table
from qa_audit.ingest.columns import lay_out
from qa_audit.ingest.duplicates import conflict_notices, identify
from qa_audit.ingest.facts import applied
from qa_audit.ingest.files import ExportFile, read_bytes
from qa_audit.ingest.sessions import cut_sessions, session_notices
from qa_audit.schema import MESSAGES

START = 4 << 20
_HEAD_LINES, _SAMPLE = 200, 50
_BINARY = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1")


@dataclass(frozen=True)
class SheetSeen:
    """One table: its name, header, the row number of the header (None where it has none), {canonical: index} of the
    columns in use, how many rows it has, understood or not, and whether its header looks like a row of data."""

    name: str
    header: tuple[str, ...]
    header_row: int | None
    used: dict[str, int]
    rows: int
    headless: bool = False


@dataclass(frozen=True)
class FirstLook:
    """What was seen of one file; what an error kept from being seen is empty.

    others: what other formats say of it; given: whether the user named the format; delimiter: of a delimited text;
    quarantined: (source_file, row, reason, detail) of the rows that were not understood; first: schema.MESSAGES in the
    order of the file, at most as many as asked for; ratings: how many ratings and the like it holds.
    """

    path: str
    size: int
    whole: bool = True
    format: Format | None = None
    verdict: Verdict | None = None
    given: bool = False
    others: dict[str, Verdict] = field(default_factory=dict)
    encoding: str | None = None
    why_encoding: str = ""
    delimiter: str | None = None
    sheets: tuple[SheetSeen, ...] = ()
    messages: int = 0
    duplicates: int = 0
    quarantined: tuple[tuple[str, int, str, str], ...] = ()
    notices: tuple[Notice, ...] = ()
    first: Any = field(default_factory=MESSAGES.empty_table)
    ratings: int = 0
    error: str | None = None

    @property
    def read(self) -> int:
        """Rows of what was read: messages + quarantined + duplicates."""
        return self.messages + len(self.quarantined) + self.duplicates


def first_look(file: ExportFile, options: IngestOptions, most: int = 10) -> FirstLook:
    """Look at one file. What keeps it from being read is in `error`; raise ExportError for a zone that is none."""
    if not is_zone(options.tz):
        raise ExportError(f"不认识的时区 {options.tz!r}。例如:Asia/Shanghai、UTC")
    seen = FirstLook(file.name, file.size)
    try:
        data, whole = start_of(file)
        seen = replace(seen, whole=whole, others=verdicts(Head(file.name, data)))
        known, source = how_to_read(file.name, data, options)
    except ExportError as error:
        return replace(seen, error=str(error))
    given = options.format not in ("auto", "table") or (options.mapping or Mapping()).format not in (
        None,
        "auto",
        "table",
    )
    verdict = Verdict(True, "您写明的") if given else recognise(data, file.name)[1]
    others = {name: each for name, each in seen.others.items() if name != known.name}
    seen = replace(seen, format=known, verdict=verdict, given=given, others=others)
    return _understood(seen, known, source, options, most)


def start_of(file: ExportFile) -> tuple[bytes, bool]:
    """Return the bytes to look at and whether they are the whole file; a text is cut after a line."""
    if file.member or file.size <= START:
        data = read_bytes(file)
    else:
        with Path(file.location).open("rb") as stream:
            data = stream.read(START)
        if data.startswith(_BINARY):
            return read_bytes(file), True
    if data.startswith(_BINARY) or max(len(data), file.size) <= START:
        return data, True
    start = data[:START]
    wide = start[: 1 << 12].count(0) * 3 > min(len(start), 1 << 12)
    end = start.rfind(b"\n\x00" if wide else b"\n") + (2 if wide else 1)
    return start[: end if end > (1 if wide else 0) else len(start) // 4 * 4], False


def _understood(seen: FirstLook, known: Format, source: Source, options: IngestOptions, most: int) -> FirstLook:
    mapping, given = source.mapping, options.encoding or source.mapping.encoding
    try:
        sheets = known.read(source)
        if not seen.whole:
            sheets = [_without_end(sheet) for sheet in sheets]
        encoding = sheets[0].encoding
        seen = replace(
            seen,
            encoding=encoding,
            why_encoding=why_encoding(source.data, encoding, given, _damaged(sheets)) if encoding else "",
            sheets=tuple(_sheet(sheet, mapping) for sheet in sheets),
        )
        if known.name == "csv":
            seen = _delimited(seen, source, sheets[0])
        if known.name in TABULAR:
            laid_out = zip(sheets, seen.sheets, strict=True)
            seen = replace(seen, sheets=tuple(_laid_out(sheet, each, mapping) for sheet, each in laid_out))
        made = [interpret(sheet, mapping, options.tz) for sheet in sheets]
        rows = [replace(part, book=source.path, format=known.name) for part in made]
        seen = _counted(seen, rows, options, most)
        if not any(len(part.source_row) or part.facts for part in rows):
            raise ExportError(rows[0].nothing)
    except ExportError as error:
        return replace(seen, error=str(explained(error, known, seen.path, given)))
    except QaAuditError as error:
        return replace(seen, error=str(error))
    return seen


def _damaged(sheets: Sequence[Sheet]) -> bool:
    return any(problem.reason == "bad_encoding" for sheet in sheets for problem in sheet.problems)


def _without_end(sheet: Sheet) -> Sheet:
    """Drop the row that breaks off only because the reading did."""
    last = max([*(problem.row for problem in sheet.problems), *sheet.rows[-1:].tolist()], default=0)
    kept = tuple(problem for problem in sheet.problems if not problem.rest and problem.row < last)
    return replace(sheet, problems=kept)


def _sheet(sheet: Sheet, mapping: Mapping) -> SheetSeen:
    numbers = [*(problem.row for problem in sheet.problems), *sheet.rows[:1].tolist()]
    row = min(numbers, default=1) - 1
    used = {name: index for index, name in enumerate(sheet.header)}
    rows = len(sheet.rows) + len(sheet.problems)
    return SheetSeen(
        sheet.source_file, sheet.header, None if row < 1 or mapping.header is not None else row, used, rows
    )


def _laid_out(sheet: Sheet, seen: SheetSeen, mapping: Mapping) -> SheetSeen:
    used = find_layout(seen.header, mapping, seen.name).columns
    narrow = mapping.header is None and len(used) < 2 and len(seen.header) <= MOST_COLUMNS
    headless = narrow and begins(seen.header, _sample(sheet)) is None
    return replace(seen, used=used, headless=headless)


def _sample(sheet: Sheet) -> list[tuple[str | None, ...]]:
    return sheet.cells(np.arange(min(len(sheet.rows), _SAMPLE), dtype=np.int64))


def _delimited(seen: FirstLook, source: Source, sheet: Sheet) -> FirstLook:
    """Find the delimiter again, and the line of the header: both as the reader must have seen them."""
    quoted = source.mapping.quoting != "none"
    start = decode(source.data[: 1 << 18], source.encoding or source.mapping.encoding, source.path).data.decode("utf-8")
    lines = [line.removesuffix("\r") for line in start.split("\n")[:_HEAD_LINES]]
    wanted = tuple(name for name in sheet.header if name)
    for delimiter in (source.mapping.delimiter,) if source.mapping.delimiter else DELIMITERS:
        for number, line in enumerate(lines, 1):
            cells = split_record(line, delimiter, quoted)
            if tuple(cell for cell in cells if cell) == wanted and len(cells) > 1 and source.mapping.header is None:
                first = replace(seen.sheets[0], header_row=number)
                return replace(seen, delimiter=delimiter, sheets=(first, *seen.sheets[1:]))
    counts = {
        each: sum(len(split_record(line, each, quoted)) == len(sheet.header) for line in lines) for each in DELIMITERS
    }
    likely = max(DELIMITERS, key=lambda each: counts[each])
    return replace(seen, delimiter=source.mapping.delimiter or (likely if counts[likely] else None))


def _counted(seen: FirstLook, rows: Sequence[Rows], options: IngestOptions, most: int) -> FirstLook:
    problems = tuple((part.source_file, each.row, each.reason, each.detail) for part in rows for each in part.problems)
    facts = sum(len(part.facts) for part in rows)
    notices = tuple(notice for part in rows for notice in part.notices)
    if not any(len(part.source_row) for part in rows):
        return replace(seen, quarantined=problems, notices=notices, ratings=facts)
    columns = applied(lay_out(rows, options.gap_minutes), rows)
    identities = identify(columns)
    columns = identities.merged(columns)
    cut = cut_sessions(columns, identities, options.gap_minutes)
    messages = messages_table(columns, identities, cut)
    names = {name: index for index, name in enumerate(columns.names)}
    rank = [
        (names[name], row)
        for name, row in zip(*(messages[c].to_pylist() for c in ("source_file", "source_row")), strict=True)
    ]
    first = sorted(range(len(rank)), key=rank.__getitem__)[:most]
    return replace(
        seen,
        messages=messages.num_rows,
        duplicates=int((~identities.kept).sum()),
        quarantined=problems,
        notices=(
            *notices,
            *conflict_notices(identities.conflicts),
            *session_notices(options.gap_minutes, len(cut.partition), cut.shared, parted=cut.parted),
        ),
        first=messages.take(arrow.array(first, pa.int64())),
        ratings=facts,
    )
