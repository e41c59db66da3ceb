"""The messages of a night cut into slices of whole sessions, of about as many messages each.

Where is cut depends on the messages alone: at borders of partitions, and between the sessions of a partition that is
larger than a slice.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qa_audit import arrow
from qa_audit.ingest.columns import Ints
from qa_audit.ingest.result import Ingested, Slice
from qa_audit.interim import read_pieces, write_ipc

MESSAGES_PER_SLICE = 81_920


def groups(offsets: Ints) -> list[tuple[int, int]]:
    """Return the runs of partitions [from, to) that make a slice, or several where one partition is too large for it;
    offsets: of the partitions into the messages. Partitions without messages at the ends of runs are left out."""
    out: list[tuple[int, int]] = []
    low, sizes = 0, np.diff(offsets)
    filled = np.flatnonzero(sizes).tolist()
    for place, partition in enumerate(filled):
        if place and int(offsets[partition + 1] - offsets[low]) <= MESSAGES_PER_SLICE:
            out[-1] = (low, partition + 1)
        else:
            low = partition
            out.append((low, partition + 1))
    return out


def write_slices(table: Any, folder: Path, name: str) -> tuple[Slice, ...]:
    """Write the messages of one run of partitions, as one slice or several."""
    starts = np.flatnonzero(arrow.numbers(table["position"]) == 0)
    stops = np.append(starts[1:], table.num_rows)
    first = np.flatnonzero(np.diff((stops - 1) // MESSAGES_PER_SLICE, prepend=-1))
    bounds = [*starts[first].tolist(), table.num_rows]
    out = []
    for number, (low, high) in enumerate(pairwise(bounds)):
        path = folder / f"messages-{name}-{number}.arrow"
        write_ipc(table.slice(low, high - low), path)
        out.append(Slice(path, high - low))
    return tuple(out)


@dataclass(frozen=True)
class GatherTask:
    """Lay the partitions low … high − 1 of several files end to end; sources: (file, offsets of its partitions)."""

    sources: tuple[tuple[Path, Ints], ...]
    low: int
    high: int
    folder: Path


def gather(task: GatherTask) -> tuple[Slice, ...]:
    """Write the slices of one run of partitions; in each file the messages are ordered as in slices."""
    low, high = task.low, task.high
    # read, not mapped: of many files even a few rows each would map much more
    table = pa.concat_tables([read_pieces(path, offsets, low, high) for path, offsets in task.sources])
    if len(task.sources) > 1:
        run = np.arange(high - low)
        partition = np.concatenate([np.repeat(run, np.diff(offsets[low : high + 1])) for _, offsets in task.sources])
        table = _merged(table.combine_chunks(), partition)
    return write_slices(table.combine_chunks(), task.folder, named(low))


def _merged(table: Any, partition: Ints) -> Any:
    """Put whole sessions in the order of partition and id."""
    starts = np.flatnonzero(arrow.numbers(table["position"]) == 0)
    sizes = np.diff(np.append(starts, table.num_rows))
    ids = table["session_id"].take(arrow.array(starts))
    keys = pa.table({"partition": arrow.array(partition[starts]), "id": ids})
    ranked = arrow.numbers(pc.sort_indices(keys, sort_keys=[("partition", "ascending"), ("id", "ascending")]))
    ranked = ranked.astype(np.int64)
    ends = np.cumsum(sizes[ranked])
    within = np.arange(table.num_rows) - np.repeat(ends - sizes[ranked], sizes[ranked])
    return table.take(arrow.array(np.repeat(starts[ranked], sizes[ranked]) + within))


def sliced(read: Ingested, folder: Path) -> Ingested:
    """Put messages that are in memory into slices."""
    table, offsets, out = read.messages, read.partition_offsets, list[Slice]()
    for low, high in groups(offsets):
        rows = table.slice(int(offsets[low]), int(offsets[high] - offsets[low]))
        out += write_slices(rows, folder, named(low))
    return replace(read, slices=tuple(out), held=None)


def named(partition: int) -> str:
    """Return the name of the run of partitions that begins with one."""
    return f"{partition:03d}"


def ordered(found: Sequence[Sequence[Slice]]) -> tuple[Slice, ...]:
    """Lay the slices of runs end to end."""
    return tuple(each for slices in found for each in slices)
