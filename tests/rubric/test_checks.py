"""Each kind of check: what passes, what fails, what does not apply, what it costs and what it quotes."""

import pytest

from tests.rubric.rubrics import tried

HI = "00:00 customer: 在吗\n00:04 agent: 您好,在的\n"


@pytest.mark.parametrize(
    ("check", "chat", "outcome", "deducted"),
    [
        # measure: bands, limits inclusive, null not applicable
        ("measure: first_response_seconds, bands: [{at_most: 6}, {at_most: 30, deduct: 2}, {deduct: 5}]", "00:00 customer: 在吗\n00:06 agent: 在", "pass", 0),
        ("measure: first_response_seconds, bands: [{at_most: 6}, {at_most: 30, deduct: 2}, {deduct: 5}]", "00:00 customer: 在吗\n00:06.000001 agent: 在", "partial", 2),
        ("measure: first_response_seconds, bands: [{at_most: 6}, {at_most: 30, deduct: 2}, {deduct: 5}]", "00:00 customer: 在吗\n00:31 agent: 在", "fail", 5),
        ("measure: first_response_seconds, bands: [{at_most: 6}, {deduct: 5}]", "00:00 customer: 有货吗", "not_applicable", 0),
        ("unanswered: fail, measure: first_response_seconds, bands: [{at_most: 6}, {deduct: 5}]", "00:00 customer: 有货吗", "fail", 5),
        ("unanswered: fail, measure: first_response_seconds, bands: [{at_most: 6}, {deduct: 5}]", "-- customer: 有货吗\n-- agent: 有", "not_applicable", 0),
        ("measure: first_response_seconds, at_most: 6", "00:00 customer: 在吗\n00:07 agent: 在", "fail", 5),
        ("measure: agent_messages, at_least: 2", HI, "fail", 5),
        ("measure: agent_messages, at_least: 1", HI, "pass", 0),
        # says
        ("says: {words: [您好]}", HI, "pass", 0),
        ("says: {words: [您好]}", "00:00 customer: 您好\n00:04 agent: 在的", "fail", 5),
        ("says: {words: [您好]}", "00:00 customer: 您好", "not_applicable", 0),
        ("says: {words: [您好]}", "00:00 customer: 您好\n00:01 auto: 您好", "not_applicable", 0),
        ("says: {words: [您好], first: 1}", "00:00 customer: 在吗\n00:04 agent: 在\n00:05 agent: 您好", "fail", 5),
        ("says: {words: [您好], first: 2}", "00:00 customer: 在吗\n00:04 agent: 在\n00:05 agent: 您好", "pass", 0),
        ("says: {words: [再见], last: 1}", "00:00 customer: 在吗\n00:04 agent: 再见\n00:05 agent: 您好", "fail", 5),
        ("says: {kind: image}", "00:00 customer: 图\n00:04 agent: [image]", "pass", 0),
        ("says: {kind: image}", HI, "not_applicable", 0),
        # never
        ("deduct: 2, never: {words: [烦]}", "00:00 customer: 烦\n00:04 agent: 好的", "pass", 0),
        ("deduct: 2, never: {words: [烦]}", "00:00 customer: 在\n00:04 agent: 烦\n00:05 agent: 真烦烦", "fail", 4),
        ("deduct: 2, per: span, never: {words: [烦]}", "00:00 customer: 在\n00:04 agent: 烦\n00:05 agent: 真烦,烦", "fail", 5),
        ("deduct: 2, never: {words: [烦], except: [麻烦]}", "00:00 customer: 在\n00:04 agent: 麻烦您", "pass", 0),
        ("deduct: 2, never: {words: [烦], unless: {words: [抱歉]}}", "00:00 customer: 在\n00:04 agent: 抱歉,烦您了", "pass", 0),
        ("never: {words: [烦]}", "00:00 customer: 在", "not_applicable", 0),
        # after … expect / forbid
        ("after: {words: [投诉], role: customer}, expect: {words: [抱歉], within: {messages: 2}}", HI, "not_applicable", 0),
        ("after: {words: [投诉], role: customer}, expect: {words: [抱歉], within: {messages: 2}}", "00:00 customer: 我要投诉\n00:04 agent: 在\n00:05 agent: 抱歉", "pass", 0),
        ("after: {words: [投诉], role: customer}, expect: {words: [抱歉], within: {messages: 1}}", "00:00 customer: 我要投诉\n00:04 agent: 在\n00:05 agent: 抱歉", "fail", 5),
        ("after: {words: [投诉], role: customer}, expect: {words: [抱歉], within: {seconds: 5}}", "00:00 customer: 我要投诉\n00:05 agent: 抱歉", "pass", 0),
        ("after: {words: [投诉], role: customer}, expect: {words: [抱歉], within: {seconds: 5}}", "00:00 customer: 我要投诉\n00:05.1 agent: 抱歉", "fail", 5),
        ("after: {words: [投诉], role: customer}, expect: {words: [抱歉], within: {seconds: 5}}", "-- customer: 我要投诉\n-- agent: 抱歉", "not_applicable", 0),
        ("after: {words: [投诉], role: customer}, expect: {words: [抱歉]}", "00:00 customer: 我要投诉", "fail", 5),
        ("after: {words: [投诉], role: customer}, forbid: {words: [随便], within: {messages: 2}}", "00:00 customer: 我要投诉\n00:04 agent: 随便你", "fail", 5),
        ("after: {words: [投诉], role: customer}, forbid: {words: [随便], within: {messages: 2}}", "00:00 customer: 我要投诉\n00:04 agent: 抱歉", "pass", 0),
        # two complaints in one burst are one anchor; in two bursts two
        ("deduct: 2, after: {words: [投诉], role: customer}, expect: {words: [抱歉]}", "00:00 customer: 投诉\n00:01 customer: 投诉!\n00:04 agent: 哦", "fail", 2),
        ("deduct: 2, after: {words: [投诉], role: customer}, expect: {words: [抱歉]}", "00:00 customer: 投诉\n00:01 agent: 哦\n00:02 customer: 投诉!\n00:04 agent: 哦", "fail", 4),
        ("deduct: 2, anchors: first, after: {words: [投诉], role: customer}, expect: {words: [抱歉], within: {messages: 1}}", "00:00 customer: 投诉\n00:01 agent: 抱歉\n00:02 customer: 投诉!\n00:04 agent: 哦", "pass", 0),
        ("deduct: 2, anchors: any, after: {words: [投诉], role: customer}, expect: {words: [抱歉], within: {messages: 1}}", "00:00 customer: 投诉\n00:01 agent: 哦\n00:02 customer: 投诉!\n00:04 agent: 抱歉", "pass", 0),
        # when
        ("never: {words: [烦]}, when: {measure: customer_messages, at_least: 2}", "00:00 customer: 在\n00:04 agent: 烦", "not_applicable", 0),
        ("never: {words: [烦]}, when: {says: {words: [在], role: customer}}", "00:00 customer: 在\n00:04 agent: 烦", "fail", 5),
        ("never: {words: [烦]}, when: {not: {says: {words: [在], role: customer}}}", "00:00 customer: 在\n00:04 agent: 烦", "not_applicable", 0),
        ("never: {words: [烦]}, when: [{any: [{measure: rounds, at_least: 9}, {measure: rounds, at_least: 1}]}]", "00:00 customer: 在\n00:04 agent: 烦", "fail", 5),
        ("never: {words: [烦]}, when: {measure: first_response_seconds, at_most: 60}", "-- customer: 在\n-- agent: 烦", "not_applicable", 0),
        # confidence low is a reminder without points
        ("confidence: low, never: {words: [烦]}", "00:00 customer: 在\n00:04 agent: 烦", "review", 0),
        # flow of the shop's own
        ("flow: {steps: [{id: a, title: 问好, says: {words: [您好]}}, {id: b, title: 告别, says: {words: [再见]}}], coverage: [{at_least: 1}, {at_least: 0.5, deduct: 2}, {deduct: 5}]}", HI, "partial", 2),
        ("flow: {steps: [{id: a, title: 问好, says: {words: [您好]}}, {id: b, title: 告别, says: {words: [再见]}, when: {measure: rounds, at_least: 5}}], coverage: [{at_least: 1}, {deduct: 5}]}", HI, "pass", 0),
        ("flow: {steps: standard, coverage: [{at_least: 0.1}, {deduct: 5}]}", "00:00 customer: 在吗", "not_applicable", 0),
    ],
)  # fmt: skip
def test_outcome_and_deduction(check: str, chat: str, outcome: str, deducted: float) -> None:
    trial = tried(f"- {{id: a, title: 甲, points: 5, {check}}}", chat)
    assert (trial.outcome("a"), trial.deducted("a")) == (outcome, deducted)


@pytest.mark.parametrize(
    ("line", "outcome"),
    [
        ("您说“傻瓜”,我理解您的心情", "pass"),
        ("您刚才说傻瓜,是对我们不满意", "pass"),
        ("你才是傻瓜", "fail"),
        ("“傻瓜”", "pass"),
        ("我说“笨蛋”呢", "fail"),  # in quotes, but the customer never said it
    ],
)
def test_quoting_the_customer_is_not_saying_it(line: str, outcome: str) -> None:
    chat = f"00:00 customer: 你们是傻瓜吗\n00:04 agent: {line}"
    assert tried("- {id: a, title: 甲, points: 5, never: {words: [傻瓜, 笨蛋]}}", chat).outcome("a") == outcome
    counted = tried("- {id: a, title: 甲, points: 5, never: {words: [傻瓜, 笨蛋], quoted: count}}", chat)
    assert counted.outcome("a") == "fail"


def test_results_are_charged_to_the_segment_of_the_anchor_and_windows_reach_over_it() -> None:
    chat = "00:00 customer: 我要投诉\n00:03 agent(甲): 稍等\n00:05 system: [transfer]转给乙\n00:09 agent(乙): 抱歉,我来处理"
    check = "- {id: a, title: 甲, points: 5, after: {words: [投诉], role: customer}, expect: {words: [抱歉], within: {messages: 2}}}"
    trial = tried(check, chat)
    assert [trial.outcome("a", segment) for segment in (0, 1)] == ["pass", "not_applicable"]
    assert trial.quotes("a", 0) == ["投诉", "抱歉"]


def test_evidence_says_where_and_what() -> None:
    never = tried("- {id: a, title: 甲, points: 5, never: {words: [烦]}}", "00:00 customer: 在\n00:04 agent: 真烦,烦")
    assert never.quotes("a") == ["烦", "烦"]
    missing = tried(
        "- {id: a, title: 甲, points: 5, after: {words: [投诉]}, expect: {words: [抱歉], within: {messages: 2}}}",
        "00:00 customer: 投诉\n00:04 agent: 哦",
    )
    evidence = missing.verdict("a").evidence
    assert [evidence.notes[code] for code in evidence.note] == ["之后 2 条内没有做到", ""]
    flow = tried(
        "- {id: a, title: 甲, points: 5, flow: {coverage: [{at_least: 1}, {deduct: 5}]}}",
        "00:00 customer: 在吗\n00:04 agent: 有货",
    )
    assert "进门问好" in flow.verdict("a").evidence.notes


def test_a_bonus_alone_never_costs() -> None:
    check = (
        "- {id: a, title: 甲, bonus: 2, says: {words: [祝您]}}\n- {id: b, title: 乙, points: 50, says: {words: [在]}}"
    )
    good, bad = (tried(check, f"00:00 customer: 在吗\n00:04 agent: 在{line}") for line in ("祝您愉快", ""))
    assert (good.outcome("a"), bad.outcome("a")) == ("pass", "not_applicable")
    assert good.scores.bonus[0] == 200


def test_an_empty_night_has_no_verdicts() -> None:
    trial = tried("- {id: a, title: 甲, points: 5, never: {words: [烦]}}")
    assert len(trial.verdict("a").outcome) == 0
