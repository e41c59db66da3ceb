# ruff: noqa: E501 the tables count wide characters twice
"""Emoticon codes of chat clients, named in the normal form: `/:087`, `[飞吻]` become `<E:飞吻>`.

So that `/:!` is no exclamation and a lexicon can name an emoticon in one way for all clients. Codes are those that the
clients write into exports: Wangwang (`/:` and up to six characters), WeChat and Weibo (`[名字]`, `/::)`), JD (`#E-s12`).
A bracket that stands for content (`[图片]`, `[订单x]`) is none.
"""

import re

# fmt: off
_WANGWANG = {
    "^_^": "微笑", "^$^": "害羞", "q": "吐舌头", "815": "偷笑", "809": "爱慕", "^o^": "大笑", "081": "跳舞", "087": "飞吻",
    "086": "安慰", "h": "抱抱", "012": "加油", "806": "胜利", "b": "强", "^x^": "亲亲", "814": "花痴", "^w^": "露齿笑",
    "080": "查找", "066": "呼叫", "807": "算账", "805": "财迷", "071": "好主意", "072": "鬼脸", "065": "天使", "804": "再见",
    "813": "流口水", "818": "享受", "084": "呆", "801": "思考", "811": "迷惑", "?": "疑问", "077": "没钱了", "083": "无聊",
    "817": "怀疑", "!": "嘘", "068": "小样", "079": "摇头", "028": "感冒", "026": "尴尬", "007": "傻笑", "816": "不会吧",
    "'\"\"": "无奈", "802": "流汗", "027": "凄凉", "(zz...)": "困了", "*&*": "晕", "810": "忧伤", ">_<": "委屈",
    "018": "悲泣", ">o<": "大哭", "020": "痛哭", "044": "佩服", "819": "对不起", "085": "再见", "812": "皱眉", "\"": "好累",
    ">m<": "生病", ">@<": "吐", "076": "背", "069": "惊讶", "o": "惊愕", "067": "闭嘴", "043": "欠扁", "p": "鄙视",
    "808": "大怒", ">w<": "生气", "073": "财神", "008": "学习", "803": "恭喜发财", "074": "小二", "o=o": "老大",
    "036": "邪恶", "039": "单挑", "046": "隐形人", "048": "炸弹", "047": "尖叫", "girl": "美女", "man": "帅哥",
    "052": "招财猫", "(ok)": "成交", "8*8": "鼓掌", ")-(": "握手", "lip": "红唇", "-f": "玫瑰", "-w": "残花", "y": "爱心",
    "qp": "心碎", "$": "钱", "%": "购物", "(&)": "礼物", "@": "邮件", "~b": "电话", "u*u": "举杯", "clock": "时钟",
    "r": "等待", "c": "很晚了", "plane": "飞机", "075": "付款",
}
_WECHAT = {
    ":)": "微笑", ":~": "撇嘴", ":b": "色", ":|": "发呆", "8-)": "得意", ":<": "流泪", ":$": "害羞", ":x": "闭嘴", ":z": "睡",
    ":'(": "大哭", ":-|": "尴尬", ":@": "发怒", ":p": "调皮", ":d": "呲牙", ":o": "惊讶", ":(": "难过", ":+": "酷",
    ":q": "抓狂", ":t": "吐", "strong": "强", "weak": "弱", "share": "握手", "v": "胜利", "rose": "玫瑰", "heart": "爱心",
    "hug": "拥抱", "beer": "啤酒", "gift": "礼物", "sun": "太阳", "moon": "月亮", "ok": "好的", "no": "不",
}
_NAMES = (
    "微笑", "撇嘴", "色", "发呆", "得意", "流泪", "害羞", "闭嘴", "睡", "大哭", "尴尬", "发怒", "调皮", "呲牙", "惊讶", "难过", "囧", "抓狂",
    "吐", "偷笑", "愉快", "白眼", "傲慢", "困", "惊恐", "流汗", "憨笑", "悠闲", "奋斗", "咒骂", "疑问", "嘘", "晕", "衰", "骷髅", "敲打",
    "再见", "擦汗", "抠鼻", "鼓掌", "坏笑", "左哼哼", "右哼哼", "哈欠", "鄙视", "委屈", "快哭了", "阴险", "亲亲", "可怜", "菜刀", "西瓜", "啤酒",
    "咖啡", "猪头", "玫瑰", "凋谢", "嘴唇", "爱心", "心碎", "蛋糕", "炸弹", "便便", "月亮", "太阳", "拥抱", "抱抱", "强", "弱", "握手", "胜利",
    "抱拳", "勾引", "拳头", "嘿哈", "捂脸", "奸笑", "机智", "皱眉", "耶", "吃瓜", "加油", "汗", "天啊", "社会社会", "旺柴", "好的", "打脸",
    "哇", "翻白眼", "666", "让我看看", "叹气", "苦涩", "裂开", "合十", "庆祝", "礼物", "红包", "发", "福", "烟花", "爆竹", "笑脸", "生病",
    "破涕为笑", "脸红", "恐惧", "失望", "无语", "跳跳", "发抖", "转圈", "飞吻", "爱情", "大笑", "笑cry", "doge", "作揖", "挖鼻", "挖鼻屎",
    "呵呵", "哈哈", "嘻嘻", "可爱", "吃惊", "泪", "怒", "怒骂", "悲伤", "伤心", "心", "赞", "good", "给力", "威武", "围观", "花心", "思考",
    "顶", "馋嘴", "酷", "鲜花", "花", "蜡烛", "互粉", "浮云", "奥特曼", "兔子", "熊猫", "神马", "江南style", "撒花", "比心", "点赞", "笑哭",
    "色眯眯", "大哭了", "拜托", "感谢", "谢谢", "亲", "爱你", "开心", "难受", "生气", "吐舌", "眨眼", "白眼儿", "惊喜",
)
# fmt: on

_BY_CODE = {
    **{f"/:{code}": name for code, name in _WECHAT.items()},
    **{f"/:{code}": name for code, name in _WANGWANG.items()},
    **{f"[{name}]": name for name in _NAMES},
}
_LONGEST_FIRST = "|".join(
    map(re.escape, sorted((code for code in _BY_CODE if not code[2:].isdigit()), key=lambda code: (-len(code), code)))
)
_CODES = re.compile(rf"/:\d{{3}}(?!\d)|{_LONGEST_FIRST}|#e-[a-z]\d{{1,3}}|<e:[^<>\s\0]{{1,8}}>")
_MARKS = ("/:", "[", "#e-", "<e:")
MARKS = frozenset(mark[0] for mark in _MARKS)
"""The first characters of all codes."""

NAMED = re.compile(r"<E:[^<>\s\0]{1,8}>")
"""An emoticon in a normal form."""


def may_hold(lowered: str) -> bool:
    """Say whether emoticon codes may stand in a text in lower case: cheap, true too often."""
    return any(mark in lowered for mark in _MARKS)


def find(lowered: str) -> "list[tuple[int, int, str]]":
    """Return the codes of a text in lower case: start, end, what stands for it in the normal form."""
    return [(match.start(), match.end(), _named(match)) for match in _CODES.finditer(lowered)]


def name_all(lowered: str) -> str:
    """Put names for the codes of a text in lower case; what is named already stays."""
    return _CODES.sub(_named, lowered)


def _named(match: re.Match[str]) -> str:
    code = match.group()
    if code.startswith("<e:"):
        return f"<E:{code[3:]}"
    return f"<E:{_BY_CODE.get(code, code.lstrip('/:#'))}>"
