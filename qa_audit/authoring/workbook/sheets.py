"""The sheets of 评分表.xlsx as rows of values; what is wrong with cells and columns is told all at once, by cell."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qa_audit.authoring.workbook.cells import Cell, CellError, value_of
from qa_audit.authoring.workbook.file import Page, Place, cell_name, open_workbook
from qa_audit.authoring.workbook.layout import BASIC, BASICS, NEEDED_SHEETS, NOTES, PRIVATE, SHEETS, Column
from qa_audit.errors import RubricError

Where = tuple[str, int, int]
"""A sheet, a row and a column, both from 0."""

_FILL_DOWN = ("group", "id")  # merged over several rows, these mean each of them


@dataclass(frozen=True)
class Row:
    """A row of a sheet: its values by column key, and the cell of every column, written in or not."""

    values: Mapping[str, Any]
    cells: Mapping[str, Where]

    def at(self, key: str) -> Where:
        """Return the cell of a column; the first of the row where the sheet has no such column."""
        return self.cells.get(key) or next(iter(self.cells.values()))


@dataclass
class Book:
    """The rows of every sheet, and what is wrong: where, and what to try."""

    file: str
    rows: dict[str, list[Row]] = field(default_factory=dict)
    mistakes: dict[Where, str] = field(default_factory=dict)

    def wrong(self, where: Where, message: str) -> None:
        """Note a mistake; of several in one cell the first."""
        self.mistakes.setdefault(where, message)

    def told(self) -> list[str]:
        """Return the mistakes in the order of the workbook, as 文件:工作表!单元格: what is wrong (what to try)."""
        sheets = [BASIC, *SHEETS]
        order = sorted(self.mistakes, key=lambda w: (sheets.index(w[0]) if w[0] in sheets else -1, *w[1:]))
        return [f"{self.at(where)}: {self.mistakes[where]}" for where in order]

    def at(self, where: Where) -> str:
        """Return 文件:工作表!单元格."""
        return f"{self.file}:{where[0]}!{cell_name(*where[1:])}"


def read_book(path: Path) -> Book:
    """Read every sheet; RubricError where the file is no workbook of ours at all."""
    book = Book(path.as_posix(), {BASIC: [], **{name: [] for name in SHEETS}})
    pages = open_workbook(path)
    names = [page.name for page in pages]
    missing = [name for name in NEEDED_SHEETS if name not in names]
    if missing:
        raise RubricError(
            f"{book.file}: 没有工作表「{'」「'.join(missing)}」,只有「{'」「'.join(names)}」"
            "(用 qa-audit rubric show --xlsx 导出一份来改,不要改工作表的名字)"
        )
    for page in pages:
        if page.name == BASIC:
            book.rows[BASIC] = [_basics(book, page)]
        elif page.name in SHEETS:
            book.rows[page.name] = list(_rows(book, page))
        elif page.name != NOTES and not page.name.startswith(PRIVATE) and any(map(_filled, page.cells)):
            book.wrong(
                (page.name, 0, 0),
                f"不认识的工作表「{page.name}」(可用:{'、'.join((BASIC, *SHEETS))};自己的笔记请以 {PRIVATE} 开头)",
            )
    return book


def _basics(book: Book, page: Page) -> Row:
    known = {column.title: column for column in BASICS}
    values: dict[str, Any] = {}
    cells: dict[str, Where] = {}
    for number, row in enumerate(page.cells):
        title, cell = (
            (str(row[place]).strip() if place == 0 else row[place] for place in (0, 1)) if len(row) > 1 else ("", "")
        )
        column = known.get(str(title))
        if column is None:
            if number and title and not str(title).startswith(PRIVATE):
                book.wrong((page.name, number, 0), f"不认识的项目「{title}」(可用:{'、'.join(known)})")
            continue
        where = (page.name, number, 1)
        if column.key in cells:
            book.wrong((page.name, number, 0), f"「{title}」写了两行(删去一行)")
            continue
        cells[column.key] = where
        _put(book, page, values, column, where, cell)
    if not cells:
        book.wrong((page.name, 0, 0), f"没有项目;A 列写 {'、'.join(known)},B 列写值")
    return Row(values, cells or {"rubric": (page.name, 0, 0)})


def _put(book: Book, page: Page, values: dict[str, Any], column: Column, where: Where, cell: Cell) -> None:
    """Understand one cell and keep its value where there is one."""
    if where[1:] in page.formulas:
        book.wrong(where, "这里是公式;复制后选择性粘贴为 值")
        return
    try:
        value = value_of(column, cell)
    except CellError as error:
        book.wrong(where, f"「{column.title}」{error}")
        return
    if value is not None:
        values[column.key] = value


def _rows(book: Book, page: Page) -> Iterator[Row]:
    columns = _columns(book, page)
    merged = _merged(book, page, columns)
    for number, cells in enumerate(page.cells[1:], start=1):
        places = {column.key: (page.name, number, place) for place, column in columns.items()}
        if not _filled([cells[place] for place in columns]):
            continue
        values: dict[str, Any] = {}
        for place, column in columns.items():
            top = merged.get((number, place), number)
            _put(book, page, values, column, (page.name, number, place), page.cells[top][place])
        for column in columns.values():
            where = places[column.key]
            if column.needed and column.key not in values and where not in book.mistakes:
                book.wrong(where, f"「{column.title}」没有写({column.note or '每一行都要写'})")
        yield Row(values, places)


def _filled(cells: list[Cell]) -> bool:
    return any(not isinstance(cell, str) or cell.strip() for cell in cells)


def _columns(book: Book, page: Page) -> dict[int, Column]:
    """Return the columns that the header names, by their place."""
    known = {column.title: column for column in SHEETS[page.name]}
    titles = [str(cell).strip() for cell in page.cells[0]] if page.cells else []
    found: dict[int, Column] = {}
    for place, title in enumerate(titles):
        if title in known and titles.index(title) == place:
            found[place] = known[title]
        elif title in known:
            book.wrong((page.name, 0, place), f"有两列「{title}」(删去一列)")
        elif not title.startswith(PRIVATE) and _filled([row[place] for row in page.cells]):
            unused = "、".join(each for each in known if each not in titles)
            book.wrong(
                (page.name, 0, place),
                f"不认识的列「{title}」(表头在第 1 行;{f'没有用到的列名:{unused};' if unused else ''}"
                f"自己的笔记请以 {PRIVATE} 开头)",
            )
    lost = [column.title for column in known.values() if column.needed and column not in found.values()]
    if lost and len(page.cells) > 1:
        book.wrong((page.name, 0, max(len(titles), 1) - 1), f"没有列「{'」「'.join(lost)}」(列名不要改,表头在第 1 行)")
    return found


def _merged(book: Book, page: Page, columns: Mapping[int, Column]) -> dict[Place, int]:
    """Return, for cells merged with those above, the row that holds the value; other merges are mistakes."""
    tops: dict[Place, int] = {}
    for (top, left), (bottom, right) in page.merged:
        inside = [columns[place] for place in range(left, right + 1) if place in columns]
        if len(inside) == 1 and inside[0].key in _FILL_DOWN and left == right and top:
            tops |= {(row, left): top for row in range(top, bottom + 1)}
        elif inside:
            book.wrong(
                (page.name, top, left), f"合并了 {cell_name(top, left)} 到 {cell_name(bottom, right)};取消合并,每格都写"
            )
    return tops
