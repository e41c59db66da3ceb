"""Where a clock starts for each round: by the customer's message, the session, the agent who joined, or a hand-off."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qa_audit.clocks.model import Clock
from qa_audit.schema import AUTOMATIONS, KINDS, ROLES
from qa_audit.sessions import algebra, reduce
from qa_audit.sessions.batch import SessionBatch
from qa_audit.sessions.columns import NONE, Ints, Mask

_ASSISTED = AUTOMATIONS.index("assisted")
_NOT_SPEECH = [KINDS.index(kind) for kind in ("recall", "order_event")]


@dataclass(frozen=True)
class Signals:
    """What a clock looks at, as masks over messages.

    answers: stops this clock; bot: a bot's own lines; handoff: transfer events; wish: the customer asks for a human;
    opening: lines of the customer or the system, of which a session's first begins it.
    """

    answers: Mask
    bot: Mask
    handoff: Mask
    wish: Mask
    opening: Mask


def signals(batch: SessionBatch, clock: Clock, asks_human: Mask | None) -> Signals:
    """Read the signals of a batch; `asks_human` marks customer messages that ask for a human."""
    handoff = batch.kind == KINDS.index("transfer")
    nothing = np.zeros(batch.n, dtype=np.bool_)
    system = (batch.role == ROLES.index("system")) & ~np.isin(batch.kind, _NOT_SPEECH)
    return Signals(
        answers=_answers(batch, clock),
        bot=(batch.role == ROLES.index("bot")) & batch.from_agent_side,
        handoff=handoff,
        wish=nothing if asks_human is None else batch.from_customer & asks_human,
        opening=batch.from_customer | system,
    )


def started(batch: SessionBatch, clock: Clock, rounds: algebra.Rounds, seen: Signals) -> Ints:
    """Return the row at which the clock starts for each round; never after the answer."""
    stop = np.where(rounds.answered >= 0, rounds.answered, batch.sessions.offsets[rounds.session + 1])
    opened = reduce.first(seen.answers, batch.sessions)[rounds.session]
    unheard = (opened < 0) | (opened > rounds.asked)  # nobody answered in this session before the customer asked
    base = rounds.last_asked if clock.start == "last_unanswered" else rounds.asked
    if clock.start == "session_start":
        first = reduce.first(seen.opening, batch.sessions)[rounds.session]
        base = np.where(unheard & (numbers(rounds.session) == 1), first, base)
    if clock.after_bot == "handoff":
        moved = _handed_off(batch, rounds, seen, stop)
        moved = np.where(unheard & any_between(seen.bot, rounds.asked, stop - 1), moved, NONE)
        base = np.maximum(base, moved) if clock.start == "last_unanswered" else np.where(moved >= 0, moved, base)
    if clock.start == "joined":
        joined = _joined(batch, rounds, seen, stop)
        base = np.where(joined >= 0, joined, base)
    return base


def _answers(batch: SessionBatch, clock: Clock) -> Mask:
    if clock.stops == "any":
        return batch.from_agent_side
    if clock.stops == "human_or_assisted":
        assisted: Mask = batch.from_agent_side & (batch.automation == _ASSISTED)
        return batch.from_human | assisted
    return batch.from_human


def _handed_off(batch: SessionBatch, rounds: algebra.Rounds, seen: Signals, stop: Ints) -> Ints:
    """The hand-off of a round that a bot held, else the bot's last message before the answer, else NONE.

    A transfer goes before a customer's wish for a human: before it nobody else could know. Of each, the first.
    """
    transfer = first_between(seen.handoff, rounds.asked, stop)
    wish = first_between(seen.wish, rounds.asked, stop)
    last_bot = algebra.neighbours(batch.sessions, rounds.answered, seen.bot, back=True)
    return np.select([transfer >= 0, wish >= 0], [transfer, wish], last_bot)


def _joined(batch: SessionBatch, rounds: algebra.Rounds, seen: Signals, stop: Ints) -> Ints:
    """The first transfer, or begin of a later segment, since the answer before this round; NONE where there is none."""
    joins = seen.handoff.copy()
    joins[batch.segments.first[batch.segment_no > 1]] = True
    before = algebra.neighbours(batch.sessions, rounds.asked, seen.answers, back=True)
    since = np.where(before >= 0, before + 1, batch.sessions.offsets[rounds.session])
    return first_between(joins, since, stop)


def numbers(session: npt.NDArray[np.int32]) -> Ints:
    """Number the entries of each session from 1; `session` is ascending."""
    begins = np.searchsorted(session, session, side="left")
    return np.arange(len(session)) - begins + 1


def any_between(mask: Mask, first: Ints, last: Ints) -> Mask:
    """Whether any message of first … last (both included) is in the mask."""
    running = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(mask)])
    found: Mask = running[last + 1] > running[first]
    return found


def first_between(mask: Mask, first: Ints, stop: Ints) -> Ints:
    """The first message of the mask in first … stop − 1, else NONE."""
    rows = np.append(np.flatnonzero(mask), len(mask))
    found = rows[np.searchsorted(rows, first)]
    return np.where(found < stop, found, NONE)
