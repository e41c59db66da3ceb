"""What all checks share and the plainest kinds: measure, says, never; what passes, what it costs, what it quotes."""

import pytest

from tests.rubric.rubrics import tried

HI = "00:00 customer: 在吗\n00:04 agent: 您好,在的\n"
ANGRY = "00:00 customer: 在\n00:04 agent: 烦\n00:05 agent: 真烦,烦"
LADDER = "bands: [{at_most: 0}, {at_most: 1, deduct: 1, label: 一次}, {at_most: 2, deduct: 3}, {deduct: 5}]"
CHEAP = "measure: first_response_seconds, bands: [{at_most: 6}, {at_most: 30, deduct: 2}, {deduct: 5}]"
BOXES = "measure: agent_messages, bands: [{at_least: 2, at_most: 3}, {at_least: 4, at_most: 5, deduct: 2}, {deduct: 5}]"


def said(times: int) -> str:
    return "00:00 customer: 在\n" + "".join(f"00:{i:02d} agent: 烦\n" for i in range(1, times + 1))


def replied(seconds: str) -> str:
    return f"00:00 customer: 在吗\n{seconds} agent: 在"


@pytest.mark.parametrize(
    ("check", "chat", "outcome", "deducted"),
    [
        # measure: bands, limits inclusive, null not applicable
        (CHEAP, replied("00:06"), "pass", 0),
        (CHEAP, replied("00:06.000001"), "partial", 2),
        (CHEAP, replied("00:30"), "partial", 2),
        (CHEAP, replied("00:31"), "fail", 5),
        (CHEAP, "00:00 customer: 有货吗", "not_applicable", 0),
        (f"unanswered: fail, {CHEAP}", "00:00 customer: 有货吗", "fail", 5),
        (f"unanswered: skip, {CHEAP}", "00:00 customer: 有货吗", "not_applicable", 0),
        (f"unanswered: fail, {CHEAP}", "-- customer: 有货吗\n-- agent: 有", "not_applicable", 0),
        ("unanswered: fail, deduct: 3, measure: first_response_seconds, at_most: 6", "00:00 customer: 有货吗", "fail", 3),
        ("measure: first_response_seconds, at_most: 6", replied("00:07"), "fail", 5),
        ("measure: agent_messages, at_least: 2", HI, "fail", 5),
        ("measure: agent_messages, at_least: 1", HI, "pass", 0),
        ("measure: agent_messages, at_least: 2, at_most: 3", said(4), "fail", 5),
        # bands with both limits: the first that holds, the rest in the last
        (BOXES, said(1), "fail", 5),
        (BOXES, said(3), "pass", 0),
        (BOXES, said(4), "partial", 2),
        (BOXES, said(6), "fail", 5),
        ("measure: agent_messages, bands: [{at_least: 3}, {at_least: 2, deduct: 2}, {deduct: 5}]", said(2), "partial", 2),
        # says
        ("says: {words: [您好]}", HI, "pass", 0),
        ("deduct: 3, says: {words: [您好]}", said(1), "fail", 3),
        ("says: {words: [您好]}", "00:00 customer: 您好\n00:04 agent: 在的", "fail", 5),
        ("says: {words: [您好]}", "00:00 customer: 您好", "not_applicable", 0),
        ("says: {words: [您好]}", "00:00 customer: 您好\n00:01 auto: 您好", "not_applicable", 0),
        ("says: {words: [您好], role: auto}", "00:00 customer: 您好\n00:01 auto: 您好", "pass", 0),
        ("says: {words: [您好], first: 1}", "00:00 customer: 在吗\n00:04 agent: 在\n00:05 agent: 您好", "fail", 5),
        ("says: {words: [您好], first: 2}", "00:00 customer: 在吗\n00:04 agent: 在\n00:05 agent: 您好", "pass", 0),
        ("says: {words: [再见], last: 1}", "00:00 customer: 在吗\n00:04 agent: 再见\n00:05 agent: 您好", "fail", 5),
        ("says: {kind: image}", "00:00 customer: 图\n00:04 agent: [image]", "pass", 0),
        ("says: {kind: image}", HI, "not_applicable", 0),
        # a greeting within the first 10 seconds, where times are missing: said or not, it cannot be known
        ("says: {words: [您好], first_seconds: 10}", "00:00 customer: 在吗\n00:10 agent: 您好", "pass", 0),
        ("says: {words: [您好], first_seconds: 10}", "00:00 customer: 在吗\n00:05 agent: 在\n00:11 agent: 您好", "fail", 5),
        ("says: {words: [您好], first_seconds: 10}", "00:00 customer: 在吗\n-- agent: 您好", "not_applicable", 0),
        ("says: {words: [您好], first_seconds: 10}", "00:00 customer: 在吗\n00:05 agent: 在\n-- agent: 哦", "fail", 5),
        # never: per message, span or segment
        ("deduct: 2, never: {words: [烦]}", "00:00 customer: 烦\n00:04 agent: 好的", "pass", 0),
        ("deduct: 2, never: {words: [烦]}", ANGRY, "fail", 4),
        ("deduct: 2, per: message, never: {words: [烦]}", said(3), "fail", 5),
        ("deduct: 1, per: span, never: {words: [烦]}", ANGRY, "fail", 3),
        ("deduct: 2, per: span, never: {words: [烦]}", ANGRY, "fail", 5),
        ("deduct: 2, per: segment, never: {words: [烦]}", ANGRY, "fail", 2),
        ("deduct: 2, never: {words: [烦], across: segment, min_hits: 2}", ANGRY, "fail", 2),
        ("deduct: 2, per: message, never: {words: [烦], across: segment, min_hits: 2}", ANGRY, "fail", 4),
        ("deduct: 2, never: {words: [烦], across: segment, min_hits: 4}", ANGRY, "pass", 0),
        ("deduct: 2, never: {words: [烦], except: [麻烦]}", "00:00 customer: 在\n00:04 agent: 麻烦您", "pass", 0),
        ("deduct: 2, never: {words: [烦], unless: {words: [抱歉]}}", "00:00 customer: 在\n00:04 agent: 抱歉,烦您了", "pass", 0),
        ("never: {words: [烦]}", "00:00 customer: 在", "not_applicable", 0),
        # never with bands: the number of messages, or of places, or of segments, decides
        (f"never: {{words: [烦]}}, {LADDER}", HI, "pass", 0),
        (f"never: {{words: [烦]}}, {LADDER}", said(1), "partial", 1),
        (f"never: {{words: [烦]}}, {LADDER}", ANGRY, "partial", 3),
        (f"per: span, never: {{words: [烦]}}, {LADDER}", ANGRY, "fail", 5),
        (f"per: segment, never: {{words: [烦]}}, {LADDER}", ANGRY, "partial", 1),
        (f"never: {{words: [烦]}}, {LADDER}", "00:00 customer: 在", "not_applicable", 0),
        ("never: {words: [烦]}, bands: [{at_most: 1}, {deduct: 5}]", said(1), "pass", 0),
        # what is sure costs, what is not sure never does
        ("never: {words: [烦], first_seconds: 10}", "00:00 customer: 在\n-- agent: 烦", "not_applicable", 0),
        ("deduct: 2, never: {words: [烦], first_seconds: 10}", "00:00 customer: 在\n00:05 agent: 烦\n-- agent: 烦", "fail", 2),
        ("never: {words: [烦], first_seconds: 10}", "00:00 customer: 在\n00:05 agent: 好\n-- agent: 哦", "pass", 0),
        (f"never: {{words: [烦], first_seconds: 10}}, {LADDER}", "00:00 customer: 在\n00:05 agent: 烦\n-- agent: 烦", "partial", 1),
        ("never: {words: [烦], first_seconds: 10}, bands: [{at_most: 1}, {deduct: 5}]", "00:00 customer: 在\n00:05 agent: 烦\n-- agent: 烦", "not_applicable", 0),
        # when
        ("never: {words: [烦]}, when: {measure: customer_messages, at_least: 2}", ANGRY, "not_applicable", 0),
        ("never: {words: [烦]}, when: [{measure: rounds, at_least: 1}, {measure: customer_messages, at_least: 1}]", ANGRY, "fail", 5),
        ("never: {words: [烦]}, when: {measure: first_response_seconds, at_most: 60}", "-- customer: 在\n-- agent: 烦", "not_applicable", 0),
        # confidence low is a reminder without points
        ("confidence: low, never: {words: [烦]}", ANGRY, "review", 0),
        (f"confidence: low, never: {{words: [烦]}}, {LADDER}", said(1), "review", 0),
        ("confidence: medium, never: {words: [烦]}", ANGRY, "fail", 5),
    ],
)  # fmt: skip
def test_outcome_and_deduction(check: str, chat: str, outcome: str, deducted: float) -> None:
    trial = tried(f"- {{id: a, title: 甲, points: 5, {check}}}", chat)
    assert (trial.outcome("a"), trial.deducted("a")) == (outcome, deducted)


@pytest.mark.parametrize(
    ("check", "chat", "reason"),
    [
        (CHEAP, "00:00 customer: 有货吗", "unanswered"),
        (CHEAP, "-- customer: 有货吗\n-- agent: 有", "no_time"),
        ("says: {words: [您好]}", "00:00 customer: 在", "no_messages"),
        ("says: {words: [您好], first_seconds: 10}", "00:00 customer: 在吗\n-- agent: 您好", "no_time"),
        ("never: {words: [烦], first_seconds: 10}", "00:00 customer: 在\n-- agent: 烦", "no_time"),
        ("never: {words: [烦]}, when: {measure: rounds, at_least: 9}", ANGRY, "condition"),
        ("never: {words: [烦]}, when: {measure: first_response_seconds, at_most: 60}", "-- customer: 在\n-- agent: 烦", "condition_unknown"),
    ],
)  # fmt: skip
def test_what_does_not_apply_says_why(check: str, chat: str, reason: str) -> None:
    verdict = tried(f"- {{id: a, title: 甲, points: 5, bonus: 1, {check}}}", chat).verdict("a")
    assert verdict.reasons[int(verdict.reason[0])] == reason
    assert (int(verdict.deducted[0]), int(verdict.bonus[0]), len(verdict.evidence.row)) == (0, 0, 0)


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


EVASIVE = "- {{id: a, title: 甲, points: 5, bonus: 1, deduct: 2, never: {{words: [加微信], evasions: true}}{more}}}"


@pytest.mark.parametrize(
    ("lines", "more", "outcome", "deducted", "quotes"),
    [
        (["加 微 信 聊"], "", "review", 0, ["加 微 信"]),
        (["加微信聊"], "", "fail", 2, ["加微信"]),
        (["加微信聊", "加 微 信 聊"], "", "fail", 2, ["加微信"]),  # where something is sure only that costs
        (["您好"], "", "pass", 0, []),
        (["加 微 信 聊"], ", confidence: low", "review", 0, ["加 微 信"]),
        (["加 微 信 聊"], ", when: {measure: rounds, at_least: 9}", "not_applicable", 0, []),
        (["加 微 信 聊"], ", bands: [{at_most: 0}, {deduct: 5}]", "review", 0, ["加 微 信"]),
    ],
)
def test_suspected_evasions_are_for_a_person_to_judge(
    lines: list[str], more: str, outcome: str, deducted: float, quotes: list[str]
) -> None:
    chat = "00:00 customer: 在\n" + "\n".join(f"00:0{i} agent: {line}" for i, line in enumerate(lines, 1))
    trial = tried(EVASIVE.format(more=more), chat)
    assert (trial.outcome("a"), trial.deducted("a"), trial.quotes("a")) == (outcome, deducted, quotes)
    verdict = trial.verdict("a")
    assert int(verdict.bonus[0]) == (100 if outcome == "pass" else 0)
    if outcome == "review" and "low" not in more:
        assert verdict.reasons[int(verdict.reason[0])] == "suspected"
        assert {verdict.evidence.notes[note] for note in verdict.evidence.note} == {"疑似变着写"}


def test_evidence_says_where_and_what() -> None:
    never = tried("- {id: a, title: 甲, points: 5, never: {words: [烦]}}", "00:00 customer: 在\n00:04 agent: 真烦,烦")
    assert never.quotes("a") == ["烦", "烦"]
    unsaid = tried("- {id: a, title: 甲, points: 5, says: {words: [您好], first: 2}}", said(3)).verdict("a").evidence
    assert (unsaid.row.tolist(), [unsaid.notes[note] for note in unsaid.note]) == ([2], ["到这里没有要求的说法"])
    many = tried("- {id: a, title: 甲, points: 5, never: {words: [烦]}}", said(30))
    assert len(many.verdict("a").evidence.row) == 20


def test_a_measure_is_seen_in_the_rounds_over_what_costs_nothing() -> None:
    bands = "bands: [{at_most: 10}, {at_most: 60, deduct: 2}, {deduct: 5}]"
    chat = "00:00 customer: 在\n00:05 agent: 在\n01:00 customer: 多少钱\n01:20 agent: 9元\n02:00 customer: 好\n02:03 agent: 嗯"
    for limit in (bands, "at_most: 10"):
        evidence = (
            tried(f"- {{id: a, title: 甲, points: 5, measure: max_wait_seconds, {limit}}}", chat).verdict("a").evidence
        )
        assert evidence.row.tolist() == [2, 3]


def test_a_bonus_alone_never_costs() -> None:
    check = (
        "- {id: a, title: 甲, bonus: 2, says: {words: [祝您]}}\n- {id: b, title: 乙, points: 50, says: {words: [在]}}"
    )
    good, bad = (tried(check, f"00:00 customer: 在吗\n00:04 agent: 在{line}") for line in ("祝您愉快", ""))
    assert (good.outcome("a"), bad.outcome("a")) == ("pass", "not_applicable")
    assert good.scores.bonus[0] == 200


@pytest.mark.parametrize(
    ("check", "bonus"),
    [
        ("bonus: 1, measure: agent_messages, at_least: 1", 100),
        ("bonus: 1, measure: agent_messages, at_least: 9", 0),
        ("measure: agent_messages, bands: [{at_least: 1, bonus: 2}, {deduct: 5}]", 200),
        ("bonus: 1, measure: agent_messages, bands: [{at_least: 1, bonus: 2}, {deduct: 5}]", 300),
        ("bonus: 1, measure: agent_messages, bands: [{at_least: 9}, {deduct: 5}]", 0),
        ("bonus: 1, never: {words: [烦]}", 100),
        ("bonus: 1, never: {words: [您好]}", 0),
        ("bonus: 1, confidence: low, never: {words: [您好]}", 0),
    ],
)
def test_a_bonus_is_for_what_passes(check: str, bonus: int) -> None:
    assert tried(f"- {{id: a, title: 甲, points: 5, {check}}}", HI).verdict("a").bonus[0] == bonus


def test_labels_name_the_band() -> None:
    verdict = tried(f"- {{id: a, title: 甲, points: 5, never: {{words: [烦]}}, {LADDER}}}", said(1), HI).verdict("a")
    assert [verdict.labels[code] for code in verdict.label] == ["一次", ""]


def test_an_empty_night_has_no_verdicts() -> None:
    kinds = [
        "measure: rounds, at_most: 1", "says: {words: [烦]}", "never: {words: [烦]}", "share: {words: [烦]}, at_most: 1",
        "after: {words: [烦]}, forbid: {words: [烦]}", "before: {words: [烦]}, expect: {words: [烦]}",
        "flow: {coverage: [{deduct: 1}]}", "all: {says: {words: [烦]}}", "not: {stage: pre}",
        "flow: {ordered: true, steps: [{id: a, title: 甲, says: {words: [烦]}}], coverage: [{deduct: 1}]}",
    ]  # fmt: skip
    checks = "\n".join(f"- {{id: a{i}, title: 甲, points: 5, {kind}}}" for i, kind in enumerate(kinds))
    trial = tried(checks)
    assert [len(verdict.outcome) for verdict in trial.judged] == [0] * len(kinds)


def test_a_check_that_is_off_is_not_judged() -> None:
    trial = tried(
        "- {id: a, title: 甲, points: 5, off: true, never: {words: [烦]}}\n- {id: b, title: 乙, points: 5, never: {words: [哦]}}",
        ANGRY,
    )
    assert len(trial.judged) == 1
    assert trial.outcome("b") == "pass"
