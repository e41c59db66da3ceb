"""Statistics against published values."""

import numpy as np
import pytest

from qa_audit.statistics import _student, mean_interval, quantile, wilson


def test_wilson_against_published_values() -> None:
    # Newcombe (1998), Statistics in Medicine 17: 81/263 → .2553–.3662, 15/148 → .0624–.1605, 0/20 → 0–.1611
    low, high = wilson(np.array([81, 15, 0, 3]), np.array([263, 148, 20, 0]))
    assert low[:3] == pytest.approx([0.2553, 0.0624, 0.0], abs=5e-5)
    assert high[:3] == pytest.approx([0.3662, 0.1605, 0.1611], abs=5e-5)
    assert np.isnan(low[3])


@pytest.mark.parametrize(("df", "t"), [(3, 3.182), (5, 2.571), (10, 2.228), (30, 2.042), (120, 1.980)])
def test_student_against_the_table(df: int, t: float) -> None:
    assert _student(df) == pytest.approx(t, abs=0.02)


def test_mean_interval() -> None:
    assert mean_interval(np.array([], np.int64)) == (None, None, None)
    assert mean_interval(np.array([9000], np.int64)) == (90.0, None, None)
    assert mean_interval(np.full(9, 9000, np.int64)) == (90.0, 90.0, 90.0)
    mean, low, high = mean_interval(np.array([8000, 9000, 10_000, 9000, 9000], np.int64))
    assert (mean, low, high) == (90.0, pytest.approx(81.22, abs=0.05), pytest.approx(98.78, abs=0.05))


@pytest.mark.parametrize(("share", "expected"), [(0.5, 2.0), (0.9, 3.0), (0.0, 1.0), (1.0, 3.0)])
def test_nearest_rank(share: float, expected: float) -> None:
    assert quantile(np.array([3.0, np.nan, 1.0, 2.0]), share) == expected
    assert quantile(np.array([np.nan]), share) is None
