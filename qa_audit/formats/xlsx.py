"""Excel workbooks (.xlsx, .xlsm, .xls): every visible sheet with a table; cells as the text a person would export."""

import datetime as dt
import io
from collections.abc import Sequence
from typing import Any

import numpy as np
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from qa_audit.errors import ExportError
from qa_audit.formats.layout import find_layout, known_names, shown
from qa_audit.formats.sheet import HEADER_DEPTH, Notice, Sheet, Source, find_header, from_rows, settle

_EXACT = 10**15  # Excel keeps 15 digits; a longer number has lost its last ones
_IDS = ("session_id", "message_id", "customer_id", "agent_id", "sender", "shop")


def read_xlsx(source: Source) -> list[Sheet]:
    """Read the sheets of a workbook whose header is known. Raise ExportError for a broken, locked or empty workbook."""
    try:
        workbook = CalamineWorkbook.from_object(io.BytesIO(source.data))
        pages = [
            (meta.name, _rows(workbook.get_sheet_by_name(meta.name)))
            for meta in workbook.sheets_metadata
            if meta.typ == SheetTypeEnum.WorkSheet and meta.visible == SheetVisibleEnum.Visible
        ]
    except (CalamineError, OSError, ValueError) as error:
        reason = " ".join(str(error).split())[:120]
        raise ExportError(
            f"{source.path}: 打不开这个工作簿({reason})。若有密码请先去掉,或另存为 .xlsx 或 CSV UTF-8"
        ) from None
    pages = [(name, page) for name, page in pages if page[0]]
    if not pages:
        raise ExportError(f"{source.path}: 工作簿是空的。请重新导出")
    known = known_names(source.mapping)
    scores = [max(known([cell_text(c) for c in row]) for row in rows[:HEADER_DEPTH]) for _, (rows, _) in pages]
    plain = source.mapping.header is not None or max(scores) < 2
    chosen = [page for page, score in zip(pages, scores, strict=True) if score >= 2 or plain]
    if plain:
        chosen = chosen[:1]
    skipped = [name for name, _ in pages if name not in {chosen_name for chosen_name, _ in chosen}]
    sheets = [
        _sheet(source, source.path if len(chosen) == 1 else f"{source.path}#{name}", rows, offset)
        for name, (rows, offset) in chosen
    ]
    if skipped:
        notice = Notice("skipped_sheet", f"{source.path}: 没有读这些表:{shown(skipped)}", source.path)
        sheets[0] = _noticed(sheets[0], notice)
    return sheets


def _rows(page: Any) -> tuple[list[list[Any]], int]:
    """Return the rows of a sheet and the number of empty rows above them."""
    start = page.start
    return page.to_python(skip_empty_area=True) if start is not None else [], start[0] if start is not None else 0


def _noticed(sheet: Sheet, notice: Notice) -> Sheet:
    notices = (*sheet.notices, notice)
    return Sheet(sheet.source_file, sheet.header, sheet.columns, sheet.rows, sheet.problems, sheet.encoding, notices)


def _sheet(source: Source, name: str, rows: Sequence[Sequence[Any]], offset: int) -> Sheet:
    notices: list[Notice] = []
    top = [[cell_text(cell) for cell in row] for row in rows[:HEADER_DEPTH]]
    if source.mapping.header is None:
        found = find_header(top, known_names(source.mapping))
        header, rows, first = tuple(top[found]), rows[found + 1 :], offset + found + 2
        if found:
            notices.append(Notice("skipped_rows", f"{name}: 跳过了表头上方的 {found} 行", name))
    else:
        width = max(len(row) for row in rows)
        header, first = (source.mapping.header + ("",) * width)[:width], offset + 1
    layout = find_layout(header, source.mapping, name)
    for column in _IDS:
        index = layout.columns.get(column)
        if index is not None and (count := sum(_damaged(row[index]) for row in rows)):
            text = f"{name}: {layout.name(column)} 列有 {count} 个编号被存成了数字,末几位已丢失;请在导出时设为文本格式"
            notices.append(Notice("damaged_ids", text, name))
    texts = [[cell_text(cell) for cell in row] for row in rows]
    numbers = np.arange(first, first + len(texts), dtype=np.int64)
    return settle(Sheet(name, header, from_rows(texts, len(header)), numbers, notices=tuple(notices)))


def _damaged(cell: Any) -> bool:
    return isinstance(cell, (int, float)) and not isinstance(cell, bool) and abs(cell) >= _EXACT


def cell_text(cell: Any) -> str:
    """Write a cell as text: whole numbers without '.0', times as ISO rounded to milliseconds."""
    if isinstance(cell, str):
        return cell.encode("utf-8", "replace").decode("utf-8")
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, dt.datetime):
        # Excel keeps days as floats: 10:00:04 may come back as 10:00:03.999999
        rounded = cell + dt.timedelta(microseconds=500)
        rounded = rounded.replace(microsecond=rounded.microsecond // 1000 * 1000)
        return rounded.isoformat(" ", "milliseconds" if rounded.microsecond else "seconds")
    if isinstance(cell, dt.date):
        return f"{cell} 00:00:00"  # also how midnight of a column of times comes out
    return str(cell)
