"""Exported files read into memory as a whole: for what is small, and for what must be seen together."""

from collections.abc import Sequence
from dataclasses import replace

from qa_audit.errors import ExportError
from qa_audit.formats.mapping import Mapping, is_zone
from qa_audit.formats.rows import Rows
from qa_audit.formats.sheet import Notice
from qa_audit.ingest.assemble import messages_table, partition_offsets, quarantine_tables
from qa_audit.ingest.columns import Columns, lay_out
from qa_audit.ingest.duplicates import Identities, conflict_notices, identify
from qa_audit.ingest.facts import applied, ratings
from qa_audit.ingest.files import Failed, Found, expand
from qa_audit.ingest.gaps import sessions_with_gaps
from qa_audit.ingest.lookalikes import lookalikes
from qa_audit.ingest.mending import load_mends, settled
from qa_audit.ingest.reading import read_file, undecoded
from qa_audit.ingest.result import Ingested, IngestOptions, Input
from qa_audit.ingest.sessions import Cut, cut_sessions, session_notices


def ingest(paths: Sequence[str], options: IngestOptions | None = None) -> Ingested:
    """Read files, folders and globs; their order does not matter.

    A file of which nothing can be understood is in `failed` and the others are read; when it is all of them, raise
    ExportError. Raise MappingError for a mapping that does not fit, MendingError for mended rows that do not.
    """
    options = options or IngestOptions()
    check(options)
    return ingest_files(expand(paths), options)


def check(options: IngestOptions) -> None:
    """Raise ExportError for options that mean nothing."""
    if not is_zone(options.tz):
        raise ExportError(f"不认识的时区 {options.tz!r}。例如:Asia/Shanghai、UTC")
    if not options.gap_minutes > 0:
        raise ExportError(f"切分会话的静默间隔必须大于 0 分钟,不能是 {options.gap_minutes}")


def ingest_files(listed: Found, options: IngestOptions) -> Ingested:
    """Read files as `ingest` does."""
    mends = load_mends(options.mended)
    notices, failed = list(listed.notices), list(listed.failed)
    parts: list[Rows] = []
    inputs, fits = [], []
    for file in listed.files:
        try:
            found, source, fitting = read_file(file, options, mends)
        except ExportError as error:
            failed.append(Failed(file.name, error.told))
            continue
        notices += undecoded(found, source, options)
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
    notices += conflict_notices(identities.conflicts)
    notices += session_notices(options.gap_minutes, len(cut.partition), cut.shared, parted=cut.parted)
    notices += [*unmatched, *(mended.notices if mended else ())]
    notices += lookalikes(parts, (each for fit in fits for each in fit.ids))
    return replace(
        _reconciled(parts, columns, identities, cut, tuple(inputs), tuple(notices), options.gap_minutes),
        failed=tuple(sorted(failed, key=_path)),
        ratings=rated,
        mended=mended,
    )


def _path(failed: Failed) -> str:
    return failed.path


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
    reconcile(read, messages.num_rows, quarantine.num_rows, duplicates)
    offsets = partition_offsets(cut)
    gaps = sessions_with_gaps(parts, columns, cut, gap_minutes)
    sessions = len(cut.partition)
    return Ingested(
        (), quarantine, offsets, duplicates, read, sessions, inputs, notices, gaps, aside=aside, held=messages
    )


def reconcile(read: int, messages: int, quarantined: int, duplicates: int) -> None:
    """Raise RuntimeError unless every row that was read became something."""
    if read != messages + quarantined + duplicates:
        raise RuntimeError(
            f"rows do not add up: read {read}, messages {messages}, quarantined {quarantined}, duplicates {duplicates}"
        )
