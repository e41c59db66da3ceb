"""What goes into a run folder: what was read besides messages, and the big tables, slice after slice."""

import json
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow as pa

from qa_audit import arrow, schema
from qa_audit.agents import Part
from qa_audit.ingest import Ingested
from qa_audit.ingest.quarantine_file import write_quarantine
from qa_audit.interim import read_ipc, write_ipc
from qa_audit.ratings import followed
from qa_audit.results import Stage, TableWriter, read_table, write_json, write_table
from qa_audit.steps.judging import Verdict
from qa_audit.tables import segments_schema

_ALWAYS = ("quarantine.parquet", "quarantine.csv", "ratings.parquet", "incomplete_sessions.json")
_MENDED = "mended-"
_WAITING = 8  # pieces of tables
_PUBLISHED = ("segments", "findings")
_SCHEMAS: Mapping[str, Callable[[], Any]] = {
    "messages": lambda: schema.MESSAGES,
    "features": lambda: schema.FEATURES,
    "segments": segments_schema,
    "findings": lambda: schema.FINDINGS,
    "rounds": lambda: schema.ROUNDS,
}


def keep_read(stage: Stage, read: Ingested) -> None:
    """Write what was read beside the messages.

    The mended files are copied (mended-1.csv …): they may lie in the folder that is about to be replaced, and the next
    run over the same export needs them again.
    """
    write_table(read.quarantine, stage.private / _ALWAYS[0])
    write_quarantine(read.quarantine, read.aside, stage.private / _ALWAYS[1])
    write_table(read.ratings, stage.private / _ALWAYS[2])
    write_json(stage.private / _ALWAYS[3], list(read.gaps))  # their ids may name customers
    for number, file in enumerate(read.mended.files if read.mended else (), 1):
        suffix = PurePosixPath(file.path).suffix.lower()
        suffix = suffix if suffix in (".csv", ".txt", ".tsv", ".xlsx", ".xls") else ".csv"
        (stage.private / f"{_MENDED}{number}{suffix}").write_bytes(file.data)


def copied(read: Ingested) -> tuple[str, ...]:
    """Return the paths of the files that `keep_read` copies."""
    return tuple(file.path for file in read.mended.files) if read.mended else ()


def incomplete_sessions(stage: Stage) -> frozenset[str]:
    """Return the sessions of which rows are in quarantine."""
    return frozenset(json.loads((stage.private / _ALWAYS[3]).read_text("utf-8")))


def carry_over(folder: Path, stage: Stage, copy: Callable[[Path, Path], None]) -> None:
    """Copy the same files from a run folder that is judged again."""
    private = folder / "private"
    for path in (*(private / name for name in _ALWAYS), *sorted(private.glob(f"{_MENDED}*"))):
        copy(path, stage.private / path.name)


def follow_joined(stage: Stage, joined: Mapping[str, str]) -> None:
    """Give ratings and incomplete sessions the ids of the sessions that theirs went on with; joined: {old: new}."""
    if not joined:
        return
    path = stage.private / _ALWAYS[2]
    write_table(followed(read_table(path), joined), path)
    lost = {joined.get(name, name) for name in incomplete_sessions(stage)}
    write_json(stage.private / _ALWAYS[3], sorted(lost))


def ratings_for(stage: Stage, work: Path) -> Path | None:
    """Put the ratings where steps find them; None where there are none."""
    ratings = read_table(stage.private / _ALWAYS[2])
    if not ratings.num_rows:
        return None
    write_ipc(ratings, work / "ratings.arrow")
    return work / "ratings.arrow"


@dataclass(frozen=True)
class Summed:
    """What the verdicts of all slices come to besides their tables; see `steps.judging.Verdict`."""

    parts: tuple[Part, ...]
    several_ratings: int
    strangers: Any


class Tables:
    """The big tables of a run, written by a thread while the steps go on; rows: how many each has so far."""

    def __init__(self, writers: Mapping[str, TableWriter]) -> None:
        self.rows = dict.fromkeys(writers, 0)
        self._writers = writers
        self._thread = ThreadPoolExecutor(1)
        self._begun: deque[Future[None]] = deque()

    def add(self, name: str, table: Any) -> None:
        """Append a piece of a table; waits when too many pieces wait."""
        self.rows[name] += table.num_rows
        self._begun.append(self._thread.submit(self._writers[name].add, table))
        while len(self._begun) > _WAITING:
            self._begun.popleft().result()

    def add_all(self, verdicts: Iterable[Verdict]) -> Summed:
        """Append segments, findings and rounds of slices, given in their order, and remove their files."""
        parts, several, strangers = [], 0, []
        for verdict in verdicts:
            for name, path in verdict.tables.items():
                self.add(name, read_ipc(path))
                path.unlink()
            parts.append(verdict.part)
            several += verdict.several_ratings
            strangers += [] if verdict.strangers is None else [verdict.strangers]
        nobody = arrow.empty(segments_schema()).select(["agent_id", "started_at"])
        return Summed(tuple(parts), several, pa.concat_tables([nobody, *strangers]))

    def finish(self) -> None:
        """Wait until all is written; raises what the thread raised."""
        while self._begun:
            self._begun.popleft().result()

    def leave(self) -> None:
        """Write no more than what is being written."""
        self._thread.shutdown(cancel_futures=True)


@contextmanager
def kept(stage: Stage, names: Collection[str] = ("messages", "features", *_PUBLISHED, "rounds")) -> Iterator[Tables]:
    """Yield these tables of a run folder, to be written piece by piece."""
    with ExitStack() as files:
        writers = {
            name: files.enter_context(
                TableWriter((stage.path if name in _PUBLISHED else stage.private) / f"{name}.parquet", _SCHEMAS[name]())
            )
            for name in names
        }
        tables = Tables(writers)
        try:
            yield tables
            tables.finish()
        finally:
            tables.leave()
