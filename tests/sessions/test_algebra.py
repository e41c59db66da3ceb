"""The algebra against the plain-Python oracle, on random batches."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_audit.authoring.transcript import transcript
from qa_audit.sessions import algebra, reduce, rulers
from qa_audit.sessions.batch import SessionBatch
from qa_audit.sessions.columns import NONE, Mask
from qa_audit.sessions.tri import NO, UNKNOWN, YES
from tests.sessions import oracle

ANSWERS = {NO: "no", UNKNOWN: "unknown", YES: "yes"}
many = settings(max_examples=50, deadline=None)


def mask_of(plain: Any, test: Any) -> Mask:
    return np.array([bool(test(m)) for m in oracle.flat(plain)], dtype=np.bool_)


def by_group(batch: SessionBatch, plain: Any, level: Any) -> list[list[Any]]:
    groups = batch.groups(level)
    messages = oracle.flat(plain)
    return [messages[a:b] for a, b in zip(groups.offsets[:-1], groups.offsets[1:], strict=True)]


@many
@given(oracle.sessions)
def test_levels(drawn: Any) -> None:
    batch, plain = oracle.build(drawn)
    assert batch.sessions.first.tolist() == [session[0]["row"] for session in plain]
    assert batch.turns.first.tolist() == oracle.group_starts(plain, only_customer_begins=True)
    assert batch.bursts.first.tolist() == oracle.group_starts(plain, only_customer_begins=False)
    for mask, test in [
        (batch.from_customer, oracle.is_customer),
        (batch.from_human, oracle.is_human),
        (batch.from_bot, oracle.is_bot),
        (batch.from_agent_side, lambda m: m["role"] in ("agent", "bot") and m["speech"]),
    ]:
        assert mask.tolist() == mask_of(plain, test).tolist()


@many
@given(
    oracle.sessions,
    st.none() | st.integers(0, 3),
    st.none() | st.sampled_from([0, 1, 2, 5]),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_next_and_previous(
    drawn: Any, messages: int | None, seconds: float | None, stops: bool, back: bool, sparse: bool
) -> None:
    batch, plain = oracle.build(drawn)
    target = (lambda m: oracle.is_human(m) and m["tags"] & 2) if sparse else oracle.is_human
    until = oracle.tagged(2) if stops else None
    anchors = np.append(np.flatnonzero(mask_of(plain, oracle.tagged(0))), NONE)
    look = algebra.previous_to if back else algebra.next_to
    pairs = look(
        batch,
        anchors,
        mask_of(plain, target),
        messages=messages,
        seconds=seconds,
        until=mask_of(plain, until) if until else None,
    )
    assert pairs.anchor.tolist() == anchors.tolist()
    expected = [
        oracle.look(plain, a, target, oracle.is_human, messages, seconds, until, back) for a in anchors.tolist()
    ]
    assert [(f, ANSWERS[s]) for f, s in zip(pairs.found.tolist(), pairs.answer.state.tolist(), strict=True)] == expected


@many
@given(oracle.sessions, st.integers(0, 2))
def test_next_counts_the_messages_it_is_told_to(drawn: Any, messages: int) -> None:
    batch, plain = oracle.build(drawn)
    of, target = oracle.tagged(1), oracle.tagged(2)
    anchors = np.arange(batch.n)
    pairs = algebra.next_to(batch, anchors, mask_of(plain, target), messages=messages, of=mask_of(plain, of))
    expected = [oracle.look(plain, a, target, of, messages, None, None, False)[0] for a in anchors.tolist()]
    assert pairs.found.tolist() == expected


@many
@given(oracle.sessions, st.sampled_from(["session", "segment", "burst", "turn"]))
def test_ordinal_runs_and_reductions(drawn: Any, level: Any) -> None:
    batch, plain = oracle.build(drawn)
    per, groups = batch.groups(level), by_group(batch, plain, level)
    tag, of = oracle.tagged(0), oracle.tagged(1)
    mask = mask_of(plain, tag)
    picked = [[m["row"] for m in group if tag(m)] for group in groups]
    ordinal, reverse = [0] * batch.n, [0] * batch.n
    for rows in picked:
        for i, row in enumerate(rows):
            ordinal[row], reverse[row] = i + 1, len(rows) - i
    assert algebra.ordinal(mask, per).tolist() == ordinal
    assert algebra.reverse_ordinal(mask, per).tolist() == reverse
    runs = []
    for group in groups:
        among = [m for m in group if of(m)]
        runs += [m["row"] for i, m in enumerate(among) if tag(m) and (i == 0 or not tag(among[i - 1]))]
    assert algebra.runs(mask, mask_of(plain, of), per).tolist() == runs
    for selection in (mask, np.flatnonzero(mask)):
        assert reduce.count(selection, per).tolist() == [len(rows) for rows in picked]
        assert reduce.first(selection, per).tolist() == [min(rows, default=-1) for rows in picked]
        assert reduce.last(selection, per).tolist() == [max(rows, default=-1) for rows in picked]
        assert reduce.any_of(selection, per).tolist() == [bool(rows) for rows in picked]
    assert reduce.all_of(mask, per).tolist() == [len(rows) == len(g) for rows, g in zip(picked, groups, strict=True)]


NUMBERS: dict[str, Any] = {
    "min": min,
    "max": max,
    "sum": math.fsum,
    "mean": lambda values: math.fsum(values) / len(values),
}


@many
@given(oracle.sessions, st.randoms(use_true_random=False), st.integers(1, 100), st.booleans())
def test_numbers_charged_anywhere(drawn: Any, random: Any, percent: int, messages: bool) -> None:
    batch, _ = oracle.build(drawn)
    per = batch.segments
    at = list(range(batch.n)) if messages else [random.randrange(-1, batch.n) for _ in range(2 * batch.n)]
    x = [random.choice([math.nan, 0.0, -1.5, 2.0, 7.25]) for _ in at]
    groups: list[list[float]] = [[] for _ in range(len(per))]
    for value, row in zip(x, at, strict=True):
        if row >= 0 and not math.isnan(value):
            groups[per.ids[row]].append(value)
    place = None if messages else np.array(at, dtype=np.int64)
    for how, function in NUMBERS.items():
        expected = [function(values) if values else math.nan for values in groups]
        assert reduce.reduce(np.array(x), how, per, place).tolist() == pytest.approx(expected, nan_ok=True)
    ranks = [sorted(v)[math.ceil(percent * len(v) / 100) - 1] if v else math.nan for v in groups]
    assert reduce.quantile(np.array(x), percent, per, place).tolist() == pytest.approx(ranks, nan_ok=True)
    counted = [
        sum(row >= 0 and per.ids[row] == g and v > 0 for v, row in zip(x, at, strict=True)) for g in range(len(per))
    ]
    assert reduce.reduce(np.array(x) > 0, "count", per, place).tolist() == counted


@many
@given(oracle.sessions, st.booleans())
def test_rounds(drawn: Any, overlapping: bool) -> None:
    batch, plain = oracle.build(drawn)
    ask, answer = (oracle.tagged(0), oracle.tagged(1)) if overlapping else (oracle.is_customer, oracle.is_human)
    found = algebra.rounds(batch.sessions, mask_of(plain, ask), mask_of(plain, answer))
    columns = (found.session, found.asked, found.last_asked, found.asks, found.answered)
    assert list(zip(*(column.tolist() for column in columns), strict=True)) == oracle.rounds(plain, ask, answer)


@many
@given(oracle.sessions)
def test_order(drawn: Any) -> None:
    batch, plain = oracle.build(drawn)
    steps = [oracle.tagged(0), oracle.tagged(1), oracle.tagged(2), oracle.is_human]
    found = algebra.order([mask_of(plain, step) for step in steps], batch.segments)
    for g, messages in enumerate(by_group(batch, plain, "segment")):
        firsts = [next((m["row"] for m in messages if step(m)), -1) for step in steps]
        assert found.first[g].tolist() == firsts
        assert found.present[g].tolist() == [row >= 0 for row in firsts]
        assert found.longest[g] == oracle.longest_chain(messages, steps)
        chain = [step for step, kept in zip(steps, found.chain[g].tolist(), strict=True) if kept]
        assert len(chain) == found.longest[g] == oracle.longest_chain(messages, chain)


@many
@given(oracle.sessions, st.none() | st.integers(-4, 4), st.none() | st.integers(-4, 4), st.sampled_from("ptc"))
def test_windows_over_sure_rulers(drawn: Any, low: int | None, high: int | None, which: str) -> None:
    batch, plain = oracle.build(drawn)
    counted = mask_of(plain, oracle.tagged(1))
    ruler = {
        "p": rulers.by_position(batch),
        "t": rulers.by_turn(batch),
        "c": rulers.by_count(batch, counted),
    }[which]
    value = dict(enumerate(ruler.values.tolist()))
    anchors = np.append(np.arange(batch.n), NONE)
    windows = rulers.window(batch, anchors, ruler, low, high)
    for i, anchor in enumerate(anchors.tolist()):
        session = [] if anchor < 0 else plain[batch.sessions.ids[anchor]]
        inside = [
            m["row"]
            for m in session
            if (low is None or value[m["row"]] >= value[anchor] + low)
            and (high is None or value[m["row"]] <= value[anchor] + high)
        ]
        assert list(range(windows.start[i], windows.stop[i])) == inside
        assert windows.count(counted)[i] == sum(bool(counted[row]) for row in inside)


@many
@given(oracle.sessions, st.integers(-3, 3), st.integers(0, 3))
def test_windows_over_time(drawn: Any, low: int, width: int) -> None:
    batch, plain = oracle.build(drawn)
    second, target = algebra.MICROSECONDS, oracle.tagged(0)
    ruler = rulers.by_time(batch)
    for session in plain:
        values = [int(ruler.values[m["row"]]) for m in session]
        assert values == sorted(values)
    windows = rulers.window(batch, np.arange(batch.n), ruler, low * second, (low + width) * second)
    answers = windows.any_of(mask_of(plain, target))
    for m in oracle.flat(plain):
        targets = [other for other in plain[m["session"]] if target(other)]
        sure = [t for t in targets if t["at"] is not None and m["at"] is not None]
        inside = [t for t in sure if low <= t["at"] - m["at"] <= low + width]
        expected = "yes" if inside else "no" if len(sure) == len(targets) else "unknown"
        assert ANSWERS[int(answers.state[m["row"]])] == expected
        assert windows.count(mask_of(plain, target))[m["row"]] == len(inside)


@pytest.mark.parametrize(("seconds", "answer"), [(6, "yes"), (5.999999, "no"), (6.000001, "yes")])
def test_a_limit_in_seconds_is_inclusive(seconds: float, answer: str) -> None:
    batch = SessionBatch.from_messages(transcript("00:00 customer: a\n00:06 agent: b"))
    pairs = algebra.next_to(batch, batch.from_customer, batch.from_human, seconds=seconds)
    assert [ANSWERS[state] for state in pairs.answer.state.tolist()] == [answer]


def test_messages_are_counted_over_all_roles_of_the_target() -> None:
    batch = SessionBatch.from_messages(transcript("00:00 system: a\n00:01 agent: b\n00:02 customer: c\n00:03 agent: d"))
    target = np.array([False, False, True, True])
    found = [algebra.next_to(batch, np.array([0]), target, messages=limit).found.tolist() for limit in (1, 2)]
    assert found == [[NONE], [2]]


def test_each_anchor_may_have_its_own_limit() -> None:
    batch = SessionBatch.from_messages(transcript("00:00 customer: a\n00:01 customer: b\n00:06 agent: c"))
    pairs = algebra.next_to(batch, batch.from_customer, batch.from_human, seconds=np.array([5.0, 5.0]))
    assert pairs.found.tolist() == [NONE, 2]
