"""What the rubric of the synthetic run finds in its conversations: every outcome, with evidence."""

from datetime import date
from typing import Any

# check, group, title, group_title, kind, points, confidence, cap, remedy, definition, measure
CHECKS = [
    (
        "first-response",
        "response",
        "首次响应",
        "响应",
        "measure",
        10,
        "high",
        None,
        "先回一句“在的,马上为您看”",
        "30 秒内达标,60 秒内扣一半",
        "first_response_seconds",
    ),
    (
        "rhetorical",
        "manners",
        "反问、质问客户",
        "用语",
        "never",
        7,
        "high",
        None,
        "抱歉,我再说明一次",
        "客服不反问、不质问客户",
        None,
    ),
    (
        "empathy",
        "manners",
        "客户抱怨后先共情",
        "用语",
        "after",
        6,
        "high",
        None,
        "非常理解您的心情",
        "客户抱怨后 2 条内先安抚",
        None,
    ),
    ("thanks", "manners", "主动致谢", "用语", "says", 0, "high", None, None, "主动感谢客户加分", None),
    (
        "off-platform",
        "forbidden",
        "引导站外联系",
        "红线",
        "never",
        0,
        "high",
        0,
        "平台内都能帮您处理",
        "不得索要或提供微信、电话",
        None,
    ),
    (
        "cold",
        "manners",
        "语气冷淡(疑似)",
        "用语",
        "never",
        3,
        "low",
        None,
        "好的呢,这就为您处理",
        "单独一个“哦”“嗯”",
        None,
    ),
    (
        "flow",
        "flow",
        "接待流程",
        "流程",
        "flow",
        8,
        "high",
        None,
        "按流程走完每一步",
        "八个步骤的覆盖率",
        "flow_coverage",
    ),
]


def answer(chat: list[tuple[str, str | None]]) -> int:
    return next(i for i, (role, _) in enumerate(chat) if role == "agent")


def findings(
    session: str, i: int, agent: str | None, chat: list[Any], faults: dict[str, bool], value: float | None, times: str
) -> list[dict[str, Any]]:
    def at(text: str) -> int:
        return next(n for n, (_, said) in enumerate(chat) if said and text in said)

    def span(text: str, note: str | None = None) -> dict[str, Any]:
        start = chat[at(text)][1].index(text)
        return {"position": at(text), "start": start, "end": start + len(text), "note": note}

    def place(position: int, note: str) -> dict[str, Any]:
        return {"position": position, "start": None, "end": None, "note": note}

    out: dict[str, tuple[Any, ...]] = {
        c[0]: ("not_applicable", "not_triggered", None, 0.0, 0.0, None, []) for c in CHECKS
    }
    if agent is not None:
        out |= dict.fromkeys(("rhetorical", "off-platform", "cold", "flow"), ("pass", None, None, 0.0, 0.0, None, []))
        out["flow"] = (
            "partial",
            None,
            "缺步骤",
            4.0,
            0.0,
            0.5,
            [place(len(chat) - 1, "确认订单"), place(len(chat) - 1, "礼貌告别")],
        )
    if value is not None:
        cost, label = (0.0, "达标") if value <= 30 else (5.0, "偏慢") if value <= 60 else (10.0, "太慢")
        out["first-response"] = (
            "pass" if not cost else "partial" if cost < 10 else "fail",
            None,
            label,
            cost,
            2.0 if value <= 6 else 0.0,
            value,
            [place(0, ""), place(answer(chat), "")],
        )
    else:
        out["first-response"] = (
            "not_applicable",
            {"none": "no_time", "minute": "coarse_time"}.get(times, "unanswered"),
            None,
            0.0,
            0.0,
            None,
            [],
        )
    if faults["rhetorical"]:
        out["rhetorical"] = ("fail", None, None, 6.0, 0.0, 2.0, [span("不是跟您说过了吗"), span("您没看到吗")])
    if faults["empathy"]:
        out["empathy"] = ("fail", None, None, 6.0, 0.0, 1.0, [place(at("太差劲"), "之后 2 条内没有安抚或致歉")])
    if faults["thanks"]:
        out["thanks"] = ("pass", None, None, 0.0, 2.0, 1.0, [span("感谢您")])
    if faults["off-platform"]:
        out["off-platform"] = ("fail", None, None, 0.0, 0.0, 1.0, [span("加我微信 wx_abc123")])
    if faults["cold"]:
        position = max(n for n, (_, said) in enumerate(chat) if said == "哦")
        out["cold"] = (
            "review",
            "over_limit",
            None,
            0.0,
            0.0,
            1.0,
            [{"position": position, "start": 0, "end": 1, "note": None}],
        )
    return [
        {
            "finding_id": f"K{i:04d}{n:03d}",
            "night": None if times == "none" else date(2026, 12, 1),
            "session_id": session,
            "segment_no": 1,
            "agent_id": agent,
        }
        | {"check": c[0], "group": c[1], "seeds": "RT-01", "points": float(c[5])}
        | dict(zip(("outcome", "reason", "label", "deducted", "bonus", "value", "evidence"), out[c[0]], strict=True))
        for n, c in enumerate(CHECKS)
    ]
