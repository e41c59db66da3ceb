"""waits and figures against the slow reference: random sessions, every shipped clock and clocks drawn field by field."""

import os
from datetime import timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_audit.clocks import REASONS, Clock, Cues, Setting, Waits, shipped_clocks, waits
from qa_audit.clocks.figures import figures
from qa_audit.schema import MESSAGES
from qa_audit.sessions.batch import SessionBatch
from qa_audit.sessions.columns import NO_TIME, NONE
from tests.clocks import reference

TZ = "Asia/Shanghai"
EXAMPLES = int(os.environ.get("QA_AUDIT_CLOCK_EXAMPLES", "60"))
SHIPPED = shipped_clocks()


def build(drawn: list[dict[str, Any]], shift: int = 0) -> tuple[SessionBatch, list[list[dict[str, Any]]]]:
    """Return the batch and each session's messages for the reference; `shift` moves every time, in microseconds."""
    rows: list[dict[str, Any]] = []
    plain = []
    for number, one in enumerate(drawn):
        now, messages = reference.START + one["begins"] + shift, []
        for position, m in enumerate(one["messages"]):
            now += m["gap"]
            role, automation = m["speaker"]
            row = len(rows)
            rows.append(
                {
                    "session_id": f"s{number}", "message_id": f"m{row}", "position": position,
                    "sent_at": None if m["time"] == "none" else reference.EPOCH + timedelta(microseconds=now),
                    "time_resolution": m["time"], "role": role, "automation": automation, "agent_id": m["agent"],
                    "kind": m["kind"], "text": "x", "source_file": "f", "source_row": row,
                }
            )  # fmt: skip
            messages.append(
                {
                    **m, "row": row, "session": number, "at": None if m["time"] == "none" else now,
                    "exact": m["time"] in ("microsecond", "second"), "role": role, "automation": automation,
                    "customer": one["customer"] or number,
                }
            )  # fmt: skip
        plain.append(messages)
    return SessionBatch.from_messages(pa.Table.from_pylist(rows, schema=MESSAGES)), plain


def mask(plain: list[list[dict[str, Any]]], name: str) -> np.ndarray:
    return np.array([m[name] for session in plain for m in session], dtype=np.bool_)


def measured(batch: SessionBatch, plain: Any, drawn: Any, clock: Clock, end: int | None) -> Waits:
    cues = Cues(~mask(plain, "courtesy"), mask(plain, "wish"))
    shops = [one["shop"] for one in drawn]
    return waits(batch, clock, cues, Setting(TZ, shops=shops, export_end=NO_TIME if end is None else end))


def told(batch: SessionBatch, found: Waits) -> list[dict[str, Any]]:
    rows = zip(
        found.asked.tolist(), found.last_asked.tolist(), found.asks.tolist(), found.started.tolist(), found.answered.tolist(),
        [None if w == NONE else w for w in found.wait_us.tolist()], [REASONS[code] for code in found.reason],
        batch.segments.first[found.segment].tolist(), found.session.tolist(), found.any_answered.tolist(),
        [None if w == NONE else w for w in found.any_wait_us.tolist()], found.factor.tolist(), strict=True,
    )  # fmt: skip
    names = (
        "asked",
        "last_asked",
        "asks",
        "started",
        "answered",
        "wait",
        "reason",
        "segment",
        "session",
        "any_answered",
        "any_wait",
        "factor",
    )
    return [dict(zip(names, row, strict=True)) for row in rows]


def agree(drawn: list[dict[str, Any]], clock: Clock, end_after: int | None) -> None:
    batch, plain = build(drawn)
    times = [m["at"] for session in plain for m in session if m["at"] is not None]
    end = max(times) + end_after if times and end_after is not None else None
    found = measured(batch, plain, drawn, clock, end)
    expected = [
        one
        for session, messages in zip(drawn, plain, strict=True)
        for one in reference.Session(messages, clock, session["shop"], TZ, end).rounds()
    ]
    assert told(batch, found) == expected
    limit = clock.within_seconds or 30
    sessions = dict(enumerate(plain))
    passed, total, summed, count = reference.published(expected, sessions, clock, limit, TZ)
    customers = [one["customer"] for one in drawn]
    got = figures(batch, found, clock, customers=customers, tz=TZ, within_seconds=limit)
    assert (got.passed, got.total, got.waits) == (passed, total, count)
    assert round(got.wait_seconds * 1e6) == summed
    assert got.rounds + sum(got.left_out.values()) == len(found)


@settings(max_examples=EXAMPLES, deadline=None)
@given(reference.nights, reference.clocks, st.sampled_from([None, 0, 60_000_000, 1_800_000_000, 3_600_000_000]))
def test_any_clock_is_the_references(drawn: Any, clock: Clock, end_after: int | None) -> None:
    agree(drawn, clock, end_after)


@pytest.mark.parametrize("name", SHIPPED)
@settings(max_examples=max(EXAMPLES // 8, 25), deadline=None)
@given(reference.nights, st.sampled_from([None, 0]))
def test_every_shipped_clock_is_the_references(name: str, drawn: Any, end_after: int | None) -> None:
    agree(drawn, SHIPPED[name], end_after)


@settings(max_examples=EXAMPLES // 2, deadline=None)
@given(reference.nights, reference.clocks, st.integers(-(10**15), 10**15))
def test_shifting_all_times_changes_nothing_where_hours_are_off(drawn: Any, clock: Clock, shift: int) -> None:
    free = clock.model_copy(update={"hours": "always", "windows": ()})
    batch, plain = build(drawn)
    moved, plain_moved = build(drawn, shift)
    assert told(moved, measured(moved, plain_moved, drawn, free, None)) == told(
        batch, measured(batch, plain, drawn, free, None)
    )


@settings(max_examples=EXAMPLES // 2, deadline=None)
@given(reference.nights, reference.clocks, st.randoms(use_true_random=False))
def test_the_order_of_sessions_changes_nothing(drawn: Any, clock: Clock, random: Any) -> None:
    order = list(range(len(drawn)))
    random.shuffle(order)
    found = [_per_session(drawn, clock), _per_session([drawn[i] for i in order], clock)]
    assert [found[0][i] for i in order] == found[1]


def _per_session(drawn: Any, clock: Clock) -> list[list[tuple[Any, ...]]]:
    batch, plain = build(drawn)
    out: list[list[tuple[Any, ...]]] = [[] for _ in drawn]
    for one in told(batch, measured(batch, plain, drawn, clock, None)):
        base = plain[one["session"]][0]["row"]
        out[one["session"]].append(
            (one["asked"] - base, one["started"] - base, one["wait"], one["reason"], one["factor"])
        )
    return out
