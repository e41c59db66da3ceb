"""Staffed hours: which moments are staffed, how much staffed time lies between two, which dated window holds one.

Everything is an interval [start, stop) in int64 microseconds UTC, laid out once for the days that occur, so that each
question is one binary search over all moments at once.

    hours = Hours.of(clock, "Asia/Shanghai", sent_at)
    hours.is_open(times, schedule)                  # schedule: int32 codes by `hours.schedules_of`
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from qa_audit.clocks.model import DAYS, MINUTES, Clock, Shift, Window
from qa_audit.errors import QaAuditError
from qa_audit.formats.times import to_utc
from qa_audit.sessions.columns import NO_TIME, Codes, Ints, Mask

MINUTE = 60_000_000
DAY = MINUTES * MINUTE
WINDOW_MODES = ("", "exempt", "relaxed", "apart")

_EPOCH_WEEKDAY = 3  # 1970-01-01 was a Thursday
_CLOSED = -1
_QUARTER = 15 * MINUTE
_RELAXED = WINDOW_MODES.index("relaxed")


@dataclass(frozen=True)
class Intervals:
    """Disjoint ascending intervals; `before` is the total length of those before each: all int64[intervals]."""

    start: Ints
    stop: Ints
    before: Ints

    @classmethod
    def of(cls, start: Ints, stop: Ints) -> "Intervals":
        """Join intervals in any order that overlap or touch."""
        order = np.lexsort((stop, start))
        start, stop = start[order], np.maximum.accumulate(stop[order]) if len(stop) else stop
        begins = np.append(True, start[1:] > stop[:-1])[: len(start)]
        ends = np.append(begins[1:], True)[: len(start)]
        start, stop = start[begins], stop[ends]
        length = stop - start
        return cls(start, stop, np.cumsum(length) - length)

    def holds(self, times: Ints) -> Mask:
        """Whether each moment lies in an interval."""
        if not len(self.start):
            return np.zeros(len(times), dtype=np.bool_)
        at = np.searchsorted(self.start, times, side="right") - 1
        inside: Mask = (at >= 0) & (times < self.stop[np.maximum(at, 0)])
        return inside

    def until(self, times: Ints) -> Ints:
        """Return how much of the intervals lies before each moment."""
        if not len(self.start):
            return np.zeros(len(times), dtype=np.int64)
        at = np.searchsorted(self.start, times, side="right") - 1
        row = np.maximum(at, 0)
        return np.where(at >= 0, self.before[row] + np.minimum(times, self.stop[row]) - self.start[row], 0)


@dataclass(frozen=True)
class Hours:
    """A clock's hours for the days that occur; schedules: the default's, then each shop's, then each team's.

    `known` is False where the clock names no staffed hours at all: then every moment counts as staffed.
    """

    known: bool
    schedules: tuple[Intervals | None, ...]
    shops: dict[str, int]
    teams: dict[str, int]
    windows: Intervals
    window_modes: Codes
    window_factors: npt.NDArray[np.float64]

    @classmethod
    def of(cls, clock: Clock, tz: str, times: Ints) -> "Hours":
        """Lay out the hours around the moments given (NO_TIME is left out); QaAuditError for an unknown tz."""
        real = times[times != NO_TIME]
        days = np.arange(real.min() // DAY - 2, real.max() // DAY + 3) if len(real) else np.zeros(0, dtype=np.int64)
        named = [clock.staffed, *clock.shops.values(), *clock.teams.values()]
        shops = {name: 1 + i for i, name in enumerate(clock.shops)}
        teams = {name: 1 + len(clock.shops) + i for i, name in enumerate(clock.teams)}
        windows = sorted(clock.windows, key=lambda window: window.begins)
        try:
            return cls(
                known=any(each is not None for each in named),
                schedules=tuple(None if each is None else _laid_out(clock, each, days, tz) for each in named),
                shops=shops,
                teams=teams,
                windows=_windows(windows, tz),
                window_modes=np.array([WINDOW_MODES.index(w.mode) for w in windows], dtype=np.int8),
                window_factors=np.array([w.factor for w in windows], dtype=np.float64),
            )
        except (KeyError, ValueError, OSError) as error:
            raise QaAuditError(f"--tz {tz}: 没有这个时区(如 Asia/Shanghai)") from error

    def schedules_of(
        self, shops: Sequence[str | None] | None, teams: Sequence[str | None] | None, count: int
    ) -> npt.NDArray[np.int32]:
        """Return which schedule each of `count` entries keeps: its team's, else its shop's, else the default."""
        codes = np.zeros(count, dtype=np.int32)
        for names, known in ((shops, self.shops), (teams, self.teams)):
            if names is not None and known:
                found = np.array([known.get(name or "", 0) for name in names], dtype=np.int32)
                codes = np.where(found > 0, found, codes)
        return codes

    def is_open(self, times: Ints, schedule: npt.NDArray[np.int32] | None = None) -> Mask:
        """Whether each moment is staffed; always, where its schedule is not known."""
        out = np.ones(len(times), dtype=np.bool_)
        for intervals, mine in self._kept(schedule, len(times)):
            out[mine] = intervals.holds(times[mine])
        return out

    def open_between(self, start: Ints, stop: Ints, schedule: npt.NDArray[np.int32] | None = None) -> Ints:
        """Return the staffed microseconds from start to stop; all of them, where the schedule is not known."""
        out = stop - start
        for intervals, mine in self._kept(schedule, len(start)):
            out[mine] = intervals.until(stop[mine]) - intervals.until(start[mine])
        return out

    def window(self, times: Ints) -> tuple[Codes, npt.NDArray[np.float64]]:
        """Return the mode of the dated window that holds each moment (codes into WINDOW_MODES), and its factor."""
        mode, factor = np.zeros(len(times), dtype=np.int8), np.ones(len(times))
        if len(self.windows.start):
            inside = self.windows.holds(times)
            at = np.searchsorted(self.windows.start, times[inside], side="right") - 1
            mode[inside] = self.window_modes[at]
            factor[inside] = np.where(self.window_modes[at] == _RELAXED, self.window_factors[at], 1.0)
        return mode, factor

    def _kept(self, schedule: npt.NDArray[np.int32] | None, count: int) -> Iterator[tuple[Intervals, Ints]]:
        """Yield each schedule that has intervals, with the entries that keep it."""
        for code, intervals in enumerate(self.schedules):
            if intervals is None:
                continue
            mine = np.flatnonzero(schedule == code) if schedule is not None else np.arange(count if code == 0 else 0)
            if len(mine):
                yield intervals, mine


def local_days(times: Ints, tz: str) -> Ints:
    """Return the local date of each moment, in days since 1970; NO_TIME where there is no time."""
    known = times != NO_TIME
    quarters, back = np.unique(times[known] // _QUARTER, return_inverse=True)
    zone = ZoneInfo(tz)
    away = [datetime.fromtimestamp(q * 900, zone).utcoffset() or timedelta() for q in quarters.tolist()]
    shift = np.array([round(each.total_seconds()) * 1_000_000 for each in away], dtype=np.int64)
    days = np.full(len(times), NO_TIME, dtype=np.int64)
    days[known] = (times[known] + shift[back]) // DAY
    return days


def _laid_out(clock: Clock, shifts: Sequence[Shift], days: Ints, tz: str) -> Intervals:
    """Lay shifts out over local days: holidays have none, open days borrow a weekday's, exceptions have their own."""
    plan = (days + _EPOCH_WEEKDAY) % 7
    named = {DAYS.index(day) for shift in shifts for day in shift.days}
    for day in clock.open_days:
        weekday = day.weekday()
        plan[days == _day(day)] = weekday if weekday in named else min(named)
    for day in (*clock.holidays, *clock.exceptions):
        plan[days == _day(day)] = _CLOSED
    parts = []
    for shift in shifts:
        mine = days[np.isin(plan, [DAYS.index(day) for day in shift.days])]
        parts.append(_of_days(mine, shift.opens, shift.closes))
    for day, spans in clock.exceptions.items():
        parts += [_of_days(days[days == _day(day)], opens, closes) for opens, closes in spans]
    start, stop = (np.concatenate([part[i] for part in parts]) for i in (0, 1))
    return Intervals.of(to_utc(start, tz), to_utc(stop, tz))


def _of_days(days: Ints, opens: int, closes: int) -> tuple[Ints, Ints]:
    """Return start and stop in local microseconds of one interval on each day; past midnight where closes ≤ opens."""
    closes = closes if closes > opens else closes + MINUTES
    return days * DAY + opens * MINUTE, days * DAY + closes * MINUTE


def _windows(windows: Sequence[Window], tz: str) -> Intervals:
    """Return the dated windows as they are: those that touch keep their own modes."""
    ends = ([w.begins for w in windows], [w.ends for w in windows])
    start, stop = (to_utc(np.array(each, dtype="datetime64[us]").astype(np.int64), tz) for each in ends)
    return Intervals(start, stop, np.zeros(len(start), dtype=np.int64))


def _day(day: date) -> int:
    return day.toordinal() - date(1970, 1, 1).toordinal()
