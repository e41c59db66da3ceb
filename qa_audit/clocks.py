"""Response clocks: what starts and what stops a customer's wait, and which rounds count.

For now there is one, `house`: only a human stops it; where a bot held the customer first it starts at the hand-off.

    found = waits(batch, needs_answer, asks_human)
    found.wait_us[found.counted]
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qa_audit.schema import KINDS, ROLES
from qa_audit.sessions import algebra, reduce
from qa_audit.sessions.batch import SessionBatch
from qa_audit.sessions.columns import NO_TIME, NONE, Codes, Ints, Mask

HOUSE = (
    "house:从客户第一条未答的消息起,到人工客服的第一条回复止(图片、卡片也算回复);自动回复和机器人不停表。"
    "机器人先接待的,从转人工起算,没有转人工时从人工回复前机器人的最后一条起算;机器人独自接待完的不计。"
    "会话末尾只有“谢谢”“好的”这类客套话的不算未回复。等待记在客户发消息时持有会话的那位客服名下。"
)

REASONS = ("", "bot_only", "courtesy", "no_time", "coarse_time")
"""Why a round does not count, by code; "" where it counts."""

_BOT_ONLY, _COURTESY, _NO_TIME, _COARSE = range(1, 5)


@dataclass(frozen=True)
class Waits:
    """One entry per round, ordered by row; see `algebra.Rounds` for session, asked, last_asked, asks and answered.

    segment: int32, the segment that held the session when the customer wrote (asked); agent: int32 code or NONE
    number: int32, the number of the round in its session, from 1
    started: row at which the clock starts: the first ask, the hand-off, or a bot's last message
    wait_us: int64 microseconds, NONE where unanswered or not known to the second
    due: bool, somebody had to answer (reason is neither bot_only nor courtesy)
    counted: bool, due and the verdict on any limit in seconds is known; an unanswered round counts as missed
    reason: int8 in REASONS, why it is not counted
    """

    session: npt.NDArray[np.int32]
    segment: npt.NDArray[np.int32]
    agent: npt.NDArray[np.int32]
    number: npt.NDArray[np.int32]
    asked: Ints
    last_asked: Ints
    asks: Ints
    answered: Ints
    started: Ints
    wait_us: Ints
    due: Mask
    counted: Mask
    reason: Codes

    def __len__(self) -> int:
        return len(self.asked)


def waits(batch: SessionBatch, needs_answer: Mask, asks_human: Mask | None = None) -> Waits:
    """Measure every round by the house clock.

    needs_answer: bool[n], customer messages that are more than a closing courtesy; asks_human: bool[n], customer
    messages that ask for a human (lexicon `ask_human`).
    """
    rounds = algebra.rounds(batch.sessions, batch.from_customer, batch.from_human)
    handoff = batch.kind == KINDS.index("transfer")
    asks_human = batch.from_customer & asks_human if asks_human is not None else np.zeros(batch.n, dtype=np.bool_)
    started = _started(batch, rounds, handoff, asks_human)
    alone = _bot_alone(batch, handoff | asks_human)[rounds.session]
    serious = _any_between(needs_answer & batch.from_customer, rounds.asked, rounds.last_asked)
    courtesy = (rounds.answered < 0) & ~serious
    time_reason = _time_reason(batch, started, rounds.answered)
    reason = np.select([alone, courtesy, time_reason > 0], [_BOT_ONLY, _COURTESY, time_reason], 0).astype(np.int8)
    waited, known = algebra.elapsed(batch, started, rounds.answered)
    segment = batch.segments.ids[rounds.asked]
    return Waits(
        session=rounds.session,
        segment=segment,
        agent=batch.segment_agent[segment],
        number=_numbers(rounds.session),
        asked=rounds.asked,
        last_asked=rounds.last_asked,
        asks=rounds.asks,
        answered=rounds.answered,
        started=started,
        wait_us=np.where(known, waited, NONE),  # a round that does not count has no answer, or no time
        due=(reason != _BOT_ONLY) & (reason != _COURTESY),
        counted=reason == 0,
        reason=reason,
    )


def _started(batch: SessionBatch, rounds: algebra.Rounds, handoff: Mask, asks_human: Mask) -> Ints:
    """Move the start of rounds that a bot held: to the hand-off, else to the bot's last message before the human.

    Only before any human message of the session, and only where a bot wrote between the ask and the answer. A transfer
    goes before a customer's wish for a human: before it nobody else could know. Of each, the first.
    """
    bot = (batch.role == ROLES.index("bot")) & batch.from_agent_side
    stop = np.where(rounds.answered >= 0, rounds.answered, batch.sessions.offsets[rounds.session + 1])
    opened = reduce.first(batch.from_human, batch.sessions)[rounds.session]
    held = ((opened < 0) | (opened > rounds.asked)) & _any_between(bot, rounds.asked, stop - 1)
    transfer = _first_between(handoff, rounds.asked, stop)
    wish = _first_between(asks_human, rounds.asked, stop)
    last_bot = algebra.neighbours(batch.sessions, rounds.answered, bot, back=True)
    start = np.select([transfer >= 0, wish >= 0, last_bot >= 0], [transfer, wish, last_bot], rounds.asked)
    return np.where(held, start, rounds.asked)


def _bot_alone(batch: SessionBatch, handoff: Mask) -> Mask:
    """Sessions with a bot, without a human and without a hand-off."""
    bot = (batch.role == ROLES.index("bot")) & batch.from_agent_side
    return reduce.any_of(bot, batch.sessions) & ~reduce.any_of(batch.from_human | handoff, batch.sessions)


def _time_reason(batch: SessionBatch, started: Ints, answered: Ints) -> Codes:
    """Say why the verdict on a limit in seconds is open: a time is missing, or coarse."""
    if not batch.n:
        return np.zeros(len(started), dtype=np.int8)
    end = np.where(answered >= 0, answered, started)
    missing = (batch.sent_at[started] == NO_TIME) | (batch.sent_at[end] == NO_TIME)
    coarse = ~(batch.time_exact[started] & batch.time_exact[end])
    return np.select([missing, coarse], [_NO_TIME, _COARSE], 0).astype(np.int8)


def _any_between(mask: Mask, first: Ints, last: Ints) -> Mask:
    """Whether any message of first … last (both included) is in the mask."""
    running = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(mask)])
    found: Mask = running[last + 1] > running[first]
    return found


def _first_between(mask: Mask, first: Ints, stop: Ints) -> Ints:
    """The first message of the mask in first … stop − 1, else NONE."""
    rows = np.append(np.flatnonzero(mask), len(mask))
    found = rows[np.searchsorted(rows, first)]
    return np.where(found < stop, found, NONE)


def _numbers(session: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """Number the rounds of each session from 1."""
    index = np.arange(len(session))
    begins = np.append(True, session[1:] != session[:-1])[: len(session)]
    return (index - np.maximum.accumulate(np.where(begins, index, 0)) + 1).astype(np.int32) if len(session) else session
