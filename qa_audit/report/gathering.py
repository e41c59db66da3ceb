"""One pass over the big tables in tasks of some row groups each: counts of everything, rows of the shown sessions."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from qa_audit.report.columns import among, codes, counted, decoded, numbers, opened, row_group, taken
from qa_audit.report.totals import SHARES, Counts
from qa_audit.report.waits import leading
from qa_audit.results import PRIVATE

_MEASURES = (
    *("first_response_seconds", "first_reply_any_seconds", "mean_wait_seconds", "max_wait_seconds", "rounds"),
    *("unanswered_rounds", "open_sessions_mean", "open_sessions_max"),
    *(f"{name}_{part}" for name in SHARES for part in ("numerator", "denominator")),
)
_SEGMENT = (
    *("session_id", "segment_no", "agent_id", "agent_name", "team", "customer", "shop", "stage", "started_at"),
    *("ended_at", "first_position", "last_position", "rubric_version", "score", "machine_score", "grade", "red_lines"),
    *("bonus", "deducted", "applicable_points", "rating"),
)
_JUDGED = ("session_id", "segment_no", "check", "outcome", "reason", "label", "deducted", "bonus", "value")
_TOLD = ("finding_id", "agent_id", "seeds", "evidence")  # of findings that have a line on the pages
_MESSAGE = (
    *("session_id", "position", "sent_at", "time_resolution", "role", "automation", "agent_id", "customer_id"),
    *("kind", "text"),
)
_ROUND = (
    *("session_id", "segment_no", "agent_id", "round_no", "asked_position", "last_asked_position", "asks"),
    *("started_position", "answered_position", "wait_seconds", "any_answered_position", "any_wait_seconds"),
    *("counted", "reason"),
)
_UNTOLD = frozenset(("pass", "fail"))  # the agents' table counts these


@dataclass
class Gathered:
    """What some row groups came to: counts by name, the waits by their leading bits, rows of shown sessions by name."""

    counts: defaultdict[str, Counts] = field(default_factory=lambda: defaultdict(Counter))
    waits: Counter[int] = field(default_factory=Counter)
    rows: dict[str, list[Any]] = field(default_factory=dict)

    def count(self, name: str, *columns: Any) -> None:
        """Count the rows per distinct combination of texts."""
        self.counts[name].update(counted(*columns))

    def keep(self, name: str, rows: Any) -> None:
        """Keep a table of few rows."""
        self.rows.setdefault(name, []).append(decoded(rows))

    def add(self, more: "Gathered") -> None:
        """Add what came of the row groups that follow."""
        for name, counts in more.counts.items():
            self.counts[name].update(counts)
        self.waits.update(more.waits)
        for name, tables in more.rows.items():
            self.rows.setdefault(name, []).extend(tables)


class Stretch(NamedTuple):
    """One task: some row groups of a table, and the sessions to be shown, by their ids in that table."""

    table: str
    path: Path
    groups: range
    sessions: frozenset[str]


def stretches(out: Path, shares: int, private: Mapping[str, str]) -> list[Stretch]:
    """Return the tasks that cover the big tables of a run folder, each table in `shares` parts at most.

    private: the ids of the sessions to be shown as the tables under private/ have them, with those of the pages.
    Raises ResultsError when a table is missing or does not fit.
    """
    sessions = {PRIVATE: frozenset(private), "": frozenset(private.values())}
    found = []
    for name, (place, columns, _) in _TABLES.items():
        path = out / place / f"{name}.parquet"
        size = opened(path, columns).num_row_groups
        ends = [size * i // shares for i in range(shares + 1)]
        parts = (range(a, b) for a, b in pairwise(ends) if a < b)
        found += [Stretch(name, path, part, sessions[place]) for part in parts]
    return found


def gather(stretch: Stretch) -> Gathered:
    """Read one stretch, a row group at a time."""
    _, columns, look = _TABLES[stretch.table]
    file = opened(stretch.path, columns)
    gathered = Gathered()
    for i in stretch.groups:
        look(gathered, _Group(file, i), stretch.sessions)
    return gathered


def gathered_waits(path: Path) -> Iterator[npt.NDArray[np.float64]]:
    """Yield the counted waits of rounds.parquet in seconds, a row group at a time."""
    file = opened(path, _ROUND)
    return (_waits(row_group(file, i, ("wait_seconds", "counted"))) for i in range(file.num_row_groups))


class _Group(NamedTuple):
    file: Any
    number: int

    def read(self, columns: Iterable[str]) -> Any:
        return row_group(self.file, self.number, tuple(columns))


def _segments(gathered: Gathered, group: _Group, sessions: frozenset[str]) -> None:
    rows = among(group.read(("session_id",))["session_id"], sessions)
    if len(rows):
        gathered.keep("segments", taken(group.read((*_SEGMENT, *_MEASURES)), rows))


def _findings(gathered: Gathered, group: _Group, sessions: frozenset[str]) -> None:
    """Count the outcomes that no other table counts; a reason only where it is why a check does not apply."""
    table = group.read((*_JUDGED, "agent_id"))
    names, outcomes = codes(table["outcome"])
    aside = np.flatnonzero(np.array([name not in _UNTOLD for name in names])[outcomes])
    gathered.count("outcomes", *taken(table.select(["agent_id", "check", "outcome", "reason"]), aside).columns)
    rows = among(table["session_id"], sessions)
    if not len(rows):
        return
    mine = taken(table.select(list(_JUDGED)), rows)
    gathered.keep("judged", mine)
    said = np.ones(len(rows), bool)
    said[among(mine["outcome"], frozenset(("pass", "not_applicable")))] = False
    said |= (numbers(mine["deducted"]) > 0) | (numbers(mine["bonus"]) > 0)
    if said.any():
        told, rest = taken(mine, np.flatnonzero(said)), taken(group.read(_TOLD), rows[said])
        gathered.keep("findings", pa.Table.from_arrays([*told.columns, *rest.columns], names=[*_JUDGED, *_TOLD]))


def _messages(gathered: Gathered, group: _Group, sessions: frozenset[str]) -> None:
    table = group.read(("session_id", "time_resolution"))
    gathered.count("resolutions", table["time_resolution"])
    rows = among(table["session_id"], sessions)
    if len(rows):
        gathered.keep("messages", taken(group.read(_MESSAGE), rows))


def _rounds(gathered: Gathered, group: _Group, sessions: frozenset[str]) -> None:
    table = group.read(_ROUND)
    gathered.count("uncounted", table["agent_id"], table["reason"])
    gathered.waits.update(leading(_waits(table)))
    gathered.keep("rounds", taken(table, among(table["session_id"], sessions)))


def _waits(rounds: Any) -> npt.NDArray[np.float64]:
    waits = numbers(rounds["wait_seconds"])[numbers(rounds["counted"]) > 0]
    known: npt.NDArray[np.float64] = waits[~np.isnan(waits)]
    return known


_Look = Callable[[Gathered, _Group, frozenset[str]], None]
_TABLES: dict[str, tuple[str, tuple[str, ...], _Look]] = {
    "findings": ("", (*_JUDGED, *_TOLD), _findings),
    "messages": (PRIVATE, _MESSAGE, _messages),
    "rounds": (PRIVATE, _ROUND, _rounds),
    "segments": ("", _SEGMENT, _segments),
}
"""By table: the folder it lies in, the columns it must have, what is done with a row group of it."""
