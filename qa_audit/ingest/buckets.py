"""The second step of a night: the rows of a bucket become messages, for all rows of its sessions are in it."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from qa_audit.formats.rows import Lost
from qa_audit.identity import Hashes
from qa_audit.ingest.assemble import messages_table, partition_offsets
from qa_audit.ingest.columns import Columns, Ints, LostRows, Sheets, hashed, lay_out, lost_rows
from qa_audit.ingest.duplicates import identify
from qa_audit.ingest.gaps import known_gaps
from qa_audit.ingest.hashing import hash_texts
from qa_audit.ingest.sessions import Cut, cut_sessions
from qa_audit.ingest.spill import NO_ROWS, Chunk, unspill
from qa_audit.interim import write_pieces


@dataclass(frozen=True)
class BucketTask:
    """Make messages of the rows of a bucket. lost, of_sheet: its quarantined rows that name a session or customer, and
    the sheet of each; asked: hashes of the customers of such rows of whom it is to be told whether they have messages;
    path: where the messages go."""

    chunks: tuple[Chunk, ...]
    sheets: Sheets
    gap_minutes: float
    lost: Lost
    of_sheet: Ints
    asked: Hashes
    path: Path


@dataclass(frozen=True)
class Bucket:
    """The messages of a bucket in a file, ordered by partition, session and position; offsets: int64[257] of the
    partitions. duplicates, conflicts, sessions, shared, parted: counts as in Identities and Cut; ids: hashes of the
    session ids; gaps: ids of sessions that lost a row; stray: as gaps.known_gaps returns; with_shops: the sheets of
    which a message has a shop; found: those that were asked for."""

    path: Path
    offsets: Ints
    duplicates: int
    conflicts: int
    sessions: int
    shared: int
    parted: bool
    ids: Hashes
    gaps: tuple[str, ...]
    stray: LostRows | None
    with_shops: Ints
    found: Hashes


def make_messages(task: BucketTask) -> Bucket | None:
    """Make the messages of one bucket; None for a bucket without rows."""
    parts = [unspill(chunk) for chunk in task.chunks]
    of = [chunk.sheet for chunk in task.chunks]
    if not parts:
        if not len(task.of_sheet):
            return None
        parts, of = [NO_ROWS], [0]  # for the rows in quarantine
    columns = lay_out(parts, task.gap_minutes, task.sheets, of)
    del parts
    identities = identify(columns)
    columns = identities.merged(columns)
    cut = cut_sessions(columns, identities, task.gap_minutes)
    offsets = partition_offsets(cut)
    write_pieces(messages_table(columns, identities, cut), offsets, task.path)
    gaps, stray = _gaps(task, columns, cut)
    return Bucket(
        task.path,
        offsets,
        int((~identities.kept).sum()),
        identities.conflicts,
        len(cut.partition),
        cut.shared,
        cut.parted,
        hash_texts(cut.ids),
        gaps,
        stray,
        np.unique(columns.file[~columns.shop.null]),
        np.intersect1d(task.asked, hashed(columns.customer)) if len(task.asked) else task.asked,
    )


def _gaps(task: BucketTask, columns: Columns, cut: Cut) -> tuple[tuple[str, ...], LostRows | None]:
    if not len(task.of_sheet):
        return (), None
    rows = lost_rows(task.lost, task.of_sheet, columns, task.sheets, task.asked)
    marked, stray = known_gaps(rows, columns, cut)
    ids = cut.ids.to_pylist()
    return tuple(ids[each] for each in marked.tolist()), stray
