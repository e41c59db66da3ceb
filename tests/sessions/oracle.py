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
