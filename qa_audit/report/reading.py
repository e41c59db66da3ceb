"""A run folder as the pages need it: aggregates of everything, details of the sessions that are shown.

The tables are read a row group at a time and cut down to the shown sessions at once, so memory follows what is shown,
not the night; the big ones in parts, by whatever maps a function over them.
"""

from collections.abc import Callable, Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pyarrow as pa

from qa_audit import schema
from qa_audit.errors import ResultsError
from qa_audit.report.choosing import COLUMNS, Agent, Choice, SegmentKey, worst_per_agent
from qa_audit.report.columns import among, listed, read, row_groups, taken, wall_clock
from qa_audit.report.gathering import Gathered, gather, gathered_waits, stretches
from qa_audit.report.totals import SUMMED, Load, Totals, per_agent
from qa_audit.report.waits import quantiles
from qa_audit.results import PRIVATE, read_manifest

Row = dict[str, Any]
Outcomes = dict[Agent, dict[str, dict[tuple[str, str | None], int]]]

_WAITS = {"wait_p50": 0.5, "wait_p90": 0.9, "wait_max": 1.0}


class Judged(NamedTuple):
    """What one check came to in one segment: the part of a finding that the table of all checks shows."""

    check: str
    outcome: str
    reason: str | None
    label: str | None
    deducted: float
    bonus: float
    value: float | None


@dataclass(frozen=True)
class Results:
    """What one run folder holds; agents keep the order of agents.parquet, unassigned (None) last.

    Times in the rows are texts on the wall clock of the run's zone (2026-12-01T14:03:22), "" where there is none.
    """

    run: Mapping[str, Any]
    worst: int  # sessions shown per agent, red lines besides
    checks: dict[tuple[int, str], Row]  # by version of the rubric and id, newest version first
    agents: tuple[Row, ...]
    totals: Row  # scores, waits, time resolutions over everything
    reasons: dict[Agent, dict[str, int]]  # why a first response is null, in segments
    timed: dict[Agent, int]  # segments whose first response is known
    histograms: dict[Agent, list[int]]
    any_replies: dict[Agent, tuple[int, int]] | None  # first replies of anyone: in time, all; None: not measured
    loads: dict[Agent, Load]
    uncounted: dict[Agent, dict[str, int]]  # rounds that are not counted, by reason
    outcomes: Outcomes  # of every segment; passed and failed ones left out, the agents' rows count them
    shown: dict[Agent, list[SegmentKey]]  # red lines first, then what lost most
    losing: dict[Agent, int]  # segments that lost points or have a red line
    segments: dict[str, list[Row]] = field(default_factory=dict)  # of shown sessions, like all below
    judged: dict[SegmentKey, list[Judged]] = field(default_factory=dict)  # every check
    # Those that say something: all but passed without bonus and not applicable.
    findings: dict[SegmentKey, list[Row]] = field(default_factory=dict)
    messages: dict[str, list[Row]] = field(default_factory=dict)
    rounds: dict[str, list[Row]] = field(default_factory=dict)

    def of(self, agents: Sequence[Row]) -> "Results":
        """Return the results cut down to some agents, without details of sessions."""
        names = {row["agent_id"] for row in agents}

        def mine(found: dict[Agent, Any]) -> dict[Agent, Any]:
            return {name: found[name] for name in names if name in found}

        return replace(
            self,
            agents=tuple(agents),
            reasons=mine(self.reasons),
            timed=mine(self.timed),
            histograms=mine(self.histograms),
            any_replies=None if self.any_replies is None else mine(self.any_replies),
            loads=mine(self.loads),
            uncounted=mine(self.uncounted),
            outcomes=mine(self.outcomes),
            shown=mine(self.shown),
            losing=mine(self.losing),
        )


@dataclass(frozen=True)
class Shown:
    """The rows of the sessions that are shown: tables by name (segments, judged, findings, messages, rounds)."""

    tables: dict[str, Any]
    private: dict[str, str]
    """The ids that sessions have in messages and rounds, with those that they have elsewhere and on the pages."""

    @property
    def sessions(self) -> list[str]:
        """The ids of the sessions, in order."""
        return sorted(set(listed(self.tables["segments"]["session_id"]))) if "segments" in self.tables else []

    def of(self, sessions: Container[str | None]) -> "Shown":
        """Return the rows of some of the sessions."""
        private = {own: name for own, name in self.private.items() if name in sessions}
        wanted = {name: private if name in ("messages", "rounds") else sessions for name in self.tables}
        tables = {name: taken(t, among(t["session_id"], wanted[name])) for name, t in self.tables.items()}
        return Shown(tables, private)

    def details(self, results: Results) -> Results:
        """Return the results with the rows of these sessions in place."""
        zone = _zone(results.run)
        rows = {name: _rows(table, zone) for name, table in self.tables.items() if name != "judged"}
        for row in (*rows.get("messages", ()), *rows.get("rounds", ())):
            row["session_id"] = self.private[row["session_id"]]
        findings: dict[SegmentKey, list[Row]] = {}
        for row in rows.get("findings", ()):
            findings.setdefault((row["session_id"], row["segment_no"]), []).append(row)
        return replace(
            results,
            segments=_by_session(rows.get("segments", ()), "segment_no"),
            judged=_judged(self.tables.get("judged")),
            findings=findings,
            messages=_by_session(rows.get("messages", ()), "position"),
            rounds=_by_session(rows.get("rounds", ()), "round_no"),
        )


def read_results(
    out: Path,
    run: Mapping[str, Any] | None,
    worst: int | None,
    run_step: Callable[..., Iterable[Any]] = map,
    shares: int = 1,
) -> tuple[Results, Shown]:
    """Read the run folder: what everything comes to, and the rows of the sessions to show.

    `run` stands in for run.json, `worst` for the sessions shown by the number of agents; `run_step` maps a function
    over the parts that each of the big tables is read in, `shares` at most.
    Raises ResultsError when a table is missing or does not fit, or run.json names an unknown time zone.
    """
    agents = read(out / "agents.parquet", schema.AGENTS.names).to_pylist()
    run = read_manifest(out) if run is None else run
    _zone(run)
    choice, totals = Choice(worst_per_agent(len(agents)) if worst is None else worst), Totals()
    for group in row_groups(out / "segments.parquet", (*COLUMNS, "grade", "response_reason"), SUMMED):
        totals.add(group)
        choice.add(group)
    shown = choice.shown()
    private = _ids(out / PRIVATE / "sessions.parquet", {key[0] for keys in shown.values() for key in keys})
    found = Gathered()
    for part in run_step(gather, stretches(out, shares, private)):
        found.add(part)
    waits = quantiles(found.waits, tuple(_WAITS.values()), gathered_waits(out / PRIVATE / "rounds.parquet"))
    results = Results(
        run=run,
        worst=choice.worst,
        checks={
            (row["rubric_version"], row["check"]): row
            for row in read(out / "checks.parquet", schema.CHECKS.names).to_pylist()
        },
        agents=tuple(sorted(agents, key=lambda row: row["agent_id"] is None)),
        totals=totals.scores
        | dict(zip(_WAITS, waits, strict=True))
        | {"resolutions": {name: n for (name,), n in found.counts["resolutions"].items()}},
        reasons=totals.reasons,
        timed=totals.timed,
        histograms=totals.histograms,
        any_replies=totals.any_replies,
        loads=totals.loads,
        uncounted=per_agent(found.counts["uncounted"]),
        outcomes=_outcomes(found.counts["outcomes"]),
        shown=shown,
        losing=dict(choice.losing),
    )
    return results, Shown({name: pa.concat_tables(tables) for name, tables in found.rows.items()}, private)


def _zone(run: Mapping[str, Any]) -> ZoneInfo:
    name = run.get("tz") or "Asia/Shanghai"
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ResultsError(f"run.json:不认识的时区 {name}(例:Asia/Shanghai)") from error


def _ids(path: Path, sessions: Collection[str | None]) -> dict[str, str]:
    """Return the shown sessions' ids as the tables under private/ have them, with those of the pages.

    A run folder without sessions.parquet is older than the codes of sessions: the same ids everywhere.
    """
    if not path.is_file():
        return {name: name for name in sessions if name is not None}
    ids: dict[str, str] = {}
    for group in row_groups(path, ("session_id", "shown_id")):
        mine = taken(group, among(group["shown_id"], sessions))
        ids |= zip(listed(mine["session_id"]), listed(mine["shown_id"]), strict=True)
    return ids


def _outcomes(counts: Mapping[tuple[Any, ...], int]) -> Outcomes:
    outcomes: Outcomes = {}
    for (agent, check, outcome, reason), n in counts.items():
        outcomes.setdefault(agent, {}).setdefault(check, {})[outcome, reason] = n
    return outcomes


def _judged(table: Any) -> dict[SegmentKey, list[Judged]]:
    judged: dict[SegmentKey, list[Judged]] = {}
    if table is not None:
        keys = zip(listed(table["session_id"]), listed(table["segment_no"]), strict=True)
        cells = zip(*(listed(table[name]) for name in Judged._fields), strict=True)
        for key, values in zip(keys, cells, strict=True):
            judged.setdefault(key, []).append(Judged._make(values))
    return judged


def _rows(table: Any, zone: ZoneInfo) -> list[Row]:
    """Return rows as dicts, times on the wall clock of `zone`."""
    names = table.column_names
    times = ("sent_at", "started_at", "ended_at")
    columns = [wall_clock(table[n], zone) if n in times else listed(table[n]) for n in names]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def _by_session(rows: Iterable[Row], key: str) -> dict[str, list[Row]]:
    """Group rows by session, in the order of `key`."""
    out: dict[str, list[Row]] = {}
    for row in rows:
        out.setdefault(row["session_id"], []).append(row)
    for found in out.values():
        found.sort(key=lambda row: int(row[key]))
    return out
