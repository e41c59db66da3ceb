"""评分表.xlsx as a QA lead edits it: what is understood however it was typed, and what is told by its cell."""

import datetime as dt
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_audit.authoring.workbook import read_workbook, write_workbook
from qa_audit.authoring.workbook.file import cell_name
from qa_audit.authoring.workbook.layout import BASICS, SHEETS
from qa_audit.errors import RubricError
from qa_audit.rubric.model import Rubric

Sheets = dict[str, list[list[Any]]]

BASE: Sheets = {
    "基本": [["项目", "值"], ["名字", "demo"], ["版本", 2]],
    "大项": [["编号", "名称", "声明分值", "同句只扣一次"], ["manners", "用语", None, "是"]],
    "评分项": [
        ["大项", "编号", "名称", "最多扣", "每次扣", "严重程度", "方式", "内容", "要出现", "适用条件", "其他"],
        ["用语", "rude", "反问", 7, 3, "严重", "不能说", "{role: agent}", None, None, None],
        [
            "manners",
            "soothe",
            "先安抚",
            6,
            None,
            None,
            "之后",
            None,
            "{within: {messages: 2}}",
            None,
            "{anchors: first}",
        ],
        ["用语", "first", "首次响应", 10, None, "major", "measure", "first_response_seconds", None, None, None],
    ],
    "档位": [["编号", "不大于", "扣", "档名"], ["first", 6, None, "黄金6秒"], ["first", None, 10, None]],
    "词语": [
        ["编号", "位置", "类别", "短语"],
        ["rude", None, None, "不是说过了吗"],
        ["rude", "内容", "例外", "您说过了吗"],
        ["soothe", "内容", None, "投诉"],
        ["soothe", "要出现", "词表", "apology"],
    ],
    "例子": [
        ["编号", "类别", "文字"],
        ["rude", "命中", "不是说过了吗"],
        ["soothe", "fail", "00:00 客户: 投诉\n00:05 客服: 哦"],
    ],
}
WANTED = {
    "rubric": "demo",
    "version": 2,
    "groups": [
        {
            "id": "manners",
            "title": "用语",
            "count_once": True,
            "checks": [
                {"id": "rude", "title": "反问", "points": 7, "deduct": 3, "severity": "major", "never": {"role": "agent", "words": ["不是说过了吗"], "except": ["您说过了吗"]}, "examples": {"hit": ["不是说过了吗"]}},
                {"id": "soothe", "title": "先安抚", "points": 6, "anchors": "first", "after": {"words": ["投诉"]}, "expect": {"within": {"messages": 2}, "lexicon": ["apology"]}, "examples": {"fail": ["00:00 客户: 投诉\n00:05 客服: 哦"]}},
                {"id": "first", "title": "首次响应", "points": 10, "severity": "major", "measure": "first_response_seconds", "bands": [{"at_most": 6, "label": "黄金6秒"}, {"deduct": 10}]},
            ],
        }
    ],
}  # fmt: skip


def write(path: Path, sheets: Sheets, touch: Callable[[Any, dict[str, Any]], None] | None = None) -> Path:
    """Write sheets of plain cells; `touch` gets the book and its sheets before it is saved."""
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"})
    pages = {}
    for name, rows in sheets.items():
        pages[name] = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if cell is not None:
                    pages[name].write(number, place, cell)
    if touch:
        touch(book, pages)
    book.close()
    return path


def changed(sheet: str, row: int, column: int, cell: Any) -> Sheets:
    """Return BASE with one cell changed, the sheet made larger where it must be."""
    sheets = {name: [list(line) for line in rows] for name, rows in BASE.items()}
    rows = sheets.setdefault(sheet, [])
    rows += [[] for _ in range(row + 1 - len(rows))]
    rows[row] += [None] * (column + 1 - len(rows[row]))
    rows[row][column] = cell
    return sheets


def told(path: Path, sheets: Sheets, touch: Callable[[Any, dict[str, Any]], None] | None = None) -> list[str]:
    with pytest.raises(RubricError) as error:
        read_workbook(write(path, sheets, touch))
    return [line.removeprefix(f"{path.as_posix()}:") for line in str(error.value).splitlines()]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "评分表.xlsx"


def test_a_workbook_typed_by_hand(path: Path) -> None:
    assert read_workbook(write(path, BASE)) == Rubric.model_validate(WANTED)


@pytest.mark.parametrize(
    ("sheet", "row", "column", "cell", "same"),
    [
        ("评分项", 1, 3, "7", None),
        ("评分项", 1, 3, "７ 分", None),
        ("评分项", 1, 3, " 7.0 ", None),
        ("评分项", 1, 5, "MAJOR", None),
        ("评分项", 1, 5, " 严重 ", None),
        ("评分项", 1, 6, "never", None),
        ("评分项", 3, 7, "首次响应", "{measure}"),
        ("大项", 1, 3, True, None),
        ("大项", 1, 3, 1, None),
        ("大项", 1, 3, "√", None),
        ("基本", 2, 1, "2", None),
        ("档位", 1, 1, "6 秒", None),
        ("评分项", 0, 11, "备注:主管的话", None),
        ("备注页", 3, 3, "随便写", None),
        ("词语", 9, 0, "  ", None),
    ],
)
def test_what_is_understood_however_it_was_typed(
    path: Path, sheet: str, row: int, column: int, cell: Any, same: str | None
) -> None:
    if same:
        from qa_audit.measures import MEASURES

        cell = MEASURES["first_response_seconds"].title
    assert read_workbook(write(path, changed(sheet, row, column, cell))) == Rubric.model_validate(WANTED)


def test_phrases_keep_what_was_typed(path: Path) -> None:
    sheets = changed("词语", 1, 3, 110)
    assert read_workbook(write(path, sheets)).groups[0].checks[0].never.words == ("110",)  # type: ignore[union-attr]
    sheets = changed("词语", 1, 3, '" 前面有空格"')
    assert read_workbook(write(path, sheets)).groups[0].checks[0].never.words == (" 前面有空格",)  # type: ignore[union-attr]


def test_a_date_cell_is_a_day(path: Path) -> None:
    sheets = changed("基本", 3, 0, "起用日期")
    sheets["基本"][3] = ["起用日期", dt.date(2026, 12, 1)]
    assert read_workbook(write(path, sheets)).effective == "2026-12-01"


def test_group_cells_merged_downwards_mean_every_row(path: Path) -> None:
    sheets = changed("评分项", 2, 0, None)
    sheets["评分项"][3][0] = None
    merge = lambda book, pages: pages["评分项"].merge_range(1, 0, 3, 0, "用语")  # noqa: E731
    assert read_workbook(write(path, sheets, merge)) == Rubric.model_validate(WANTED)


@pytest.mark.parametrize(
    ("sheet", "row", "column", "cell", "wanted"),
    [
        ("评分项", 1, 3, "五", "评分项!D2: 「最多扣」「五」不是数字"),
        ("评分项", 1, 3, True, "评分项!D2: 「最多扣」「true」不是数字"),
        ("评分项", 1, 3, -5, "评分项!D2: "),
        ("评分项", 1, 5, "严厉", "评分项!F2: 「严重程度」「严厉」不在可写的词里"),
        ("评分项", 1, 6, "不能讲", "评分项!G2: 「方式」「不能讲」不在可写的词里;是不是想写 不能说?"),
        ("评分项", 1, 7, "{role agent", "评分项!H2: 「内容」的末尾不是合法的 YAML"),
        ("评分项", 1, 7, "agent", "评分项!H2: 「内容」要写成 {键: 值};短语写在「词语」表里"),
        ("评分项", 1, 7, "{roel: agent}", "评分项!H2: "),
        ("评分项", 2, 1, "rude", "评分项!B3: 「rude」写了两行,另一处在 评分项!B2"),
        ("评分项", 2, 1, None, "评分项!B3: 「编号」没有写"),
        ("评分项", 1, 0, "用词", "评分项!A2: 「大项」表里没有「用词」"),
        ("评分项", 2, 10, "{points: 5}", "评分项!K3: points 不写在「其他」里,写在「最多扣」里"),
        ("评分项", 2, 10, "{examples: 3}", "评分项!K3: examples 不写在「其他」里,写在「例子」里"),
        ("评分项", 2, 10, "first", "评分项!K3: 「其他」要写成 {键: 值}"),
        ("评分项", 3, 7, None, "评分项!H4: 方式是「指标」,「内容」要写指标名"),
        ("评分项", 0, 3, "扣分", "评分项!D1: 不认识的列「扣分」"),
        ("评分项", 0, 1, "代号", "评分项!K1: 没有列「编号」"),
        ("评分项", 0, 11, "名称", "评分项!L1: 有两列「名称」"),
        ("档位", 1, 0, "frist", "档位!A2: 「评分项」表里没有编号「frist」(是不是想写 first?)"),
        ("档位", 2, 2, 3000, "档位!A2: bands 扣 3000"),
        ("词语", 1, 0, "first", "词语!B2: 方式是「指标」,「内容」里放不了短语"),
        ("词语", 1, 3, dt.date(2026, 12, 1), "词语!D2: 「短语」Excel 把它存成了日期或时间"),
        ("词语", 1, 0, None, "词语!A2: 「编号」没有写"),
        ("例子", 1, 1, "命", "例子!B2: 「类别」「命」不在可写的词里"),
        ("大项", 2, 0, "manners", "大项!A3: 「manners」写了两行"),
        ("大项", 2, 0, "empty", "大项!A3: "),
        ("基本", 1, 1, None, "基本!"),
        ("基本", 3, 0, "版夲", "基本!A4: 不认识的项目「版夲」"),
        ("基本", 3, 0, "版本", "基本!A4: 「版本」写了两行"),
        ("词语 (2)", 1, 0, "rude", "词语 (2)!A1: 不认识的工作表「词语 (2)」"),
    ],
)
def test_mistakes_are_told_by_their_cell(path: Path, sheet: str, row: int, column: int, cell: Any, wanted: str) -> None:
    lines = told(path, changed(sheet, row, column, cell))
    assert any(line.startswith(wanted) for line in lines), lines


def test_all_mistakes_at_once_in_the_order_of_the_workbook(path: Path) -> None:
    sheets = changed("评分项", 1, 3, "五")
    sheets["评分项"][2][5] = "很重"
    sheets["词语"][1][0] = "rood"
    sheets["评分项"][3][7] = "fist_response"
    sheets["评分项"][3][5] = 3
    assert [line.split(": ")[0] for line in told(path, sheets)] == ["评分项!D2", "评分项!F3", "评分项!F4", "词语!A2"]


def test_formulas_and_other_merges_are_refused(path: Path) -> None:
    def touch(book: Any, pages: dict[str, Any]) -> None:
        pages["评分项"].write_formula(1, 3, "=3+4", None, 7)
        pages["词语"].merge_range(1, 3, 2, 3, "不是说过了吗")

    assert told(path, changed("词语", 2, 3, None), touch) == [
        "评分项!D2: 这里是公式;复制后选择性粘贴为 值",
        "词语!D2: 合并了 D2 到 D3;取消合并,每格都写",
        "词语!D3: 「短语」没有写(一行一个;词表文件(.txt)也写在这里)",
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "不是 .xlsx"),
        (b"rubric: x\n", "不是 .xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "密码"),
        (b"PK\x03\x04" + bytes(300), "不是 .xlsx"),
        (None, "打不开"),
    ],
)
def test_what_is_no_workbook(path: Path, content: bytes | None, words: str) -> None:
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(RubricError, match=words):
        read_workbook(path)


def test_a_zip_that_is_no_workbook_or_unfolds_endlessly(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "x")
    with pytest.raises(RubricError, match="打不开这个工作簿"):
        read_workbook(path)
    monkeypatch.setattr("qa_audit.authoring.workbook.file.MAX_UNPACKED", 1_000_000)
    write(path, BASE)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/bomb.xml", bytes(1_000_000))
    with pytest.raises(RubricError, match="太大"):
        read_workbook(path)


def test_a_workbook_of_other_sheets_says_which_are_missing(path: Path) -> None:
    write(path, {"Sheet1": [["聊天", "记录"]]})
    with pytest.raises(RubricError, match="没有工作表「基本」「大项」「评分项」,只有「Sheet1」"):
        read_workbook(path)


def test_a_text_too_long_for_a_cell_is_told_before_writing(path: Path) -> None:
    tree = {
        **WANTED,
        "groups": [
            {
                "id": "g",
                "checks": [
                    {"id": "a", "title": "甲", "points": 1, "remedy": "长" * 40_000, "never": {"words": ["烦"]}}
                ],
            }
        ],
    }
    with pytest.raises(RubricError, match=re.escape("「评分项」里 a 的「建议说法」有 40,000 个字")):
        write_workbook(Rubric.model_validate(tree), path)
    assert not path.exists()


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RubricError, match="写不了"):
        write_workbook(Rubric.model_validate(WANTED), tmp_path / "none" / "x.xlsx")


def test_the_file_is_the_same_every_time(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_workbook(Rubric.model_validate(WANTED), tmp_path / f"{name}.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_every_column_is_explained_and_named_once() -> None:
    for sheet, columns in {"基本": BASICS, **SHEETS}.items():
        assert len({column.title for column in columns}) == len({column.key for column in columns}) == len(columns), (
            sheet
        )
        for column in columns:
            assert len(set(column.words.values())) == len(column.words), column.title


def test_cells_are_named_as_excel_does() -> None:
    assert [cell_name(0, column) for column in (0, 25, 26, 51, 52, 701, 702)] == [
        "A1",
        "Z1",
        "AA1",
        "AZ1",
        "BA1",
        "ZZ1",
        "AAA1",
    ]


CELLS = (
    None, "", 0, -1, 1e300, 2.5, True, "是", "[", "{", "{a", "{a: b}", "[a, b]", "[[[[", "{says: {}}", "&a [*a]", "!!x y", "- ",
    "|", "'", '"', "null", "{lexicon: nosuch}", "{regex: '('}", "never", "接待八步", dt.date(2026, 1, 1), dt.time(3, 4), "\x00",
    "{" * 60 + "}" * 60, "{words: null}", "{words: {a: 1}}", "{steps: 3}", "{steps: [{}]}", "内容", "rude", "{unless: 3}",
    "{groups: 3}", "{include: [x]}", "{extend: 3}", "{coverage: {}}", "{bands: 3}", "{id: x}", "{1: 2}", "{[a]: 2}",
)  # fmt: skip


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_whatever_is_typed_is_read_or_told(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    sheets = {name: [list(row) for row in rows] for name, rows in BASE.items()}
    for rows in sheets.values():
        rows.append([None] * len(rows[0]))
        for _ in range(data.draw(st.integers(0, 3))):
            row = data.draw(st.integers(0, len(rows) - 1))
            place = data.draw(st.integers(0, len(rows[0]) - 1))
            rows[row] += [None] * (place + 1 - len(rows[row]))
            rows[row][place] = data.draw(st.sampled_from(CELLS))
    path = write(tmp_path_factory.mktemp("x") / "x.xlsx", sheets)
    try:
        rubric = read_workbook(path, beside=path.parent)
    except RubricError as error:
        assert all(line.startswith(path.as_posix()) for line in str(error).splitlines())
    else:
        write_workbook(rubric, path)
        assert read_workbook(path) == rubric


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 255)), min_size=1, max_size=20))
def test_a_damaged_file_is_read_or_told(
    tmp_path_factory: pytest.TempPathFactory, damage: list[tuple[int, int]]
) -> None:
    path = write(tmp_path_factory.mktemp("x") / "x.xlsx", BASE)
    data = bytearray(path.read_bytes())
    for place, byte in damage:
        data[place % len(data)] = byte
    path.write_bytes(data)
    try:
        read_workbook(path)
    except RubricError as error:
        assert str(error).startswith(path.as_posix())
