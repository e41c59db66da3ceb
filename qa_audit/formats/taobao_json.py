"""淘宝 / 天猫 JSON: messages as the workbench hands them on one by one, and the chat log of the open platform.

    {"loginNick": "小店:小棠", "cid": "…", "buyerNick": "…", "messageId": "…", "time": "1796090404000", "message": "…"}
    {"from_id": "cntaobao小店:小棠", "to_id": "…", "msgs": {"msg": [{"direction": 1, "time": "…", "content": "…"}]}}

The first has no word on who sent a message: its role is `received`, which only a mapping file can explain.
"""

import re
from dataclasses import replace
from typing import Any

from qa_audit.formats.cells import word_of
from qa_audit.formats.documents import Item
from qa_audit.formats.records import Row, read_records
from qa_audit.formats.sheet import Sheet, Source
from qa_audit.formats.sniffing import Head, Verdict
from qa_audit.formats.unfolding import WRAPPERS

_NAMES = ("wangwang_eservice_chatlog_get_response", "msgs", "msg", *WRAPPERS)
_DIRECTIONS = {"0": "agent", "1": "customer"}
_LIVE = frozenset(("message", "messageId", "loginNick", "loginId", "buyerNick", "cid", "templateId"))
RECEIVED = "received"


def sniff_taobao_json(head: Head) -> Verdict | None:
    """Recognise both by names that no other service uses together."""
    if not head.is_json:
        return None
    if head.has_keys("loginNick", "buyerNick") or head.has_keys("messageId", "buyerNick", "cid"):
        return Verdict(True, "有 loginNick、buyerNick、cid,是淘宝的单条消息")
    if head.has_keys("msgs", "msg", "direction"):
        return Verdict(True, "有 msgs.msg 和 direction,是淘宝开放平台的聊天记录")
    return None


def read_taobao_json(source: Source) -> list[Sheet]:
    """Read messages of either kind. Raise ExportError for an empty or an unreadable file."""
    return [replace(read_records(source, _NAMES, _message), held=False)]


def _message(item: Item) -> Row:
    record = item.value
    direction = record.get("direction")
    if direction is None and _LIVE.isdisjoint(record):
        return _logged(record, item.outer, None)
    if direction is not None and "message" not in record:
        return _logged(record, item.outer, _DIRECTIONS.get(word_of(direction), direction))
    return {
        "session_id": record.get("cid"),
        "message_id": record.get("messageId"),
        "sent_at": record.get("time"),
        "role": RECEIVED if direction is None else _DIRECTIONS.get(word_of(direction), direction),
        "agent_id": record.get("loginNick") or record.get("loginId"),
        "customer_id": record.get("buyerUid") or record.get("buyerNick"),
        "shop": _shop(record.get("loginNick")),
        "kind": record.get("type"),
        "text": record.get("message"),
    }


def _logged(record: Row, outer: Row, role: Any) -> Row:
    """Make a row of the open platform's log; whose log it is stands beside the messages, where it was kept."""
    agent = record.get("from_id") or outer.get("from_id")
    return {
        "sent_at": record.get("time"),
        "role": role,
        "agent_id": agent,
        "shop": _shop(agent),
        "customer_id": record.get("to_id") or outer.get("to_id"),
        "text": record.get("content"),
    }


def _shop(account: Any) -> str | None:
    """Return the shop of an account: sub-accounts are called 店铺:子账号."""
    return re.split("[:：]", word_of(account).removeprefix("cntaobao"))[0] or None
