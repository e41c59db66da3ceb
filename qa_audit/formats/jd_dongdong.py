"""京东咚咚 JSON: chat logs, with the lists of sessions and of evaluations that lie beside them.

    {"data": [{"sid": "…", "waiter": "…", "waiterSend": 1, "createdTime": 1796090404000, "content": "您好"}]}

A session's goods and order, and its evaluation, are joined to the messages by `sid` and by nothing else.
"""

from functools import lru_cache

from qa_audit.formats.cells import text_of, word_of
from qa_audit.formats.headers import KIND_VALUES, fold, lookup
from qa_audit.formats.mapping import Mapping
from qa_audit.formats.records import Row, fact, read_records
from qa_audit.formats.sheet import Fact, Sheet, Source
from qa_audit.formats.sniffing import Head, Verdict
from qa_audit.formats.unfolding import WRAPPERS

_SENDERS = {"1": "agent", "true": "agent", "0": "customer", "false": "customer"}
_OF_MESSAGES = frozenset(("waiterSend", "content", "msgType", "contentType", "imgUrl", "uuid", "revokeFlag"))
_OF_EVALUATIONS = frozenset(("degree", "evaluation", "evaluationLabel", "evaluationTime", "solveOption"))
_OF_SESSIONS = frozenset(("replyTime", "closeTime", "closeReason", "sessionType", "customerMsgNum", "waiterMsgNum"))
_KINDS = lookup(KIND_VALUES)
_folded = lru_cache(1 << 12)(fold)


def sniff_jd_dongdong(head: Head) -> Verdict | None:
    """Recognise messages, sessions and evaluations by names that stand together nowhere else."""
    if not head.is_json:
        return None
    if head.has_keys("waiter", "waiterSend") or head.has_keys("waiterSend", "createdTime"):
        return Verdict(True, "有 waiter、waiterSend,是咚咚的聊天记录")
    if head.has_keys("sid", "waiter") and head.has_keys("closeReason"):
        return Verdict(True, "有 sid、waiter、closeReason,是咚咚的会话列表")
    if head.has_keys("sid", "waiter", "degree"):
        return Verdict(True, "有 sid、waiter、degree,是咚咚的评价列表")
    return None


def read_jd_dongdong(source: Source) -> list[Sheet]:
    """Read messages, sessions and evaluations, also mixed. Raise ExportError for an empty or an unreadable file."""
    return [read_records(source, WRAPPERS, lambda item: _understood(item.value, source.mapping))]


def _understood(record: Row, mapping: Mapping) -> Row | Fact:
    if _OF_MESSAGES.isdisjoint(record):
        if not _OF_EVALUATIONS.isdisjoint(record):
            return _evaluation(record)
        if not _OF_SESSIONS.isdisjoint(record):
            return fact(record.get("sid"), sku=_sku(record), order=record.get("orderId"))
    role = _SENDERS.get(word_of(record.get("waiterSend")), record.get("waiterSend"))
    return {
        "session_id": record.get("sid"),
        "message_id": record.get("uuid"),
        "sent_at": record.get("createdTime"),
        "role": role,
        "agent_id": record.get("waiter"),
        "customer_id": record.get("customer") or record.get("xidBuyer"),
        "kind": _kind(record, mapping),
        "text": record.get("content") or record.get("imgUrl"),
        "automation": _automation(record, role),
        "withdrawn": record.get("revokeFlag"),
        "sku_id": _sku(record),
        "order_id": record.get("orderId"),
    }


def _evaluation(record: Row) -> Fact:
    """Return the customer's grade of a session, with the labels and the words that go with it."""
    said = [word_of(record.get(name)) for name in ("evaluationLabel", "evaluation")]
    return fact(
        record.get("sid"),
        agent=record.get("waiter"),
        rating=record.get("degree"),
        comment=";".join(filter(None, said)),
        at=record.get("evaluationTime"),
    )


def _sku(record: Row) -> str | None:
    sku = text_of(record.get("skuId"))
    return None if sku == "0" else sku


def _automation(record: Row, role: object) -> str | None:
    if "msgAssistFlag" not in record:
        return None
    return "assisted" if role == "agent" and word_of(record["msgAssistFlag"]) in ("1", "true") else "none"


def _kind(record: Row, mapping: Mapping) -> str | None:
    """Return the type of a message where its word is known; a number that nobody explained says nothing as long as
    there is a text."""
    words = [word for name in ("contentType", "msgType") if (word := word_of(record.get(name)))]
    known = [word for word in words if _folded(word) in mapping.kinds or _folded(word) in _KINDS]
    if known or record.get("content"):
        return known[0] if known else None
    return "image" if record.get("imgUrl") else words[0] if words else None
