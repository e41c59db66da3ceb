"""The batch: codes, masks, slices, and what it makes of missing things."""

import numpy as np
import pyarrow as pa
import pytest

from qa_audit.authoring.transcript import transcript
from qa_audit.schema import AUTOMATIONS, KINDS, MESSAGES, ROLES
from qa_audit.sessions.batch import STAGES, SessionBatch
from qa_audit.sessions.columns import NO_TIME, NONE

TEXT = """
# a stage=after
00:00 customer: 在吗
00:01 auto(小棠): 您好
00:05 agent(小棠): [card] 四件套
00:06 agent(小棠): [recall]
00:07 assisted(小棠): 好的
00:08 bot: 您好
00:09 system: 转接给小雨

# b
-- customer: [image]
-- agent(阿柚): 好看
"""


def batch() -> SessionBatch:
    return SessionBatch.from_messages(transcript(TEXT), np.arange(9, dtype=np.int32))


def rows(mask: np.ndarray) -> list[int]:
    return np.flatnonzero(mask).tolist()


def test_codes() -> None:
    b = batch()
    assert [ROLES[c] for c in b.role] == ["customer", *["agent"] * 4, "bot", "system", "customer", "agent"]
    assert [AUTOMATIONS[c] for c in b.automation][:6] == ["none", "auto", "none", "none", "assisted", "auto"]
    assert [KINDS[c] for c in b.kind] == ["text", "text", "card", "recall", "text", "text", "transfer", "image", "text"]
    assert b.agents == ("小棠", "阿柚")
    assert b.agent.tolist() == [-1, 0, 0, 0, 0, -1, -1, -1, 1]
    assert b.session_ids == ["a", "b"]
    assert b.position.tolist() == [0, 1, 2, 3, 4, 5, 6, 0, 1]
    assert b.stage.tolist() == [STAGES.index("after"), NONE]


def test_who_wrote_what() -> None:
    b = batch()
    assert rows(b.from_customer) == [0, 7]
    assert rows(b.from_human) == [2, 8]
    assert rows(b.from_agent_side) == [1, 2, 4, 5, 8]
    assert rows(b.from_bot) == [1, 5]
    assert rows(b.has_text) == [0, 1, 4, 5, 8]


def test_times() -> None:
    b = batch()
    assert rows(b.time_exact) == [0, 1, 2, 3, 4, 5, 6]
    assert b.sent_at[2] - b.sent_at[0] == 5_000_000
    assert b.sent_at[7:].tolist() == [NO_TIME, NO_TIME]


@pytest.mark.parametrize(
    ("resolution", "exact"), [("second", True), ("microsecond", True), ("minute", False), ("day", False)]
)
def test_coarse_times_are_not_exact(resolution: str, exact: bool) -> None:
    b = SessionBatch.from_messages(transcript("00:00 customer: a", resolution=resolution))
    assert b.time_exact.tolist() == [exact]
    assert b.sent_at[0] != NO_TIME


def test_a_null_text_is_no_text() -> None:
    table = transcript("00:00 customer: a").to_pylist()
    table[0]["text"] = None
    b = SessionBatch.from_messages(pa.Table.from_pylist(table, schema=MESSAGES))
    assert b.has_text.tolist() == [False]
    assert b.from_customer.tolist() == [True]


def test_a_slice_is_the_batch_of_its_sessions() -> None:
    whole, table = batch(), transcript(TEXT)
    alone = SessionBatch.from_messages(table.slice(7), np.arange(7, 9, dtype=np.int32))
    part = whole.slice(1, 2)
    for name in (
        "sent_at",
        "time_exact",
        "role",
        "kind",
        "text_id",
        "position",
        "has_text",
        "given_stage",
        "stage",
        "session_ids",
    ):
        assert list(getattr(part, name)) == list(getattr(alone, name)), name
    for groups in ("sessions", "segments", "turns", "bursts"):
        assert getattr(part, groups).offsets.tolist() == getattr(alone, groups).offsets.tolist(), groups
    assert [part.agents[code] for code in part.segment_agent] == [alone.agents[code] for code in alone.segment_agent]
    assert part.segment_no.tolist() == [1]
    assert part.closes_session.tolist() == [True]


def test_the_stage_of_a_session_is_the_first_one_given() -> None:
    rows = transcript("00:00 customer: a\n00:01 agent: b\n00:02 agent: c").to_pylist()
    for row, stage in zip(rows, [None, "in", "after"], strict=True):
        row["stage"] = stage
    b = SessionBatch.from_messages(pa.Table.from_pylist(rows, schema=MESSAGES))
    assert b.stage.tolist() == [STAGES.index("in")]
    assert b.given_stage.tolist() == [NONE, STAGES.index("in"), STAGES.index("after")]


def test_slices_lie_end_to_end() -> None:
    whole = batch()
    parts = [whole.slice(0, 1), whole.slice(1, 1), whole.slice(1, 2)]
    assert [part.n for part in parts] == [7, 0, 2]
    assert np.concatenate([part.segment_agent for part in parts]).tolist() == whole.segment_agent.tolist()


def test_columns_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="read-only"):
        batch().from_human[0] = True


def test_chunked_tables_are_read_whole() -> None:
    table = transcript(TEXT)
    chunked = pa.concat_tables([table.slice(0, 3), table.slice(3)])
    assert SessionBatch.from_messages(chunked).segments.offsets.tolist() == batch().segments.offsets.tolist()


def test_no_messages() -> None:
    empty = SessionBatch.from_messages(transcript(TEXT).slice(0, 0))
    assert (empty.n, len(empty.sessions), len(empty.segments), len(empty.turns), empty.agents) == (0, 0, 0, 0, ())
