"""拼多多 JSON: three kinds of times, withdrawn messages, robots, goods and orders."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from qa_audit.ingest import ingest
from tests.formats.canonical import quarantined, read_export, table

USER, STAFF = {"role": "user", "uid": "u1"}, {"role": "mall_cs", "uid": "m1", "cs_uid": "cs1", "mall_id": "m1"}


def push(
    content: Any,
    number: int = 1,
    *,
    sender: Any = USER,
    to: Any = STAFF,
    kind: Any = 0,
    at: Any = 1796090404,
    **more: Any,
) -> Any:
    message = {"msg_id": f"m{number}", "type": kind, "content": content, "from": sender, "to": to, "ts": at, **more}
    return {"response": "push", "message": message}


def reply(content: Any, number: int, **more: Any) -> Any:
    return push(content, number, sender={"role": "mall_cs", "uid": "m1", "cs_uid": "cs1"}, to=USER, **more)


@pytest.mark.parametrize(("time", "micros"), [
    ({"at": "1796090404"}, 0), ({"at": 1796090404}, 0), ({"at": 1796090404250}, 250_000), ({"at": None, "time": 1796090404}, 0),
    ({"at": "", "time": "1796090404250"}, 250_000),
])  # fmt: skip
def test_times(tmp_path: Path, time: dict[str, Any], micros: int) -> None:
    found = read_export(tmp_path, [push("在吗", **time)])
    assert table(found, "sent_at") == [(datetime(2026, 12, 1, 2, 0, 4, micros, tzinfo=UTC),)]


def test_who_wrote_to_whom(tmp_path: Path) -> None:
    found = read_export(
        tmp_path,
        [
            push("在吗"),
            reply("您好", 2),
            reply("自动", 3, is_aut=1),
            reply("机器", 4, template_name="mall_robot_text_msg"),
        ],
    )
    assert table(found, "role", "automation", "agent_id", "customer_id", "shop") == [
        ("customer", "none", "cs1", "u1", "m1"),
        ("agent", "none", "cs1", "u1", "m1"),
        ("agent", "auto", "cs1", "u1", "m1"),
        ("bot", "auto", "cs1", "u1", "m1"),
    ]
    assert found.sessions == 1


def test_the_account_of_the_shop_names_no_agent(tmp_path: Path) -> None:
    found = read_export(tmp_path, [push("在吗", to={"role": "mall_cs", "uid": "m1", "mall_id": "m1"})])
    assert table(found, "agent_id", "shop") == [(None, "m1")]


@pytest.mark.parametrize("sender", [{"cs_uid": "cs1"}, {"cs_uid": "cs9"}, {}, {"uid": "u-staff", "cs_uid": "cs1"}])
def test_the_shop_of_an_account_is_known_from_other_messages_and_files(tmp_path: Path, sender: dict[str, str]) -> None:
    records = [
        push("在吗"),
        push("您好", 2, sender={"role": "mall_cs", "uid": "m1", **sender}, to=USER),
        push("好", 3, at=1796090500),
    ]
    (tmp_path / "files").mkdir()
    for number, record in enumerate(records):
        (tmp_path / "files" / f"{number}.json").write_text(json.dumps(record), "utf-8")
    together, apart = read_export(tmp_path, records), ingest([str(tmp_path / "files")])
    assert together.messages["shop"].to_pylist() == ["m1"] * 3
    assert together.messages["message_id"].to_pylist() == ["m1", "m2", "m3"]
    for column in ("session_id", "shop", "agent_id"):
        assert together.messages[column].equals(apart.messages[column])


def test_a_message_without_shop_takes_the_only_one_of_the_customers_messages_around_it(tmp_path: Path) -> None:
    stranger = push("您好", 2, sender={"role": "mall_cs", "uid": "cs9"}, to=USER)
    found = read_export(tmp_path, [push("在吗"), stranger])
    assert table(found, "shop") == [("m1",), ("m1",)]
    assert read_export(tmp_path, [push("在吗"), reply("您好", 2)]).messages["shop"].to_pylist() == ["m1", "m1"]


@pytest.mark.parametrize(("message", "expected"), [
    (push("https://img.example.invalid/1.jpg", kind=1), ("image", "https://img.example.invalid/1.jpg")),
    (push("", kind=5, info={"description": "[微笑]"}), ("image", "[微笑]")),
    (push("v.mp4", kind=14), ("other", "v.mp4")),
    (push("", info={"goodsID": 612}), ("card", None)),
    (push("", info={"orderSequenceNo": "2412-01", "goodsID": 612}), ("order_event", None)),
    (push("这款掉色吗", kind=64, info={"data": {"goodsID": 612}}), ("card", "这款掉色吗")),
    (push("对方撤回了一条消息", kind=1002), ("recall", "对方撤回了一条消息")),
    (push("??", kind=99), ("other", "??")),
    (push("在吗", kind="0"), ("text", "在吗")),
])  # fmt: skip
def test_kinds(tmp_path: Path, message: Any, expected: tuple[str, str]) -> None:
    found = read_export(tmp_path, [message])
    assert table(found, "kind", "text") == [expected]
    goods = message["message"].get("info", {})
    assert table(found, "order_id") == [(goods.get("orderSequenceNo"),)]


def test_transfers_and_hints_come_from_the_system(tmp_path: Path) -> None:
    found = read_export(tmp_path, [push("在吗"), reply("转接给客服乙", 2, kind=24), reply("注意资金安全", 3, kind=31)])
    assert table(found, "role", "kind")[1:] == [("system", "transfer"), ("system", "other")]


@pytest.mark.parametrize("together", [True, False])
def test_a_withdrawn_message_is_marked_also_from_another_file(tmp_path: Path, together: bool) -> None:
    said, event = reply("说错了", 2), reply("撤回了一条消息", 3, kind=1002, info={"msg_id": "m2"})
    if together:
        found = read_export(tmp_path, [push("在吗"), said, event])
    else:
        (tmp_path / "b").mkdir()
        read_export(tmp_path / "b", [event])
        read_export(tmp_path, [push("在吗"), said])
        found = ingest([str(tmp_path)])
    rows = {row["message_id"]: row for row in found.messages.to_pylist()}
    assert [(rows[i]["kind"], rows[i]["withdrawn"], rows[i]["text"]) for i in ("m1", "m2", "m3")] == [
        ("text", None, "在吗"),
        ("recall", True, "说错了"),
        ("recall", None, "撤回了一条消息"),
    ]


def test_roles_that_are_none_of_the_two(tmp_path: Path) -> None:
    odd = [
        push("在吗"),
        push("a", 2, sender={"role": "platform", "uid": "p"}),
        push("b", 3, sender=None),
        push("c", 4, sender="user"),
    ]
    assert quarantined(read_export(tmp_path, odd)) == [(2, "unknown_role"), (3, "missing_role"), (4, "missing_role")]


def test_messages_without_their_push(tmp_path: Path) -> None:
    assert read_export(tmp_path, [push("在吗")["message"]]).inputs[0].format == "pinduoduo"
