"""Kleene's tables: unknown stays unknown unless the other side decides."""

import numpy as np
import pytest

from qa_audit.sessions.tri import NO, UNKNOWN, YES, Tri


def one(state: int) -> Tri:
    return Tri(np.array([state], dtype=np.int8))


@pytest.mark.parametrize(
    ("a", "b", "both", "either"),
    [
        (YES, YES, YES, YES),
        (YES, NO, NO, YES),
        (YES, UNKNOWN, UNKNOWN, YES),
        (NO, NO, NO, NO),
        (NO, UNKNOWN, NO, UNKNOWN),
        (UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
    ],
)
def test_and_or(a: int, b: int, both: int, either: int) -> None:
    for x, y in ((a, b), (b, a)):
        assert (one(x) & one(y)).state.tolist() == [both]
        assert (one(x) | one(y)).state.tolist() == [either]
        assert (~(one(x) & one(y))).state.tolist() == (~one(x) | ~one(y)).state.tolist()


def test_of_and_masks() -> None:
    tri = Tri.of(np.array([True, False, True, False]), np.array([True, True, False, False]))
    assert (tri.yes.tolist(), tri.no.tolist()) == ([True, False, False, False], [False, True, False, False])
    assert tri.unknown.tolist() == [False, False, True, True]
    assert len(tri) == 4
    assert (~tri).unknown.tolist() == tri.unknown.tolist()
    assert (~tri).yes.tolist() == tri.no.tolist()
