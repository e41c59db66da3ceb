"""What finds messages: which words, by whom, where in the conversation, how many of them."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from qa_audit.mistakes import mistake
from qa_audit.rubric.model.parts import Count, Number, Part, Range, Texts, Whole, given, listed

Role = Literal["agent", "customer", "bot", "auto", "any"]
Stage = Literal["pre", "in", "after"]
Situation = Literal["objection", "complaint", "hesitation", "refund", "logistics", "out_of_stock"]
EntityKind = Literal[
    "phone", "order_number", "link", "amount", "date", "duration", "id_card", "bank_card", "email", "wechat",
    "qq", "address",
]  # fmt: skip
Stages = Annotated[tuple[Stage, ...], BeforeValidator(listed)]
Situations = Annotated[tuple[Situation, ...], BeforeValidator(listed)]
EntityKinds = Annotated[tuple[EntityKind, ...], BeforeValidator(listed)]
MessageKind = Literal["text", "image", "card", "order_event", "transfer", "recall", "other", "any"]
Automation = Literal["none", "auto", "assisted", "inferred"]
MessageKinds = Annotated[tuple[MessageKind, ...], BeforeValidator(listed)]
Automations = Annotated[tuple[Automation, ...], BeforeValidator(listed)]


class Within(Part):
    """How far from its anchor something is looked for; every limit given must hold, limits are inclusive."""

    messages: Count | None = Field(None, description="该角色的 N 条消息以内(撤回和自动回复不算)")
    seconds: Annotated[Number, Field(gt=0)] | None = Field(None, description="N 秒以内")
    turns: Count | None = Field(None, description="N 轮以内;1 是锚点所在的那一轮")
    until: "Matcher | None" = Field(None, description="中间出现了它就不再往远处找")
    itself: bool = Field(False, description="锚点那一条消息自己也算")

    @model_validator(mode="after")
    def _limited(self) -> "Within":
        if not given(self, "messages", "seconds", "turns", "until"):
            raise mistake("E310")
        return self


class Anchor(Part):
    """Where to look: before, after or around messages of another matcher."""

    says: "Matcher" = Field(description="锚点:什么样的消息(不写 role 时任何一方)")
    within: Within | None = Field(None, description="离锚点多远以内;不写是整个会话")
    anchors: Literal["any", "first", "last"] | Count = Field(
        "any", description="看哪个锚点:any 任何一个 / first 这一段的第一个 / last 最后一个 / 数字 第几个"
    )


class Lookback(Part):
    """A comparison with earlier messages of the session."""

    messages: Count = Field(5, description="和前面的几条比")
    similar: Annotated[Number, Field(ge=0.5, le=1)] = Field(
        1.0, description="多像才算:1 是一样,0.8 是八成一样(按相邻两字)"
    )
    min_length: Count = Field(4, description="短于几个字的不比")
    times: Count = Field(1, description="前面至少有几条一样才算")


class Position(Part):
    """A range of places among the messages of the role in the segment, from 1; negative counts from the end."""

    start: Whole = Field(1, alias="from", description="从第几条起,-1 是最后一条")
    stop: Whole = Field(-1, alias="to", description="到第几条止(含)")

    @model_validator(mode="after")
    def _ordered(self) -> "Position":
        if 0 in (self.start, self.stop) or (self.start > self.stop and (self.start > 0) == (self.stop > 0)):
            raise mistake("E311", start=self.start, stop=self.stop)
        return self


class Matcher(Part):
    """What finds messages: phrases, regexes, lexicons, entities; by whom; where in the segment."""

    words: Texts = Field((), description="短语,或词表文件(.txt,一行一个)")
    whole: Texts = Field((), description="整条消息恰好是它才算")
    regex: Texts = Field((), description="RE2 正则;有括号分组时以第 1 组为准")
    lexicon: Texts = Field((), description="自带词表的名字(rubrics/lexicons/名字.txt)")
    entities: EntityKinds = Field((), description="实体:电话、订单号、链接、金额等")
    like: Texts = Field((), description="和这些句子相似的消息")
    similar: Annotated[Number, Field(ge=0.5, le=1)] = Field(0.8, description="like 要多像才算,按相邻两字比")
    excepts: Texts = Field((), alias="except", description="例外:命中的字落在这些更长的短语里就不算;可写词表文件")
    evasions: bool = Field(False, description="也找变着写的(加 微 信、加v、薇❤);找到的只提醒,不扣分")

    match: Literal["any", "all", "none"] | Count = Field(
        "any", description="要命中几种说法:any 任何一种 / all 每一种 / none 一种都没有 / 数字 至少几种不同的"
    )
    across: Literal["message", "burst", "segment"] = Field(
        "message", description="match、min_hits、max_hits 在多大范围里数:一条消息 / 连着的几条 / 整段"
    )
    min_hits: Count | None = Field(None, description="范围里至少命中几处才算")
    max_hits: Count | None = Field(None, description="范围里最多命中几处才算")

    role: Role | None = Field(None, description="谁说的;不写时 says / never / expect 为 agent(人工),after 为 customer")
    automation: Automations = Field(
        (), description="只看这样发出的:none 人工 / auto 自动 / assisted 机器人协助 / inferred 推断为自动"
    )
    kind: MessageKinds = Field((), description="消息类型;不写只看文字;any 是文字、图片、卡片等都算")
    stage: Stages = Field((), description="只看售前 pre / 售中 in / 售后 after 的消息")
    situation: Situations = Field((), description="只看这样的一轮里的消息:异议、投诉、犹豫、退款、物流、缺货")
    quoted: Literal["skip", "count"] = Field("skip", description="客服引用客户原话时:skip 不算,count 照算")

    first: Count | None = Field(None, description="只看这一段里该角色的前 N 条")
    last: Count | None = Field(None, description="只看这一段里该角色的后 N 条")
    number: Position | None = Field(None, description="只看这一段里该角色的第几条到第几条")
    first_seconds: Annotated[Number, Field(ge=0)] | None = Field(None, description="只看这一段开始 N 秒内的")
    last_seconds: Annotated[Number, Field(ge=0)] | None = Field(None, description="只看这一段结束前 N 秒内的")
    after: Anchor | None = Field(None, description="只看锚点之后的")
    before: Anchor | None = Field(None, description="只看锚点之前的")
    around: Anchor | None = Field(None, description="只看锚点前后的")

    length: Range | None = Field(None, description="消息的字数")
    exclamations: Range | None = Field(None, description="消息里感叹号的个数")
    questions: Range | None = Field(None, description="消息里问号的个数")
    tone: Range | None = Field(None, description="客户消息的情绪,0(负面)到 1(正面)")
    waited: Range | None = Field(None, description="这条回复让客户等了多少秒(按评分表的时钟)")
    repeat: Lookback | None = Field(None, description="重复同一方前面的话")
    echo: Lookback | None = Field(None, description="重复对方前面的话")
    unless: "Matcher | None" = Field(None, description="同一条消息还命中它就不算")
    within: Within | None = Field(None, description="只用在 expect / forbid:离锚点多远以内")

    @property
    def has_patterns(self) -> bool:
        """Whether it looks for words, regexes, lexicons or entities."""
        return bool(given(self, *PATTERNS))

    @model_validator(mode="after")
    def _finds_something(self) -> "Matcher":
        if not given(self, *PATTERNS, *_ENOUGH):
            raise mistake("E312", keys="、".join((*PATTERNS, *_ENOUGH)))
        if self.kind and "text" not in self.kind and "any" not in self.kind and given(self, *PATTERNS, "like"):
            raise mistake("E313", kind="、".join(self.kind))
        if self.match != "any" and not self.has_patterns:
            raise mistake("E314", key="match")
        if self.min_hits is not None and self.max_hits is not None and self.min_hits > self.max_hits:
            raise mistake("E304", at_least=str(self.min_hits), at_most=str(self.max_hits))
        if self.tone is not None and self.role != "customer":
            raise mistake("E315")
        return self


PATTERNS = ("words", "whole", "regex", "lexicon", "entities")
"""The keys that name patterns; several of them together are one list of patterns."""

_ENOUGH = (
    "like", "kind", "length", "exclamations", "questions", "tone", "waited", "repeat", "echo", "situation", "stage",
)  # fmt: skip

for _part in (Within, Anchor):  # they name the matcher, which stands below them
    _part.model_rebuild(force=True)
