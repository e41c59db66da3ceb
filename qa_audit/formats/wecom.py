"""企业微信会话存档 JSON: archived messages, decrypted, one object a message.

    {"msgid": "…", "action": "send", "from": "xiaotang", "tolist": ["wmAbc…"], "roomid": "", "msgtime": 1796090404000,
     "msgtype": "text", "text": {"content": "您好"}}

Who sent a message is told by the shape of the account: external contacts begin with wm or wo, robots with wb, and a
long random code follows; everybody else is staff; the `roles` of a mapping file come first. An account that only begins
like an external one is nobody's. There is no session: they are cut by staff and customer, or by group chat.
"""

import re
from dataclasses import replace
from functools import lru_cache

import numpy as np

from qa_audit.formats.cells import inside, text_of, word_of
from qa_audit.formats.documents import Item
from qa_audit.formats.headers import fold
from qa_audit.formats.mapping import Mapping
from qa_audit.formats.records import Row, read_records
from qa_audit.formats.sheet import OF_NO_SESSION, Sheet, Source
from qa_audit.formats.sniffing import Head, Verdict
from qa_audit.formats.torn import DECODER
from qa_audit.formats.unfolding import WRAPPERS

_EXTERNAL = re.compile(r"w[mo](?=.*[A-Z\d])[\w-]{8,}", re.ASCII)
_ROBOT = re.compile(r"wb(?=.*[A-Z\d])[\w-]{8,}", re.ASCII)
_LIKE_EXTERNAL = re.compile(r"w[mob]", re.ASCII)
_CHAT, _SINGLE = "chat", "单聊"
_KINDS = {
    "text": "text", "markdown": "text", "image": "image", "emotion": "image", "card": "card", "link": "card",
    "weapp": "card", "revoke": "recall", "voice": "voice", "video": "video", "file": "file", "location": "location",
    **dict.fromkeys(
        ("agree", "disagree", "chatrecord", "todo", "vote", "collect", "redpacket", "external_redpacket", "meeting",
         "docmsg", "news", "calendar", "mixed", "meeting_voice_call", "voip_doc_share", "sphfeed", "qydiskfile"),
        "other",
    ),
}  # fmt: skip
_folded = lru_cache(1 << 16)(fold)
_TITLES = ("content", "title", "topic", "filename", "address", "wish", "votetitle", "displayname", "feed_desc")


def sniff_wecom(head: Head) -> Verdict | None:
    """Recognise archived messages by msgid, action and msgtime or tolist."""
    if head.is_json and head.has_keys("msgid", "action") and (head.has_keys("msgtime") or head.has_keys("tolist")):
        return Verdict(True, "有 msgid、action、msgtime,是企业微信的会话存档")
    return None


def read_wecom(source: Source) -> list[Sheet]:
    """Read archived messages: chats of one member of staff and one customer, and apart from them group chats and the
    rest, of which no row says who is to answer. Raise ExportError for an empty or an unreadable file."""
    taken_back: list[str] = []

    def message(item: Item) -> Row:
        taken_back.append(word_of(inside(item.value, "revoke", "pre_msgid")))
        return _message(item.value, source.mapping)

    sheet = replace(read_records(source, WRAPPERS, message), taken_back=tuple(filter(None, taken_back)))
    if _CHAT not in sheet.header:
        return [replace(sheet, held=False)]
    single = np.array([chat == _SINGLE for chat in sheet.columns[sheet.header.index(_CHAT)].to_pylist()], dtype=bool)
    if single.all() or not single.any():
        return [replace(sheet, held=bool(single.all()))]
    rest = replace(sheet.keep(~single), problems=(), notices=(), taken_back=(), held=False)
    return [replace(sheet.keep(single), held=True), rest]


def _message(record: Row, mapping: Mapping) -> Row:
    if record.get("action") == "switch":
        switched = {"message_id": record.get("msgid"), "sent_at": record.get("time"), "agent_id": record.get("user")}
        return {**switched, "role": "system", "kind": "other", OF_NO_SESSION: "switch"}
    sender, kind = word_of(record.get("from")), word_of(record.get("msgtype"))
    others = record.get("tolist")
    others = [word_of(other) for other in (others if isinstance(others, list) else [others])]
    room = word_of(record.get("roomid"))
    staff = [account for account in (sender, *others) if _who(account, mapping) == "agent"]
    customers = [account for account in (sender, *others) if _who(account, mapping) == "customer"]
    among_staff = not room and len(staff) == len(others) + 1
    agent = sender if sender in staff[:1] else staff[0] if len(staff) == 1 else None
    return {
        "message_id": record.get("msgid"),
        "sent_at": record.get("msgtime"),
        "sequence": record.get("seq"),
        "role": _role(sender, mapping),
        "agent_id": agent,
        "customer_id": room or (customers[0] if len(customers) == 1 else None),
        "kind": _KINDS.get(kind, kind),
        "text": _text(record, kind),
        _CHAT: room or (_SINGLE if agent else None),
        OF_NO_SESSION: "staff" if among_staff else None,
    }


def _who(account: str, mapping: Mapping) -> str | None:
    """Return agent, customer, bot, system or auto: by the mapping file, else by the shape; None for an account that
    looks external and is not, and for no account."""
    if meant := mapping.roles.get(_folded(account)):
        return "agent" if meant == "auto" else str(meant)
    if _EXTERNAL.fullmatch(account):
        return "customer"
    if _ROBOT.fullmatch(account):
        return "bot"
    return None if not account or _LIKE_EXTERNAL.match(account) else "agent"


def _role(account: str, mapping: Mapping) -> str | None:
    """Return the role's word; the account itself where the mapping file has to say, or nobody knows."""
    return account if _folded(account) in mapping.roles else _who(account, mapping) or account or None


def _text(record: Row, kind: str) -> str | None:
    """Return what can be read of a message: its words, a title, a file name."""
    payload = record.get(kind) or record.get("info") or record.get("doc")
    if kind == "mixed":
        items = inside(payload, "item")
        return "\n".join(_part(item) for item in items) if isinstance(items, list) else None
    found = (inside(payload, name) for name in _TITLES)
    words = [word for word in map(text_of, found) if word]
    return "\n".join(words[:2]) if kind == "link" else words[0] if words else None


def _part(item: object) -> str:
    """Return one part of a mixed message; its content is JSON within JSON."""
    content = word_of(inside(item, "content"))
    try:
        inner = DECODER.decode(content)
    except (ValueError, RecursionError):
        return content
    return word_of(inside(inner, "content")) or f"[{word_of(inside(item, 'type'))}]"
