"""拼多多 JSON: messages as they are pushed to the workbench.

    {"response": "push", "message": {"msg_id": "…", "type": 0, "content": "在吗", "ts": "1796090404",
     "from": {"role": "user", "uid": "…"}, "to": {"role": "mall_cs", "uid": "…", "mall_id": "…"}}}

Times are seconds as text or number, or milliseconds. There is no session: sessions are cut by customer.
"""

from dataclasses import replace

from qa_audit.formats.cells import inside, word_of
from qa_audit.formats.documents import Item
from qa_audit.formats.records import Row, read_records
from qa_audit.formats.sheet import Sheet, Source
from qa_audit.formats.sniffing import Head, Verdict
from qa_audit.formats.unfolding import WRAPPERS

_TEXT, _TRANSFER, _HINT, _WITHDRAWN = "0", "24", "31", "1002"
_KINDS = {
    _TEXT: "text",
    "1": "image",
    "5": "image",
    "14": "video",
    _TRANSFER: "transfer",
    _HINT: "other",
    "64": "card",
    _WITHDRAWN: "recall",
}
_ROBOT = "mall_robot"


def sniff_pinduoduo(head: Head) -> Verdict | None:
    """Recognise pushes by the role mall_cs."""
    if head.is_json and head.has_keys("from", "to", "role") and '"mall_cs"' in head.text:
        return Verdict(True, "有 from、to 和角色 mall_cs,是拼多多的消息")
    return None


def read_pinduoduo(source: Source) -> list[Sheet]:
    """Read pushed messages. Raise ExportError for an empty or an unreadable file."""
    taken_back: list[str] = []
    shops: set[tuple[str, str]] = set()

    def message(item: Item) -> Row:
        record = item.value
        if word_of(record.get("type")) == _WITHDRAWN:
            taken_back.append(word_of(inside(record, "info", "msg_id")))
        row = _message(record, item.outer)
        # where the shop is not named, the account of the whole shop may be, beside the one of the person
        shop = row["shop"] or inside(record, "from", "uid")
        if shop and row["agent_id"]:
            shops.add((word_of(row["agent_id"]), word_of(shop)))
        return row

    sheet = read_records(source, ("message", *WRAPPERS), message)
    return [replace(sheet, taken_back=tuple(filter(None, taken_back)), shops=tuple(sorted(shops)), held=False)]


def _message(record: Row, outer: Row) -> Row:
    sides = {word_of(inside(record, side, "role")): record[side] for side in ("to", "from") if side in record}
    staff, user = sides.get("mall_cs"), sides.get("user")
    kind, said = word_of(record.get("type")), record.get("content")
    return {
        "message_id": record.get("msg_id"),
        "sent_at": record.get("ts") or record.get("time"),
        "role": _role(record, kind),
        "agent_id": inside(staff, "cs_uid") or inside(staff, "uid"),
        "customer_id": inside(user, "uid"),
        "kind": _kind(record, kind),
        "text": said or inside(record, "info", "description"),
        "automation": "auto" if word_of(record.get("is_aut")) in ("1", "true") else None,
        "shop": inside(staff, "mall_id") or inside(user, "mall_id") or inside(outer, "target", "mall_id"),
        "sku_id": inside(record, "info", "goodsID") or inside(record, "info", "data", "goodsID"),
        "order_id": inside(record, "info", "orderSequenceNo"),
    }


def _role(record: Row, kind: str) -> object:
    role = inside(record, "from", "role")
    if kind in (_TRANSFER, _HINT):
        return "system"
    if word_of(role) == "mall_cs":
        return "bot" if word_of(record.get("template_name")).startswith(_ROBOT) else "agent"
    return "customer" if word_of(role) == "user" else role


def _kind(record: Row, kind: str) -> str | None:
    if kind == _TEXT and inside(record, "info", "orderSequenceNo"):
        return "order_event"
    if kind == _TEXT and inside(record, "info", "goodsID"):
        return "card"
    return _KINDS.get(kind, kind) or None
