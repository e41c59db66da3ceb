"""Times that can be read in two ways, and are therefore not read: 晚上 12:30, AM 13:00, 2026120110."""

import re
from datetime import datetime

_AFTER_NOON, _BEFORE_NOON = ("下午", "PM"), ("上午", "凌晨", "AM")
_DIGITS = re.compile(r"(20\d\d)(\d\d)(\d\d)(\d\d)(?:\.0+)?", re.ASCII)
_HALF = re.compile(r"上午|下午|凌晨|中午|晚上|[AP]\.?M", re.IGNORECASE)


def hour_of_day(hour: int, half: str) -> int | None:
    """Return the hour 0–23 of an hour with its half of the day ("" for none); None where that may be another day or
    contradicts itself: at night 12:30 and 1:05 may belong to the next day."""
    if half in _AFTER_NOON:
        return hour + 12 if hour < 12 else hour
    if half in _BEFORE_NOON:
        return None if hour > 12 else hour % 12
    if half == "中午":
        return hour + 12 if hour in (1, 2) else hour if 10 <= hour < 15 else None
    if half == "晚上":
        return hour + 12 if 5 <= hour < 12 else hour if hour > 16 else None
    return hour


def is_day_and_hour(cell: str) -> bool:
    """Tell whether ten digits can be year, month, day and hour: as seconds since 1970 they would be after 2033."""
    found = _DIGITS.fullmatch(cell)
    if not found:
        return False
    try:
        datetime(int(found[1]), int(found[2]), int(found[3]), int(found[4]))
    except ValueError:
        return False
    return True


def doubt(cell: str | None) -> str:
    """Return what is unclear about a time that was not read, "" for any other cell."""
    value = (cell or "").strip()[:60]
    if is_day_and_hour(value):
        return ",分不清是年月日时还是 1970 年以来的秒,请用映射文件的 time.format 写明"
    if _HALF.search(value):
        return ",上午下午和钟点对不上,或分不清是当天还是第二天,请写成 24 小时制"
    return ""
