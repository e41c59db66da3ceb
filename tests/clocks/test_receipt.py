"""The receipt says every round in words, and its sum is that of the measures."""

import re

import numpy as np
import pytest
from hypothesis import given, settings

from qa_audit.clocks import Clock, Cues, Setting, house, waits
from qa_audit.clocks.figures import figures_by_agent
from qa_audit.clocks.receipt import lines
from qa_audit.sessions.batch import SessionBatch
from tests.clocks import reference
from tests.clocks.test_reference import build, measured
from tests.clocks.test_vectors import clock, read


def receipt(text: str, by: Clock | None = None, holds: list[int] | None = None) -> list[str]:
    batch = SessionBatch.from_messages(read(text))
    by = by or house()
    courtesy = np.array([word == "谢谢" for word in read(text)["text"].to_pylist()])
    wish = np.array([word == "转人工" for word in read(text)["text"].to_pylist()])
    marks = np.isin(np.arange(batch.n), holds or [])
    found = waits(batch, by, Cues(batch.from_customer & ~courtesy, wish, holds=marks))
    return [line for segment in range(len(batch.segments)) for line in lines(batch, found, by, segment)]


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("10:00:00 C, 10:00:20 A", "house", "第 1 轮:12-01 10:00:00 客户提问;12-01 10:00:20 客服 A 回复;等待 20 秒;计入"),
        ("10:00:00 C, 10:00:01 R, 10:00:20 A", "house", "计入;自动回复 1 条,不停表;含自动回复是 1 秒,只供参考"),
        ("10:00:00 C, 10:00:01 C, 10:00:02.5 A", "house", "客户提问(共 2 条);12-01 10:00:02.5 客服 A 回复;等待 2.5 秒;计入"),
        ("10:00:00 C, 10:00:01 B, 10:00:09 T, 10:00:20 A", "house", "从 12-01 10:00:09 转接起算;12-01 10:00:20 客服 A 回复;等待 11 秒;计入;机器人 1 条,不停表;中间有转接"),
        ("10:00:00 C", "house", "没有回复;计入,算未回复"),
        ("10:00:00 c", "house", "没有回复;不计:客户只说了客套话,不需要回复"),
        ("12:30:00 C, 12:30:05 A", "split", "等待 5 秒;不计:不在服务时间内"),
        ("11:50:00 C, 13:40:00 A", "split-clipped", "等待 1200 秒(只数服务时间);计入"),
        ("10:30:00 C, 10:31:00 A", "relaxed", "计入;这个时段时限放宽到 2 倍"),
        ("10:00:00 C, 10:20:00 A", "taobao-avg", "等待 1200 秒;计入;平均里按 600 秒计"),
        ("10:00:00 C, 10:00:05 X, 10:00:09 A", "house", "计入;撤回 1 条,不停表"),
        ("10:00:00 C, 10:00:05 A, 10:01:00 C, 10:01:30 T, 10:01:40 D", "each", "没有回复;计入,算未回复;中间有转接"),
    ],
)  # fmt: skip
def test_a_round_in_words(text: str, name: str, expected: str) -> None:
    assert any(expected in line for line in receipt(text, clock(name))), receipt(text, clock(name))


def test_a_hold_and_what_came_of_it() -> None:
    assert "回复是请客户稍等,12-01 10:00:50 有下文" in receipt("10:00:00 C, 10:00:05 A, 10:00:50 A", holds=[1])[0]
    assert "回复是请客户稍等,之后没有下文" in receipt("10:00:00 C, 10:00:05 A", holds=[1])[0]


def test_the_sum_of_a_segment() -> None:
    told = receipt("10:00:00 C, 10:00:10 A, 10:01:00 C, 10:01:20 A, 10:02:00 C, 10:03:00 A, 10:04:00 C")
    assert told[-1] == "合计:4 轮要回复,1 轮未回复;3 轮等待共 90 秒,平均 30 秒,最长 60 秒"
    assert receipt("10:00:00 A") == ["这一段没有轮次:没有需要记在这位客服名下的客户消息"]


@settings(max_examples=50, deadline=None)
@given(reference.nights, reference.clocks)
def test_the_sums_add_up_to_the_rounds(drawn: list, by: Clock) -> None:
    batch, plain = build(drawn)
    found = measured(batch, plain, drawn, by, None)
    rounds = missed = seconds = 0
    for segment in range(len(batch.segments)):
        told = lines(batch, found, by, segment)
        assert len(told) == max(int((found.segment == segment).sum()), 0) + 1
        if match := re.match(r"合计:(\d+) 轮要回复,(\d+) 轮未回复(?:;\d+ 轮等待共 ([\d.]+) 秒)?", told[-1]):
            rounds, missed, seconds = rounds + int(match[1]), missed + int(match[2]), seconds + float(match[3] or 0)
    assert (rounds, missed) == (int(found.due.sum()), int((found.due & (found.answered < 0)).sum()))
    assert seconds == pytest.approx(int(found.wait_us[found.timed].sum()) / 1e6)


def test_every_agent_has_figures_of_their_own() -> None:
    batch = SessionBatch.from_messages(
        read("10:00:00 C, 10:00:10 A, 10:01:00 C, 10:01:20 A | 10:00:00 C, 10:00:30 D | 10:00:00 C")
    )
    found = waits(batch, clock("six"), Cues(batch.from_customer))
    means = {
        agent: (each.mean_seconds, each.rounds, each.unanswered)
        for agent, each in figures_by_agent(batch, found, clock("six")).items()
    }
    assert means == {"A": (15.0, 2, 0), "D": (30.0, 1, 0), None: (None, 1, 1)}


def test_no_messages() -> None:
    batch = SessionBatch.from_messages(read("10:00:00 C").slice(0, 0))
    for name in ("house", "taobao-avg", "jd-30s", "split-clipped", "zendesk"):
        assert len(waits(batch, clock(name), Cues(batch.from_customer), Setting())) == 0
