"""Names of people where an order names them: after 收件人 and the like, beside a phone number or an address."""

import re
from collections.abc import Iterator, Sequence

from qa_audit.patterns import rule
from qa_audit.texts.entities.entity import Entity, Hint
from qa_audit.texts.entities.gazetteer import NAMES
from qa_audit.texts.entities.places import NAME
from qa_audit.texts.entities.wordlist import words

_LABEL = (
    r"(?:收[件货]|寄件|联系|购买|付款|开户|持卡)人(?:的?(?:姓名|名字|名))?|(?:真实|收货|客户)?姓名|实名(?=[:：])|户名"
)
HINT = Hint("收寄联购付开持姓户实", "(?:[件货系买款户卡]人|货姓名|名)")

SELF_HINT = Hint("我", "叫")

_MAY = rule(f"[{HINT.chars}]{HINT.tail}")

_SINGLE = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付"
    "方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关"
    "兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕季裴霍涂成苗谷盛曲翁冉骆蓝游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳穆司卓古吉缪"
    "简车项芦麦褚娄窦戚岑景党宫费卜冷晏席卫柏宗瞿桂佟臧闵苟邬边卞姬师仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩佘池查麻迟邝封"
)
_HAN = "[\u4e00-\u9fff]"
_DOUBLE = "欧阳|司马|上官|诸葛|皇甫|尉迟|公孙|慕容|令狐|司徒|夏侯|长孙|宇文|端木|轩辕|南宫|东方|独孤"
_FULL = rf"(?:(?:{_DOUBLE}){NAME}{{1,2}}|[{_SINGLE}]{NAME}{{1,2}})"
_WORDS = frozenset(
    words(
        "高兴 高级 高低 方便 方法 方式 马上 安全 安装 安排 金额 金色 时间 时候 常用 常见 周末 周一 周二 周三 周四",
        "周五 周六 周日 周边 周年 全部 全国 全新 单独 单位 单号 和我 于是 关于 连接 成功 成交 明天 明白 明早 明晚",
        "明年 白天 白色 黄色 万一 应该 应当 关机 关闭 关注 向您 计划 包括 包裹 包邮 边上 余额 谢谢 谢谢您 谢谢你",
        "申请 申通 严重 钱包 程序 钟点 康师傅 路上 华为 游戏 任何 任意 毕竟 解决 查询 查看 查下 查一下 商品 商家",
        "商城 师傅 管家 管理 文字 文件 顾客 温馨 温度 农村 简单 连上 党员 费用 冷静 席位 古典 吉祥 平台 电话 手机",
        "手机号 地址 联系 联系人 收货 收件 收货人 收件人 姓名 名字 先生 女士 小姐 同上 同前 没有 本人 自己 号码",
        "邮箱 微信 备注 订单 安静 童装 游客 项目 景点 全名 时段 成都人 米色 蓝色 金属 向上 应付 曾经 任务 石头",
        "田间 万能 华东 华南 华北 常规 解释 解答 和电 和地 和手 施工 连同 全称 真实 中文 英文",
    )
)
_OFFICES = frozenset("组部处司店厅科队站办")
_TITLES = "先生|女士|小姐|太太|师傅|经理|老师|老板|阿姨|总"
_GLUE = r"[ ,，、;；:：/]{0,2}(?:的?(?:联系)?(?:电话|手机号?|tel)[ :：是]{0,2}|打)?"
_LABELLED = rule(
    rf"(?:{_LABEL})(?:(?P<colon>\s{{0,2}}[:：]\s{{0,2}})|(?:是|叫|为|写|填|(?:改|换)(?:成|为)?+|[ \t]){{0,2}}+)"
    rf"(?P<name>{_HAN}{{2,8}}[·•]{_HAN}{{2,8}}|{NAME}{{2,9}})"
)
_SELF = rule(rf"(?<![让要请帮替])我叫(?P<name>{_FULL})(?=$|[\s,，、;；。.!！])")
_SURNAMED = rule(_FULL)
_IN_NAME = rule(NAME)
_AFTERWORDS = rule(rf"(?P<name>{_FULL}?)(?=$|[\W0-9_A-Za-z]|{_TITLES}|电话|手机|地址|[的了吗吧收谢])")
_TITLED = rule(rf"(?:{_TITLES}){_GLUE}$")
_BEFORE = rule(rf"(?:^|(?<=[\W_])|(?<=经理|师傅|老师|同事|本人|我是|我叫|改成|换成|改为))(?P<name>{_FULL}){_GLUE}$")
_AFTER = rule(rf"[ ,，、;；:：/]{{0,2}}(?P<name>{_FULL})(?=$|[\s,，、;；。.!！]|{_TITLES}|收)")
_BESIDE = 16  # characters beside a phone number or address in which its owner may stand


def find_labelled_names(text: str) -> Iterator[Entity]:
    """Yield the names after 收件人, 姓名 and the like; without a colon only what begins with a surname."""
    for match in _LABELLED.finditer(text) if _MAY.search(text) else ():
        start, end = match.span("name")
        name = match.group("name")
        if "·" in name or "•" in name:
            yield Entity("name", start, end)
            continue
        known = _AFTERWORDS.match(text, start)
        if known and _is_name(known.group("name")):
            yield Entity("name", *known.span("name"))
        elif match.group("colon") and 2 <= len(name) <= 4 and _is_name(name):
            yield Entity("name", start, end)


def find_own_names(text: str) -> Iterator[Entity]:
    """Yield the full names with which people say who they are: 我叫赵翠花, and nothing after it."""
    for match in _SELF.finditer(text):
        yield from _named(match)


def find_names_beside(text: str, phones: Sequence[Entity], addresses: Sequence[Entity]) -> Iterator[Entity]:
    """Yield the names that stand right before or after a phone number, or before or after an address with a gap."""
    for phone in phones:
        low = max(phone.start - _BESIDE, 0)
        yield from _titled(text, low, phone.start)
        yield from _named(_BEFORE.search(text, low, phone.start))
        yield from _named(_AFTER.match(text, phone.end))
    for address in addresses:
        low = max(address.start - _BESIDE, 0)
        if address.start and text[address.start - 1] in " ,，、;；\n":
            yield from _named(_BEFORE.search(text, low, address.start))
        if text[address.end : address.end + 1] in (" ", ",", "，", "、", ";", "；", "\n"):
            yield from _named(_AFTER.match(text, address.end))


def _named(match: re.Match[str] | None) -> Iterator[Entity]:
    if match and _is_name(match.group("name")):
        yield Entity("name", *match.span("name"))


def _titled(text: str, low: int, end: int) -> Iterator[Entity]:
    """Yield the name before 先生 and the like that stands before a phone number: 李小明先生138…"""
    title = _TITLED.search(text, low, end)
    if not title:
        return
    stop = title.start()
    for size in (4, 3, 2):  # a whole name where something else than a word stands before it
        start = stop - size
        bounded = start == 0 or (start > 0 and not _IN_NAME.match(text, start - 1))
        if bounded and _SURNAMED.fullmatch(text, start, stop) and _is_name(text[start:stop]):
            yield Entity("name", start, stop)
            return
    if stop and text[stop - 1] in _SINGLE:
        yield Entity("name", stop - 1, stop)


def is_full_name(name: str) -> bool:
    """Say whether a text is a name of a person as it is written in full, surname first."""
    return _SURNAMED.fullmatch(name) is not None and _is_name(name)


def _is_name(name: str) -> bool:
    return (
        bool(name)
        and name not in _WORDS
        and name[:2] not in _WORDS
        and name[-1] not in _OFFICES
        and name not in NAMES
        and name[:2] not in NAMES
    )
