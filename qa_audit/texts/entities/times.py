"""Dates with times of day (12月1日, 下周三, 今天17点, 9:30) and durations (24小时, 两三天, 1-3个工作日)."""

import re
from collections.abc import Iterator

from qa_audit.patterns import rule
from qa_audit.texts.entities.entity import Entity, Hint

_COUNTS = "0-9零一二两俩三四五六七八九十百"
DATE_HINT = Hint(
    "今明昨前后去周期拜月年号日点时：:./\\-",
    "(?:(?<=[今明昨前后])[天日晚早儿年]|(?<=[周期拜])[一二三四五六日天末]|(?<=[上下这本个]周)|(?<=[上下这本个].[期拜])"
    f"|(?<=[{_COUNTS} 上下这本个][月年])|(?<=[去月年])[年初底末]|(?<=[{_COUNTS} ][号日点时])|(?<=[0-9][:：./-])[0-9])",
)
DURATION_HINT = Hint(
    "秒分刻时头天日周期拜月年hHmM个工自小钟多",
    f"(?<=[{_COUNTS}半个多 星礼小钟][秒分刻时头天日周期拜月年hHmM个工自小钟多])",
)

_YEAR = r"(?:19|20)[0-9]{2}"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_DAY = r"(?:[12][0-9]|3[01]|0?[1-9])"
_CHINESE_MONTH = "(?:十[一二]?|[一二三四五六七八九])"
_CHINESE_DAY = "(?:[二三]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_FULL = (
    rf"(?<![0-9./-]){_YEAR}(?:-{_MONTH}-{_DAY}|/{_MONTH}/{_DAY}|\.{_MONTH}\.{_DAY})(?![0-9./])"
    rf"|(?<![0-9])(?:(?:19|20)?[0-9]{{2}} ?年|[今明去]年) ?(?:{_MONTH}|{_CHINESE_MONTH}) ?月份?"
    rf"(?: ?(?:{_DAY}|{_CHINESE_DAY}) ?[日号])?"
)
_BY = (  # what makes a bare 5号 a day
    r"(?=之?前|以前|之?后|以后|左右|截|开始|发货|到货|到达|送达|下单|付款|[那当]天|[0-9]{1,2}[点:：]"
    r"|[上下]午|中午|晚上?|早上?|能?到)"
)
_OF_MONTH = "[份底初末]|中旬"
_NO_MONTH = "(?!龄|子|饼|亮|球|费|卡|租|嫂|销)"
_MONTH_DAY = (
    rf"(?<![0-9.]){_MONTH} ?月(?: ?{_DAY}(?:[日号]|(?![0-9个件折%.]){_BY}|(?=[-~至]))|{_OF_MONTH})?{_NO_MONTH}"
    rf"|(?<![0-9.第个几一二三四五六七八九十]){_CHINESE_MONTH}月(?:{_CHINESE_DAY}[日号]|{_OF_MONTH})?{_NO_MONTH}"
    rf"|(?<![0-9.]){_MONTH}[./]{_DAY}[日号](?!码|色|楼)"
    rf"|(?:每|本|这个?|下个?|上个?)月{_DAY}[日号]|(?<![0-9.-]){_DAY}[号日](?!码|色|楼|店){_BY}"
)
_WEEK = "(?:周|星期|礼拜)"
_RELATIVE = (
    r"大前天|大后天|前天(?!天)|昨[天日晚]|今[天日晚早儿]|明[天日晚早儿](?!线)"
    r"|(?<![0-9一二两三四五六七八九十几半]天)后天(?![天猫])"
    rf"|(?:上上|下下|[上下这本])?个?(?<![0-9一二两三四五六七八九十几半每]){_WEEK}"
    r"(?:[二三四五六日天末]|一(?![次个般些直样起年]))(?!福)"
    rf"|(?:上上|下下|[上下这本])个?{_WEEK}"
    r"|(?:上上|下下|[上下这本])个?月(?:[初底末中]|中旬)?(?!亮|饼)|(?<!个)月[初底末]|[今明去]年[初底]?|年[初底]"
)
_PART = "(?:凌晨|早上|早晨|清晨|上午|中午|下午|傍晚|晚上|夜里|半夜|早|晚)"
_HOUR = "(?:2[0-4]|[01]?[0-9])"
_CHINESE_HOUR = "(?:十[一二]?|[二两三四五六七八九])"
_DIGITAL = rf"(?<![0-9:：.]){_HOUR}[:：][0-5][0-9](?:[:：][0-5][0-9])?(?![0-9:：])(?!的?比)"
_SPOKEN = rf"(?:{_HOUR}|{_CHINESE_HOUR}|一)[点时](?:[0-5]?[0-9]分?|半|整|钟|多|[一三]刻)?"
_DONE = "之?前|以前|左右|开始|开抢|下班|上班"
_ALONE = (  # 三点建议 and 快一点 are no times of day
    rf"(?<![0-9.:第])(?:{_HOUR}点(?:[0-5][0-9]分?|半|整|钟)|{_HOUR}时[0-5][0-9]分"
    rf"|{_HOUR}点(?=$|[\s,，。!！?？]|{_DONE}|之?后|以后|截|发货|[过~至到-]))"
    rf"|(?<![0-9十有几第]){_CHINESE_HOUR}点(?:半|整|钟|[一三]刻|(?={_DONE}))"
)
_DAY_TIME = (
    rf"(?:{_FULL}|{_MONTH_DAY}|{_RELATIVE})"
    rf"(?:[,， 的]?(?:{_PART}(?: ?(?:{_DIGITAL}|{_SPOKEN}))?|{_DIGITAL}|{_SPOKEN}))?"
)
_MOMENT = rf"(?:{_DAY_TIME}|{_PART} ?(?:{_DIGITAL}|{_SPOKEN})|{_DIGITAL}|{_ALONE})"
_STARTS = "0-9大前后昨今明上下这本每个周星礼月年去凌早清中傍晚夜半一二两三四五六七八九十"
_DATE = rule(rf"(?=[{_STARTS}]){_MOMENT}(?: ?[-~～—－至] ?(?:{_MOMENT}|{_DAY}[日号]))?")
_RATIO = rule(r"(?:比例?|按|兑)[是为:： ]?$")

_COUNT = r"(?:[0-9]{1,4}(?:\.[0-9])?|[零一二两俩三四五六七八九十百]{1,4}|半)"
_UNIT = (
    r"秒钟?|分钟|分半钟?|min(?![a-z])|刻钟|个?[半多]?小时|个?[半多]?钟头|h(?=之?内|以内|左右|后|发|到|之?前)"
    r"|天(?![天津]|无理由|生|花|线|猫|气|才|两头|到晚|[0-9一二两三四五六七八九十]夜)|日(?=之?内|以内)"
    r"|个?工作日|个?自然日|周(?![年岁边末一二三四五六日天])|个?(?:星期|礼拜)(?![一二三四五六日天])"
    r"|个[半多]?月(?!大|龄|宝)|年(?![级代龄款产生货终轻纪份前底初]|四季|[0-9])"
)
_DURATION = rule(
    rf"(?<![0-9.点第零一二两俩三四五六七八九十百几年])(?<![0-9][:：])"
    rf"(?P<count>{_COUNT}(?: ?[-~～—－至到] ?{_COUNT})?)多? ?(?P<unit>{_UNIT})",
    re.IGNORECASE,
)
_MOST_YEARS = 30
_LATELY = frozenset("这那前过")  # 这两天 names no duration, 这三天 does


def find_dates(text: str) -> Iterator[Entity]:
    """Yield days, months, week days and times of day; a day with its time, and a range, are one."""
    for match in _DATE.finditer(text):
        if not _RATIO.search(text, max(match.start() - 3, 0), match.start()):
            yield Entity("date", *match.span())


def find_durations(text: str) -> Iterator[Entity]:
    """Yield numbers with a unit of time; 几天 and 一会儿 name none, 7天无理由 is the name of a promise."""
    for match in _DURATION.finditer(text):
        count, unit = match.group("count"), match.group("unit")
        if count == "半" and unit == "天":
            continue
        if count == "两" and text[match.start() - 1 : match.start()] in _LATELY:
            continue
        if unit == "年" and count.isdigit() and int(count) > _MOST_YEARS:
            continue
        yield Entity("duration", *match.span())
