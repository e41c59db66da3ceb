"""Times that an agent names: 稍等两分钟, 五到十分钟, 半小时. A text says at most one number of seconds.

named_seconds("稍等,大概 5-10 分钟")     # 600
"""

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

MOST_SECONDS = 2 * 3600
"""Longer than this is not a time to wait in a chat: 24 小时内发货 is about a parcel."""

_DIGITS = {"零": 0, "一": 1, "二": 2, "两": 2, "俩": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_NUMBER = r"(?:\d{1,3}(?:\.\d)?|[零一二两俩三四五六七八九十]{1,3}|半)"
_UNIT = r"秒钟?|分钟|分半钟?|min|刻钟|个半小时|个半钟头?|个?小时|个?钟头"
_DURATION = re.compile(
    rf"(?<![\d.点第零一二两俩三四五六七八九十])({_NUMBER})\s*({_UNIT})(?!\s*(?:之?前|以前|包邮|无理由))"
)
_MAY = re.compile(r"[秒分刻时钟]|min")


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


def named_seconds_all(texts: Sequence[str]) -> npt.NDArray[np.int32]:
    """Return `named_seconds` of each text, 0 where it names none: int32[texts]."""
    named = np.zeros(len(texts), dtype=np.int32)
    for i, text in enumerate(texts):
        if _MAY.search(text):
            named[i] = named_seconds(text) or 0
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
