"""Times that an agent names: 稍等两分钟, 五到十分钟, 半小时. A text says at most one number of seconds.

named_seconds("稍等,大概 5-10 分钟")     # 600
"""

import re
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from qa_audit.texts.codepoints import Joined, Mask, look_up

MOST_SECONDS = 2 * 3600
"""Longer than this is not a time to wait in a chat: 24 小时内发货 is about a parcel."""

_DIGITS = {"零": 0, "一": 1, "二": 2, "两": 2, "俩": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_NUMBER = r"(?:\d{1,3}(?:\.\d)?|[零一二两俩三四五六七八九十]{1,3}|半)"
_UNIT = r"秒钟?|分钟|分半钟?|min|刻钟|个半小时|个半钟头?|个?小时|个?钟头"
_DURATION = re.compile(
    rf"(?<![\d.点第零一二两俩三四五六七八九十])({_NUMBER})\s*({_UNIT})(?!\s*(?:之?前|以前|包邮|无理由))"
)
_BEGIN_UNITS, _END_NUMBERS = "秒分m刻个小钟", "零一二两俩三四五六七八九十半"


def named_seconds(text: str) -> int | None:
    """Return the longest wait that a text (in normal form) names, None where it names none up to MOST_SECONDS.

    Of a range the later end counts: 5-10 分钟 and 两三分钟 name 600 and 180 seconds. 几分钟 and 一会儿 name nothing.
    """
    found = []
    for number, unit in _DURATION.findall(text):
        value = _value(number)
        if value is not None:
            found.append(round(_seconds(value, unit)))
    return max((seconds for seconds in found if 0 < seconds <= MOST_SECONDS), default=None)


def named_seconds_all(joined: Joined) -> npt.NDArray[np.int32]:
    """Return `named_seconds` of each text, 0 where it names none: int32[texts]."""
    named = np.zeros(len(joined), dtype=np.int32)
    codes, begins = joined.codes, joined.offsets
    units, numbers = _tables()
    before = np.flatnonzero(look_up(units, codes, above=False)) - 1  # at least the separator before the first text
    before -= codes[before] == ord(" ")
    may = before[look_up(numbers, codes[before], above=True)]
    for i in np.unique(joined.text_of(may)).tolist():
        named[i] = named_seconds(joined.text[begins[i] : begins[i + 1] - 1]) or 0
    return named


def _seconds(value: float, unit: str) -> float:
    if unit.startswith("秒"):
        return value
    if unit.startswith("分半"):
        return (value + 0.5) * 60
    if unit in ("分钟", "min"):
        return value * 60
    if unit == "刻钟":
        return value * 900
    return (value + 0.5 if "半" in unit else value) * 3600


def _value(written: str) -> float | None:
    """Read 5, 1.5, 半, 十五, 二十, 两三 (the later one: 3); None for what is no number."""
    if written[0].isdigit():
        return float(written)
    if written == "半":
        return 0.5
    if "十" not in written:
        return float(_DIGITS[written[-1]])  # 两三 is an estimate, of which the later end counts
    tens, _, ones = written.partition("十")
    if "十" in ones or len(tens) > 1 or len(ones) > 1:
        return None
    return float((_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0))


@lru_cache(maxsize=1)
def _tables() -> tuple[Mask, Mask]:
    """Return the characters of the basic plane that units begin with, and those that numbers end in."""
    chars = [chr(code) for code in range(0x10000)]
    return (
        np.array([char in _BEGIN_UNITS for char in chars]),
        np.array([char in _END_NUMBERS or char.isdecimal() for char in chars]),
    )
