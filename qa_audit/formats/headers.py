"""Known column names and cell values of exported tables, as data, and how a header is matched against them.

`docs/formats.md` lists these tables; a test holds the two equal.
"""

import unicodedata
from collections.abc import Mapping as MappingLike
from collections.abc import Sequence

# fmt: off
# canonical column: (what it is, in Chinese; names in order of preference)
COLUMNS: dict[str, tuple[str, tuple[str, ...]]] = {
    "session_id": ("会话编号", (
        "会话ID", "会话编号", "会话号", "会话", "对话ID", "对话编号", "session_id", "session", "sid",
        "conversation_id", "conv_id", "dialogue_id", "dialog_id", "chat_id", "cid",
    )),
    "message_id": ("消息编号", (
        "消息ID", "消息编号", "message_id", "msg_id", "messageid",
    )),
    "sequence": ("消息在会话中的序号", (
        "消息序号", "序号", "sequence", "seq", "seq_no", "msg_seq",
    )),
    "sent_at": ("发送时间", (
        "发送时间", "消息时间", "聊天时间", "时间", "sent_at", "timestamp", "send_time", "sent_time", "msg_time",
        "chat_time", "time", "datetime", "created_at", "create_time", "created_time", "ts", "日期时间", "创建时间",
    )),
    "date": ("日期(与只有时刻的时间列合用)", (
        "日期", "发送日期", "date",
    )),
    "role": ("发送方是谁(客服 / 客户 / 机器人 / 系统)", (
        "角色", "发送方角色", "发送方类型", "发送者类型", "发送人类型", "消息方向", "账号类型", "身份", "role",
        "sender_type", "sender_role", "author_type", "speaker_type", "speaker", "direction",
    )),
    "sender": ("发送方账号;值是“客服”“买家”这类词时当作角色", (
        "发送方", "发送人", "发送者", "发送账号", "发言人", "sender", "sender_id", "sender_name", "from", "from_id",
        "author",
    )),
    "agent_id": ("客服账号", (
        "客服账号", "客服ID", "客服昵称", "客服名称", "客服姓名", "客服", "接待客服", "坐席", "坐席账号", "坐席工号",
        "工号", "子账号", "agent_id", "agent", "agent_name", "waiter", "waiter_id", "staff", "staff_id", "seller_id",
        "sellerid", "worker",
    )),
    "customer_id": ("客户账号", (
        "客户ID", "买家ID", "用户ID", "顾客ID", "客户账号", "买家账号", "买家昵称", "客户昵称", "用户昵称",
        "买家旺旺", "客户名", "客户", "买家", "顾客", "用户", "访客", "访客ID", "customer_id", "customer",
        "buyer_id", "buyer", "buyer_nick", "user_id", "userid", "user", "visitor_id", "visitor", "client_id",
        "openid",
    )),
    "text": ("消息原文", (
        "消息内容", "聊天内容", "发送内容", "内容", "消息", "文本", "text", "content", "message", "msg", "body",
        "message_text", "send_content", "chat_content",
    )),
    "kind": ("消息类型", (
        "消息类型", "内容类型", "类型", "kind", "message_type", "msg_type", "msgtype", "content_type",
    )),
    "automation": ("是否自动回复", (
        "自动回复", "是否自动回复", "自动化", "automation", "is_auto", "auto_reply",
    )),
    "shop": ("店铺", (
        "店铺", "店铺名称", "店铺名", "店铺ID", "商家", "shop", "shop_name", "shop_id", "store", "store_name",
    )),
    "stage": ("售前 / 售中 / 售后", (
        "阶段", "咨询阶段", "服务阶段", "stage",
    )),
    "withdrawn": ("是否已撤回", (
        "是否撤回", "已撤回", "撤回标记", "withdrawn", "revoked", "is_revoked",
    )),
    "seen": ("对方是否已读", (
        "是否已读", "已读", "阅读状态", "已读状态", "seen", "is_read", "read_status",
    )),
    "sku_id": ("咨询的商品编号", (
        "商品ID", "商品编号", "商品编码", "sku_id", "skuid", "sku", "goods_id", "item_id", "product_id",
    )),
    "order_id": ("咨询的订单编号", (
        "订单号", "订单编号", "订单ID", "order_id", "orderid", "order_sn", "trade_id", "tid",
    )),
}

# cell value: (role, automation)
ROLE_VALUES: dict[tuple[str, str], tuple[str, ...]] = {
    ("agent", "none"): (
        "客服", "人工客服", "人工", "坐席", "卖家", "商家", "店小二", "小二", "员工", "agent", "staff", "seller",
        "waiter", "service", "helpdesk", "human_agent", "mall_cs", "admin",
    ),
    ("customer", "none"): (
        "客户", "买家", "用户", "顾客", "访客", "消费者", "customer", "user", "buyer", "visitor", "client",
        "contact",
    ),
    ("bot", "auto"): (
        "机器人", "智能客服", "机器人客服", "bot", "robot", "agentbot", "chatbot",
    ),
    ("agent", "auto"): (
        "自动回复", "客服自动回复", "auto", "auto_reply", "autoreply",
    ),
    ("system", "none"): (
        "系统", "系统消息", "系统提示", "通知", "system", "notice", "event",
    ),
}

KIND_VALUES: dict[str, tuple[str, ...]] = {
    "text": (
        "文本", "文字", "文本消息", "普通消息", "text", "txt",
    ),
    "image": (
        "图片", "图片消息", "截图", "表情包", "image", "img", "picture", "photo",
    ),
    "card": (
        "卡片", "商品卡片", "商品", "商品链接", "商品消息", "优惠券", "card", "goods", "product", "link",
    ),
    "order_event": (
        "订单", "订单消息", "订单卡片", "订单事件", "order", "order_event",
    ),
    "transfer": (
        "转接", "转接消息", "会话转接", "transfer", "switch",
    ),
    "recall": (
        "撤回", "撤回消息", "recall", "withdraw", "revoke",
    ),
    "other": (
        "其他", "其它", "语音", "视频", "文件", "位置", "语音消息", "视频消息", "other", "voice", "audio", "video",
        "file", "location",
    ),
}

AUTOMATION_VALUES: dict[str, tuple[str, ...]] = {
    "none": (
        "否", "人工", "无", "0", "false", "no", "n", "none", "manual",
    ),
    "auto": (
        "是", "自动", "自动回复", "系统自动", "系统自动回复", "系统回复", "机器人", "机器人回复", "智能客服", "1",
        "true", "yes", "y", "auto", "automatic", "bot", "robot", "system",
    ),
    "assisted": (
        "辅助", "人机协作", "assisted",
    ),
}

# withdrawn and seen: cell value → yes or no
FLAG_VALUES: dict[str, tuple[str, ...]] = {
    "yes": (
        "是", "已撤回", "撤回", "已读", "1", "true", "yes", "y",
    ),
    "no": (
        "否", "未撤回", "正常", "未读", "0", "false", "no", "n",
    ),
}

STAGE_VALUES: dict[str, tuple[str, ...]] = {
    "pre": (
        "售前", "售前咨询", "pre", "presale", "pre_sale",
    ),
    "in": (
        "售中", "in", "insale", "in_sale",
    ),
    "after": (
        "售后", "售后服务", "after", "aftersale", "after_sale",
    ),
}

# whole text of a message → kind, where the export has no kind column or calls everything text
TEXT_MARKERS: dict[str, str] = {
    "image": r"(?i)^\s*([\[【](图片|圖片|截图|截圖|image|img|picture)[\]】]|<img\b[^<>]*/?>(\s*</img>)?)\s*$",
    "card": r"(?i)^\s*[\[【](商品卡片|卡片|商品|商品链接|订单卡片|优惠券|链接|card|goods)[\]】]\s*$",
}
TRANSFER_WORDING = r"[转轉](接|给|給|交|至|人工)|[为為]您[转轉]|transferred"
RECALL_WORDING = r"撤回了?一?[条條]?(消息|訊息)|recalled a message"

# a text of which nothing can be seen: white space, control and format characters, variation selectors, blank letters
INVISIBLE = (
    r"\A[\s\p{Z}\p{Cc}\p{Cf}\x{034F}\x{115F}\x{1160}\x{180B}-\x{180F}\x{2800}\x{3164}\x{FE00}-\x{FE0F}\x{FFA0}"
    r"\x{E0100}-\x{E01EF}]*\z"
)
# fmt: on

EMPTY_WORDS = ("", "nan", "null", "none", "\\n", "nat", "<na>")


def fold(value: str) -> str:
    """Reduce a header or a code word to what is compared: NFKC, lower case, simplified, no spaces, marks or quotes."""
    folded = unicodedata.normalize("NFKC", value).casefold()
    if not folded.isascii():
        folded = folded.translate(_SIMPLIFIED).replace("讯息", "消息")
    return "".join(c for c in folded if c not in "\ufeff\"'`_-:： \t\r\n\u200b*")


# the traditional characters of the words above; texts have the whole conversion, headers need no more
_SIMPLIFIED = str.maketrans(
    "會話對編號發時間訊內買賣戶帳賬鋪類員機動復覆統圖轉顧訪費階暱稱聯絡輔協單優鏈結檔視頻語撤傳創無屬輸",
    "会话对编号发时间讯内买卖户账账铺类员机动复复统图转顾访费阶昵称联络辅协单优链结档视频语撤传创无属输",
)


def lookup(table: MappingLike[str, Sequence[str]]) -> dict[str, str]:
    """Turn {meaning: words} into {folded word: meaning}."""
    return {fold(word): meaning for meaning, words in table.items() for word in words}


_NAMES = {fold(name): (column, rank) for column, (_, names) in COLUMNS.items() for rank, name in enumerate(names)}


def candidates(header: Sequence[str]) -> dict[str, list[int]]:
    """Return {canonical column: indices} of the names known by themselves, the preferred one first."""
    found: dict[str, list[tuple[int, int]]] = {}
    for index, name in enumerate(header):
        known = _NAMES.get(fold(name)) if len(name) < 100 else None
        if known is not None:
            found.setdefault(known[0], []).append((known[1], index))
    return {column: [index for _, index in sorted(ranked)] for column, ranked in found.items()}


def recognise(header: Sequence[str]) -> dict[str, int]:
    """Return {canonical column: index} of the names known by themselves; of two for one column the preferred one."""
    return {column: indices[0] for column, indices in candidates(header).items()}
