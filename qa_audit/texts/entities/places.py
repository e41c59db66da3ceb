"""Addresses down to the street: chains of places (苏州市 姑苏区 观前街 100号 3栋) that come close enough to a door.

苏州姑苏区 alone is no address, nor is 观前街; 苏州市姑苏区观前街, 观前街100号 and 阳光花园3栋501 are.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from qa_audit.patterns import rule
from qa_audit.texts.entities.entity import Entity, Hint
from qa_audit.texts.entities.gazetteer import place_before, place_in
from qa_audit.texts.entities.wordlist import words

HINTS = (
    Hint(
        "省市区县州盟旗镇乡村屯庄路街道巷弄园苑城府庭湾厦寓栋幢座楼号",
        "[^，。！？；,!?;\n]{0,12}?[村屯庄路街道巷弄号栋幢座楼室元组队园苑城厦寓场厂院校学店馆舍庭府湾心际墅地0-9]",
    ),
    Hint("场际学院校厂舍店馆心墅地", "[ ,，、/-]?[0-9A-Za-z一二三四五六七八九十东南西北]"),
)

_STOP = (
    "的了吗呢吧啊哦呀啦嘛么是在不没我你您他她它们这那哪谁怎啥什请把被让给就也还很要说问看去到送寄收递货买卖价款箱个几"
    "住址改换写错以及或与能"
)
"""Characters that names of places and people do not hold: they end what could be one."""
NAME = rf"[^\W0-9_A-Za-z{_STOP}]"

_ADMIN, _TOWN, _ROAD, _VILLAGE, _ESTATE, _NUMBER, _BUILDING, _PART = words(
    "admin town road village estate number building part"
)
_SUFFIXES = {
    _ADMIN: words("省 自治区 自治州 特别行政区 市区 市 盟 地区 新区 开发区 高新区 区 县 旗"),
    _TOWN: words("街道办 街道 镇 乡 苏木"),
    _ROAD: words("大道 大街 胡同 路 街 巷"),
    _VILLAGE: words("村 屯 社区 庄 寨 农场 林场"),
    _ESTATE: words(
        "小区 花园 公寓 大厦 广场 家园 新村 新城 名城 华府 华庭 苑 山庄 国际 大楼 写字楼 大学 学院 中学 小学 学校 医院",
        "工业区 工业园区 工业园 科技园 产业园 创业园 物流园 园区 园 厂 宿舍 酒店 宾馆 豪庭 公馆 别墅 府 庭 湾 城 中心",
        "商城 市场 家属院 大院 基地",
    ),
}
_TYPE = {suffix: kind for kind, suffixes in _SUFFIXES.items() for suffix in suffixes}
_GOES_ON = {  # 科苑路, 李庄村 and 村东小学 do not end at 苑, 庄 and 村
    _ESTATE: f"(?![东西南北中]?(?:路|街|大道|巷|村|镇|乡|社区|小?区|市|县|{'|'.join(_SUFFIXES[_ESTATE])}))",
    "路": "(?<![道公铁线电思网套马]路)(?!由|线|径|过|程|费|况)",
}
_GOES_ON[_VILLAGE] = _GOES_ON[_ESTATE]
_GOES_ON["村"] = _GOES_ON[_ESTATE].replace("|村|", "|")  # 朱夏村村委会
_SUFFIX = "|".join(
    suffix + _GOES_ON.get(suffix, _GOES_ON.get(_TYPE[suffix], "")) for suffix in sorted(_TYPE, key=len, reverse=True)
)
_FIRST = "".join(sorted({suffix[0] for suffix in _TYPE} | {"道"}))  # looked at first: quick
_COUNT = "[0-9]{1,4}(?:[-－—–][0-9]{1,4})?|[一二三四五六七八九十]{1,3}"
_TOKEN = rule(
    rf"(?<![0-9A-Za-z.])(?:(?P<part>[东南西北中]段)|(?P<number>[甲乙丙]?(?:{_COUNT})(?:号院|号(?!楼|码|色|线|链)|弄))"
    rf"|(?P<building>(?:{_COUNT}|[A-Za-z][0-9]{{0,3}}|[东南西北])"
    r"(?:号楼|栋|幢|座|单元|室(?!.厅)|楼|层|组|队|期|排|区|房(?!.厅))"
    r"|[0-9]{1,3}-[0-9]{1,3}-[0-9]{2,4}(?![0-9-])))"
    rf"|(?P<name>{NAME}{{1,9}}?(?=[{_FIRST}])(?P<suffix>{_SUFFIX}|道(?=[0-9]|[东南西北中]段)))"
)
_DOOR = rule(r"[-－ ]?[A-Za-z]?[0-9]{2,5}(?:室|房|号)?(?![0-9.:A-Za-z元块年月日天点])")
_GAPS = frozenset(" ,，、-/")
_LEAD = rule(r"\w{0,3}至|从|麻烦|帮忙|家里|家在|单位|公司|学校|地址|收货|发往|发货|放|直接|就是|成|往")
_DIRECTIONS = "东南西北中"
_STRONG = rule("(?:栋|幢|座|号楼|单元|室)$")


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    start: int
    end: int
    suffix: int  # characters; 0 for numbers and parts of buildings


def find_addresses(text: str) -> Iterator[Entity]:
    """Yield the addresses of a text in order."""
    chain: list[_Token] = []
    for match in _TOKEN.finditer(text):
        token = _token(match)
        if chain and not _follows(text, chain[-1], token):
            yield from _judged(text, chain)
            chain = []
        chain.append(token)
    yield from _judged(text, chain)


def _token(match: re.Match[str]) -> _Token:
    start, end = match.span()
    suffix = match.group("suffix")
    if suffix is None:
        kind = _NUMBER if match.group("number") else _PART if match.group("part") else _BUILDING
        return _Token(kind, start, end, 0)
    kind = _ESTATE if match.group() == "小区" else _TYPE.get(suffix, _ROAD)
    return _Token(kind, start, end, len(suffix))


def _follows(text: str, before: _Token, token: _Token) -> bool:
    """Say whether a token goes on with a chain: nothing or a gap lies between, and no road begins after a number."""
    if (
        before.kind in (_NUMBER, _BUILDING)
        and token.kind in (_ADMIN, _TOWN, _ROAD)
        and text[before.end - 1] not in "期区"
    ):
        return False
    return token.start == before.end or (token.start == before.end + 1 and text[before.end] in _GAPS)


def _judged(text: str, chain: list[_Token]) -> Iterator[Entity]:
    kinds = [token.kind for token in chain if token.kind != _PART]
    if len(chain) < 2 or not (_has_door(text, chain, kinds) or _has_street(text, chain, kinds)):
        return
    end = chain[-1].end
    if chain[-1].kind in (_NUMBER, _BUILDING):
        door = _DOOR.match(text, end)
        end = door.end() if door else end
    yield Entity("address", _beginning(text, chain[0]), end)


def _has_door(text: str, chain: list[_Token], kinds: list[str]) -> bool:
    """Say whether a number follows a road, a village or an estate, or two parts of a building stand together."""
    for before, after in pairwise(kinds):
        if before in (_ROAD, _VILLAGE, _ESTATE) and after in (_NUMBER, _BUILDING):
            return True
    return len({m.group() for t in chain if t.kind == _BUILDING and (m := _STRONG.search(text, t.start, t.end))}) >= 2


def _has_street(text: str, chain: list[_Token], kinds: list[str]) -> bool:
    """Say whether a road or village follows a province or city, or one of these or an estate two districts."""
    if sum(kind in (_ADMIN, _TOWN) for kind in kinds) >= 2:
        return any(kind in (_ROAD, _VILLAGE, _ESTATE) for kind in kinds[1:])
    if not any(kind in (_ROAD, _VILLAGE) for kind in kinds[1:]):
        return False
    return any(_is_placed(text, token) for token in chain[:-1]) or _place_before(text, chain[0].start) is not None


def _is_placed(text: str, token: _Token) -> bool:
    """Say whether a province or city is in it that is more than the name of a road: 上海南京路, not 南京路."""
    place = place_in(text, token.start, token.end) if token.suffix else None
    if place is None:
        return False
    return token.kind == _ADMIN or text[place[1] : token.end - token.suffix].strip(_DIRECTIONS) != ""


def _beginning(text: str, token: _Token) -> int:
    """Return where a chain begins: at its first place, not at the words before it; with the places before it."""
    start = token.start
    if token.suffix:
        place = place_in(text, start, token.end)
        lead = _LEAD.match(text, start, token.end - 2)
        start = place[0] if place and _is_placed(text, token) else lead.end() if lead else start
    while token.suffix and (before := _place_before(text, start)) is not None:
        start = before
    return start


def _place_before(text: str, start: int) -> int | None:
    return place_before(text, start - 1 if start and text[start - 1] in _GAPS else start)
