"""Staffed hours: summer time, joined intervals, long gaps, local dates."""

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from qa_audit.clocks.hours import Hours, Intervals, local_days
from qa_audit.clocks.model import Clock
from qa_audit.sessions.columns import NO_TIME

HOUR = 3_600_000_000


def at(text: str, tz: str = "Asia/Shanghai") -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(tz)).timestamp() * 1_000_000)


def hours(*times: int, tz: str = "Asia/Shanghai", **fields: object) -> Hours:
    return Hours.of(Clock.model_validate({"name": "x", **fields}), tz, np.array(times, dtype=np.int64))


def between(found: Hours, start: int, stop: int) -> int:
    return int(found.open_between(np.array([start]), np.array([stop]))[0])


@pytest.mark.parametrize(
    ("day", "length"), [("2026-03-28", 24), ("2026-03-29", 23), ("2026-10-25", 25)], ids=["plain", "spring", "autumn"]
)
def test_a_whole_day_is_as_long_as_the_zone_makes_it(day: str, length: int) -> None:
    zone = "Europe/Berlin"
    start = at(f"{day}T00:00", zone)
    found = hours(start, tz=zone, staffed=[{"from": "00:00", "to": "24:00"}])
    assert between(found, start, start + length * HOUR) == length * HOUR
    early = hours(start, tz=zone, staffed=[{"from": "00:00", "to": "06:00"}])
    assert between(early, start, start + 12 * HOUR) == (6 + length - 24) * HOUR


def test_intervals_that_overlap_or_touch_are_counted_once() -> None:
    found = Intervals.of(np.array([5, 0, 8, 20]), np.array([9, 5, 9, 30]))
    assert (found.start.tolist(), found.stop.tolist(), found.before.tolist()) == ([0, 20], [9, 30], [0, 9])
    assert found.until(np.array([-1, 0, 4, 9, 15, 25, 99])).tolist() == [0, 0, 4, 9, 9, 14, 19]
    assert found.holds(np.array([-1, 0, 8, 9, 20, 29, 30])).tolist() == [False, True, True, False, True, True, False]


def test_a_gap_of_years_between_two_messages() -> None:
    start, stop = at("2020-01-01T09:00"), at("2026-01-01T09:00")
    found = hours(start, stop, staffed=[{"days": "all", "from": "09:00", "to": "10:00"}])
    assert between(found, start, stop) == (stop - start) // (24 * HOUR) * HOUR


def test_without_staffed_hours_every_moment_is_staffed() -> None:
    found = hours(at("2026-12-01T03:00"))
    assert not found.known
    assert found.is_open(np.array([0, 5])).all()
    assert between(found, 3, 10) == 7


def test_a_shop_with_hours_where_the_default_has_none() -> None:
    moments = np.array([at("2026-12-01T03:00"), at("2026-12-01T03:00")])
    found = hours(*moments.tolist(), shops={"云栖": [{"from": "08:00", "to": "20:00"}]})
    assert found.known
    assert found.is_open(moments, found.schedules_of(["云栖", "别家"], None, 2)).tolist() == [False, True]


def test_windows_that_touch_keep_their_own_modes() -> None:
    windows = [
        {"from": "2026-11-11 02:00", "to": "2026-11-11 03:00", "mode": "relaxed", "factor": 3},
        {"from": "2026-11-11 00:00", "to": "2026-11-11 02:00", "mode": "exempt"},
    ]
    moments = [at("2026-11-11T01:59:59"), at("2026-11-11T02:00"), at("2026-11-11T03:00"), NO_TIME]
    mode, factor = hours(*moments, windows=windows).window(np.array(moments))
    assert (mode.tolist(), factor.tolist()) == ([1, 2, 0, 0], [1.0, 3.0, 1.0, 1.0])


def test_local_days() -> None:
    days = local_days(np.array([at("2026-12-01T23:59:59"), at("2026-12-02T00:00"), NO_TIME]), "Asia/Shanghai")
    assert days[:2].tolist() == [20788, 20789]
    assert days[2] == NO_TIME
