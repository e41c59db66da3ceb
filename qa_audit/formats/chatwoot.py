"""Chatwoot JSON: messages of conversations, as the API lists them or a webhook sends them.

    {"meta": {"contact": {"id": 7}}, "payload": [{"id": 1, "conversation_id": 3, "message_type": 0,
     "sender_type": "Contact", "created_at": 1796090404, "content": "在吗"}]}

Private notes of the staff are no part of the conversation: they are rows of the system of kind other.
"""

import re
from dataclasses import replace

from qa_audit.formats.cells import inside, word_of
from qa_audit.formats.documents import Item
from qa_audit.formats.records import Row, fact, read_records
from qa_audit.formats.sheet import Fact, Sheet, Source
from qa_audit.formats.sniffing import Head, Verdict

_NAMES = ("data", "payload", "messages")
_TYPES = {
    "0": "customer", "incoming": "customer", "1": "agent", "outgoing": "agent", "2": "system", "activity": "system",
    "3": "bot", "template": "bot",
}  # fmt: skip
_SENDERS = {"contact": "customer", "user": "agent", "agentbot": "bot"}
_ITS_TYPE = re.compile(r'"message_type"\s*:\s*(?:[0-3]|"(?:incoming|outgoing|activity|template)")\s*[,}]')
_ITS_SENDER = re.compile(r'"sender_type"\s*:\s*"(?:Contact|User|AgentBot)"')
_CARDS = ("cards", "article", "form", "input_select", "input_csat", "input_email")


def sniff_chatwoot(head: Head) -> Verdict | None:
    """Recognise messages by the values of message_type and sender_type: others use the same names."""
    if not head.is_json or not _ITS_TYPE.search(head.text):
        return None
    if head.has_keys("inbox_id") or _ITS_SENDER.search(head.text):
        return Verdict(True, "message_type、sender_type 的写法是 Chatwoot 的消息")
    return None


def read_chatwoot(source: Source) -> list[Sheet]:
    """Read messages. Raise ExportError for an empty or an unreadable file."""
    facts: list[Fact] = []

    def message(item: Item) -> Row:
        row = _message(item.value, item.outer)
        answer = inside(item.value, "content_attributes", "submitted_values", "csat_survey_response")
        if isinstance(answer, dict):
            facts.append(fact(row["session_id"], rating=answer.get("rating"), comment=answer.get("feedback_message")))
        return row

    sheet = read_records(source, _NAMES, message)
    return [replace(sheet, facts=tuple(facts))]


def _message(record: Row, outer: Row) -> Row:
    sender, meta = record.get("sender"), outer.get("meta")
    role, private = _role(record, sender), word_of(record.get("private")) in ("true", "1")
    customer = inside(meta, "contact", "id") or inside(meta, "sender", "id") or inside(record, "contact", "id")
    assignee = inside(meta, "assignee", "id") or inside(record, "conversation", "assignee_id")
    account = record.get("sender_id") or inside(sender, "id")
    files = record.get("attachments")
    return {
        "session_id": record.get("conversation_id") or inside(record, "conversation", "id") or outer.get("id"),
        "message_id": record.get("id"),
        "sequence": record.get("id"),
        "sent_at": record.get("created_at"),
        "role": "system" if private else role,
        "agent_id": account if role == "agent" else assignee if role == "customer" else None,
        "customer_id": account if role == "customer" else customer,
        "kind": "other" if private or role == "system" else _kind(record, files),
        "text": record.get("content") or inside(files[0] if isinstance(files, list) and files else None, "data_url"),
        "automation": "auto" if role == "bot" or inside(record, "content_attributes", "automation_rule_id") else None,
        "shop": record.get("account_id") or inside(record, "account", "id"),
        "withdrawn": inside(record, "content_attributes", "deleted"),
        "seen": "true" if record.get("status") == "read" else None,
    }


def _role(record: Row, sender: object) -> str | None:
    """Tell who wrote a message; a type and a sender that contradict each other are an unknown role."""
    kind, who = word_of(record.get("message_type")), word_of(record.get("sender_type") or inside(sender, "type"))
    by_type, by_sender = _TYPES.get(kind), _SENDERS.get(who.casefold().replace("_", ""))
    if by_type is None:
        return kind or by_sender or who or None
    if by_type in ("system", "bot") or by_sender in (None, by_type):
        return by_type
    return "bot" if (by_type, by_sender) == ("agent", "bot") else f"{kind} {who}"


def _kind(record: Row, files: object) -> str | None:
    content_type = word_of(record.get("content_type"))
    if content_type in _CARDS:
        return "card"
    if isinstance(files, list) and files and not record.get("content"):
        return "image" if word_of(inside(files[0], "file_type")) == "image" else "file"
    return "image" if content_type == "sticker" else "text"
