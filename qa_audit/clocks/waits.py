"""Every round under one clock: from where to where it was measured, whether it counts and why not, who is charged.

found = waits(batch, load_clock("house"), Cues(needs_answer, asks_human))
found.wait_us[found.counted]
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from qa_audit.clocks import starts
from qa_audit.clocks.hours import Hours
from qa_audit.clocks.model import Clock
from qa_audit.clocks.pieces import Pieces, cut
from qa_audit.clocks.reasons import CODE, NOT_DUE
from qa_audit.clocks.verdict import Moments, reasons
from qa_audit.sessions import algebra, reduce
from qa_audit.sessions.batch import SessionBatch
from qa_audit.sessions.columns import NO_TIME, NONE, Codes, Floats, Ints, Mask, one_of

PENDING_MINUTES = 30.0
_MICROSECONDS = algebra.MICROSECONDS


@dataclass(frozen=True)
class Cues:
    """What the words say, as masks over messages: bool[n] each.

    needs_answer: customer messages that are more than a closing courtesy; asks_human: those that ask for a human
    (lexicon `ask_human`); holds: agent messages that ask to wait (lexicon `hold_request`); substantive: agent messages
    that answer after a hold, by default every human message that is no hold itself.
    """

    needs_answer: Mask
    asks_human: Mask | None = None
    holds: Mask | None = None
    substantive: Mask | None = None


@dataclass(frozen=True)
class Setting:
    """What a batch does not hold: the zone of staffed hours, whose hours apply, and where the export ends.

    shops: the shop of each session; teams: the team of each segment; export_end: the latest time of the whole export in
    int64 microseconds, NO_TIME where nothing may be pending; pending_minutes: how close to it a round is still open.
    """

    tz: str = "Asia/Shanghai"
    shops: Sequence[str | None] | None = None
    teams: Sequence[str | None] | None = None
    export_end: int = NO_TIME
    pending_minutes: float = PENDING_MINUTES


@dataclass(frozen=True)
class Waits:
    """One entry per round, ordered by row; see `algebra.Rounds` for session, asked, last_asked, asks.

    segment: int32, who is charged by the clock's rule; agent: int32 code or NONE; charged: a row of that segment
    number: int32, the number of the entry in its session, from 1
    answered: row that stopped this clock, NONE where nothing did (a round passed on is unanswered by who passed it on)
    started: row at which the clock starts
    wait_us: int64 microseconds, NONE where unanswered or not known to the second; staffed time where hours are clipped
    any_answered, any_wait_us: the first reply of anyone after the ask, automatic ones too, and its wait; never scored
    due: bool, somebody had to answer (reason is none of NOT_DUE)
    counted: bool, due, and the verdict on any limit in seconds is known; an unanswered round counts as missed
    reason: int8 in REASONS, why it is not counted
    factor: float64, by what a relaxed window multiplies limits, else 1
    holds: bool, the answer only asks to wait; followed: the substantive message after such an answer, else NONE
    """

    session: npt.NDArray[np.int32]
    segment: npt.NDArray[np.int32]
    agent: npt.NDArray[np.int32]
    charged: Ints
    number: npt.NDArray[np.int32]
    asked: Ints
    last_asked: Ints
    asks: Ints
    answered: Ints
    started: Ints
    wait_us: Ints
    any_answered: Ints
    any_wait_us: Ints
    due: Mask
    counted: Mask
    reason: Codes
    factor: Floats
    holds: Mask
    followed: Ints

    def __len__(self) -> int:
        return len(self.asked)

    @property
    def timed(self) -> Mask:
        """Counted rounds with a wait."""
        timed: Mask = self.counted & (self.wait_us != NONE)
        return timed

    @cached_property
    def owed(self) -> Ints:
        """The asks of the rounds that were due, ascending, each once: a round that was passed on is several entries."""
        asked = self.asked[self.due]
        owed: Ints = asked[np.diff(asked, prepend=-1) != 0]
        return owed

    def within(self, seconds: float) -> Mask:
        """Counted rounds answered within so many seconds, inclusive; a relaxed window allows `factor` times as many."""
        passed: Mask = self.timed & (self.wait_us <= np.rint(seconds * self.factor * _MICROSECONDS).astype(np.int64))
        return passed


def waits(batch: SessionBatch, clock: Clock, cues: Cues, setting: Setting | None = None) -> Waits:
    """Measure every round of a batch by a clock; QaAuditError for a zone that does not exist."""
    setting = setting or Setting()
    seen = starts.signals(batch, clock, cues.asks_human)
    rounds = algebra.rounds(batch.sessions, batch.from_customer, seen.answers)
    pieces = cut(batch, clock, rounds, starts.started(batch, clock, rounds, seen))
    asked, last_asked = rounds.asked[pieces.of], rounds.last_asked[pieces.of]
    hours = Hours.of(clock, setting.tz, _span(batch, setting))
    moments = _moments(batch, rounds, pieces, seen, hours, setting)
    reason = reasons(batch, clock, rounds, pieces, seen, cues.needs_answer, moments)
    any_answered, any_wait = _anyone(batch, asked, pieces)
    holds, followed = _followed(batch, cues, pieces.answered)
    return Waits(
        session=rounds.session[pieces.of],
        segment=pieces.segment,
        agent=batch.segment_agent[pieces.segment],
        charged=batch.segments.first[pieces.segment],
        number=starts.numbers(rounds.session[pieces.of]).astype(np.int32),
        asked=asked,
        last_asked=last_asked,
        asks=rounds.asks[pieces.of],
        answered=pieces.answered,
        started=pieces.started,
        wait_us=_measured(batch, clock, pieces, moments, reason),
        any_answered=any_answered,
        any_wait_us=any_wait,
        due=~one_of(reason, [CODE[name] for name in NOT_DUE]),
        counted=reason == 0,
        reason=reason,
        factor=hours.window(moments.started)[1],
        holds=holds,
        followed=followed,
    )


def _span(batch: SessionBatch, setting: Setting) -> Ints:
    return np.append(batch.sent_at, setting.export_end)


def _moments(
    batch: SessionBatch,
    rounds: algebra.Rounds,
    pieces: Pieces,
    seen: starts.Signals,
    hours: Hours,
    setting: Setting,
) -> Moments:
    """Read off the times that decide: NO_TIME where there is none."""
    schedule = hours.schedules_of(setting.shops, None, len(batch.sessions))[rounds.session[pieces.of]]
    by_team = hours.schedules_of(None, setting.teams, len(batch.segments))[pieces.segment]
    opening = reduce.first(seen.opening, batch.sessions)[rounds.session[pieces.of]]
    return Moments(
        opening=_at(batch, opening),
        started=_at(batch, pieces.started),
        last_asked=_at(batch, rounds.last_asked[pieces.of]),
        answered=_at(batch, pieces.answered),
        schedule=np.where(by_team > 0, by_team, schedule),
        hours=hours,
        export_end=setting.export_end,
        pending_us=round(setting.pending_minutes * 60 * _MICROSECONDS),
    )


def _at(batch: SessionBatch, rows: Ints) -> Ints:
    return np.where(rows >= 0, batch.sent_at[rows], NO_TIME) if batch.n else np.zeros(len(rows), dtype=np.int64)


def _measured(batch: SessionBatch, clock: Clock, pieces: Pieces, moments: Moments, reason: Codes) -> Ints:
    """The wait of each piece; by staffed time where hours are clipped, and none where no staffed time lies in it."""
    waited, known = algebra.elapsed(batch, pieces.started, pieces.answered)
    if clock.hours == "clipped":
        rows = np.flatnonzero(known)
        ends = (moments.started[rows], moments.answered[rows])
        waited[rows] = moments.hours.open_between(*ends, moments.schedule[rows])
        known = known & (reason != CODE["out_of_hours"])
    return np.where(known, waited, NONE)


def _anyone(batch: SessionBatch, asked: Ints, pieces: Pieces) -> tuple[Ints, Ints]:
    """The first reply of anyone to each piece and its wait: from the ask, or from its hand-over."""
    since = np.where(pieces.first, asked, pieces.started)
    found = algebra.neighbours(batch.sessions, since, batch.from_agent_side)
    found = np.where(pieces.final | (found < pieces.stop), found, NONE)
    waited, known = algebra.elapsed(batch, since, found)
    return found, np.where(known, waited, NONE)


def _followed(batch: SessionBatch, cues: Cues, answered: Ints) -> tuple[Mask, Ints]:
    """Which answers only ask to wait, and the substantive message after each of those."""
    if cues.holds is None or not batch.n:
        return np.zeros(len(answered), dtype=np.bool_), np.full(len(answered), NONE, dtype=np.int64)
    substantive = cues.substantive if cues.substantive is not None else batch.from_human & ~cues.holds
    holds = (answered >= 0) & cues.holds[np.maximum(answered, 0)]
    return holds, algebra.neighbours(batch.sessions, np.where(holds, answered, NONE), substantive)
