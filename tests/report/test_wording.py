"""Every code that measures and checks may give has wording; a measure's value reads with its unit."""

import pytest

from qa_audit import clocks
from qa_audit.measures import REASONS as MEASURE_REASONS
from qa_audit.report.lines import measured
from qa_audit.report.site import receipt
from qa_audit.report.wording import NOT_DUE, OUTCOMES, REASONS, ROUND_REASONS
from qa_audit.rubric import bands, unfinished
from qa_audit.rubric.checks import verdicts
from qa_audit.scoring import COUNTED_ELSEWHERE


def test_every_reason_has_wording() -> None:
    rooms = (verdicts, unfinished, bands)
    of_checks = {value for room in rooms for name, value in vars(room).items() if name.isupper() and type(value) is str}
    assert len(of_checks) > 15
    assert {*MEASURE_REASONS, *of_checks, COUNTED_ELSEWHERE} - {""} <= REASONS.keys()


def test_rounds_are_worded_as_the_clocks_word_them() -> None:
    assert ROUND_REASONS == clocks.REASON_TEXTS
    assert NOT_DUE == clocks.NOT_DUE


def test_what_the_end_of_the_export_leaves_open_is_called_so() -> None:
    assert OUTCOMES["pending"] == "待补全"


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("first_response_seconds", 75.0, "75 秒"),
        ("flow_coverage", 0.5, "50.0%"),
        ("within_30s_share", 1.0, "100%"),
        ("answer_ratio", 1.25, "1.25"),
        ("rounds", 3.0, "3"),
        (None, None, "—"),
    ],
)
def test_values_read_with_their_unit(name: str | None, value: float | None, text: str) -> None:
    assert measured(name, value) == text


@pytest.mark.parametrize(
    ("deducted", "bonus", "score", "final", "scoring", "text"),
    [
        (14.0, 2.0, 88.0, 88.0, "deduct", "100 − 14 + 2 = 88"),
        (115.0, 0.0, 0.0, 0.0, "deduct", "100 − 115 < 0，记 0 分"),
        (0.0, 2.0, 100.0, 100.0, "deduct", "100 − 0 + 2 > 100，记 100 分"),
        (5.0, 0.0, 90.0, 90.0, "ratio", "适用 50 分，扣 5，得 90"),
        (5.0, 0.0, 95.0, 60.0, "deduct", "100 − 5 = 95；人工复核后 60"),
        (0.0, 0.0, None, None, "deduct", "不计分：适用的检查项只有 50 分，少于下限"),
    ],
)
def test_a_receipt_never_shows_an_equation_that_does_not_hold(
    deducted: float, bonus: float, score: float | None, final: float | None, scoring: str, text: str
) -> None:
    part = {"deducted": deducted, "bonus": bonus, "machine_score": score, "score": final, "applicable_points": 50.0}
    assert receipt(part, scoring) == text
