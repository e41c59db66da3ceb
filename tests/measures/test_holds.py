"""Holds, and whether the agent came back."""

import dataclasses

import pytest

from qa_audit.clocks import Setting
from qa_audit.measures.holds import holds
from tests.measures.night import night, parts, values


@pytest.mark.parametrize(
    ("text", "followed", "unfollowed"),
    [
        pytest.param("00:00 agent: 稍等\n02:00 agent: 今天发货", (1, 1), 0.0, id="at-the-limit"),
        pytest.param("00:00 agent: 稍等\n02:00.000001 agent: 今天发货", (0, 1), 1.0, id="just-late"),
        pytest.param("00:00 agent: 稍等", (0, 1), 1.0, id="never"),
        pytest.param("00:00 agent: 稍等五分钟\n05:00 agent: 今天发货", (1, 1), 0.0, id="named-time"),
        pytest.param("00:00 agent: 稍等1分钟\n01:30 agent: 今天发货", (0, 1), 1.0, id="named-time-is-shorter"),
        pytest.param("00:00 agent: 我去查,半小时内答复\n29:59 agent: 今天发货", (1, 1), 0.0, id="half-an-hour"),
        pytest.param("00:00 agent: 稍等,24小时内发货\n03:00 agent: 查到了", (0, 1), 1.0, id="a-parcel's-time"),
        pytest.param("00:00 agent: 稍等\n01:00 agent: [image]", (1, 1), 0.0, id="an-image-answers"),
        pytest.param("00:00 agent: 稍等\n01:00 agent: 好的", (0, 1), 1.0, id="courtesy-does-not"),
        pytest.param("00:00 agent: 稍等\n00:10 auto: 今天发货\n00:11 bot: 今天发货", (0, 1), 1.0, id="machines-do-not"),
        pytest.param(
            "00:00 agent: 稍等\n01:00 customer: 好的\n01:01 agent: 稍等\n01:50 agent: 今天发货",
            (1, 1),
            0.0,
            id="one-hold",
        ),
        pytest.param(
            "00:00 agent: 稍等\n01:00 agent: 稍等\n02:30 agent: 今天发货", (0, 1), 1.0, id="repeating-buys-no-time"
        ),
        pytest.param(
            "00:00 agent: 稍等\n01:00 agent: 稍等5分钟\n06:00 agent: 今天发货", (1, 1), 0.0, id="naming-a-time-does"
        ),
        pytest.param(
            "00:00 agent: 稍等10分钟\n01:00 agent: 稍等2分钟\n09:00 agent: 今天发货",
            (1, 1),
            0.0,
            id="the-latest-counts",
        ),
        pytest.param(
            "00:00 agent: 稍等\n00:30 agent: 今天发\n01:00 agent: 我去查\n05:00 agent: 查到了",
            (1, 2),
            1.0,
            id="two-holds",
        ),
        pytest.param("00:00 customer: 稍等\n00:01 auto: 稍等\n00:02 agent: 在", "no_holds", 0.0, id="only-humans-hold"),
        pytest.param("-- agent: 稍等\n-- agent: 今天发货", "no_time", "no_time", id="no-time"),
        pytest.param("-- agent: 稍等", (0, 1), 1.0, id="never-needs-no-time"),
    ],
)
def test_a_hold_must_be_followed(text: str, followed: object, unfollowed: object) -> None:
    found = night(text)
    if isinstance(followed, tuple):
        assert parts(found, "hold_followed_share") == [followed]
    else:
        assert values(found, "hold_followed_share") == [followed]
    assert values(found, "unfollowed_holds") == [unfollowed]


def test_coarse_times_leave_it_open() -> None:
    found = night("00:00 agent: 稍等\n05:00 agent: 今天发货", resolution="minute")
    assert values(found, "hold_count") == [1.0]
    assert values(found, "hold_followed_share") == values(found, "unfollowed_holds") == ["coarse_time"]


def test_a_colleague_may_answer_and_the_hold_is_charged_to_who_said_it() -> None:
    found = night("00:00 agent(甲): 稍等\n00:30 agent(乙): 今天发货\n00:40 agent(乙): 稍等")
    assert parts(found, "hold_followed_share") == [(1, 1), (0, 1)]
    assert values(found, "hold_count") == [1.0, 1.0]


def test_the_next_session_is_no_answer() -> None:
    found = night("00:00 agent: 稍等\n\n00:10 agent: 今天发货\n00:20 agent: 稍等")
    assert values(found, "unfollowed_holds") == [1.0, 1.0]


def test_where_the_export_ends_before_the_limit_it_is_pending() -> None:
    found = night("00:00 agent: 稍等\n01:00 customer: 好的")
    end = int(found.batch.sent_at[1])
    for export_end, expected in ((end, "pending"), (end + 59_000_000, "pending"), (end + 60_000_000, 1.0)):
        seen = dataclasses.replace(found, setting=Setting(export_end=export_end), _hits={})
        assert values(seen, "unfollowed_holds") == [expected]


def test_both_ends_can_be_shown() -> None:
    found = holds(night("00:00 agent: 稍等\n00:05 agent: 稍等\n00:09 customer: 嗯\n00:30 agent: 今天发货"))
    assert (found.row.tolist(), found.followed_at.tolist(), found.followed.tolist()) == ([0], [3], [True])
    assert len(holds(night("00:00 customer: 在吗"))) == 0
