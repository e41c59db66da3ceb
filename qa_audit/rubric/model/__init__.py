"""What a rubric file may say: frozen models, every key named, nothing else allowed.

The `description` of each field is its documentation in the JSON Schema (`qa-audit rubric schema`).
"""

from typing import Any, Literal

from pydantic import Field

from qa_audit.rubric.model.check import KINDS, Check, Examples, Flow, FlowStep, RedLine
from qa_audit.rubric.model.conditions import (
    CONDITIONS,
    AllOf,
    AnyOf,
    Condition,
    Conditions,
    InShop,
    InSituation,
    InStage,
    Limits,
    Not,
    OfAgent,
    Says,
)
from qa_audit.rubric.model.ladder import Band
from qa_audit.rubric.model.matcher import Anchor, Lookback, Matcher, Position, Within
from qa_audit.rubric.model.parts import HUNDREDTHS, Ident, Part, Points, Range, Texts, Whole

__all__ = [
    "CONDITIONS", "HUNDREDTHS", "KINDS", "AllOf", "Anchor", "AnyOf", "Band", "Check", "Composed", "Condition",
    "Conditions", "Examples", "Extension", "Flow", "FlowStep", "Group", "InShop", "InSituation", "InStage", "Limits",
    "Lookback", "Matcher", "Not", "OfAgent", "Pack", "Part", "Position", "Range", "RedLine", "Rubric", "Says", "Within",
]  # fmt: skip


class Extension(Part):
    """What is added to a lexicon, or taken from it."""

    words: Texts = Field((), description="加上这些短语")
    whole: Texts = Field((), description="加上这些整句")
    regex: Texts = Field((), description="加上这些正则")
    excepts: Texts = Field((), alias="except", description="加上这些例外")
    drop: Texts = Field((), description="去掉这些(照词表里的写法)")


class Group(Part):
    """A group of checks (评分大项); packs and the rubric may each add checks to it."""

    id: Ident = Field(description="编号")
    title: str = Field("", description="名称;在别的文件里写过的可以不写")
    points: Points | None = Field(None, description="声明本组合计多少分;不符就是错误")
    count_once: bool = Field(False, description="同一句话在本组只扣一次,取扣得最多的一项")
    checks: tuple[Check, ...] = Field(min_length=1, description="评分项")


class Composed(Part):
    """What packs and rubrics share: files they include, what they change in them, groups of their own."""

    title: str = Field("", description="标题,印在评分卡上")
    include: Texts = Field((), description="包含哪些文件里的评分项(相对本文件所在的文件夹,找不到再找自带的)")
    override: dict[Ident, dict[str, Any]] = Field({}, description="按编号改写包含进来的评分项:编号: {键: 新的值}")
    extend: dict[str, Extension] = Field({}, description="给词表加词、去词:词表: {words: [...], drop: [...]}")
    seeds: dict[str, str] = Field({}, description="自家的规则编号:编号: 说明")
    groups: tuple[Group, ...] = Field((), description="评分大项")

    @property
    def checks(self) -> tuple[tuple[Group, Check], ...]:
        """Return every check with its group, in order, those switched off left out."""
        return tuple((group, check) for group in self.groups for check in group.checks if not check.off)


class Pack(Composed):
    """A file of checks for others to include."""

    pack: Ident = Field(description="名字")


class Rubric(Composed):
    """A whole rubric, as `rubrics/standard.yaml`; when composed, `groups` holds those of its packs too."""

    rubric: Ident = Field(description="名字")
    version: Whole = Field(1, ge=1, description="版本号")
    effective: str | None = Field(None, pattern=r"^\d{4}-\d{2}-\d{2}$", description="从哪天起用")
    earlier: Texts = Field((), description="更早的版本的文件;effective 之前的会话用它评")
    scoring: Literal["deduct", "ratio"] = Field(
        "deduct", description="deduct:100 减扣分加加分;ratio:得分 ÷ 适用分 × 100"
    )
    points: Points | None = Field(None, description="声明满扣一共多少分;不符就是错误")
    min_applicable: Points = Field(0, description="适用的分值少于它就不计分")
    bonus_cap: Points = Field(1_000, description="加分的上限")
    clock: str = Field("house", description="响应时钟")
    grades: dict[str, Points] = Field({}, description="等级:最低分")
