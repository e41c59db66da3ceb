"""Where segments begin, and who holds them."""

import pytest
from hypothesis import given, settings

from qa_audit.authoring.transcript import transcript
from qa_audit.sessions.batch import SessionBatch
from tests.sessions import oracle, rule_oracle

NOBODY = None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("00:00 customer: a\n00:01 agent(甲): b\n00:02 customer: c", [(0, "甲")], id="one-agent"),
        pytest.param(
            "00:00 customer: a\n00:01 agent(甲): b\n00:02 agent(乙): c", [(0, "甲"), (2, "乙")], id="another-human"
        ),
        pytest.param(
            "00:00 agent(甲): a\n00:01 system: 转接给乙\n00:02 customer: b\n00:03 agent(乙): c",
            [(0, "甲"), (1, "乙")],
            id="transfer",
        ),
        pytest.param(
            "00:00 agent(甲): a\n00:01 system: 转接\n00:02 customer: b\n00:03 agent(甲): c",
            [(0, "甲")],
            id="transfer-came-back",
        ),
        pytest.param(
            "00:00 agent(甲): a\n00:01 system: 转接\n00:02 customer: b",
            [(0, "甲"), (1, NOBODY)],
            id="nobody-took-the-transfer",
        ),
        pytest.param(
            "00:00 agent(甲): a\n00:01 system@乙: 转接\n00:02 customer: b",
            [(0, "甲"), (1, "乙")],
            id="the-transfer-names-who",
        ),
        pytest.param(
            "00:00 agent(甲): a\n00:01 system@甲: 转接\n00:02 customer: b",
            [(0, "甲"), (1, NOBODY)],
            id="the-transfer-names-who-hands-over",
        ),
        pytest.param("00:00 agent(甲): a\n00:01 system: 转接", [(0, "甲")], id="a-transfer-at-the-end"),
        pytest.param(
            "00:00 customer: a\n00:01 bot: b\n00:02 system: 转人工\n00:03 agent(甲): c",
            [(0, "甲")],
            id="a-bot-hands-off",
        ),
        pytest.param("00:00 customer: a\n00:01 bot: b", [(0, NOBODY)], id="a-bot-alone"),
        pytest.param("00:00 customer: a\n00:01 auto(甲): b", [(0, "甲")], id="never-answered-but-assigned"),
        pytest.param("00:00 customer@甲: a", [(0, "甲")], id="never-answered-the-customer-row-names-the-assignee"),
        pytest.param(
            "00:00 customer: a\n00:01 system@甲: 已分配", [(0, "甲")], id="never-answered-a-system-line-names"
        ),
        pytest.param("00:00 customer: a", [(0, NOBODY)], id="never-answered-nobody-known"),
        pytest.param("00:00 customer: a\n00:01 auto(甲): b\n00:02 agent(乙): c", [(0, "乙")], id="auto-starts-nothing"),
        pytest.param(
            "00:00 customer: a\n00:01 agent(甲): b\n00:02 auto(乙): c\n00:03 agent(甲): d",
            [(0, "甲")],
            id="auto-between",
        ),
        pytest.param(
            "00:00 customer: a\n00:01 auto(甲): b\n00:02 system: 转接\n00:03 agent(乙): c",
            [(0, "甲"), (2, "乙")],
            id="the-assignee-passed-it-on-without-a-word",
        ),
        pytest.param(
            "00:00 customer@甲: a\n00:02 customer@乙: b\n00:03 agent(乙): c",
            [(0, "甲"), (1, "乙")],
            id="customer-rows-say-who-holds",
        ),
        pytest.param(
            "00:00 customer@乙: a\n00:01 agent(甲): b\n00:02 customer@乙: c\n00:03 agent(乙): d",
            [(0, "甲"), (3, "乙")],
            id="one-name-on-all-customer-rows-is-the-assignee",
        ),
        pytest.param(
            "00:00 agent(甲): a\n00:01 agent(乙): b\n00:02 agent(甲): c",
            [(0, "甲"), (1, "乙"), (2, "甲")],
            id="there-and-back",
        ),
        pytest.param(
            "00:00 customer: a\n00:01 auto(甲): b\n00:02 agent(乙): c\n00:03 system: 转接\n00:04 agent(乙): d",
            [(0, "乙")],
            id="assigned-to-one-answered-by-another-and-a-transfer-that-came-back",
        ),
        pytest.param(
            "00:00 agent(甲): a\n\n00:00 customer: b\n00:01 system@甲: 转接",
            [(0, "甲"), (1, "甲")],
            id="who-hands-over-is-of-the-same-session",
        ),
        pytest.param("00:00 agent(甲): a\n\n00:00 customer: b", [(0, "甲"), (1, NOBODY)], id="sessions-do-not-touch"),
    ],
)
def test_segments(text: str, expected: list[tuple[int, str | None]]) -> None:
    batch = SessionBatch.from_messages(transcript(text))
    agents = [batch.agents[code] if code >= 0 else NOBODY for code in batch.segment_agent]
    assert list(zip(batch.segments.first.tolist(), agents, strict=True)) == expected


def test_numbers_and_ends() -> None:
    text = "00:00 agent(甲): a\n00:01 agent(乙): b\n\n00:00 customer: a\n00:01 agent(丙): b"
    batch = SessionBatch.from_messages(transcript(text))
    assert batch.segment_no.tolist() == [1, 2, 1]
    assert batch.segment_session.tolist() == [0, 0, 1]
    assert batch.closes_session.tolist() == [False, True, True]


@settings(max_examples=50, deadline=None)
@given(oracle.sessions)
def test_segments_are_the_oracles(drawn: list[list[dict[str, object]]]) -> None:
    batch, plain = oracle.build(drawn)
    agents = [batch.agents[code] if code >= 0 else NOBODY for code in batch.segment_agent]
    expected = [segment for session in plain for segment in rule_oracle.segments(session)]
    assert list(zip(batch.segments.first.tolist(), agents, strict=True)) == expected


@settings(max_examples=50, deadline=None)
@given(oracle.sessions)
def test_no_segment_has_two_humans_and_each_belongs_to_the_one_who_spoke(drawn: list[list[dict[str, object]]]) -> None:
    batch, plain = oracle.build(drawn)
    assert set(batch.sessions.first.tolist()) <= set(batch.segments.first.tolist())
    spoke: dict[int, set[str]] = {}
    for m in oracle.flat(plain):
        if oracle.is_human(m) and m["agent"]:
            spoke.setdefault(int(batch.segments.ids[m["row"]]), set()).add(m["agent"])
    for segment, agents in spoke.items():
        assert agents == {batch.agents[batch.segment_agent[segment]]}
