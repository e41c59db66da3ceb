"""微信客服 JSON: the message records that `getmsglist` returns.

    {"recordlist": [{"openid": "…", "opercode": 2003, "text": "在吗", "time": 1796090404, "worker": "a@yunqi"}]}

An account of staff is written prefix@account of the shop. There is no session: sessions are cut by customer.
"""

from dataclasses import replace

from qa_audit.formats.cells import word_of
from qa_audit.formats.documents import Item
from qa_audit.formats.records import Row, read_records
from qa_audit.formats.sheet import Sheet, Source
from qa_audit.formats.sniffing import Head, Verdict
from qa_audit.formats.unfolding import WRAPPERS

# 会话事件: created, joined, opened by the agent, transferred, closed, taken over
_ROLES = {
    "2002": "agent",
    "2003": "customer",
    **dict.fromkeys(("1000", "1001", "1002", "1003", "1004", "1005"), "system"),
}
_KINDS = {"1003": "transfer", "1005": "transfer"}
_MARKERS = {"[image]": "image", "[voice]": "other", "[video]": "other"}


def sniff_weixin_kf(head: Head) -> Verdict | None:
    """Recognise the records by opercode beside openid."""
    if head.is_json and head.has_keys("opercode", "openid"):
        return Verdict(True, "有 opercode、openid,是微信客服的聊天记录")
    return None


def read_weixin_kf(source: Source) -> list[Sheet]:
    """Read the records. Raise ExportError for an empty or an unreadable file."""
    return [replace(read_records(source, ("recordlist", *WRAPPERS), _message), held=False)]


def _message(item: Item) -> Row:
    record = item.value
    code, text = word_of(record.get("opercode")), record.get("text")
    role = _ROLES.get(code, record.get("opercode"))
    return {
        "sent_at": record.get("time"),
        "role": role,
        "agent_id": record.get("worker"),
        "customer_id": record.get("openid"),
        "kind": _KINDS.get(code, "other") if role == "system" else _MARKERS.get(word_of(text)),
        "text": text,
        "shop": word_of(record.get("worker")).partition("@")[2] or None,
    }
