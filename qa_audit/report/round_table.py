"""The receipt of the waits: every round of a segment, who asked and answered when, what counted and why not, the sum.

The figures are those of segments.parquet; where the rounds do not add up to them, the receipt says so.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from qa_audit.report.display import DASH, clock_time, number, seconds
from qa_audit.report.fragments import escaped
from qa_audit.report.transcript import Message, Session
from qa_audit.report.wording import AUTOMATIONS, NOT_DUE, ROUND_REASONS, worded

Row = dict[str, Any]

_HEAD = (
    '<div class="scroll"><table class="rounds">\n<thead><tr><th scope="col">轮</th><th scope="col">客户提问</th>'
    '<th scope="col">回复</th><th scope="col" class="n">等待</th><th scope="col">计入响应</th></tr></thead>\n<tbody>\n'
)
_MICRO = 1_000_000


class Figures(NamedTuple):
    """What a segment's rounds come to; mean and longest are seconds, null without a counted wait."""

    rounds: int
    unanswered: int
    within_6s: int
    within_30s: int
    counted: int
    mean: float | None
    longest: float | None


_MEASURES = (
    *("rounds", "unanswered_rounds", "within_6s_share_numerator", "within_30s_share_numerator"),
    *("within_30s_share_denominator", "mean_wait_seconds", "max_wait_seconds"),
)
"""The measures that hold the same, in the order of Figures."""

_NAMES = ("需要回复", "未回复", "≤ 6 秒", "≤ 30 秒", "计入", "平均", "最长")
_RELAXED = ("≤ 6 秒", "≤ 30 秒")
_NA = ' class="na"'


def round_table(session: Session, part: Row, rounds: Sequence[Row]) -> str:
    """Return the rounds that one segment is charged with and their sum as HTML; `part` is its row of segments."""
    mine = [row for row in rounds if row["segment_no"] == part["segment_no"]]
    if not mine:
        return '<p class="muted">这一段没有轮次：没有需要记在这位客服名下的客户消息。</p>\n'
    opening = session.messages.get(mine[0]["asked_position"])
    body = "".join(_round(session, row, opening.date if opening else "") for row in mine)
    return f"{_HEAD}{body}</tbody></table></div>\n{_sum(part, mine)}"


def figures(rounds: Sequence[Row]) -> Figures:
    """Add up rounds as the measures do; waits as whole microseconds, so that the sum is exact."""
    due = [row for row in rounds if row["reason"] not in NOT_DUE]
    waits = _waits(rounds)
    return Figures(
        rounds=len(due),
        unanswered=sum(row["answered_position"] is None for row in due),
        within_6s=sum(wait <= 6 * _MICRO for wait in waits),
        within_30s=sum(wait <= 30 * _MICRO for wait in waits),
        counted=sum(row["counted"] for row in rounds),
        mean=sum(waits) / len(waits) / _MICRO if waits else None,
        longest=max(waits) / _MICRO if waits else None,
    )


def exact(value: float) -> str:
    """Return seconds as they add up, never rounded; from two minutes on as a person says it besides."""
    return f"{number(value, 6)} 秒" + (f"<small>{seconds(value)}</small>" if value >= 120 else "")


def _waits(rounds: Sequence[Row]) -> list[int]:
    return [round(r["wait_seconds"] * _MICRO) for r in rounds if r["counted"] and r["wait_seconds"] is not None]


def _round(session: Session, row: Row, day: str) -> str:
    asked = session.messages.get(row["asked_position"])
    wait = DASH if row["wait_seconds"] is None else exact(row["wait_seconds"])
    reason = f"不计：{escaped(worded(ROUND_REASONS, row['reason']))}"
    verdict = reason if not row["counted"] else "计入" if row["answered_position"] is not None else "计入，算未回复"
    several = f" <small>共 {row['asks']} 条</small>" if row["asks"] > 1 else ""
    return (
        f'<tr{"" if row["counted"] else _NA}><th scope="row">{row["round_no"]}</th>'
        f"<td>{_time(asked, row['asked_position'], day)}{several}{_start(session, row, day)}</td>"
        f'<td>{_answer(session, row, day)}</td><td class="n">{wait}{_beside(session, row)}</td>'
        f"<td>{verdict}</td></tr>\n"
    )


def _time(message: Message | None, position: int, day: str) -> str:
    """Return when a message was, with its date where that is not the day of the first question."""
    if message is None:
        return clock_time("", "none", position)
    date = f"{message.date[5:]} " if message.date and message.date != day else ""
    return f"<time>{escaped(date + message.time)}</time>"


def _start(session: Session, row: Row, day: str) -> str:
    """Say from where the clock ran, where that is not the question."""
    position = row["started_position"]
    if position is None or position == row["asked_position"]:
        return ""
    message = session.messages.get(position)
    line = "那一条"
    if message is not None:
        roles = {"customer": "客户的消息", "bot": "机器人的消息", "system": "系统消息"}
        line = "转人工" if message.kind == "transfer" else roles.get(message.role, "客服的消息")
    return f"<small>从{line}起算：{_time(message, position, day)}</small>"


def _answer(session: Session, row: Row, day: str) -> str:
    position = row["answered_position"]
    if position is None:
        return "没有回复"
    message = session.messages.get(position)
    who = f' <bdi class="name">{escaped(message.who)}</bdi>' if message else ""
    return f"{_time(message, position, day)}{who}"


def _beside(session: Session, row: Row) -> str:
    """Return the first reply of anyone where that is another one: shown, never scored."""
    position, wait = row["any_answered_position"], row["any_wait_seconds"]
    if position is None or wait is None or position == row["answered_position"]:
        return ""
    message = session.messages.get(position)
    automatic = [tag for tag in message.tags if tag in AUTOMATIONS.values()] if message else []
    by = "机器人" if message and message.role == "bot" else automatic[0] if automatic else "最先的回复"
    return f"<small>{by} {number(wait, 6)} 秒，不计分</small>"


def _sum(part: Row, mine: Sequence[Row]) -> str:
    """Return the closing line: the figures of the segment, the sum behind the mean, and whether they agree."""
    added = figures(mine)
    known = (part.get(name) for name in _MEASURES)
    shown = Figures._make(total if found is None else found for total, found in zip(added, known, strict=True))
    waits = _waits(mine)
    counted = f"{shown.counted}"
    parts = [f"需要回复 <b>{shown.rounds}</b> 轮，未回复 <b>{shown.unanswered}</b> 轮"]
    if shown.counted:
        parts.append(f"≤ 6 秒 <b>{shown.within_6s} / {counted}</b>，≤ 30 秒 <b>{shown.within_30s} / {counted}</b>")
    if waits and shown.mean is not None and shown.longest is not None:
        equals = "=" if round(shown.mean, 2) == shown.mean else "≈"
        parts.append(
            f"等待共 {number(sum(waits) / _MICRO, 6)} 秒 ÷ {len(waits)} 轮 {equals} "
            f"平均 <b>{number(shown.mean)} 秒</b>，最长 <b>{number(shown.longest, 6)} 秒</b>"
        )
    else:
        parts.append("没有量出的等待")
    left = sum(not row["counted"] for row in mine)
    parts += [f"不计 {left} 轮"] if left else []
    return f'<p class="sum">合计：{"；".join(parts)}{_others(part)}。{_alarm(shown, added)}</p>\n'


def _others(part: Row) -> str:
    """Return what else was measured of the segment's response: its first response, and how busy the agent was."""
    first, anyone, load = (
        part.get(n) for n in ("first_response_seconds", "first_reply_any_seconds", "open_sessions_mean")
    )
    text = "" if first is None else f"；首次响应 {number(first, 6)} 秒"
    if anyone is not None and anyone != first:
        text += f"；含自动回复的首次回复 {number(anyone, 6)} 秒，仅供参考"
    if load is not None:
        most = part.get("open_sessions_max")
        text += (
            f"；提问时这位客服另有会话平均 {number(load)} 个，最多 {most} 个" if most else "；提问时没有别的会话开着"
        )
    return text


def _alarm(shown: Figures, added: Figures) -> str:
    """Say where the rounds do not add up to the figures; more rounds in time are those of a relaxed window."""
    relaxed, wrong = False, []
    for name, figure, total in zip(_NAMES, shown, added, strict=True):
        if name in _RELAXED and (figure or 0) > (total or 0):
            relaxed = True
        elif (figure is None) != (total is None) or abs((figure or 0) - (total or 0)) > 1e-6:
            wrong.append(f"{name} {number(figure)}，逐轮相加 {number(total)}")
    said = " 有的轮次在放宽时限的时段里，按放宽后的时限算。" if relaxed else ""
    return said + (f' <b class="alarm">✗ 对不上：{"；".join(wrong)}</b>' if wrong else "")
