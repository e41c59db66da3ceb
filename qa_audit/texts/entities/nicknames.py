"""Nicknames and accounts of shops' customers: those that a platform made or a label names, and a session's own one.

find_nicknames("昵称：Summer夏天")                 # Entity("nickname", 3, 11)
nickname_spans("亲爱的tb12345您好", "tb12345")      # [(3, 10)]
"""

import re
from collections.abc import Collection, Iterator
from functools import lru_cache

from qa_audit.patterns import rule
from qa_audit.texts.entities.entity import Entity, Hint
from qa_audit.texts.entities.labels import label_before
from qa_audit.texts.entities.names import is_full_name

HINTS = (
    Hint("昵旺员户账帐网家tTjJ", "(?:[称旺名号户昵Ii]|[bB_][0-9]{6}|[dD]_[0-9A-Za-z])"),
    Hint("旺", "(?:名|号|[Ii][Dd]|[账帐]号)"),
)

_SHAPED = rule(  # as Taobao and JD make them
    r"(?<![A-Za-z0-9_])(?:tb_?[0-9]{6,16}(?:_[0-9]{1,8})?|t_[0-9]{8,16}(?:_[0-9]{1,4})?"
    r"|jd_(?=[a-z]{0,15}[0-9])[0-9a-z]{6,20})(?![A-Za-z0-9_])",
    re.IGNORECASE,
)
_LABEL = r"(?:昵称|旺旺(?:名|号|id|[账帐]号)|会员(?:名|id)|用户(?:名|id)|买家(?:名|id|[账帐]号)|网名)"
_ACCOUNT = r"[a-z][a-z0-9_.-]{3,24}(?<![.-])"
_OPENS = "【「“\"'《〈（("
_SAID = rf"(?:\s{{0,2}}[:：=]\s{{0,2}}|(?:是|为|叫做?|改成|写的?是){{1,2}}[:：]?|(?=[{_OPENS}]))[{_OPENS}]?"
_NO_NAME = (
    "怎|什么|可以|能|请|哪|是|不|在|要|已|被|和|或|就|谁|多少|有|没|随便|一样|显示|系统|自动|默认|对的|错的|修改|无|空"
)
_LABELLED = rule(
    rf"{_LABEL}(?:{_SAID}(?!{_NO_NAME})(?P<said>[\w.·☆★~-]{{2,25}}(?<![吗呢吧么的了.~-]))"
    rf"|\s{{0,2}}(?P<account>{_ACCOUNT})(?![A-Za-z0-9_]))",
    re.IGNORECASE,
)
_OF_ACCOUNT = rule(
    rf"(?:[账帐]号|[账帐]户名?)(?:名|id)?(?:\s{{0,2}}[:：=]\s{{0,2}}|[是为叫]|\s){{0,2}}"
    rf"(?P<account>(?=[a-z._-]{{0,24}}[0-9_]){_ACCOUNT})(?![A-Za-z0-9_@＠])",
    re.IGNORECASE,
)

_BEFORE = rule(
    r"(?:亲爱的|尊敬的|您好|你好|欢迎|用户|客户|买家|顾客|会员|昵称|我叫|我是|(?<![a-z])(?:hi|hello|hey|dear)|@)"
    r"[ ,，:：!！]{0,2}$",
    re.IGNORECASE,
)
_AFTER = rule(r"[ ,，]{0,2}(?:您好|你好|先生|女士|小姐|同学)")
_PLATFORM = rule(r"(?:cn)?(?:taobao|alichn|tmall)(?=[^\x00-\x7f]|tb[0-9])", re.IGNORECASE)
_LONG = 5  # characters of an account of Latin and digits as a part of a text
_ENOUGH = 3  # characters; a shorter nickname counts only where somebody is addressed, unless it is a whole name


def find_nicknames(text: str) -> Iterator[Entity]:
    """Yield accounts as platforms make them (tb12345678, jd_5f3a9c2b), and what follows 昵称, 旺旺名, 会员名, 账号."""
    for match in _SHAPED.finditer(text):
        if label_before(text, match.start()) != "goods":
            yield Entity("nickname", *match.span())
    for match in _LABELLED.finditer(text):
        name = "said" if match["said"] else "account"
        if not match[name].isdigit():  # numbers are told apart by their own rules
            yield Entity("nickname", *match.span(name))
    for match in _OF_ACCOUNT.finditer(text):
        yield Entity("nickname", *match.span("account"))


def nickname_spans(text: str, customer: str | None) -> list[tuple[int, int]]:
    """Return where the nickname of a customer stands in a text of his session, in order, without overlaps.

    `customer` is his account as exported. Letters match in either case and width; Latin and digits only as a whole
    word. A nickname of one or two characters, or of few digits, counts only where somebody is addressed (亲爱的…,
    …您好): 大白 is a customer there and a toffee elsewhere.
    """
    nickname, folded = _own(customer or ""), fold(text)
    if not nickname or nickname not in folded:
        return []
    pattern, sure = _finder(nickname)
    spans = (match.span() for match in pattern.finditer(folded))
    return [(a, b) for a, b in spans if sure or _BEFORE.search(folded, max(a - 10, 0), a) or _AFTER.match(folded, b)]


def mask_nickname(text: str, customer: str | None, original: str | None = None) -> str:
    """Star a customer's nickname out of a text; `original`, of the same length, is where it is looked for."""
    for start, end in nickname_spans(text if original is None else original, customer):
        text = text[:start] + "*" * (end - start) + text[end:]
    return text


def nickname_core(customer: str) -> str:
    """Return an account as it stands in texts: narrow, in lower case, without the platform's prefix (cntaobao…)."""
    nickname = fold(customer).strip()
    return nickname[end.end() :] if (end := _PLATFORM.match(nickname)) else nickname


def account_parts(text: str, accounts: Collection[str]) -> Iterator[tuple[int, int]]:
    """Yield where accounts, as `nickname_core` makes them, are parts of a short text such as the name of a file.

    Such of three characters or more count wherever they stand; of Latin and digits only five or more, as a whole word.
    """
    folded = fold(text)
    for size in _sizes(frozenset(accounts)):
        for start in range(len(folded) - size + 1):
            piece = folded[start : start + size]
            if piece in accounts and (not piece.isascii() or _stands_alone(folded, start, start + size)):
                yield start, start + size


@lru_cache(maxsize=8)
def _sizes(accounts: frozenset[str]) -> tuple[int, ...]:
    """Return the lengths of the accounts that may be parts of a text."""
    return tuple(sorted({len(each) for each in accounts if len(each) >= (_LONG if each.isascii() else _ENOUGH)}))


def _stands_alone(folded: str, start: int, end: int) -> bool:
    around = folded[max(start - 1, 0) : start] + folded[end : end + 1]
    return end - start >= _LONG and re.search("[a-z0-9]", around) is None


@lru_cache(maxsize=65_536)
def _own(customer: str) -> str:
    """Return the nickname of an account; "" for one that is empty or all masked."""
    nickname = nickname_core(customer)
    return nickname if nickname.strip("*") else ""


@lru_cache(maxsize=65_536)
def _finder(nickname: str) -> tuple[re.Pattern[str], bool]:
    """Return what finds a nickname, and whether that alone is enough; made for the few that their texts name."""
    before = "(?<![a-z0-9_])" if re.match("[a-z0-9_]", nickname) else ""
    after = "(?![a-z0-9_])" if re.search("[a-z0-9_]$", nickname) else ""
    digits = nickname.isascii() and nickname.isdigit()
    sure = is_full_name(nickname) or len(nickname) >= (5 if digits else _ENOUGH)
    return re.compile(before + re.escape(nickname) + after), sure


_WIDE = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)} | {0x3000: " "}


def fold(text: str) -> str:
    """Return a text in lower case and narrow letters, of the same length."""
    narrow = text.translate(_WIDE)
    lower = narrow.lower()
    return lower if len(lower) == len(narrow) else "".join(each.lower()[:1] for each in narrow)
