"""Why a round does not count, as fixed codes, with the words for each."""

REASONS = (
    "",
    "bot_only",
    "courtesy",
    "no_time",
    "coarse_time",
    "not_first",
    "pending",
    "exempt_window",
    "apart_window",
    "out_of_hours",
    "transferred",
    "unanswered",
)
"""Why a round does not count, by code; "" where it counts."""

REASON_TEXTS = {
    "bot_only": "机器人独自接待完,没有转人工",
    "courtesy": "客户只说了客套话,不需要回复",
    "no_time": "没有时间",
    "coarse_time": "时间只到分钟,无法判断秒数",
    "not_first": "不是首轮,这只时钟只看首轮",
    "pending": "导出文件到此为止,之后可能还有回复(待补全)",
    "exempt_window": "大促等免计时段",
    "apart_window": "大促等单列时段,照量但不进数字",
    "out_of_hours": "不在服务时间内",
    "transferred": "没回复就转走,由接手的客服负责",
    "unanswered": "未回复,这只时钟不计未回复的",
}
"""What each reason says to a reader."""

CODE = {name: code for code, name in enumerate(REASONS)}

NOT_DUE = ("bot_only", "courtesy", "pending", "exempt_window", "out_of_hours", "transferred")
"""Reasons for which nobody had to answer, or nobody can say yet: such a round is not an unanswered one either."""
