"""Messages of each side, answers per question, and the session's length."""

import pytest

from tests.measures.night import night, parts, values


def test_messages_by_hand_count_and_others_do_not() -> None:
    found = night(
        "00:00 customer: 在吗\n00:01 auto: 您好\n00:02 bot: 您好\n00:03 agent: 在\n00:04 agent: [card]\n"
        "00:05 agent: [recall]\n00:06 customer: [image]\n00:07 customer: [订单] 已付款"
    )
    assert values(found, "agent_messages") == [2.0]
    assert values(found, "customer_messages") == [2.0]
    assert parts(found, "answer_ratio") == [(2, 2)]


def test_no_question_no_ratio() -> None:
    found = night("00:00 agent: 您好")
    assert values(found, "answer_ratio") == ["no_customer"]
    assert parts(found, "answer_ratio") == [(1, 0)]
    assert values(night("00:00 customer: 在吗"), "answer_ratio") == [0.0]


@pytest.mark.parametrize(
    ("text", "resolution", "expected"),
    [
        ("00:00 customer: a\n00:05 agent(甲): b\n01:30 agent(乙): c", "second", [90.0, 90.0]),
        ("00:00 customer: a", "second", [0.0]),
        ("00:00 customer: a\n-- agent: b", "second", ["no_time"]),
        ("00:00 customer: a\n05:00 agent: b", "minute", ["coarse_time"]),
    ],
)
def test_session_seconds(text: str, resolution: str, expected: list[object]) -> None:
    assert values(night(text, resolution=resolution), "session_seconds") == expected
