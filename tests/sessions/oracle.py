"""The algebra once more in plain Python loops, slow and obvious, and random batches to hold both against each other."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from qa_audit.schema import MESSAGES
from qa_audit.sessions.batch import SessionBatch

SPEAKERS = [
    ("customer", "none"),
    ("customer", "none"),
    ("agent", "none"),
    ("agent", "none"),
    ("agent", "auto"),
    ("agent", "assisted"),
    ("bot", "auto"),
    ("system", "none"),
]
EPOCH = datetime(2026, 12, 1, tzinfo=UTC)

_message = st.fixed_dictionaries(
    {
        "speaker": st.sampled_from(SPEAKERS),
        "kind": st.sampled_from(["text"] * 6 + ["image", "transfer", "recall"]),
        "agent": st.sampled_from([None, "a", "b", "c"]),
        "gap": st.sampled_from([0, 0, 1, 2, 3, 7]),
        "time": st.sampled_from(["microsecond"] * 8 + ["second", "minute", "none"]),
        "tags": st.integers(0, 7),
    }
)
sessions = st.lists(st.lists(_message, min_size=1, max_size=9), min_size=0, max_size=5)


def build(drawn: list[list[dict[str, Any]]]) -> tuple[SessionBatch, list[list[dict[str, Any]]]]:
    """Return the batch and, for the oracle, each session's messages as dicts with `row`, `at` (seconds or None) …"""
    rows, plain, row = [], [], 0
    for number, messages in enumerate(drawn):
        clock, session = 0, []
        for position, message in enumerate(messages):
            clock += message["gap"]
            role, automation = message["speaker"]
            timed = message["time"] != "none"
            rows.append(
                {
                    "session_id": f"s{number}",
                    "message_id": f"m{row}",
                    "position": position,
                    "sent_at": EPOCH + timedelta(seconds=clock) if timed else None,
                    "time_resolution": message["time"],
                    "role": role,
                    "automation": automation,
                    "agent_id": message["agent"],
                    "kind": message["kind"],
                    "text": "x",
                    "source_file": "f",
                    "source_row": row,
                }
            )
            session.append(
                {
                    "row": row,
                    "session": number,
                    "at": clock if message["time"] in ("microsecond", "second") else None,
                    "role": role,
                    "automation": automation,
                    "kind": message["kind"],
                    "agent": message["agent"],
                    "time": message["time"],
                    "tags": message["tags"],
                    "speech": message["kind"] not in ("recall", "transfer", "order_event"),
                }
            )
            row += 1
        plain.append(session)
    return SessionBatch.from_messages(pa.Table.from_pylist(rows, schema=MESSAGES)), plain


def flat(plain: list[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    return [message for session in plain for message in session]


def is_customer(m: dict[str, Any]) -> bool:
    return m["role"] == "customer" and m["speech"]


def is_human(m: dict[str, Any]) -> bool:
    return m["role"] == "agent" and m["automation"] == "none" and m["speech"]


def is_bot(m: dict[str, Any]) -> bool:
    return (m["role"] == "bot" or (m["role"] == "agent" and m["automation"] in ("auto", "inferred"))) and m["speech"]


def tagged(bit: int) -> Any:
    return lambda m: bool(m["tags"] >> bit & 1)


def group_starts(plain: list[list[dict[str, Any]]], only_customer_begins: bool) -> list[int]:
    """First rows of turns (only_customer_begins) or bursts."""
    starts = []
    for session in plain:
        side = None
        for m in session:
            now = "customer" if is_customer(m) else "human" if is_human(m) else None
            begins = (
                now is not None and side is not None and now != side and (now == "customer" or not only_customer_begins)
            )
            if m is session[0] or begins:
                starts.append(m["row"])
            side = now or side
    return starts


def look(
    plain: list[list[dict[str, Any]]],
    anchor: int,
    target: Any,
    of: Any,
    messages: int | None,
    seconds: float | None,
    until: Any,
    back: bool,
) -> tuple[int, str]:
    """Walk from the anchor; return (row or -1, yes / no / unknown)."""
    session = next((s for s in plain for m in s if m["row"] == anchor), None)
    if session is None:
        return -1, "no"
    here = session[anchor - session[0]["row"]]
    rest = session[: anchor - session[0]["row"]][::-1] if back else session[anchor - session[0]["row"] + 1 :]
    passed = 0
    for m in rest:
        passed += bool(of(m))
        if target(m):
            if messages is not None and passed > messages:
                return -1, "no"
            if seconds is None:
                return m["row"], "yes"
            if m["at"] is None or here["at"] is None:
                return m["row"], "unknown"
            return (m["row"], "yes") if abs(m["at"] - here["at"]) <= seconds else (-1, "no")
        if until is not None and until(m):
            return -1, "no"
    return -1, "no"


def rounds(plain: list[list[dict[str, Any]]], ask: Any, answer: Any) -> list[tuple[int, int, int, int, int]]:
    """(session, asked, last asked, asks, answered or -1) of every round."""
    found = []
    for session in plain:
        asks: list[int] = []
        for m in session:
            if answer(m):
                if asks:
                    found.append((m["session"], asks[0], asks[-1], len(asks), m["row"]))
                asks = []
            elif ask(m):
                asks.append(m["row"])
        if asks:
            found.append((session[0]["session"], asks[0], asks[-1], len(asks), -1))
    return found


def longest_chain(messages: list[dict[str, Any]], steps: list[Any]) -> int:
    """Longest increasing sequence of steps at messages that do not go back."""
    best = 0

    def walk(step: int, place: int, length: int) -> None:
        nonlocal best
        best = max(best, length)
        for nxt in range(step, len(steps)):
            for at in range(place, len(messages)):
                if steps[nxt](messages[at]):
                    walk(nxt + 1, at, length + 1)
                    break

    walk(0, 0, 0)
    return best


def segments(session: list[dict[str, Any]]) -> list[tuple[int, str | None]]:
    """(first row, agent) of every segment of a session, by walking through it once to cut and once to name."""
    names = {m["agent"] for m in session if _names(m)}
    starts = [session[0]["row"]]
    holder = assignee = passed_by = pending = None
    talked = False
    for m in session:
        agent = m["agent"]
        if m["kind"] == "transfer":
            if pending is None:
                pending, passed_by, talked = m["row"], assignee, False
            continue
        talked = talked or m["role"] in ("customer", "agent")
        if _spoke(m) or (_names(m) and len(names) > 1):
            if holder is None and pending is not None and passed_by not in (None, agent):
                starts.append(pending)
            if holder not in (None, agent):
                starts.append(m["row"] if pending is None else pending)
            holder, pending = agent, None
        elif _assigns(m, names):
            assignee = agent
    if pending is not None and talked and (holder or passed_by):
        starts.append(pending)
    found: list[tuple[int, str | None]] = []
    ends = [*starts[1:], session[-1]["row"] + 1]
    for start, end in zip(starts, ends, strict=True):
        part = [m for m in session if start <= m["row"] < end]
        found.append((start, _named(part, names, found[-1][1] if found else None)))
    return found


def _names(m: dict[str, Any]) -> bool:
    return m["role"] == "customer" and m["kind"] != "transfer" and m["agent"] is not None


def _spoke(m: dict[str, Any]) -> bool:
    return m["role"] == "agent" and m["automation"] == "none" and m["kind"] != "transfer" and m["agent"] is not None


def _assigns(m: dict[str, Any], names: set[str]) -> bool:
    automatic = (
        m["role"] == "agent" and m["automation"] != "none" and m["kind"] != "transfer" and m["agent"] is not None
    )
    return automatic or (_names(m) and len(names) < 2)


def _named(part: list[dict[str, Any]], names: set[str], before: str | None) -> str | None:
    first_of = [[m["agent"] for m in part if _spoke(m)], [m["agent"] for m in part if _names(m) and len(names) > 1]]
    for agents in first_of:
        if agents:
            return str(agents[0])
    system = [m["agent"] for m in part if m["role"] == "system" and m["kind"] != "transfer" and m["agent"]]
    for agents in ([m["agent"] for m in part if _assigns(m, names)], system):
        if agents:
            return str(agents[-1])
    moved = [m["agent"] for m in part if m["kind"] == "transfer" and m["agent"]]
    return str(moved[-1]) if moved and moved[-1] != before else None


def house(session: list[dict[str, Any]], courtesy: Any, wish: Any) -> list[tuple[int, int, float | None, str]]:
    """(asked, started, wait in seconds, reason) of every round of a session by the house clock."""
    first = session[0]["row"]
    found = []
    bot = [m for m in session if m["role"] == "bot" and m["speech"]]
    humans = [m for m in session if is_human(m)]
    wishes = [m for m in session if is_customer(m) and wish(m)]
    transfers = [m for m in session if m["kind"] == "transfer"]
    for _, asked, last_asked, _, answered in rounds([session], is_customer, is_human):
        stop = answered if answered >= 0 else session[-1]["row"] + 1
        started = asked
        held = [m for m in bot if asked < m["row"] < stop]
        if held and not any(m["row"] < asked for m in humans):
            moved = [m for m in transfers if asked <= m["row"] < stop] or [
                m for m in wishes if asked <= m["row"] < stop
            ]
            if moved:
                started = moved[0]["row"]
            elif answered >= 0:
                started = held[-1]["row"]
        asks = [m for m in session if asked <= m["row"] <= last_asked and is_customer(m)]
        ends = [session[started - first], *([session[answered - first]] if answered >= 0 else [])]
        wait = ends[1]["at"] - ends[0]["at"] if len(ends) == 2 and None not in (ends[0]["at"], ends[1]["at"]) else None
        if bot and not humans and not transfers and not wishes:
            reason = "bot_only"
        elif answered < 0 and all(courtesy(m) for m in asks):
            reason = "courtesy"
        elif any(m["time"] == "none" for m in ends):
            reason = "no_time"
        else:
            reason = "" if all(m["at"] is not None for m in ends) else "coarse_time"
        found.append((asked, started, wait if reason == "" else None, reason))
    return found
