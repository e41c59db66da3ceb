"""Exported files → the canonical `messages` table, a `quarantine` table, and a reconciliation of every row read.

found = ingest(["export/2026-12-01"], IngestOptions())
found.messages, found.quarantine, found.read == found.messages.num_rows + found.quarantine.num_rows + found.duplicates
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from qa_audit.errors import ExportError
from qa_audit.formats import Format, choose, explained
from qa_audit.formats.aside import NOTHING
from qa_audit.formats.mapping import Mapping, is_zone
from qa_audit.formats.rows import Rows
from qa_audit.formats.sheet import Notice, Source
from qa_audit.ingest.assemble import messages_table, partition_offsets, quarantine_tables
from qa_audit.ingest.columns import Columns, lay_out
from qa_audit.ingest.duplicates import Identities, identify
from qa_audit.ingest.facts import applied, ratings
from qa_audit.ingest.files import ExportFile, Failed, expand, read_bytes, total_bytes
from qa_audit.ingest.gaps import sessions_with_gaps
from qa_audit.ingest.lookalikes import lookalikes
from qa_audit.ingest.looking import Look, look
from qa_audit.ingest.mending import Fit, Mended, Mends, load_mends, settled, understood
from qa_audit.ingest.sessions import Cut, cut_sessions
from qa_audit.schema import MESSAGES, PARTITIONS, QUARANTINE, RATINGS

__all__ = ["Failed", "IngestOptions", "Ingested", "Input", "Notice", "ingest", "total_bytes"]


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
class Ingested:
    """Everything that came out of the files.

    messages: schema.MESSAGES ordered by partition, session_id, position; partition_offsets: int64[257] row offsets
    into it; quarantine: schema.QUARANTINE ordered by file and row; read = messages + quarantined + duplicates;
    gaps: sorted ids of the sessions that lost, or may have lost, a row to quarantine; failed: the files that
    could not be read at all; ratings: schema.RATINGS ordered by session and time; aside: what is known of each row of
    quarantine by canonical column, as exported; mended: what the mended files came to, None without any.
    """

    messages: Any
    quarantine: Any
    partition_offsets: npt.NDArray[np.int64]
    duplicates: int
    read: int
    sessions: int
    inputs: tuple[Input, ...]
    notices: tuple[Notice, ...]
    gaps: tuple[str, ...] = ()
    failed: tuple[Failed, ...] = ()
    ratings: Any = field(default_factory=RATINGS.empty_table)
    aside: Any = field(default_factory=lambda: NOTHING)
    mended: Mended | None = None


def ingest(paths: Sequence[str], options: IngestOptions | None = None) -> Ingested:
    """Read files, folders and globs; their order does not matter.

    A file of which nothing can be understood is in `failed` and the others are read; when it is all of them, raise
    ExportError. Raise MappingError for a mapping that does not fit, MendingError for mended rows that do not.
    """
    options = options or IngestOptions()
    if not is_zone(options.tz):
        raise ExportError(f"不认识的时区 {options.tz!r}。例如:Asia/Shanghai、UTC")
    if not options.gap_minutes > 0:
        raise ExportError(f"切分会话的静默间隔必须大于 0 分钟,不能是 {options.gap_minutes}")
    mends = load_mends(options.mended)
    listed = expand(paths)
    notices, failed = list(listed.notices), list(listed.failed)
    parts: list[Rows] = []
    inputs, fits = [], []
    for file in listed.files:
        try:
            found, source, fitting = _read(file, options, mends)
        except ExportError as error:
            failed.append(Failed(file.name, error.told))
            continue
        notices += _undecoded(found, source, options)
        parts.extend(found)
        inputs.append(source)
        fits += fitting
    listed.kept.clear()
    mended = settled(mends, fits, {part.source_file for part in parts}, {each.path for each in failed})
    if not any(len(part.source_row) for part in parts):
        only_facts = [f"{source.path}: 只有评价或会话资料,没有消息。请把同一时段的消息一起导出" for source in inputs]
        raise ExportError("\n".join([*(each.message for each in failed), *only_facts]))
    columns = applied(lay_out(parts, options.gap_minutes), parts)
    identities = identify(columns)
    columns = identities.merged(columns)
    cut = cut_sessions(columns, identities, options.gap_minutes)
    notices += [notice for part in parts for notice in part.notices]
    rated, unmatched = ratings(parts, columns, cut, (options.mapping or Mapping()).time_zone or options.tz)
    notices += [*identities.notices, *cut.notices, *unmatched, *(mended.notices if mended else ())]
    notices += lookalikes(parts, (each for fit in fits for each in fit.ids))
    return replace(
        _reconciled(parts, columns, identities, cut, tuple(inputs), tuple(notices), options.gap_minutes),
        failed=tuple(sorted(failed, key=_path)),
        ratings=rated,
        mended=mended,
    )


def _path(failed: Failed) -> str:
    return failed.path


def nothing_read(failed: tuple[Failed, ...]) -> Ingested:
    """Return what came out of files of which none could be understood."""
    offsets = np.zeros(PARTITIONS + 1, dtype=np.int64)
    return Ingested(MESSAGES.empty_table(), QUARANTINE.empty_table(), offsets, 0, 0, 0, (), (), failed=failed)


def _read(file: ExportFile, options: IngestOptions, mends: Mends) -> tuple[list[Rows], Input, list[Fit]]:
    data = read_bytes(file)
    known, opened = how_to_read(file.name, data, options)
    mapping = opened.mapping
    try:
        sheets = known.read(opened)
        made = [understood(sheet, mapping, options.tz, mends) for sheet in sheets]
        rows = [replace(part, book=file.name, format=known.name) for part, _ in made]
        fits = [fit for _, fit in made]
        if not any(len(part.source_row) or part.facts for part in rows):
            raise ExportError(rows[0].nothing)
    except ExportError as error:
        raise explained(error, known, file.name, options.encoding or mapping.encoding) from None
    read = sum(part.read for part in rows)
    digest = hashlib.sha256(data).hexdigest()
    looks = tuple(look(sheet, mapping, file.name, known.name) for sheet in sheets)
    return rows, Input(file.name, len(data), digest, known.name, sheets[0].encoding, read, looks), fits


def how_to_read(name: str, data: bytes, options: IngestOptions) -> tuple[Format, Source]:
    """Return the format of a file, and what its reader is given. Raise ExportError for what is no export."""
    mapping = options.mapping or Mapping()
    wanted = options.format if options.format != "auto" else mapping.format or "auto"
    if wanted == "tsv" and mapping.delimiter is None:
        mapping = replace(mapping, delimiter="\t")
    if not data:
        raise ExportError(f"{name}: 文件是空的。请重新导出")
    return choose(wanted, data, name), Source(name, data, mapping, options.encoding)


def _undecoded(parts: Sequence[Rows], source: Input, options: IngestOptions) -> list[Notice]:
    """Warn when the encoding that the user wrote cannot decode some rows: it may be the wrong one."""
    given = options.encoding or (options.mapping or Mapping()).encoding
    rows = sum(problem.reason == "bad_encoding" for part in parts for problem in part.problems)
    if given is None or source.encoding is None or not rows:
        return []
    text = (
        f"{source.path}: 按写明的编码 {given} 有 {rows} 行解不开,已隔离;若不对,请去掉 --encoding(或映射文件的 encoding)"
    )
    return [Notice("damaged_text", text, source.path)]


def _reconciled(
    parts: Sequence[Rows],
    columns: Columns,
    identities: Identities,
    cut: Cut,
    inputs: tuple[Input, ...],
    notices: tuple[Notice, ...],
    gap_minutes: float,
) -> Ingested:
    messages, (quarantine, aside) = messages_table(columns, identities, cut), quarantine_tables(parts)
    read, duplicates = sum(part.read for part in parts), int((~identities.kept).sum())
    if read != messages.num_rows + quarantine.num_rows + duplicates:
        raise RuntimeError(
            f"rows do not add up: read {read}, messages {messages.num_rows}, "
            f"quarantined {quarantine.num_rows}, duplicates {duplicates}"
        )
    offsets = partition_offsets(cut)
    gaps = sessions_with_gaps(parts, columns, cut, gap_minutes)
    sessions = len(cut.partition)
    return Ingested(messages, quarantine, offsets, duplicates, read, sessions, inputs, notices, gaps, aside=aside)
