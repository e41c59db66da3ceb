"""Which sessions are shown: a budget shared by the agents, every red line, ties by score and id, in any pieces."""

from typing import Any

import pyarrow as pa
import pytest

from qa_audit.report.choosing import Choice, worst_per_agent


@pytest.mark.parametrize(
    ("agents", "worst"), [(0, 10), (1, 10), (90, 10), (91, 9), (150, 6), (299, 3), (300, 3), (5000, 3)]
)
def test_a_big_team_shares_the_budget(agents: int, worst: int) -> None:
    assert worst_per_agent(agents) == worst


def _segments(rows: list[tuple[str, int, str | None, float | None, float, int]]) -> Any:
    names = ("session_id", "segment_no", "agent_id", "score", "deducted", "red_lines")
    types = (pa.string(), pa.int32(), pa.string(), pa.float64(), pa.float64(), pa.int32())
    columns = [pa.array(values, kind) for values, kind in zip(zip(*rows, strict=True), types, strict=True)]
    return pa.table(dict(zip(names, columns, strict=True)))


ROWS: list[tuple[str, int, str | None, float | None, float, int]] = [
    ("s1", 1, "a", 90.0, 10.0, 0),
    ("s2", 1, "a", 80.0, 20.0, 0),
    ("s3", 1, "a", 100.0, 0.0, 1),
    ("s5", 1, "a", 85.0, 20.0, 0),
    ("s4", 2, "a", 80.0, 20.0, 0),
    ("s4", 1, "a", None, 20.0, 0),
    ("s6", 1, "b", 100.0, 0.0, 0),
    ("s7", 1, None, 95.0, 5.0, 0),
]


@pytest.mark.parametrize("rows", [ROWS, ROWS[::-1]])
@pytest.mark.parametrize("size", [8, 3, 1])
@pytest.mark.parametrize(
    ("worst", "of_a"),
    [
        (1, ["s3"]),
        (2, ["s3", "s2"]),
        (5, ["s3", "s2", "s4.2", "s5", "s4.1"]),
        (9, ["s3", "s2", "s4.2", "s5", "s4.1", "s1"]),
    ],
)
def test_red_lines_then_what_lost_most_then_the_lower_score_then_the_id(
    rows: list[tuple[str, int, str | None, float | None, float, int]], size: int, worst: int, of_a: list[str]
) -> None:
    choice = Choice(worst)
    for start in range(0, len(rows), size):
        choice.add(_segments(rows[start : start + size]))
    shown = choice.shown()
    assert [s if s != "s4" else f"{s}.{n}" for s, n in shown["a"]] == of_a
    assert shown[None] == [("s7", 1)]
    assert "b" not in shown
    assert choice.losing == {"a": 6, None: 1}


def test_what_is_kept_follows_what_is_shown() -> None:
    choice = Choice(2)
    for i in range(50):
        choice.add(_segments([(f"s{i}.{n}", 1, "a", 90.0 - i, 10.0 + i, 0) for n in range(20)]))
    assert choice.shown() == {"a": [("s49.0", 1), ("s49.1", 1)]}
    assert choice.losing == {"a": 1000}
    assert choice._kept.num_rows == 2


def test_nobody_lost_anything() -> None:
    choice = Choice(3)
    assert choice.shown() == {}
    choice.add(_segments(ROWS[6:7]))
    assert (choice.shown(), choice.losing) == ({}, {})
