"""Waits over the rounds of a segment."""

import pytest

from tests.measures.night import night, parts, values

# waits 6, 30, 60 and 61 s, then a question nobody answered
FIVE = """
00:00 customer: 一
00:06 agent: 答
01:00 customer: 二
01:30 agent: 答
02:00 customer: 三
03:00 agent: 答
04:00 customer: 四
05:01 agent: 答
06:00 customer: 五
06:01 customer: 六
"""


def test_the_statistics_are_over_answered_rounds() -> None:
    found = night(FIVE)
    assert values(found, "mean_wait_seconds") == [(6 + 30 + 60 + 61) / 4]
    assert values(found, "p90_wait_seconds") == [61.0]
    assert values(found, "max_wait_seconds") == [61.0]
    assert values(found, "rounds") == [5.0]
    assert values(found, "unanswered_rounds") == [1.0]


@pytest.mark.parametrize(
    ("text", "wait"),
    [
        ("00:00 customer: 一\n05:00 agent: 答\n06:00 customer: 二\n06:30 agent: 答", 30.0),
        ("00:00 customer: 一\n05:00 agent: 答", "no_rounds"),
        ("00:00 agent: 您好\n01:00 customer: 一\n05:00 agent: 答", 240.0),  # the agent opened: no first response
        ("00:00 customer: 一\n05:00 agent: 答\n06:00 customer: 二", "unanswered"),
    ],
)
def test_the_longest_later_wait_leaves_out_the_first_response(text: str, wait: object) -> None:
    assert values(night(text), "max_later_wait_seconds") == [wait]


@pytest.mark.parametrize(("name", "passed"), [("within_6s_share", 1), ("within_30s_share", 2), ("within_60s_share", 3)])
def test_limits_are_inclusive_and_an_unanswered_round_is_missed(name: str, passed: int) -> None:
    found = night(FIVE)
    assert parts(found, name) == [(passed, 5)]
    assert values(found, name) == [passed / 5]


@pytest.mark.parametrize(
    ("waits", "p90"), [(range(1, 11), 9.0), (range(1, 12), 10.0), ([7], 7.0)], ids=["ten", "eleven", "one"]
)
def test_the_90th_percentile_is_a_round_that_was(waits: object, p90: float) -> None:
    text = "".join(f"{i:02}:00 customer: 问\n{i:02}:{wait:02} agent: 答\n" for i, wait in enumerate(waits))  # type: ignore
    assert values(night(text), "p90_wait_seconds") == [p90]


@pytest.mark.parametrize(
    ("text", "wait", "share", "rounds", "unanswered"),
    [
        pytest.param("00:00 agent: 您好", "no_rounds", "no_rounds", 0, 0, id="nobody-asked"),
        pytest.param("00:00 customer: 在吗", "unanswered", 0.0, 1, 1, id="unanswered"),
        pytest.param("00:00 customer: 谢谢", "courtesy", "courtesy", 0, 0, id="courtesy"),
        pytest.param("00:00 customer: 在吗\n00:01 bot: 在", "bot_only", "bot_only", 0, 0, id="bot-only"),
        pytest.param("-- customer: 在吗\n-- agent: 在", "no_time", "no_time", 1, 0, id="no-time"),
        pytest.param("-- customer: 在吗", "no_time", "no_time", 1, 1, id="no-time-unanswered"),
        pytest.param(
            "-- customer: 在吗\n-- agent: 在\n-- customer: 谢谢", "no_time", "no_time", 1, 0, id="no-time-then-courtesy"
        ),
        pytest.param(
            "00:00 customer: 在吗\n00:03 agent: 在\n00:04 customer: 谢谢", 3.0, 1.0, 1, 0, id="closing-thanks"
        ),
    ],
)
def test_null_is_never_zero(text: str, wait: object, share: object, rounds: float, unanswered: float) -> None:
    found = night(text)
    for name in ("mean_wait_seconds", "p90_wait_seconds", "max_wait_seconds"):
        assert values(found, name) == [wait], name
    for name in ("within_6s_share", "within_30s_share", "within_60s_share"):
        assert values(found, name) == [share], name
    assert values(found, "rounds") == [rounds]
    assert values(found, "unanswered_rounds") == [unanswered]


def test_a_round_is_charged_to_who_held_the_session_when_the_customer_wrote() -> None:
    found = night("00:00 customer: 一\n00:05 agent(甲): 答\n00:10 customer: 二\n01:10 agent(乙): 答")
    assert values(found, "max_wait_seconds") == [60.0, "no_rounds"]
    assert values(found, "rounds") == [2.0, 0.0]
