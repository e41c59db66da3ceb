"""How a column writes its times where times.parse does not know: the one strptime format that reads all of them."""

import re

from qa_audit.formats.proposing.content import Column
from qa_audit.formats.proposing.proposal import Guess

_DAYS = ("%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y", "%d %b %Y", "%d-%b-%Y", "%b %d, %Y", "%b %d %Y",
         "%d %B %Y", "%B %d, %Y", "%Y%m%d", "%m/%d/%y", "%d/%m/%y")  # fmt: skip
_CLOCKS = ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p", "%H:%M:%S.%f", "%H%M%S")
_FORMATS = (
    "%a %b %d %H:%M:%S %z %Y",
    "%a, %d %b %Y %H:%M:%S %z",
    "%a %b %d %H:%M:%S %Y",
    "%Y%m%d%H%M%S",
    "%Y%m%d%H%M",
    "%Y%m%d-%H:%M:%S",
    "%d/%b/%Y:%H:%M:%S %z",
    *(f"{day}{between}{clock}" for day in _DAYS for clock in _CLOCKS for between in (" ", ", ")),
)
_FIRST_LOOK, _ENOUGH = 3, 0.95
_DATED = re.compile(r"(?=.*\d:\d\d|\d{8}[-\d]{4,7}$)(?=(?:\D*\d){6}).{8,40}", re.ASCII)
"""A first glance, since there are many formats: six digits, with a time of day among them or all in a row."""


def format_of(column: Column) -> Guess | None:
    """Return the format that reads the times of a column (name: the format), None for none.

    It is unsure where several formats read all the sample: 03/04/2026 may be March or April.
    """
    if not column.said or not _DATED.fullmatch(column.said[0]) or column.times >= _ENOUGH:
        return None
    first = type(column)(column.index, column.name, column.said[:_FIRST_LOOK])
    found = [each for each in _FORMATS if first.times_by(each) == 1 and column.times_by(each) >= _ENOUGH]
    if not found:
        return None
    if len(found) > 1:
        return Guess(column.index, found[0], False, f"时间的写法有几种可能:{'、'.join(found)}")
    return Guess(column.index, found[0], True, f"时间都是 {found[0]} 的样子")
