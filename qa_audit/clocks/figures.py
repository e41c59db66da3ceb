"""The figure a clock's platform publishes, over a night or for one agent: by round, session, or person and day.

found = figures(batch, waits(batch, clock, cues), clock)
found.passed, found.total                   # 3 of 4 rounds within clock.within_seconds
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qa_audit.clocks.hours import local_days
from qa_audit.clocks.model import Clock
from qa_audit.clocks.reasons import REASONS
from qa_audit.clocks.waits import Waits
from qa_audit.sessions.algebra import MICROSECONDS
from qa_audit.sessions.batch import SessionBatch
from qa_audit.sessions.columns import Ints, Mask


@dataclass(frozen=True)
class Figures:
    """Numerators and denominators in the clock's unit; seconds are None where nothing was measured, never 0.

    passed: rounds, sessions or person-days within the limit, None where there is none; total: those that count
    rounds: counted rounds; unanswered: those of them without an answer; wait_seconds, waits: sum and number of what is
    averaged (longer waits as the cap, unanswered ones too where they are capped); mean_seconds by the statistic of the
    clock; p50, p90, max: of answered rounds, uncapped, nearest rank; left_out: rounds that do not count, by reason
    """

    passed: int | None
    total: int
    rounds: int
    unanswered: int
    wait_seconds: float
    waits: int
    mean_seconds: float | None
    p50_seconds: float | None
    p90_seconds: float | None
    max_seconds: float | None
    left_out: dict[str, int]

    @property
    def share(self) -> float | None:
        """Passed / total; None where either is not known."""
        return self.passed / self.total if self.passed is not None and self.total else None


def figures(
    batch: SessionBatch,
    found: Waits,
    clock: Clock,
    *,
    customers: Sequence[str | None] | None = None,
    tz: str = "Asia/Shanghai",
    among: Mask | None = None,
    within_seconds: float | None = None,
) -> Figures:
    """Reduce the rounds of a batch (or those of `among`) to the clock's figure.

    customers: who each session is with, told apart between shops, for person-days (without it each session is its own
    person); within_seconds: another limit than the clock's.
    """
    chosen = np.ones(len(found), dtype=np.bool_) if among is None else among
    limit = clock.within_seconds if within_seconds is None else within_seconds
    unit = _units(batch, found, clock, customers, tz)
    return _reduced(found, clock, chosen, unit, limit)


def _reduced(found: Waits, clock: Clock, chosen: Mask, unit: Ints, limit: float | None) -> Figures:
    """Reduce the chosen rounds; `unit` says which round, session or person-day each round belongs to."""
    counted = chosen & found.counted
    answered, missed = chosen & found.timed, counted & (found.answered < 0)
    waited = _averaged(found, clock, answered | (missed if clock.unanswered == "capped" else False))
    return Figures(
        passed=None if limit is None else int(_passed(found, clock, counted, unit, limit).sum()),
        total=len(np.unique(unit[counted])),
        rounds=int(counted.sum()),
        unanswered=int(missed.sum()),
        wait_seconds=int(waited[waited >= 0].sum()) / MICROSECONDS,
        waits=int((waited >= 0).sum()),
        mean_seconds=_mean(waited, found.session, clock),
        p50_seconds=_rank(found.wait_us[answered], 50),
        p90_seconds=_rank(found.wait_us[answered], 90),
        max_seconds=_rank(found.wait_us[answered], 100),
        left_out=_left_out(found, chosen),
    )


def figures_by_agent(
    batch: SessionBatch,
    found: Waits,
    clock: Clock,
    *,
    customers: Sequence[str | None] | None = None,
    tz: str = "Asia/Shanghai",
    within_seconds: float | None = None,
) -> dict[str | None, Figures]:
    """Return the figures of each agent who is charged with a round, by id; None (nobody known) last."""
    codes = np.unique(found.agent)
    codes = np.concatenate([codes[codes >= 0], codes[codes < 0]])
    unit = _units(batch, found, clock, customers, tz)
    limit = clock.within_seconds if within_seconds is None else within_seconds
    return {
        batch.agents[code] if code >= 0 else None: _reduced(found, clock, found.agent == code, unit, limit)
        for code in codes.tolist()
    }


def passed_groups(found: Waits, clock: Clock, group: Ints, limit: float) -> tuple[Ints, Mask]:
    """Return the groups with a counted round, ascending, and which of them pass by the rule of the clock's unit.

    group: int64 per round, such as the session; sessions pass by their mean wait, all else by each round.
    """
    return np.unique(group[found.counted]), _passed(found, clock, found.counted, group, limit)


def _units(
    batch: SessionBatch, found: Waits, clock: Clock, customers: Sequence[str | None] | None, tz: str
) -> npt.NDArray[np.int64]:
    """Which round, session or person-day each round belongs to, as numbers."""
    if clock.unit == "round":
        return np.arange(len(found), dtype=np.int64)
    if clock.unit == "session":
        return found.session.astype(np.int64)
    person = np.arange(len(batch.sessions), dtype=np.int64)
    if customers is not None:
        names: dict[str, int] = {}
        own = len(batch.sessions)  # a session with an unknown customer is a person of its own
        person = np.array(
            [own + names.setdefault(name, len(names)) if name else i for i, name in enumerate(customers)],
            dtype=np.int64,
        ).reshape(-1)
    day = local_days(batch.sent_at[found.asked], tz) if batch.n else np.zeros(0, dtype=np.int64)
    keys = np.stack([person[found.session], day], axis=1)
    return np.unique(keys, axis=0, return_inverse=True)[1].ravel().astype(np.int64)


def _passed(found: Waits, clock: Clock, counted: Mask, unit: Ints, limit: float) -> Mask:
    """Which units pass: no counted round of theirs missed the limit; sessions by their mean wait."""
    if clock.unit != "session":
        good = found.within(limit)
        failed = np.unique(unit[counted & ~good])
        return ~np.isin(np.unique(unit[counted]), failed)
    capped = clock.unanswered == "capped"
    units, place = np.unique(unit[counted], return_inverse=True)
    waited = _averaged(found, clock, counted)[counted] / found.factor[counted]
    gone = (found.answered[counted] < 0) & (not capped)
    total = np.bincount(place, weights=np.where(gone, 0, waited), minlength=len(units))
    size = np.bincount(place, minlength=len(units))
    unheard = np.bincount(place, weights=gone, minlength=len(units)) > 0
    passed: Mask = ~unheard & (total <= limit * MICROSECONDS * size)
    return passed


def _averaged(found: Waits, clock: Clock, which: Mask) -> Ints:
    """What is averaged, in microseconds per round: the wait, at most the cap, which unanswered rounds take; else −1."""
    cap = np.iinfo(np.int64).max if clock.cap_seconds is None else clock.cap_seconds * MICROSECONDS
    waited = np.where(found.answered < 0, cap, np.minimum(found.wait_us, cap))
    return np.where(which, waited, -1)


def _mean(waited: Ints, session: npt.NDArray[np.int32], clock: Clock) -> float | None:
    known = waited >= 0
    values = waited[known]
    if not len(values):
        return None
    if clock.statistic == "median":
        return _rank(values, 50)
    if clock.statistic == "pooled":
        return int(values.sum()) / len(values) / MICROSECONDS
    _, place = np.unique(session[known], return_inverse=True)
    means = np.bincount(place, weights=values) / np.bincount(place)
    return float(means.mean() / MICROSECONDS)


def _rank(values: Ints, percent: int) -> float | None:
    """The nearest-rank percentile in seconds."""
    if not len(values):
        return None
    return int(np.sort(values)[-(-percent * len(values) // 100) - 1]) / MICROSECONDS


def _left_out(found: Waits, chosen: Mask) -> dict[str, int]:
    sizes = np.bincount(found.reason[chosen], minlength=len(REASONS)).tolist()
    return {name: size for name, size in zip(REASONS, sizes, strict=True) if name and size}
