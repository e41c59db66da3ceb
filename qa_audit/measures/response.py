"""Response: how soon the first answer came, by the run's clock (`qa_audit.clocks`)."""

import numpy as np

from qa_audit.measures.measure import CODE, ROUND_REASON, Column, Measure, number
from qa_audit.measures.night_slice import NightSlice
from qa_audit.sessions import algebra, reduce
from qa_audit.sessions.algebra import MICROSECONDS
from qa_audit.sessions.columns import NO_TIME, NONE, Codes, Ints


def first_response_seconds(night: NightSlice) -> Column:
    """The wait of the first round of sessions that the customer opened; first segments only."""
    waits, first = night.waits, _first_rounds(night)
    round_reason = ROUND_REASON[waits.reason]
    missed = (waits.answered < 0) & (round_reason == 0)
    reason = _first_reasons(night)
    in_first = np.flatnonzero(reason == 0)
    which = first[night.batch.segment_session[in_first]]
    reason[in_first] = np.where(missed[which], CODE["unanswered"], round_reason[which])
    values = np.zeros(len(reason))
    values[in_first] = waits.wait_us[which] / MICROSECONDS
    return number(values, reason)


def first_reply_any_seconds(night: NightSlice) -> Column:
    """From the first customer message to the first reply of anyone, automatic ones and bots included."""
    batch = night.batch
    asked = reduce.first(batch.from_customer, batch.sessions)
    replied = algebra.neighbours(batch.sessions, asked, batch.from_agent_side)
    waited, known = algebra.elapsed(batch, asked, replied)
    reason = _first_reasons(night)
    in_first = np.flatnonzero(reason == 0)
    session = batch.segment_session[in_first]
    why = np.where(replied < 0, CODE["unanswered"], np.where(known, 0, _time_reason(night, asked, replied)))
    reason[in_first] = why[session]
    values = np.zeros(len(reason))
    values[in_first] = waited[session] / MICROSECONDS
    return number(values, reason)


def handover_response_seconds(night: NightSlice) -> Column:
    """From the hand-over that begins a later segment to the first human message in it."""
    batch = night.batch
    begin = batch.segments.first
    spoke = reduce.first(batch.from_human, batch.segments)
    waited, known = algebra.elapsed(batch, begin, spoke)
    reason = np.select(
        [batch.segment_no == 1, spoke == begin, spoke < 0, ~known],
        [CODE["first_segment"], CODE["no_transfer"], CODE["unanswered"], _time_reason(night, begin, spoke)],
        0,
    )
    return number(waited / MICROSECONDS, reason.astype(np.int8))


def _first_rounds(night: NightSlice) -> Ints:
    """The index of the first round of each session, NONE where there is none: int64[sessions]."""
    first = np.full(len(night.batch.sessions), NONE, dtype=np.int64)
    opening = np.flatnonzero(night.waits.number == 1)
    first[night.waits.session[opening]] = opening
    return first


def _first_reasons(night: NightSlice) -> Codes:
    """Say which segments have no first response at all; 0 for the first segments of sessions the customer opened."""
    batch = night.batch
    silent = ~reduce.any_of(batch.from_customer, batch.sessions)[batch.segment_session]
    opened = night.opened_by_customer[batch.segment_session]
    reasons = [CODE["later_segment"], CODE["no_customer"], CODE["agent_opened"]]
    return np.select([batch.segment_no > 1, silent, ~opened], reasons, 0).astype(np.int8)


def _time_reason(night: NightSlice, *ends: Ints) -> Codes:
    sent_at = night.batch.sent_at
    missing = np.zeros(len(ends[0]), dtype=np.bool_)
    for rows in ends:
        missing |= (rows >= 0) & (sent_at[rows] == NO_TIME) if len(sent_at) else missing
    return np.where(missing, CODE["no_time"], CODE["coarse_time"]).astype(np.int8)


MEASURES = (
    Measure(
        name="first_response_seconds",
        family="response",
        title="首次响应",
        unit="秒",
        definition="客户先开口的会话,第一轮的等待:从客户第一条消息(机器人先接待的,从转人工)到人工客服第一条回复",
        null_case="客服先开口、机器人独自接待完、没有回复、只有客套话、没有时间或时间只到分钟;转接之后的各段",
        kind="number",
        compute=first_response_seconds,
        lexicons=("courtesy", "ask_human"),
    ),
    Measure(
        name="first_reply_any_seconds",
        family="response",
        title="首次响应(含自动回复)",
        unit="秒",
        definition="客户先开口的会话,从客户第一条消息到任何人的第一条回复,自动回复和机器人也算;只供参考,不计分",
        null_case="客服先开口、没有任何回复、没有时间或时间只到分钟;转接之后的各段",
        kind="number",
        compute=first_reply_any_seconds,
    ),
    Measure(
        name="handover_response_seconds",
        family="response",
        title="转接后响应",
        unit="秒",
        definition="第二段起,从转接那一刻(这一段的第一条消息)到这一段人工客服的第一条消息",
        null_case="第一段;这一段由客服自己的消息开始;没有回复;没有时间或时间只到分钟",
        kind="number",
        compute=handover_response_seconds,
    ),
)
