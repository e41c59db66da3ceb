"""The house clock: who starts it, who stops it, what counts, and who is charged."""

from typing import Any

import numpy as np
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings

from qa_audit.authoring.transcript import transcript
from qa_audit.clocks import REASONS, Cues, Waits, house, waits
from qa_audit.sessions.batch import SessionBatch
from qa_audit.sessions.columns import NONE
from tests.sessions import oracle, rule_oracle

COURTESY = {"谢谢", "好的", "嗯"}


def measure(text: str, resolution: str = "microsecond") -> tuple[SessionBatch, Waits]:
    table = transcript(text, resolution=resolution)
    batch = SessionBatch.from_messages(table)
    words = table["text"].to_pylist()
    courtesy = np.array([word in COURTESY for word in words])
    asks_human = pc.match_substring(table["text"], "转人工").to_numpy()
    return batch, waits(batch, house(), Cues(batch.from_customer & ~courtesy, asks_human))


def seconds(found: Waits) -> list[float | None]:
    return [None if wait == NONE else wait / 1e6 for wait in found.wait_us.tolist()]


def reasons(found: Waits) -> list[str]:
    return [REASONS[code] for code in found.reason]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("15:57:00 customer: a\n15:57:14 agent: b", [14.0], id="plain"),
        pytest.param("11:35:07.999996 customer: a\n11:35:34.000002 agent: b", [26.000006], id="microseconds"),
        pytest.param("10:00:00 customer: a\n10:00:06 agent: b", [6.0], id="exactly-six"),
        pytest.param(
            "10:00:00 customer: a\n10:00:01 auto: b\n10:00:20 agent: c", [20.0], id="auto-reply-stops-nothing"
        ),
        pytest.param("10:00:00 customer: a\n10:00:01 assisted: b\n10:00:20 agent: c", [20.0], id="assisted"),
        pytest.param("23:59:50 customer: a\n+1 00:00:05 agent: b", [15.0], id="past-midnight"),
        pytest.param("00:00 customer: a\n05:05 customer: b\n07:55 agent: c", [475.0], id="from-the-first-unanswered"),
        pytest.param("00:00 customer: a\n00:04 agent: [image]", [4.0], id="an-image-answers"),
        pytest.param("00:00 customer: a\n00:04 agent: [card] 四件套", [4.0], id="a-card-answers"),
        pytest.param("00:00 customer: a\n00:02 agent: [recall]\n00:04 agent: b", [4.0], id="a-recall-does-not"),
        pytest.param("00:00 customer: [image]\n00:04 agent: b", [4.0], id="an-image-asks"),
        pytest.param("00:00 agent: a\n00:10 customer: b\n00:13 agent: c", [3.0], id="opened-by-agent"),
        pytest.param(
            "00:00 customer: a\n00:05 agent: b\n00:06 agent: c\n00:09 customer: d\n00:11 agent: e", [5.0, 2.0]
        ),
        pytest.param("00:00 customer: a\n00:05 agent: b\n00:06 customer: 谢谢\n00:09 agent: c", [5.0, 3.0]),
    ],
)
def test_waits(text: str, expected: list[float]) -> None:
    _, found = measure(text)
    assert seconds(found) == expected
    assert found.counted.all()
    assert found.due.all()
    assert reasons(found) == [""] * len(expected)


@pytest.mark.parametrize(
    ("text", "started", "wait"),
    [
        pytest.param(
            "00:00 customer: a\n00:01 bot: b\n01:00 system: 转人工\n01:05 customer: c\n01:10 agent: d",
            2,
            10.0,
            id="transfer",
        ),
        pytest.param(
            "00:00 customer: a\n00:01 bot: b\n00:30 customer: 转人工\n00:42 agent: d", 2, 12.0, id="asks-for-human"
        ),
        pytest.param("00:00 customer: 转人工\n00:01 bot: 好的\n00:42 agent: d", 0, 42.0, id="asks-for-human-at-once"),
        pytest.param(
            "00:00 customer: a\n00:01 bot: b\n00:30 customer: 转人工\n00:31 bot: c\n00:40 system: 转接\n00:42 agent: d",
            4,
            2.0,
            id="the-transfer-goes-before-the-wish",
        ),
        pytest.param(
            "00:00 customer: a\n00:01 bot: b\n00:20 customer: c\n00:30 agent: d", 1, 29.0, id="last-bot-message"
        ),
        pytest.param("00:00 bot: hi\n00:05 customer: a\n00:10 agent: b", 1, 5.0, id="a-bot-before-the-ask-held-nobody"),
        pytest.param("00:00 customer: a\n00:05 system: 转接给小雨\n00:09 agent: b", 0, 9.0, id="no-bot-no-hand-off"),
    ],
)
def test_a_bot_that_held_the_customer_first_moves_the_start(text: str, started: int, wait: float) -> None:
    _, found = measure(text)
    assert found.started.tolist() == [started]
    assert seconds(found) == [wait]


def test_a_bot_after_a_human_moves_nothing() -> None:
    _, found = measure("00:00 customer: a\n00:05 agent: b\n00:10 customer: c\n00:11 bot: d\n00:30 agent: e")
    assert seconds(found) == [5.0, 20.0]


@pytest.mark.parametrize(
    ("text", "reason", "due", "counted"),
    [
        pytest.param("00:00 customer: a", "", True, True, id="unanswered"),
        pytest.param("00:00 customer: a\n00:01 auto: b", "", True, True, id="only-an-auto-reply"),
        pytest.param("00:00 customer: a\n00:01 bot: b", "bot_only", False, False, id="the-bot-alone"),
        pytest.param(
            "00:00 customer: a\n00:01 bot: b\n00:02 system: 转人工", "", True, True, id="handed-off-nobody-came"
        ),
        pytest.param("00:00 customer: a\n00:01 bot: b\n00:02 customer: 转人工", "", True, True, id="asked-nobody-came"),
        pytest.param("00:00 customer: 好的\n00:01 customer: 谢谢", "courtesy", False, False, id="courtesy"),
        pytest.param("00:00 customer: 好的\n00:01 customer: 几时到", "", True, True, id="courtesy-and-a-question"),
        pytest.param("00:00 customer: 好的\n00:01 customer: [image]", "", True, True, id="courtesy-and-an-image"),
        pytest.param("-- customer: a", "no_time", True, False, id="unanswered-without-time"),
    ],
)
def test_rounds_without_an_answer(text: str, reason: str, due: bool, counted: bool) -> None:
    _, found = measure(text)
    assert seconds(found) == [None]
    assert found.answered.tolist() == [NONE]
    assert (reasons(found), found.due.tolist(), found.counted.tolist()) == ([reason], [due], [counted])


def test_ten_questions_never_answered_are_one_round() -> None:
    _, found = measure("\n".join(f"00:{i:02} customer: a{i}" for i in range(10)))
    assert (len(found), found.asks.tolist(), found.asked.tolist(), found.last_asked.tolist()) == (1, [10], [0], [9])


@pytest.mark.parametrize(
    ("text", "resolution", "reason"),
    [
        ("-- customer: a\n-- agent: b", "microsecond", "no_time"),
        ("00:00 customer: a\n-- agent: b", "microsecond", "no_time"),
        ("00:00 customer: a\n01:00 agent: b", "minute", "coarse_time"),
        ("00:00 customer: a", "minute", "coarse_time"),
    ],
)
def test_without_fine_times_the_wait_is_unknown_and_the_round_stays_due(
    text: str, resolution: str, reason: str
) -> None:
    _, found = measure(text, resolution)
    assert (seconds(found), reasons(found)) == ([None], [reason])
    assert found.due.tolist() == [True]
    assert found.counted.tolist() == [False]


def test_the_agent_who_held_the_session_when_the_customer_wrote_is_charged() -> None:
    batch, found = measure(
        "00:00 customer: a\n00:05 agent(小棠): b\n00:10 customer: c\n00:30 agent(小雨): d\n"
        "00:40 customer: e\n00:41 agent(小雨): f"
    )
    assert [batch.agents[code] for code in found.agent] == ["小棠", "小棠", "小雨"]
    assert found.segment.tolist() == [0, 0, 1]
    assert found.number.tolist() == [1, 2, 3]
    assert seconds(found) == [5.0, 20.0, 1.0]


def test_a_burst_across_a_transfer_is_charged_to_who_held_its_first_message() -> None:
    batch, found = measure(
        "00:00 customer: a\n00:05 agent(小棠): b\n00:10 customer: c\n00:20 system: 转接\n"
        "00:30 customer: d\n00:40 agent(小雨): e"
    )
    assert [batch.agents[code] for code in found.agent] == ["小棠", "小棠"]
    assert seconds(found) == [5.0, 30.0]


def test_a_bot_before_any_human_of_a_later_segment_charges_who_was_asked() -> None:
    batch, found = measure(
        "00:00 customer: a\n00:01 auto(小棠): b\n00:02 bot: c\n00:10 system: 转接\n00:40 agent(小雨): e"
    )
    assert [batch.agents[code] for code in found.agent] == ["小棠"]
    assert (found.started.tolist(), seconds(found)) == ([3], [30.0])


def test_sessions_do_not_touch() -> None:
    _, found = measure("00:00 customer: a\n\n00:05 agent: b\n\n00:00 customer: c\n00:07 agent: d")
    assert seconds(found) == [None, 7.0]
    assert found.session.tolist() == [0, 2]
    assert found.number.tolist() == [1, 1]


@settings(max_examples=100, deadline=None)
@given(oracle.sessions)
def test_the_clock_is_the_oracles(drawn: Any) -> None:
    batch, plain = oracle.build(drawn)
    courtesy, wish = oracle.tagged(0), oracle.tagged(1)
    tags = [[bool(test(m)) for m in oracle.flat(plain)] for test in (courtesy, wish)]
    masks = [np.array(tag, dtype=np.bool_) for tag in tags]
    found = waits(batch, house(), Cues(~masks[0], masks[1]))
    expected = [one for session in plain for one in rule_oracle.house(session, courtesy, wish)]
    got = zip(found.asked.tolist(), found.started.tolist(), seconds(found), reasons(found), strict=True)
    assert list(got) == expected


def test_no_messages() -> None:
    batch = SessionBatch.from_messages(transcript("00:00 customer: a").slice(0, 0))
    assert len(waits(batch, house(), Cues(batch.from_customer))) == 0
