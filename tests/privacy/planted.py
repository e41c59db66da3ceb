"""A night full of personal data: what is planted where, and the characters of it that must not come out."""

from pathlib import Path

HEADER = "会话ID,店铺,买家,客服账号,角色,发送时间,消息内容,消息类型,阶段"

NICKNAME = "雨打芭蕉听风"
SHORT = "大白"
ACCOUNT = "tb77190233"
PHONE_AS_ACCOUNT = "13911112266"

PLANTED = {
    "mobile": ("我的手机13912340077", ["13912340077", "12340077", "91234007"]),
    "mobile with separators": ("打139-1234-0078", ["139-1234-0078", "1234-0078"]),
    "mobile in full width": ("号码１３９１２３４００７９", ["１３９１２３４００７９", "13912340079", "３４００"]),
    "landline": ("座机0571-86543210", ["86543210"]),
    "identity card": ("身份证11010519491231002X", ["11010519491231002X", "19491231"]),
    "bank card": ("退到4111 1111 1111 1111", ["4111 1111", "1111 1111"]),
    "e-mail": ("发我邮箱wang.xiaoming@example.com", ["wang.xiaoming", "ang.xiao"]),
    "WeChat": ("加我微信xiaoming_6688", ["xiaoming_6688", "aoming_66"]),
    "QQ": ("我QQ是8812345670", ["8812345670", "88123456"]),
    "address": ("寄到浙江省杭州市西湖区文三路478号华星大厦5栋301", ["文三路", "478号", "华星大厦"]),
    "name in an address block": ("收件人:欧阳小红 13912340080 浙江省杭州市西湖区文二路1号", ["欧阳小红", "小红"]),
    "order number": ("订单号4012667890123456789", ["4012667890123456789", "667890123456"]),
    "parcel number": ("快递SF1234567890123", ["SF1234567890123", "234567890"]),
    "account of a platform": ("我另一个号tb99001122334", ["tb99001122334", "99001122"]),
    "account after a label": ("我的旺旺名:云淡风轻2008", ["云淡风轻2008"]),
}
"""Kind: what a customer writes, and what of it must be nowhere outside private/."""

KEPT = ("6789", "0123")
"""Tails by which a person finds the order and the parcel again."""

SECRETS = {
    **{kind: found for kind, (_, found) in PLANTED.items()},
    "nickname": [NICKNAME],
    "short nickname where it is spoken to": [f"亲爱的{SHORT}", f"{SHORT}您好"],
    "account": [ACCOUNT, ACCOUNT.upper()],
    "phone number as account": [PHONE_AS_ACCOUNT],
    "mobile of an agent in a text": ["13800004455"],
    "cell in quarantine": ["13700001188", "孙悟空空"],
    "kind that nobody knows": ["13700002299", "70000229"],
    "stage that nobody knows": ["13700003300"],
    "name of a file": ["13700004411"],
    "file named after a customer": [NICKNAME],
    "file that cannot be read": ["13700005522", "13700006633"],
    "role that nobody knows": ["13700008855"],
    "name of a column": ["13700009966"],
}
"""Kind: what must be nowhere outside private/ and in nothing that is printed."""

AGENT = "客服小棠"


def write_night(folder: Path) -> Path:
    """Write the night's files into a folder and return it."""
    folder.mkdir()
    rows = [HEADER]
    rows += _session("s-plain", NICKNAME, [f"{said}" for said, _ in PLANTED.values()])
    rows += _session(f"{ACCOUNT}_20261201", ACCOUNT, ["在吗", "怎么还不发货"])
    rows += _session("s-short", SHORT, [f"我是{SHORT}", "几时发货"])
    rows += _session(f"W-{PHONE_AS_ACCOUNT}", PHONE_AS_ACCOUNT, [f"账号{PHONE_AS_ACCOUNT}", "在不在"])
    rows.append(f"s-plain,云栖,{NICKNAME},{AGENT},客户,昨天13700001188,我叫孙悟空空,text,")
    rows.append(f"s-plain,云栖,{NICKNAME},{AGENT},角色13700008855,2026-12-01 11:00:00,x,text,")
    rows.append(f"s-plain,云栖,{NICKNAME},{AGENT},客户,2026-12-01 11:00:01,图,种类13700002299,阶段13700003300")
    _write(folder / "导出_13700004411.csv", rows)
    _write(folder / f"{NICKNAME}.csv", [HEADER, *_session("s-other", NICKNAME, ["再问一句"], at="12")])
    _write(folder / "坏的_13700005522.csv", ["甲,乙13700006633,丙", "1,2,3", "4,5,6"])
    return folder


def _session(session: str, customer: str, texts: list[str], at: str = "10") -> list[str]:
    rows = []
    for i, text in enumerate(texts):
        said = (("客户", text), ("客服", f"亲爱的{customer},你有病吧,不是跟您说过了吗,打我手机13800004455"))
        for j, (role, each) in enumerate(said):
            quoted = '"' + each.replace('"', '""') + '"'
            rows.append(f"{session},云栖,{customer},{AGENT},{role},2026-12-01 {at}:{i:02d}:{j * 20:02d},{quoted},text,")
    return rows


def _write(path: Path, rows: list[str]) -> None:
    path.write_text("\n".join(rows) + "\n", "utf-8")


def leaks(text: str) -> dict[str, list[str]]:
    """Return which secrets stand in a text, by kind."""
    found = {kind: [each for each in secrets if each in text] for kind, secrets in SECRETS.items()}
    return {kind: each for kind, each in found.items() if each}
