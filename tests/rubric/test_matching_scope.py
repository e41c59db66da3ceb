"""Where a matcher looks: role, automation, kind, stage, situation, place in the segment, seconds from its ends."""

import pytest

from qa_audit.rubric.matching import scope, speakers
from tests.rubric.looking import bound, looked, view_of

ALL = (
    "00:00 customer: 嗯\n00:01 bot: 嗯\n00:02 auto: 嗯\n00:03 inferred: 嗯\n00:04 assisted: 嗯\n00:05 agent: 嗯\n"
    "00:06 system: 嗯"
)
KINDS = (
    "00:00 customer: [image]\n00:01 agent: [card]\n00:02 agent: 嗯\n00:03 agent: [recall]\n00:04 agent: [image]\n"
    "00:05 system: [order_event]\n00:06 system: [transfer]转给乙\n00:07 agent: [other]\n00:08 customer: [recall]"
)
TALK = (
    "00:00 customer: 一\n00:01 agent: 甲\n00:02 agent: [image]\n00:03 agent: 乙\n00:04 customer: 二\n00:05 auto: 丙\n"
    "00:06 agent: 丁"
)
HANDED = "00:00 customer: 在\n00:01 agent(甲): 一\n00:02 agent(甲): 二\n00:03 agent(乙): 三\n00:04 agent(乙): 四"
MIXED = "00:00 customer: 一\n00:10 agent: 二\n-- agent: 三\n00:20 agent: 四\n00:30 agent: 五"
UNTIMED = "-- customer: 一\n00:10 agent: 二\n00:20 agent: 三"
SHOP = "00:00 customer: 这件有货吗\n00:05 agent: 有的\n00:09 system: [order_event]买家已付款\n00:20 agent: 感谢"

CASES: list[tuple[str, str, list[str]]] = [
    # role
    ("{words: [嗯], role: agent}", ALL, ["5:嗯"]),
    ("{words: [嗯]}", ALL, ["5:嗯"]),
    ("{words: [嗯], role: customer}", ALL, ["0:嗯"]),
    ("{words: [嗯], role: bot}", ALL, ["1:嗯"]),
    ("{words: [嗯], role: auto}", ALL, ["1:嗯", "2:嗯", "3:嗯"]),
    ("{words: [嗯], role: any}", ALL, ["0:嗯", "1:嗯", "2:嗯", "3:嗯", "4:嗯", "5:嗯"]),
    # automation: everyone on the agent's side who sends so
    ("{words: [嗯], automation: none}", ALL, ["5:嗯"]),
    ("{words: [嗯], automation: assisted}", ALL, ["4:嗯"]),
    ("{words: [嗯], automation: auto}", ALL, ["1:嗯", "2:嗯"]),
    ("{words: [嗯], automation: [inferred, assisted]}", ALL, ["3:嗯", "4:嗯"]),
    ("{words: [嗯], automation: auto, role: bot}", ALL, ["1:嗯"]),
    ("{words: [嗯], automation: none, role: any}", ALL, ["0:嗯", "5:嗯"]),
    # kind: whole messages; recalls and events only where they are named, events whoever sent them
    ("{kind: text}", KINDS, ["2"]),
    ("{kind: image}", KINDS, ["4"]),
    ("{kind: [card, image]}", KINDS, ["1", "4"]),
    ("{kind: any}", KINDS, ["1", "2", "4", "7"]),
    ("{kind: [any, recall]}", KINDS, ["1", "2", "3", "4", "7"]),
    ("{kind: other}", KINDS, ["7"]),
    ("{kind: recall}", KINDS, ["3"]),
    ("{kind: recall, role: customer}", KINDS, ["8"]),
    ("{kind: recall, role: any}", KINDS, ["3", "8"]),
    ("{kind: transfer}", KINDS, ["6"]),
    ("{kind: order_event}", KINDS, ["5"]),
    ("{kind: [order_event, transfer]}", KINDS, ["5", "6"]),
    ("{kind: transfer, role: agent}", KINDS, []),
    ("{kind: [text, transfer], role: any}", KINDS, ["2", "6"]),
    ("{words: [图], kind: any}", "00:00 agent: 图\n00:01 agent: [image]图", ["0:图"]),
    # first, last, number: numbered over all messages of the role, pictures too
    ("{words: [甲, 乙, 丙, 丁], first: 1}", TALK, ["1:甲"]),
    ("{words: [甲, 乙, 丙, 丁], first: 2}", TALK, ["1:甲"]),
    ("{words: [甲, 乙, 丙, 丁], first: 3}", TALK, ["1:甲", "3:乙"]),
    ("{words: [甲, 乙, 丙, 丁], last: 1}", TALK, ["6:丁"]),
    ("{words: [甲, 乙, 丙, 丁], last: 9}", TALK, ["1:甲", "3:乙", "6:丁"]),
    ("{kind: any, number: {from: 2, to: 3}}", TALK, ["2", "3"]),
    ("{kind: any, number: {from: 2}}", TALK, ["2", "3", "6"]),
    ("{kind: any, number: {to: 1}}", TALK, ["1"]),
    ("{kind: any, number: {from: -2}}", TALK, ["3", "6"]),
    ("{kind: any, number: {from: -3, to: -2}}", TALK, ["2", "3"]),
    ("{kind: any, number: {from: 2, to: -2}}", TALK, ["2", "3"]),
    ("{kind: any, number: {from: -1, to: 3}}", TALK, []),
    ("{kind: any, number: {from: 5, to: 6}}", TALK, []),
    ("{kind: any, first: 3, last: 3}", TALK, ["2", "3"]),
    ("{kind: text, first: 1}", HANDED, ["1", "3"]),  # of each segment
    ("{kind: text, last: 1}", HANDED, ["2", "4"]),
    # seconds from the first and to the last message of the segment, inclusive
    ("{kind: text, first_seconds: 10}", MIXED, ["1", "2?"]),
    ("{kind: text, first_seconds: 9.9}", MIXED, ["2?"]),
    ("{kind: text, last_seconds: 10}", MIXED, ["2?", "3", "4"]),
    ("{kind: text, last_seconds: 0}", MIXED, ["2?", "4"]),
    ("{kind: text, role: any, first_seconds: 5}", UNTIMED, ["0", "1?", "2?"]),  # the first itself is at no distance
    ("{kind: text, role: any, last_seconds: 5}", UNTIMED, ["0?", "2"]),
    ("{kind: text, first_seconds: 1}", HANDED, ["1", "3", "4"]),
    # stage and situation
    ("{kind: text, stage: pre}", SHOP, ["1"]),
    ("{kind: text, stage: in}", SHOP, ["3"]),
    ("{kind: text, stage: [pre, in]}", SHOP, ["1", "3"]),
    ("{kind: text, stage: after}", SHOP, []),
    ("{kind: text, situation: refund}", "00:00 customer: 我要退款\n00:05 agent: 好\n00:09 customer: 另外有大码吗\n00:12 agent: 有", ["1"]),
    ("{kind: text, situation: [logistics, out_of_stock]}", "00:00 customer: 我要退款\n00:05 agent: 好", []),
]  # fmt: skip


@pytest.mark.parametrize(("matcher", "chat", "expected"), CASES)
def test_looks_there_and_nowhere_else(matcher: str, chat: str, expected: list[str]) -> None:
    assert looked(matcher, chat) == expected


def test_minute_coarse_times_leave_seconds_open() -> None:
    chat = "00:00 customer: 一\n00:00 agent: 二\n05:00 agent: 三"
    assert looked("{kind: text, first_seconds: 10}", chat, resolution="minute") == ["1?", "2?"]
    assert looked("{kind: text, first_seconds: 10}", chat, resolution="second") == ["1"]


def test_scope_is_what_is_looked_at_before_words_and_filters() -> None:
    loaded, matcher = bound("{words: [甲], length: {at_most: 1}, last: 2}")
    view = view_of(loaded, TALK)
    found = scope(view, loaded, matcher, "agent")
    assert found.possible.nonzero()[0].tolist() == [3, 6]
    assert found.sure is found.possible
    assert speakers(view, matcher, "agent").nonzero()[0].tolist() == [1, 2, 3, 6]


def test_nothing_is_found_in_no_messages() -> None:
    for matcher in ("{words: [甲], first: 1}", "{kind: any, first_seconds: 5, last_seconds: 5}"):
        assert looked(matcher) == []
