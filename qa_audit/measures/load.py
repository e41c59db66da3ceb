"""Load and silence: how busy the agent was when customers wrote, how long nobody spoke, who may have left."""

import numpy as np

from qa_audit.clocks import REASONS
from qa_audit.measures.measure import CODE, Column, Measure, number
from qa_audit.measures.night_slice import NightSlice
from qa_audit.schema import ROLES
from qa_audit.sessions import algebra, reduce
from qa_audit.sessions.algebra import MICROSECONDS
from qa_audit.sessions.columns import NO_TIME, NONE, Codes, Ints, Mask

LOST_AFTER = 3
"""So many unanswered messages in a row are a customer about to leave."""

LOST_SECONDS = 30
"""So long after the last of them an answer still comes in time; inclusive."""


def open_sessions_mean(night: NightSlice) -> Column:
    """The mean of the agent's other open sessions over the asks of the rounds that were due."""
    asked, loads, reason = _loads(night)
    segments = night.batch.segments
    total = reduce.reduce(loads, "sum", segments, asked)
    count = reduce.count(np.ones(len(asked), dtype=np.bool_), segments, asked)
    return number(total / np.maximum(count, 1), reason)


def open_sessions_max(night: NightSlice) -> Column:
    """The most other sessions that the agent had open at an ask of a round that was due."""
    asked, loads, reason = _loads(night)
    return number(reduce.reduce(loads, "max", night.batch.segments, asked), reason)


def _loads(night: NightSlice) -> tuple[Ints, Ints, Codes]:
    """Return the asks of due rounds whose load is known, their loads, and per segment why there is none."""
    return night.once("loads", lambda: _loads_of(night))


def _loads_of(night: NightSlice) -> tuple[Ints, Ints, Codes]:
    batch, due = night.batch, night.waits.owed
    if night.open_sessions is None:
        return due[:0], due[:0], np.full(len(batch.segments), CODE["not_computed"], dtype=np.int8)
    loads = night.open_sessions[due].astype(np.int64)
    known = loads != NONE
    asked = due[known]
    reason = np.full(len(batch.segments), CODE["no_rounds"], dtype=np.int8)
    lost = due[~known]
    segment = batch.segments.ids[lost]
    reason[segment] = CODE["coarse_time"]
    reason[segment[batch.sent_at[lost] == NO_TIME]] = CODE["no_time"]
    reason[segment[batch.segment_agent[segment] == NONE]] = CODE["no_agent"]
    reason[batch.segments.ids[asked]] = 0
    return asked, loads[known], reason


def longest_silence_seconds(night: NightSlice) -> Column:
    """The longest time between a message in the segment and the next of the session, whoever wrote them."""
    batch = night.batch
    spoken = np.flatnonzero(batch.from_customer | batch.from_agent_side)
    before = spoken[: max(len(spoken) - 1, 0)]
    after = spoken[1:]
    together = batch.sessions.ids[before] == batch.sessions.ids[after]
    before, after = before[together], after[together]
    lasted, known = algebra.elapsed(batch, before, after)
    reason = np.full(len(batch.segments), CODE["no_gap"], dtype=np.int8)
    reason[batch.segments.ids[before]] = 0
    unknown = batch.segments.ids[before[~known]]
    reason[unknown] = CODE["coarse_time"]
    missing = (batch.sent_at[before] == NO_TIME) | (batch.sent_at[after] == NO_TIME)
    reason[batch.segments.ids[before[missing]]] = CODE["no_time"]
    return number(reduce.reduce(lasted, "max", batch.segments, before) / MICROSECONDS, reason)


def lost_customer(night: NightSlice) -> Column:
    """Runs of three or more customer messages that nobody answered until 30 s after the third."""
    batch = night.batch
    begin, third, answered, known, lost = _lost(night)
    reason = np.zeros(len(batch.segments), dtype=np.int8)
    open_ = (answered >= 0) & ~known
    segment = batch.segments.ids[begin]
    reason[segment[open_]] = CODE["coarse_time"]
    if batch.n:
        missing = open_ & ((batch.sent_at[third] == NO_TIME) | (batch.sent_at[answered] == NO_TIME))
        reason[segment[missing]] = CODE["no_time"]
    return number(reduce.count(lost, batch.segments, begin), reason)


def lost_rows(night: NightSlice) -> Ints:
    """Return the first message of each run that `lost_customer` counts."""
    begin, _, _, _, lost = _lost(night)
    return begin[lost]


def _lost(night: NightSlice) -> tuple[Ints, Ints, Ints, Mask, Mask]:
    """Return of each run of three: its first and third message, the answer, whether its delay is known, and lost."""
    return night.once("lost customers", lambda: _lost_of(night))


def _lost_of(night: NightSlice) -> tuple[Ints, Ints, Ints, Mask, Mask]:
    begin, third = _left_waiting(night)
    answered = algebra.neighbours(night.batch.sessions, third, night.batch.from_human)
    waited, known = algebra.elapsed(night.batch, third, answered)
    return begin, third, answered, known, (answered < 0) | (known & (waited > LOST_SECONDS * MICROSECONDS))


def _left_waiting(night: NightSlice) -> tuple[Ints, Ints]:
    """Return the first and the third message of runs of three that needed an answer, in rounds that were due.

    A bot's message ends a run like a human's; a plain auto-reply of the agent's account does not.
    """
    batch, waits = night.batch, night.waits
    courtesy = night.hits("courtesy").mask if night.has("courtesy") else np.zeros(batch.n, dtype=np.bool_)
    asks: Mask = batch.from_customer & ~courtesy
    bot = (batch.role == ROLES.index("bot")) & batch.from_agent_side
    runs = algebra.rounds(batch.sessions, asks, batch.from_human | bot)
    long = runs.asks >= LOST_AFTER
    begin = runs.asked[long]
    rows = np.flatnonzero(asks)
    third = rows[np.searchsorted(rows, begin) + LOST_AFTER - 1] if len(begin) else begin
    asked = waits.asked[np.searchsorted(waits.asked, begin, side="right") - 1] if len(begin) else begin
    owed = np.zeros(batch.n, dtype=np.bool_)
    owed[waits.owed] = True
    due = owed[asked]
    return begin[due], third[due]


def out_of_hours_rounds(night: NightSlice) -> Column:
    """Rounds that somebody would have had to answer, had they not come outside the staffed hours."""
    waits, clock = night.waits, night.clock
    outside = waits.reason == REASONS.index("out_of_hours")
    known = clock.hours != "always" and any((clock.staffed, *clock.shops.values(), *clock.teams.values()))
    unset = np.full(len(night.batch.segments), not known)
    return number(reduce.count(outside, night.batch.segments, waits.charged), unset, "no_hours")


_LOAD = (
    "客户发来需要回复的一轮时,这位客服同时还开着的其他会话数(会话从他那一段的第一条消息到最后一条算开着,只看同一天的)"
)
_NO_LOAD = "没有需要回复的轮次、无人接待、没有时间或时间只到分钟"

MEASURES = (
    Measure(
        name="longest_silence_seconds",
        family="response",
        title="最长静默",
        unit="秒",
        definition="会话里前后两条消息之间最长的间隔,谁发的都算(系统提示、撤回不算);记在前一条所在的那一段",
        null_case="这一段之后没有别的消息;有一条消息没有时间,或时间只到分钟",
        kind="number",
        compute=longest_silence_seconds,
    ),
    Measure(
        name="lost_customer",
        family="response",
        title="客户流失风险",
        unit="次",
        definition=(
            f"客户连发 {LOST_AFTER} 条以上需要回复的消息,其间无人回复,"
            f"第 {LOST_AFTER} 条之后 {LOST_SECONDS} 秒内仍没有人工回复的次数;"
            "机器人的回复打断计数,自动回复不打断;不需要回复的轮次不算"
        ),
        null_case="有一次因没有时间或时间只到分钟而判断不了",
        kind="count",
        compute=lost_customer,
        lexicons=("courtesy", "ask_human"),
    ),
    Measure(
        name="out_of_hours_rounds",
        family="response",
        title="服务时间外的轮次",
        unit="轮",
        definition="按时钟的服务时间(hours、staffed)落在外面、因此不计的轮次;客套话和机器人独自接待完的不在内",
        null_case="时钟没有设服务时间",
        kind="count",
        compute=out_of_hours_rounds,
        lexicons=("courtesy", "ask_human"),
    ),
    Measure(
        name="open_sessions_mean",
        family="response",
        title="同时接待(平均)",
        unit="个",
        definition=f"各轮的平均。{_LOAD}",
        null_case=_NO_LOAD,
        kind="number",
        compute=open_sessions_mean,
        lexicons=("courtesy", "ask_human"),
    ),
    Measure(
        name="open_sessions_max",
        family="response",
        title="同时接待(最多)",
        unit="个",
        definition=f"各轮中最多的一次。{_LOAD}",
        null_case=_NO_LOAD,
        kind="count",
        compute=open_sessions_max,
        lexicons=("courtesy", "ask_human"),
    ),
)
