"""A night of any size read from its exported files into slices on disk, in memory that does not grow with it.

    files ──understand──▶ rows by bucket ──make_messages──▶ messages by bucket ──gather──▶ slices

What must be seen as a whole (mended rows, ratings, messages taken back, accounts of several shops) is read into memory.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from qa_audit.errors import ExportError
from qa_audit.formats.rows import join_lost
from qa_audit.ingest.buckets import Bucket, BucketTask, make_messages
from qa_audit.ingest.columns import Sheets
from qa_audit.ingest.duplicates import conflict_notices
from qa_audit.ingest.files import ExportFile, Failed, Found, expand, unpacked
from qa_audit.ingest.gaps import OwnersTask, join_stray, owners, strays
from qa_audit.ingest.in_memory import check, ingest_files, reconcile
from qa_audit.ingest.joining import FileRead, SheetRead, read_files, unnamed
from qa_audit.ingest.keys import hashed
from qa_audit.ingest.parts import RunStep
from qa_audit.ingest.result import Ingested, IngestOptions, Slice
from qa_audit.ingest.sessions import session_notices
from qa_audit.ingest.slicing import GatherTask, gather, groups, ordered, sliced
from qa_audit.ingest.spill import buckets_of, chunks_of, few_lost

IN_MEMORY = 16 << 20
"""Bytes of exports below which a night is not worth parting."""
BUCKET = 16 << 20
_PACKED, _RATIO = (".xlsx", ".parquet"), 6  # how much smaller than text these are


def ingest_night(paths: Sequence[str], options: IngestOptions, folder: Path, run_step: RunStep) -> Ingested:
    """Read files, folders and globs as `ingest` does, with the same result, in slices under `folder`."""
    check(options)
    listed = expand(paths)
    size = sum(file.size * (_RATIO if file.name.lower().endswith(_PACKED) else 1) for file in listed.files)
    if size >= IN_MEMORY and not options.mended:
        with tempfile.TemporaryDirectory(dir=folder, prefix="reading-") as work:
            found = _Night(listed, options, Path(work), folder, run_step).read(-(-size // BUCKET))
        if found is not None:
            return found
    return sliced(ingest_files(listed, options), folder)


@dataclass(frozen=True)
class _Night:
    """The files of a night, and where and how they are read."""

    listed: Found
    options: IngestOptions
    work: Path
    folder: Path
    run_step: RunStep

    def read(self, buckets: int) -> Ingested | None:
        """Read the night by way of so many buckets; None where it must be read into memory."""
        files, failed = self._unpacked()
        results = read_files(files, self.options, self.work, buckets, self.run_step)
        if results is None:
            return None
        read = [each for each in results if isinstance(each, FileRead)]
        failed += [each for each in results if isinstance(each, Failed)]
        sheets = [sheet for file in read for sheet in file.sheets]
        if not any(sheet.rows for sheet in sheets) or not all(sheet.simple for sheet in sheets):
            return None
        made = self._buckets(sheets, buckets)
        ids = np.concatenate([each.ids for each in made])
        if len(np.unique(ids)) < len(ids):  # of two buckets; they need their shops' names, or more, to be told apart
            return None
        slices = self._slices(made)
        return self._result(read, failed, made, slices, self._gaps(sheets, made, slices))

    def _unpacked(self) -> tuple[list[ExportFile], list[Failed]]:
        files, failed = [], list(self.listed.failed)
        for file in self.listed.files:
            try:
                files.append(unpacked(file, self.work))
            except ExportError as error:
                failed.append(Failed(file.name, error.told))
        self.listed.kept.clear()
        return files, failed

    def _buckets(self, sheets: Sequence[SheetRead], buckets: int) -> list[Bucket]:
        """Make messages of the rows of all sheets, bucket by bucket."""
        every = Sheets.of(sheets)
        of_sheet = np.repeat(np.arange(len(sheets)), [len(sheet.lost.source_row) for sheet in sheets])
        lost = join_lost([sheet.lost for sheet in sheets])
        exported = every.exported[of_sheet]
        bucket = np.where(exported, buckets_of(lost.session, buckets), buckets_of(lost.customer, buckets))
        named = ~exported & ~lost.customer.null
        mixed = every.exported.any() and not every.exported.all()
        asked = np.unique(hashed(lost.customer)[named & mixed])
        spilled = [
            (each, number, sheet.source_file, sheet.has_sessions, first)
            for number, sheet in enumerate(sheets)
            for each, first in sheet.spilled
        ]
        tasks = []
        for number in range(buckets):
            mine = np.flatnonzero(bucket == number)
            path = self.work / f"bucket-{number}.arrow"
            chunks, gap = chunks_of(spilled, number), self.options.gap_minutes
            tasks.append(BucketTask(chunks, every, gap, few_lost(lost, mine), of_sheet[mine], asked, path))
        made = [each for each in self.run_step(make_messages, tasks) if each is not None]
        for each, *_ in spilled:
            each.path.unlink(missing_ok=True)
        return made

    def _slices(self, made: Sequence[Bucket]) -> tuple[Slice, ...]:
        tasks = []
        for low, high in groups(np.sum([each.offsets for each in made], axis=0)):
            sources = [(each.path, each.offsets) for each in made if each.offsets[high] > each.offsets[low]]
            tasks.append(GatherTask(tuple(sources), low, high, self.folder))
        return ordered(list(self.run_step(gather, tasks)))

    def _gaps(self, sheets: Sequence[SheetRead], made: Sequence[Bucket], slices: Sequence[Slice]) -> tuple[str, ...]:
        """Return the ids of sessions that lost, or may have lost, a row."""
        marked = {each for bucket in made for each in bucket.gaps}
        found = np.unique(np.concatenate([each.found for each in made]))
        with_shops = np.unique(np.concatenate([each.with_shops for each in made]))
        exported = np.array([sheet.has_sessions for sheet in sheets])
        stray = [each.stray for each in made if each.stray is not None]
        if not exported.all() and exported.any():  # a customer's messages may be in any bucket
            stray = [each.keep(exported[each.file] | np.isin(each.customer, found)) for each in stray]
        lost = strays(join_stray([*stray, *map(unnamed, range(len(sheets)), sheets)]), with_shops)
        if len(lost.file):
            names = tuple(sheet.source_file for sheet in sheets)
            tasks = [OwnersTask(each, lost, names, self.options.gap_minutes) for each in slices]
            for ids in self.run_step(owners, tasks):
                marked.update(ids)
        return tuple(sorted(marked))

    def _result(
        self,
        read: Sequence[FileRead],
        failed: Sequence[Failed],
        made: Sequence[Bucket],
        slices: tuple[Slice, ...],
        gaps: tuple[str, ...],
    ) -> Ingested:
        """Lay everything end to end. Raise RuntimeError when rows got lost."""
        offsets = np.sum([each.offsets for each in made], axis=0)
        quarantine = pa.concat_tables([each.quarantine for each in read])
        rows, duplicates = sum(each.source.rows for each in read), sum(each.duplicates for each in made)
        reconcile(rows, int(offsets[-1]), quarantine.num_rows, duplicates)
        sessions, shared = (sum(getattr(each, name) for each in made) for name in ("sessions", "shared"))
        notices = [*self.listed.notices, *(notice for each in read for notice in each.notices)]
        notices += [notice for each in read for sheet in each.sheets for notice in sheet.notices]
        notices += conflict_notices(sum(each.conflicts for each in made))
        gap, parted = self.options.gap_minutes, any(each.parted for each in made)
        notices += session_notices(gap, sessions, shared, parted=parted)
        return Ingested(
            slices,
            quarantine,
            offsets,
            duplicates,
            rows,
            sessions,
            tuple(each.source for each in read),
            tuple(notices),
            gaps,
            tuple(sorted(failed, key=lambda each: each.path)),
            aside=pa.concat_tables([each.aside for each in read]),
        )
