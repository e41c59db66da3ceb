"""The conversations of the synthetic run: messages, one segment each, findings of every outcome, hostile text."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from tests.report.synthetic_findings import answer, findings
from tests.report.synthetic_rounds import PEOPLE, measures, rounds

LONG = "长" * 500
HOSTILE = ("../../x", "<script>alert(1)</script>", LONG, "😀客服👩‍💻", "con", "\u202eevil\x07")
AGENTS = ("小棠", "阿木", *HOSTILE, None)
NASTY = "</script><img src=x onerror=alert(1)>\x00\x1b[31m\u202e反的\u2028下一行 {{ 7*7 }} 我的电话13812345678"
NIGHT = date(2026, 12, 1)
START = datetime(2026, 12, 1, 1, 2, 3, tzinfo=UTC)  # 09:02:03 in Shanghai

_OPENINGS = ("在吗,想看看四件套", "这个枕芯什么时候发货", "掉色吗?夏天用的", "尺码怎么选")
_CHAT = (
    ("agent", "您好,我是本店客服,请问有什么可以帮您"),
    ("customer", "1米8的床,要凉快一点的"),
    ("agent", "给您推荐这款天丝四件套哦,透气亲肤"),
    ("customer", "会不会掉色"),
    ("agent", "第一次建议冷水单独洗,有问题支持七天无理由退换哦"),
)


class Rows:
    def __init__(self, times: str) -> None:
        self.times = times
        self.messages: list[dict[str, Any]] = []
        self.rounds: list[dict[str, Any]] = []
        self.segments: list[dict[str, Any]] = []
        self.findings: list[dict[str, Any]] = []


def add_session(rows: Rows, random: Random, i: int, agent: str | None, times: str) -> None:
    session_id = f"</script><b>{i}" if i == 3 else f"S{20261201000 + i}"
    chat: list[tuple[str, str | None]] = [("customer", random.choice(_OPENINGS)), *(_CHAT[: random.choice((2, 4, 5))])]
    faults = {
        k: random.random() < p
        for k, p in (("rhetorical", 0.3), ("empathy", 0.25), ("thanks", 0.3), ("off-platform", 0.06), ("cold", 0.2))
    }
    faults["off-platform"] |= i in (3, 5)
    if agent is None:
        chat, faults = [*chat[:1], ("customer", "有人吗")], dict.fromkeys(faults, False)
    if faults["empathy"]:
        chat += [("customer", "都等了三天了,太差劲了"), ("agent", "物流的问题我们也没办法")]
    if faults["rhetorical"]:
        chat += [("customer", "到底几天能到"), ("agent", "不是跟您说过了吗,48小时内发货,您没看到吗")]
    if faults["off-platform"]:
        chat += [("agent", "您加我微信 wx_abc123 吧,那边给您便宜")]
    if faults["cold"]:
        chat += [("customer", "好吧"), ("agent", "哦")]
    if faults["thanks"]:
        chat += [("customer", NASTY if i % 5 == 3 else "那就这套"), ("agent", "感谢您的信任,祝您生活愉快")]
    if i == 7:
        chat = [
            chat[0],
            *[("customer", f"第 {n} 个问题:这款有没有现货") for n in range(40)],
            *chat[1:],
            ("agent", None),
        ]
    gap = random.choice((4, 5, 12, 28, 45, 75))
    sent = [
        START + timedelta(minutes=7 * i, seconds=sum(gap if n == 1 else 9 for n in range(1, k + 1)))
        for k in range(len(chat))
    ]
    for position, ((role, text), at) in enumerate(zip(chat, sent, strict=True)):
        rows.messages.append(_message(session_id, i, position, role, text, agent, at, times))
    value = float((sent[answer(chat)] - sent[0]).seconds) if agent is not None and times == "second" else None
    found = findings(session_id, i, agent, chat, faults, value, times)
    deducted, bonus = sum(f["deducted"] for f in found), sum(f["bonus"] for f in found)
    score = None if agent is None else max(min(100 - deducted + bonus, 100.0), 0.0)
    reason = "unanswered" if agent is None else {"none": "no_time", "minute": "coarse_time"}.get(times)
    timed = times != "none"
    answered = None if agent is None else answer(chat)
    waited = rounds(session_id, i, agent, answered, value, len(chat) - 1, times)
    person, team = PEOPLE.get(agent or "", (None, None))
    rows.rounds += waited
    rows.findings += found
    rows.segments.append(
        {
            "night": NIGHT if timed else None,
            "session_id": session_id,
            "segment_no": 1,
            "agent_id": agent,
            "agent_name": person,
            "team": team,
            "customer": f"顾客{i + 1:04d}",
        }
        | {
            "shop": "云栖家纺",
            "stage": "pre",
            "started_at": sent[0] if timed else None,
            "ended_at": sent[-1] if timed else None,
        }
        | {
            "first_position": 0,
            "last_position": len(chat) - 1,
            "rubric_version": 1,
            "score": score,
            "machine_score": score,
            "grade": _grade(score),
        }
        | {
            "red_lines": int(faults["off-platform"]),
            "bonus": bonus,
            "deducted": deducted,
            "applicable_points": 0.0 if agent is None else 34.0,
        }
        | {"response_reason": reason, "first_response_seconds": value}
        | measures(waited, i)
    )


def _message(
    session: str, i: int, position: int, role: str, text: str | None, agent: str | None, at: datetime, times: str
) -> dict[str, Any]:
    kind = "image" if text is None else "text"
    return (
        {
            "session_id": session,
            "message_id": f"{i:04x}{position:012x}",
            "position": position,
            "sent_at": None if times == "none" else at,
        }
        | {
            "time_resolution": times,
            "role": role,
            "automation": "none",
            "agent_id": agent if role == "agent" else None,
            "customer_id": f"c{i}",
        }
        | {
            "kind": kind,
            "text": text,
            "shop": "云栖家纺",
            "stage": "pre",
            "source_file": "log.csv",
            "source_row": 2 + position,
        }
    )


def _grade(score: float | None) -> str | None:
    return (
        None if score is None else "优" if score >= 95 else "良" if score >= 90 else "合格" if score >= 85 else "待改进"
    )
