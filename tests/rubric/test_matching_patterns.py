"""What a matcher looks for: one list of patterns; any, all, N, none of them; how many; in a message, burst, segment."""

import pytest

from qa_audit.rubric.matching import find, suspected
from tests.rubric.looking import bound, looked, told, view_of

ONE = "00:00 agent: 您好呀\n00:01 agent: 您好,请稍等\n00:02 agent: 稍等\n00:03 customer: 嗯\n00:04 agent: 抱歉,稍等"
TWO = "00:00 agent(甲): 您好\n00:01 customer: 嗯\n00:02 agent(甲): 再见\n00:03 agent(乙): 您好\n00:04 agent(乙): 稍等"
MIXED = "00:00 agent: 您好\n-- agent: 稍等\n00:04 agent: 抱歉"
PHONE = "00:00 agent: 电话13812345678\n00:01 agent: 加13812345678,到 www.example.com 看\n00:02 agent: 好"

CASES: list[tuple[str, str, list[str]]] = [
    # one list of patterns
    ("{words: [稍等, 抱歉]}", ONE, ["1:稍等", "2:稍等", "4:抱歉", "4:稍等"]),
    ("{words: 稍等}", "00:00 agent: 稍稍等\n00:01 agent: 稍 等", ["0:稍等"]),
    ("{whole: 稍等}", ONE + "\n00:05 agent: 稍等!!", ["2:稍等", "5:稍等"]),
    ("{regex: '请.等'}", ONE, ["1:请稍等"]),
    ("{regex: '请(稍)等'}", ONE, ["1:稍"]),
    ("{lexicon: apology}", ONE, ["4:抱歉"]),
    ("{words: 您好, whole: 稍等, regex: '抱.'}", ONE, ["0:您好", "1:您好", "2:稍等", "4:抱歉"]),
    ("{entities: phone}", PHONE, ["0:13812345678", "1:13812345678"]),
    ("{entities: [phone, link]}", PHONE, ["0:13812345678", "1:13812345678", "1:www.example.com"]),
    # except shields what lies in a longer phrase
    ("{words: 您好, except: 您好呀}", ONE, ["1:您好"]),
    # all and N: so many different patterns; then every hit counts
    ("{words: [您好, 稍等], match: all}", ONE, ["1:您好", "1:稍等"]),
    ("{words: [您好, 稍等, 抱歉], match: 2}", ONE, ["1:您好", "1:稍等", "4:抱歉", "4:稍等"]),
    ("{words: [您好, 稍等, 抱歉], match: all}", ONE, []),
    ("{words: [您好, 稍等, 抱歉], match: 1}", ONE, ["0:您好", "1:您好", "1:稍等", "2:稍等", "4:抱歉", "4:稍等"]),
    ("{words: [稍等, 抱歉], match: 2}", "00:00 agent: 稍等,稍等", []),
    ("{words: [您好, 您好呀], match: all}", ONE, ["0:您好呀"]),  # one within the other: both hit, the longer is shown
    ("{words: 您好, whole: 您好呀, match: all}", ONE, ["0:您好呀"]),
    ("{words: 稍等, regex: '稍.', match: all}", ONE, ["1:稍等", "2:稍等", "4:稍等"]),  # equal spans, one is shown
    ("{lexicon: apology, words: 稍等, match: all}", ONE, ["4:抱歉", "4:稍等"]),
    ("{lexicon: apology, words: 稍等, match: 2}", "00:00 agent: 抱歉,对不起", []),  # a lexicon is one pattern
    ("{entities: [phone, link], match: all}", PHONE, ["1:13812345678", "1:www.example.com"]),
    # across
    ("{words: [您好, 稍等], match: all, across: burst}", ONE, ["0:您好", "1:您好", "1:稍等", "2:稍等"]),
    ("{words: [您好, 抱歉], match: all, across: burst}", ONE, []),
    ("{words: [您好, 抱歉], match: all, across: segment}", ONE, ["0:您好", "1:您好", "4:抱歉"]),
    ("{words: [您好, 再见], match: all, across: segment}", TWO, ["0:您好", "2:再见"]),
    ("{words: [再见, 稍等], match: all, across: segment}", TWO, []),
    ("{words: [您好, 稍等], match: all, across: segment, last: 1}", ONE, []),  # only among what is looked at
    # none: the message, or the last one of the group
    ("{words: [您好], match: none}", ONE, ["2", "4"]),
    ("{words: [您好, 稍等], match: none}", ONE + "\n00:05 agent: 在\n00:06 agent: [image]", ["5"]),
    ("{words: [您好], match: none, kind: any}", "00:00 agent: [image]\n00:01 agent: 在", ["1"]),
    ("{words: [您好], match: none, across: burst}", ONE, ["4"]),
    ("{words: [再见], match: none, across: segment}", TWO, ["4"]),
    ("{words: [您好], match: none, across: segment}", TWO, []),
    ("{words: [您好], match: none, across: segment, last: 1}", TWO, ["2", "4"]),
    ("{words: [您好], match: none, across: segment}", "00:00 customer: 您好", []),  # nobody looked at
    # min_hits and max_hits count places
    ("{words: 稍, min_hits: 2}", "00:00 agent: 稍稍\n00:01 agent: 稍", ["0:稍", "0:稍"]),
    ("{words: 稍, max_hits: 1}", "00:00 agent: 稍稍\n00:01 agent: 稍", ["1:稍"]),
    ("{words: 稍等, across: burst, min_hits: 2}", ONE, ["1:稍等", "2:稍等"]),
    ("{words: 稍等, across: burst, max_hits: 1}", ONE, ["4:稍等"]),
    ("{words: 稍等, across: segment, min_hits: 3, max_hits: 3}", ONE, ["1:稍等", "2:稍等", "4:稍等"]),
    ("{words: 稍等, across: segment, min_hits: 4}", ONE, []),
    ("{kind: image, across: segment, min_hits: 2}", "00:00 agent: [image]\n00:01 agent: [image]", ["0", "1"]),
    ("{words: [您好, 稍等], match: all, min_hits: 3}", "00:00 agent: 您好,稍等\n00:01 agent: 您好,您好,稍等", ["1:您好", "1:您好", "1:稍等"]),
    # what is not sure to be looked at
    ("{words: [您好, 抱歉], match: all, across: segment, first_seconds: 5}", MIXED, ["0:您好", "2:抱歉"]),
    ("{words: [您好, 稍等], match: all, across: segment, first_seconds: 5}", MIXED, ["0:您好?", "1:稍等?"]),
    ("{words: [您好, 稍等, 抱歉], match: 2, across: segment, first_seconds: 5}", MIXED, ["0:您好", "1:稍等?", "2:抱歉"]),
    ("{words: 稍等, match: none, across: segment, first_seconds: 5}", MIXED, ["2?"]),
    ("{words: 再见, match: none, across: segment, first_seconds: 5}", MIXED, ["2"]),
    ("{words: 稍等, match: none, first_seconds: 5}", MIXED, ["0", "2"]),
    ("{words: 再见, match: none, first_seconds: 5}", MIXED, ["0", "1?", "2"]),
    ("{words: [您好, 稍等, 抱歉], across: segment, min_hits: 3, first_seconds: 5}", MIXED, ["0:您好?", "1:稍等?", "2:抱歉?"]),
    ("{words: [您好, 稍等, 抱歉], across: segment, min_hits: 2, first_seconds: 5}", MIXED, ["0:您好", "1:稍等?", "2:抱歉"]),
    ("{words: [您好, 稍等, 抱歉], across: segment, max_hits: 2, first_seconds: 5}", MIXED, ["0:您好?", "1:稍等?", "2:抱歉?"]),
    ("{words: [您好, 稍等, 抱歉], across: segment, max_hits: 1, first_seconds: 5}", MIXED, []),
    # quoted: the agent repeats what the customer said before
    ("{words: 傻瓜}", "00:00 customer: 你们是傻瓜吗\n00:04 agent: 您说“傻瓜”,我理解", []),
    ("{words: 傻瓜}", "00:00 customer: 傻瓜\n00:04 agent: 您刚才说傻瓜", []),
    ("{words: 傻瓜, quoted: count}", "00:00 customer: 你们是傻瓜吗\n00:04 agent: 您说“傻瓜”,我理解", ["1:傻瓜"]),
    ("{words: 傻瓜}", "00:00 customer: 在\n00:04 agent: “傻瓜”\n00:05 customer: 傻瓜?", ["1:傻瓜"]),  # said only later
    ("{words: [傻瓜, 笨蛋]}", "00:00 customer: 傻瓜\n00:04 agent: “傻瓜”还是“笨蛋”,傻瓜", ["1:笨蛋", "1:傻瓜"]),
    ("{words: 傻瓜}", "00:00 customer: 傻瓜\n00:04 agent: 在\n\n00:05 agent: “傻瓜”", ["2:傻瓜"]),  # another session
    ("{words: 傻瓜, role: any}", "00:00 customer: 傻瓜\n00:04 agent: “傻瓜”\n00:05 customer: “傻瓜”", ["0:傻瓜", "2:傻瓜"]),
    ("{words: 傻瓜, match: none}", "00:00 customer: 傻瓜\n00:04 agent: “傻瓜”\n00:05 agent: 傻瓜", ["1"]),
]  # fmt: skip


@pytest.mark.parametrize(("matcher", "chat", "expected"), CASES)
def test_finds_these_words(matcher: str, chat: str, expected: list[str]) -> None:
    assert looked(matcher, chat) == expected


def test_evasions_are_suspected_never_found() -> None:
    chat = "00:00 agent: 加微信\n00:01 agent: 加 微 信\n00:02 agent: 好\n00:03 customer: 加 微 信"
    loaded, matcher = bound("{words: 加微信, evasions: true, last: 2}")
    view = view_of(loaded, chat)
    hits = suspected(view, loaded, matcher, "agent")
    assert hits.row.tolist() == [1]
    assert view.normal_text(1)[hits.start[0] : hits.end[0]] == "加 微 信"
    assert looked("{words: 加微信, evasions: true}", chat) == ["0:加微信"]
    for other in ("{words: 加微信}", "{words: 加微信, evasions: true, match: none}"):
        loaded, matcher = bound(other)
        assert not len(suspected(view_of(loaded, chat), loaded, matcher, "agent"))


def test_the_same_matcher_is_looked_for_once() -> None:
    loaded, matcher = bound("{words: 您好}")
    view = view_of(loaded, ONE)
    found = find(view, loaded, matcher, "agent")
    assert find(view, loaded, matcher.model_copy(), "agent") is found
    assert told(view, find(view, loaded, matcher, "customer")) == []
