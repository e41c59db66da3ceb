"""Write a rubric as 评分表.xlsx: headed and frozen sheets, lists to choose from, texts never read as formulas."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from qa_audit.authoring.workbook.cells import cell_of
from qa_audit.authoring.workbook.layout import BASIC, BASICS, CHOICE, NOTES, NUMBER, SHEETS, YES, Column
from qa_audit.authoring.workbook.rows import Tree, rows_of
from qa_audit.errors import RubricError
from qa_audit.rubric.model import Rubric

MOST_TEXT = 32_767  # characters of a cell
MOST_ROWS = 1_048_575

_OPTIONS = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False, "in_memory": True}
_LISTED = 1_000  # rows below the last one that still offer the list of words
_HINTS = (
    "这是评分表的工作簿:在这里改,存盘后运行",
    "    qa-audit rubric import 评分表.xlsx -o 评分表.yaml",
    "    qa-audit rubric lint 评分表.yaml",
    "",
    "每一项在「评分项」里占一行;它的档位、短语、例子在同名的表里,用编号对上。",
    "不要改工作表和列的名字;自己的笔记请写在名字以「备注」开头的列或工作表里。",
    "分值写数字(5 或 2.5),不要写公式,不要合并单元格;空行会跳过。",
    "花括号和方括号里的是 YAML,写法见 docs/rubric-language.md。",
    '前后带空格的文字写在英文双引号里,如 " 亲"。',
    "",
)


def write_workbook(model: Rubric, path: Path) -> None:
    """Write the workbook; RubricError where a text does not fit into a cell or the file cannot be written."""
    tables = _tables(model, path)
    try:
        with xlsxwriter.Workbook(str(path), _OPTIONS) as book:
            book.set_properties({"title": model.title, "created": dt.datetime(2000, 1, 1)})
            formats = {
                "head": book.add_format({"bold": True, "bg_color": "#DDE6F0", "border": 1, "text_wrap": True}),
                "text": book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"}),
                "number": book.add_format({"valign": "top"}),
            }
            _notes(book.add_worksheet(NOTES), formats)
            _basics(book.add_worksheet(BASIC), tables[BASIC], formats)
            for name, columns in SHEETS.items():
                _sheet(book.add_worksheet(name), columns, tables[name], formats)
    except (OSError, FileCreateError) as error:
        raise RubricError(f"{path.as_posix()}: 写不了({error});检查文件夹和权限,或先在 Excel 里关掉它") from None


def _tables(model: Rubric, path: Path) -> dict[str, list[Tree]]:
    """Return the cells of every sheet by column key."""
    tables: dict[str, list[Tree]] = {}
    for name, rows in rows_of(model).items():
        columns = {column.key: column for column in (BASICS if name == BASIC else SHEETS[name])}
        tables[name] = [{key: cell_of(columns[key], value) for key, value in row.items()} for row in rows]
        for row in tables[name]:
            for key, cell in row.items():
                if isinstance(cell, str) and len(cell) > MOST_TEXT:
                    where = f"「{name}」里 {row.get('id', '')} 的「{columns[key].title}」"
                    said = f"{where}有 {len(cell):,} 个字,一个格子最多 {MOST_TEXT:,}(这样的评分表请直接改 YAML)"
                    raise RubricError(f"{path.as_posix()}: {said}")
        if len(rows) > MOST_ROWS:
            raise RubricError(
                f"{path.as_posix()}: 「{name}」有 {len(rows):,} 行,一张表最多 {MOST_ROWS:,}(长词表请放进 .txt 文件)"
            )
    return tables


def _notes(sheet: Any, formats: dict[str, Any]) -> None:
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 2, 24)
    sheet.set_column(3, 3, 90)
    row = 0
    for line in _HINTS:
        sheet.write_string(row, 0, line)
        row += 1
    for cells in (("工作表", "列", "可写", "意思"), *_explained()):
        for column, text in enumerate(cells):
            sheet.write_string(row, column, text, formats["head" if cells[0] == "工作表" else "text"])
        row += 1


def _explained() -> Sequence[tuple[str, str, str, str]]:
    return [
        (sheet, column.title, "、".join(column.words.values()), column.note)
        for sheet, columns in {BASIC: BASICS, **SHEETS}.items()
        for column in columns
    ]


def _basics(sheet: Any, rows: list[Tree], formats: dict[str, Any]) -> None:
    (values,) = rows
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 2, 60)
    for column, title in enumerate(("项目", "值", "说明")):
        sheet.write_string(0, column, title, formats["head"])
    for row, line in enumerate(BASICS, start=1):
        sheet.write_string(row, 0, line.title, formats["text"])
        _write(sheet, row, 1, values.get(line.key), formats)
        sheet.write_string(row, 2, line.note, formats["text"])
        if line.kind == CHOICE:
            sheet.data_validation(row, 1, row, 1, {"validate": "list", "source": list(line.words.values())})
    sheet.freeze_panes(1, 0)


def _sheet(sheet: Any, columns: Sequence[Column], rows: list[Tree], formats: dict[str, Any]) -> None:
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.wide, formats["number" if column.kind == NUMBER else "text"])
        sheet.write_string(0, place, column.title, formats["head"])
        if column.note:
            sheet.write_comment(0, place, column.note)
        words = list(column.words.values()) if column.kind == CHOICE else ["是"] if column.kind == YES else []
        if words:
            sheet.data_validation(1, place, len(rows) + _LISTED, place, {"validate": "list", "source": words})
    for number, row in enumerate(rows, start=1):
        for place, column in enumerate(columns):
            _write(sheet, number, place, row.get(column.key), formats)
    sheet.freeze_panes(1, 0)


def _write(sheet: Any, row: int, place: int, cell: Any, formats: dict[str, Any]) -> None:
    if isinstance(cell, str):
        sheet.write_string(row, place, cell, formats["text"])
    elif cell is not None:
        sheet.write_number(row, place, cell, formats["number"])
