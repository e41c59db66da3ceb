"""Plain tables as people make them: two header lines, headers again, a foot, merged cells, sheets without a header."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_audit.citing import plain
from qa_audit.formats import FORMATS
from qa_audit.formats.sheet import Sheet, Source
from qa_audit.ingest import ingest
from tests.formats.workbooks import Range, workbook

HEAD = ["会话ID", "时间", "角色", "内容"]
ROW = ["s1", "2026-12-01 10:00:00", "客户", "在吗"]
MORE = ["s1", "2026-12-01 10:00:05", "客服", "在的"]


def csv(rows: list[list[Any]]) -> Sheet:
    text = "\n".join(",".join(str(cell or "") for cell in row) for row in rows)
    return FORMATS["csv"].read(Source("a.csv", text.encode()))[0]


def xlsx(rows: list[list[Any]], *merged: Range) -> Sheet:
    return FORMATS["xlsx"].read(Source("a.xlsx", workbook({"x": rows}, {"x": merged})))[0]


def cells(sheet: Sheet) -> list[tuple[str | None, ...]]:
    return list(zip(*(column.to_pylist() for column in sheet.columns), strict=True))


@pytest.mark.parametrize(("upper", "lower", "names"), [
    (["会话", "", "客户", "", "角色", "内容"], ["会话ID", "时间", "昵称", "ID", "", ""], ("会话ID", "时间", "客户昵称", "客户ID", "角色", "内容")),
    (["客户", "", "消息", "", "", "发送人"], ["ID", "会话ID", "时间", "类型", "内容", "类型"], ("客户ID", "会话ID", "消息时间", "消息类型", "消息内容", "发送人类型")),
    (["会话编号", "发送", "发送", "内容"], ["", "时间", "人", ""], ("会话编号", "发送时间", "发送人", "内容")),
])  # fmt: skip
def test_two_header_lines(upper: list[str], lower: list[str], names: tuple[str, ...]) -> None:
    row = [f"x{number}" for number in range(len(upper))]
    sheet = csv([["导出"], upper, lower, row])
    assert (sheet.header, sheet.rows.tolist()) == (names, [4])
    page = xlsx([["导出", *[None] * (len(upper) - 1)], upper, lower, row], *_over_empty(upper, lower))
    assert (page.header, page.rows.tolist()) == (names, [4])


def _over_empty(upper: list[str], lower: list[str]) -> list[Range]:
    """Merge groups over the names below them, and names over the empty cells below them."""
    out: list[Range] = []
    start = 0
    while start < len(upper):
        end = start
        while end + 1 < len(upper) and not upper[end + 1] and lower[end + 1]:
            end += 1
        down = end == start and not lower[start]
        if down or end > start:
            out.append((1, start, 2 if down else 1, end))
        start = end + 1
    return out


@pytest.mark.parametrize("rows", [
    [HEAD, ROW], [["聊天记录", "", "", ""], HEAD, ROW], [["店铺", "云栖", "日期", "12月1日"], HEAD, ROW],
    [HEAD, ["会话", "时间", "客服", "内容"]], [HEAD, ["客服", "文本", "角色", "消息"]],
])  # fmt: skip
def test_one_header_line_stays_one(rows: list[list[str]]) -> None:
    for sheet in (csv(rows), xlsx(rows)):
        assert sheet.header == tuple(HEAD)
        assert len(sheet.rows) == 1


def test_a_group_stands_over_what_it_is_merged_over() -> None:
    upper, lower = ["客户", "", "", "角色", "内容"], ["ID", "昵称", "时间", "", ""]
    names = ("客户ID", "客户昵称", "时间", "角色", "内容")
    assert xlsx([upper, lower, list("abcde")], (0, 0, 0, 1)).header == names
    # nothing merged in the header: as in a text
    assert xlsx([upper, lower, list("abcde")]).header[:2] == csv([upper, lower, list("abcde")]).header[:2] == names[:2]


@pytest.mark.parametrize("read", [csv, xlsx])
def test_repeated_headers_go_aside(read: Any) -> None:
    two = [["会话", "客户", "", "角色", "内容"], ["会话ID", "昵称", "ID", "", ""]]
    row = ["s", "晚风", "u", "客户", "在吗"]
    sheet = read([*two, row, *two, row])
    assert [(p.row, p.reason) for p in sheet.problems] == [(4, "repeated_header"), (5, "repeated_header")]
    assert sheet.rows.tolist() == [3, 6]
    # also where there is no time and any word may be a role
    sheet = read([["会话ID", "角色", "内容"], ["s", "客户", "在"], ["会话ID", "角色", "内容"]])
    assert [(p.row, p.reason) for p in sheet.problems] == [(3, "repeated_header")]


@pytest.mark.parametrize("foot", [
    [["合计", "2", "", ""]], [["共 2 条", "", "", ""]], [["", "共2条记录 第 1 页", "", ""]], [["导出时间:2026-12-02 09:00", "", "", ""], ["制表人:小周", "", "", ""]],
    [["总计", "", "", ""], ["", "", "", ""], ["导出时间", "2026-12-02 09:00:00", "", ""]],
])  # fmt: skip
def test_a_foot_is_no_message(foot: list[list[str]]) -> None:
    for sheet in (csv([HEAD, ROW, MORE, *foot]), xlsx([HEAD, ROW, MORE, *foot])):
        assert len(sheet.rows) == 2
        assert sheet.problems == ()
        assert [notice.code for notice in sheet.notices] == ["skipped_rows"]
        assert all(cell[:20] in sheet.notices[0].text for row in foot for cell in row if cell)


def test_a_foot_of_fewer_cells_than_the_table() -> None:
    sheet = csv([HEAD, ROW, MORE, ["合计", "2"], ["制表人:小周"]])
    assert (len(sheet.rows), sheet.problems) == (2, ())
    assert "“合计、2”;“制表人:小周”" in plain(sheet.notices[0].text)


@pytest.mark.parametrize(
    "foot", ["共 2 条", "合计:2", "总条数:99", "第 1 页", "第 1 页,共 1 页", "导出时间:2026-12-02 09:00"]
)
def test_a_foot_of_one_cell(foot: str) -> None:
    sheet = csv([HEAD, ROW, MORE, [foot]])
    assert (len(sheet.rows), sheet.problems, len(sheet.notices)) == (2, (), 1)


@pytest.mark.parametrize(
    "tail", ["共 2 个包裹,请查收哦", "共 2 个包裹", "合计:35", "合计35元", "第 2 页有说明", "共 3 条", "总数"]
)
def test_the_rest_of_an_unquoted_text_is_no_foot(tail: str) -> None:
    sheet = csv([HEAD, ROW, MORE, [tail]])
    assert (len(sheet.rows), sheet.notices) == (2, ())
    assert [(p.row, p.reason, p.raw) for p in sheet.problems] == [(4, "wrong_columns", tail)]


@pytest.mark.parametrize("row", [
    ["合计", "2026-12-01 10:01:00", "客户", "共多少钱"], ["s1", "", "", ""], ["合计多少", "", "", ""], ["", "", "", "合计"],
])  # fmt: skip
def test_what_is_no_foot(row: list[str]) -> None:
    for sheet in (csv([HEAD, ROW, row]), xlsx([HEAD, ROW, row])):
        assert len(sheet.rows) + len(sheet.problems) == 2
        assert sheet.notices == ()


def test_a_sum_in_the_middle_is_a_row() -> None:
    assert len(csv([HEAD, ROW, ["合计", "1", "", ""], MORE]).rows) == 3


def test_merged_cells_fill_down_only_where_they_are_merged() -> None:
    rows: list[list[Any]] = [HEAD, ROW, ["", *MORE[1:]], ["", *MORE[1:]], ["s2", *ROW[1:]]]
    assert [row[0] for row in cells(xlsx(rows, (1, 0, 2, 0)))] == ["s1", "s1", "", "s2"]
    assert [row[0] for row in cells(csv(rows))] == ["s1", "", "", "s2"]


def test_what_each_message_has_for_itself_does_not_fill_down() -> None:
    head = ["会话ID", "消息ID", "消息序号", "角色", "内容"]
    rows: list[list[Any]] = [head, ["s", "m1", "1", "客户", "在吗"], ["s", "", "", "", ""]]
    ranges = [(1, column, 2, column) for column in range(1, 5)]
    assert cells(xlsx(rows, *ranges))[1] == ("s", "", "", "客户", "")


def test_merged_rows_with_nothing_else_are_no_rows() -> None:
    rows: list[list[Any]] = [HEAD, ROW, [""] * 4, [""] * 4]
    assert len(xlsx(rows, (1, 0, 3, 0)).rows) == 1


def test_a_table_that_does_not_begin_at_the_corner() -> None:
    rows: list[list[Any]] = [[None] * 3, [None, *HEAD], [None, *ROW], [None, "", *MORE[1:]]]
    sheet = xlsx(rows, (2, 1, 3, 1))
    assert (sheet.header, sheet.rows.tolist(), [row[0] for row in cells(sheet)]) == (tuple(HEAD), [3, 4], ["s1", "s1"])


def test_a_sheet_that_goes_on_without_a_header_is_told() -> None:
    data = workbook({"一": [HEAD, ROW], "二": [MORE, MORE], "三": [["汇总", "2"]]})
    notices = FORMATS["xlsx"].read(Source("a.xlsx", data))[0].notices
    assert [notice.code for notice in notices] == ["skipped_sheet", "skipped_sheet"]
    assert "没有读 1 张表:三" in plain(notices[0].text)
    assert "“二”这张表(2 行):像是接着前一张表" in plain(notices[1].text)


def _with(data: bytes, old: bytes, new: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as book, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as again:
        for name in book.namelist():
            again.writestr(name, book.read(name).replace(old, new) if "sheet1" in name else book.read(name))
    return out.getvalue()


FILLS = ["", "合计", "共 2 条", "s1", "客户", "在吗", "2026-12-01 10:00:00", "会话ID", "内容", "制表人:小周"]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.sampled_from(FILLS), min_size=4, max_size=4), max_size=8))
def test_every_row_is_read_set_aside_or_quoted(rows: list[list[str]]) -> None:
    full = sum(any(row) for row in rows)
    for sheet in (csv([HEAD, ROW, *rows]), xlsx([HEAD, ROW, *rows])):
        foot = sum(int(n.text.split("表尾 ")[1].split(" ")[0]) for n in sheet.notices if "表尾" in n.text)
        assert len(sheet.rows) + len(sheet.problems) + foot == full + 1
        text = sheet.header.index("内容")
        assert sum(bool(row[text]) for row in cells(sheet)) + len(sheet.problems) >= sum(
            bool(row[3]) for row in [ROW, *rows]
        )


def test_csv_and_workbook_give_the_same_messages(tmp_path: Path) -> None:
    rows = [["会话", "", "角色", "内容"], ["会话ID", "时间", "", ""], ROW, MORE, ["合计", "2", "", ""]]
    (tmp_path / "a.csv").write_text("\n".join(",".join(row) for row in rows), "utf-8")
    (tmp_path / "b.xlsx").write_bytes(workbook({"x": rows}))
    found = ingest([str(tmp_path)])
    assert (found.messages.num_rows, found.duplicates, found.quarantine.num_rows) == (2, 2, 0)


@pytest.mark.parametrize("foot", ["合计\uff1a5", "合计:5", "导出时间\uff1a2026-12-02 09:00:00", "制表人\uff1a小周"])
def test_full_width_colons_in_a_foot(foot: str) -> None:
    rows = [HEAD, ROW, [foot, *[""] * (len(HEAD) - 1)]]
    sheet = FORMATS["xlsx"].read(Source("a.xlsx", workbook({"x": rows})))[0]
    assert len(sheet.rows) == 1 and any(foot[:2] in notice.text for notice in sheet.notices)
