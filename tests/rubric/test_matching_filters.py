"""What a message must be besides its words: length, signs, tone, wait, likeness, repetition, echo, unless."""

import re
from dataclasses import replace

import numpy as np
import pytest

from qa_audit.clocks.reasons import CODE
from qa_audit.rubric.matching import find
from qa_audit.rubric.model import Anchor, Lookback, Matcher, Position, Within
from tests.rubric import test_matching_patterns, test_matching_scope, test_matching_windows
from tests.rubric.looking import bound, looked, told, view_of

LENGTHS = "00:00 agent: 好\n00:01 agent: 好的 \n00:02 agent: 好的呀\n00:03 agent: [image]"
SIGNS = "00:00 agent: 好!!\n00:01 agent: 好？\n00:02 agent: 好!?\n00:03 agent: 好"
WAITS = "00:00 customer: 在吗\n00:30 agent: 在\n00:31 agent: 您说\n01:00 customer: 有货吗\n04:00 agent: 有\n04:01 customer: 嗯"
UNTIMED = "00:00 customer: 在吗\n-- agent: 在\n01:00 customer: 有货吗\n01:10 agent: 有"
AGAIN = (
    "00:00 agent: 请您稍等一下\n00:01 customer: 请您稍等一下\n00:02 agent: 好的\n00:03 agent: 请您稍等一下\n00:04 agent: 好的\n"
    "00:05 agent: 请稍等一下\n00:06 agent: 请您稍等一下！"
)
WIDE = "00:00 agent: ABCD您好\n00:01 agent: ａｂｃｄ您好"
ECHO = (
    "00:00 customer: 怎么还不发货\n00:01 agent: 怎么还不发货\n00:02 customer: 你在学我说话\n00:03 agent: 怎么还不发货呢"
)
LIKE = "00:00 agent: 请您稍等一下\n00:01 agent: 请稍等一下\n00:02 agent: 稍等\n00:03 agent: 请您稍等一下\n00:04 customer: 请您稍等一下"

CASES: list[tuple[str, str, list[str]]] = [
    # length, exclamations, questions: of texts alone, inclusive
    ("{length: {at_most: 1}}", LENGTHS, ["0"]),
    ("{length: {at_least: 2}}", LENGTHS, ["1", "2"]),
    ("{length: {at_least: 2, at_most: 2}, kind: any}", LENGTHS, ["1"]),
    ("{words: 好的, length: {at_least: 3}}", LENGTHS, ["2:好的"]),
    ("{exclamations: {at_least: 1}}", SIGNS, ["0", "2"]),
    ("{exclamations: {at_most: 1}}", SIGNS, ["1", "2", "3"]),
    ("{questions: {at_least: 1}}", SIGNS, ["1", "2"]),
    ("{questions: {at_least: 1}, exclamations: {at_least: 1}}", SIGNS, ["2"]),
    # waited: what answered a round that counts
    ("{waited: {at_least: 30}}", WAITS, ["1", "4"]),
    ("{waited: {at_least: 30.5}}", WAITS, ["4"]),
    ("{waited: {at_most: 30}}", WAITS, ["1"]),
    ("{waited: {at_least: 180, at_most: 180}}", WAITS, ["4"]),
    ("{words: 在, waited: {at_least: 100}}", WAITS, []),
    ("{waited: {at_least: 5}}", UNTIMED, ["1?", "3"]),
    ("{waited: {at_least: 60}}", UNTIMED, ["1?"]),
    # like: one of the sentences, by adjacent characters, in normal form
    ("{like: 请您稍等一下}", LIKE, ["0", "3"]),
    ("{like: 请您稍等一下, similar: 0.6}", LIKE, ["0", "1", "3"]),
    ("{like: 请您稍等一下, similar: 1}", LIKE, ["0", "3"]),
    ("{like: [没有的事, 稍等]}", LIKE, ["2"]),
    ("{like: ABCD您好, similar: 1}", WIDE, ["0", "1"]),
    ("{like: 请您稍等一下, words: 一下}", LIKE, ["0:一下", "3:一下"]),
    ("{like: 请您稍等一下, words: 您好}", LIKE, []),
    ("{like: 请您稍等一下, role: any}", LIKE, ["0", "3", "4"]),
    # repeat: earlier texts of the same side
    ("{repeat: {}}", AGAIN, ["3"]),
    ("{repeat: {messages: 2}}", AGAIN, ["3"]),
    ("{repeat: {messages: 1}}", AGAIN, []),
    ("{repeat: {min_length: 2}}", AGAIN, ["3", "4"]),
    ("{repeat: {min_length: 6}}", AGAIN, ["3"]),
    ("{repeat: {min_length: 7}}", AGAIN, []),
    ("{repeat: {similar: 0.6}}", AGAIN, ["3", "5", "6"]),
    ("{repeat: {similar: 0.9}}", AGAIN, ["3", "6"]),
    ("{repeat: {similar: 0.9, min_length: 7}}", AGAIN, []),  # both must be that long
    ("{repeat: {similar: 0.6, times: 2}}", AGAIN, ["5", "6"]),
    ("{repeat: {similar: 0.6, times: 3}}", AGAIN, ["6"]),
    ("{repeat: {similar: 0.6, messages: 1}}", AGAIN, ["6"]),
    ("{repeat: {min_length: 2, times: 2}}", "00:00 agent: 好的\n00:01 agent: 好的\n00:02 agent: 好的", ["2"]),
    ("{repeat: {}}", WIDE, ["1"]),
    ("{repeat: {}, role: customer}", AGAIN, []),
    ("{repeat: {}, words: 一下}", AGAIN, ["3:一下"]),
    ("{repeat: {}, last: 2}", AGAIN, []),
    ("{repeat: {}}", "00:00 agent: 请您稍等\n\n00:01 agent: 请您稍等", []),  # another session
    ("{repeat: {}}", "00:00 auto: 请您稍等\n00:01 agent: 请您稍等", []),  # a machine is not the same side
    ("{repeat: {}, role: any}", "00:00 auto: 请您稍等\n00:01 agent: 请您稍等", ["1"]),
    ("{repeat: {}, role: bot}", "00:00 bot: 请您稍等\n00:01 bot: 请您稍等", ["1"]),
    ("{repeat: {}, kind: any}", "00:00 agent: [image]图片\n00:01 agent: [image]图片", []),
    # echo: earlier texts of the other side
    ("{echo: {}}", ECHO, ["1"]),
    ("{echo: {messages: 1}}", ECHO, ["1"]),
    ("{echo: {similar: 0.8}}", ECHO, ["1", "3"]),
    ("{echo: {similar: 0.8, messages: 1}}", ECHO, ["1"]),
    ("{echo: {similar: 0.8, times: 2}}", ECHO, []),
    ("{echo: {}, role: customer}", "00:00 agent: 请您稍等\n00:01 customer: 请您稍等", ["1"]),
    ("{echo: {}, role: any}", AGAIN, ["1", "3"]),
    # unless: the same message also matches it
    ("{words: 好, unless: {words: 呀}}", LENGTHS, ["0:好", "1:好"]),
    ("{words: 好, unless: {length: {at_least: 2}}}", LENGTHS, ["0:好"]),
    ("{length: {at_least: 1}, unless: {words: [好], match: none}}", LENGTHS, ["0", "1", "2"]),
    ("{words: 好, unless: {words: 好, role: customer}}", LENGTHS, ["0:好", "1:好", "2:好"]),
    ("{words: 好, across: segment, min_hits: 3, unless: {words: 呀}}", LENGTHS, []),  # before anything is counted
    ("{words: 在, unless: {words: 在, first_seconds: 9}}", "00:00 agent: 在\n-- agent: 在\n00:10 agent: 在", ["1:在?", "2:在"]),
    # everything given must hold
    ("{length: {at_most: 6}, questions: {at_most: 0}, repeat: {min_length: 2}, unless: {words: 好}}", AGAIN, ["3"]),
]  # fmt: skip


@pytest.mark.parametrize(("matcher", "chat", "expected"), CASES)
def test_only_such_messages_pass(matcher: str, chat: str, expected: list[str]) -> None:
    assert looked(matcher, chat) == expected


@pytest.mark.parametrize(
    ("limits", "expected"),
    [("at_most: 0.2", ["0"]), ("at_least: 0.2", ["0", "2"]), ("at_least: 0.95", []), ("at_least: 0", ["0", "2"])],
)
def test_tone_of_the_customer(limits: str, expected: list[str]) -> None:
    chat = "00:00 customer: 差\n00:01 agent: 好\n00:02 customer: 好\n00:03 customer: 嗯\n00:04 customer: [image]"
    tone = {"差": 0.2, "好": 0.9}
    assert looked(f"{{role: customer, tone: {{{limits}}}}}", chat, tone=tone) == expected


def test_what_was_waited_is_unknown_by_the_minute() -> None:
    assert looked("{waited: {at_least: 300}}", WAITS, resolution="minute") == ["1?", "4?"]


def test_rounds_that_do_not_count_were_not_waited_for() -> None:
    loaded, matcher = bound("{waited: {at_least: 30}}")
    view = view_of(loaded, WAITS)
    nothing = np.zeros(len(view.waits), dtype=np.bool_)
    reason = np.full(len(view.waits), CODE["not_first"], dtype=np.int8)
    view.__dict__["waits"] = replace(view.waits, counted=nothing, reason=reason)
    assert told(view, find(view, loaded, matcher, "agent")) == []


def test_every_key_of_a_matcher_has_its_cases() -> None:
    tables = (CASES, test_matching_scope.CASES, test_matching_patterns.CASES, test_matching_windows.CASES)
    seen = {key for table in tables for matcher, *_ in table for key in re.findall(r"(\w+):", matcher)}
    for part in (Matcher, Anchor, Within, Lookback, Position):
        keys = {field.alias or name for name, field in part.model_fields.items()}
        assert keys - seen <= {"within", "tone", "evasions"}, part.__name__
