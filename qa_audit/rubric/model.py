"""What a rubric file may say: frozen models, every key named, nothing else allowed.

Points are kept as integer hundredths (`扣 2.5 分` is 250), so that sums never depend on their order. The `description`
of each field is its documentation.
"""

from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, model_validator

HUNDREDTHS = 100


def _hundredths(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("要写一个数,如 5 或 2.5")
    try:
        scaled = Decimal(str(value)) * HUNDREDTHS
    except InvalidOperation as error:
        raise ValueError("要写一个数,如 5 或 2.5") from error
    if scaled != scaled.to_integral_value() or not 0 <= scaled <= 1_000_000:
        raise ValueError("分值要在 0 到 10000 之间,最多两位小数")
    return int(scaled)


def _texts(value: object) -> object:
    """Take one phrase or a list of them; a bare number is the text that was typed."""
    items = value if isinstance(value, list) else [value]
    return [str(item) if isinstance(item, int) and not isinstance(item, bool) else item for item in items]


def _listed(value: object) -> object:
    return value if isinstance(value, list) else [value]


Points = Annotated[int, BeforeValidator(_hundredths)]
Texts = Annotated[tuple[str, ...], BeforeValidator(_texts)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Ident = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,63}$")]
Role = Literal["agent", "customer", "bot", "auto", "any"]


class Part(BaseModel):
    """A frozen part of a rubric that refuses unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, protected_namespaces=())


class Within(Part):
    """How far after its anchor something is looked for; every limit given must hold, limits are inclusive."""

    messages: int | None = Field(None, ge=1, le=1000, description="之后该角色的前 N 条消息(撤回和自动回复不算)")
    seconds: Number | None = Field(None, gt=0, description="之后 N 秒内")

    @model_validator(mode="after")
    def _limited(self) -> "Within":
        if self.messages is None and self.seconds is None:
            raise ValueError("within 至少要写 messages 或 seconds 之一")
        return self


class Matcher(Part):
    """What finds messages: phrases, regexes and lexicons, by whom, and where in the segment."""

    words: Texts = Field((), description="短语,或词表文件(.txt,一行一个)")
    whole: Texts = Field((), description="整条消息恰好是它才算")
    regex: Texts = Field((), description="RE2 正则;有括号分组时以第 1 组为准")
    lexicon: Texts = Field((), description="自带词表的名字(rubrics/lexicons/名字.txt)")
    excepts: Texts = Field((), alias="except", description="例外:命中的字落在这些更长的短语里就不算;可写词表文件")
    role: Role | None = Field(None, description="谁说的;不写时 says / never / expect 为 agent(人工),after 为 customer")
    kind: Literal["text", "image", "card", "any"] | None = Field(
        None, description="消息类型;不写时只看文字;any 是文字、图片、卡片都算。没写要找的词时,有这样一条消息就算"
    )
    quoted: Literal["skip", "count"] = Field("skip", description="客服引用客户原话时:skip 不算,count 照算")
    first: int | None = Field(None, ge=1, description="只看这一段里该角色的前 N 条")
    last: int | None = Field(None, ge=1, description="只看这一段里该角色的后 N 条")
    unless: "Matcher | None" = Field(None, description="同一条消息还命中它就不算")
    within: Within | None = Field(None, description="只用在 expect / forbid:锚点之后多远以内")

    @model_validator(mode="after")
    def _finds_something(self) -> "Matcher":
        if not (self.words or self.whole or self.regex or self.lexicon or self.kind):
            raise ValueError("没有写要找什么(words / whole / regex / lexicon / kind 至少一个)")
        return self


def _check_range(at_least: float | None, at_most: float | None) -> None:
    if at_least is not None and at_most is not None and at_least > at_most:
        raise ValueError(f"at_least {at_least:g} 大于 at_most {at_most:g},没有数值能落在里面")


class Limits(Part):
    """A measure held against limits; both inclusive."""

    measure: Ident = Field(description="指标名(qa-audit measures 列出)")
    at_least: Number | None = None
    at_most: Number | None = None

    @model_validator(mode="after")
    def _limited(self) -> "Limits":
        if self.at_least is None and self.at_most is None:
            raise ValueError("要写 at_least 或 at_most")
        _check_range(self.at_least, self.at_most)
        return self


class Says(Part):
    """True where at least one message matches."""

    says: Matcher


class Not(Part):
    """The opposite of a condition; unknown stays unknown."""

    no: "Condition" = Field(alias="not")


class AnyOf(Part):
    """True where at least one of the conditions is."""

    any: Annotated[tuple["Condition", ...], BeforeValidator(_listed)]


class AllOf(Part):
    """True where all of the conditions are."""

    all: Annotated[tuple["Condition", ...], BeforeValidator(_listed)]


def _which(value: Any) -> str:
    if isinstance(value, dict):
        for key in ("measure", "says", "not", "any", "all"):
            if key in value:
                return key
    return "measure"


Condition = Annotated[
    Annotated[Limits, Tag("measure")]
    | Annotated[Says, Tag("says")]
    | Annotated[Not, Tag("not")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[AllOf, Tag("all")],
    Discriminator(_which),
]
Conditions = Annotated[tuple[Condition, ...], BeforeValidator(_listed)]


class Band(Part):
    """One step of a ladder; the first band whose limit holds decides."""

    at_most: Number | None = None
    at_least: Number | None = None
    deduct: Points = 0
    bonus: Points = 0
    label: str = ""


class RedLine(Part):
    """A veto: pending until a person confirms it, then the score cannot exceed the cap."""

    cap: Points = Field(0, description="确认后得分的上限")


class FlowStep(Part):
    """A step of a flow of the shop's own."""

    id: Ident
    title: str
    says: Matcher
    when: Conditions = Field((), description="适用的条件;不适用时不进分母")


class Flow(Part):
    """Which steps a conversation should cover: the eight reception steps, or the shop's own."""

    steps: Literal["standard"] | tuple[FlowStep, ...] = "standard"
    coverage: tuple[Band, ...] = Field(min_length=1, description="覆盖率(0–1)的档位")


class Examples(Part):
    """How the check must behave; every one is run by a test and by `rubric test`."""

    hit: Texts = Field((), description="会命中的一句话")
    miss: Texts = Field((), description="不该命中的一句话")
    passes: Texts = Field((), alias="pass", description="判通过的对话")
    fail: Texts = Field((), description="判不通过的对话")
    not_applicable: Texts = Field((), description="不适用的对话")


class Check(Part):
    """One scored item (评分项): exactly one of measure, says, never, after, flow."""

    id: Ident
    title: str = Field(min_length=1)
    points: Points = Field(0, description="这一项最多扣多少分")
    seeds: Texts = Field((), description="依据的规则编号")
    severity: Literal["minor", "major", "critical"] = "minor"
    confidence: Literal["high", "medium", "low"] = Field("high", description="low:只提醒(疑似),不扣分")
    remedy: str = Field("", description="建议的说法,写给客服看")
    when: Conditions = Field((), description="适用的条件,全部成立才适用")
    red_line: RedLine | None = None
    deduct: Points | None = Field(None, description="每次扣多少;不写就是 points")
    bonus: Points = Field(0, description="做到了加多少")
    per: Literal["message", "span"] = Field("message", description="never:按消息还是按每处扣")

    measure: Ident | None = None
    bands: tuple[Band, ...] = ()
    at_least: Number | None = None
    at_most: Number | None = None
    unanswered: Literal["fail", "skip"] = Field(
        "skip", description="因为没有回复而量不出时:fail 按最差一档,skip 不适用"
    )

    says: Matcher | None = None
    never: Matcher | None = None
    after: Matcher | None = None
    expect: Matcher | None = None
    forbid: Matcher | None = None
    anchors: Literal["every", "first", "any"] = Field("every", description="每个锚点都要 / 只看第一个 / 有一个做到就行")
    flow: Flow | None = None
    examples: Examples = Examples.model_construct()

    @property
    def kind(self) -> str:
        """Return which of the five kinds this check is."""
        return next(kind for kind in KINDS if getattr(self, kind) is not None)

    @model_validator(mode="after")
    def _one_kind(self) -> "Check":
        given = [kind for kind in KINDS if getattr(self, kind) is not None]
        if len(given) != 1:
            raise ValueError(f"要且只要写一种检查:{' / '.join(KINDS)}(现在写了 {len(given)} 种)")
        _check_kind(self)
        return self


KINDS = ("measure", "says", "never", "after", "flow")
_ONLY = {
    "bands": "measure", "at_least": "measure", "at_most": "measure", "unanswered": "measure",
    "expect": "after", "forbid": "after", "anchors": "after", "per": "never",
}  # fmt: skip


def _check_kind(check: Check) -> None:
    for key, kind in _ONLY.items():
        if key in check.model_fields_set and check.kind != kind:
            raise ValueError(f"{key} 只能和 {kind} 一起写")
    if check.kind == "measure" and not check.bands and check.at_least is None and check.at_most is None:
        raise ValueError("measure 要写 bands、at_most 或 at_least")
    _check_range(check.at_least, check.at_most)
    if check.bands and (check.at_least is not None or check.at_most is not None):
        raise ValueError("bands 和 at_most / at_least 只能写一样")
    if check.kind == "after" and (check.expect is None) == (check.forbid is None):
        raise ValueError("after 要写 expect 或 forbid 之一")
    bands = check.bands or (check.flow.coverage if check.flow else ())
    if bands:
        _check_ladder(bands)
    worst = max((band.deduct for band in bands), default=0)
    if worst > check.points:
        raise ValueError(f"有一档扣 {worst / HUNDREDTHS:g} 分,超过了 points {check.points / HUNDREDTHS:g}")
    if check.deduct is not None and check.deduct > check.points:
        raise ValueError(f"deduct {check.deduct / HUNDREDTHS:g} 超过了 points {check.points / HUNDREDTHS:g}")


def _check_ladder(bands: tuple[Band, ...]) -> None:
    """Every value must fall into exactly one band: limits of one kind, going one way, and a last band for the rest."""
    *limited, rest = bands
    if rest.at_most is not None or rest.at_least is not None:
        raise ValueError("最后一档不写 at_most / at_least,收下其余的情况(否则有的数值没有档可落)")
    highs = [band.at_most for band in limited if band.at_most is not None and band.at_least is None]
    lows = [band.at_least for band in limited if band.at_least is not None and band.at_most is None]
    if (
        len(highs) not in (0, len(limited))
        or len(lows) not in (0, len(limited))
        or len(highs) + len(lows) != len(limited)
    ):
        raise ValueError("每档只写 at_most 或只写 at_least,各档写同一种")
    if highs != sorted(set(highs)) or lows != sorted(set(lows), reverse=True):
        raise ValueError("at_most 要一档比一档大,at_least 要一档比一档小")


class Group(Part):
    """A group of checks (评分大项)."""

    id: Ident
    title: str
    count_once: bool = Field(False, description="同一句话在本组只扣一次,取扣得最多的一项")
    checks: tuple[Check, ...] = Field(min_length=1)


class Rubric(Part):
    """A whole rubric, as `rubrics/standard.yaml`."""

    rubric: Ident = Field(description="名字")
    title: str = ""
    version: int = Field(1, ge=1)
    effective: str | None = Field(None, pattern=r"^\d{4}-\d{2}-\d{2}$", description="从哪天起用")
    scoring: Literal["deduct", "ratio"] = Field(
        "deduct", description="deduct:100 减扣分加加分;ratio:得分 ÷ 适用分 × 100"
    )
    min_applicable: Points = Field(0, description="适用的分值少于它就不计分")
    bonus_cap: Points = Field(1_000, description="加分的上限")
    clock: str = Field("house", description="响应时钟")
    grades: dict[str, Points] = Field({}, description="等级:最低分")
    groups: tuple[Group, ...] = Field(min_length=1)

    @property
    def checks(self) -> tuple[tuple[Group, Check], ...]:
        """Return every check with its group, in rubric order."""
        return tuple((group, check) for group in self.groups for check in group.checks)
