"""千牛 workbook: who sent what, the summary that must agree, times of day without a day, and thousands of sheets."""

from pathlib import Path
from typing import Any

import pytest

from qa_audit.citing import plain
from qa_audit.errors import ExportError, MappingError
from qa_audit.formats import detect
from qa_audit.formats.mapping import parse_mapping
from qa_audit.formats.qianniu_xlsx import read_qianniu_xlsx
from qa_audit.formats.sheet import Sheet, Source
from qa_audit.ingest import Ingested
from tests.formats.canonical import quarantined, read_export, table
from tests.formats.workbooks import CHAT, SUMMARY, chat, chats, done, workbook

AT = "2026-12-01 10:00:00"


def sheet(data: bytes, mapping: str = "{}") -> Sheet:
    return read_qianniu_xlsx(Source("a.xlsx", data, parse_mapping(mapping)))[0]


def read(folder: Path, *lines: tuple[str, str, str, str], mapping: str = "") -> Ingested:
    data = chats([done("晚风", len(lines))], {"晚风": chat("晚风", *lines)})
    return read_export(folder, data, "qianniu-xlsx", mapping)


def told(data: bytes) -> list[str]:
    return [plain(notice.text) for notice in sheet(data).notices if notice.code == "missing_messages"]


@pytest.mark.parametrize(("account", "word", "role"), [
    ("晚风", "客户", "customer"), ("晚风", "", "customer"), ("店:小棠", "客服", "agent"), ("店:小棠", "客户", "agent"), ("店", "客户", "agent"),
    ("云服", "客服", "agent"), ("晚**", "客户", "customer"), ("小**", "客户", None), ("松果", "客户", None), ("松果", "", None), ("", "", None),
    ("", "客户", "customer"), ("机器人", "客户", "bot"), ("松果", "质检", None),
])  # fmt: skip
def test_who_sent_it(tmp_path: Path, account: str, word: str, role: str | None) -> None:
    """The word of the export is not taken where the tool had to guess: it calls everybody a customer."""
    found = read(tmp_path, (AT, "在的", "店:小棠", "客服"), (AT, "好", account, word))
    if role is None:
        assert quarantined(found) == [(2, "missing_role" if not account else "unknown_role")]
    else:
        assert table(found, "role", "agent_id", "customer_id", "shop")[1] == (
            role, account if role == "agent" else None, "晚风", "店",
        )  # fmt: skip


def test_the_mapping_says_who_is_who(tmp_path: Path) -> None:
    mapping = "roles: {agent: [松果], customer: [小名]}"
    found = read(tmp_path, (AT, "在的", "松果", "客户"), (AT, "好", "小名", "客户"), mapping=mapping)
    assert table(found, "role", "agent_id", "customer_id") == [("agent", "松果", "晚风"), ("customer", None, "晚风")]


def test_order_is_that_of_the_numbers_at_equal_times(tmp_path: Path) -> None:
    rows = chat("晚风", (AT, "一", "晚风", "客户"), (AT, "二", "店:小棠", "客服"), (AT, "三", "晚风", "客户"))
    found = read_export(tmp_path, chats([done("晚风", 3)], {"晚风": rows[::-1]}), "qianniu-xlsx")
    assert found.messages["text"].to_pylist() == ["一", "二", "三"]


def test_a_quarantined_row_says_where_it_stands(tmp_path: Path) -> None:
    found = read(tmp_path, (AT, "在的", "店:小棠", "客服"), (AT, "好", "松果", "客户"))
    assert found.quarantine["raw"][0].as_py().startswith("晚风!3\t晚风\t2\t")


def test_the_summary_agrees() -> None:
    rows = {"晚风": chat("晚风", (AT, "在吗", "晚风", "客户")), "晚风_1": chat("晚风", (AT, "在", "晚风", "客户"))}
    assert told(chats([done("晚风", 1), done("晚风", 1), done("小鹿", 0)], rows)) == [
        "a.xlsx: 1 位客户没有导出(导出汇总第 4 行,原因:无有效消息)。请重新导出这些客户"
    ]
    assert told(chats([done("晚风", 1), done("晚风", 1)], rows)) == []


@pytest.mark.parametrize(("head", "lacking"), [
    (["客户昵称", "消息数"], "客户名"), (["客户名", "条数"], "消息数"), (["x"], "客户名、消息数"),
])  # fmt: skip
def test_a_summary_with_other_columns_is_not_compared(head: list[str], lacking: str) -> None:
    rows: dict[str, list[list[Any]]] = {
        "导出汇总": [head, ["晚风", 7][: len(head)]],
        "晚风": [CHAT, *chat("晚风", (AT, "在吗", "晚风", "客户"))],
    }
    assert told(workbook(rows)) == [f"a.xlsx: 导出汇总的表头里没有 {lacking},条数没有核对。请把表头改回来,或重新导出"]


@pytest.mark.parametrize(("summary", "text"), [
    ([done("晚风", 3)], "1 位客户的条数和导出汇总不同(导出汇总第 2 行;头一位汇总写 3 条,读到 1 条)"),
    ([done("晚风", 1), done("小鹿", 2)], "1 位客户的条数和导出汇总不同(导出汇总第 3 行;头一位汇总写 2 条,读到 0 条)"),
    ([done("小鹿", 0)], "1 位客户有消息,导出汇总里却没有"),
    ([done("晚风", 1), ["小鹿", "失败", 0, "否", "超时", ""]], "1 位客户没有导出(导出汇总第 3 行,原因:超时)"),
])  # fmt: skip
def test_the_summary_does_not_agree(summary: list[list[Any]], text: str) -> None:
    """Loud, and without the customers' names: notices are shown to people who need not know them."""
    notices = told(chats(summary, {"晚风": chat("晚风", (AT, "在吗", "晚风", "客户"))}))
    assert any(text in notice for notice in notices)
    assert not any("小鹿" in notice or "晚风" in notice for notice in notices)


def test_times_of_day_need_a_day(tmp_path: Path) -> None:
    lines = ("23:58:00", "在吗", "晚风", "客户"), ("23:58:09", "在", "店:小棠", "客服"), ("0:01", "好", "晚风", "客户")
    found = read(tmp_path, *lines)
    assert found.messages["sent_at"].null_count == 3
    assert "time: {date: 2026-12-01}" in next(n.text for n in found.notices if n.code == "no_time")
    dated = read(tmp_path, *lines, mapping="time: {date: 2026-12-01}")
    assert [f"{each[0]:%d %H:%M:%S}" for each in table(dated, "sent_at")] == ["01 15:58:00", "01 15:58:09"]
    assert quarantined(dated) == [(3, "bad_time")]
    assert dated.quarantine["detail"][0].as_py() == "值是 '2026-12-01 跨天 0:01'"


def test_a_sheet_that_does_not_fit_is_named_by_its_size() -> None:
    data = workbook(
        {"导出汇总": [SUMMARY], "晚风": [CHAT, ["晚风", 1, AT, "在", "晚风", "客户"]], "备注": [["随便"], ["写写"]]}
    )
    assert [(n.code, "2 行" in n.text) for n in sheet(data).notices if n.code == "skipped_sheet"] == [
        ("skipped_sheet", True)
    ]


def test_other_columns_in_another_order() -> None:
    data = workbook({"导出汇总": [SUMMARY], "x": [["备注", *CHAT[::-1]], ["", "客户", "晚风", "在吗", AT, 1, "晚风"]]})
    assert sheet(data).columns[4].to_pylist() == ["在吗"]


@pytest.mark.parametrize("data", [
    workbook({"导出汇总": [SUMMARY, done("晚风", 1)]}), workbook({"导出汇总": [["x"]], "a": [["b"]]}), b"PK\x03\x04", workbook({"导出汇总": []}),
])  # fmt: skip
def test_no_messages_at_all(data: bytes) -> None:
    with pytest.raises(ExportError, match=r"a\.xlsx"):
        sheet(data)


def test_recognised_by_the_summary() -> None:
    rows = {"晚风": chat("晚风", (AT, "在吗", "晚风", "客户"))}
    assert detect(chats([done("晚风", 1)], rows), "a.xlsx").name == "qianniu-xlsx"
    assert detect(workbook({"晚风": [CHAT, *rows["晚风"]]}), "a.xlsx").name == "xlsx"


def test_many_customers_are_one_source(tmp_path: Path) -> None:
    names = [f"tb{number}" for number in range(300)]
    rows = {name: chat(name, (AT, "在吗", name, "客户"), (AT, "在", "店:小棠", "客服")) for name in names}
    found = read_export(tmp_path, chats([done(name, 2) for name in names], rows), "qianniu-xlsx")
    assert (found.messages.num_rows, found.sessions, len(found.inputs)) == (600, 300, 1)
    assert sorted(found.messages["source_row"].to_pylist()) == list(range(1, 601))


def test_the_day_of_a_mapping_holds_for_any_table(tmp_path: Path) -> None:
    text = "会话ID,时间,角色,内容\ns,10:00:04,客户,在吗\ns,10:00:09,客服,在\n"
    found = read_export(tmp_path, text, "csv", "time: {date: 2026-12-01}")
    assert [f"{each[0]:%m-%d %H:%M:%S}" for each in table(found, "sent_at")] == ["12-01 02:00:04", "12-01 02:00:09"]
    with pytest.raises(MappingError, match=r":1: time\.date 要写成 2026-12-01 这样的一天,不能是 '2026-13-01'"):
        parse_mapping("time: {date: 2026-13-01}")
