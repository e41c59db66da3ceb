"""The receipt: every round of a segment in words - who asked when, who answered when, what counted and what did not.

for line in lines(batch, found, clock, segment):
    print(line)
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from qa_audit.clocks.model import Clock
from qa_audit.clocks.reasons import REASON_TEXTS, REASONS
from qa_audit.clocks.waits import Waits
from qa_audit.schema import AUTOMATIONS, KINDS, ROLES
from qa_audit.sessions.algebra import MICROSECONDS
from qa_audit.sessions.batch import SessionBatch
from qa_audit.sessions.columns import NO_TIME, NONE, Ints

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def lines(batch: SessionBatch, found: Waits, clock: Clock, segment: int, tz: str = "Asia/Shanghai") -> list[str]:
    """Return the working of one segment: a line per round that it is charged with, then the sum of what counted.

    The sum holds the same numbers as the measures rounds, unanswered_rounds, mean_ and max_wait_seconds of the segment.
    """
    mine = np.arange(*np.searchsorted(found.segment, [segment, segment + 1]))  # segments ascend over rounds
    if not len(mine):
        return ["这一段没有轮次:没有需要记在这位客服名下的客户消息"]
    shown = _Shown(batch, found, clock, ZoneInfo(tz))
    return [*(shown.round(int(i)) for i in mine), _sum(found, mine)]


def round_line(batch: SessionBatch, found: Waits, clock: Clock, entry: int, tz: str = "Asia/Shanghai") -> str:
    """Return the working of one round, by its place in `found`, as its segment's receipt has it."""
    return _Shown(batch, found, clock, ZoneInfo(tz)).round(entry)


class _Shown:
    """Puts single rounds into words."""

    def __init__(self, batch: SessionBatch, found: Waits, clock: Clock, zone: ZoneInfo) -> None:
        self.batch, self.found, self.clock, self.zone = batch, found, clock, zone

    def round(self, i: int) -> str:
        """Return one round: its ends, its wait, the verdict, and what lay between."""
        found = self.found
        asked, answered, wait = int(found.asked[i]), int(found.answered[i]), int(found.wait_us[i])
        asks = int(found.asks[i])
        parts = [f"第 {found.number[i]} 轮:{self._time(asked)} 客户提问" + (f"(共 {asks} 条)" if asks > 1 else "")]
        started = int(found.started[i])
        if started != asked:
            parts.append(f"从 {self._time(started)} {self._line(started)}起算")
        parts.append(f"{self._time(answered)} {self._line(answered)}回复" if answered != NONE else "没有回复")
        if wait != NONE:
            clipped = "(只数服务时间)" if self.clock.hours == "clipped" else ""
            parts.append(f"等待 {_seconds(wait)} 秒{clipped}")
        reason = REASONS[found.reason[i]]
        parts.append(f"不计:{REASON_TEXTS[reason]}" if reason else ("计入" if answered != NONE else "计入,算未回复"))
        return ";".join([*parts, *self._notes(i)])

    def _notes(self, i: int) -> list[str]:
        """What happened on the way and did not stop the clock, and what else a reader wants to know."""
        found, notes = self.found, []
        first, answered = int(found.asked[i]), int(found.answered[i])
        stop = answered if answered != NONE else int(self.batch.sessions.offsets[found.session[i] + 1])
        between = slice(min(first, int(found.started[i])), stop)
        notes += [f"{name} {size} 条,不停表" for name, size in self._unheard(between).items() if size]
        if np.any(self.batch.kind[between] == KINDS.index("transfer")):
            notes.append("中间有转接")
        if found.any_wait_us[i] != NONE and found.any_answered[i] != answered:
            notes.append(f"含自动回复是 {_seconds(int(found.any_wait_us[i]))} 秒,只供参考")
        if found.factor[i] != 1:
            notes.append(f"这个时段时限放宽到 {found.factor[i]:g} 倍")
        if found.holds[i]:
            after = int(found.followed[i])
            notes.append(
                f"回复是请客户稍等,{self._time(after)} 有下文" if after != NONE else "回复是请客户稍等,之后没有下文"
            )
        cap = self.clock.cap_seconds
        if cap is not None and found.wait_us[i] > cap * MICROSECONDS:
            notes.append(f"平均里按 {cap} 秒计")
        return notes

    def _unheard(self, rows: slice) -> dict[str, int]:
        """Count lines of the agent's side by kind; between an ask and its answer none of them stopped the clock."""
        batch = self.batch
        side, bot = batch.from_agent_side[rows], batch.role[rows] == ROLES.index("bot")
        assisted = batch.automation[rows] == AUTOMATIONS.index("assisted")
        kinds = {
            "自动回复": side & ~bot & ~assisted & ~batch.from_human[rows],
            "辅助机器人": side & assisted,
            "机器人": side & bot & ~assisted,
            "撤回": batch.kind[rows] == KINDS.index("recall"),
        }
        return {name: int(mask.sum()) for name, mask in kinds.items()}

    def _line(self, row: int) -> str:
        """Say who wrote a line."""
        batch = self.batch
        if batch.kind[row] == KINDS.index("transfer"):
            return "转接"
        role = ROLES[batch.role[row]]
        agent = f" {batch.agents[batch.agent[row]]} " if role == "agent" and batch.agent[row] >= 0 else ""
        return {"customer": "客户", "agent": f"客服{agent}", "bot": "机器人", "system": "系统"}[role]

    def _time(self, row: int) -> str:
        moment = int(self.batch.sent_at[row])
        if moment == NO_TIME:
            return f"(无时间,第 {self.batch.position[row] + 1} 条)"
        local = (_EPOCH + timedelta(microseconds=moment)).astimezone(self.zone)
        if not self.batch.time_exact[row]:
            return f"{local:%m-%d %H:%M}"
        fraction = f".{local.microsecond:06d}".rstrip("0") if local.microsecond else ""
        return f"{local:%m-%d %H:%M:%S}{fraction}"


def _sum(found: Waits, mine: Ints) -> str:
    counted, timed = found.counted[mine], found.timed[mine]
    due = found.due[mine]
    waited = found.wait_us[mine][timed]
    parts = [f"合计:{int(due.sum())} 轮要回复,{int((due & (found.answered[mine] < 0)).sum())} 轮未回复"]
    if len(waited):
        total = int(waited.sum())
        parts.append(
            f"{len(waited)} 轮等待共 {_seconds(total)} 秒,平均 {_seconds(round(total / len(waited)))} 秒,"
            f"最长 {_seconds(int(waited.max()))} 秒"
        )
    else:
        parts.append("没有量出的等待")
    left_out = int((~counted).sum())
    return ";".join([*parts, *([f"不计 {left_out} 轮"] if left_out else [])])


def _seconds(microseconds: int) -> str:
    """Write microseconds as seconds, exactly, without trailing zeros."""
    whole, fraction = divmod(microseconds, MICROSECONDS)
    return f"{whole}.{fraction:06d}".rstrip("0").rstrip(".")
