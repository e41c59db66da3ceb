"""Amounts of money: ¥99, 3.5元, 九块九, 200-300元, 满300减40."""

import re
from collections.abc import Iterator

from qa_audit.patterns import rule
from qa_audit.texts.entities.entity import Entity, Hint

_DIGIT = "[一二两三四五六七八九]"
_NUMERALS = "零一二两三四五六七八九十百千万几"
_BEFORE = f"0-9{_NUMERALS}wW 多来民美欧日港"  # what may stand before a unit
HINT = Hint(
    "¥￥$€元块毛减圆返送币金分rR\\-",
    f"(?:(?<=[¥￥$€])|(?<=[{_BEFORE}][元块毛圆币金])|(?<=[减返送-]) ?[0-9{_NUMERALS}]|(?<=[{_BEFORE}]分)钱"
    "|(?<=[rR])[mM][bB])",
)

_TO = r" ?[-~～—－至到] ?"
_ARABIC = r"(?:[0-9]{1,3}(?:[,，][0-9]{3}){1,3}|[0-9]{1,9})(?:\.[0-9]{1,2})?"
_CHINESE = rf"[几一二两三四五六七八九十][{_NUMERALS}]{{0,7}}"
_NUMBER = rf"(?:{_ARABIC}|{_CHINESE})"
_SIGN = r"(?:[¥￥$€]|(?<![A-Za-z])(?:[Rr][Mm][Bb]|[Hh][Kk]\$|[Uu][Ss]\$))"
_UNIT = (
    r"元(?![旦宵素件器组气神])|圆(?=钱|\W|$)|人民币|[Rr][Mm][Bb](?![A-Za-z])|块钱|毛钱|分钱(?!一分货)"
    "|美元|美金|欧元|日元|港币"
)
_ONE_OF = "一(?![个件瓶包盒条双袋张只支套箱斤米])"  # 两块五一个 is a price, 两块五一 is none
_CENTS = (  # 九块九, 99块9毛; not 两块三角板
    rf"块(?:[0-9]{{1,2}}(?![0-9.A-Za-z*×寸块元])"
    rf"|{_DIGIT}(?![零二两三四五六七八九十百千个件条片张盒瓶块]|包(?!邮)|{_ONE_OF}))(?:[毛角](?:[0-9]|{_DIGIT})?)?"
)
_DISCOUNT = rf"满 ?{_NUMBER}(?:元|块钱?)? ?(?:立?减免?|返|送|-) ?{_NUMBER}(?:元|块钱?)?(?![0-9.折件个])"
_SIGNED = rf"{_SIGN} ?{_ARABIC}(?:{_TO}{_SIGN}? ?{_ARABIC})?[万千Ww]?(?:元|块钱?)?"
_COUNTED = (
    rf"(?<![0-9.,，A-Za-z{_NUMERALS}第])(?P<count>{_NUMBER}(?:{_TO}{_NUMBER})?) ?[多来几]?[万千百Ww]?[多来几]?"
    rf"(?:{_CENTS}|{_UNIT}| ?(?P<lump>块|毛)(?!头|状|儿))"
)
_AMOUNT = rule(rf"(?=[满¥￥$€RrHhUu0-9{_NUMERALS}])(?:{_DISCOUNT}|{_SIGNED}|{_COUNTED})")
# 块 counts things as well (三块面膜), so something about a price must stand beside it, more so for small numbers.
_PRICED = rule(
    r"$|\W|多|左右|以[内上下]|上下|[吧了的呢吗啊呀么退补都就行不还给买每太和跟到]|可以|能|便宜|优惠|红包|券|差价"
    r"|运费|邮费|包邮|一[个件瓶包盒条双袋张只支套箱斤米]"
)
_PRICED_SURELY = rule(r"包邮|运费|邮费|优惠|红包|券|差价")
_CHEAPER = rule(r"(?:便宜|优惠|立减|[减少退差贵涨降省补赔返扣])[了我你您他]?$")
_FEW = frozenset("123一二两三半")


def find_amounts(text: str) -> Iterator[Entity]:
    """Yield the amounts of money of a text; a range and a discount (满300减40) are one."""
    for match in _AMOUNT.finditer(text):
        if not match.group("lump") or _is_money(text, match):
            yield Entity("amount", *match.span())


def _is_money(text: str, match: re.Match[str]) -> bool:
    start, end = match.span()
    if _CHEAPER.search(text, max(start - 4, 0), start):
        return True
    if match.group("count") in _FEW:
        return _PRICED_SURELY.match(text, end) is not None
    return _PRICED.match(text, end) is not None
