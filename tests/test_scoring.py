"""Points add up exactly, one utterance is deducted once, and no order or size of things changes that."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_audit.rubric.judged import FAIL, NOT_APPLICABLE, PARTIAL, PASS, PENDING, REVIEW, Charges, Judged
from qa_audit.rubric.model import Rubric
from qa_audit.scoring import NO_SCORE, claims, score
from tests.rubric.rubrics import tried

OUTCOMES = (PASS, PARTIAL, FAIL, NOT_APPLICABLE, REVIEW, PENDING)


def rubric_of(points: list[float], scoring: str = "deduct", least: float = 0, once: bool = False) -> Rubric:
    checks = [{"id": f"c{i}", "title": "x", "points": p, "never": {"words": ["x"]}} for i, p in enumerate(points)]
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


checks = st.lists(
    st.tuples(st.integers(0, 4000), st.sampled_from(OUTCOMES), st.floats(0, 1), st.integers(0, 900)),
    min_size=1,
    max_size=8,
)


def build(drawn: list[tuple[int, int, float, int]]) -> tuple[list[float], list[Judged]]:
    verdicts = []
    for points, outcome, share, bonus in drawn:
        counts = outcome in (FAIL, PARTIAL)
        verdicts.append(verdict(outcome, int(points * share) if counts else 0, bonus if outcome == PASS else 0))
    return [points / 100 for points, *_ in drawn], verdicts


@given(checks, st.sampled_from(["deduct", "ratio"]))
def test_scores_stay_between_0_and_100_and_a_better_result_never_lowers_one(drawn, scoring: str) -> None:
    points, verdicts = build(drawn)
    before = total(points, verdicts, scoring=scoring)
    assert before == NO_SCORE or 0 <= before <= 10_000
    for i, each in enumerate(verdicts):
        if each.outcome[0] in (FAIL, PARTIAL):
            better = [*verdicts[:i], verdict(PASS), *verdicts[i + 1 :]]
            assert total(points, better, scoring=scoring) >= before


@given(checks, st.sampled_from(["deduct", "ratio"]))
def test_a_check_that_does_not_apply_changes_nothing(drawn, scoring: str) -> None:
    points, verdicts = build(drawn)
    for outcome in (NOT_APPLICABLE, REVIEW, PENDING):
        assert total([*points, 30], [*verdicts, verdict(outcome)], scoring=scoring) == total(
            points, verdicts, scoring=scoring
        )


def charged(*rows: tuple[int, int]) -> Judged:
    """A failed verdict on one segment that charges (message row, hundredths)."""
    table = np.array(rows, np.int64).reshape(-1, 2)
    charges = Charges(np.zeros(len(table), np.int64), table[:, 0], table[:, 1])
    return Judged(
        np.array([FAIL], np.int8),
        np.zeros(1, np.int64),
        ("said",),
        table[:, 1].sum(keepdims=True),
        np.zeros(1, np.int64),
        np.zeros(1),
        charges=charges,
    )


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ([charged((3, 200)), charged((3, 500))], [0, 500]),
        ([charged((3, 500)), charged((3, 500))], [500, 0]),  # a tie goes to the earlier check
        ([charged((3, 200), (4, 200)), charged((3, 500))], [200, 500]),
        ([charged((3, 200)), charged((4, 500))], [200, 500]),
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


def test_grades_take_the_highest_that_is_reached() -> None:
    for points, grade in ((100, "优"), (94.99, "差")):
        scores = score(rubric_of([100]), [verdict(FAIL, round((100 - points) * 100))])
        assert scores.grades[int(scores.grade[0])] == grade
