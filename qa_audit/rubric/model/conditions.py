"""When a check applies, or what it demands: conditions over a segment, three-valued."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Discriminator, Field, Tag

from qa_audit.rubric.model.matcher import Matcher, Situations, Stages
from qa_audit.rubric.model.parts import Ident, Part, Range, Texts, listed


class Limits(Range):
    """A measure held against limits; both inclusive."""

    measure: Ident = Field(description="指标名(qa-audit measures 列出)")


class Says(Part):
    """True where at least one message matches."""

    says: Matcher = Field(description="这一段有一条消息命中(不写 role 时任何一方)")


class InStage(Part):
    """True where the segment has a message in one of the stages."""

    stage: Stages = Field(min_length=1, description="这一段到过售前 pre / 售中 in / 售后 after")


class InSituation(Part):
    """True where one of the situations came up in the segment."""

    situation: Situations = Field(min_length=1, description="这一段出现过异议、投诉、犹豫、退款、物流、缺货")


class InShop(Part):
    """True where the session belongs to one of the shops; unknown where the export names none."""

    shop: Texts = Field(min_length=1, description="店铺,名字要一字不差")


class OfAgent(Part):
    """True where one of the accounts holds the segment."""

    agent: Texts = Field(min_length=1, description="客服账号,要一字不差")


class Not(Part):
    """The opposite of a condition; unknown stays unknown."""

    no: "Condition" = Field(alias="not", description="不成立才算")


class AnyOf(Part):
    """True where at least one of the conditions is."""

    any: "Conditions" = Field(min_length=1, description="有一个成立就算")


class AllOf(Part):
    """True where all of the conditions are."""

    all: "Conditions" = Field(min_length=1, description="都成立才算")


CONDITIONS = {
    "measure": Limits, "says": Says, "stage": InStage, "situation": InSituation, "shop": InShop, "agent": OfAgent,
    "not": Not, "any": AnyOf, "all": AllOf,
}  # fmt: skip
"""Every kind of condition by the key that tells it."""


def _which(value: Any) -> str:
    if isinstance(value, Part):
        return next(key for key, kind in CONDITIONS.items() if type(value) is kind)
    keys = value if isinstance(value, dict) else {}
    return next((key for key in CONDITIONS if key in keys), "measure")


Condition = Annotated[
    Annotated[Limits, Tag("measure")]
    | Annotated[Says, Tag("says")]
    | Annotated[InStage, Tag("stage")]
    | Annotated[InSituation, Tag("situation")]
    | Annotated[InShop, Tag("shop")]
    | Annotated[OfAgent, Tag("agent")]
    | Annotated[Not, Tag("not")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[AllOf, Tag("all")],
    Discriminator(_which),
]
Conditions = Annotated[tuple[Condition, ...], BeforeValidator(listed)]

for _part in (Not, AnyOf, AllOf):
    _part.model_rebuild()
