"""Ordinary nights are quiet, broken ones are told: over simulated nights, and figure by figure."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_audit.drift.figures import far_figures
from qa_audit.drift.history import Night
from tests.drift.nights import KEY, shop_nights
from tests.drift.rates import WEEKS, judged, told

MUST = (
    "seconds cut",
    "customers' texts empty",
    "texts cut",
    "in UTC",
    "customers' lines gone",
    "no bots",
    "half the file",
)


@pytest.mark.parametrize(("sessions", "most"), [(1500, 0.01), (300, 0.05), (30, 0.06)])
def test_ordinary_nights_and_promotions_are_seldom_told(sessions: int, most: float) -> None:
    found = [judged(sessions, week, 0, 16, 52, 99) for week in WEEKS]
    ordinary = [each for part in found for each in part["new"] + part["ordinary"]]
    promotions = [each for part in found for each in part["promotion"]]
    assert sum(ordinary) <= most * len(ordinary)
    assert sum(promotions) <= 0.25 * len(promotions)


def test_broken_nights_are_told() -> None:
    found = [judged(sessions, week, 1, 30, 41, 10) for week in WEEKS for sessions in (300, 1500)]
    for how in MUST:
        assert all(each for part in found for each in part[how]), how
    halves = [each for part in found for how in ("half the sessions", "half the agents") for each in part[how]]
    assert sum(halves) >= 0.7 * len(halves)


def test_in_the_first_week_only_a_gross_loss_is_told() -> None:
    nights = [night for night, _ in shop_nights(random.Random(4), 600, "office", 8)]
    past, tonight = nights[:5][::-1], nights[5].sources[KEY]  # the first weekend, at half the weekdays' sessions
    assert told(tonight, past, nights[5].weekday) == []
    few = tonight | {name: tonight[name] // 6 for name in ("rows", "messages", "sessions")}
    assert {"行数", "会话数"} <= set(told(few, past, nights[5].weekday))
    assert told(few, past[:2], nights[5].weekday) == []


@pytest.mark.parametrize(
    ("figure", "tonight", "title"),
    [
        ("rows", 7_000, "行数"), ("rows", 29_000, ""), ("rows", 60_000, "行数"), ("sessions", 1_500, ""),
        ("agents", 4, "客服数"), ("agents", 7, ""), ("agents", 16, ""), ("agents", 40, "客服数"),
        ("quarantined_share", 0.008, ""), ("quarantined_share", 0.02, "隔离的比例"),
        ("whole_minute_share", 0.05, ""), ("whole_minute_share", 0.3, "秒数是 :00 的比例"),
        ("text_length_p50", 9.0, ""), ("text_length_p50", 5.0, "消息字数的中位数"),
    ],
)  # fmt: skip
def test_each_floor(figure: str, tonight: float, title: str) -> None:
    steady = {
        "rows": 12_000, "messages": 12_000, "sessions": 1_000, "agents": 10, "days": 1, "quarantined_share": 0.0,
        "whole_minute_share": 0.017, "text_length_p50": 11.0, "role_share": {}, "kind_share": {}, "null_share": {},
        "resolution_share": {"second": 1.0},
    }  # fmt: skip
    earlier = [(Night(f"2026-12-{day:02}", "", {}), steady) for day in range(10, 0, -1)]
    found = [each.title for each in far_figures(steady | {figure: tonight}, earlier, 4)]
    assert found == ([title] if title else [])


def test_a_run_of_a_week_is_compared_by_the_day() -> None:
    nights = [night for night, _ in shop_nights(random.Random(2), 800, "even", 12)]
    source = nights[-1].sources[KEY]
    week = source | {name: source[name] * 7 for name in ("rows", "messages", "sessions")} | {"days": 7, "agents": 90}
    assert told(week, nights[:-1][::-1], nights[-1].weekday) == []


SHARE = st.one_of(st.none(), st.sampled_from([0.0, 0.5, 1.0]), st.floats(0, 1))
COUNT = st.one_of(st.sampled_from([0, 1]), st.integers(0, 10**9))
SOURCES = st.fixed_dictionaries(
    dict.fromkeys(("rows", "messages", "sessions", "agents", "files", "sheets", "column_count", "quarantined"), COUNT)
    | dict.fromkeys(("quarantined_share", "whole_minute_share"), SHARE)
    | {f"{name}_share": st.dictionaries(st.sampled_from("abc"), SHARE) for name in ("role", "kind", "null", "resolution")}
    | {"days": st.one_of(st.none(), st.integers(1, 40)), "text_length_p50": st.one_of(st.none(), st.floats(0, 1e6))}
    | {"hours": st.one_of(st.none(), st.lists(st.floats(0, 1), min_size=24, max_size=24))}
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(st.lists(SOURCES, min_size=1, max_size=9), st.integers(0, 6))
def test_any_figures_can_be_compared(sources: list[dict], weekday: int) -> None:
    past = [Night(f"2026-12-{day:02}", "", {KEY: source}) for day, source in enumerate(sources[1:], 1)]
    told(sources[0], past, weekday)
    steady = [Night(f"2026-12-{day:02}", "", {KEY: sources[0]}) for day in range(1, 9)]
    assert told(sources[0], steady, weekday) == []
