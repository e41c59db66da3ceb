"""Write sessions as chat lines and get them as canonical messages.

    transcript(
        "00:00 customer: 在吗\\n"
        "00:05 agent(小棠): 您好"
    )

A line is `TIME ROLE[(ID)][@AGENT]: TEXT`; a full-width colon and brackets do as well. A blank line ends a session.

TIME   `mm:ss[.ffffff]` after ten in the morning; `HH:MM:SS[.ffffff]` local time of day; `+1 HH:MM:SS` on the next day;
       `--` for no time (time_resolution `none`).
ROLE   customer 客户 买家 顾客 · agent 客服 · auto 自动回复 (agent, automation auto) · assisted ·
       inferred (agent, automation so) · bot 机器人 (automation auto) · system 系统.
ID     the account. An agent without one is the agent that spoke before, else `客服1`; customers are `c1`, `c2` …
@AGENT on a customer, bot or system line: the agent_id that the export puts on the row.
TEXT   a text that begins with `[image]`, `[card]`, `[order_event]`, `[transfer]`, `[recall]`, `[other]` or the Chinese
       names below is of that kind; the text stays as written.

A session may begin with a heading, `# ID date=2026-12-02 customer=c9 shop=云栖 stage=pre`; without one it is `s1` …
"""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pyarrow as pa

from qa_audit.schema import MESSAGES

ZONE = timezone(timedelta(hours=8))  # Asia/Shanghai has no summer time
DATE = "2026-12-01"
START = timedelta(hours=10)

ROLES = {
    **dict.fromkeys(("customer", "客户", "买家", "顾客"), ("customer", "none")),
    **dict.fromkeys(("agent", "客服"), ("agent", "none")),
    **dict.fromkeys(("auto", "自动回复"), ("agent", "auto")),
    "assisted": ("agent", "assisted"),
    "inferred": ("agent", "inferred"),
    **dict.fromkeys(("bot", "机器人"), ("bot", "auto")),
    **dict.fromkeys(("system", "系统"), ("system", "none")),
}
KINDS = {
    **dict.fromkeys(("image", "图片"), "image"),
    **dict.fromkeys(("card", "卡片", "商品卡片"), "card"),
    **dict.fromkeys(("order_event", "订单"), "order_event"),
    **dict.fromkeys(("transfer", "转接"), "transfer"),
    **dict.fromkeys(("recall", "撤回"), "recall"),
    "other": "other",
}
_LINE = re.compile(
    r"(?P<time>--|(?:\+(?P<days>\d+)\s+)?(?:(?P<h>\d+):)?(?P<m>\d+):(?P<s>\d+)(?:\.(?P<f>\d{1,6}))?)\s+"
    r"(?P<role>[^\s(（@:：]+)(?:[(（](?P<id>[^)）]*)[)）])?(?:@(?P<agent>[^\s:：]+))?\s*[:：]\s?(?P<text>.*)"
)
_KIND = re.compile(r"\[([^\]]+)\]")


class TranscriptError(ValueError):
    """A line that is no chat line; `line` counts from 1 within its text, `reason` says what is wrong with it."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"第 {line} 行:{reason}")
        self.line = line
        self.reason = reason


def transcript(*texts: str, date: str = DATE, resolution: str = "microsecond") -> pa.Table:
    """Return a table in schema.MESSAGES of the sessions written in `texts`, in the order written.

    `date` is the local date of sessions without a heading that says it; `resolution` is the time_resolution of rows
    with a time (give "minute" for coarse times); `source_row` is the line within its text. A line that cannot be read,
    or a time that falls, raises TranscriptError.
    """
    rows: list[dict[str, Any]] = []
    number = 0
    for text in texts:
        for block in _blocks(text):
            number += 1
            rows += _session(block, number, date, resolution)
    return pa.Table.from_pylist(rows, schema=MESSAGES)


def _blocks(text: str) -> list[list[tuple[int, str]]]:
    """Cut a text at its blank lines, except below a heading: numbered lines, stripped."""
    blocks: list[list[tuple[int, str]]] = [[]]
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            blocks[-1].append((number, line.strip()))
        elif len(blocks[-1]) > 1 or (blocks[-1] and not blocks[-1][0][1].startswith("#")):
            blocks.append([])
    return [block for block in blocks if block]


def _session(block: list[tuple[int, str]], number: int, default_date: str, resolution: str) -> list[dict[str, Any]]:
    head, lines = _heading(block)
    session_id = head.get("id", f"s{number}")
    day = _day(head.get("date", default_date), block[0][0])
    rows: list[dict[str, Any]] = []
    agent, last = "客服1", None
    for position, (place, line) in enumerate(lines):
        found = _LINE.fullmatch(line)
        if found is None or found["role"] not in ROLES:
            raise TranscriptError(place, f"看不懂「{line[:60]}」")
        role, automation = ROLES[found["role"]]
        sent_at = _sent_at(found, day, place)
        if last is not None and sent_at is not None and sent_at < last:
            raise TranscriptError(place, f"时间比上一行早:「{line[:60]}」")
        last = sent_at or last
        if role == "agent":
            agent = found["id"] or agent
        kind = _KIND.match(found["text"])
        customer = head.get("customer", f"c{number}")
        rows.append(
            {
                "session_id": session_id,
                "message_id": f"{session_id}-{position}",
                "position": position,
                "sent_at": sent_at,
                "time_resolution": resolution if sent_at else "none",
                "role": role,
                "automation": automation,
                "agent_id": agent if role == "agent" else found["agent"],
                "customer_id": found["id"] or customer if role == "customer" else customer,
                "kind": _kind(role, found["text"], kind[1] if kind else None),
                "text": found["text"],
                "shop": head.get("shop"),
                "stage": head.get("stage"),
                "source_file": "transcript",
                "source_row": place,
            }
        )
    return rows


def _heading(block: list[tuple[int, str]]) -> tuple[dict[str, str], list[tuple[int, str]]]:
    """Return what the heading of a session says, and the lines below it."""
    if not block[0][1].startswith("#"):
        return {}, block
    words = block[0][1][1:].split()
    head = dict(word.split("=", 1) for word in words if "=" in word)
    named = words[:1] if words and "=" not in words[0] else []
    return {**head, **dict.fromkeys(("id",) if named else (), *named)}, block[1:]


def _day(text: str, line: int) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise TranscriptError(line, f"「{text[:60]}」不是日期,要写成 date=2026-12-01") from None


def _kind(role: str, text: str, marker: str | None) -> str:
    if marker in KINDS:
        return KINDS[marker]
    return "transfer" if role == "system" and re.search("转接|转给|转人工", text) else "text"


def _sent_at(found: re.Match[str], day: date, line: int) -> datetime | None:
    if found["time"] == "--":
        return None
    try:
        clock = timedelta(
            minutes=int(found["m"]), seconds=int(found["s"]), microseconds=int((found["f"] or "0").ljust(6, "0"))
        )
        clock += timedelta(days=int(found["days"] or 0))
        clock += timedelta(hours=int(found["h"])) if found["h"] else START
        return (datetime(day.year, day.month, day.day, tzinfo=ZONE) + clock).astimezone(UTC)
    except (OverflowError, ValueError):
        raise TranscriptError(line, f"时间太大:「{found['time'][:60]}」") from None
