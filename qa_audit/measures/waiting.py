"""Waiting: every round of the segment by the run's clock (`qa_audit.clocks`); charged by its rule."""

from collections.abc import Callable

import numpy as np

from qa_audit import clocks
from qa_audit.measures.measure import CODE, Column, Measure, number, ratio
from qa_audit.measures.night_slice import NightSlice
from qa_audit.sessions import reduce
from qa_audit.sessions.algebra import MICROSECONDS
from qa_audit.sessions.columns import Codes, Floats, Ints, Mask


def mean_wait_seconds(night: NightSlice) -> Column:
    """The mean over the answered rounds of the segment."""
    rounds = night.waits.timed
    microseconds = reduce.reduce(night.waits.wait_us[rounds], "sum", night.batch.segments, night.waits.charged[rounds])
    count = _due(night, rounds)
    return number(microseconds / np.maximum(count, 1) / MICROSECONDS, _no_wait(night, count))


def max_wait_seconds(night: NightSlice) -> Column:
    """The longest answered round of the segment."""
    return _statistic(night, 100)


def max_later_wait_seconds(night: NightSlice) -> Column:
    """The longest answered round of the segment, without the one that is the session's first response."""
    waits, segments = night.waits, night.batch.segments
    later = waits.timed & ((waits.number > 1) | ~night.opened_by_customer[waits.session])
    longest = reduce.reduce(waits.wait_us[later], "max", segments, waits.charged[later]) / MICROSECONDS
    return number(longest, _no_wait(night, _due(night, later)))


def p50_wait_seconds(night: NightSlice) -> Column:
    """The nearest-rank median over the answered rounds of the segment."""
    return _statistic(night, 50)


def p90_wait_seconds(night: NightSlice) -> Column:
    """The nearest-rank 90th percentile over the answered rounds of the segment."""
    return _statistic(night, 90)


def within_6s_share(night: NightSlice) -> Column:
    """Counted rounds answered within 6 seconds / counted rounds."""
    return _within(night, 6)


def within_10s_share(night: NightSlice) -> Column:
    """Counted rounds answered within 10 seconds / counted rounds."""
    return _within(night, 10)


def within_30s_share(night: NightSlice) -> Column:
    """Counted rounds answered within 30 seconds / counted rounds."""
    return _within(night, 30)


def within_60s_share(night: NightSlice) -> Column:
    """Counted rounds answered within 60 seconds / counted rounds."""
    return _within(night, 60)


def within_180s_share(night: NightSlice) -> Column:
    """Counted rounds answered within 180 seconds / counted rounds."""
    return _within(night, 180)


def rounds(night: NightSlice) -> Column:
    """Rounds that somebody had to answer, answered or not."""
    return number(_due(night, night.waits.due))


def unanswered_rounds(night: NightSlice) -> Column:
    """Rounds that somebody had to answer and nobody did."""
    return number(_due(night, night.waits.due & (night.waits.answered < 0)))


_NO_WAIT = (
    "unanswered",
    "no_time",
    "coarse_time",
    "pending",
    "out_of_hours",
    "exempt_window",
    "apart_window",
    "not_first",
    "transferred",
    "bot_only",
    "courtesy",
)


def _due(night: NightSlice, which: Mask) -> Ints:
    """How many of some rounds each segment is charged with."""
    return np.bincount(night.waits.segment[which], minlength=len(night.batch.segments))


def _within(night: NightSlice, seconds: int) -> Column:
    counted = night.waits.counted
    passed = night.waits.within(seconds)
    total = _due(night, counted)
    return ratio(_due(night, passed), total, _no_wait(night, total))


def _statistic(night: NightSlice, percent: int) -> Column:
    ordered = night.once("ordered waits", lambda: _ordered(night))
    return number(reduce.nearest_ranks(*ordered, percent) / MICROSECONDS, _no_wait(night, ordered[1]))


def _ordered(night: NightSlice) -> tuple[Floats, Ints]:
    timed = night.waits.timed
    return reduce.in_order(night.waits.wait_us[timed], night.batch.segments, night.waits.charged[timed])


def _no_wait(night: NightSlice, count: Ints) -> Codes:
    """Say why a segment has no round to measure: the first reason of _NO_WAIT that any of its rounds has."""
    return np.where(count > 0, 0, night.once("no wait", lambda: _reasons(night))).astype(np.int8)


def _reasons(night: NightSlice) -> Codes:
    waits = night.waits
    missed = waits.counted & (waits.answered < 0)
    reason = np.full(len(night.batch.segments), CODE["no_rounds"], dtype=np.int8)
    for name in reversed(_NO_WAIT):
        which = waits.reason == clocks.REASONS.index(name)
        which = which | missed if name == "unanswered" else which
        reason[waits.segment[which]] = CODE[name]
    return reason


def _of_waits(name: str, title: str, definition: str, compute: Callable[[NightSlice], Column]) -> Measure:
    null_case = "没有需要回复的轮次、全部未回复、没有时间或时间只到分钟"
    return Measure(name, "response", title, "秒", definition, null_case, "number", compute, _LEXICONS)


def _of_shares(seconds: int, compute: Callable[[NightSlice], Column]) -> Measure:
    definition = f"等待 ≤ {seconds} 秒的轮次 ÷ 计入的轮次;恰好 {seconds} 秒算做到,未回复的算没做到"
    null_case = "没有需要回复的轮次、没有时间或时间只到分钟"
    name = f"within_{seconds}s_share"
    return Measure(name, "response", f"{seconds} 秒应答率", "比例", definition, null_case, "ratio", compute, _LEXICONS)


def _of_rounds(name: str, title: str, definition: str, compute: Callable[[NightSlice], Column]) -> Measure:
    return Measure(name, "response", title, "轮", definition, "从不为空;没有就是 0", "count", compute, _LEXICONS)


_LEXICONS = ("courtesy", "ask_human")
_ROUND = "一轮从客户第一条未答的消息到人工客服的第一条回复"

MEASURES = (
    _of_waits("mean_wait_seconds", "平均等待", f"各轮等待的平均,未回复的轮次不在内;{_ROUND}", mean_wait_seconds),
    _of_waits(
        "p50_wait_seconds", "等待的中位数", f"各轮等待从短到长排在中间的那一轮(最近秩);{_ROUND}", p50_wait_seconds
    ),
    _of_waits(
        "p90_wait_seconds", "等待的 90 分位", f"各轮等待从短到长排在 90% 处的那一轮(最近秩);{_ROUND}", p90_wait_seconds
    ),
    _of_waits("max_wait_seconds", "最长等待", f"等得最久的一轮,未回复的轮次不在内;{_ROUND}", max_wait_seconds),
    _of_waits(
        "max_later_wait_seconds",
        "后续最长等待",
        f"首次响应以外等得最久的一轮,未回复的轮次不在内;{_ROUND}",
        max_later_wait_seconds,
    ),
    _of_shares(6, within_6s_share),
    _of_shares(10, within_10s_share),
    _of_shares(30, within_30s_share),
    _of_shares(60, within_60s_share),
    _of_shares(180, within_180s_share),
    _of_rounds("rounds", "轮次", "需要回复的轮次;机器人独自接待完的和会话末尾的客套话不算", rounds),
    _of_rounds("unanswered_rounds", "未回复轮次", "需要回复而人工客服没有回复的轮次", unanswered_rounds),
)
