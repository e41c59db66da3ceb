"""Ranges and looks back, held against walking through the sessions of random batches."""

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_audit.sessions.columns import NONE
from qa_audit.sessions.lookback import lookback
from qa_audit.sessions.reach import reach, reach_seconds
from tests.sessions import oracle

many = settings(max_examples=40, deadline=None)
_limit = st.none() | st.integers(1, 3)


def walk(
    plain: list[list[dict[str, Any]]],
    turn: list[int],
    anchor: int,
    back: bool,
    messages: int | None,
    turns: int | None,
    until: Any,
) -> list[int]:
    """Walk away from the anchor; return the rows reached, ascending."""
    session = next((s for s in plain for m in s if m["row"] == anchor), [])
    beyond = [m for m in session if (m["row"] < anchor if back else m["row"] > anchor)]
    reached, counted = [], 0
    for m in reversed(beyond) if back else beyond:
        counted += bool(m["tags"] & 1)
        if (messages is not None and counted > messages) or (
            turns is not None and abs(turn[m["row"]] - turn[anchor]) >= turns
        ):
            break
        reached.append(m["row"])
        if until is not None and until(m):
            break
    return sorted(reached)


@many
@given(oracle.sessions, st.booleans(), _limit, _limit, st.booleans())
def test_reach(drawn: Any, back: bool, messages: int | None, turns: int | None, stops: bool) -> None:
    batch, plain = oracle.build(drawn)
    tagged = [np.array([bool(m["tags"] & bit) for m in oracle.flat(plain)], dtype=np.bool_) for bit in (1, 2, 4)]
    until = oracle.tagged(1) if stops else None
    anchors = np.append(np.arange(batch.n), NONE)
    ranges = reach(
        batch, anchors, back=back, messages=messages, of=tagged[0], turns=turns, until=tagged[1] if stops else None
    )
    turn = batch.turns.ids.tolist() if batch.n else []
    expected = [walk(plain, turn, anchor, back, messages, turns, until) for anchor in anchors.tolist()]
    assert [list(range(a, b)) for a, b in zip(ranges.start.tolist(), ranges.stop.tolist(), strict=True)] == expected
    target = tagged[2]
    wanted = [[row for row in rows if target[row]] for rows in expected]
    assert ranges.first_of(target).tolist() == [min(rows, default=NONE) for rows in wanted]
    assert ranges.last_of(target).tolist() == [max(rows, default=NONE) for rows in wanted]
    some = np.append(np.zeros(batch.n, dtype=np.bool_), True)
    some[::2] = True
    covered = {row for rows, keep in zip(expected, some.tolist(), strict=True) if keep for row in rows}
    assert np.flatnonzero(ranges.where(some).cover(batch.n)).tolist() == sorted(covered)


@many
@given(oracle.sessions, st.booleans(), st.sampled_from([0, 1, 2.5, 7]))
def test_reach_seconds(drawn: Any, back: bool, seconds: float) -> None:
    batch, plain = oracle.build(drawn)
    anchors = np.arange(batch.n)
    ranges = reach(batch, anchors, back=back) & reach_seconds(batch, anchors, seconds, back=back)
    exact = [m for m in oracle.flat(plain) if m["at"] is not None]
    for m in exact:
        beyond = [
            o for o in exact if o["session"] == m["session"] and (o["row"] < m["row"] if back else o["row"] > m["row"])
        ]
        expected = [o["row"] for o in beyond if abs(o["at"] - m["at"]) <= seconds]
        reached = range(int(ranges.start[m["row"]]), int(ranges.stop[m["row"]]))
        assert [row for row in reached if batch.time_exact[row]] == expected


@many
@given(oracle.sessions, st.integers(1, 4), st.lists(st.integers(0, 2), min_size=50, max_size=50))
def test_lookback(drawn: Any, messages: int, values: list[int]) -> None:
    batch, plain = oracle.build(drawn)
    of = np.array([bool(m["tags"] & 1) for m in oracle.flat(plain)], dtype=np.bool_)
    rows = np.flatnonzero(np.array([bool(m["tags"] & 2) for m in oracle.flat(plain)], dtype=np.bool_))
    before = [
        [m["row"] for m in plain[batch.sessions.ids[row]] if m["row"] < row and of[m["row"]]][-messages:]
        for row in rows.tolist()
    ]
    earlier = lookback(batch.sessions, rows, of, messages)
    value = np.array(values[: batch.n])
    assert earlier.equal(value).tolist() == [
        sum(values[other] == values[row] for other in seen) for row, seen in zip(rows.tolist(), before, strict=True)
    ]
    steps: list[list[int]] = [[] for _ in before]
    for places, found in earlier.steps():
        for place, other in zip(places.tolist(), found.tolist(), strict=True):
            steps[place].append(other)
    assert steps == [seen[::-1] for seen in before]
