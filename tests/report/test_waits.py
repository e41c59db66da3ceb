"""Quantiles in two passes are those of all the numbers at once."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_audit.report.waits import leading, quantiles
from qa_audit.statistics import quantile

SHARES = (0.0, 0.25, 0.5, 0.9, 1.0)


@settings(max_examples=60)
@given(
    st.lists(st.floats(0, 1e6) | st.sampled_from((0.0, -0.0, 5.0, 5.000001, -1.5)), max_size=40),
    st.integers(1, 4),
)
def test_quantiles_are_those_of_all_numbers(values: list[float], pieces: int) -> None:
    every = np.array(values, np.float64)
    parts = np.array_split(every, pieces)
    counts = sum(map(leading, parts), Counter[int]())
    assert quantiles(counts, SHARES, parts) == [quantile(every, share) for share in SHARES]


@pytest.mark.parametrize("digits", [0, 6])
def test_few_places_are_kept_of_many_waits(digits: int) -> None:
    waits = np.round(np.random.default_rng(1).exponential(40, 100_000), digits)
    counts = leading(waits)
    assert len(counts) < 45_000
    assert quantiles(counts, (0.5, 0.9), [waits]) == [quantile(waits, 0.5), quantile(waits, 0.9)]
