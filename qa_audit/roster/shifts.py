"""What the cells of a roster say about time: days (生效日) and shifts (班次), several intervals, past midnight."""

import datetime as dt
import re
import unicodedata

Shift = tuple[tuple[int, int], ...]
"""Intervals in minutes of the day, start included, end not; an end before the start is on the next day. () is all day.
"""

DAY = 24 * 60

_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]0?0:00(?::00)?)?", re.ASCII)
_CLOCK = r"(\d{1,2})\s*(?:[:点时]\s*(\d{2})?\s*分?)"
_INTERVAL = re.compile(rf"{_CLOCK}\s*(?:-|~|—|–|至|到)+\s*(?:次日|第二天|隔天)?\s*{_CLOCK}", re.ASCII)
_LEFT_OVER = re.compile(r"\d\s*[:点时]|\d\s*[-~—–至到]\s*\d", re.ASCII)


def parse_date(cell: str) -> dt.date | None:
    """Read 2026-12-01, 2026/12/1 or 2026年12月1日; ValueError for anything else, None for an empty cell."""
    text = unicodedata.normalize("NFKC", cell).strip()
    if not text:
        return None
    found = _DATE.fullmatch(text)
    if found is None:
        raise ValueError(f"看不懂日期 {cell.strip()[:20]!r}(写成 2026-12-01)")
    try:
        return dt.date(*(int(part) for part in found.groups()))
    except ValueError:
        raise ValueError(f"没有 {cell.strip()[:20]!r} 这一天(写成 2026-12-01)") from None


def parse_shift(cell: str) -> Shift:
    """Read 08:00-16:00, 22:00-次日06:00 or 早班 8:00~12:00、13:00~17:00; () for an empty cell or a name without times.

    ValueError for times that cannot be read.
    """
    text = unicodedata.normalize("NFKC", cell).strip()
    found = _INTERVAL.findall(text)
    rest = _INTERVAL.sub("", text)
    if re.search(r"\d\s*[:点时]|[:点]\s*\d", rest, re.ASCII) or (
        not found and re.search(r"\d\s*[-~—–至到]\s*\d", text)
    ):
        raise ValueError(f"看不懂班次 {cell.strip()[:30]!r}(写成 08:00-16:00,几段用顿号隔开)")
    shift = []
    for hour, minute, end_hour, end_minute in found:
        start, end = _minutes(hour, minute), _minutes(end_hour, end_minute)
        if start >= DAY or end > DAY or int(minute or 0) > 59 or int(end_minute or 0) > 59:
            raise ValueError(f"班次 {cell.strip()[:30]!r} 里的钟点超出了 24:00")
        if start == end:
            raise ValueError(f"班次 {cell.strip()[:30]!r} 的起止相同(全天请留空)")
        shift.append((start, end))
    return tuple(shift)


def overlap(a: Shift, b: Shift) -> bool:
    """Tell whether two shifts share a minute of the day."""
    return any(x < v and u < y for x, y in _pieces(a) for u, v in _pieces(b))


def _pieces(shift: Shift) -> list[tuple[int, int]]:
    if not shift:
        return [(0, DAY)]
    out = []
    for start, end in shift:
        out += [(start, end)] if start < end else [(start, DAY), (0, end)]
    return out


def _minutes(hour: str, minute: str) -> int:
    return int(hour) * 60 + int(minute or 0)
