"""One night under several clocks: the figures of each, overall and per agent, and the sessions that change sides.

found = compare(export, [load_clock("house"), load_clock("jd-30s")])
found.changes[0].sessions[0].before.verdict           # "passed"
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from qa_audit.authoring.night import Export, Night
from qa_audit.clocks import REASONS, Clock
from qa_audit.clocks.figures import Figures, figures, figures_by_agent, passed_groups
from qa_audit.clocks.receipt import round_line
from qa_audit.sessions.algebra import MICROSECONDS
from qa_audit.sessions.columns import NONE, Codes, Ints

VERDICTS = ("left_out", "failed", "passed")
_NO_LIMIT = 1e9  # seconds: whoever was answered at all has passed


@dataclass(frozen=True)
class Measured:
    """A clock's figures; limit: the seconds that its share is of, its own or borrowed, None where none is named."""

    clock: Clock
    limit: float | None
    overall: Figures
    agents: dict[str | None, Figures]


@dataclass(frozen=True)
class Side:
    """Where a session stands under a clock, and by which round.

    verdict: one of VERDICTS; wait_seconds: what the limit is held against (the mean where the clock judges sessions,
    else the longest counted wait), None where unanswered or left out; reason: why it is left out, of that round
    (REASONS), else "unanswered" or ""; working: the receipt of that round.
    """

    verdict: str
    wait_seconds: float | None
    reason: str
    working: str


@dataclass(frozen=True)
class Changed:
    """A session, as exported, that stands elsewhere under the other clock; agent: who is charged by the first one."""

    session_id: str
    customer: str
    night: str | None
    agent: str | None
    before: Side
    after: Side


@dataclass(frozen=True)
class Changes:
    """The sessions that change sides between the first clock and another; `sessions` are the first of `total`."""

    clock: str
    total: int
    sessions: list[Changed]


@dataclass(frozen=True)
class Comparison:
    """Everything that `clock compare` shows."""

    clocks: list[Measured]
    changes: list[Changes]


def compare(
    export: Export, clocks: Sequence[Clock], *, within_seconds: float | None = None, most: int | None = 20
) -> Comparison:
    """Measure a night by each clock and compare the first with the others.

    within_seconds: one limit for all; without it each clock's own, and where it has none the first that another names.
    Of the sessions that change sides at most `most` are told per clock (None: all).
    """
    borrowed = next((clock.within_seconds for clock in clocks if clock.within_seconds), None)
    limits = [within_seconds or clock.within_seconds or borrowed for clock in clocks]
    nights = [export.under(clock) for clock in clocks]
    measured = [_measured(night, export.tz, limit) for night, limit in zip(nights, limits, strict=True)]
    standings = [_standing(export, night, limit) for night, limit in zip(nights, limits, strict=True)]
    changes = [_changes(export, standings[0], other, most) for other in standings[1:]]
    return Comparison(measured, changes)


def _measured(night: Night, tz: str, limit: float | None) -> Measured:
    batch, waits, people = night.cut.batch, night.waits, night.cut.people
    return Measured(
        night.clock,
        limit,
        figures(batch, waits, night.clock, customers=people, tz=tz, within_seconds=limit),
        figures_by_agent(batch, waits, night.clock, customers=people, tz=tz, within_seconds=limit),
    )


@dataclass(frozen=True)
class _Standing:
    """Per session as exported: verdict (int8 in VERDICTS); by: the round that decides, NONE without one; wait_us."""

    night: Night
    verdict: Codes
    by: Ints
    wait_us: Ints


def _standing(export: Export, night: Night, limit: float | None) -> _Standing:
    size = export.sessions.num_rows
    found, clock = night.waits, night.clock
    home = night.cut.home[found.asked]
    verdict = np.zeros(size, dtype=np.int8)
    groups, passed = passed_groups(found, clock, home, _NO_LIMIT if limit is None else limit)
    verdict[groups] = np.where(passed, VERDICTS.index("passed"), VERDICTS.index("failed"))
    waited = np.where(found.answered < 0, np.iinfo(np.int64).max, (found.wait_us / found.factor).astype(np.int64))
    order = np.lexsort((-np.arange(len(found)), np.where(found.counted, waited, -1), home))
    by = np.full(size, NONE, dtype=np.int64)
    by[home[order]] = order  # the last of each session stays: its worst counted round, else its first
    wait = np.where(by >= 0, found.wait_us[by], NONE) if len(found) else by
    if clock.unit == "session":
        total = np.bincount(home[found.timed], weights=found.wait_us[found.timed], minlength=size)
        rounds = np.bincount(home[found.timed], minlength=size)
        wait = np.where(wait >= 0, np.rint(total / np.maximum(rounds, 1)).astype(np.int64), wait)
    return _Standing(night, verdict, by, np.where(verdict > 0, wait, NONE))


def _changes(export: Export, first: _Standing, other: _Standing, most: int | None) -> Changes:
    changed = np.flatnonzero(first.verdict != other.verdict)
    told = changed[:most].tolist()
    facts = export.sessions.take(pa.array(told, pa.int64())).to_pylist()
    sessions = [
        Changed(
            session_id=fact["shown_id"],
            customer=fact["customer"],
            night=None if fact["night"] is None else str(fact["night"]),
            agent=_agent(first, session),
            before=_side(first, session, export.tz),
            after=_side(other, session, export.tz),
        )
        for session, fact in zip(told, facts, strict=True)
    ]
    return Changes(other.night.clock.name, len(changed), sessions)


def _agent(standing: _Standing, session: int) -> str | None:
    by = int(standing.by[session])
    code = int(standing.night.waits.agent[by]) if by >= 0 else -1
    return standing.night.cut.batch.agents[code] if code >= 0 else None


def _side(standing: _Standing, session: int, tz: str) -> Side:
    by, wait = int(standing.by[session]), int(standing.wait_us[session])
    found, night = standing.night.waits, standing.night
    working = round_line(night.cut.batch, found, night.clock, by, tz) if by >= 0 else "没有轮次"
    reason = REASONS[found.reason[by]] if by >= 0 else ""
    return Side(
        verdict=VERDICTS[standing.verdict[session]],
        wait_seconds=wait / MICROSECONDS if wait >= 0 else None,
        reason=reason or ("unanswered" if by >= 0 and found.answered[by] < 0 else ""),
        working=working,
    )
