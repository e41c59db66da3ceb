"""Points add up exactly, one utterance is deducted once, and no order or size of things changes that."""

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_audit.authoring.transcript import transcript
from qa_audit.authoring.trial import attempt
from qa_audit.rubric.judged import FAIL, NOT_APPLICABLE, PARTIAL, PASS, PENDING, REVIEW, Charges, Judged
from qa_audit.rubric.load import LoadedRubric
from qa_audit.rubric.model import Rubric
from qa_audit.scoring import NO_SCORE, claims, score
from tests.rubric.rubrics import rubric, tried

OUTCOMES = (PASS, PARTIAL, FAIL, NOT_APPLICABLE, REVIEW, PENDING)


def rubric_of(
    points: list[float],
    scoring: str = "deduct",
    least: float = 0,
    once: bool = False,
    red_lines: dict[str, int] | None = None,
) -> Rubric:
    """Return a rubric of checks c0, c1 …; red_lines: the caps, in hundredths, of some of them."""
    checks = [{"id": f"c{i}", "title": "x", "points": p, "never": {"words": ["x"]}} for i, p in enumerate(points)]
    for name, cap in (red_lines or {}).items():
        checks[int(name[1:])]["red_line"] = {"cap": cap / 100}
    group = {"id": "g", "title": "g", "checks": checks, "count_once": once}
    return Rubric.model_validate(
        {
            "rubric": "t",
            "scoring": scoring,
            "min_applicable": least,
            "bonus_cap": 5,
            "grades": {"优": 95, "差": 0},
            "groups": [group],
        }
    )


def verdict(outcome: int, deducted: int = 0, bonus: int = 0) -> Judged:
    return Judged(
        np.array([outcome], np.int8), np.zeros(1, np.int64), ("",), np.array([deducted]), np.array([bonus]), np.zeros(1)
    )


def total(points: list[float], verdicts: list[Judged], **options: object) -> int:
    return int(score(rubric_of(points, **options), verdicts).score[0])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("points", "verdicts", "options", "expected"),
    [
        ([5, 10], [verdict(FAIL, 500), verdict(PASS)], {}, 9500),
        ([5, 10], [verdict(PARTIAL, 250), verdict(FAIL, 1000)], {}, 8750),
        ([60, 70], [verdict(FAIL, 6000), verdict(FAIL, 7000)], {}, 0),
        ([5], [verdict(PASS, 0, 300)], {}, 10_000),  # a bonus does not lift a score over 100
        ([20, 5], [verdict(FAIL, 2000), verdict(PASS, 0, 900)], {}, 8500),  # the bonus is capped at 5
        ([5, 10], [verdict(NOT_APPLICABLE), verdict(FAIL, 1000)], {}, 9000),
        ([5, 10], [verdict(REVIEW), verdict(PENDING)], {}, NO_SCORE),
        ([5, 10], [verdict(PASS), verdict(NOT_APPLICABLE)], {"least": 6}, NO_SCORE),
        ([5, 10], [verdict(PASS), verdict(NOT_APPLICABLE)], {"least": 5}, 10_000),
        ([5, 10], [verdict(FAIL, 500), verdict(PASS)], {"scoring": "ratio"}, 6667),
        ([5, 10], [verdict(FAIL, 250), verdict(NOT_APPLICABLE)], {"scoring": "ratio"}, 5000),
        ([0], [verdict(PASS)], {"scoring": "ratio"}, NO_SCORE),
    ],
)
def test_worked_examples(
    points: list[float], verdicts: list[Judged], options: dict[str, object], expected: int
) -> None:
    assert total(points, verdicts, **options) == expected


drawn_checks = st.lists(
    st.tuples(st.integers(0, 4000), st.sampled_from(OUTCOMES), st.floats(0, 1), st.integers(0, 900)),
    min_size=1,
    max_size=8,
)
scorings = st.sampled_from(["deduct", "ratio"])
Drawn = list[tuple[int, int, float, int]]


def build(drawn: Drawn) -> tuple[list[float], list[Judged]]:
    verdicts = []
    for points, outcome, share, bonus in drawn:
        counts = outcome in (FAIL, PARTIAL)
        verdicts.append(verdict(outcome, int(points * share) if counts else 0, bonus if outcome == PASS else 0))
    return [points / 100 for points, *_ in drawn], verdicts


@given(drawn_checks, scorings)
def test_scores_stay_between_0_and_100(drawn: Drawn, scoring: str) -> None:
    found = total(*build(drawn), scoring=scoring)
    assert found == NO_SCORE or 0 <= found <= 10_000


@given(drawn_checks, scorings, st.data())
def test_raising_one_scored_check_never_lowers_a_score(drawn: Drawn, scoring: str, data: st.DataObject) -> None:
    points, verdicts = build(drawn)
    before = total(points, verdicts, scoring=scoring)
    for i, each in enumerate(verdicts):
        if each.outcome[0] not in (PASS, PARTIAL, FAIL):
            continue
        less = data.draw(st.integers(0, int(each.deducted[0])))
        more = data.draw(st.integers(int(each.bonus[0]), 900))
        better = verdict(PARTIAL if less else PASS, less, more)
        assert total(points, [*verdicts[:i], better, *verdicts[i + 1 :]], scoring=scoring) >= before


@given(drawn_checks, scorings, st.integers(0, 8))
def test_what_does_not_apply_weighs_nothing(drawn: Drawn, scoring: str, place: int) -> None:
    points, verdicts = build(drawn)
    for outcome in (NOT_APPLICABLE, REVIEW, PENDING):
        added = ([*points[:place], 30, *points[place:]], [*verdicts[:place], verdict(outcome), *verdicts[place:]])
        assert total(*added, scoring=scoring) == total(points, verdicts, scoring=scoring)


@given(drawn_checks, scorings, st.randoms(use_true_random=False))
def test_the_order_of_checks_does_not_matter(drawn: Drawn, scoring: str, random: Random) -> None:
    shuffled = list(drawn)
    random.shuffle(shuffled)
    assert total(*build(shuffled), scoring=scoring) == total(*build(drawn), scoring=scoring)


@given(st.lists(st.integers(0, 3000), min_size=1, max_size=6), st.integers(1, 3000))
def test_deducting_5_points_takes_exactly_5(costs: list[int], more: int) -> None:
    def left(deductions: list[int]) -> int:
        return total([30] * len(deductions), [verdict(FAIL, cost) for cost in deductions])

    if sum(costs) + more <= 10_000:
        assert left([*costs, 0]) - left([*costs, more]) == more
        assert left(costs) == 10_000 - sum(costs)


@given(st.lists(st.integers(0, 900), min_size=1, max_size=6), st.integers(0, 10_000), scorings)
def test_bonuses_add_up_to_the_cap_and_never_lift_a_score_over_100(
    bonuses: list[int], deducted: int, scoring: str
) -> None:
    points = [100.0, *(0.0 for _ in bonuses)]
    verdicts = [verdict(FAIL, deducted), *(verdict(PASS, 0, bonus) for bonus in bonuses)]
    assert total(points, verdicts, scoring=scoring) == min(10_000 - deducted + min(sum(bonuses), 500), 10_000)


@given(drawn_checks, scorings, st.integers(0, 12_000))
def test_too_little_that_applies_gives_no_score(drawn: Drawn, scoring: str, least: int) -> None:
    points, verdicts = build(drawn)
    pairs = zip(drawn, verdicts, strict=True)
    applicable = sum(each[0] for each, one in pairs if one.outcome[0] in (PASS, PARTIAL, FAIL))
    found = total(points, verdicts, scoring=scoring, least=least / 100)
    assert (found == NO_SCORE) == (applicable == 0 or applicable < least)


@given(st.integers(1, 4000), st.integers(0, 4000))
def test_a_ratio_is_rounded_half_up_to_the_hundredth(points: int, deducted: int) -> None:
    exact = Decimal(10_000) * max(points - deducted, 0) / points
    rounded = int(exact.quantize(Decimal(1), ROUND_HALF_UP))
    assert total([points / 100], [verdict(FAIL, min(deducted, points))], scoring="ratio") == rounded


@given(drawn_checks, scorings, st.lists(st.tuples(st.integers(0, 7), st.integers(0, 10_000)), max_size=4))
def test_confirmed_red_lines_cap_at_the_lowest(drawn: Drawn, scoring: str, caps: list[tuple[int, int]]) -> None:
    points, verdicts = build(drawn)
    lines = {f"c{i}": cap for i, cap in caps if i < len(points)}
    model = rubric_of(points, scoring, red_lines=lines)
    free = score(model, verdicts)
    held = score(model, verdicts, {name: np.ones(1, dtype=np.bool_) for name in lines})
    found = [cap for name, cap in lines.items() if drawn[int(name[1:])][1] in (FAIL, REVIEW)]
    assert free.score[0] == total(points, verdicts, scoring=scoring)
    assert held.score[0] == (NO_SCORE if free.score[0] == NO_SCORE else min(free.score[0], *found, 10_000))
    assert score(model, verdicts, {name: np.zeros(1, dtype=np.bool_) for name in lines}).score[0] == free.score[0]


def test_a_confirmation_caps_the_segments_it_names_and_their_grade() -> None:
    model = rubric_of([5.0], red_lines={"c0": 6000})
    both = Judged(
        np.array([FAIL, FAIL], np.int8), np.zeros(2, np.int64), ("said",), np.array([500, 500]), np.zeros(2, np.int64), np.zeros(2)
    )  # fmt: skip
    scores = score(model, [both], {"c0": np.array([True, False]), "gone": np.array([True, True])})
    assert scores.score.tolist() == [6000, 9500]
    assert [scores.grades[code] for code in scores.grade] == ["差", "优"]
    assert scores.red_lines.tolist() == [1, 1]


def charged(*rows: tuple[int, int], segment: int = 0, segments: int = 1) -> Judged:
    """A failed verdict that charges (message row, hundredths) to one segment."""
    table = np.array(rows, np.int64).reshape(-1, 2)
    charges = Charges.of(np.full(len(table), segment), table[:, 0], table[:, 1])
    outcome = np.full(segments, PASS)
    outcome[segment] = FAIL
    nothing = np.zeros(segments, np.int64)
    return Judged(outcome, nothing, ("said",), charges.total(segments), nothing, nothing.astype(float), charges=charges)


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ([charged((3, 200)), charged((3, 500))], [0, 500]),
        ([charged((3, 500)), charged((3, 500))], [500, 0]),  # a tie goes to the earlier check
        ([charged((3, 200), (4, 200)), charged((3, 500))], [200, 500]),
        ([charged((3, 200)), charged((4, 500))], [200, 500]),
        ([charged((3, 200), (3, 200)), charged((3, 300))], [400, 0]),  # twice in a message is one charge
    ],
)
def test_one_message_is_deducted_once_within_a_group(given_: list[Judged], expected: list[int]) -> None:
    model = rubric_of([10] * len(given_), once=True)
    out = claims(model.checks, given_)
    assert [int(each.deducted[0]) for each in out] == expected
    assert [each.reasons[each.reason[0]] for each in out] == [
        "said" if cost else "counted_elsewhere" for cost in expected
    ]
    assert [int(each.deducted[0]) for each in claims(rubric_of([10] * len(given_)).checks, given_)] == [
        int(each.deducted[0]) for each in given_
    ]


def test_a_message_charged_to_two_segments_is_claimed_in_each() -> None:
    """What is forbidden after an anchor may stand in the next agent's segment: each score is its own."""
    parts = [charged((3, 500), segments=2), charged((3, 200), segment=1, segments=2)]
    assert [each.deducted.tolist() for each in claims(rubric_of([10, 10], once=True).checks, parts)] == [
        [500, 0],
        [0, 200],
    ]


charge_lists = st.lists(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 900)), max_size=6), min_size=1, max_size=4)


@given(charge_lists)
def test_claims_take_the_largest_of_each_message_and_add_up(drawn: list[list[tuple[int, int]]]) -> None:
    parts = [charged(*rows) for rows in drawn]
    out = claims(rubric_of([90] * len(parts), once=True).checks, parts)
    worst: dict[int, int] = {}
    for part in parts:
        assert part.charges is not None
        for row, amount in zip(part.charges.row.tolist(), part.charges.amount.tolist(), strict=True):
            worst[row] = max(worst.get(row, 0), amount)
    assert sum(int(each.deducted[0]) for each in out) == sum(worst.values())
    for before, after in zip(parts, out, strict=True):
        assert 0 <= after.deducted[0] <= before.deducted[0]
        assert after.charges is not None
        assert after.charges.total(1).tolist() == after.deducted.tolist()


@given(charge_lists, st.randoms(use_true_random=False))
def test_the_order_of_checks_moves_only_ties(drawn: list[list[tuple[int, int]]], random: Random) -> None:
    shuffled = list(drawn)
    random.shuffle(shuffled)
    sums = []
    for order in (drawn, shuffled):
        parts = claims(rubric_of([90] * len(order), once=True).checks, [charged(*rows) for rows in order])
        sums.append(sum(int(part.deducted[0]) for part in parts))
    assert sums[0] == sums[1]


@given(charge_lists)
def test_a_check_that_no_longer_fails_never_costs_more(drawn: list[list[tuple[int, int]]]) -> None:
    """Its messages go to the others of the group, and they cost no more together than before."""

    def taken(rows: list[list[tuple[int, int]]]) -> int:
        parts = claims(rubric_of([90] * len(rows), once=True).checks, [charged(*each) for each in rows])
        return sum(int(part.deducted[0]) for part in parts)

    for i in range(len(drawn)):
        assert taken([*drawn[:i], [], *drawn[i + 1 :]]) <= taken(drawn)


KINDS = (
    "deduct: 2, never: {words: [烦]}",
    "deduct: 1, per: span, never: {words: [烦]}",
    "deduct: 2, per: segment, never: {words: [滚]}",
    "never: {words: [烦]}, bands: [{at_most: 0}, {at_most: 1, deduct: 1}, {at_most: 2, deduct: 3}, {deduct: 5}]",
    "per: span, never: {words: [滚]}, bands: [{at_most: 1}, {deduct: 4}]",
    "deduct: 2, after: {words: [在]}, forbid: {words: [烦], within: {messages: 2}}",
    "deduct: 2, anchors: any, around: {words: [在]}, forbid: {words: [滚]}",
)
LINES = ["customer: 在", "agent: 烦", "agent: 烦烦", "agent: 滚", "agent: 烦滚", "agent: 好"]


@lru_cache
def loaded(*, once: bool) -> LoadedRubric:
    return rubric(
        "\n".join(f"- {{id: k{i}, title: 甲, points: 5, {kind}}}" for i, kind in enumerate(KINDS)), count_once=once
    )


@settings(max_examples=20)
@given(st.lists(st.lists(st.sampled_from(LINES), min_size=1, max_size=9), min_size=1, max_size=6))
def test_charges_of_real_checks_add_up_to_what_they_deduct(chats: list[list[str]]) -> None:
    messages = transcript(*("\n".join(f"00:{i:02d} {line}" for i, line in enumerate(lines)) for lines in chats))
    plain, once = (attempt(messages, loaded(once=flag)) for flag in (False, True))
    for trial in (plain, once):
        for each in trial.judged:
            assert each.charges is not None
            assert each.charges.total(len(each.outcome)).tolist() == each.deducted.tolist()
            assert each.deducted.max(initial=0) <= 500
    assert (once.scores.score >= plain.scores.score).all()
    rows = np.concatenate([part.charges.row[part.charges.amount > 0] for part in once.judged if part.charges])
    assert len(rows) == len(set(rows.tolist()))


def test_claims_from_a_rubric() -> None:
    checks = "- {id: a, title: 甲, points: 5, never: {words: [烦]}}\n- {id: b, title: 乙, points: 9, deduct: 3, never: {words: [真烦, 滚]}}"
    trial = tried(checks, "00:00 customer: 在\n00:04 agent: 真烦\n00:05 agent: 滚", count_once=True)
    assert (trial.deducted("a"), trial.deducted("b")) == (5, 3)
    assert trial.scores.score[0] == 9200


def test_red_lines_are_pending_and_take_nothing_until_a_person_confirms() -> None:
    trial = tried(
        "- {id: a, title: 甲, red_line: {cap: 0}, never: {words: [滚]}}\n- {id: b, title: 乙, points: 50, says: {words: [好]}}",
        "00:00 customer: 在\n00:04 agent: 滚,好",
    )
    assert (trial.outcome("a"), int(trial.scores.red_lines[0]), int(trial.scores.score[0])) == ("fail", 1, 10_000)


def test_severity_changes_no_points() -> None:
    check = "- {{id: a, title: 甲, points: 5, severity: {}, never: {{words: [滚]}}}}"
    chat = "00:00 customer: 在\n00:04 agent: 滚"
    assert [tried(check.format(name), chat).scores.score[0] for name in ("minor", "major", "critical")] == [9500] * 3


def test_grades_take_the_highest_that_is_reached() -> None:
    for points, grade in ((100, "优"), (94.99, "差")):
        scores = score(rubric_of([100]), [verdict(FAIL, round((100 - points) * 100))])
        assert scores.grades[int(scores.grade[0])] == grade
