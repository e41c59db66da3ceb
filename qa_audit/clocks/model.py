"""What a clock file may say: frozen, every switch a typed field, nothing else allowed.

A clock measures; no band and no points live here. The `description` of each field is its documentation.
"""

import re
from datetime import date, datetime
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from qa_audit.mistakes import mistake

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES = 24 * 60

_TIME = re.compile(r"(\d{1,2}):(\d{2})")


def _minute(value: object) -> object:
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    minutes = int(found[1]) * 60 + int(found[2]) if found else -1
    if found is None or int(found[2]) > 59 or minutes > MINUTES:
        raise mistake("E341")
    return minutes


def _date(value: object) -> object:
    try:
        return value if type(value) is date else date.fromisoformat(str(value))
    except ValueError as error:
        raise mistake("E342") from error


def _moment(value: object) -> object:
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError as error:
        raise mistake("E343") from error
    if moment.tzinfo is not None:
        raise mistake("E343")
    return moment


def _days(value: object) -> object:
    if value == "all":
        return list(DAYS)
    return [value] if isinstance(value, str) else value


Minute = Annotated[int, BeforeValidator(_minute)]
Date = Annotated[date, BeforeValidator(_date)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
Days = Annotated[tuple[Day, ...], BeforeValidator(_days)]
Name = Annotated[str, Field(pattern=r"^\w[\w-]{0,63}$")]


class Part(BaseModel):
    """A frozen part of a clock that refuses unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Shift(Part):
    """One staffed interval of the days named: from `from` up to, not including, `to`; past midnight where to ≤ from."""

    days: Days = Field(DAYS, min_length=1, description="星期几:mon tue wed thu fri sat sun 的列表,或 all")
    opens: Minute = Field(alias="from", description="开始,如 08:00")
    closes: Minute = Field(
        alias="to", description="结束(不含这一刻),如 24:00;不晚于 from 就是到第二天,如 22:00 到 02:00"
    )

    @model_validator(mode="after")
    def _not_empty(self) -> "Shift":
        if self.opens == self.closes or self.opens == MINUTES:
            raise mistake("E344")
        return self


class Window(Part):
    """A dated stretch of local time with a rule of its own: [from, to)."""

    begins: Moment = Field(alias="from", description="开始的当地时间,如 2026-11-11 00:00")
    ends: Moment = Field(alias="to", description="结束的当地时间(不含这一刻)")
    mode: Literal["exempt", "relaxed", "apart"] = Field(
        description="exempt 不计;relaxed 时限乘以 factor;apart 照量,但单列、不进数字"
    )
    factor: float = Field(2.0, ge=1, le=1000, allow_inf_nan=False, description="relaxed 时时限放宽到几倍")

    @model_validator(mode="after")
    def _forward(self) -> "Window":
        if self.begins >= self.ends:
            raise mistake("E345")
        return self


Staffed = Annotated[tuple[Shift, ...], Field(min_length=1)]


class Clock(Part):
    """One response clock: what starts it, what stops it, which rounds and hours count, who is charged."""

    name: Name = Field(description="名字,用在 --clock 和评分表的 clock: 里")
    title: str = Field("", description="给人看的名字")
    dated: Date | None = Field(None, description="这套规则是哪天整理的")
    source: str = Field("", description="规则从哪里来,有什么出入")
    extends: str | None = Field(None, description="在哪只时钟上改:自带时钟的名字,或相对本文件的路径;只写要改的键")

    start: Literal["first_unanswered", "last_unanswered", "session_start", "joined"] = Field(
        "first_unanswered",
        description="从哪里起算:first_unanswered 客户第一条未答的消息;last_unanswered 最后一条未答的;"
        "session_start 会话开始(客户或系统的第一条);joined 客服加入(转接事件,或后面一段的开头)",
    )
    after_bot: Literal["handoff", "ask"] = Field(
        "handoff", description="机器人先接待时:handoff 从转人工起(没有就从机器人最后一条起);ask 仍从 start 起"
    )
    stops: Literal["human", "human_or_assisted", "any"] = Field(
        "human", description="谁停表:human 只有人工;human_or_assisted 人工或辅助机器人;any 任何回复"
    )
    rounds: Literal["all", "first"] = Field("all", description="看哪些轮:all 每一轮;first 只看客户开口的首轮")
    unit: Literal["round", "session", "person_day"] = Field(
        "round", description="达标率按什么数:round 轮次;session 会话(看这一会话的平均等待);person_day 每人每天"
    )
    unanswered: Literal["failed", "capped", "dropped"] = Field(
        "failed", description="未回复的:failed 算没做到;capped 按 cap_seconds 计;dropped 不计"
    )
    cap_seconds: int | None = Field(None, ge=1, le=86_400, description="等得比它久的按它计(秒)")

    hours: Literal["always", "session_start", "message", "clipped"] = Field(
        "always",
        description="服务时间怎么用:always 不看;session_start 会话在服务时间内开始才计;"
        "message 起算那一刻在服务时间内才计;clipped 只数服务时间内的秒",
    )
    staffed: Staffed | None = Field(None, description="服务时间:若干条 days / from / to;不写就是不知道,全天都计")
    holidays: tuple[Date, ...] = Field((), description="放假的日期,当天没有班")
    open_days: tuple[Date, ...] = Field((), description="调休上班的日期;那天本来没有班的,照一周里第一个有班的日子")
    exceptions: dict[Date, tuple[tuple[Minute, Minute], ...]] = Field(
        {}, description="某一天另排:日期: [[开始, 结束], …];[] 是关门。先于 holidays 和 open_days"
    )
    windows: tuple[Window, ...] = Field((), description="大促等时段:from / to / mode / factor,彼此不能重叠")
    shops: dict[str, Staffed] = Field({}, description="各店铺自己的服务时间(写法同 staffed)")
    teams: dict[str, Staffed] = Field({}, description="各班组自己的服务时间,先于店铺的")

    transfer: Literal["holder", "answerer"] = Field(
        "holder", description="等待记给谁:holder 客户发消息时持有会话的客服;answerer 回复的客服"
    )
    transferred_unanswered: Literal["counts", "dropped"] = Field(
        "counts",
        description="transfer 为 answerer 时,没回复就转走:counts 记那位一轮未回复,接手的从转接起算;dropped 不记",
    )
    courtesy: Literal["exempt", "counts"] = Field(
        "exempt", description="会话末尾客户只说客套话:exempt 不需要回复;counts 照样要回复"
    )
    statistic: Literal["pooled", "session_mean", "median"] = Field(
        "pooled", description="平均怎么算:pooled 各轮一起平均;session_mean 先按会话平均;median 中位数"
    )
    within_seconds: int | None = Field(None, ge=1, le=86_400, description="平台公布的达标率看几秒;没有就不写。不是评分")
    same_session_minutes: int | None = Field(
        None, ge=1, le=1440, description="客户在几分钟内回来算同一会话;不写就按导出文件"
    )

    @model_validator(mode="after")
    def _consistent(self) -> "Clock":
        if self.unanswered == "capped" and self.cap_seconds is None:
            raise mistake("E346")
        both = sorted(set(self.holidays) & set(self.open_days))
        if both:
            raise mistake("E347", day=str(both[0]))
        windows = sorted(self.windows, key=lambda window: window.begins)
        for earlier, later in pairwise(windows):
            if later.begins < earlier.ends:
                raise mistake("E348", one=str(earlier.begins), other=str(later.begins))
        for spans in self.exceptions.values():
            if any(opens in (closes, MINUTES) for opens, closes in spans):
                raise mistake("E344", key="exceptions")
        return self


def fields_of(part: type[BaseModel]) -> list[tuple[str, str, Any]]:
    """Return (key, description, default) of every field, as a file writes it; the reference page lists them."""
    return [(field.alias or name, field.description or "", field.default) for name, field in part.model_fields.items()]
