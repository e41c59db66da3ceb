"""企业微信会话存档: who is who by the shape of the account, group chats, recalls, and messages of every kind."""

from pathlib import Path
from typing import Any

import pytest

from qa_audit.errors import ExportError
from tests.formats.canonical import quarantined, read_export, table

CUSTOMER, OTHER, ROBOT = (
    "wmYqCWBgAA7fK2mD0sQb1nT9zL4xPv3H",
    "woYqCWBgAA1cR8gJ5uEw6aN0yB7tMk2Z",
    "wbYqCWBgAA5hS3vU8iOp4dF",
)


def message(
    number: int, sender: Any, to: Any, kind: str = "text", *, room: str = "", at: int = 0, **more: Any
) -> dict[str, Any]:
    payload = {} if kind in more else {"text": {"content": f"第 {number} 句"}}
    return {
        "msgid": f"m{number}", "action": "send", "from": sender, "tolist": to, "roomid": room,
        "msgtime": 1796090404000 + number * 1000 + at, "msgtype": kind, **payload, **more,
    }  # fmt: skip


def test_shapes(tmp_path: Path) -> None:
    found = read_export(
        tmp_path,
        [
            message(1, CUSTOMER, ["xiaoyu"]),
            message(2, "xiaoyu", [CUSTOMER]),
            message(3, OTHER, ["xiaoyu"]),
            message(4, ROBOT, [CUSTOMER]),
        ],
    )
    assert table(found, "role", "automation", "agent_id", "customer_id") == [
        ("customer", "none", "xiaoyu", CUSTOMER),
        ("agent", "none", "xiaoyu", CUSTOMER),
        ("customer", "none", "xiaoyu", OTHER),
        ("bot", "auto", None, CUSTOMER),
    ]


@pytest.mark.parametrize("account", ["wmzhang", "wolf", "wb-li", "wm", "wbzhangsanfeng"])
def test_what_only_begins_like_an_external_account_is_nobody(tmp_path: Path, account: str) -> None:
    records = [message(1, CUSTOMER, ["xiaoyu"]), message(2, account, [CUSTOMER])]
    assert quarantined(read_export(tmp_path, records)) == [(2, "unknown_role")]
    found = read_export(tmp_path, records, mapping=f"roles: {{agent: [{account}]}}")
    assert table(found, "role", "agent_id") == [("customer", "xiaoyu"), ("agent", account)]


@pytest.mark.parametrize(("meant", "role"), [("bot", "bot"), ("auto", "agent"), ("system", "system")])
def test_the_mapping_comes_before_the_shape(tmp_path: Path, meant: str, role: str) -> None:
    records = [message(1, CUSTOMER, ["helper"]), message(2, "helper", [CUSTOMER])]
    found = read_export(tmp_path, records, mapping=f"roles: {{{meant}: [helper]}}")
    assert role in [row[0] for row in table(found, "role")]


def test_two_members_of_staff_are_two_chats_and_a_group_is_one(tmp_path: Path) -> None:
    found = read_export(
        tmp_path,
        [
            message(1, CUSTOMER, ["xiaoyu"]),
            message(2, CUSTOMER, ["qinghe"]),
            message(3, CUSTOMER, ["xiaoyu", "qinghe", OTHER], room="wr1"),
            message(4, OTHER, ["xiaoyu", "qinghe", CUSTOMER], room="wr1"),
            message(5, "qinghe", ["xiaoyu", OTHER, CUSTOMER], room="wr1"),
        ],
    )
    assert found.sessions == 3
    assert len({row[0] for row in table(found, "session_id")[2:]}) == 1
    assert {row[0] for row in table(found, "customer_id")[2:]} == {"wr1"}


def test_recalls_mark_the_message_they_name(tmp_path: Path) -> None:
    recall = message(3, "xiaoyu", [CUSTOMER], "revoke", action="recall", revoke={"pre_msgid": "m2"})
    found = read_export(tmp_path, [message(1, CUSTOMER, ["xiaoyu"]), message(2, "xiaoyu", [CUSTOMER]), recall])
    assert table(found, "kind", "withdrawn", "text") == [
        ("text", None, "第 1 句"),
        ("recall", True, "第 2 句"),
        ("recall", None, None),
    ]


@pytest.mark.parametrize(("kind", "payload", "expected"), [
    ("image", {"sdkfileid": "Ct"}, ("image", None)),
    ("emotion", {"type": 1}, ("image", None)),
    ("voice", {"play_length": 3}, ("other", None)),
    ("file", {"filename": "发票.pdf"}, ("other", "发票.pdf")),
    ("link", {"title": "退货说明", "description": "七天"}, ("card", "退货说明")),
    ("weapp", {"title": "会员中心"}, ("card", "会员中心")),
    ("markdown", None, ("text", "**好**")),
    ("location", {"address": "某路 1 号"}, ("other", "某路 1 号")),
    ("redpacket", {"wish": "恭喜"}, ("other", "恭喜")),
    ("mixed", {"item": [{"type": "text", "content": '{"content": "看图"}'}, {"type": "image", "content": "{}"}, 5]}, ("other", "看图\n[image]\n")),
    ("chatrecord", {"title": "记录", "item": []}, ("other", "记录")),
    ("newkind", {"x": 1}, ("other", None)),
])  # fmt: skip
def test_kinds(tmp_path: Path, kind: str, payload: Any, expected: tuple[str, str | None]) -> None:
    more = {"info": {"content": "**好**"}} if payload is None else {kind: payload}
    record = {**message(1, CUSTOMER, ["xiaoyu"], kind), **more}
    record.pop("text", None)
    assert table(read_export(tmp_path, [record]), "kind", "text") == [expected]


def test_what_is_no_conversation_with_a_customer_goes_aside(tmp_path: Path) -> None:
    switch = {"msgid": "s", "action": "switch", "time": 1796090404000, "user": "xiaoyu"}
    records = [message(1, CUSTOMER, ["xiaoyu"]), switch, message(3, "xiaoyu", ["qinghe"])]
    found = read_export(tmp_path, records)
    assert quarantined(found) == [(2, "missing_session"), (3, "missing_session")]
    assert found.gaps == ()
    to_two = message(4, "xiaoyu", [CUSTOMER, OTHER])
    assert len(read_export(tmp_path, [*records, to_two]).gaps) == 1
    group = message(5, "xiaoyu", [CUSTOMER, "qinghe"], room="r")
    assert len(read_export(tmp_path, [*records, to_two, group]).gaps) == 2


def test_a_receiver_that_is_no_list(tmp_path: Path) -> None:
    assert table(read_export(tmp_path, [message(1, CUSTOMER, "xiaoyu")]), "agent_id") == [("xiaoyu",)]


def test_a_bad_group_chat_does_not_cost_the_file(tmp_path: Path) -> None:
    records = [message(1, CUSTOMER, ["xiaoyu"]), message(2, OTHER, ["xiaoyu", "a"], room="r", at=-(10**15))]
    found = read_export(tmp_path, records)
    assert (found.read, quarantined(found)) == (2, [(2, "time_out_of_range")])
    with pytest.raises(ExportError, match="time_out_of_range"):
        read_export(tmp_path, records[1:])
