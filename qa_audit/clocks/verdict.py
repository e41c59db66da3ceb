"""Which rounds count, and of those that do not, why: the first reason of the list below that holds."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qa_audit.clocks.hours import WINDOW_MODES, Hours
from qa_audit.clocks.model import Clock
from qa_audit.clocks.pieces import Pieces
from qa_audit.clocks.reasons import CODE
from qa_audit.clocks.starts import Signals, any_between, numbers
from qa_audit.sessions import algebra, reduce
from qa_audit.sessions.batch import SessionBatch
from qa_audit.sessions.columns import NO_TIME, NONE, Codes, Ints, Mask

_ORDER = (
    "bot_only",
    "courtesy",
    "transferred",
    "not_first",
    "pending",
    "exempt_window",
    "apart_window",
    "out_of_hours",
    "no_time",
    "coarse_time",
    "unanswered",
)


@dataclass(frozen=True)
class Moments:
    """The times that decide, per piece, int64 microseconds, NO_TIME where there is none; and the hours they meet.

    opening: the session's first line of the customer or the system; schedule: int32, whose hours apply; pending_us: how
    close to `export_end` the last ask leaves a round open.
    """

    opening: Ints
    started: Ints
    last_asked: Ints
    answered: Ints
    schedule: npt.NDArray[np.int32]
    hours: Hours
    export_end: int
    pending_us: int


def reasons(
    batch: SessionBatch,
    clock: Clock,
    rounds: algebra.Rounds,
    pieces: Pieces,
    seen: Signals,
    needs_answer: Mask,
    moments: Moments,
) -> Codes:
    """Return the reason of each piece as a code in REASONS; 0 where it counts."""
    if not len(pieces.of):
        return np.zeros(0, dtype=np.int8)
    missing, coarse = _times(batch, pieces)
    mode, _ = moments.hours.window(moments.started)
    unanswered = pieces.answered < 0
    no = np.zeros(len(pieces.of), dtype=np.bool_)
    holds = {
        "bot_only": _bot_alone(batch, seen)[rounds.session][pieces.of],
        "courtesy": _courtesy(batch, clock, rounds, needs_answer)[pieces.of],
        "transferred": ~pieces.final if clock.transferred_unanswered == "dropped" else no,
        "not_first": ~_firsts(batch, rounds, seen)[pieces.of] if clock.rounds == "first" else no,
        "pending": unanswered & pieces.final & _near_the_end(clock, moments),
        "exempt_window": mode == WINDOW_MODES.index("exempt"),
        "apart_window": mode == WINDOW_MODES.index("apart"),
        "out_of_hours": _closed(clock, moments),
        "no_time": missing,
        "coarse_time": coarse,
        "unanswered": unanswered if clock.unanswered == "dropped" else no,
    }
    return np.select([holds[name] for name in _ORDER], [CODE[name] for name in _ORDER], 0).astype(np.int8)


def _bot_alone(batch: SessionBatch, seen: Signals) -> Mask:
    """Sessions with a bot, without anyone who stops the clock, and without a hand-off: bool[sessions]."""
    return reduce.any_of(seen.bot, batch.sessions) & ~reduce.any_of(
        seen.answers | seen.handoff | seen.wish, batch.sessions
    )


def _courtesy(batch: SessionBatch, clock: Clock, rounds: algebra.Rounds, needs_answer: Mask) -> Mask:
    """Unanswered rounds of nothing but courtesy."""
    if clock.courtesy == "counts":
        return np.zeros(len(rounds), dtype=np.bool_)
    serious = any_between(needs_answer & batch.from_customer, rounds.asked, rounds.last_asked)
    found: Mask = (rounds.answered < 0) & ~serious
    return found


def _firsts(batch: SessionBatch, rounds: algebra.Rounds, seen: Signals) -> Mask:
    """The first round of each session that nobody had answered in before."""
    answered = reduce.first(seen.answers, batch.sessions)[rounds.session]
    found: Mask = (numbers(rounds.session) == 1) & ((answered < 0) | (answered > rounds.asked))
    return found


def _near_the_end(clock: Clock, moments: Moments) -> Mask:
    """Rounds whose last ask is so close to the end of the export that an answer may still come."""
    asked = moments.last_asked
    if moments.export_end == NO_TIME:
        return np.zeros(len(asked), dtype=np.bool_)
    known = asked != NO_TIME
    end = np.full(len(asked), moments.export_end, dtype=np.int64)
    left = np.where(known, end - np.where(known, asked, end), 0)
    if clock.hours == "clipped":
        left[known] = moments.hours.open_between(asked[known], end[known], moments.schedule[known])
    near: Mask = known & (left <= moments.pending_us)
    return near


def _closed(clock: Clock, moments: Moments) -> Mask:
    """Pieces outside the staffed hours; never where the moment that decides has no time, or no hours are known."""
    moment = moments.opening if clock.hours == "session_start" else moments.started
    closed: Mask = (moment != NO_TIME) & ~moments.hours.is_open(moment, moments.schedule)
    if clock.hours == "always":
        return np.zeros(len(moment), dtype=np.bool_)
    if clock.hours == "clipped":
        rows = np.flatnonzero(closed & (moments.answered != NO_TIME))
        staffed = moments.hours.open_between(moment[rows], moments.answered[rows], moments.schedule[rows])
        closed = np.zeros(len(moment), dtype=np.bool_)
        closed[rows] = staffed == 0
    return closed


def _times(batch: SessionBatch, pieces: Pieces) -> tuple[Mask, Mask]:
    """Where a time is missing, and where one is too coarse, so that the verdict on a limit in seconds is open."""
    end = np.where(pieces.answered != NONE, pieces.answered, pieces.started)
    missing = (batch.sent_at[pieces.started] == NO_TIME) | (batch.sent_at[end] == NO_TIME)
    coarse = ~(batch.time_exact[pieces.started] & batch.time_exact[end])
    return missing, coarse
