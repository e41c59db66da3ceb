"""Excel workbooks (.xlsx, .xlsm, .xls): every visible sheet with a table; cells as the text a person would export."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from qa_audit.citing import cited
from qa_audit.formats.heading import Heading, find_heading, tidy
from qa_audit.formats.layout import find_layout, known_names, row_test, shown
from qa_audit.formats.sheet import HEADER_DEPTH, Notice, Sheet, Source, from_rows, settle
from qa_audit.formats.workbook import Merged, Page, cell_text, open_pages

_EXACT = 10**15  # Excel keeps 15 digits; a longer number has lost its last ones
_IDS = ("session_id", "message_id", "customer_id", "agent_id", "sender", "shop")
_OWN = ("text", "message_id", "sequence")
"""What each message has for itself: a merged cell of these says nothing of the rows below."""


def read_xlsx(source: Source) -> list[Sheet]:
    """Read the sheets of a workbook whose header is known. Raise ExportError for a broken, locked or empty workbook."""
    hidden: list[Notice] = []
    pages = list(open_pages(source, hidden))
    headings = [_heading(source, page) for page in pages]
    plain = source.mapping.header is not None or max(heading.score for heading in headings) < 2
    chosen = [(page, heading) for page, heading in zip(pages, headings, strict=True) if heading.score >= 2 or plain]
    if plain:
        chosen = chosen[:1]
    sheets = [
        _sheet(source, source.path if len(chosen) == 1 else f"{source.path}#{page.name}", page, heading)
        for page, heading in chosen
    ]
    names = {page.name for page, _ in chosen}
    told = _skipped(source, [page for page in pages if page.name not in names], sheets[0].header)
    return [replace(sheets[0], notices=(*sheets[0].notices, *told, *hidden)), *sheets[1:]]


def _heading(source: Source, page: Page) -> Heading:
    if source.mapping.header is not None:
        width = max(len(row) for row in page.rows)
        return Heading((source.mapping.header + ("",) * width)[:width], 0, (), 0)
    top = [[cell_text(cell) for cell in row] for row in page.rows[: HEADER_DEPTH + 1]]
    return find_heading(top, known_names(source.mapping), page.merged)


def _skipped(source: Source, pages: Sequence[Page], header: tuple[str, ...]) -> list[Notice]:
    """Tell which sheets were not read; one that goes on with the rows of the first is told by itself."""
    test = row_test(header, source.mapping, source.path)
    going_on: list[Page] = []
    others: list[Page] = []
    for page in pages:
        first = [cell_text(cell) for cell in page.rows[0]]
        (going_on if page.left == 0 and test(first) else others).append(page)
    out = []
    if others:
        names = "、".join(cited(shown([page.name])) for page in others[:20])
        text = f"{source.path}: 没有读 {len(others)} 张表:{names}"
        out.append(Notice("skipped_sheet", text, source.path))
    for page in going_on:
        text = (
            f"{source.path}: 没有读“{cited(shown([page.name]))}”这张表({len(page.rows)} 行):像是接着前一张表,没有表头。"
            "请把前一张表的表头复制到它的第 1 行再试"
        )
        out.append(Notice("skipped_sheet", text, source.path))
    return out


def _sheet(source: Source, name: str, page: Page, heading: Heading) -> Sheet:
    notices: list[Notice] = []
    if heading.above:
        notices.append(Notice("skipped_rows", f"{name}: 跳过了表头上方的 {heading.above} 行", name))
    start = heading.above + len(heading.lines)
    rows, header = page.rows[start:], heading.names
    layout = find_layout(header, source.mapping, name)
    own = {layout.columns[column] for column in _OWN if column in layout.columns}
    _fill_down(rows, page.merged, start, own, heading)
    for column in _IDS:
        index = layout.columns.get(column)
        if index is not None and (count := sum(type(row[index]) is not str and _damaged(row[index]) for row in rows)):
            text = f"{name}: {layout.name(column)} 列有 {count} 个编号被存成了数字,末几位已丢失;请在导出时设为文本格式"
            notices.append(Notice("damaged_ids", text, name))
    texts = [[cell if type(cell) is str else cell_text(cell) for cell in row] for row in rows]
    first = page.above + start + 1
    numbers = np.arange(first, first + len(texts), dtype=np.int64)
    sheet = Sheet(name, header, from_rows(texts, len(header)), numbers, notices=tuple(notices))
    return tidy(settle(sheet), heading, layout)


def _fill_down(rows: list[list[Any]], merged: Sequence[Merged], start: int, own: set[int], heading: Heading) -> None:
    """Give the rows over which a cell is merged its value, as far as they hold anything and are no header again."""
    if not merged:
        return
    lines, heads = set(heading.lines), {line[0] for line in heading.lines}
    open_to = {
        number
        for number, row in enumerate(rows)
        if any(cell != "" for cell in row) and (row[0] not in heads or tuple(map(cell_text, row)) not in lines)
    }
    budget = len(rows) * len(rows[0]) if rows else 0  # ranges that overlap are no Excel's
    for (top, left), (bottom, _) in merged:
        first, last = top - start, min(bottom - start, len(rows) - 1)
        if first < 0 or last <= first or not 0 <= left < len(rows[first]) or left in own or budget <= 0:
            continue
        budget -= last - first
        for number in range(first + 1, last + 1):
            if number in open_to and rows[number][left] == "":
                rows[number][left] = rows[first][left]


def _damaged(cell: Any) -> bool:
    return isinstance(cell, (int, float)) and not isinstance(cell, bool) and abs(cell) >= _EXACT
