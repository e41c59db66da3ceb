"""JSON of no particular service: flat objects, dialogues with their messages, and what the fields around are called."""

import json
from pathlib import Path
from typing import Any

import pytest

from qa_audit.errors import ExportError
from qa_audit.formats import FORMATS, detect
from qa_audit.formats.mapping import parse_mapping
from qa_audit.formats.sheet import Sheet, Source
from tests.formats.canonical import quarantined, read_export, table

TURN = {"seq_no": 1, "time": "2026-12-01 10:00:04.5", "sender_type": "用户", "send_content": "在吗"}
DIALOGUE = {
    "domain": "家纺",
    "sid": "d1",
    "sellerid": "小棠",
    "userid": "u1",
    "time": "2026-12-01 09:59:00",
    "dialogue": [TURN],
}


def sheet(value: Any, mapping: str = "{}") -> Sheet:
    return FORMATS["jsonl"].read(Source("a.json", json.dumps(value).encode(), parse_mapping(mapping)))[0]


@pytest.mark.parametrize(
    "wrap", ["%s", "[%s]", "%s\n%s", '{"code": 0, "data": [%s]}', '{"code": 0, "data": {"total": 1, "rows": [%s]}}']
)
def test_dialogues_in_every_wrapping(tmp_path: Path, wrap: str) -> None:
    second = json.dumps(DIALOGUE | {"sid": "d2"})
    found = read_export(
        tmp_path, wrap % ((json.dumps(DIALOGUE), second) if wrap.count("%s") == 2 else json.dumps(DIALOGUE))
    )
    assert table(found, "session_id", "role", "agent_id", "customer_id", "text")[:1] == [
        ("d1", "customer", "小棠", "u1", "在吗")
    ]
    assert found.messages["sent_at"][0].as_py().microsecond == 500_000
    assert found.read == wrap.count("%s")


def test_fields_around_never_pass_for_the_message_s_own() -> None:
    header = sheet([DIALOGUE | {"content": "总结", "msg_id": "x", "shop": "店"}]).header
    assert [name for name in header if "outer" in name] == ["outer.time", "outer.content", "outer.msg_id"]
    assert {"sid", "sellerid", "userid", "shop", "domain"} <= set(header)


def test_an_inner_field_of_the_same_name_wins() -> None:
    found = sheet([DIALOGUE | {"dialogue": [TURN | {"sid": "inner"}]}])
    columns = dict(zip(found.header, [column.to_pylist() for column in found.columns], strict=True))
    assert (columns["sid"], columns["outer.sid"]) == (["inner"], ["d1"])


def test_the_mapping_may_ask_for_a_field_around(tmp_path: Path) -> None:
    found = read_export(tmp_path, [DIALOGUE], mapping="columns: {shop: domain}")
    assert table(found, "shop") == [("家纺",)]


def test_names_of_messages_that_only_the_mapping_knows(tmp_path: Path) -> None:
    value = [{"chatNo": "7", "lines": [{"who": "C", "said": "在吗"}, {"who": "A", "said": "在的"}]}]
    mapping = "columns: {session_id: chatNo, role: who, text: said}\nroles: {customer: [C], agent: [A]}"
    assert table(read_export(tmp_path, value, mapping=mapping), "session_id", "role") == [
        ("7", "customer"),
        ("7", "agent"),
    ]


def test_two_lists_that_look_like_messages_are_not_guessed(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"comments.*dialogue"):
        read_export(tmp_path, [DIALOGUE | {"comments": [TURN]}])


def test_a_message_with_a_list_of_its_own_stays_one_row(tmp_path: Path) -> None:
    message = {"session_id": "s", "role": "客服", "text": "选一个", "buttons": [{"sender": "x", "text": "好"}]}
    found = read_export(tmp_path, [message])
    assert table(found, "text") == [("选一个",)]


def test_what_is_no_message_in_a_dialogue_goes_aside(tmp_path: Path) -> None:
    found = read_export(tmp_path, [DIALOGUE | {"dialogue": [5, TURN, "x"]}, DIALOGUE | {"dialogue": []}, {"sid": "d3"}])
    assert quarantined(found) == [(1, "bad_json"), (3, "bad_json"), (4, "missing_time")]
    assert table(found, "source_row") == [(2,)]


def test_a_dialogue_cut_in_the_middle(tmp_path: Path) -> None:
    text = json.dumps([DIALOGUE, DIALOGUE | {"sid": "d2", "dialogue": [TURN, TURN]}])
    found = read_export(tmp_path, text[:-30])
    assert (found.messages.num_rows, found.quarantine.num_rows, found.gaps) == (2, 1, ("d2",))


def test_lists_around_are_not_repeated_in_every_row() -> None:
    assert "notes" not in sheet([DIALOGUE | {"notes": ["x"] * 1000}]).header


@pytest.mark.parametrize(("data", "path", "name"), [
    (b'[{"a": 1}]', "a.json", "jsonl"), (b' \n[\n{"text": 1}]', "a.txt", "jsonl"), (b'{"a": 1}', "a", "jsonl"), (b"[]", "a.json", "jsonl"),
    ("[昵称] 2026-12-01 10:00:00\n在吗".encode(), "a.log", "qianniu-txt"), (b'{"a","b"}\n', "a.csv", "csv"),
    (b'{"waiter": "a", "waiterSend": 1}', "a.csv", "jd-dongdong"),
    (b'[{"conversation_id": 1, "message_type": "text", "sender_type": "user", "content": "x"}]', "a.json", "jsonl"),
    (b'[{"visitor": "a", "history": [{"sender": "x", "text": "y"}]}]', "a.json", "jsonl"),
    (b'[{"msgid": "1", "action": "x", "text": "y", "role": "user"}]', "a.json", "jsonl"),
    (b'[{"sid": "1", "waiter": "x", "content": "y", "role": "user"}]', "a.json", "jsonl"),
    (b'[{"from": {"role": "user"}, "to": {"role": "agent"}, "content": "y"}]', "a.json", "jsonl"),
])  # fmt: skip
def test_detects(data: bytes, path: str, name: str) -> None:
    assert detect(data, path).name == name


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
@pytest.mark.parametrize("spare", range(4))
def test_a_long_line_is_recognised_wherever_the_look_at_its_start_ends(encoding: str, spare: int) -> None:
    record = {"pad": "x" * spare, "waiter": "小棠", "waiterSend": 1, "content": "您好" * 40_000}
    data = json.dumps([record], ensure_ascii=False).encode(encoding)
    assert detect(data, "a.json").name == "jd-dongdong"
