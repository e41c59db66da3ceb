"""Flow: the shop's own steps or the eight of the house, their coverage, and the order they come in."""

import pytest

from qa_audit.measures.flow import STEPS
from tests.rubric.rubrics import tried

HI = "00:00 customer: 在吗\n00:04 agent: 您好,在的\n"
STEP = {
    "a": "{id: a, title: 问好, says: {words: [您好]}}",
    "b": "{id: b, title: 报价, says: {words: [元]}}",
    "c": "{id: c, title: 告别, says: {words: [再见]}}",
    "r": "{id: r, title: 退款, says: {words: [退]}, when: {says: {words: [退款], role: customer}}}",
    "e": "{id: e, title: 早说, says: {words: [早], first_seconds: 60}}",
}
THIRDS = "coverage: [{at_least: 1, bonus: 1}, {at_least: 0.5, deduct: 2}, {deduct: 5}]"


def flow(steps: str, *, ordered: bool = False, coverage: str = THIRDS) -> str:
    order = ", ordered: true" if ordered else ""
    return f"flow: {{steps: [{', '.join(STEP[step] for step in steps)}]{order}, {coverage}}}"


def lines(*texts: str) -> str:
    return "00:00 customer: 在\n" + "".join(f"00:{i:02d} agent: {text}\n" for i, text in enumerate(texts, 1))


@pytest.mark.parametrize(
    ("check", "chat", "outcome", "deducted", "value"),
    [
        (flow("abc"), lines("您好", "9元", "再见"), "pass", 0, 1),
        (flow("abc"), lines("再见", "9元", "您好"), "pass", 0, 1),
        (flow("abc"), lines("您好", "9元"), "partial", 2, 2 / 3),
        (flow("abc"), lines("您好"), "fail", 5, 1 / 3),
        (flow("abc"), "00:00 customer: 您好,9元,再见", "not_applicable", 0, None),
        # a step that does not apply leaves the denominator
        (flow("ar"), lines("您好"), "pass", 0, 1),
        (flow("ar"), "00:00 customer: 退款\n00:04 agent: 您好", "partial", 2, 0.5),
        (flow("r"), lines("您好"), "not_applicable", 0, None),
        # in order: only the longest chain in the written order counts
        (flow("abc", ordered=True), lines("您好", "9元", "再见"), "pass", 0, 1),
        (flow("abc", ordered=True), lines("您好,9元,再见"), "pass", 0, 1),  # one message may do several
        (flow("abc", ordered=True), lines("再见", "您好", "9元"), "partial", 2, 2 / 3),
        (flow("abc", ordered=True), lines("再见", "9元", "您好"), "fail", 5, 1 / 3),
        (flow("abc", ordered=True), lines("再见", "您好", "9元", "再见"), "pass", 0, 1),  # said again in its place
        (flow("arc", ordered=True), lines("您好", "退", "再见"), "pass", 0, 1),
        (flow("abc", ordered=True), lines("您好"), "fail", 5, 1 / 3),
        # a time that is missing leaves open whether the step was taken: only where the band hangs on it
        (flow("ae"), "00:00 customer: 在\n00:01 agent: 您好\n-- agent: 早", "not_applicable", 0, None),
        (flow("ae", coverage="coverage: [{at_least: 0.5}, {deduct: 5}]"), "00:00 customer: 在\n00:01 agent: 您好\n-- agent: 早", "pass", 0, None),
        (flow("ea", ordered=True), "00:00 customer: 在\n-- agent: 早\n00:01 agent: 您好", "not_applicable", 0, None),
        (f"confidence: low, {flow('abc')}", lines("您好"), "review", 0, 1 / 3),
        # the eight steps of the house
        ("flow: {steps: standard, coverage: [{at_least: 0.1}, {deduct: 5}]}", "00:00 customer: 在吗", "not_applicable", 0, None),
        ("flow: {coverage: [{at_least: 1}, {deduct: 5}]}", "00:00 customer: 在吗\n00:04 agent: 嗯", "fail", 5, 0),
    ],
)  # fmt: skip
def test_coverage(check: str, chat: str, outcome: str, deducted: float, value: float | None) -> None:
    trial = tried(f"- {{id: a, title: 甲, points: 5, {check}}}", chat)
    assert (trial.outcome("a"), trial.deducted("a")) == (outcome, deducted)
    found = float(trial.verdict("a").value[0])
    assert found != found if value is None else found == pytest.approx(value)


@pytest.mark.parametrize(
    ("check", "chat", "places"),
    [
        (flow("abc"), lines("您好", "9元", "再见"), []),
        (flow("abc"), lines("您好"), [(1, "报价"), (1, "告别")]),
        (flow("abc", ordered=True), lines("再见", "您好", "9元"), [(1, "告别(次序不对)")]),
        (flow("abc", ordered=True), lines("再见", "您好"), [(1, "报价"), (2, "问好(次序不对)")]),
        ("flow: {coverage: [{at_least: 1}, {deduct: 5}]}", "00:00 customer: 在吗\n00:04 agent: 嗯", [(1, "进门问好"), (1, "接待咨询")]),
    ],
)  # fmt: skip
def test_evidence_names_what_is_missing_and_what_is_out_of_order(
    check: str, chat: str, places: list[tuple[int, str]]
) -> None:
    evidence = tried(f"- {{id: a, title: 甲, points: 5, {check}}}", chat).verdict("a").evidence
    notes = [evidence.notes[code] for code in evidence.note]
    assert list(zip(evidence.row.tolist(), notes, strict=True)) == places


def test_the_eight_steps_can_be_asked_for_in_order() -> None:
    chat = "# s stage=pre\n00:00 customer: 有没有保温杯\n00:04 agent: 给您推荐这款\n00:09 agent: 您好,请问您想要多大的"
    plain, ordered = (
        tried(f"- {{id: a, title: 甲, points: 5, flow: {{ordered: {flag}, coverage: [{{at_least: 1}}, {{deduct: 5}}]}}}}", chat)
        for flag in ("false", "true")
    )  # fmt: skip
    assert ordered.verdict("a").value[0] < plain.verdict("a").value[0]
    notes = set(ordered.verdict("a").evidence.notes) - {""}
    titles = {step.title for step in STEPS}
    assert {note.removesuffix("(次序不对)") for note in notes} <= titles
    assert any(note.endswith("(次序不对)") for note in notes)


@pytest.mark.parametrize(
    ("chat", "reason"),
    [
        ("00:00 customer: 在", "no_agent_text"),
        (lines("您好"), "no_applicable_steps"),
        ("00:00 customer: 退款\n-- agent: 早", "no_time"),
    ],
)
def test_why_it_does_not_apply(chat: str, reason: str) -> None:
    early = STEP["e"].replace("}}", "}, when: {says: {words: [退款], role: customer}}}")
    check = (
        f"flow: {{steps: [{STEP['r'].replace('[退]', '[早]')}, {early}], coverage: [{{at_least: 0.9}}, {{deduct: 5}}]}}"
    )
    verdict = tried(f"- {{id: a, title: 甲, points: 5, bonus: 1, {check}}}", chat).verdict("a")
    assert verdict.reasons[int(verdict.reason[0])] == reason
    assert verdict.bonus[0] == 0
