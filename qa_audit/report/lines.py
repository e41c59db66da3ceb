"""Findings as lines a person accepts: what it cost, the fact, the quote, the reason, better wording.

【扣3分】反问、质问客户(扣分编号 K7Q2ABCD)14:03:22 你说「不是跟您说过了吗」。建议:「抱歉,我再说明一次」
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qa_audit.report.display import number, one_line, percent, seconds
from qa_audit.report.transcript import Mark, Message, Session, quote
from qa_audit.report.wording import KINDS, PLAIN, REASONS, worded

Row = dict[str, Any]

PLACES = 4  # quoted per line; the transcript marks them all


@dataclass(frozen=True)
class Fact:
    """One quoted place: time, who did what, the quote in (text, is evidence) pieces, what it shows."""

    time: str
    verb: str
    pieces: tuple[tuple[str, bool], ...]
    note: str


@dataclass(frozen=True)
class FindingLine:
    """One finding in words; `style` is deduct, red, bonus, review, pending or none."""

    finding: str
    style: str
    tag: str
    title: str
    lead: str
    facts: tuple[Fact, ...]
    more: int
    why: str
    advice: str
    definition: str
    seeds: str
    deducted: float

    @property
    def text(self) -> str:
        """The line as plain text, for the terminal and for JSON."""
        quotes = (f"{f.time} {f.verb}{_quoted(f.pieces)}{f.note}" for f in self.facts)
        body = "；".join([*([self.lead] if self.lead else []), *quotes])
        more = f"……等 {self.more + len(self.facts)} 处" if self.more else ""
        number_ = f"(扣分编号 {self.finding})"
        return f"{self.tag}{self.title}{number_}{body}{more}{self.why}。" + (
            f"建议:{self.advice}" if self.advice else ""
        )


def is_red_line(finding: Row, check: Mapping[str, Any]) -> bool:
    """Return whether a finding is a red line that a person has to confirm."""
    return check["red_line_cap"] is not None and finding["outcome"] in ("fail", "partial", "pending")


def style_of(finding: Row, check: Mapping[str, Any]) -> str:
    """Return how a finding is shown; "" when it says nothing against or for the agent."""
    outcome = finding["outcome"]
    if is_red_line(finding, check):
        return "red"
    if outcome == "review":
        return "review"
    if finding["deducted"] > 0:
        return "deduct"
    if finding["bonus"] > 0:
        return "bonus"
    return {"fail": "none", "partial": "none", "pending": "pending"}.get(outcome, "")


def marks(finding: Row, check: Mapping[str, Any], style: str) -> list[Mark]:
    """Return the evidence of a finding as marks for its transcript.

    Steps of a flow that were found are not what points were lost for, and the ends of a wait are only places.
    """
    kind, number_ = check["kind"], finding["finding_id"]
    out = []
    for e in finding["evidence"] or []:
        shown = "none" if kind == "flow" and e["start"] is not None else "place" if kind == "measure" else style
        out.append(Mark(number_, shown, e["position"], e["start"], e["end"]))
    return out


def finding_line(finding: Row, check: Mapping[str, Any], session: Session, you: str = "你") -> FindingLine:
    """Put one finding into words, quotes masked; `you` names the agent: 你 on the agent's own page, 客服 elsewhere."""
    style = style_of(finding, check)
    facts = _facts(finding, check, session, you)
    return FindingLine(
        finding=finding["finding_id"],
        style=style,
        tag=_tag(finding, style),
        title=one_line(check["title"]),
        lead=_lead(finding, check),
        facts=tuple(facts[:PLACES]),
        more=max(len(facts) - PLACES, 0),
        why=_why(finding, check, style),
        advice="" if style == "bonus" else _advice(check["remedy"]),
        definition=one_line(check["definition"] or ""),
        seeds=finding["seeds"] or check["seeds"] or "",
        deducted=finding["deducted"],
    )


def measured(name: str | None, value: float | None) -> str:
    """Render a measure's value with its unit, taken from its name: _seconds, _share, _ratio, _coverage."""
    if name is not None and name.endswith("_seconds"):
        return seconds(value)
    if name is not None and value is not None and name.endswith(("_share", "_coverage", "politeness_ratio")):
        return percent(value, 1)
    return number(value)


def _tag(finding: Row, style: str) -> str:
    if style == "red":
        also = f"·已扣{number(finding['deducted'])}分" if finding["deducted"] > 0 else ""
        return f"【红线·待确认{also}】"
    tags = {
        "review": "【提醒·疑似】",
        "pending": "【待补全】",
        "none": "【记录·不扣分】",
        "bonus": f"【加{number(finding['bonus'])}分】",
    }
    return tags.get(style, f"【扣{number(finding['deducted'])}分】")


def _lead(finding: Row, check: Mapping[str, Any]) -> str:
    """Say the measured fact: 75 秒,属于「偏慢」; for a flow how much of it was done."""
    label = one_line(finding["label"] or "")
    if check["kind"] == "flow":
        return f"做到 {measured('flow_coverage', finding['value'])}" if finding["value"] is not None else ""
    if check["kind"] != "measure":
        return ""
    if finding["value"] is None:
        return "" if not label else f"属于「{label}」"
    value = measured(check["measure"], finding["value"])
    if label and value == number(finding["value"]):
        return f"属于「{label}」"  # a bare count says nothing that the label does not
    return value + (f"，属于「{label}」" if label else "")


def _facts(finding: Row, check: Mapping[str, Any], session: Session, you: str) -> list[Fact]:
    """Group the evidence by message, in the order of the chat; one message is one fact with all its spans."""
    if check["kind"] == "flow":
        return _steps(finding, session, you)
    spans: dict[int, list[tuple[int, int]]] = {}
    notes: dict[int, list[str]] = {}
    missing: set[int] = set()
    for e in finding["evidence"] or []:
        found = spans.setdefault(e["position"], [])
        if e["start"] is not None and e["end"] is not None:
            found.append((e["start"], e["end"]))
        elif check["kind"] != "measure":
            missing.add(e["position"])
        if e["note"]:
            notes.setdefault(e["position"], []).append(one_line(e["note"]))
    out = []
    for position in sorted(spans):
        message = session.messages.get(position)
        note = "、".join(dict.fromkeys(notes.get(position, [])))
        tail = _absent(note) if position in missing else f"（{note}）" if note else ""
        if message is None:
            out.append(Fact(f"第 {position + 1} 条", "", (), tail))
            continue
        verb, quotable = _verb(message, finding["agent_id"], you)
        out.append(Fact(message.time, verb, tuple(quote(message, spans[position])) if quotable else (), tail))
    return out


def _steps(finding: Row, session: Session, you: str) -> list[Fact]:
    """Say for each place of the chat which steps of a flow were due from there on and are missing."""
    due: dict[int, list[str]] = {}
    for e in finding["evidence"] or []:
        if e["start"] is None:
            due.setdefault(e["position"], []).append(one_line(e["note"] or ""))
    out = []
    for position in sorted(due):
        missing = "没有做到：" + "、".join(dict.fromkeys(due[position]))
        message = session.messages.get(position)
        if message is None:
            out.append(Fact(f"第 {position + 1} 条", "", (), f"起{missing}"))
            continue
        verb, quotable = _verb(message, finding["agent_id"], you)
        after = "之后" if message.role == "customer" else "起"
        out.append(Fact(message.time, verb, tuple(quote(message, ())) if quotable else (), after + missing))
    return out


def _absent(note: str) -> str:
    """Say that something is missing after this place; the note may be the whole tail or only what was due."""
    if not note:
        return "之后没有"
    if note.startswith(("之后", "此后", "之前", "没有", "未", "缺", "还没", "一直", "到")):
        return note
    return f"之后没有{note}"


def _verb(message: Message, agent: str | None, you: str) -> tuple[str, bool]:
    """Say who did it (`you` is the agent the finding is about) and whether there is a text to quote."""
    if message.role == "agent":
        who = you if message.agent == agent or message.agent is None else f"客服 {message.who} "
    else:
        who = {"customer": "客户", "bot": "机器人", "system": "系统"}[message.role]
    if message.kind != "text" and not message.text.strip():
        return f"{who}发了{KINDS.get(message.kind, '消息')}", False
    return who + ("提示" if message.role == "system" else "说"), True


def _why(finding: Row, check: Mapping[str, Any], style: str) -> str:
    parts = []
    if finding["reason"] and finding["reason"] not in PLAIN and style in ("none", "pending", "review"):
        parts.append(worded(REASONS, finding["reason"]))
    if style == "review":
        parts.append("不扣分，请人工判断")
    if style == "red":
        parts.append(f"确认后这一段最高 {number(check['red_line_cap'])} 分")
    return f"（{'；'.join(parts)}）" if parts else ""


def _advice(remedy: str | None) -> str:
    """Quote the better wording, unless the remedy quotes it itself."""
    text = one_line(remedy or "").rstrip("。")
    return text if not text or any(c in text for c in '「“『"') else f"「{text}」"


def _quoted(pieces: Sequence[tuple[str, bool]]) -> str:
    return "「" + "".join(text for text, _ in pieces) + "」" if pieces else ""
