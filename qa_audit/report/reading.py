"""A run folder as the pages need it: aggregates of everything, details of the sessions that are shown.

The two big tables (findings, messages) are read a row group at a time and cut down to the shown sessions at once, so
memory follows what is shown, not the night.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import numpy.typing as npt

from qa_audit import schema
from qa_audit.errors import ResultsError
from qa_audit.report.choosing import Agent, SegmentKey, choose, worst_per_agent
from qa_audit.report.columns import among, counted, listed, numbers, read, row_groups, taken, wall_clock
from qa_audit.report.totals import SHARES, Load, any_replies, histograms, loads, reasons, round_reasons, scores, timed
from qa_audit.results import PRIVATE, read_manifest
from qa_audit.statistics import quantile

Row = dict[str, Any]
Outcomes = dict[Agent, dict[str, dict[tuple[str, str | None], int]]]

_MEASURES = (
    *("first_response_seconds", "first_reply_any_seconds", "mean_wait_seconds", "max_wait_seconds", "rounds"),
    *("unanswered_rounds", "open_sessions_mean", "open_sessions_max"),
    *(f"{name}_{part}" for name in SHARES for part in ("numerator", "denominator")),
)
_PART = (
    *("session_id", "segment_no", "agent_id", "agent_name", "team", "customer", "shop", "stage", "started_at"),
    *(
        "ended_at",
        "first_position",
        "last_position",
        "rubric_version",
        "score",
        "machine_score",
        "grade",
        "red_lines",
        "bonus",
    ),
    *("deducted", "applicable_points", "rating"),
)
_FINDING = (
    *("finding_id", "session_id", "segment_no", "agent_id", "check", "outcome", "reason", "label", "deducted"),
    *("bonus", "value", "seeds", "evidence"),
)
_MESSAGE = (
    *("session_id", "position", "sent_at", "time_resolution", "role", "automation", "agent_id", "customer_id"),
    *("kind", "text"),
)
_COUNTED = ("agent_id", "check", "outcome", "reason")
_ROUND = (
    *("session_id", "segment_no", "agent_id", "round_no", "asked_position", "last_asked_position", "asks"),
    *("started_position", "answered_position", "wait_seconds", "any_answered_position", "any_wait_seconds"),
    *("counted", "reason"),
)


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
    outcomes: Outcomes
    shown: dict[Agent, list[SegmentKey]]  # red lines first, then what lost most
    losing: dict[Agent, int]  # segments that lost points or have a red line
    segments: dict[str, list[Row]]  # of shown sessions, like all below
    judged: dict[SegmentKey, list[Judged]]  # every check
    findings: dict[SegmentKey, list[Row]]  # those that say something: all but passed without bonus and not applicable
    messages: dict[str, list[Row]]
    rounds: dict[str, list[Row]]


def read_results(out: Path, run: Mapping[str, Any] | None, worst: int | None) -> Results:
    """Read the run folder; `run` stands in for run.json, `worst` for the sessions shown by the number of agents.

    Raises ResultsError when a table is missing or does not fit, or run.json names an unknown time zone.
    """
    segments = read(out / "segments.parquet", (*_PART, "response_reason"), _MEASURES)
    agents = read(out / "agents.parquet", schema.AGENTS.names).to_pylist()
    run = read_manifest(out) if run is None else run
    worst = worst_per_agent(len(agents)) if worst is None else worst
    shown, losing = choose(segments, worst)
    sessions = frozenset(key[0] for keys in shown.values() for key in keys)
    outcomes, judged, findings = _findings(out / "findings.parquet", sessions)
    zone = _zone(run.get("tz") or "Asia/Shanghai")
    ids = _ids(out / PRIVATE / "sessions.parquet", sessions)
    resolutions, messages = _messages(out / PRIVATE / "messages.parquet", ids, zone)
    waits, uncounted, rounds = _rounds(out / PRIVATE / "rounds.parquet", ids)
    return Results(
        run=run,
        worst=worst,
        checks={
            (row["rubric_version"], row["check"]): row
            for row in read(out / "checks.parquet", schema.CHECKS.names).to_pylist()
        },
        agents=tuple(sorted(agents, key=lambda row: row["agent_id"] is None)),
        totals=scores(segments) | waits | {"resolutions": resolutions},
        reasons=reasons(segments),
        timed=timed(segments),
        histograms=histograms(segments),
        any_replies=any_replies(segments),
        loads=loads(segments),
        uncounted=uncounted,
        outcomes=outcomes,
        shown=shown,
        losing=losing,
        segments=_by_session(_segments(segments, sessions, zone), "segment_no"),
        judged=judged,
        findings=findings,
        messages=messages,
        rounds=rounds,
    )


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ResultsError(f"run.json:不认识的时区 {name}(例:Asia/Shanghai)") from error


def _segments(segments: Any, sessions: frozenset[str], zone: ZoneInfo) -> list[Row]:
    names = [*_PART, *(name for name in _MEASURES if name in segments.column_names)]
    return _rows(taken(segments.select(names), among(segments["session_id"], sessions)), zone)


def _findings(
    path: Path, sessions: frozenset[str]
) -> tuple[Outcomes, dict[SegmentKey, list[Judged]], dict[SegmentKey, list[Row]]]:
    outcomes: Outcomes = {}
    judged: dict[SegmentKey, list[Judged]] = {}
    found: dict[SegmentKey, list[Row]] = {}
    for group in row_groups(path, _FINDING):
        for (agent, check, outcome, reason), n in counted(*(group[name] for name in _COUNTED)).items():
            of_check = outcomes.setdefault(agent, {}).setdefault(str(check), {})
            of_check[str(outcome), reason] = of_check.get((str(outcome), reason), 0) + n
        table = taken(group, among(group["session_id"], sessions))
        keys = zip(listed(table["session_id"]), listed(table["segment_no"]), strict=True)
        cells = zip(*(listed(table[name]) for name in Judged._fields), strict=True)
        for key, values in zip(keys, cells, strict=True):
            judged.setdefault(key, []).append(Judged._make(values))
        for row in _rows(taken(table, _telling(table))):
            found.setdefault((row["session_id"], row["segment_no"]), []).append(row)
    return outcomes, judged, found


def _telling(findings: Any) -> npt.NDArray[np.int64]:
    """Return the numbers of the rows that have a line on the pages or might have one."""
    said = np.ones(findings.num_rows, bool)
    said[among(findings["outcome"], frozenset(("pass", "not_applicable")))] = False
    return np.flatnonzero(said | (numbers(findings["deducted"]) > 0) | (numbers(findings["bonus"]) > 0))


def _ids(path: Path, sessions: frozenset[str]) -> dict[str, str]:
    """Return the shown sessions' ids as the tables under private/ have them, with those of the pages.

    A run folder without sessions.parquet is older than the codes of sessions: the same ids everywhere.
    """
    if not path.is_file():
        return {name: name for name in sessions}
    table = read(path, ("session_id", "shown_id"))
    mine = taken(table, among(table["shown_id"], sessions))
    return dict(zip(listed(mine["session_id"]), listed(mine["shown_id"]), strict=True))


def _messages(path: Path, ids: Mapping[str, str], zone: ZoneInfo) -> tuple[dict[str, int], dict[str, list[Row]]]:
    resolutions: Counter[Any] = Counter()
    rows: list[Row] = []
    for group in row_groups(path, _MESSAGE):
        resolutions.update({name: n for (name,), n in counted(group["time_resolution"]).items()})
        rows += _rows(taken(group, among(group["session_id"], frozenset(ids))), zone)
    return dict(resolutions), _by_session(rows, "position", ids)


def _rounds(path: Path, ids: Mapping[str, str]) -> tuple[Row, dict[Agent, dict[str, int]], dict[str, list[Row]]]:
    table = read(path, _ROUND)
    waits = numbers(table["wait_seconds"])[numbers(table["counted"]) > 0]
    shares = {"wait_p50": 0.5, "wait_p90": 0.9, "wait_max": 1.0}
    rows = _rows(taken(table, among(table["session_id"], frozenset(ids))))
    totals = {name: quantile(waits, share) for name, share in shares.items()}
    return totals, round_reasons(table), _by_session(rows, "round_no", ids)


def _rows(table: Any, zone: ZoneInfo | None = None) -> list[Row]:
    """Return rows as dicts, times on the wall clock of `zone`."""
    names = table.column_names
    times = ("sent_at", "started_at", "ended_at")
    columns = [wall_clock(table[n], zone) if zone and n in times else listed(table[n]) for n in names]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def _by_session(rows: Iterable[Row], key: str, ids: Mapping[str, str] | None = None) -> dict[str, list[Row]]:
    """Group rows by session, in the order of `key`; `ids` are the pages' names of the sessions where others stand."""
    out: dict[str, list[Row]] = {}
    for row in rows:
        row["session_id"] = row["session_id"] if ids is None else ids[row["session_id"]]
        out.setdefault(row["session_id"], []).append(row)
    for found in out.values():
        found.sort(key=lambda row: int(row[key]))
    return out
