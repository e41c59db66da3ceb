"""Time cells in every spelling → microseconds in UTC with the resolution they were written in."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_audit.formats.times import BAD_TIME, NO_TIME, parse, to_utc
from qa_audit.schema import RESOLUTIONS

SHANGHAI = 1796090404  # 2026-12-01 10:00:04 in Shanghai


@pytest.mark.parametrize(
    ("cell", "seconds", "resolution"),
    [
        ("2026-12-01 10:00:04", SHANGHAI, "second"),
        ("2026/12/01 10:00:04", SHANGHAI, "second"),
        ("2026/12/1 10:00:04", SHANGHAI, "second"),
        ("2026.12.1 10:00:04", SHANGHAI, "second"),
        ("  2026-12-01T10:00:04 ", SHANGHAI, "second"),
        ("2026-12-01T02:00:04Z", SHANGHAI, "second"),
        ("2026-12-01T10:00:04+08:00", SHANGHAI, "second"),
        ("2026-12-01T10:00:04+0800", SHANGHAI, "second"),
        ("2026-11-30T21:00:04-0500", SHANGHAI, "second"),
        ("2026-12-01 10:00:04.5", SHANGHAI + 0.5, "microsecond"),
        ("2026-12-01 10:00:04.999996", SHANGHAI + 0.999996, "microsecond"),
        ("2026-12-01T02:00:04.250Z", SHANGHAI + 0.25, "microsecond"),
        ("2026-12-01 10:00:04.123456789", SHANGHAI + 0.123456, "microsecond"),
        ("2026-12-01 10:00", SHANGHAI - 4, "minute"),
        ("2026/12/1 10:00", SHANGHAI - 4, "minute"),
        ("2026-12-01", SHANGHAI - 36004, "day"),
        ("2026年12月1日 10:00:04", SHANGHAI, "second"),
        ("2026年12月01日10时00分04秒", SHANGHAI, "second"),
        ("2026/12/1 上午 10:00:04", SHANGHAI, "second"),
        ("2026/12/1 下午 10:00:04", SHANGHAI + 12 * 3600, "second"),
        ("2026/12/1 晚上 10:00:04", SHANGHAI + 12 * 3600, "second"),
        ("2026/12/1 晚上 22:00:04", SHANGHAI + 12 * 3600, "second"),
        ("2026/12/1 中午 12:00:04", SHANGHAI + 2 * 3600, "second"),
        ("2026/12/1 中午 1:00:04", SHANGHAI + 3 * 3600, "second"),
        ("2026/12/1 1:00:04 p.m.", SHANGHAI + 3 * 3600, "second"),
        ("2026/12/1 12:00:04 AM", SHANGHAI - 10 * 3600, "second"),
        ("2026\uff0d12\uff0d01 10\uff1a00\uff1a04", SHANGHAI, "second"),
        ("1796090404", SHANGHAI, "second"),
        ("1796090404.25", SHANGHAI + 0.25, "microsecond"),
        ("1796090404123", SHANGHAI + 0.123, "microsecond"),
        ("1796090404123456", SHANGHAI + 0.123456, "microsecond"),
    ],
)
def test_reads(cell: str, seconds: float, resolution: str) -> None:
    found = parse(pa.array([cell]), "Asia/Shanghai")
    assert found.micros[0] == round(seconds * 1_000_000)
    assert RESOLUTIONS[found.resolution[0]] == resolution


NO_TIMES = [
    *("x", "2026-13-01 10:00:00", "2026-02-29 10:00:00", "2026-12-01 24:00:00", "10:00:04", "12", "9" * 50),
    *(
        "2026-12-01 10:60:00",
        "0000-00-00 00:00:00",
        "\u00b2\u207026-12-01 10:00:04 x",
        "2026-12-01 10:00:04+99:00",
        "昨天 10:00",
    ),
    *("2026-12-01 晚上12:30:00", "2026-12-01 晚上1:05:00", "2026-12-01 AM 13:00", "2026-12-01 13:00:00 AM"),
    *(
        "2026-12-01 上午13:00",
        "2026-12-01 中午9:00",
        "2026-12-01 上午 10:00 PM",
        "2026-12-01 PM",
        "2026120110",
        "2026120110.0",
    ),
]


@pytest.mark.parametrize("cell", NO_TIMES)
def test_does_not_read(cell: str) -> None:
    assert parse(pa.array([cell]), "UTC").micros[0] == BAD_TIME


@pytest.mark.parametrize("cell", ["", " ", "nan", "NULL", "NaT", None])
def test_empty_is_no_time(cell: str | None) -> None:
    assert parse(pa.array([cell], pa.string()), "UTC").micros[0] == NO_TIME


@pytest.mark.parametrize(("cell", "out"), [("1999-12-31 23:59:59", True), ("2000-01-01 00:00:00", False),
                                           ("2100-12-31 23:59:59", False), ("2101-01-01 00:00:00", True),
                                           ("0001-01-01 00:00:00", True), ("9999-12-31 23:59:59", True),
                                           ("-2208988800", True), ("-2208988800000", True), ("32472144000", True),
                                           ("32472144000000", True), ("32472144000000000", True)])  # fmt: skip
def test_years(cell: str, out: bool) -> None:
    assert bool(parse(pa.array([cell]), "UTC").out_of_range[0]) is out


def test_thirty_times_without_seconds_are_minutes_and_29_are_not() -> None:
    cells = [f"2026-12-01 10:{i:02}:00" for i in range(30)]
    assert {RESOLUTIONS[r] for r in parse(pa.array(cells), "UTC").resolution} == {"minute"}
    assert {RESOLUTIONS[r] for r in parse(pa.array(cells[1:]), "UTC").resolution} == {"second"}
    assert {RESOLUTIONS[r] for r in parse(pa.array([*cells, "2026-12-01 11:00:01"]), "UTC").resolution} == {"second"}


def test_layout_replaces_the_rules() -> None:
    cells = pa.array(["04.10.00 01/12/26", "2026-12-01 10:00:04"])
    found = parse(cells, "Asia/Shanghai", "%S.%H.%M %d/%m/%y")
    assert found.micros.tolist() == [SHANGHAI * 1_000_000, BAD_TIME]


@pytest.mark.parametrize(("zone", "kind"), [(None, "naive"), ("UTC", "aware"), ("America/New_York", "aware")])
def test_timestamps(zone: str | None, kind: str) -> None:
    moment = datetime(2026, 12, 1, 2, 0, 4, 500_000, tzinfo=UTC)
    value = moment if kind == "aware" else moment.replace(tzinfo=None, hour=10)
    for unit in ("ms", "us", "ns"):
        found = parse(pa.array([value, None], pa.timestamp(unit, zone)), "Asia/Shanghai")
        assert found.micros.tolist() == [SHANGHAI * 1_000_000 + 500_000, NO_TIME]


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2100, 12, 31)),
    st.sampled_from(["Asia/Shanghai", "America/New_York", "Europe/London"]),
)
def test_zone_shifts_like_datetime(moment: datetime, zone: str) -> None:
    local = (moment - datetime(1970, 1, 1)) // timedelta(microseconds=1)
    expected = moment.replace(tzinfo=ZoneInfo(zone)).timestamp()
    assert to_utc(np.array([local]), zone)[0] == pytest.approx(expected * 1_000_000, abs=1)


@given(st.lists(st.text(max_size=30), max_size=8))
def test_any_text_is_a_time_or_not(cells: list[str]) -> None:
    clean = [cell.encode("utf-8", "replace").decode() for cell in cells]
    assert len(parse(pa.array(clean, pa.string()), "Asia/Shanghai").micros) == len(cells)
