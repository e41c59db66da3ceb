"""Holds: the agent asks the customer to wait (稍等, 我去查一下) and must come back with more than another 稍等."""

from dataclasses import dataclass

import numpy as np

from qa_audit.measures.measure import CODE, Column, Measure, number, ratio
from qa_audit.measures.night_slice import NightSlice
from qa_audit.sessions import algebra, reduce
from qa_audit.sessions.algebra import MICROSECONDS
from qa_audit.sessions.columns import NO_TIME, NONE, Codes, Ints, Mask

HOLD_SECONDS = 120
"""How long a hold may last where the agent names no time; inclusive."""


@dataclass(frozen=True)
class Holds:
    """One entry per hold, ordered by row; 稍等 said three times in a row is one hold.

    row: the first message of the hold. followed_at: the first substantive message of any human after it, NONE where
    none came. due_us: the time by which it was due, microseconds UTC: 120 s after the first 稍等 or the time it names,
    or the latest time that a further 稍等 names; NO_TIME where a time is missing or coarse. followed, known: whether
    that message came by then, and whether this can be said: not where the export ends before it was due.
    """

    row: Ints
    followed_at: Ints
    due_us: Ints
    followed: Mask
    known: Mask

    def __len__(self) -> int:
        return len(self.row)


def holds(night: NightSlice) -> Holds:
    """Find the holds of human agents, once for all who ask; an image or card is substantive, a 好的 or 稍等 is not."""
    return night.once("holds", lambda: _holds(night))


def _holds(night: NightSlice) -> Holds:
    batch = night.batch
    says = night.hits("hold_request", night.agent_texts).mask
    courtesy = night.hits("courtesy").mask if night.has("courtesy") else np.zeros(batch.n, dtype=np.bool_)
    substantive = batch.from_human & ~says & ~courtesy
    row = algebra.runs(says, says | substantive, batch.sessions)
    due = _due(night, says, row)
    followed_at = algebra.neighbours(batch.sessions, row, substantive)
    came = followed_at >= 0
    if not batch.n:
        return Holds(row, followed_at, due, came, came)
    ended = night.setting.export_end
    pending = (due > ended) if ended != NO_TIME else np.zeros(len(row), dtype=np.bool_)
    known = np.where(came, (due != NO_TIME) & batch.time_exact[followed_at], ~pending)
    followed = came & known & (batch.sent_at[followed_at] <= due)
    return Holds(row, followed_at, due, followed, known)


def _due(night: NightSlice, says: Mask, row: Ints) -> Ints:
    """When each hold is due: its first message's limit, or a later limit that another message of it names."""
    batch = night.batch
    said = np.flatnonzero(says)
    if not len(said):
        return np.zeros(0, dtype=np.int64)
    named = night.features.named_seconds[batch.text_id[said]].astype(np.int64)
    first = np.isin(said, row)
    limit = np.where(named > 0, named, HOLD_SECONDS) * MICROSECONDS
    exact = batch.time_exact[said]
    ends = np.where(exact & (first | (named > 0)), np.where(exact, batch.sent_at[said], 0) + limit, NO_TIME)
    latest = np.maximum.reduceat(ends, np.flatnonzero(first))
    return np.where(exact[first], latest, NO_TIME)


def hold_count(night: NightSlice) -> Column:
    """Holds by the human agent."""
    return number(_per_segment(night, np.ones(len(holds(night)), dtype=np.bool_)))


def unfollowed_holds(night: NightSlice) -> Column:
    """Holds after which nothing substantive came in time."""
    found = holds(night)
    return number(_per_segment(night, found.known & ~found.followed), _unknown(night, found))


def hold_followed_share(night: NightSlice) -> Column:
    """Holds followed by a substantive message in time / holds of which that can be said."""
    found = holds(night)
    unknown = _unknown(night, found)
    reason = np.where(unknown > 0, unknown, CODE["no_holds"]).astype(np.int8)
    return ratio(_per_segment(night, found.followed), _per_segment(night, found.known), reason)


def _per_segment(night: NightSlice, which: Mask) -> Ints:
    return reduce.count(which, night.batch.segments, holds(night).row)


def _unknown(night: NightSlice, found: Holds) -> Codes:
    """Say of which segments a hold cannot be judged: the export ends too soon, or a time is coarse or missing."""
    batch, reason = night.batch, np.zeros(len(night.batch.segments), dtype=np.int8)
    waiting = ~found.known & (found.followed_at == NONE)
    untimed = ~found.known & ~waiting
    row, answer = found.row[untimed], found.followed_at[untimed]
    missing = (batch.sent_at[row] == NO_TIME) | (batch.sent_at[answer] == NO_TIME)
    reason[batch.segments.ids[found.row[waiting]]] = CODE["pending"]
    reason[batch.segments.ids[row]] = CODE["coarse_time"]
    reason[batch.segments.ids[row[missing]]] = CODE["no_time"]
    return reason


_LEXICONS = ("hold_request", "courtesy")
_HOLD = "请客户等:人工客服的文字命中“请客户等”词表,连着说几遍算一次"
_FOLLOWED = (
    f"此后任何人工客服在限时内发出有内容的消息(图片、卡片也算;再说一遍“稍等”和“好的”不算)。"
    f"限时 {HOLD_SECONDS} 秒,自己说了时间(如“两分钟”“半小时”)的按说的算,恰好到时算做到"
)
_UNTIMED = "有一次因没有时间、时间只到分钟或导出到此为止而判断不了"

MEASURES = (
    Measure(
        name="hold_count",
        family="response",
        title="请客户等的次数",
        unit="次",
        definition=_HOLD,
        null_case="从不为空;没有就是 0",
        kind="count",
        compute=hold_count,
        lexicons=_LEXICONS,
    ),
    Measure(
        name="unfollowed_holds",
        family="response",
        title="漏跟进",
        unit="次",
        definition=f"{_HOLD};没有跟进的次数。跟进:{_FOLLOWED}",
        null_case=_UNTIMED,
        kind="count",
        compute=unfollowed_holds,
        lexicons=_LEXICONS,
    ),
    Measure(
        name="hold_followed_share",
        family="response",
        title="等待跟进率",
        unit="比例",
        definition=f"跟进了的次数 ÷ 请客户等的次数。{_HOLD}。跟进:{_FOLLOWED}",
        null_case="没有请客户等,或都因没有时间、时间只到分钟、导出到此为止而判断不了",
        kind="ratio",
        compute=hold_followed_share,
        lexicons=_LEXICONS,
    ),
)
