"""淘宝 JSON: single messages without a direction, and the open platform's log with one."""

from pathlib import Path
from typing import Any

import pytest

from qa_audit.errors import ExportError
from tests.formats.canonical import quarantined, read_export, table

LIVE = {
    "loginNick": "小店:小棠", "type": "文本消息", "templateId": 101, "cid": "c1", "buyerNick": "风**", "messageId": "1.PNM",
    "buyerUid": "7969", "sellerId": "2218", "time": "1796090404000", "message": "在吗",
}  # fmt: skip
RECEIVED = "roles: {customer: [received]}"


def log(*entries: dict[str, Any], **beside: Any) -> dict[str, Any]:
    return {"from_id": "cntaobao小店:小棠", "to_id": "cntaobao风", **beside, "msgs": {"msg": list(entries)}}


def entry(direction: Any, content: Any = "在吗", time: Any = "2026-12-01 10:00:04") -> dict[str, Any]:
    return {"direction": direction, "time": time, "content": content}


def test_a_live_message_does_not_say_who_sent_it(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"unknown_role 值是 'received'.*roles: \{customer: \['received'\]\}"):
        read_export(tmp_path, [LIVE])
    found = read_export(tmp_path, [LIVE], mapping=RECEIVED)
    assert table(found, "session_id", "message_id", "role", "agent_id", "customer_id", "shop", "kind", "text") == [
        ("c1", "1.PNM", "customer", "小店:小棠", "7969", "小店", "text", "在吗")
    ]


def test_a_live_message_with_a_direction_is_believed(tmp_path: Path) -> None:
    found = read_export(tmp_path, [LIVE | {"direction": 0}, LIVE | {"direction": "1", "messageId": "2.PNM"}])
    assert table(found, "role") == [("agent",), ("customer",)]


@pytest.mark.parametrize(("type_", "message", "kind"), [
    ("图片消息", "https://img.example.invalid/a.jpg", "image"), ("文本消息", "[图片]", "image"), ("商品卡片", "6 号枕芯", "card"),
    ("订单消息", "订单 12", "order_event"), ("语音消息", None, "other"), (None, "在吗", "text"),
])  # fmt: skip
def test_kinds(tmp_path: Path, type_: str | None, message: str | None, kind: str) -> None:
    found = read_export(tmp_path, [LIVE | {"type": type_, "message": message}], mapping=RECEIVED)
    assert table(found, "kind", "text") == [(kind, message)]


def test_sessions_by_customer_where_the_mapping_says_so(tmp_path: Path) -> None:
    later = LIVE | {"time": "1796099404000", "messageId": "2.PNM"}
    assert read_export(tmp_path, [LIVE, later], mapping=RECEIVED).sessions == 1
    assert read_export(tmp_path, [LIVE, later], mapping=RECEIVED + "\ncolumns: {session_id: null}").sessions == 2


@pytest.mark.parametrize("wrap", [False, True])
@pytest.mark.parametrize("single", [False, True])
def test_the_log_of_the_open_platform(tmp_path: Path, wrap: bool, single: bool) -> None:
    value = log(entry(1))
    if single:
        value["msgs"]["msg"] = value["msgs"]["msg"][0]
    if wrap:
        beside = {"from_id": value.pop("from_id"), "to_id": value.pop("to_id")}
        value = {**beside, "wangwang_eservice_chatlog_get_response": value}
    found = read_export(tmp_path, value)
    assert table(found, "role", "agent_id", "customer_id", "shop", "text") == [
        ("customer", "cntaobao小店:小棠", "cntaobao风", "小店", "在吗")
    ]
    assert found.inputs[0].format == "taobao-json"


def test_one_session_over_the_sub_accounts_of_a_shop(tmp_path: Path) -> None:
    logs = [log(entry(1)), log(entry(0, "您好", "2026-12-01 10:01:00"), from_id="cntaobao小店:青禾")]
    found = read_export(tmp_path, logs)
    assert found.sessions == 1
    assert table(found, "agent_id") == [("cntaobao小店:小棠",), ("cntaobao小店:青禾",)]


def test_other_directions_are_not_guessed(tmp_path: Path) -> None:
    found = read_export(tmp_path, log(entry(1), entry(2), entry(None), entry([]), entry("0")))
    assert quarantined(found) == [(2, "unknown_role"), (3, "missing_role"), (4, "unknown_role")]
    assert table(found, "role") == [("customer",), ("agent",)]


def test_a_log_that_does_not_say_whose_it_is(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="session_id"):
        read_export(tmp_path, {"msgs": {"msg": [entry(1)]}})


def test_an_empty_log_beside_a_full_one(tmp_path: Path) -> None:
    assert read_export(tmp_path, [{"count": 0, "ret": "0", "msgs": {"msg": []}}, log(entry(1))]).read == 1
