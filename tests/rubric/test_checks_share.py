"""Share: matched ÷ looked-at messages, against bands or limits, and what is quoted."""

import numpy as np
import pytest

from tests.rubric.rubrics import tried

POLITE = "share: {words: [您]}, at_least: 0.5"
CURT = "share: {length: {at_most: 1}}, at_most: 0.5"
BANDS = "share: {words: [您]}, bands: [{at_least: 0.5, bonus: 1, label: 够}, {at_least: 0.3, deduct: 2}, {deduct: 5}]"
BOXES = "share: {words: [您]}, bands: [{at_least: 0.4, at_most: 0.6}, {deduct: 5}]"
EARLY = "share: {words: [您], first_seconds: 60}, at_least: 0.5"


def lines(*texts: str) -> str:
    return "00:00 customer: 在\n" + "".join(f"00:{i:02d} agent: {text}\n" for i, text in enumerate(texts, 1))


@pytest.mark.parametrize(
    ("check", "chat", "outcome", "deducted", "value"),
    [
        (POLITE, lines("您好", "有货"), "pass", 0, 0.5),
        (POLITE, lines("您好", "有货", "有货"), "fail", 5, 1 / 3),
        (f"deduct: 3, {POLITE}", lines("有货"), "fail", 3, 0),
        (POLITE, "00:00 customer: 您好", "not_applicable", 0, None),
        (POLITE, "00:00 customer: 您好\n00:01 agent: [image]", "not_applicable", 0, None),
        (CURT, lines("嗯", "有货"), "pass", 0, 0.5),
        (CURT, lines("嗯", "哦"), "fail", 5, 1),
        (BANDS, lines("您好", "有货"), "pass", 0, 0.5),
        (BANDS, lines("您好", "有货", "有货"), "partial", 2, 1 / 3),
        (BANDS, lines("有货"), "fail", 5, 0),
        (BANDS, "00:00 customer: 您好", "not_applicable", 0, None),
        (BOXES, lines("您好", "有货"), "pass", 0, 0.5),
        (BOXES, lines("您好", "您好"), "fail", 5, 1),
        ("share: {words: [谢谢], role: customer}, at_least: 1", "00:00 customer: 谢谢\n00:01 agent: 好", "pass", 0, 1),
        ("share: {kind: image}, at_most: 0.4", "00:00 customer: 图\n00:01 agent: [image]\n00:02 agent: 看", "fail", 5, 1),
        ("share: {kind: [text, image], words: [您]}, at_least: 0.6", "00:00 customer: 图\n00:01 agent: [image]\n00:02 agent: 您看", "fail", 5, 0.5),
        # a time that is missing leaves it open which messages count: only where nothing hangs on it there is a verdict
        (EARLY, "00:00 customer: 在\n00:01 agent: 您好\n-- agent: 您好", "pass", 0, None),
        (EARLY, "00:00 customer: 在\n00:01 agent: 您好\n-- agent: 有货\n-- agent: 有货", "not_applicable", 0, None),
        (EARLY, "00:00 customer: 在\n00:01 agent: 有货\n-- agent: 哦", "fail", 5, 0),
        (EARLY, "00:00 customer: 在\n-- agent: 您好", "not_applicable", 0, None),
        ("share: {words: [您], first_seconds: 60}, bands: [{at_least: 0.9}, {deduct: 5}]", "00:00 customer: 在\n00:01 agent: 有货\n-- agent: 您好", "fail", 5, None),
        ("share: {words: [您], first_seconds: 60}, bands: [{at_least: 0.1, at_most: 0.2}, {deduct: 5}]", "00:00 customer: 在\n00:01 agent: 有货\n-- agent: 您好", "not_applicable", 0, None),
        (f"confidence: low, {POLITE}", lines("有货"), "review", 0, 0),
    ],
)  # fmt: skip
def test_share(check: str, chat: str, outcome: str, deducted: float, value: float | None) -> None:
    trial = tried(f"- {{id: a, title: 甲, points: 5, {check}}}", chat)
    assert (trial.outcome("a"), trial.deducted("a")) == (outcome, deducted)
    found = float(trial.verdict("a").value[0])
    assert np.isnan(found) if value is None else found == pytest.approx(value)


@pytest.mark.parametrize(
    ("chat", "reason"),
    [
        ("00:00 customer: 您好", "no_messages"),
        ("00:00 customer: 在\n-- agent: 您好", "no_time"),
    ],
)
def test_why_it_does_not_apply(chat: str, reason: str) -> None:
    for check in (EARLY, EARLY.replace("at_least: 0.5", "bands: [{at_least: 0.5}, {deduct: 5}]")):
        verdict = tried(f"- {{id: a, title: 甲, points: 5, {check}}}", chat).verdict("a")
        assert verdict.reasons[int(verdict.reason[0])] == reason


@pytest.mark.parametrize(
    ("check", "chat", "places"),
    [
        (POLITE, lines("您好", "有货", "没货"), [(2, "这一条没有"), (3, "这一条没有")]),
        (BANDS, lines("有货"), [(1, "这一条没有")]),
        (POLITE, lines("您好"), []),
        (CURT, lines("嗯", "哦", "有货"), [(1, ""), (2, "")]),
    ],
)
def test_too_few_are_shown_by_what_lacks_it_and_too_many_by_what_has_it(
    check: str, chat: str, places: list[tuple[int, str]]
) -> None:
    evidence = tried(f"- {{id: a, title: 甲, points: 5, {check}}}", chat).verdict("a").evidence
    notes = [evidence.notes[code] for code in evidence.note]
    assert list(zip(evidence.row.tolist(), notes, strict=True)) == places


def test_the_band_gives_its_bonus_and_its_name() -> None:
    verdict = tried(f"- {{id: a, title: 甲, points: 5, {BANDS}}}", lines("您好"), "00:00 customer: 在").verdict("a")
    assert verdict.bonus.tolist() == [100, 0]
    assert [verdict.labels[code] for code in verdict.label] == ["够", ""]
