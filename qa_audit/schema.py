"""Every Arrow schema of the project in one place; each field says its unit and meaning.

`describe(schema)` lists them for the docs. Codes used inside a batch are positions in the tuples below.
"""

from collections.abc import Iterable
from typing import Any

import pyarrow as pa

ROLES = ("customer", "agent", "bot", "system")
AUTOMATIONS = ("none", "auto", "assisted", "inferred")
KINDS = ("text", "image", "card", "order_event", "transfer", "recall", "other")
RESOLUTIONS = ("microsecond", "second", "minute", "day", "none")
OUTCOMES = ("pass", "partial", "fail", "not_applicable", "review", "pending")

PARTITIONS = 256
ROW_GROUP = 65_536
HARDLY_REPEAT = frozenset(("message_id", "finding_id", "text", "sent_at", "asked_at", "answered_at", "source_row"))
"""Columns of which most values differ: written plainly, since a dictionary of them would only cost time and space."""

TIME = pa.timestamp("us", tz="UTC")


def _field(name: str, kind: Any, meaning: str, *, null: bool = True) -> Any:
    return pa.field(name, kind, nullable=null, metadata={"meaning": meaning})


MESSAGES = pa.schema(
    [
        _field("session_id", pa.string(), "会话编号:导出文件给出的,或按静默间隔切出的", null=False),
        _field("message_id", pa.string(), "消息编号:导出文件给出的,或由内容推出的稳定编号", null=False),
        _field("position", pa.int32(), "在会话中的位置,从 0 开始", null=False),
        _field("sent_at", TIME, "发送时间(UTC,微秒);没有时间时为空"),
        _field("time_resolution", pa.string(), "时间精度:" + " / ".join(RESOLUTIONS), null=False),
        _field("role", pa.string(), "发送方:" + " / ".join(ROLES), null=False),
        _field("automation", pa.string(), "自动化程度:" + " / ".join(AUTOMATIONS), null=False),
        _field("agent_id", pa.string(), "客服账号;未知时为空"),
        _field("customer_id", pa.string(), "客户账号;未知时为空"),
        _field("kind", pa.string(), "消息类型:" + " / ".join(KINDS), null=False),
        _field("text", pa.string(), "原文,与导出文件一字不差"),
        _field("shop", pa.string(), "店铺;未知时为空"),
        _field("stage", pa.string(), "售前 pre / 售中 in / 售后 after;未知时为空"),
        _field("withdrawn", pa.bool_(), "发送方是否撤回了它;导出没说时为空"),
        _field("seen", pa.bool_(), "对方是否已读;导出没说时为空"),
        _field("sku_id", pa.string(), "咨询的商品编号;未知时为空"),
        _field("order_id", pa.string(), "咨询的订单编号;未知时为空"),
        _field("source_file", pa.string(), "来源文件", null=False),
        _field("source_row", pa.int64(), "来源行号:表头算第 1 行", null=False),
    ]
)

QUARANTINE = pa.schema(
    [
        _field("source_file", pa.string(), "来源文件", null=False),
        _field("source_row", pa.int64(), "来源行号:表头算第 1 行", null=False),
        _field("reason", pa.string(), "固定的原因代码", null=False),
        _field("detail", pa.string(), "哪一列、什么值"),
        _field("raw", pa.string(), "整行原文"),
    ]
)

FEATURES = pa.schema(
    [
        _field("text", pa.string(), "原文,每条不同的一行", null=False),
        _field("characters", pa.int32(), "字数,不算首尾空白", null=False),
        _field("sentiment", pa.float32(), "情绪,0 负面到 1 正面;只算客户说过的"),
    ]
)

RATINGS = pa.schema(
    [
        _field("session_id", pa.string(), "会话编号", null=False),
        _field("agent_id", pa.string(), "被评价的客服;导出没说时为空"),
        _field("rating", pa.string(), "客户给的评价,与导出文件一字不差;只写了话时为空"),
        _field("comment", pa.string(), "客户写的话"),
        _field("rated_at", TIME, "评价的时间;导出没说或看不懂时为空"),
        _field("source_file", pa.string(), "来源文件", null=False),
    ]
)

SESSIONS = pa.schema(
    [
        _field("session_id", pa.string(), "会话编号:和 private/ 里别的表一样", null=False),
        _field("shown_id", pa.string(), "private/ 之外的会话编号;原编号里有客户账号等时是代号", null=False),
        _field("night", pa.date32(), "会话开始那天(当地日期);没有时间时为空"),
        _field("shop", pa.string(), "店铺"),
        _field("customer_id", pa.string(), "客户账号;未知时为空"),
        _field("customer", pa.string(), "客户代号:private/ 之外的写法", null=False),
    ]
)

ROUNDS = pa.schema(
    [
        _field("session_id", pa.string(), "会话编号", null=False),
        _field("segment_no", pa.int32(), "这一轮记在哪一段名下", null=False),
        _field("agent_id", pa.string(), "这一轮记在哪位客服名下"),
        _field("round_no", pa.int32(), "会话内第几轮,从 1 开始", null=False),
        _field("asked_position", pa.int32(), "第一条未答的客户消息", null=False),
        _field("last_asked_position", pa.int32(), "答复前最后一条客户消息", null=False),
        _field("asks", pa.int32(), "这一轮客户发了几条", null=False),
        _field("answered_position", pa.int32(), "停止计时的客服消息;未答为空"),
        _field("started_position", pa.int32(), "计时起点的消息:按时钟的规则,如第一条未答的客户消息、转人工那一刻"),
        _field("any_answered_position", pa.int32(), "客户提问后任何一方的第一条回复,自动回复和机器人也算;没有为空"),
        _field("any_wait_seconds", pa.float64(), "到任何一方第一条回复的秒数;只供参考,不计分"),
        _field("asked_at", TIME, "计时起点的时间"),
        _field("answered_at", TIME, "停止计时的时间"),
        _field("wait_seconds", pa.float64(), "等待秒数;未答或时间不够细时为空"),
        _field("counted", pa.bool_(), "是否计入响应指标", null=False),
        _field("reason", pa.string(), "不计入的原因代码;计入时为空"),
    ]
)

SEGMENT_KEYS = pa.schema(
    [
        _field("night", pa.date32(), "会话开始那天(当地日期);没有时间时为空"),
        _field("session_id", pa.string(), "会话编号", null=False),
        _field("segment_no", pa.int32(), "会话内第几段,从 1 开始", null=False),
        _field("agent_id", pa.string(), "这一段的客服;无人接待且未分配时为空"),
        _field("agent_name", pa.string(), "花名:花名册(--roster)里这一段开始时用这个账号的人;没有花名册或查不到时为空"),
        _field("team", pa.string(), "花名册里这个人的班组"),
        _field("customer", pa.string(), "客户代号,如 顾客0001", null=False),
        _field("shop", pa.string(), "店铺"),
        _field("stage", pa.string(), "售前 pre / 售中 in / 售后 after"),
        _field("started_at", TIME, "这一段第一条消息的时间"),
        _field("ended_at", TIME, "这一段最后一条消息的时间"),
        _field("first_position", pa.int32(), "这一段第一条消息在会话中的位置", null=False),
        _field("last_position", pa.int32(), "这一段最后一条消息在会话中的位置", null=False),
        _field("rubric_version", pa.int32(), "评这一段的评分表版本:会话开始那天有效的一版", null=False),
        _field("score", pa.float64(), "得分 0–100;适用的分数太少时为空(不计分)"),
        _field("machine_score", pa.float64(), "人工复核之前的得分"),
        _field("grade", pa.string(), "等级;不计分时为空"),
        _field("red_lines", pa.int32(), "触发的红线数(待人工确认)", null=False),
        _field("bonus", pa.float64(), "加分(已按上限封顶)", null=False),
        _field("deducted", pa.float64(), "扣分合计", null=False),
        _field("applicable_points", pa.float64(), "适用的检查项的分值合计", null=False),
        _field("response_reason", pa.string(), "首次响应为空的原因代码"),
        _field("rating", pa.string(), "客户的评价,与导出文件一字不差;没有评价、或几个评价不同时为空"),
    ]
)

EVIDENCE = pa.list_(
    pa.struct(
        [
            _field("position", pa.int32(), "消息在会话中的位置", null=False),
            _field("start", pa.int32(), "原文中的起始字符;说的是缺失时为空"),
            _field("end", pa.int32(), "原文中的结束字符(不含);说的是缺失时为空"),
            _field("note", pa.string(), "这条证据说明什么"),
        ]
    )
)

FINDINGS = pa.schema(
    [
        _field("finding_id", pa.string(), "扣分编号", null=False),
        _field("night", pa.date32(), "会话开始那天(当地日期)"),
        _field("session_id", pa.string(), "会话编号", null=False),
        _field("segment_no", pa.int32(), "会话内第几段", null=False),
        _field("agent_id", pa.string(), "这一段的客服"),
        _field("check", pa.string(), "检查项编号", null=False),
        _field("group", pa.string(), "评分大项编号", null=False),
        _field("seeds", pa.string(), "依据的规则编号,空格分隔"),
        _field("outcome", pa.string(), "结果:" + " / ".join(OUTCOMES), null=False),
        _field("reason", pa.string(), "原因代码"),
        _field("label", pa.string(), "命中的档位名"),
        _field("points", pa.float64(), "这一项最多扣多少分", null=False),
        _field("deducted", pa.float64(), "实际扣分", null=False),
        _field("bonus", pa.float64(), "加分", null=False),
        _field("value", pa.float64(), "量出的数值,或命中的次数"),
        _field("evidence", EVIDENCE, "证据:哪条消息、哪几个字"),
    ]
)

CHECKS = pa.schema(
    [
        _field("check", pa.string(), "检查项编号", null=False),
        _field("rubric_version", pa.int32(), "哪一版评分表里的;几版一起用时,同一编号每版一行", null=False),
        _field("group", pa.string(), "评分大项编号", null=False),
        _field("title", pa.string(), "检查项名称", null=False),
        _field("group_title", pa.string(), "评分大项名称", null=False),
        _field("kind", pa.string(), "检查方式:measure / says / never / after / flow", null=False),
        _field("points", pa.float64(), "最多扣多少分", null=False),
        _field("severity", pa.string(), "严重程度:minor / major / critical", null=False),
        _field("confidence", pa.string(), "把握:high / medium / low(low 只提醒、不扣分)", null=False),
        _field("red_line_cap", pa.float64(), "红线确认后得分的上限;不是红线时为空"),
        _field("seeds", pa.string(), "依据的规则编号,空格分隔"),
        _field("remedy", pa.string(), "建议的说法"),
        _field("definition", pa.string(), "这一项怎么判,用文字说", null=False),
        _field("measure", pa.string(), "用到的指标"),
    ]
)

AGENT_CHECKS = pa.list_(
    pa.struct(
        [
            _field("check", pa.string(), "检查项编号", null=False),
            _field("applicable", pa.int32(), "适用的段数", null=False),
            _field("passed", pa.int32(), "通过的段数", null=False),
            _field("share", pa.float64(), "通过率;无适用时为空"),
            _field("low", pa.float64(), "通过率 95% 区间下限"),
            _field("high", pa.float64(), "通过率 95% 区间上限"),
            _field("deducted", pa.float64(), "合计扣分", null=False),
        ]
    )
)

AGENTS = pa.schema(
    [
        _field("agent_id", pa.string(), "客服账号;空为未分配"),
        _field("agent_name", pa.string(), "花名;几个人按班次合用一个账号时都列出,用顿号隔开"),
        _field("team", pa.string(), "班组;不止一个时都列出,用顿号隔开"),
        _field("segments", pa.int32(), "接待段数", null=False),
        _field("scored_segments", pa.int32(), "计分的段数", null=False),
        _field("score_mean", pa.float64(), "平均分,每段权重相同"),
        _field("score_low", pa.float64(), "平均分 95% 区间下限"),
        _field("score_high", pa.float64(), "平均分 95% 区间上限"),
        _field("rounds", pa.int64(), "需要回复的轮数", null=False),
        _field("unanswered_rounds", pa.int64(), "未回复的轮数", null=False),
        _field("wait_p50", pa.float64(), "等待秒数的中位数(按轮,最近秩:偶数个时取靠前的一个)"),
        _field("wait_p90", pa.float64(), "等待秒数的 90 分位(按轮,最近秩)"),
        _field("wait_max", pa.float64(), "最长等待秒数"),
        _field("first_response_p50", pa.float64(), "首次响应秒数的中位数(最近秩)"),
        _field("first_within_6s", pa.int64(), "首次响应 ≤ 6 秒的会话数", null=False),
        _field("first_within_30s", pa.int64(), "首次响应 ≤ 30 秒的会话数", null=False),
        _field("first_total", pa.int64(), "有首次响应要求的会话数(含未回复)", null=False),
        _field("red_lines", pa.int64(), "待确认的红线", null=False),
        _field("checks", AGENT_CHECKS, "每个检查项的适用与通过", null=False),
    ]
)


def describe(schema: Any) -> Iterable[tuple[str, str, str]]:
    """Yield (name, type, meaning) of each field, for the reference page."""
    for field in schema:
        yield field.name, str(field.type), (field.metadata or {}).get(b"meaning", b"").decode()
