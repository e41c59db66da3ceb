"""Before, after and around anchors: how far, which anchor, until when; sides of time that are not known stay open."""

import numpy as np
import pytest

from qa_audit.rubric.matching import Bounds, counted, find, pairs, picked
from qa_audit.rubric.model import Within
from qa_audit.sessions.tri import NO, UNKNOWN, YES
from tests.rubric.looking import bound, looked, view_of

CHAT = (
    "00:00 agent: 甲\n00:10 customer: 投诉\n00:20 agent: 乙\n00:30 auto: 丙\n00:40 agent: 丁\n00:50 customer: 投诉\n"
    "01:00 agent: 戊"
)
HOLES = "-- agent: 甲\n00:10 customer: 投诉\n-- agent: 乙\n00:40 agent: 丁\n02:00 agent: 戊"
NO_ANCHOR_TIME = "00:00 agent: 甲\n-- customer: 投诉\n00:20 agent: 乙"
TWO_SEGMENTS = (
    "00:00 customer: 投诉\n00:01 agent(甲): 一\n00:02 customer: 投诉\n00:03 agent(甲): 二\n00:04 agent(乙): 三\n"
    "00:05 customer: 投诉\n00:06 agent(乙): 四"
)
OPEN_END = (
    "00:10 customer: 投诉\n-- agent: 乙\n00:20 agent: 丁\n00:30 customer: 投诉\n00:35 agent: 乙\n-- agent: 丁\n"
    "00:40 customer: 投诉\n-- customer: 嗯"
)
SELF = "00:00 agent: 投诉\n00:10 agent: 嗯"


def near(direction: str, within: str = "", says: str = "{words: 投诉}", more: str = "") -> str:
    limits = f", within: {{{within}}}" if within else ""
    return f"{{kind: text, {direction}: {{says: {says}{limits}{more}}}}}"


CASES: list[tuple[str, str, list[str]]] = [
    # the whole session on that side, strictly
    (near("after"), CHAT, ["2", "4", "6"]),
    (near("before"), CHAT, ["0", "2", "4"]),
    (near("around"), CHAT, ["0", "2", "4", "6"]),
    (near("after"), "00:00 customer: 投诉\n\n00:01 agent: 嗯", []),
    (near("after", says="{words: 没有}"), CHAT, []),
    (near("after", says="{words: 投诉, role: agent}"), CHAT, []),
    (near("after", says="{words: 甲}"), CHAT, ["2", "4", "6"]),  # anybody's, where the anchor does not say whose
    # messages: of the role looked for; automatic ones are not counted
    (near("after", "messages: 1"), CHAT, ["2", "6"]),
    (near("after", "messages: 2"), CHAT, ["2", "4", "6"]),
    (near("before", "messages: 1"), CHAT, ["0", "4"]),
    (near("around", "messages: 1"), CHAT, ["0", "2", "4", "6"]),
    (near("after", "messages: 2").replace("text,", "any, role: any,"), CHAT, ["2", "3", "4", "6"]),
    (near("after", "messages: 1"), "00:00 customer: 投诉\n00:01 agent: [recall]\n00:02 agent: 嗯", ["2"]),
    (near("after", "messages: 1"), "00:00 customer: 投诉\n00:01 agent: [image]\n00:02 agent: 嗯", []),
    # seconds, inclusive
    (near("after", "seconds: 10"), CHAT, ["2", "6"]),
    (near("after", "seconds: 9.999999"), CHAT, []),
    (near("before", "seconds: 10"), CHAT, ["0", "4"]),
    (near("around", "seconds: 30"), CHAT, ["0", "2", "4", "6"]),
    (near("after", "seconds: 30"), HOLES, ["2?", "3"]),
    (near("before", "seconds: 30"), HOLES, ["0?"]),
    (near("around", "seconds: 30"), HOLES, ["0?", "2?", "3"]),
    (near("after", "seconds: 30"), NO_ANCHOR_TIME, ["2?"]),
    (near("after", "seconds: 30, messages: 1"), HOLES, ["2?"]),
    # turns: 1 is the anchor's own
    (near("after", "turns: 1"), CHAT, ["2", "4", "6"]),
    (near("after", "turns: 1", says="{words: 甲}"), CHAT, []),
    (near("after", "turns: 2", says="{words: 甲}"), CHAT, ["2", "4"]),
    (near("after", "turns: 9", says="{words: 甲}"), CHAT, ["2", "4", "6"]),
    (near("before", "turns: 1", says="{words: 戊}"), CHAT, []),
    (near("before", "turns: 2", says="{words: 戊}"), CHAT, ["2", "4"]),
    (near("before", "turns: 9", says="{words: 戊}"), CHAT, ["0", "2", "4"]),
    # until: no such message strictly between
    (near("after", "until: {words: 丁}"), CHAT, ["2", "4", "6"]),
    (near("after", "until: {words: 乙}", says="{words: 甲}"), CHAT, ["2"]),
    (near("after", "until: {words: 投诉}", says="{words: 甲}"), CHAT, []),
    (near("before", "until: {words: 投诉, role: customer}", says="{words: 戊}"), CHAT, []),
    (near("before", "until: {words: 丁}", says="{words: 戊}"), CHAT, ["4"]),
    (near("after", "until: {words: 甲, role: customer}", says="{words: 甲}"), CHAT, ["2", "4", "6"]),
    (near("after", "until: {words: 乙, first_seconds: 99}"), HOLES, ["2", "3?", "4?"]),
    (near("after", "until: {words: 乙, first_seconds: 99}, seconds: 30"), HOLES, ["2?", "3?"]),
    # itself: the anchor counts too, whatever its time
    (near("after", "messages: 1"), SELF, ["1"]),
    (near("after", "messages: 1, itself: true"), SELF, ["0", "1"]),
    (near("before", "seconds: 1, itself: true"), SELF, ["0"]),
    (near("around", "seconds: 1, itself: true"), "-- agent: 投诉\n-- agent: 嗯", ["0", "1?"]),
    (near("after", "messages: 1"), "00:00 agent: 投诉\n00:01 agent: 投诉", ["1"]),  # another anchor's window
    # which anchor of the segment
    (near("after", more=", anchors: first"), TWO_SEGMENTS, ["1", "3", "4", "6"]),
    (near("after", "messages: 1", more=", anchors: first"), TWO_SEGMENTS, ["1", "6"]),
    (near("after", "messages: 1", more=", anchors: last"), TWO_SEGMENTS, ["3", "6"]),
    (near("after", "messages: 1", more=", anchors: 2"), TWO_SEGMENTS, ["3"]),
    (near("after", "messages: 1", more=", anchors: 3"), TWO_SEGMENTS, []),
    (near("after", "messages: 1", more=", anchors: any"), TWO_SEGMENTS, ["1", "3", "6"]),
    # an anchor that is not sure
    (near("after", "messages: 1", says="{words: [甲, 丙], first_seconds: 5}"), "00:00 customer: 在\n-- agent: 甲\n-- agent: 乙", ["2?"]),
    (near("after", "messages: 1", says="{words: [在, 甲], first_seconds: 5}"), "00:00 customer: 在\n-- agent: 甲\n-- agent: 乙", ["1", "2?"]),
    (near("after", "messages: 1", says="{words: [在, 甲], first_seconds: 5}", more=", anchors: last"), "00:00 customer: 在\n-- agent: 甲\n-- agent: 乙", ["1?", "2?"]),
    # several anchors at once must all hold; anchors may have anchors
    ("{kind: text, after: {says: {words: 甲}}, before: {says: {words: 戊}}}", CHAT, ["2", "4"]),
    (near("after", "messages: 1", says="{words: 投诉, after: {says: {words: 乙}}}"), CHAT, ["6"]),
    # words are counted among what is near
    ("{words: [乙, 丁], match: all, across: segment, after: {says: {words: 投诉}, within: {messages: 2}}}", CHAT, ["2:乙", "4:丁"]),
    ("{words: [乙, 丁], match: all, across: segment, after: {says: {words: 投诉}, within: {messages: 1}}}", CHAT, []),
]  # fmt: skip


@pytest.mark.parametrize(("matcher", "chat", "expected"), CASES)
def test_looks_near_anchors(matcher: str, chat: str, expected: list[str]) -> None:
    assert looked(matcher, chat) == expected


ANSWERS = {NO: "no", UNKNOWN: "unknown", YES: "yes"}


@pytest.mark.parametrize(
    ("direction", "target", "within", "chat", "anchors", "found", "answers"),
    [
        ("after", "{words: [乙, 戊]}", {}, CHAT, [1, 5], [2, 6], ["yes", "yes"]),
        ("after", "{words: 丁}", {"messages": 1}, CHAT, [1, 5, -1], [-1, -1, -1], ["no", "no", "no"]),
        ("before", "{words: 甲}", {}, CHAT, [1, 5], [0, 0], ["yes", "yes"]),
        ("before", "{words: [甲, 丁]}", {"messages": 1}, CHAT, [1, 5], [0, 4], ["yes", "yes"]),
        (
            "around",
            "{words: [甲, 丁]}",
            {},
            CHAT,
            [1, 5],
            [4, 4],
            ["yes", "yes"],
        ),  # what comes after, else what came before
        (
            "after",
            "{kind: recall}",
            {"messages": 1},
            "00:00 customer: 嗯\n00:01 agent: 嗯\n00:02 agent: [recall]",
            [0],
            [2],
            ["yes"],
        ),
        ("around", "{words: 甲}", {"messages": 1}, CHAT, [1, 5], [0, -1], ["yes", "no"]),
        ("after", "{words: [乙, 丁]}", {"seconds": 30}, HOLES, [1], [3], ["yes"]),  # a later one is sure
        ("after", "{words: [乙, 戊]}", {"seconds": 30}, HOLES, [1], [2], ["unknown"]),
        ("after", "{words: 戊}", {"seconds": 30}, HOLES, [1], [-1], ["no"]),
        ("around", "{words: [甲, 戊]}", {"seconds": 30}, HOLES, [1], [0], ["unknown"]),
        ("after", "{words: 乙}", {"seconds": 30}, NO_ANCHOR_TIME, [1], [2], ["unknown"]),
        ("before", "{words: 投诉}", {"itself": True, "seconds": 1}, "-- agent: 投诉", [0], [0], ["yes"]),
        ("before", "{words: 投诉}", {"messages": 1}, "-- agent: 投诉", [0], [-1], ["no"]),
        (
            "after",
            "{words: [乙, 丁], last_seconds: 5}",
            {"seconds": 30},
            OPEN_END,
            [0, 3],
            [1, 4],
            ["unknown", "unknown"],
        ),
        (
            "before",
            "{words: [乙, 丁], last_seconds: 5}",
            {"seconds": 30},
            OPEN_END,
            [3, 6],
            [2, 5],
            ["unknown", "unknown"],
        ),
    ],
)
def test_what_is_found_near_each_anchor(
    direction: str,
    target: str,
    within: dict[str, object],
    chat: str,
    anchors: list[int],
    found: list[int],
    answers: list[str],
) -> None:
    loaded, matcher = bound(target)
    view = view_of(loaded, chat)
    limits = Within(**within) if within else None  # type: ignore[arg-type]
    near_each = pairs(
        view, loaded, np.array(anchors), find(view, loaded, matcher, "agent"), limits, counted(view, matcher, "agent"), direction  # type: ignore[arg-type]
    )  # fmt: skip
    assert near_each.found.tolist() == found
    assert [ANSWERS[state] for state in near_each.answer.state.tolist()] == answers


def test_near_nothing_there_is_nothing() -> None:
    loaded, matcher = bound("{words: 甲}")
    view = view_of(loaded)
    found = find(view, loaded, matcher, "agent")
    for within in (None, Within(seconds=5, itself=True)):
        near_each = pairs(view, loaded, np.array([-1, -1]), found, within, counted(view, matcher, "agent"), "around")
        assert near_each.found.tolist() == [-1, -1]
        assert near_each.answer.no.all()


@pytest.mark.parametrize(
    ("which", "possible", "sure"),
    [
        ("any", [0, 1, 2, 3, 4], [1, 3, 4]),
        ("every", [0, 1, 2, 3, 4], [1, 3, 4]),
        ("first", [0, 1, 3], [3]),
        ("last", [1, 2, 4], [4]),
        (2, [1, 2, 4], [4]),
        (3, [2], []),
        (4, [], []),
    ],
)
def test_which_anchors_are_meant(which: str | int, possible: list[int], sure: list[int]) -> None:
    loaded, _ = bound("{words: 甲}")
    chat = "00:00 agent(甲): 一\n00:01 agent(甲): 二\n00:02 agent(甲): 三\n00:03 agent(乙): 四\n00:04 agent(乙): 五"
    all_of_them = np.ones(5, dtype=np.bool_)
    anchors = Bounds(all_of_them, np.array([False, True, False, True, True]))
    meant = picked(anchors, which, view_of(loaded, chat).batch.segments)
    assert (meant.possible.nonzero()[0].tolist(), meant.sure.nonzero()[0].tolist()) == (possible, sure)
