"""Whether the cells of a column can be what a canonical column holds: they fit, they might, or they speak against it.

Each test returns (FITS, MIGHT or AGAINST, what was seen, in Chinese; "" where there is nothing to tell).
"""

from collections.abc import Callable, Mapping

from qa_audit.formats.headers import AUTOMATION_VALUES, FLAG_VALUES, KIND_VALUES, STAGE_VALUES, fold, lookup
from qa_audit.formats.layout import KNOWN_ROLES
from qa_audit.formats.proposing.content import Column

FITS, MIGHT, AGAINST = 2, 1, 0
Fit = tuple[int, str]

FEW = 4
"""Filled cells below which contents prove nothing."""

_MOSTLY, _NEARLY_ALL = 0.6, 0.95
_ENOUGH = 20


def fit(canonical: str, column: Column) -> Fit:
    """Return how well the cells of a column suit a canonical column."""
    if not column.said:
        return AGAINST, "样本里全是空的"
    found = _TESTS[canonical](column)
    return (MIGHT, "行数太少,看不出") if len(column.said) < FEW and found[0] == FITS else found


def text(column: Column) -> Fit:
    """Suit said things: free, varied, not times, ids or numbers."""
    if column.times + column.days + column.clocks > _MOSTLY:
        return AGAINST, "内容是时间"
    if column.flags or column.codes:
        return AGAINST, f"只有 {len(column.counts)} 种值"
    if column.free > _MOSTLY and column.distinct > 0.3:
        return FITS, f"内容是一句句话(平均 {column.length:.0f} 个字)"
    if column.numbers > _NEARLY_ALL:
        return AGAINST, "内容全是数字"
    return MIGHT, "很多行相同" if column.talk else "内容看不出是说的话"


def sent_at(column: Column) -> Fit:
    """Suit points in time that change from row to row."""
    if column.times < _NEARLY_ALL:
        return AGAINST, "内容不都是时间"
    if len(column.counts) == 1 and len(column.said) >= _ENOUGH:
        return AGAINST, "每一行都是同一个时间"
    if column.filled < 0.8:
        return MIGHT, "不少行是空的"
    return (FITS, "内容是时间,逐行不同") if column.distinct > 0.5 else (MIGHT, "内容是时间,但很多行相同")


def date(column: Column) -> Fit:
    """Suit bare dates, or points in time."""
    return (FITS, "内容是日期") if column.days + column.times > _NEARLY_ALL else (AGAINST, "内容不是日期")


def session_id(column: Column) -> Fit:
    """Suit ids that stay for a run of rows."""
    if (column.times > _MOSTLY and column.numbers < _MOSTLY) or (column.free > 0.5 and column.length > 12):
        return AGAINST, "内容不像编号"
    if column.ids < _NEARLY_ALL or column.filled < 0.8 or column.flags:
        return MIGHT, ""
    if len(column.counts) == len(column.said):
        return MIGHT, "每一行都不同"
    if len(column.counts) == 1:
        return MIGHT, "样本里只有一个值"
    return (FITS, "内容是编号,连着几行相同") if column.changes < _MOSTLY else (MIGHT, "编号逐行变化")


def message_id(column: Column) -> Fit:
    """Suit ids that differ in every row."""
    if column.ids > _NEARLY_ALL and column.distinct > 0.98 and column.filled > 0.8 and column.length >= 2:
        return FITS, "编号每一行都不同"
    return (AGAINST, "有很多行相同") if column.distinct < 0.5 else (MIGHT, "")


def sequence(column: Column) -> Fit:
    """Suit small whole numbers."""
    if column.numbers < _NEARLY_ALL:
        return AGAINST, "内容不都是整数"
    return (FITS, "内容是一个个序号") if column.length <= 7 else (MIGHT, "数字太大,不像序号")


def role(column: Column) -> Fit:
    """Suit a few words, known ones or others, that come again and again."""
    if says_roles(column):
        return FITS, "内容是" + "、".join(sorted(column.counts)[:3])
    if (
        column.codes
        and column.changes > 0.1
        and column.times < _MOSTLY
        and column.ids > _NEARLY_ALL
        and not _decimal(column)
    ):
        return FITS, f"只有 {len(column.counts)} 种值,来回交替"
    return (AGAINST, f"有 {len(column.counts)} 种值,不像角色") if len(column.counts) > 12 else (MIGHT, "")


def says_roles(column: Column) -> bool:
    """Tell whether most cells are words that reading knows as roles."""
    known = sum(count for value, count in column.counts.items() if fold(value) in KNOWN_ROLES)
    return known > _MOSTLY * len(column.said)


def _decimal(column: Column) -> bool:
    return any(value.replace(".", "", 1).isdecimal() and "." in value for value in column.counts)


def account(column: Column) -> Fit:
    """Suit accounts or names: short, again and again."""
    if column.flags:
        return AGAINST, "只有是与否,不是账号"
    if column.times > _MOSTLY and column.numbers < _MOSTLY:
        return AGAINST, "内容是时间"
    if column.length > 40 or (column.free > 0.5 and column.length > 12 and column.distinct > 0.5):
        return AGAINST, "内容是一句句话,不是账号"
    if column.distinct < 0.7 or len(column.counts) == 1:
        return FITS, f"像账号,{len(column.counts)} 个,反复出现"
    return MIGHT, ""


def _words(table: Mapping[str, tuple[str, ...]]) -> Callable[[Column], Fit]:
    known = lookup(table)

    def test(column: Column) -> Fit:
        share = sum(count for value, count in column.counts.items() if fold(value) in known) / len(column.said)
        if share > 0.8:
            return FITS, "值都认得:" + "、".join(sorted(column.counts)[:3])
        return (AGAINST, "值不认得") if len(column.counts) > 12 else (MIGHT, "有的值不认得")

    return test


def _plain(column: Column) -> Fit:
    """Suit ids and names of which contents say little."""
    if (
        column.flags
        or (column.times > _MOSTLY and column.numbers < _MOSTLY)
        or (column.free > 0.5 and column.length > 30)
    ):
        return AGAINST, "内容不像"
    return (FITS, "") if column.ids > _MOSTLY else (MIGHT, "")


def _shop(column: Column) -> Fit:
    if column.flags or (column.numbers > _MOSTLY and column.distinct > 0.5) or column.length > 40:
        return AGAINST, "内容不像店铺"
    return (FITS, "") if column.distinct < 0.5 else (MIGHT, "")


_TESTS: dict[str, Callable[[Column], Fit]] = {
    "session_id": session_id,
    "message_id": message_id,
    "sequence": sequence,
    "sent_at": sent_at,
    "date": date,
    "role": role,
    "sender": account,
    "agent_id": account,
    "customer_id": account,
    "text": text,
    "kind": _words(KIND_VALUES),
    "automation": _words(AUTOMATION_VALUES),
    "shop": _shop,
    "stage": _words(STAGE_VALUES),
    "withdrawn": _words(FLAG_VALUES),
    "seen": _words(FLAG_VALUES),
    "sku_id": _plain,
    "order_id": _plain,
}
