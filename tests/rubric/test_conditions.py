"""Conditions, as `when` and as checks of their own: yes, no and unknown, and what each answer is seen by."""

import pytest

from tests.rubric.rubrics import tried

CHAT = "# s shop=云栖\n00:00 customer: 在吗,我要退款\n00:04 agent(小棠): 您好,可以的"
NO_SHOP = "00:00 customer: 在吗\n00:04 agent(小棠): 您好"
UNTIMED = "-- customer: 在吗\n-- agent(小棠): 您好"
STAGED = "# s stage={stage}\n00:00 customer: 在吗\n00:04 agent: 您好"


CASES = [
    # measure: limits inclusive; null is unknown
    ("{measure: customer_messages, at_least: 1}", CHAT, "yes"),
    ("{measure: customer_messages, at_least: 2}", CHAT, "no"),
    ("{measure: customer_messages, at_most: 1}", CHAT, "yes"),
    ("{measure: customer_messages, at_least: 2, at_most: 3}", CHAT, "no"),
    ("{measure: first_response_seconds, at_most: 60}", UNTIMED, "unknown"),
    # says: by anybody where the matcher does not say by whom
    ("{says: {words: [您好]}}", CHAT, "yes"),
    ("{says: {words: [在吗]}}", CHAT, "yes"),
    ("{says: {words: [您好], role: customer}}", CHAT, "no"),
    ("{says: {words: [您好], first_seconds: 9}}", CHAT, "yes"),
    ("{says: {words: [您好], first_seconds: 9}}", UNTIMED, "unknown"),
    ("{says: {words: [再见], first_seconds: 9}}", UNTIMED, "no"),
    # stage: where a message of the segment has it; unknown where nothing tells
    ("{stage: pre}", STAGED.format(stage="pre"), "yes"),
    ("{stage: [pre, in]}", STAGED.format(stage="in"), "yes"),
    ("{stage: pre}", STAGED.format(stage="after"), "no"),
    ("{stage: pre}", NO_SHOP, "unknown"),
    # situation: where it came up
    ("{situation: refund}", CHAT, "yes"),
    ("{situation: [logistics, refund]}", CHAT, "yes"),
    ("{situation: logistics}", CHAT, "no"),
    # shop: by its exact name; unknown where the export names none
    ("{shop: 云栖}", CHAT, "yes"),
    ("{shop: [别家, 云栖]}", CHAT, "yes"),
    ("{shop: 云}", CHAT, "no"),
    ("{shop: 云栖}", NO_SHOP, "unknown"),
    # agent: by the exact account of who holds the segment
    ("{agent: 小棠}", CHAT, "yes"),
    ("{agent: [别人, 小棠]}", CHAT, "yes"),
    ("{agent: 小}", CHAT, "no"),
    ("{agent: 小棠}", "00:00 customer: 在吗", "no"),
    # not, any, all: unknown only where the rest does not decide
    ("{not: {agent: 小棠}}", CHAT, "no"),
    ("{not: {agent: 别人}}", CHAT, "yes"),
    ("{not: {shop: 云栖}}", NO_SHOP, "unknown"),
    ("{any: [{agent: 别人}, {shop: 云栖}]}", CHAT, "yes"),
    ("{any: [{agent: 别人}, {shop: 云}]}", CHAT, "no"),
    ("{any: [{agent: 小棠}, {shop: 云栖}]}", NO_SHOP, "yes"),
    ("{any: [{agent: 别人}, {shop: 云栖}]}", NO_SHOP, "unknown"),
    ("{all: [{agent: 小棠}, {shop: 云栖}]}", CHAT, "yes"),
    ("{all: [{agent: 别人}, {shop: 云栖}]}", NO_SHOP, "no"),
    ("{all: [{agent: 小棠}, {shop: 云栖}]}", NO_SHOP, "unknown"),
    ("{not: {all: [{agent: 小棠}, {any: [{shop: 别家}, {agent: 小棠}]}]}}", CHAT, "no"),
]


def check(text: str) -> str:
    return f"- {{id: a, title: 甲, points: 5, deduct: 2, {text}}}"


@pytest.mark.parametrize(("condition", "chat", "answer"), CASES)
def test_as_when(condition: str, chat: str, answer: str) -> None:
    verdict = tried(check(f"never: {{words: [嗯]}}, when: {condition}"), chat, "# t\n00:00 agent: 嗯").verdict("a")
    reason = verdict.reasons[int(verdict.reason[0])]
    reasons = {"yes": ("not_said", "no_messages"), "no": ("condition",), "unknown": ("condition_unknown",)}
    assert reason in reasons[answer]


@pytest.mark.parametrize(("condition", "chat", "answer"), CASES)
def test_as_a_check(condition: str, chat: str, answer: str) -> None:
    outcomes = {"yes": ("pass", 0), "no": ("fail", 2), "unknown": ("not_applicable", 0)}
    against = {"yes": ("fail", 2), "no": ("pass", 0), "unknown": ("not_applicable", 0)}
    for kind, expected in (
        (f"all: [{condition}]", outcomes),
        (f"any: {condition}", outcomes),
        (f"not: {condition}", against),
    ):
        trial = tried(check(kind), chat)
        assert (trial.outcome("a"), trial.deducted("a")) == expected[answer], kind


@pytest.mark.parametrize(
    ("kind", "chat", "outcome"),
    [
        ("all: [{says: {words: [您好]}}, {says: {words: [在吗]}}]", CHAT, "pass"),
        ("all: [{says: {words: [您好]}}, {says: {words: [再见]}}]", CHAT, "fail"),
        ("any: [{says: {words: [再见]}}, {says: {words: [在吗]}}]", CHAT, "pass"),
        ("any: [{says: {words: [再见]}}, {says: {words: [慢走]}}]", CHAT, "fail"),
        ("not: {all: [{says: {words: [您好]}}, {says: {words: [在吗]}}]}", CHAT, "fail"),
        ("confidence: low, all: [{says: {words: [再见]}}]", CHAT, "review"),
        ("all: [{says: {words: [再见]}}], when: {agent: 别人}", CHAT, "not_applicable"),
    ],
)
def test_checks_over_several_conditions(kind: str, chat: str, outcome: str) -> None:
    assert tried(check(kind), chat).outcome("a") == outcome


@pytest.mark.parametrize(
    ("kind", "chat", "reason"),
    [
        ("all: {says: {words: [您好], first_seconds: 9}}", UNTIMED, "no_time"),
        ("all: {measure: first_response_seconds, at_most: 60}", UNTIMED, "no_time"),
        ("not: {says: {words: [您好], first_seconds: 9}}", UNTIMED, "no_time"),
        ("all: {shop: 云栖}", NO_SHOP, "undecided"),
        ("all: {stage: pre}", NO_SHOP, "undecided"),
        ("all: {measure: first_response_seconds, at_most: 60}", "00:00 customer: 在吗", "undecided"),
        ("any: [{shop: 云栖}, {measure: first_response_seconds, at_most: 60}]", UNTIMED, "no_time"),
        ("all: {agent: 别人}", NO_SHOP, "not_held"),
        ("all: {agent: 小棠}", NO_SHOP, "held"),
    ],
)
def test_reasons(kind: str, chat: str, reason: str) -> None:
    verdict = tried(check(kind), chat).verdict("a")
    assert verdict.reasons[int(verdict.reason[0])] == reason


NO_WORDS, SLOW = "到这里没有要求的说法", "从这里开始等"


@pytest.mark.parametrize(
    ("kind", "chat", "places"),
    [
        # what made it hold, or the place where it was due
        ("all: {says: {words: [您好]}}", CHAT, [(1, "您好", "")]),
        ("all: {says: {words: [再见], role: agent}}", CHAT + "\n00:09 customer: 哦", [(1, "", NO_WORDS)]),
        ("not: {says: {words: [您好]}}", CHAT, [(1, "您好", "")]),
        ("not: {says: {words: [再见]}}", CHAT, [(1, "", NO_WORDS)]),
        # only the parts that decided it
        ("all: [{says: {words: [您好]}}, {says: {words: [再见], role: agent}}]", CHAT, [(1, "", NO_WORDS)]),
        ("any: [{says: {words: [再见]}}, {says: {words: [在吗]}}]", CHAT, [(0, "在吗", "")]),
        ("not: {any: [{says: {words: [再见]}}, {says: {words: [在吗]}}]}", CHAT, [(0, "在吗", "")]),
        # a measure by its places, a stage and a situation by their cues; shops and agents need none
        ("all: {measure: first_response_seconds, at_most: 3}", CHAT, [(0, "", SLOW), (1, "", "等到回复")]),
        ("not: {situation: refund}", CHAT, [(0, "我要退", "由这一句看出情形")]),
        (
            "not: {stage: after}",
            "00:00 customer: 收到了,我要退货\n00:01 agent: 好\n00:02 customer: 谢谢",
            [(0, "", "由这一句看出阶段")],
        ),
        ("not: {stage: in}", STAGED.format(stage="in"), [(0, "", "由这一句看出阶段")]),
        ("all: {agent: 别人}", CHAT, []),
        ("all: {shop: 云栖}", CHAT, []),
    ],
)
def test_evidence(kind: str, chat: str, places: list[tuple[int, str, str]]) -> None:
    trial = tried(check(kind), chat)
    evidence = trial.verdict("a").evidence
    notes = [evidence.notes[code] for code in evidence.note]
    assert list(zip(evidence.row.tolist(), trial.quotes("a"), notes, strict=True)) == places


def test_a_bonus_alone_never_costs() -> None:
    text = "- {id: a, title: 甲, bonus: 2, all: {says: {words: [您好]}}}"
    verdict = tried(text, CHAT, "00:00 customer: 在").verdict("a")
    assert verdict.outcome.tolist() == [0, 3]  # pass, not_applicable
    assert verdict.bonus.tolist() == [200, 0]
    assert set(verdict.evidence.segment.tolist()) == {0}
