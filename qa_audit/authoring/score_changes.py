"""Which segments and agents another rubric moves: scores, grades, red lines, and the findings that made it so.

found = score_changes(before, after, "Asia/Shanghai", most=20)
found.segments[0].after.score
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from qa_audit.authoring.pairs import Pairs
from qa_audit.authoring.quotes import Quoting
from qa_audit.authoring.rejudging import Verdicts
from qa_audit.report.columns import codes, numbers
from qa_audit.rubric.judged import Ints
from qa_audit.rubric.model import HUNDREDTHS

_AGAINST = ("fail", "partial")
_FACTS = ("session_id", "segment_no", "night", "customer", "agent_id", "score", "grade", "red_lines")
_BLOCK = 16_384  # segments of which the findings are counted at once


@dataclass(frozen=True)
class Standing:
    """Where a segment stands under a rubric; score None: not scored, grade None: none."""

    score: float | None
    grade: str | None
    red_lines: int


@dataclass(frozen=True)
class Verdict:
    """What a check came to on a segment, points in points."""

    outcome: str
    deducted: float
    bonus: float


@dataclass(frozen=True)
class MovedCheck:
    """A check that came to something else; None where the rubric has no such check. quotes: where it was seen."""

    check: str
    title: str
    before: Verdict | None
    after: Verdict | None
    quotes: tuple[str, ...]


@dataclass(frozen=True)
class MovedSegment:
    """A segment that stands elsewhere under the new rubric; None where that rubric's clock cuts no such segment."""

    session_id: str
    segment_no: int
    night: str | None
    customer: str
    agent: str | None
    before: Standing | None
    after: Standing | None
    checks: tuple[MovedCheck, ...]


@dataclass(frozen=True)
class MovedAgent:
    """An agent with segments that moved; means over scored segments, None without one."""

    agent: str | None
    segments: int
    moved: int
    mean_before: float | None
    mean_after: float | None
    red_lines_before: int
    red_lines_after: int


@dataclass(frozen=True)
class CheckTotal:
    """How often a check went against an agent, and what it took in all; None where the rubric has no such check."""

    check: str
    title: str
    against_before: int | None
    against_after: int | None
    deducted_before: float | None
    deducted_after: float | None


@dataclass(frozen=True)
class ScoreChanges:
    """Everything that moved. total: segments that either rubric has; higher, lower: scores, of segments scored by both.

    grades: how many segments went from grade to grade ("" for none, "-" for not scored), the old rubric's best first.
    segments: the first of `moved`, the largest changes first; agents and checks: those with a change.
    """

    total: int
    moved: int
    higher: int
    lower: int
    only_before: int
    only_after: int
    mean_before: float | None
    mean_after: float | None
    grades: tuple[tuple[str, str, int], ...]
    agents: tuple[MovedAgent, ...]
    checks: tuple[CheckTotal, ...]
    segments: tuple[MovedSegment, ...]


def score_changes(before: Verdicts, after: Verdicts, tz: str, most: int | None = 20) -> ScoreChanges:
    """Compare what two rubrics make of one export; of the segments that moved the first `most` are told (None: all)."""
    pairs = Pairs.of(before, after)
    moved = pairs.moved
    both = pairs.scored(0) & pairs.scored(1)
    change = pairs.score[1] - pairs.score[0]
    return ScoreChanges(
        total=len(moved),
        moved=int(moved.sum()),
        higher=int((both & (change > 0)).sum()),
        lower=int((both & (change < 0)).sum()),
        only_before=int((pairs.place[1] < 0).sum()),
        only_after=int((pairs.place[0] < 0).sum()),
        mean_before=_mean(pairs.score[0][pairs.scored(0)]),
        mean_after=_mean(pairs.score[1][pairs.scored(1)]),
        grades=pairs.grade_counts(before, after),
        agents=tuple(_agents(pairs)),
        checks=tuple(_check_totals(before, after)),
        segments=tuple(_segments(pairs, before, after, tz, most)),
    )


def _mean(scores: Ints) -> float | None:
    return float(scores.sum()) / len(scores) / HUNDREDTHS if len(scores) else None


def _agents(pairs: Pairs) -> Iterator[MovedAgent]:
    """Yield the agents with a segment that moved, the largest change of their mean first."""
    size = len(pairs.agents)
    segments, moved = (np.bincount(pairs.agent[rows], minlength=size) for rows in (slice(None), pairs.moved))
    mean, mean_now = (_means_by_agent(pairs, side, size) for side in (0, 1))
    red, red_now = (_red_lines_by_agent(pairs, side, size) for side in (0, 1))
    found = [
        MovedAgent(
            pairs.agents[code], int(segments[code]), int(moved[code]), mean[code], mean_now[code], int(red[code]),
            int(red_now[code]),
        )
        for code in np.flatnonzero(moved).tolist()
    ]  # fmt: skip
    yield from sorted(
        found, key=lambda a: (-abs((a.mean_after or 0) - (a.mean_before or 0)), a.agent is None, a.agent or "")
    )


def _means_by_agent(pairs: Pairs, side: int, size: int) -> list[float | None]:
    scored = pairs.scored(side)
    counts = np.bincount(pairs.agent[scored], minlength=size).tolist()
    sums = np.bincount(pairs.agent[scored], weights=pairs.score[side][scored], minlength=size).tolist()
    return [total / count / HUNDREDTHS if count else None for total, count in zip(sums, counts, strict=True)]


def _red_lines_by_agent(pairs: Pairs, side: int, size: int) -> list[float]:
    lines: list[float] = np.bincount(pairs.agent, weights=pairs.red_lines[side], minlength=size).tolist()
    return lines


def _check_totals(before: Verdicts, after: Verdicts) -> Iterator[CheckTotal]:
    old, new = _totals(before), _totals(after)
    titles = {check.id: check.title for each in (before, after) for _, check in each.rubric.model.checks}
    for check in dict.fromkeys((*new, *old)):
        (against, taken_), (against_now, taken_now) = old.get(check, (None, None)), new.get(check, (None, None))
        if (against, taken_) != (against_now, taken_now):
            yield CheckTotal(check, titles[check], against, against_now, taken_, taken_now)


def _totals(verdicts: Verdicts) -> dict[str, tuple[int, float]]:
    """Return for each check how many segments it went against, and what it deducted in all; block by block."""
    ids = [check.id for _, check in verdicts.rubric.model.checks]
    against, deducted = np.zeros(len(ids), dtype=np.int64), np.zeros(len(ids), dtype=np.int64)
    for start in range(0, verdicts.findings.num_rows, _BLOCK * len(ids)):
        block = verdicts.findings.select(["outcome", "deducted"]).slice(start, _BLOCK * len(ids))
        names, code = codes(block["outcome"])
        bad = np.isin(code, [i for i, name in enumerate(names) if name in _AGAINST])
        against += bad.reshape(-1, len(ids)).sum(axis=0)
        deducted += np.rint(numbers(block["deducted"]) * HUNDREDTHS).astype(np.int64).reshape(-1, len(ids)).sum(axis=0)
    return {
        name: (bad, taken_ / HUNDREDTHS)
        for name, bad, taken_ in zip(ids, against.tolist(), deducted.tolist(), strict=True)
    }


def _segments(pairs: Pairs, before: Verdicts, after: Verdicts, tz: str, most: int | None) -> Iterator[MovedSegment]:
    sides = (before, after)
    shown = {
        name: code
        for side in sides
        for name, code in zip(
            *(side.sessions[column].to_pylist() for column in ("session_id", "shown_id")), strict=True
        )
    }
    quoting = [Quoting(side.rubric, side.messages, side.sessions, tz) for side in sides]
    for each in pairs.in_order()[:most].tolist():
        facts, findings = [], []
        for side, verdicts in enumerate(sides):
            row = int(pairs.place[side][each])
            facts.append(_rows(verdicts.segments.select(_FACTS), row, 1)[0] if row >= 0 else None)
            width = len(verdicts.rubric.model.checks)
            findings.append(_rows(verdicts.findings, row * width, width) if row >= 0 else [])
        known = facts[1] or facts[0]
        assert known is not None
        yield MovedSegment(
            session_id=shown[known["session_id"]],
            segment_no=known["segment_no"],
            night=None if known["night"] is None else str(known["night"]),
            customer=known["customer"],
            agent=known["agent_id"],
            before=_standing(facts[0]),
            after=_standing(facts[1]),
            checks=tuple(_moved_checks(findings, quoting, sides)),
        )


def _rows(table: Any, first: int, count: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = table.slice(first, count).to_pylist()
    return rows


def _standing(facts: dict[str, Any] | None) -> Standing | None:
    return None if facts is None else Standing(facts["score"], facts["grade"], facts["red_lines"])


def _moved_checks(
    findings: Sequence[list[dict[str, Any]]], quoting: Sequence[Quoting], sides: Sequence[Verdicts]
) -> Iterator[MovedCheck]:
    old, new = ({row["check"]: row for row in rows} for rows in findings)
    titles = {check.id: check.title for side in sides for _, check in side.rubric.model.checks}
    for check in dict.fromkeys((*new, *old)):
        rows = old.get(check), new.get(check)
        was, is_ = (None if row is None else Verdict(row["outcome"], row["deducted"], row["bonus"]) for row in rows)
        if was == is_:
            continue
        side = 1 if _says(rows[1]) or rows[0] is None else 0
        row = rows[side]
        assert row is not None
        yield MovedCheck(check, titles[check], was, is_, quoting[side].quotes(row) if _says(row) else ())


def _says(finding: dict[str, Any] | None) -> bool:
    """Say whether a finding says anything: neither passed without bonus nor not applicable."""
    return finding is not None and (finding["outcome"] not in ("pass", "not_applicable") or finding["bonus"] > 0)
