"""The figures of a source that are compared with earlier nights, and how far from their median is far.

A count or length is compared as a ratio, a share in points. Far is beyond the largest of three: a floor that ordinary
days and promotions stay within, FAR times the spread of the earlier nights (MAD), NOISE times what chance alone
makes at this size. docs/drift.md gives the reason for each floor.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from qa_audit.drift.history import Night

FEWEST = 3  # earlier nights before any figure is compared
WEEK = 7  # earlier nights before every weekday has been seen
UNSEEN = 2.5  # times as far (on the log scale) are the floors of ratios until then
SAME_WEEKDAY = 3  # nights of the same weekday before only these say what is usual
FAR = 4.0  # robust standard deviations
NOISE = 4.0  # standard deviations of chance
VANISHED_MESSAGES = 60  # usually there, before it is told that there are none
_CLUSTER = 2.0  # messages of a session are alike: shares vary more than coin tosses
_SIGMA = 1.4826  # MAD of a normal distribution → standard deviation

Fingerprint = dict[str, Any]
Earlier = Sequence[tuple[Night, Fingerprint]]


@dataclass(frozen=True)
class Ratio:
    """A count or length: far below `low` times or above `high` times the median; chance alone makes a standard
    deviation of `chance` over the root of the number of `each` (sessions, messages, agents)."""

    title: str
    of: Callable[[Fingerprint], float | None]
    low: float
    high: float
    each: str
    chance: float


@dataclass(frozen=True)
class Points:
    """A share (0–1): far when lower by more than `down` or higher by more than `up`; None: never."""

    title: str
    of: Callable[[Fingerprint], float | None]
    down: float | None
    up: float | None


@dataclass(frozen=True)
class Far:
    """A figure far from the earlier nights: what, tonight, their median, whether it is a share."""

    title: str
    tonight: float
    usual: float
    share: bool


def _daily(name: str) -> Callable[[Fingerprint], float | None]:
    return lambda each: each[name] / (each["days"] or 1)


def _agents(each: Fingerprint) -> float | None:
    return each["agents"] if (each["days"] or 1) == 1 else None


def _length(each: Fingerprint) -> float | None:
    return each["messages"] / each["sessions"] if each["sessions"] else None


RATIOS = (
    Ratio("行数", _daily("rows"), 0.6, 4.0, "sessions", 1.4),
    Ratio("会话数", _daily("sessions"), 0.6, 4.0, "sessions", 1.0),
    Ratio("客服数", _agents, 0.6, 2.5, "agents", 0.5),
    Ratio("每个会话的消息数", _length, 0.6, 1.7, "sessions", 1.0),
    Ratio("消息字数的中位数", lambda each: each["text_length_p50"], 0.6, 1.7, "messages", 1.0),
)
SHARES = (
    Points("隔离的比例", lambda each: each["quarantined_share"], None, 0.01),
    Points("秒数是 :00 的比例", lambda each: each["whole_minute_share"], None, 0.10),
)
_ROLES = {"customer": "客户", "agent": "客服", "bot": "机器人", "system": "系统"}
_KINDS = {
    "text": "文字",
    "image": "图片",
    "card": "卡片",
    "order_event": "订单",
    "transfer": "转接",
    "recall": "撤回",
    "other": "其他类",
}


def _groups() -> Iterator[tuple[str, str, float, dict[str, str]]]:
    yield "role_share", "{}消息的比例", 0.12, _ROLES
    yield "kind_share", "{}消息的比例", 0.12, _KINDS
    yield "null_share", "{} 为空的比例", 0.20, {}


def far_figures(tonight: Fingerprint, earlier: Earlier, weekday: int | None) -> list[Far]:
    """Return the figures of a source that are far from its earlier nights; none with fewer than FEWEST of them."""
    if len(earlier) < FEWEST:
        return []
    nights = [night.weekday for night, _ in earlier]
    sources = [source for _, source in earlier]
    found = []
    for ratio in RATIOS:
        known = [(value, day) for value, day in zip(map(ratio.of, sources), nights, strict=True) if value]
        found += _far_ratio(ratio, ratio.of(tonight), known, weekday, _size(ratio.each, sources, tonight))
    sessions = _size("sessions", sources, tonight)
    for points in (*SHARES, *_share_figures(tonight, sources)):
        values = [value for value in map(points.of, sources) if value is not None]
        found += _far_points(points, points.of(tonight), values, sessions)
    return found


def vanished(tonight: Fingerprint, earlier: Earlier) -> list[str]:
    """Return what came on all earlier nights and is not there at all tonight: a role, a kind of message."""
    if len(earlier) < FEWEST:
        return []
    out = []
    for name, title, _, words in _groups():
        if name == "null_share":
            continue
        for value in sorted({value for _, source in earlier for value in source[name]}):
            shares = [source[name].get(value) or 0.0 for _, source in earlier]
            usual = median(shares)
            steady = min(shares) * 5 >= usual and usual * tonight["messages"] >= VANISHED_MESSAGES
            if steady and not tonight[name].get(value):
                out.append(title.format(words.get(value, value)))
    return out


def _share_figures(tonight: Fingerprint, sources: Sequence[Fingerprint]) -> Iterator[Points]:
    for name, title, floor, words in _groups():
        for value in sorted({value for source in (*sources, tonight) for value in source[name]}):
            yield Points(title.format(words.get(value, value)), _reader(name, value), floor, floor)
    yield Points("精确到秒的时间的比例", _exact, 0.2, None)


def _reader(group: str, value: str) -> Callable[[Fingerprint], float | None]:
    return lambda each: each[group].get(value) or 0.0 if each["messages"] else None


def _exact(each: Fingerprint) -> float | None:
    found = each["resolution_share"]
    return (found.get("second") or 0.0) + (found.get("microsecond") or 0.0) if each["messages"] else None


def _size(each: str, sources: Sequence[Fingerprint], tonight: Fingerprint) -> float:
    """Return how many there are of what chance goes by: between the usual number and tonight's."""
    usual = median(source[each] / (source["days"] or 1) for source in sources)
    return math.sqrt(usual * max(tonight[each] / (tonight["days"] or 1), 1.0))


def _far_ratio(
    figure: Ratio, value: float | None, known: Sequence[tuple[float, int | None]], weekday: int | None, size: float
) -> list[Far]:
    """Compare on the log scale: with enough nights of the same weekday by these, else far is far from these and all."""
    if value is None or len(known) < FEWEST:
        return []
    logs = [math.log(each) for each, _ in known]
    same = [log for log, (_, day) in zip(logs, known, strict=True) if day is not None and day == weekday]
    centres = [median(logs)]
    away = [abs(log - centres[0]) for log in logs]
    if same:
        centres.append(median(same))
    if len(same) >= SAME_WEEKDAY:
        centres = centres[1:]
        by_day: dict[int | None, list[float]] = {}
        for log, (_, day) in zip(logs, known, strict=True):
            by_day.setdefault(day, []).append(log)
        away = [abs(log - median(of_day)) for of_day in by_day.values() for log in of_day]
    spread = max(_far(away), NOISE * figure.chance / math.sqrt(max(size, 1.0)))
    unseen = UNSEEN if len(known) < WEEK else 1.0
    low, high = min(unseen * math.log(figure.low), -spread), max(unseen * math.log(figure.high), spread)
    distances = [math.log(value) - centre if value else -math.inf for centre in centres]
    near = any(low <= distance <= high for distance in distances)
    return [] if near else [Far(figure.title, value, math.exp(centres[-1]), share=False)]


def _far(away: Sequence[float]) -> float:
    """Return FAR times the spread; of few nights more, which may not have seen a weekend yet."""
    return FAR * _SIGMA * median(away) * (1 + FEWEST / len(away))


def _far_points(figure: Points, value: float | None, known: Sequence[float], sessions: float) -> list[Far]:
    if value is None or len(known) < FEWEST:
        return []
    centre = median(known)
    chance = _CLUSTER * math.sqrt(max(centre * (1 - centre), 0.0) / max(sessions, 1.0))
    spread = max(_far([abs(each - centre) for each in known]), NOISE * chance)
    down = figure.down is not None and centre - value > max(figure.down, spread)
    up = figure.up is not None and value - centre > max(figure.up, spread)
    return [Far(figure.title, value, centre, share=True)] if down or up else []
