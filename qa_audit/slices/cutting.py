"""Messages cut into slices of whole sessions, and slices that must stay together."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from qa_audit import arrow
from qa_audit.context.sessions import sessions_of
from qa_audit.identity import hash_strings, mix
from qa_audit.ingest.slicing import MESSAGES_PER_SLICE
from qa_audit.interim import read_ipc, write_ipc
from qa_audit.schema import PARTITIONS


def cut(tables: Iterable[Any], folder: Path) -> list[Path]:
    """Write messages, given in final order and in pieces of any size, as slices of whole sessions."""
    paths: list[Path] = []
    waiting: list[Any] = []

    def write(rows: Any) -> None:
        paths.append(folder / f"slice-{len(paths)}.arrow")
        write_ipc(rows.combine_chunks(), paths[-1])

    for table in tables:
        waiting.append(table)
        if sum(each.num_rows for each in waiting) < 2 * MESSAGES_PER_SLICE:
            continue
        ready = pa.concat_tables(waiting)
        begins = np.flatnonzero(arrow.numbers(ready["position"]) == 0)
        first = 0
        while len(later := begins[begins >= first + MESSAGES_PER_SLICE]):
            write(ready.slice(first, int(later[0]) - first))
            first = int(later[0])
        waiting = [ready.slice(first)]
    rest = pa.concat_tables(waiting) if waiting else None
    if rest is not None and rest.num_rows:
        write(rest)
    return paths


def apart(parts: Sequence[Path], tz: str) -> list[tuple[Path, ...]]:
    """Group slices so that no two groups have sessions of one customer: a partition may be cut into several slices."""
    groups: list[tuple[Path, ...]] = []
    last = -1
    for path in parts:
        sessions = sessions_of(read_ipc(path), tz)
        ends = sessions.take(arrow.array([0, sessions.num_rows - 1]))
        begins, stops = _partitions(ends)
        groups = [*groups[:-1], (*groups[-1], path)] if begins == last else [*groups, (path,)]
        last = stops
    return groups


def _partitions(sessions: Any) -> list[int]:
    """Return the partition of each session: by shop and customer, else by its id."""
    shop, customer, ids = (sessions[name].to_pylist() for name in ("shop", "customer_id", "session_id"))
    who = mix(hash_strings(shop), hash_strings(customer))
    unknown = np.array([each is None for each in customer], dtype=np.bool_)
    who[unknown] = mix(hash_strings(ids))[unknown]
    return [int(each) for each in who % np.uint64(PARTITIONS)]
