"""First response and hand-over: the number, or the reason why there is none."""

import pytest

from tests.measures.night import night, values


@pytest.mark.parametrize(
    ("text", "first", "shown"),
    [
        pytest.param("15:57:00 customer: 在吗\n15:57:14 agent: 在", [14.0], [14.0], id="u-need-one"),
        pytest.param(
            "11:35:07.999996 customer: 在吗\n11:35:34.000002 agent: 在", [26.000006], [26.000006], id="u-need-two"
        ),
        pytest.param(
            "00:00 customer: 在吗\n00:01 auto: 您好\n00:20 agent: 在", [20.0], [1.0], id="auto-reply-only-shown"
        ),
        pytest.param("00:00 customer: 在吗\n00:01 auto: 您好", ["unanswered"], [1.0], id="auto-reply-alone"),
        pytest.param("00:00 customer: 在吗\n00:02 bot: 您好", ["bot_only"], [2.0], id="the-bot-alone"),
        pytest.param(
            "00:00 customer: 在吗\n00:02 bot: 您好\n00:09 customer: 转人工\n00:21 agent: 在",
            [12.0],
            [2.0],
            id="hand-off",
        ),
        pytest.param("00:00 customer: 在吗", ["unanswered"], ["unanswered"], id="unanswered"),
        pytest.param("00:00 customer: 谢谢", ["courtesy"], ["unanswered"], id="only-courtesy"),
        pytest.param("00:00 customer: 谢谢\n00:04 agent: 不客气", [4.0], [4.0], id="courtesy-answered"),
        pytest.param("00:00 agent: 您好\n00:09 customer: 在\n00:10 agent: 好", ["agent_opened"], ["agent_opened"]),
        pytest.param("00:00 agent: 您好", ["no_customer"], ["no_customer"], id="no-customer"),
        pytest.param(
            "00:00 auto: 您好\n00:09 customer: 在\n00:12 agent: 好", [3.0], [3.0], id="a-welcome-opens-nothing"
        ),
        pytest.param("-- customer: 在吗\n-- agent: 在", ["no_time"], ["no_time"], id="no-time"),
        pytest.param("-- customer: 在吗", ["no_time"], ["unanswered"], id="no-time-unanswered"),
        pytest.param(
            "00:00 customer: 在吗\n00:05 agent(甲): 在\n00:06 customer: 几时到\n00:16 agent(乙): 明天",
            [5.0, "later_segment"],
            [5.0, "later_segment"],
            id="two-segments",
        ),
    ],
)
def test_first_response(text: str, first: list[object], shown: list[object]) -> None:
    assert values(night(text), "first_response_seconds") == first
    assert values(night(text), "first_reply_any_seconds") == shown


def test_coarse_times_leave_the_first_response_unknown() -> None:
    found = night("00:00 customer: 在吗\n01:00 agent: 在", resolution="minute")
    assert values(found, "first_response_seconds") == ["coarse_time"]
    assert values(found, "first_reply_any_seconds") == ["coarse_time"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("00:00 customer: a\n00:05 agent(甲): b\n00:06 system: 转接\n00:30 agent(乙): c", ["first_segment", 24.0]),
        ("00:00 customer: a\n00:05 agent(甲): b\n00:30 agent(乙): c", ["first_segment", "no_transfer"]),
        ("00:00 agent(甲): b\n00:06 system: 转接\n00:08 customer: c", ["first_segment", "unanswered"]),
        ("00:00 agent(甲): b\n-- system: 转接\n00:08 agent(乙): c", ["first_segment", "no_time"]),
    ],
)
def test_handover_response(text: str, expected: list[object]) -> None:
    assert values(night(text), "handover_response_seconds") == expected
