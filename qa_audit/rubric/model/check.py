"""One scored item of a rubric (评分项): what it looks at, what it costs, how it must behave."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from qa_audit.mistakes import mistake
from qa_audit.rubric.model.conditions import Condition, Conditions
from qa_audit.rubric.model.ladder import Band, check_ladder
from qa_audit.rubric.model.matcher import Matcher
from qa_audit.rubric.model.parts import HUNDREDTHS, Count, Ident, Number, Part, Points, Texts, check_range


class RedLine(Part):
    """A veto: pending until a person confirms it, then the score cannot exceed the cap."""

    cap: Points = Field(0, description="确认后得分的上限")


class FlowStep(Part):
    """A step of a flow of the shop's own."""

    id: Ident = Field(description="步骤的编号")
    title: str = Field(description="步骤的名称,印在扣分那一行")
    says: Matcher = Field(description="做到了这一步的说法")
    when: Conditions = Field((), description="适用的条件;不适用时不进分母")


class Flow(Part):
    """Which steps a conversation should cover: the eight reception steps, or the shop's own."""

    steps: Literal["standard"] | Annotated[tuple[FlowStep, ...], Field(min_length=1)] = Field(
        "standard", description="standard 是接待八步,或自己写的步骤"
    )
    ordered: bool = Field(False, description="步骤要按写的先后来;乱了次序的不算做到")
    coverage: tuple[Band, ...] = Field(min_length=1, description="覆盖率(0–1)的档位")


class Examples(Part):
    """How the check must behave; every one is run by a test and by `rubric test`."""

    hit: Texts = Field((), description="会命中的一句话")
    miss: Texts = Field((), description="不该命中的一句话")
    passes: Texts = Field((), alias="pass", description="判通过的对话")
    fail: Texts = Field((), description="判不通过的对话")
    review: Texts = Field((), description="只提醒(疑似)的对话")
    not_applicable: Texts = Field((), description="不适用的对话")


class Check(Part):
    """One scored item (评分项), of exactly one of KINDS."""

    id: Ident = Field(description="编号,全表不重复")
    title: str = Field(min_length=1, description="名称")
    off: bool = Field(False, description="停用这一项")
    points: Points = Field(0, description="这一项最多扣多少分")
    seeds: Texts = Field((), description="依据的规则编号")
    severity: Literal["minor", "major", "critical"] = Field(
        "minor", description="轻微 minor / 严重 major / 原则性 critical"
    )
    confidence: Literal["high", "medium", "low"] = Field("high", description="low:只提醒(疑似),不扣分")
    remedy: str = Field("", description="建议的说法,写给客服看")
    when: Conditions = Field((), description="适用的条件,全部成立才适用")
    red_line: RedLine | None = Field(None, description="红线:人确认后封顶")
    deduct: Points | None = Field(None, description="每次扣多少;不写就是 points")
    bonus: Points = Field(0, description="做到了加多少")
    per: Literal["message", "span", "segment"] | None = Field(
        None, description="never:按消息 / 按每处 / 一段只扣一次;不写是 message,写了 across: segment 的是 segment"
    )

    measure: Ident | None = Field(None, description="指标名,配 bands 或 at_least / at_most")
    says: Matcher | None = Field(None, description="要有一条消息命中")
    never: Matcher | None = Field(None, description="不能有消息命中")
    share: Matcher | None = Field(None, description="命中的消息占多少,配 bands 或 at_least / at_most")
    after: Matcher | None = Field(None, description="它之后,配 expect 或 forbid")
    before: Matcher | None = Field(None, description="它之前,配 expect 或 forbid")
    around: Matcher | None = Field(None, description="它前后,配 expect 或 forbid")
    flow: Flow | None = Field(None, description="流程步骤的覆盖率")
    all: Conditions | None = Field(None, description="这些条件都要成立")
    any: Conditions | None = Field(None, description="这些条件至少成立一个")
    no: Condition | None = Field(None, alias="not", description="这个条件不能成立")

    bands: tuple[Band, ...] = Field((), description="档位:measure 按数值,never 按命中次数,share 按占比(0–1)")
    at_least: Number | None = Field(None, description="不小于(含)才通过")
    at_most: Number | None = Field(None, description="不大于(含)才通过")
    unanswered: Literal["fail", "skip"] = Field(
        "skip", description="因为没有回复而量不出时:fail 按最差一档,skip 不适用"
    )
    expect: Matcher | None = Field(None, description="要出现")
    forbid: Matcher | None = Field(None, description="不能出现")
    anchors: Literal["every", "first", "last", "any"] | Count = Field(
        "every", description="每个锚点都要 / 只看第一个 / 最后一个 / 有一个做到就行 / 数字:只看第几个"
    )
    examples: Examples = Field(Examples.model_construct(), description="例子:这一项该怎么判,rubric test 逐个跑")

    @property
    def kind(self) -> str:
        """Return which of KINDS this check is."""
        return next(key for key, name in KINDS.items() if getattr(self, name) is not None)

    @property
    def anchor(self) -> Matcher | None:
        """Return the matcher of the anchors of an after, before or around check."""
        return self.after or self.before or self.around

    @property
    def ladder(self) -> tuple[Band, ...]:
        """Return the bands, of the check itself or of its flow."""
        return self.bands or (self.flow.coverage if self.flow else ())

    @model_validator(mode="after")
    def _means_something(self) -> "Check":
        kinds = [key for key, name in KINDS.items() if getattr(self, name) is not None]
        if len(kinds) != 1:
            raise mistake(
                "E301", kinds=" / ".join(KINDS), given="、".join(kinds) or "没有", given_en=", ".join(kinds) or "none"
            )
        for name, allowed in _ONLY.items():
            if name in self.model_fields_set and kinds[0] not in allowed:
                raise mistake("E302", key=name, kinds=" / ".join(allowed))
        if kinds[0] in ("measure", "share") and not self.bands and self.at_least is None and self.at_most is None:
            raise mistake("E303", where=kinds[0])
        check_range(self.at_least, self.at_most)
        if self.bands and (self.at_least is not None or self.at_most is not None):
            raise mistake("E309")
        if self.anchor is not None and (self.expect is None) == (self.forbid is None):
            raise mistake("E316", kind=kinds[0])
        check_ladder(self.ladder)
        if self.never is not None and self.bands:
            self._starts_free()
        self._affordable()
        return self

    def _starts_free(self) -> None:
        """Bands of never count offences: more of them never cost less, and none costs nothing."""
        of_none = next((band for band in self.bands if band.at_most is None or band.at_most >= 0), self.bands[-1])
        if of_none.deduct or any(band.at_least is not None for band in self.bands):
            raise mistake("E318")

    def _affordable(self) -> None:
        worst = max((band.deduct for band in self.ladder), default=0)
        for key, value in (("bands", worst), ("deduct", self.deduct or 0)):
            if value > self.points:
                raise mistake("E308", key=key, value=f"{value / HUNDREDTHS:g}", points=f"{self.points / HUNDREDTHS:g}")


KINDS = {
    "measure": "measure", "says": "says", "never": "never", "share": "share", "after": "after", "before": "before",
    "around": "around", "flow": "flow", "all": "all", "any": "any", "not": "no",
}  # fmt: skip
"""The kinds of check by their key in YAML, and the field that holds it."""

_ANCHORED = ("after", "before", "around")
_ONLY = {
    "bands": ("measure", "never", "share"), "at_least": ("measure", "share"), "at_most": ("measure", "share"),
    "unanswered": ("measure",), "expect": _ANCHORED, "forbid": _ANCHORED, "anchors": _ANCHORED, "per": ("never",),
}  # fmt: skip
