"""Open sessions, silences, customers about to leave, rounds outside the hours."""

import dataclasses

import pytest

from qa_audit.authoring.transcript import transcript
from qa_audit.clocks import Setting, house
from qa_audit.context.load import open_sessions
from qa_audit.context.sessions import session_rows
from tests.measures.night import night, values


def loaded(text: str):
    found, dates = night(text), session_rows(transcript(text), "Asia/Shanghai")["night"]
    return dataclasses.replace(found, open_sessions=open_sessions(found.batch, dates), _hits={})


BUSY = """
00:00 customer: 在吗
00:05 agent(甲): 在
09:00 customer: 有货吗
10:00 agent(甲): 有

00:03 customer: 在吗
05:00 agent(甲): 在

04:00 customer: 在吗
04:10 agent(乙): 在

09:00 customer: 在吗
09:30 agent(甲): 在
09:31 customer: 谢谢
"""


def test_open_sessions_are_seen_at_each_ask_that_was_due() -> None:
    found = loaded(BUSY)
    assert values(found, "open_sessions_mean") == [0.5, 1.0, 0.0, 1.0]
    assert values(found, "open_sessions_max") == [1.0, 1.0, 0.0, 1.0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("00:00 customer: 在吗", "no_agent"),
        ("00:00 agent: 您好", "no_rounds"),
        ("00:00 customer: 谢谢\n00:01 auto(甲): 您好", "no_rounds"),
        ("-- customer: 在吗\n-- agent: 在", "no_time"),
    ],
)
def test_no_load_without_an_ask(text: str, expected: str) -> None:
    assert values(loaded(text), "open_sessions_mean") == values(loaded(text), "open_sessions_max") == [expected]
    assert values(night(text), "open_sessions_mean") == ["not_computed"]


def test_coarse_times_say_nothing_of_the_load() -> None:
    text = "00:00 customer: 在吗\n05:00 agent: 在"
    found = night(text, resolution="minute")
    dates = session_rows(transcript(text), "Asia/Shanghai")["night"]
    found = dataclasses.replace(found, open_sessions=open_sessions(found.batch, dates), _hits={})
    assert values(found, "open_sessions_mean") == ["coarse_time"]


@pytest.mark.parametrize(
    ("text", "resolution", "expected"),
    [
        pytest.param(
            "00:00 customer: a\n00:10 auto: b\n01:00 agent: c\n01:05 customer: d", "second", [50.0], id="longest"
        ),
        pytest.param(
            "00:00 customer: a\n05:00 system: 超时\n06:00 agent: c", "second", [360.0], id="notices-are-no-talk"
        ),
        pytest.param(
            "00:00 agent(甲): a\n03:00 agent(乙): b\n03:01 customer: c",
            "second",
            [180.0, 1.0],
            id="charged-to-who-held",
        ),
        pytest.param("00:00 agent(甲): a\n03:00 agent(乙): b", "second", [180.0, "no_gap"], id="nothing-after"),
        pytest.param("00:00 customer: a\n\n05:00 customer: b", "second", ["no_gap", "no_gap"], id="one-message"),
        pytest.param("00:00 customer: a\n-- agent: b\n09:00 agent: c", "second", ["no_time"], id="a-gap-is-not-known"),
        pytest.param("00:00 customer: a\n05:00 agent: b", "minute", ["coarse_time"], id="coarse"),
    ],
)
def test_longest_silence(text: str, resolution: str, expected: list[object]) -> None:
    assert values(night(text, resolution=resolution), "longest_silence_seconds") == expected


THREE = "00:00 customer: 在吗\n00:10 customer: 有人吗\n00:20 customer: 人呢\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(THREE, [1.0], id="unanswered"),
        pytest.param(THREE + "00:50 agent: 在", [0.0], id="answered-at-the-limit"),
        pytest.param(THREE + "00:50.000001 agent: 在", [1.0], id="just-late"),
        pytest.param(THREE + "00:25 customer: 喂\n00:51 agent: 在", [1.0], id="the-third-starts-it"),
        pytest.param("00:00 customer: 在吗\n00:10 customer: 人呢\n09:00 agent: 在", [0.0], id="two-are-not-three"),
        pytest.param("00:00 customer: 在吗\n00:01 customer: 谢谢\n00:02 customer: 好的\n09:00 agent: 在", [0.0], id="courtesy-is-no-question"),
        pytest.param("00:00 customer: 好的\n00:01 customer: 谢谢\n00:02 customer: 嗯", [0.0], id="closing-thanks"),
        pytest.param(THREE.replace("00:10 customer", "00:01 auto: 您好\n00:10 customer"), [1.0], id="an-auto-reply-is-nobody"),
        pytest.param("00:00 customer: 转人工\n00:01 bot: 好\n00:02 customer: 在吗\n00:03 bot: 排队中\n00:04 customer: 喂\n09:00 agent: 在", [0.0], id="a-bot-answered"),
        pytest.param("00:00 customer: 转人工\n00:01 bot: 好\n00:02 customer: 在吗\n00:03 customer: 喂\n00:04 customer: 人呢\n09:00 agent: 在", [1.0], id="after-the-bot"),
        pytest.param(THREE + "00:21 bot: 我是机器人", [0.0], id="solved-by-a-bot"),
        pytest.param(THREE + "05:00 agent(甲): 在\n" + THREE.replace("00:", "06:"), [2.0], id="twice"),
        pytest.param("00:00 agent(甲): 在\n" + THREE.replace("00:", "01:") + "05:00 agent(乙): 在", [1.0, 0.0], id="charged-to-who-held"),
        pytest.param("-- customer: 在吗\n-- customer: 喂\n-- customer: 人呢\n-- agent: 在", ["no_time"], id="no-time"),
        pytest.param("-- customer: 在吗\n-- customer: 喂\n-- customer: 人呢", [1.0], id="never-needs-no-time"),
    ],
)  # fmt: skip
def test_lost_customer(text: str, expected: list[object]) -> None:
    assert values(night(text), "lost_customer") == expected


def test_lost_or_not_is_unknown_with_coarse_times() -> None:
    text = "00:00 customer: 在吗\n01:00 customer: 喂\n02:00 customer: 人呢\n05:00 agent: 在"
    assert values(night(text, resolution="minute"), "lost_customer") == ["coarse_time"]


def test_rounds_outside_the_hours_are_counted_only_where_hours_are_set() -> None:
    text = "07:59:00 customer: 在吗\n09:00:00 agent: 在\n09:01:00 customer: 有货吗"
    found = night(text)
    assert values(found, "out_of_hours_rounds") == ["no_hours"]
    clock = house().model_validate(
        {**house().model_dump(by_alias=True), "staffed": [{"days": "all", "from": "08:00", "to": "24:00"}]}
    )
    open_ = dataclasses.replace(found, clock=clock, setting=Setting(), _hits={})
    assert values(open_, "out_of_hours_rounds") == [1.0]
    assert values(open_, "rounds") == [1.0]


def test_more_statistics_of_the_wait() -> None:
    found = night("".join(f"{i:02}:00 customer: 问\n{i:02}:{w:02} agent: 答\n" for i, w in enumerate((10, 11, 3, 40))))
    assert values(found, "p50_wait_seconds") == [10.0]
    assert values(found, "within_10s_share") == [0.5]
    assert values(found, "within_180s_share") == [1.0]
