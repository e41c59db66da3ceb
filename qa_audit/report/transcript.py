"""A session as a reader sees it: masked lines with times, waits and the characters that findings point at."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

from qa_audit.report.display import clock_time, one_line, seconds, visible
from qa_audit.report.wording import AUTOMATIONS, KINDS, ROLES, UNASSIGNED, worded
from qa_audit.texts.entities import mask

Row = dict[str, Any]

WHOLE = 30  # messages; on an agent's page, more than this is cut down to what surrounds the evidence
WHOLE_SESSION = 500  # the same on the page of a session
AROUND = 3
QUOTE = 28  # characters of context on either side of a quoted hit


class Message(NamedTuple):
    """One line of a chat, masked; `text` keeps the length of the exported text so that offsets hold."""

    position: int
    time: str
    date: str
    role: str
    who: str
    tags: tuple[str, ...]
    agent: str | None
    text: str
    kind: str


class Piece(NamedTuple):
    """Characters that share the same findings; `ends` are the findings whose span ends here."""

    text: str
    style: str = ""
    ends: tuple[str, ...] = ()


class Line(NamedTuple):
    """A transcript line: a message in pieces, or a gap of `skipped` messages."""

    message: Message | None
    pieces: tuple[Piece, ...] = ()
    due: tuple[tuple[str, str], ...] = ()  # (finding_id, style) whose evidence is the place, not characters
    wait: str = ""
    day: str = ""
    change: str = ""
    skipped: int = 0


class Mark(NamedTuple):
    """One piece of evidence in a transcript; start None means the place where something was due."""

    finding: str
    style: str
    position: int
    start: int | None
    end: int | None


@dataclass(frozen=True)
class Session:
    """The messages of one session by position, and the waits to show beside them."""

    session_id: str
    messages: dict[int, Message]
    waits: dict[int, str] = field(default_factory=dict)
    changes: dict[int, str] = field(default_factory=dict)


def build_session(session_id: str, rows: Iterable[Row], rounds: Iterable[Row], parts: Sequence[Row]) -> Session:
    """Build the readable session from rows of messages, rounds and segments of that session."""
    customer = parts[0]["customer"] if parts else worded(ROLES, "customer")
    named = [part for part in parts if part.get("agent_name")]
    messages = {row["position"]: _message(row, customer, named) for row in rows}
    changes = {
        part["first_position"]: f"第 {part['segment_no']} 段 · {agent_name(part['agent_id'], part.get('agent_name'))}"
        for part in parts
        if len(parts) > 1
    }
    return Session(session_id, messages, _waits(rounds), changes)


def agent_name(agent: str | None, person: str | None = None) -> str:
    """Return the account as it may stand on a page, with the `person` a roster gives: 花名(账号); 未分配 for nobody."""
    if agent is None:
        return UNASSIGNED
    account, known = one_line(agent) or "（空白账号）", one_line(person or "")
    return f"{known}({account})" if known and known != account else account


def transcript(session: Session, marks: Sequence[Mark], first: int, last: int, whole: int = WHOLE) -> list[Line]:
    """Return the lines of positions first..last and of all evidence; beyond `whole` lines, with gaps."""
    by_position: dict[int, list[Mark]] = {}
    for mark_ in marks:
        by_position.setdefault(mark_.position, []).append(mark_)
    evidence = [p for p in by_position if p in session.messages]
    low, high = min([first, *evidence]), max([last, *evidence])
    positions = [p for p in sorted(session.messages) if low <= p <= high]
    kept = positions if len(positions) <= whole else _near(positions, evidence)
    lines: list[Line] = []
    day = ""
    for index, position in enumerate(kept):
        skipped = 0 if kept is positions else _between(positions, kept[index - 1] if index else low - 1, position)
        if skipped:
            lines.append(Line(None, skipped=skipped))
        message = session.messages[position]
        new_day = message.date if message.date != day else ""
        day = message.date or day
        lines.append(_line(session, message, by_position.get(position, []), new_day))
    skipped = _between(positions, kept[-1] if kept else low - 1, high + 1)
    return [*lines, Line(None, skipped=skipped)] if skipped else lines


def quote(message: Message, spans: Sequence[tuple[int, int]]) -> list[tuple[str, bool]]:
    """Return a message as (text, is the evidence) pieces on one line, cut to what surrounds the evidence."""
    text, spans = message.text, _merged(spans, len(message.text))
    low = max(spans[0][0] - QUOTE, 0) if spans else 0
    high = min(spans[-1][1] + QUOTE, len(text)) if spans else min(2 * QUOTE, len(text))
    low, high = (0 if low <= 8 else low), (len(text) if len(text) - high <= 8 else high)
    pieces: list[tuple[str, bool]] = [("…", False)] if low else []
    at = low
    for start, end in spans:
        pieces += [(text[at:start], False), (text[start:end], True)]
        at = end
    pieces.append((text[at:high] + ("…" if high < len(text) else ""), False))
    return [(_flat(piece), hit) for piece, hit in pieces if piece]


def _flat(text: str) -> str:
    return visible(text).replace("\n", " ").replace("\t", " ")


def _message(row: Mapping[str, Any], customer: str, named: Sequence[Row]) -> Message:
    position, resolution, role, kind = row["position"], row["time_resolution"], row["role"], row["kind"]
    local = row["sent_at"] if resolution != "none" else ""
    who = (
        customer
        if role == "customer"
        else agent_name(row["agent_id"], _person(row["agent_id"], position, named) if named else None)
        if role == "agent" and row["agent_id"]
        else ROLES[role]
    )
    time, tags = clock_time(local, resolution, position), _tags(row["automation"], kind)
    text = mask(row["text"] or "", row.get("customer_id"))
    return Message(position, time, local[:10], role, who, tags, row["agent_id"], text, kind)


def _person(agent: str, position: int, named: Sequence[Row]) -> str | None:
    """Return who used an account at this place; people of different shifts may share it, each in their segments."""
    mine = [part for part in named if part["agent_id"] == agent]
    here = (part["agent_name"] for part in mine if part["first_position"] <= position <= part["last_position"])
    return next(here, mine[0]["agent_name"] if mine else None)


@lru_cache(maxsize=64)
def _tags(automation: str, kind: str) -> tuple[str, ...]:
    return tuple(t for t in (AUTOMATIONS.get(automation, ""), KINDS.get(kind, "")) if t)


def _waits(rounds: Iterable[Row]) -> dict[int, str]:
    waits: dict[int, str] = {}
    for row in rounds:
        if not row["counted"]:
            continue
        if row["answered_position"] is None:
            waits[row["last_asked_position"]] = "没有等到回复"
        elif row["wait_seconds"] is not None:
            waits[row["answered_position"]] = f"等了 {seconds(row['wait_seconds'])}"
    return waits


def _near(positions: Sequence[int], evidence: Sequence[int]) -> list[int]:
    kept = {*positions[:2], positions[-1]}
    for p in evidence:
        kept.update(range(p - AROUND, p + AROUND + 1))
    return [p for p in positions if p in kept]


def _between(positions: Sequence[int], low: int, high: int) -> int:
    return sum(low < p < high for p in positions) if high - low > 1 else 0


def _line(session: Session, message: Message, marks: Sequence[Mark], day: str) -> Line:
    wait, change = session.waits.get(message.position, ""), session.changes.get(message.position, "")
    if not marks:
        return Line(message, (Piece(visible(message.text)),), (), wait, day, change)
    spans = [m for m in marks if m.start is not None and m.end is not None]
    due = tuple(dict.fromkeys((m.finding, m.style) for m in marks if m.start is None or m.end is None))
    return Line(message, tuple(_pieces(message.text, spans)), due, wait, day, change)


def _pieces(text: str, marks: Sequence[Mark]) -> Iterable[Piece]:
    """Cut a text wherever a span begins or ends, so that overlapping evidence needs no nested tags."""
    size = len(text)
    spans = [(min(m.start or 0, size), min(m.end or 0, size), m) for m in marks]
    spans = [span for span in spans if span[0] < span[1]]
    cuts = sorted({0, size, *(s for s, _, _ in spans), *(e for _, e, _ in spans)})
    for start, end in pairwise(cuts):
        over = [m for s, e, m in spans if s <= start and end <= e]
        ends = tuple(dict.fromkeys(m.finding for _, e, m in spans if e == end))
        yield Piece(visible(text[start:end]), _strongest(over), ends)


def _strongest(marks: Sequence[Mark]) -> str:
    styles = {m.style for m in marks}
    return next((s for s in ("red", "deduct", "review", "bonus") if s in styles), "")


def _merged(spans: Sequence[tuple[int, int]], size: int) -> list[tuple[int, int]]:
    out: list[tuple[int, int]] = []
    for start, end in sorted((max(s, 0), min(e, size)) for s, e in spans):
        if start < end and out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        elif start < end:
            out.append((start, end))
    return out
