"""Zendesk Chat JSON: chats with their history, agents, visitor and rating.

{"id": "2612.1", "visitor": {"id": "v1"}, "rating": "good", "history": [{"type": "chat.msg", "nick": "visitor",
 "timestamp": "2026-12-01T02:00:04Z", "msg": "在吗"}]}
"""

import re

from qa_audit.formats.cells import inside, word_of
from qa_audit.formats.documents import Item
from qa_audit.formats.records import Row, fact, read_records
from qa_audit.formats.sheet import Fact, Sheet, Source
from qa_audit.formats.sniffing import Head, Verdict

_NAMES = ("chats", "history", "results")
_OF_CHATS = frozenset(("visitor", "agent_ids", "agent_names", "message"))
_AGENT = re.compile(r"agent:(\d+)", re.ASCII)
_BOTS = ("agent:trigger", "agent:bot", "agent:system")
_SENDER_TYPES = {"visitor": "customer", "agent": "agent", "trigger": "bot", "bot": "bot"}
_SAID = ("chat.msg", "chat.file", "chat.triggered", "chat.trigger")
_PICTURES = re.compile(r"(?i)\.(png|jpe?g|gif|webp|bmp)(\?|$)")


def sniff_zendesk_chat(head: Head) -> Verdict | None:
    """Recognise chats by their visitor beside agents, or by the events of their history."""
    if not head.is_json:
        return None
    if head.has_keys("history") and '"chat.' in head.text:
        return Verdict(True, "有 history 和 chat.msg 之类的事件,是 Zendesk Chat 的会话")
    return (
        Verdict(True, "有 visitor、agent_ids,是 Zendesk Chat 的会话") if head.has_keys("visitor", "agent_ids") else None
    )


def read_zendesk_chat(source: Source) -> list[Sheet]:
    """Read chats, each message and event of the history a row. Raise ExportError for an unreadable file."""
    return [read_records(source, _NAMES, _understood, _rating)]


def _understood(item: Item) -> Row:
    entry, chat = item.value, item.outer
    if not _OF_CHATS.isdisjoint(entry):
        return _offline(entry) if "message" in entry else {}
    kind, nick = word_of(entry.get("type")), word_of(entry.get("nick"))
    role = _role(entry, chat, nick) if kind in _SAID or not kind else "system"
    return {
        "session_id": chat.get("id"),
        "message_id": entry.get("msg_id"),
        "sequence": entry.get("index"),
        "sent_at": entry.get("timestamp"),
        "role": role,
        "agent_id": _agent(entry, nick) if role == "agent" else _only(chat) if role == "customer" else None,
        "customer_id": inside(chat, "visitor", "id"),
        "kind": _kind(entry, kind),
        "text": _text(entry),
        "automation": "auto" if role == "bot" else None,
    }


def _offline(chat: Row) -> Row:
    """Make a row of the message that a visitor left when nobody was there."""
    return {
        "session_id": chat.get("id"),
        "sent_at": chat.get("timestamp"),
        "role": "customer",
        "customer_id": inside(chat, "visitor", "id"),
        "text": chat.get("message"),
    }


def _role(entry: Row, chat: Row, nick: str) -> str | None:
    """Tell who wrote an entry: by the nick, else the sender's type, else the name if it is only one side's."""
    if nick.startswith(_BOTS):
        return "bot"
    if nick == "visitor" or nick.startswith("visitor:"):
        return "customer"
    if nick == "agent" or nick.startswith("agent:"):
        return "agent"
    if said := word_of(entry.get("sender_type")):
        return _SENDER_TYPES.get(said.casefold(), said)
    name, agents = entry.get("name"), chat.get("agent_names")
    is_agent = isinstance(agents, list) and name is not None and name in agents
    is_visitor = name is not None and name == inside(chat, "visitor", "name")
    return "agent" if is_agent > is_visitor else "customer" if is_visitor > is_agent else nick or None


def _agent(entry: Row, nick: str) -> object:
    found = _AGENT.fullmatch(nick)
    return found[1] if found else entry.get("agent_id") or entry.get("name")


def _only(chat: Row) -> object:
    """Return the agent of a chat that had one."""
    agents = chat.get("agent_ids")
    return agents[0] if isinstance(agents, list) and len(agents) == 1 else None


def _kind(entry: Row, kind: str) -> str:
    if kind == "chat.file":
        file = inside(entry, "attachment") or {}
        words = f"{word_of(inside(file, 'mime_type'))} {word_of(inside(file, 'name'))} {word_of(entry.get('msg'))}"
        return "image" if "image/" in words or _PICTURES.search(words) else "file"
    return "text" if kind in _SAID or not kind else "other"


def _text(entry: Row) -> object:
    said = entry.get("msg") or inside(entry, "attachment", "url") or entry.get("url")
    return said or entry.get("new_comment") or entry.get("new_rating")


def _rating(chat: Row) -> Fact | None:
    """Return the visitor's rating and comment; agents are named where the chat had only one."""
    if not chat.get("rating") and not chat.get("comment"):
        return None
    return fact(chat.get("id"), agent=_only(chat), rating=chat.get("rating"), comment=chat.get("comment"))
