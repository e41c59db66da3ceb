"""The fixed codes of the results in plain Chinese; a code without wording is shown as it is, never hidden."""

from collections.abc import Mapping

UNASSIGNED = "未分配"

# Short enough for a table cell; measures and checks say the same at length in their own pages.
REASONS = {
    # measures
    "agent_opened": "客服先开口",
    "bot_only": "只有机器人接待",
    "unanswered": "一直没有人回复",
    "no_time": "没有时间",
    "coarse_time": "时间只到分钟",
    "no_customer": "客户没有说话",
    "courtesy": "客户只说了客套话",
    "not_first": "这个时钟只看第一轮",
    "pending": "导出到此为止,后面还不知道",
    "exempt_window": "在免计的时段里",
    "apart_window": "在另列的时段里",
    "out_of_hours": "不在上班时间",
    "transferred": "转接给了别人",
    "no_agent": "不知道是哪位客服",
    "no_holds": "没有让客户稍等",
    "no_gap": "没有前后两条消息",
    "no_hours": "时钟里没有写上班时间",
    "later_segment": "不是会话的第一段",
    "first_segment": "第一段没有转接",
    "no_transfer": "看不出何时转接",
    "no_rounds": "没有需要回复的轮次",
    "no_agent_text": "客服没有发过文字",
    "no_customer_text": "客户没有可判断的文字",
    "single_message": "客户只有一条可判断的文字",
    "no_applicable_steps": "没有适用的流程步骤",
    "not_computed": "这次没有计算",
    # checks
    "not_triggered": "没有出现需要这样做的场合",
    "no_messages": "没有相关消息",
    "condition": "不满足这一项的适用条件",
    "condition_unknown": "不知道是否满足适用条件",
    "counted_elsewhere": "同一句话在本大项只扣一次",
    "said": "说了不该说的",
    "not_said": "没有说该说的",
    "undecided": "条件里有看不出来的",
    "suspected": "疑似变着写,要人看",
    "quarantined_rows": "这个会话有行在隔离区",
    "followed": "做到了",
    "not_followed": "没有做到",
    "held": "条件成立",
    "not_held": "条件不成立",
    "within_limit": "没有超出限度",
    "over_limit": "超出限度",
    "band": "按档位",
}

# These say no more than the outcome itself does: never repeated beside a finding.
PLAIN = frozenset(
    {"said", "not_said", "followed", "not_followed", "held", "not_held", "within_limit", "over_limit", "band"}
)

OUTCOMES = {
    "pass": "通过",
    "partial": "部分达标",
    "fail": "未通过",
    "not_applicable": "不适用",
    "review": "提醒·疑似",
    "pending": "待补全",
}

# Why a round does not count, and whether anybody had to answer it. As the clocks say it: importing them takes 0.5 s.
ROUND_REASONS = {
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
NOT_DUE = ("bot_only", "courtesy", "pending", "exempt_window", "out_of_hours", "transferred")

ROLES = {"customer": "客户", "agent": "客服", "bot": "机器人", "system": "系统"}
AUTOMATIONS = {"auto": "自动回复", "assisted": "机器人辅助", "inferred": "疑似自动回复"}
KINDS = {
    "image": "图片",
    "card": "卡片",
    "order_event": "订单动态",
    "transfer": "转接",
    "recall": "撤回",
    "other": "其他消息",
}
STAGES = {"pre": "售前", "in": "售中", "after": "售后"}


def worded(codes: Mapping[str, str], code: str | None, missing: str = "没有记录原因") -> str:
    """Return the wording of a code; the code itself where we know none, `missing` where there is no code."""
    return missing if not code else codes.get(code, code)
