"""Cells on their way through a spreadsheet program: kept from becoming formulas, and known again when they come back.

Excel drops leading zeros, writes long numbers as 1.79609E+12 or with zeros at the end, shows times in its local way and
saves what it shows, loses what GBK has not, and cuts long texts. None of that is a change made by a person.
"""

import re
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from qa_audit import arrow
from qa_audit.formats.times import BAD_TIME, DAY, MINUTE, parse

LONGEST = 32_000
"""Characters that one cell of a spreadsheet takes, with some to spare."""

_CUT = "…(太长,后面省略)"
# after any apostrophes: what a spreadsheet runs as a formula, and what it would write in another way
_GUARDED = (
    r"^'*(?:[=+\-@\t\r]|(?:0\d+|\d{12,}|\d+[eE]\d+|\d{1,3}(?:,\d{3})+|\d{1,2}[/-]\d{1,2}(?:[/-]\d{1,4})?"
    r"|\d{1,2}:\d{2}(?::\d{2})?|\d+(?:\.\d+)?%)$)"
)
_IS_GUARDED = re.compile(_GUARDED.replace("$)", r"\Z)"), re.ASCII)
_NUMBER = re.compile(r"-?\d{1,40}(?:\.(\d{0,20}))?([eE][+-]?\d{1,2})?", re.ASCII)
_MONTH_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})\b", re.ASCII)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")


def guarded(column: Any) -> Any:
    """Return a string column as it is written: no cell that would run or change, none too long."""
    column = pc.if_else(
        pc.greater(pc.utf8_length(column), arrow.scalar(LONGEST, pa.int32())),
        pc.binary_join_element_wise(pc.utf8_slice_codeunits(column, 0, LONGEST), arrow.scalar(_CUT), arrow.scalar("")),
        column,
    )
    risky = pc.match_substring_regex(column, _GUARDED)
    return pc.if_else(risky, pc.binary_join_element_wise(arrow.scalar("'"), column, arrow.scalar("")), column)


def cut(cell: str) -> str:
    """Return a cell as far as it is written."""
    return cell if len(cell) <= LONGEST else cell[:LONGEST] + _CUT


def unguarded(cell: str) -> str:
    """Return a cell as it was before `guarded`; an apostrophe of the text itself stays."""
    return cell[1:] if cell.startswith("'") and _IS_GUARDED.match(cell[1:]) else cell


def returned(before: str | None, now: str, *, words: bool = False) -> str | None:
    """Return what a person changed a cell to, None where it is the one that went out. An apostrophe is taken off where
    one was put on, and where one would have been put before what was typed, as in a cell copied from its neighbour; of
    words that somebody said it may be the first letter, and stays."""
    if untouched(before, now):
        return None
    if before is None or not _IS_GUARDED.match(before):
        return now if words else unguarded(now)
    meant = now.removeprefix("'")
    return None if untouched(before, meant) else meant


def untouched(before: str | None, now: str) -> bool:
    """Tell whether two cells are the same, give or take what a spreadsheet does to one that went out."""
    before = cut(before or "")
    if before == now:
        return True
    before, now = _visible(before), _visible(now)
    if before == now or (before.casefold() == now.casefold() in ("true", "false")):
        return True
    return _lost(before, now) or _same_number(before, now) or _same_time(before, now)


def _visible(cell: str) -> str:
    return _CONTROLS.sub(" ", cell.replace("\r\n", "\n")).strip()


def _lost(before: str, now: str) -> bool:
    """Tell whether the only difference is characters that GBK has not, which are saved as question marks."""
    if "?" not in now or before.isascii() or not len(before) <= len(now) <= 2 * len(before):
        return False
    pattern = "".join(re.escape(char) if _in_gbk(char) else r"\?{1,2}" for char in before)
    return re.fullmatch(pattern, now) is not None


def _in_gbk(char: str) -> bool:
    try:
        char.encode("gbk")
    except UnicodeEncodeError:
        return False
    return True


def _same_number(before: str, now: str) -> bool:
    was, became = _NUMBER.fullmatch(before), _NUMBER.fullmatch(now)
    if was is None or became is None:
        return False
    if became[2] and not was[2]:
        shown = len(became[1] or "")
        return f"{float(before):.{shown}E}" == f"{float(now):.{shown}E}"
    whole = before.lstrip("0")
    if len(whole) > 15 and len(whole) == len(now) and not now[15:].strip("0"):
        return whole[:15] == now[:15]
    return float(before) == float(now)


def _same_time(before: str, now: str) -> bool:
    """Tell whether both are times and equal as far as the one that came back says."""
    if not (before[:1].isdigit() and now[:1].isdigit()) or len(before) > 60 or len(now) > 60 or now.isdigit():
        return False
    now = _MONTH_FIRST.sub(r"\3-\1-\2", now)
    times = parse(arrow.array([before, now]), "UTC")
    was, is_now = times.micros.tolist()
    if was <= BAD_TIME or is_now <= BAD_TIME:
        return False
    unit = {DAY: 86_400_000_000, MINUTE: 60_000_000}.get(int(times.resolution[1]), 1_000_000)
    return bool(was // unit == is_now // unit)
