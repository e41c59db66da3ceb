"""A chat as an author reads it: the lines that were typed, with the characters that findings point at.

chat = read_chat("对话.txt")
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa_audit.authoring.transcript import ZONE, TranscriptError, transcript
from qa_audit.errors import ExportError
from qa_audit.formats.encoding import decode
from qa_audit.report.display import visible
from qa_audit.report.wording import AUTOMATIONS, KINDS, ROLES
from qa_audit.texts.entities import mask

STDIN = "-"
MAX_BYTES = 4_000_000
HOW = (
    "每行写成 时间 谁: 说了什么,如 00:05 客服: 您好,在的;时间写 分:秒 或 时:分:秒,没有就写 --;"
    "谁写 客户、客服、自动回复、机器人、系统;空一行是另一个会话"
)
OPEN, CLOSE = "【", "】"

Span = tuple[int, int]


@dataclass(frozen=True)
class ChatLine:
    """One message: the line it was written on, its time (HH:MM:SS, -- without one), who said it, what, of what kind.

    text is masked and as long as typed; `about` names what it is besides a text that somebody wrote (图片, 自动回复),
    "" for nothing.
    """

    number: int
    time: str
    who: str
    text: str
    about: str = ""


def read_chat(name: str) -> Any:
    """Return the messages of a file of chat lines ("-": standard input); ExportError names the line that is none."""
    shown = "标准输入" if name == STDIN else Path(name).as_posix()
    data = _bytes(name, shown)
    if len(data) > MAX_BYTES:
        raise ExportError(f"{shown}: 超过了 {MAX_BYTES:,} 字节(整夜的导出请用 qa-audit run)")
    try:
        messages = transcript(decode(data, None, shown).data.decode("utf-8"))
    except TranscriptError as error:
        raise ExportError(f"{shown}:{error.line}: {visible(error.reason)}({HOW})") from None
    if not messages.num_rows:
        raise ExportError(f"{shown}: 没有一句话({HOW})")
    return messages


def chat_lines(messages: Any) -> list[ChatLine]:
    """Return the lines of messages (schema.MESSAGES), in order."""
    names = ("source_row", "sent_at", "role", "automation", "agent_id", "kind", "text", "customer_id")
    return [_line(*row) for row in zip(*(messages[name].to_pylist() for name in names), strict=True)]


def _bytes(name: str, shown: str) -> bytes:
    if name == STDIN:
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    try:
        with Path(name).open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ExportError(f"{shown}: 打不开({error.strerror or error});检查路径和权限") from None


def _line(
    number: int, sent_at: Any, role: str, automation: str, agent: str | None, kind: str, text: str, customer: str | None
) -> ChatLine:
    time = "--" if sent_at is None else sent_at.astimezone(ZONE).strftime("%H:%M:%S")
    who = agent if role == "agent" and agent else ROLES[role]
    about = AUTOMATIONS.get(automation if role == "agent" else "", "")
    return ChatLine(
        number, time, who, mask(text or "", customer), "、".join(filter(None, (about, KINDS.get(kind, ""))))
    )


def marked(text: str, spans: Sequence[Span]) -> str:
    """Return a text on one line, safe for a terminal, with the characters of the spans in 【】."""
    out, at = [], 0
    for start, end in _apart(spans, len(text)):
        out += [_flat(text[at:start]), OPEN, _flat(text[start:end]), CLOSE]
        at = end
    return "".join([*out, _flat(text[at:])])


def _apart(spans: Sequence[Span], size: int) -> list[Span]:
    """Return the spans in order, those that touch joined."""
    out: list[Span] = []
    for start, end in sorted((max(a, 0), min(b, size)) for a, b in spans):
        if start < end and out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        elif start < end:
            out.append((start, end))
    return out


def _flat(text: str) -> str:
    return visible(text).replace("\n", " ").replace("\t", " ")
