"""After, before and around: what must come, or must not, near anchors; how far, near which of them, and what is open."""

import pytest

from tests.rubric.rubrics import tried

AFTER = "after: {words: [投诉]}"
BEFORE = "before: {words: [再见], role: agent}"
AROUND = "around: {words: [投诉]}"
ONCE = "00:00 customer: 投诉\n00:04 agent: 在\n00:05 agent: 抱歉"
TWICE = "00:00 customer: 投诉\n00:01 agent: 哦\n00:02 customer: 投诉!\n00:04 agent: {last}"
THRICE = "00:00 customer: 投诉\n00:01 agent: {a}\n00:02 customer: 投诉\n00:03 agent: {b}\n00:04 customer: 投诉\n00:05 agent: {c}"
UNTIMED = "00:00 customer: 在\n{time} customer: 投诉\n00:40 agent: 哦\n00:41 customer: 投诉\n00:42 agent: 抱歉"


def expect(within: str) -> str:
    return f"expect: {{words: [抱歉], within: {{{within}}}}}"


def thrice(a: str, b: str, c: str) -> str:
    return THRICE.format(a=a, b=b, c=c)


@pytest.mark.parametrize(
    ("check", "chat", "outcome", "deducted"),
    [
        # after … expect: how far
        (f"{AFTER}, {expect('messages: 2')}", "00:00 customer: 在吗\n00:04 agent: 在", "not_applicable", 0),
        (f"{AFTER}, {expect('messages: 2')}", ONCE, "pass", 0),
        (f"{AFTER}, {expect('messages: 1')}", ONCE, "fail", 5),
        (f"{AFTER}, {expect('seconds: 5')}", ONCE, "pass", 0),
        (f"{AFTER}, {expect('seconds: 4.9')}", ONCE, "fail", 5),
        (f"{AFTER}, {expect('seconds: 5')}", "-- customer: 投诉\n-- agent: 抱歉", "not_applicable", 0),
        (f"{AFTER}, {expect('seconds: 5')}", "-- customer: 投诉\n-- agent: 在", "fail", 5),  # no time could mend that
        (f"{AFTER}, {expect('turns: 1')}", ONCE, "pass", 0),
        (f"{AFTER}, {expect('turns: 1')}", TWICE.format(last="抱歉"), "fail", 5),
        (f"{AFTER}, {expect('turns: 2')}", TWICE.format(last="抱歉"), "pass", 0),
        (f"{AFTER}, {expect('until: {words: [在], role: agent}')}", ONCE, "fail", 5),
        (f"{AFTER}, {expect('until: {words: [在的], role: agent}')}", ONCE, "pass", 0),
        (f"{AFTER}, expect: {{words: [抱歉]}}", ONCE, "pass", 0),
        (f"{AFTER}, expect: {{words: [抱歉]}}", "00:00 customer: 我要投诉", "fail", 5),
        (f"{AFTER}, expect: {{words: [抱歉]}}", "00:00 agent: 抱歉\n00:01 customer: 投诉\n00:04 agent: 哦", "fail", 5),
        ("after: {words: [稍等], role: agent}, expect: {kind: any, role: agent, within: {messages: 1, seconds: 60}}", "00:00 customer: 在\n00:01 agent: 稍等\n00:40 agent: [image]", "pass", 0),
        # the anchor's own message
        ("after: {words: [投诉], role: agent}, expect: {words: [抱歉], within: {messages: 1, itself: true}}", "00:00 customer: 在\n00:01 agent: 抱歉,投诉已记下", "pass", 0),
        ("after: {words: [投诉], role: agent}, expect: {words: [抱歉], within: {messages: 1}}", "00:00 customer: 在\n00:01 agent: 抱歉,投诉已记下", "fail", 5),
        # after … forbid
        (f"{AFTER}, forbid: {{words: [随便], within: {{messages: 2}}}}", "00:00 customer: 我要投诉\n00:04 agent: 随便你", "fail", 5),
        (f"{AFTER}, forbid: {{words: [随便], within: {{messages: 2}}}}", ONCE, "pass", 0),
        (f"{AFTER}, forbid: {{words: [随便], within: {{seconds: 9}}}}", "-- customer: 投诉\n-- agent: 随便你", "not_applicable", 0),
        (f"{AFTER}, forbid: {{words: [随便], within: {{seconds: 9}}}}", "00:00 customer: 投诉\n00:10 agent: 随便你", "pass", 0),
        # before: the same, backwards; what comes after the anchor is nothing
        (f"{BEFORE}, expect: {{words: [还有什么], within: {{messages: 1}}}}", "00:00 customer: 好\n00:01 agent: 还有什么可以帮您\n00:09 agent: 再见", "pass", 0),
        (f"{BEFORE}, expect: {{words: [还有什么], within: {{messages: 1}}}}", "00:00 customer: 好\n00:01 agent: 还有什么可以帮您\n00:05 agent: 嗯\n00:09 agent: 再见", "fail", 5),
        (f"{BEFORE}, expect: {{words: [还有什么], within: {{seconds: 8}}}}", "00:00 customer: 好\n00:01 agent: 还有什么可以帮您\n00:09 agent: 再见", "pass", 0),
        (f"{BEFORE}, expect: {{words: [还有什么]}}", "00:00 customer: 好\n00:01 agent: 再见\n00:09 agent: 还有什么可以帮您", "fail", 5),
        (f"{BEFORE}, expect: {{words: [还有什么]}}", "00:00 customer: 好", "not_applicable", 0),
        (f"{BEFORE}, forbid: {{words: [不行], within: {{turns: 1}}}}", "00:00 customer: 好\n00:01 agent: 不行\n00:09 agent: 再见", "fail", 5),
        (f"{BEFORE}, forbid: {{words: [不行], within: {{turns: 1}}}}", "00:00 customer: 好\n00:01 agent: 不行\n00:02 customer: 好\n00:09 agent: 再见", "pass", 0),
        # around: before or after
        (f"{AROUND}, {expect('messages: 1')}", "00:00 agent: 抱歉\n00:01 customer: 投诉\n00:04 agent: 哦", "pass", 0),
        (f"{AROUND}, {expect('messages: 1')}", "00:00 agent: 哦\n00:01 customer: 投诉\n00:04 agent: 抱歉", "pass", 0),
        (f"{AROUND}, {expect('messages: 1')}", "00:00 agent: 抱歉\n00:01 agent: 哦\n00:02 customer: 投诉\n00:04 agent: 哦\n00:05 agent: 抱歉", "fail", 5),
        (f"{AROUND}, forbid: {{words: [随便], within: {{messages: 1}}}}", "00:00 agent: 随便\n00:01 customer: 投诉\n00:04 agent: 哦", "fail", 5),
        (f"{AROUND}, {expect('seconds: 5')}", "-- agent: 抱歉\n00:01 customer: 投诉\n00:04 agent: 抱歉", "pass", 0),
        (f"{AROUND}, {expect('seconds: 5')}", "-- agent: 抱歉\n00:01 customer: 投诉\n00:14 agent: 抱歉", "not_applicable", 0),
        # two complaints in one burst are one anchor; in two bursts two
        (f"deduct: 2, {AFTER}, expect: {{words: [抱歉]}}", "00:00 customer: 投诉\n00:01 customer: 投诉!\n00:04 agent: 哦", "fail", 2),
        (f"deduct: 2, {AFTER}, expect: {{words: [抱歉]}}", TWICE.format(last="哦"), "fail", 4),
        (f"deduct: 3, {AFTER}, expect: {{words: [抱歉]}}", TWICE.format(last="哦"), "fail", 5),  # never more than the points
        # which anchors
        (f"deduct: 2, anchors: every, {AFTER}, {expect('messages: 1')}", thrice("抱歉", "哦", "抱歉"), "fail", 2),
        (f"deduct: 2, anchors: first, {AFTER}, {expect('messages: 1')}", thrice("抱歉", "哦", "哦"), "pass", 0),
        (f"deduct: 2, anchors: first, {AFTER}, {expect('messages: 1')}", thrice("哦", "抱歉", "抱歉"), "fail", 2),
        (f"deduct: 2, anchors: last, {AFTER}, {expect('messages: 1')}", thrice("哦", "哦", "抱歉"), "pass", 0),
        (f"deduct: 2, anchors: last, {AFTER}, {expect('messages: 1')}", thrice("抱歉", "抱歉", "哦"), "fail", 2),
        (f"deduct: 2, anchors: 2, {AFTER}, {expect('messages: 1')}", thrice("哦", "抱歉", "哦"), "pass", 0),
        (f"deduct: 2, anchors: 2, {AFTER}, {expect('messages: 1')}", thrice("抱歉", "哦", "抱歉"), "fail", 2),
        (f"deduct: 2, anchors: 4, {AFTER}, {expect('messages: 1')}", thrice("哦", "哦", "哦"), "not_applicable", 0),
        (f"deduct: 2, anchors: any, {AFTER}, {expect('messages: 1')}", thrice("哦", "哦", "抱歉"), "pass", 0),
        (f"deduct: 2, anchors: any, {AFTER}, {expect('messages: 1')}", thrice("哦", "哦", "哦"), "fail", 2),  # one failure
        (f"deduct: 2, anchors: any, {AFTER}, forbid: {{words: [哦], within: {{messages: 1}}}}", thrice("哦", "抱歉", "哦"), "pass", 0),
        # a time that is missing: one sure failure costs, one open anchor keeps a pass from being sure
        (f"{AFTER}, {expect('seconds: 5')}", UNTIMED.format(time="--"), "not_applicable", 0),
        (f"{AFTER}, {expect('seconds: 5')}", UNTIMED.format(time="00:01"), "fail", 5),
        (f"anchors: any, {AFTER}, {expect('seconds: 5')}", UNTIMED.format(time="--"), "pass", 0),
        (f"anchors: last, {AFTER}, {expect('seconds: 5')}", UNTIMED.format(time="--"), "pass", 0),
        # an anchor of which it is open whether it is one
        ("after: {words: [投诉], first_seconds: 9}, expect: {words: [抱歉], within: {messages: 1}}", "00:00 customer: 在\n-- customer: 投诉\n00:04 agent: 哦", "not_applicable", 0),
        ("after: {words: [投诉], first_seconds: 9}, expect: {words: [抱歉], within: {messages: 1}}", "00:00 customer: 投诉\n00:01 agent: 抱歉\n-- customer: 投诉\n00:04 agent: 抱歉", "pass", 0),
        ("after: {words: [投诉], first_seconds: 9}, expect: {words: [抱歉], within: {messages: 1}}", "00:00 customer: 投诉\n00:01 agent: 抱歉\n-- customer: 投诉\n00:04 agent: 哦", "not_applicable", 0),
        ("after: {words: [投诉], first_seconds: 9}, expect: {words: [抱歉], within: {messages: 1}}", "00:00 customer: 投诉\n00:01 agent: 哦\n-- customer: 投诉\n00:04 agent: 抱歉", "fail", 5),
        # low confidence, bonus alone
        (f"confidence: low, {AFTER}, {expect('messages: 1')}", ONCE, "review", 0),
    ],
)  # fmt: skip
def test_outcome_and_deduction(check: str, chat: str, outcome: str, deducted: float) -> None:
    trial = tried(f"- {{id: a, title: 甲, points: 5, {check}}}", chat)
    assert (trial.outcome("a"), trial.deducted("a")) == (outcome, deducted)
    verdict = trial.verdict("a")
    if outcome == "not_applicable":
        assert verdict.reasons[int(verdict.reason[0])] in ("no_time", "not_triggered")


def test_reasons_tell_what_is_open_from_what_never_came_up() -> None:
    check = f"- {{id: a, title: 甲, points: 5, {AFTER}, {expect('seconds: 5')}}}"
    verdict = tried(check, "-- customer: 投诉\n-- agent: 抱歉", "00:00 customer: 在").verdict("a")
    assert [verdict.reasons[code] for code in verdict.reason] == ["no_time", "not_triggered"]


def test_a_bonus_alone_never_costs() -> None:
    check = f"- {{id: a, title: 甲, bonus: 2, {AFTER}, {expect('messages: 1')}}}"
    verdict = tried(check, ONCE, "00:00 customer: 投诉\n00:04 agent: 抱歉").verdict("a")
    assert verdict.outcome.tolist() == [3, 0]  # not_applicable, pass
    assert verdict.bonus.tolist() == [0, 200]
    assert set(verdict.evidence.segment.tolist()) == {1}


def test_results_are_charged_to_the_segment_of_the_anchor_and_windows_reach_over_it() -> None:
    chat = "00:00 customer: 我要投诉\n00:03 agent(甲): 稍等\n00:05 system: [transfer]转给乙\n00:09 agent(乙): 抱歉,我来处理"
    check = f"- {{id: a, title: 甲, points: 5, {AFTER}, {expect('messages: 2')}}}"
    trial = tried(check, chat)
    assert [trial.outcome("a", segment) for segment in (0, 1)] == ["pass", "not_applicable"]
    assert trial.quotes("a", 0) == ["投诉", "抱歉"]


@pytest.mark.parametrize(
    ("check", "chat", "places"),
    [
        (f"{AFTER}, {expect('messages: 2')}", ONCE, [(0, ""), (2, "")]),
        (f"{AFTER}, {expect('messages: 1')}", ONCE, [(0, "之后 1 条内没有做到"), (0, "")]),
        (f"{AFTER}, {expect('messages: 2, seconds: 3, turns: 1')}", ONCE, [(0, "之后 2 条内、3 秒内、同一轮内没有做到"), (0, "")]),
        (f"{BEFORE}, expect: {{words: [还有什么]}}", "00:00 customer: 好\n00:01 agent: 再见", [(1, "之前没有做到"), (1, "")]),
        (f"{AROUND}, {expect('turns: 2')}", "00:00 customer: 投诉\n00:01 agent: 哦", [(0, "前后 2 轮内没有做到"), (0, "")]),
        # only what failed is shown
        (f"{AFTER}, {expect('messages: 1')}", thrice("抱歉", "哦", "抱歉"), [(2, "之后 1 条内没有做到"), (2, "")]),
        (f"{AFTER}, forbid: {{words: [随便]}}", "00:00 customer: 投诉\n00:04 agent: 随便", [(0, ""), (1, "")]),
        (f"{AFTER}, forbid: {{words: [随便]}}", ONCE, []),
    ],
)  # fmt: skip
def test_evidence(check: str, chat: str, places: list[tuple[int, str]]) -> None:
    evidence = tried(f"- {{id: a, title: 甲, points: 5, {check}}}", chat).verdict("a").evidence
    notes = [evidence.notes[code] for code in evidence.note]
    assert list(zip(evidence.row.tolist(), notes, strict=True)) == places


EVASIVE = "- {{id: a, title: 甲, points: 5, deduct: 2, {more}after: {{words: [联系]}}, forbid: {{words: [加微信], evasions: true, within: {{messages: 1}}}}}}"


@pytest.mark.parametrize(
    ("chat", "more", "outcome", "deducted"),
    [
        ("00:00 customer: 怎么联系\n00:01 agent: 加 微 信", "", "review", 0),
        ("00:00 customer: 怎么联系\n00:01 agent: 加微信", "", "fail", 2),
        (
            "00:00 customer: 怎么联系\n00:01 agent: 加 微 信\n00:02 customer: 怎么联系\n00:03 agent: 加微信",
            "",
            "fail",
            2,
        ),
        (
            "00:00 customer: 怎么联系\n00:01 agent: 加 微 信\n00:02 customer: 怎么联系\n00:03 agent: 好",
            "anchors: any, ",
            "pass",
            0,
        ),
        ("00:00 customer: 怎么联系\n00:01 agent: 在\n00:02 agent: 加 微 信", "", "pass", 0),
        ("00:00 customer: 在\n00:01 agent: 加 微 信", "", "not_applicable", 0),
    ],
)
def test_suspected_evasions_near_an_anchor_are_for_a_person(
    chat: str, more: str, outcome: str, deducted: float
) -> None:
    trial = tried(EVASIVE.format(more=more), chat)
    assert (trial.outcome("a"), trial.deducted("a")) == (outcome, deducted)
    if outcome == "review":
        assert trial.quotes("a") == ["加 微 信"]
