"""Activity: how many messages each side wrote, and how long the session took."""

import numpy as np

from qa_audit.measures.measure import CODE, Column, Measure, number, ratio
from qa_audit.measures.night_slice import NightSlice
from qa_audit.sessions import algebra, reduce
from qa_audit.sessions.columns import NO_TIME


def agent_messages(night: NightSlice) -> Column:
    """Messages by human agents."""
    return number(reduce.count(night.batch.from_human, night.batch.segments))


def customer_messages(night: NightSlice) -> Column:
    """Messages by the customer."""
    return number(reduce.count(night.batch.from_customer, night.batch.segments))


def answer_ratio(night: NightSlice) -> Column:
    """Messages by human agents / messages by the customer."""
    batch = night.batch
    answers, asks = (reduce.count(mask, batch.segments) for mask in (batch.from_human, batch.from_customer))
    return ratio(answers, asks, "no_customer")


def session_seconds(night: NightSlice) -> Column:
    """From the first to the last message of the whole session."""
    batch = night.batch
    first, last = batch.sessions.first, batch.sessions.last
    lasted, known = algebra.elapsed(batch, first, last)
    missing = (batch.sent_at[first] == NO_TIME) | (batch.sent_at[last] == NO_TIME)
    reason = np.select([missing, ~known], [CODE["no_time"], CODE["coarse_time"]], 0).astype(np.int8)
    return number((lasted / algebra.MICROSECONDS)[batch.segment_session], reason[batch.segment_session])


MEASURES = (
    Measure(
        name="agent_messages",
        family="activity",
        title="客服消息数",
        unit="条",
        definition="这一段人工客服发的消息,图片、卡片也算;自动回复、机器人、撤回不算",
        null_case="从不为空;没有就是 0",
        kind="count",
        compute=agent_messages,
    ),
    Measure(
        name="customer_messages",
        family="activity",
        title="客户消息数",
        unit="条",
        definition="这一段客户发的消息,图片、卡片也算;撤回、订单事件不算",
        null_case="从不为空;没有就是 0",
        kind="count",
        compute=customer_messages,
    ),
    Measure(
        name="answer_ratio",
        family="activity",
        title="答问比",
        unit="比例",
        definition="人工客服消息数 ÷ 客户消息数",
        null_case="客户在这一段没有说话",
        kind="ratio",
        compute=answer_ratio,
    ),
    Measure(
        name="session_seconds",
        family="activity",
        title="会话时长",
        unit="秒",
        definition="整个会话从第一条消息到最后一条消息;同一会话的各段相同",
        null_case="第一条或最后一条消息没有时间,或时间只到分钟",
        kind="number",
        compute=session_seconds,
    ),
)
