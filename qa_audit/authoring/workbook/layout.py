"""评分表.xlsx: which sheets it has, which columns, and the Chinese words that stand for the fixed words of YAML."""

from collections.abc import Mapping
from dataclasses import dataclass, field

TEXT, NUMBER, YES, CHOICE, TEXTS, YAML, DAY = "text", "number", "yes", "choice", "texts", "yaml", "day"
"""What a cell holds: one text, a number, 是, one of a few words, several texts, YAML on one line, a date."""

SCORING = {"deduct": "扣分制", "ratio": "得分率"}
SEVERITY = {"minor": "轻微", "major": "严重", "critical": "原则性"}
CONFIDENCE = {"high": "高", "medium": "中", "low": "低"}
KIND = {
    "measure": "指标", "says": "要说", "never": "不能说", "share": "占比", "after": "之后", "before": "之前",
    "around": "前后", "flow": "流程", "all": "都要成立", "any": "有一个成立", "not": "不能成立",
}  # fmt: skip
POSITION = {"content": "内容", "expect": "要出现", "forbid": "不能出现"}
PHRASE = {
    "words": "短语", "whole": "整句", "regex": "正则", "lexicon": "词表", "like": "相似句", "except": "例外",
}  # fmt: skip
EXAMPLE = {
    "hit": "命中", "miss": "不命中", "pass": "通过", "fail": "不通过", "review": "提醒", "not_applicable": "不适用",
}  # fmt: skip
CHANGE = {"words": "加短语", "whole": "加整句", "regex": "加正则", "except": "加例外", "drop": "去掉"}
STANDARD_FLOW = "接待八步"


@dataclass(frozen=True)
class Column:
    """A column: its title, the key it stands for, what its cells hold, and a note for the reader."""

    title: str
    key: str
    kind: str = TEXT
    note: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    wide: int = 14
    needed: bool = False


def _id(title: str = "编号", note: str = "「评分项」里的编号") -> Column:
    return Column(title, "id", TEXT, note, wide=24, needed=True)


BASICS = (
    Column("名字", "rubric", TEXT, "字母开头,只用字母、数字、- 和 _", needed=True),
    Column("标题", "title", TEXT, "印在评分卡上"),
    Column("版本", "version", NUMBER, "整数"),
    Column("起用日期", "effective", DAY, "如 2026-12-01"),
    Column("更早的版本", "earlier", TEXTS, "文件名,空格隔开;起用日期之前的会话用它评"),
    Column("计分", "scoring", CHOICE, "扣分制:100 减扣分加加分;得分率:得分 ÷ 适用分 × 100", SCORING),
    Column("声明满扣", "points", NUMBER, "各项一共最多扣多少分;不符就是错误,可以不写"),
    Column("最少适用分", "min_applicable", NUMBER, "适用的分值少于它就不计分"),
    Column("加分上限", "bonus_cap", NUMBER, ""),
    Column("时钟", "clock", TEXT, "qa-audit clock list 列出"),
    Column("其他", "other", YAML, "别的键,如 {include: [packs/a.yaml]}"),
)
"""The rows of the sheet 基本."""

SHEETS: dict[str, tuple[Column, ...]] = {
    "等级": (
        Column("等级", "name", needed=True, note="如 优"),
        Column("最低分", "least", NUMBER, "得分不低于它就是这一等", needed=True),
    ),
    "大项": (
        Column("编号", "id", note="字母开头", needed=True, wide=24),
        Column("名称", "title", wide=20),
        Column("声明分值", "points", NUMBER, "本大项一共最多扣多少分;不符就是错误,可以不写"),
        Column("同句只扣一次", "count_once", YES, "同一句话在本大项只扣一次,取扣得最多的一项"),
    ),
    "评分项": (
        Column("大项", "group", note="「大项」里的名称或编号", needed=True),
        Column("编号", "id", note="字母开头,全表不重复", needed=True, wide=24),
        Column("名称", "title", needed=True, wide=24),
        Column("最多扣", "points", NUMBER, "这一项最多扣多少分", wide=8),
        Column("每次扣", "deduct", NUMBER, "不写就是最多扣", wide=8),
        Column("加分", "bonus", NUMBER, "做到了加多少", wide=8),
        Column("严重程度", "severity", CHOICE, "不写是轻微", SEVERITY, 10),
        Column("把握", "confidence", CHOICE, "不写是高;低:只提醒(疑似),不扣分", CONFIDENCE, 8),
        Column("红线上限", "cap", NUMBER, "写了就是红线:人确认后得分不超过它", wide=10),
        Column("停用", "off", YES, "写 是 就不评这一项", wide=8),
        Column("方式", "kind", CHOICE, "这一项怎么评", KIND, 12, needed=True),
        Column("内容", "content", YAML, "指标写指标名;说话的写 YAML(短语放在「词语」);流程写 接待八步", wide=48),
        Column("要出现", "expect", YAML, "方式是 之后、之前、前后 时:要出现什么", wide=30),
        Column("不能出现", "forbid", YAML, "方式是 之后、之前、前后 时:不能出现什么", wide=30),
        Column("不小于", "at_least", NUMBER, "指标、占比不小于它才通过;分几档的写在「档位」", wide=8),
        Column("不大于", "at_most", NUMBER, "指标、占比不大于它才通过;分几档的写在「档位」", wide=8),
        Column("适用条件", "when", YAML, "如 {measure: agent_messages, at_least: 1};几个条件写 [{…}, {…}]", wide=30),
        Column("依据", "seeds", TEXTS, "规则编号,空格隔开", wide=16),
        Column("建议说法", "remedy", TEXT, "写给客服看", wide=40),
        Column("其他", "other", YAML, "别的键,如 {per: span, anchors: first}", wide=24),
    ),
    "档位": (
        _id(),
        Column("不大于", "at_most", NUMBER, "这一档的上限(含);最后一档不写"),
        Column("不小于", "at_least", NUMBER, "这一档的下限(含);最后一档不写"),
        Column("扣", "deduct", NUMBER, "不写是 0"),
        Column("加", "bonus", NUMBER, "不写是 0"),
        Column("档名", "label", TEXT, "印在扣分那一行", wide=20),
    ),
    "词语": (
        _id(),
        Column("位置", "position", CHOICE, "在评分项的哪一栏里找;不写是 内容", POSITION),
        Column("类别", "kind", CHOICE, "不写是 短语", PHRASE),
        Column("短语", "phrase", TEXT, "一行一个;词表文件(.txt)也写在这里", wide=60, needed=True),
    ),
    "例子": (
        _id(),
        Column("类别", "kind", CHOICE, "命中、不命中:一句话;其余是一段对话", EXAMPLE, needed=True),
        Column("文字", "text", TEXT, "对话一行一条:时间 谁: 说了什么;格子里换行按 Alt+Enter", wide=80, needed=True),
    ),
    "词表增减": (
        Column("词表", "lexicon", TEXT, "自带词表的名字,或词表文件", wide=24, needed=True),
        Column("动作", "kind", CHOICE, "", CHANGE),
        Column("短语", "phrase", TEXT, "", wide=60),
    ),
    "依据": (
        Column("编号", "id", note="自家的规则编号", needed=True),
        Column("说明", "text", wide=60, needed=True),
    ),
}  # fmt: skip
"""The sheets with a row per thing, in their order; 说明 and 基本 stand before them."""

NOTES, BASIC = "说明", "基本"
NEEDED_SHEETS = (BASIC, "大项", "评分项")
PRIVATE = "备注"
"""Sheets and columns whose name begins so are the reader's own; nobody reads them."""

OWN = (
    "id", "title", "points", "deduct", "bonus", "severity", "confidence", "off", "expect", "forbid", "at_least",
    "at_most", "when", "seeds", "remedy",
)  # fmt: skip
"""The columns of 评分项 that are keys of a check as they are."""

ELSEWHERE = {column.key: column.title for column in BASICS if column.key != "other"} | {
    "groups": "大项", "grades": "等级", "seeds": "依据", "extend": "词表增减",
}  # fmt: skip
ELSEWHERE_OF_CHECK = (
    {column.key: column.title for column in SHEETS["评分项"] if column.key in OWN}
    | dict.fromkeys(KIND, "方式")
    | {"red_line": "红线上限", "bands": "档位", "examples": "例子"}
)
"""The keys that cannot stand in a cell 其他, of a rubric and of a check, and where they stand."""
