"""Open sessions against a slow, obvious count."""

import numpy as np
import pyarrow as pa
from hypothesis import given, settings

from qa_audit.authoring.transcript import transcript
from qa_audit.context.load import open_sessions
from qa_audit.context.sessions import session_rows
from qa_audit.sessions.batch import SessionBatch
from qa_audit.sessions.columns import NO_TIME
from tests.sessions import oracle


def loads(text: str) -> list[int]:
    messages = transcript(text)
    batch = SessionBatch.from_messages(messages)
    return open_sessions(batch, session_rows(messages, "Asia/Shanghai")["night"])[batch.from_customer].tolist()


def test_both_ends_are_open_and_nobody_counts_the_own_session() -> None:
    one = "00:10 customer: 问\n00:20 agent(甲): 答"
    assert loads(one) == [0]
    assert loads(one + "\n\n00:20 customer: 问\n00:30 agent(甲): 答") == [0, 1]
    assert loads(one + "\n\n00:20.000001 customer: 问\n00:30 agent(甲): 答") == [0, 0]
    assert loads(one + "\n\n00:05 customer: 问\n00:30 agent(乙): 答") == [0, 0]
    assert loads(one + "\n\n# date=2026-12-02\n00:10 customer: 问\n00:20 agent(甲): 答") == [0, 0]


def test_a_session_handed_on_is_open_only_while_held() -> None:
    there_and_back = (
        "00:00 customer: 问\n00:10 agent(甲): 答\n00:20 agent(乙): 答\n00:30 agent(甲): 答\n00:40 agent(甲): 答"
    )
    for second, load in ((5, 1), (15, 0), (35, 1)):
        assert loads(f"00:{second:02} customer: 问\n00:50 agent(甲): 答\n\n{there_and_back}")[0] == load


def test_nobody_holds_it_or_no_time() -> None:
    assert loads("00:00 customer: 问") == [-1]
    assert loads("-- customer: 问\n-- agent(甲): 答") == [-1]


@settings(max_examples=100, deadline=None)
@given(oracle.sessions)
def test_the_obvious_count_agrees(drawn: list[list[dict[str, object]]]) -> None:
    batch, _ = oracle.build(drawn)
    nights = [i % 2 for i in range(len(batch.sessions))]
    found = open_sessions(batch, pa.array(nights, pa.int32()))
    for row in range(batch.n):
        assert found[row] == _obvious(batch, nights, row), row


def _obvious(batch: SessionBatch, nights: list[int], row: int) -> int:
    segment = int(batch.segments.ids[row])
    agent, session = int(batch.segment_agent[segment]), int(batch.sessions.ids[row])
    if not batch.from_customer[row] or not batch.time_exact[row] or agent < 0:
        return -1
    now, others = int(batch.sent_at[row]), set()
    for other in range(len(batch.segments)):
        theirs = int(batch.segment_session[other])
        rows = np.flatnonzero((batch.segments.ids == other) & batch.time_exact)
        if (
            theirs != session
            and batch.segment_agent[other] == agent
            and nights[theirs] == nights[session]
            and len(rows)
        ):
            assert (batch.sent_at[rows] != NO_TIME).all()
            if batch.sent_at[rows[0]] <= now <= batch.sent_at[rows[-1]]:
                others.add(theirs)
    return len(others)
