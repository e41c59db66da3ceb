"""What stands before a number and says what it is: 订单号, 快递单号, 卡号, 微信, QQ, 电话.

label_before("我的订单号是:1234", 7)     # "order"
"""

from qa_audit.patterns import rule

_WIDTH = 20  # characters looked back
_CARRIER = r"(?:顺丰|圆通|中通|申通|韵达|极兔|百世|汇通|邮政|ems|德邦|宅急送|丹鸟|菜鸟|京东快递|安能|跨越)"
_COMPANY = rf"{_CARRIER}(?:快递|速运|速递|快运|物流)?"
_CASE = "(?:交易|商户|流水|退款|售后|服务|工单|维权|退货|换货|补发|投诉|申请|受理)"
_LABELS = {
    "goods": r"条形?码|69码|(?<![a-z])(?:ean|isbn|sku)|[商产货物样]品(?:编[号码]|代码|id)|物料[编号码]{0,2}|[货款型]号"
    r"|批次?号",
    "serial": r"(?:设备|机器)的?编?号|税号|识别号|信用代码|会员(?:编?号|卡号?)|序列号|(?<![a-z])sn|imei|积分卡号?"
    r"|资产编号|邮编|验证码|取件码|工号|执照号?",
    "tracking": rf"(?:运单|快递单|物流单)(?:编?号)?|{_COMPANY}单号|(?:快递|物流|包裹)(?:单号|编号|号码?)",
    "parcel": rf"{_COMPANY}|快递|物流|包裹",
    "phone": r"(?:电话|手机号?|号码)[/、,， ]?(?:[和加及]|[也就]?是)?(?:微信|vx|wx)号?",
    "landline": r"电话|座机|固话|(?<![a-z])tel",
    "id": r"身份证|证件",
    "bank": r"银行卡|储蓄卡|信用卡|借记卡|卡号|[账帐]号|[账帐]户",
    "wechat": r"[微薇威维v]信|(?<![a-z0-9])(?:wechat|weixin|wx|vx)|(?:加|\+)v",
    "qq": r"(?<![a-z0-9])qq(?:群|账号|客服|[或和/、]微信)?都?|扣扣|企鹅",
    "order": rf"订单编?号|订单 ?id|(?<![a-z])order ?(?:no|id|number)\.?|单号|{_CASE}单?编?号",
    "order_word": r"订单|单子|编号",
}
_GLUE = ' :：=#是为的,，(（【“"'  # between a label and its number
_ENDS = frozenset(
    "号码编料ndui证件卡户信txvq都服群扣鹅子单流递裹运丰通达兔世政s邦送鸟能越话机固l照or."
)  # of the labels below
_LABEL = rule("(?:" + "|".join(f"(?P<{name}>{words})" for name, words in _LABELS.items()) + r")(?: ?号码?|码)?$")


def label_before(text: str, at: int) -> str:
    """Return the label that ends before a place of a text, "" where there is none.

    order and tracking are sure (单号, 运单号); order_word and parcel (订单, 编号, 快递) are not: couriers have phones.
    """
    before = text[max(at - _WIDTH, 0) : at].rstrip(_GLUE).lower()
    if not before or before[-1] not in _ENDS:
        return ""
    match = _LABEL.search(before)
    return match.lastgroup or "" if match else ""
