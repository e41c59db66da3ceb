"""What makes two rows one message, and what must not change its id: file names, later exports, other people's rows."""

import json
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from qa_audit.ingest import Ingested, ingest
from tests.formats.workbooks import workbook

HEAD = "会话ID,时间,角色,客服账号,客户ID,消息内容"
FREE = "时间,角色,客服账号,客户ID,消息内容"


def read(folder: Path, files: dict[str, list[str] | bytes]) -> Ingested:
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for name, content in files.items():
        data = content if isinstance(content, bytes) else ("\n".join(content) + "\n").encode()
        (folder / name).write_bytes(data)
    return ingest([str(folder)])


def said(found: Ingested, *names: str) -> list[tuple[Any, ...]]:
    return list(zip(*(found.messages[name].to_pylist() for name in names), strict=True))


def either_way(folder: Path, one: list[str], two: list[str]) -> Ingested:
    """Read two files under both pairs of names, which must not matter."""
    found = read(folder, {"a.csv": one, "b.csv": two})
    other = read(folder, {"b.csv": one, "a.csv": two})
    drop = ["source_file", "source_row"]
    assert found.messages.drop_columns(drop).equals(other.messages.drop_columns(drop))
    return found


AT = "2026-12-01 10:00:01"


@pytest.mark.parametrize(("head", "one", "two"), [
    ("会话ID,序号,时间,角色,客户ID,内容", f"s1,5,{AT},客户,u1,[图片]", f"s1,6,{AT},客户,u1,[图片]"),
    ("会话ID,时间,角色,客户ID,内容", f"s1,{AT},客户,u1,好的", f"s1,{AT},客户,u2,好的"),
    ("会话ID,时间,角色,商品ID,内容", f"s1,{AT},客户,1,[图片]", f"s1,{AT},客户,2,[图片]"),
    ("会话ID,时间,角色,订单号,内容", f"s1,{AT},客户,1,[图片]", f"s1,{AT},客户,2,[图片]"),
    ("会话ID,时间,角色,店铺,内容", f"s1,{AT},客户,甲,[图片]", f"s1,{AT},客户,乙,[图片]"),
])  # fmt: skip
def test_rows_that_differ_are_two_messages(tmp_path: Path, head: str, one: str, two: str) -> None:
    assert either_way(tmp_path / "x", [head, one], [head, two]).duplicates == 0
    assert either_way(tmp_path / "y", [head, one], [head, one, two]).duplicates == 1


def test_equal_rows_on_two_sheets_of_a_workbook_are_two_messages(tmp_path: Path) -> None:
    head, row = HEAD.split(","), ["s1", AT, "客户", "", "u1", "[图片]"]
    found = read(tmp_path / "x", {"a.xlsx": workbook({"一": [head, row], "二": [head, row]})})
    assert (found.messages.num_rows, found.duplicates) == (2, 0)
    assert len(set(found.messages["message_id"].to_pylist())) == 2
    again = read(tmp_path / "x", {"a.xlsx": workbook({"一": [head, row, row]}), "b.csv": [HEAD, ",".join(row)]})
    assert (again.messages.num_rows, again.duplicates) == (2, 1)
    assert said(again, "session_id", "message_id") == said(found, "session_id", "message_id")


@pytest.mark.parametrize("ids", [True, False])
def test_duplicates_are_told_once_with_all_that_is_known(tmp_path: Path, ids: bool) -> None:
    head = "会话ID,消息ID,时间,角色,是否撤回,是否已读,订单号,内容"
    order = ("", "123") if ids else ("123", "123")
    first = f"s1,{'m1' * ids},{AT},客服,否,未读,{order[0]},好"
    second = f"s1,{'m1' * ids},{AT},客服,是,已读,{order[1]},好"
    found = either_way(tmp_path / "x", [head, first], [head, second])
    assert said(found, "kind", "withdrawn", "seen", "order_id", "text") == [("recall", True, True, "123", "好")]
    assert found.duplicates == 1
    assert "conflicting_ids" not in {notice.code for notice in found.notices}


def test_one_id_with_two_texts_keeps_the_same_one_whatever_the_names(tmp_path: Path) -> None:
    head = "会话ID,消息ID,时间,角色,内容"
    found = either_way(tmp_path / "x", [head, f"s1,m1,{AT},客户,甲"], [head, f"s1,m1,{AT},客户,乙"])
    assert found.duplicates == 1


def test_one_moment_in_two_files_is_ordered_by_who_speaks(tmp_path: Path) -> None:
    found = either_way(
        tmp_path / "x", [HEAD, f"s1,{AT},客服,小棠,u1,您好", f"s1,{AT},客户,,u1,有吗"], [HEAD, f"s1,{AT},客户,,u1,在吗"]
    )
    assert found.messages["text"].to_pylist() == ["在吗", "您好", "有吗"]


def push(text: str, at: int, number: int, **sides: Any) -> dict[str, Any]:
    sides = {"to": {"role": "mall_cs", "mall_id": "9", "cs_uid": "c1"}, "from": {"role": "user", "uid": "u1"}} | sides
    return {
        "response": "push",
        "message": {"type": 0, "content": text, "ts": 1796090404 + at, "msg_id": str(number), **sides},
    }


def test_a_recall_reaches_messages_of_its_own_format_only(tmp_path: Path) -> None:
    recall = push("撤回", 9, 6)
    recall["message"] |= {"type": 1002, "info": {"msg_id": "5"}}
    files: dict[str, list[str] | bytes] = {
        "a.jsonl": [json.dumps(push("在吗", 0, 4)), json.dumps(recall)],
        "b.csv": ["会话ID,消息ID,时间,角色,内容", f"Z,5,{AT},客服,您好"],
    }
    assert ("您好", "text") in said(read(tmp_path / "x", files), "text", "kind")
    files["c.jsonl"] = [json.dumps(push("买错了", 1, 5))]
    assert {("您好", "text"), ("买错了", "recall")} < set(said(read(tmp_path / "x", files), "text", "kind"))


IDS = ("text", "message_id", "session_id")


@pytest.mark.parametrize(("one", "two"), [
    (  # the next day a row of the same customer lacks its agent
        [FREE, f"{AT},客户,小棠,u1,问1", f"{AT},客服,小棠,u1,答1", f"{AT},客户,小米,u1,问2", f"{AT},客服,小米,u1,答2"],
        [FREE, "2026-12-02 10:00:00,客户,,u1,问3"],
    ),
    (  # at the same time a row of another customer lacks its agent
        [FREE, f"{AT},客户,小棠,u1,问1", f"{AT},客服,小棠,u1,答1", f"{AT},客户,小米,u1,问2", f"{AT},客服,小米,u1,答2"],
        [FREE, f"{AT},客户,,u2,问3"],
    ),
    ([HEAD, f"s1,{AT},客户,,u1,在吗"], [HEAD + ",店铺", "s1,2026-12-01 10:00:05,客服,小棠,u1,在的,甲店"]),
])  # fmt: skip
def test_a_later_export_changes_no_id(tmp_path: Path, one: list[str], two: list[str]) -> None:
    alone, both = read(tmp_path / "x", {"a.csv": one}), either_way(tmp_path / "x", one, two)
    assert set(said(alone, *IDS)) < set(said(both, *IDS))
    assert said(read(tmp_path / "x", {"b.csv": two}), *IDS)[0] in said(both, *IDS)


def test_a_message_of_an_unknown_shop_changes_no_other_session(tmp_path: Path) -> None:
    eight = {"to": {"role": "mall_cs", "mall_id": "8", "cs_uid": "c2"}}
    day = [json.dumps(push("在吗", 0, 1)), json.dumps(push("有吗", 1, 2, **eight))]
    unknown = {"to": {"role": "mall_cs", "uid": "x8", "cs_uid": "c7"}}
    alone = read(tmp_path / "x", {"a.jsonl": day})
    assert alone.sessions == 2
    for later in (
        push("新的一天", 90_000, 3, **unknown),
        push("你好", 0, 3, **unknown, **{"from": {"role": "user", "uid": "u2"}}),
    ):
        both = read(tmp_path / "x", {"a.jsonl": day, "b.jsonl": [json.dumps(later)]})
        assert set(said(alone, *IDS)) < set(said(both, *IDS))
        assert both.sessions == 3


def test_a_row_without_shop_goes_to_the_only_shop_of_its_customer(tmp_path: Path) -> None:
    head = "时间,角色,客服账号,客户ID,店铺,消息内容"
    rows = [f"{AT},客户,,u1,店A,在吗", f"{AT},客服,小棠,u1,,在的", f"{AT},客户,,u2,店B,有吗"]
    for order in permutations(rows):
        found = read(tmp_path / "x", {"a.csv": [head, *order]})
        assert found.sessions == 2
        assert set(said(found, "text", "shop")) == {("在吗", "店A"), ("在的", "店A"), ("有吗", "店B")}


def test_a_row_of_one_of_two_shops_keeps_both_sides_together(tmp_path: Path) -> None:
    head = "时间,角色,客服账号,客户ID,店铺,消息内容"
    rows = [f"{AT},客户,,u1,店A,在吗", f"{AT},客户,,u1,店B,有吗", f"{AT},客服,小棠,u1,,在的"]
    assert read(tmp_path / "x", {"a.csv": [head, *rows[:2]]}).sessions == 2
    assert read(tmp_path / "x", {"a.csv": [head, *rows]}).sessions == 1
