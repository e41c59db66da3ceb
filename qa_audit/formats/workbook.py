"""Opens Excel workbooks for the formats that are kept in them: the cells of the visible sheets, within limits."""

import datetime as dt
import html
import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from qa_audit.citing import cited
from qa_audit.errors import ExportError
from qa_audit.formats.layout import shown
from qa_audit.formats.limits import refuse_swollen_workbook
from qa_audit.formats.sheet import Notice, Source

_CHUNK = 1 << 20

Merged = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True)
class Page:
    """One sheet: its name, the cells of its rows from the first to the last used one, the number of rows and columns
    before them, and its merged ranges as ((row, column), (row, column)) into `rows`, both ends included."""

    name: str
    rows: list[list[Any]]
    above: int
    left: int
    merged: tuple[Merged, ...]


def open_pages(source: Source, told: list[Notice] | None = None) -> Iterator[Page]:
    """Yield the visible sheets that hold anything, one after the other; `told` gains a notice of the hidden ones.

    Raise ExportError for a workbook that is broken, locked, empty, or beyond the limits.
    """
    found, hidden = False, 0
    try:
        refuse_swollen_workbook(source.data, source.path)
        workbook = CalamineWorkbook.from_object(io.BytesIO(source.data))
        _refuse_namesakes([meta.name for meta in workbook.sheets_metadata], source.path)
        worksheets = [meta for meta in workbook.sheets_metadata if meta.typ == SheetTypeEnum.WorkSheet]
        hidden = sum(meta.visible != SheetVisibleEnum.Visible for meta in worksheets)
        if hidden and told is not None:
            # a sheet is often named for its customer
            text = f"{source.path}: 有 {hidden} 张隐藏的表没有读。若里面有聊天记录,请在 Excel 里取消隐藏再保存"
            told.append(Notice("skipped_sheet", text, source.path))
        for meta in worksheets:
            if meta.visible == SheetVisibleEnum.Visible:
                sheet = workbook.get_sheet_by_name(meta.name)
                if sheet.start is not None:
                    found = True
                    yield _page(meta.name, sheet)
    except (CalamineError, OSError, ValueError, zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError) as error:
        reason = " ".join(str(error).split())[:120]
        raise ExportError(
            f"{source.path}: 打不开这个工作簿({cited(reason)})。若有密码请先去掉,或另存为 .xlsx 或 CSV UTF-8"
        ) from None
    if not found:
        what = f"看得见的表都是空的,另有 {hidden} 张隐藏的表不读。请在 Excel 里取消隐藏再保存" if hidden else ""
        raise ExportError(f"{source.path}: {what or '工作簿是空的。请重新导出'}")


def sheet_names(data: bytes) -> str:
    """Return the start of the part of a workbook that names its sheets, as XML; "" where there is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open("xl/workbook.xml") as stream:
            return html.unescape(stream.read(_CHUNK).decode("utf-8", "ignore"))
    except (zipfile.BadZipFile, zlib.error, KeyError, OSError, ValueError, NotImplementedError, EOFError, RuntimeError):
        return ""


def _refuse_namesakes(names: list[str], path: str) -> None:
    """Sheets are fetched by name; Excel allows none twice, so that of two only a broken file knows which is which."""
    twice = next((name for name in names if names.count(name) > 1), None) if len(set(names)) < len(names) else None
    if twice is not None:
        raise ExportError(f"{path}: 有两张表都叫“{cited(shown([twice]))}”,分不清。请用 Excel 打开另存一次,或重新导出")


def _page(name: str, sheet: Any) -> Page:
    above, left = sheet.start
    # .xls and .xlsb do not tell
    ranges = sheet.merged_cell_ranges or ()
    merged = tuple(((a - above, b - left), (c - above, d - left)) for (a, b), (c, d) in ranges)
    return Page(name, sheet.to_python(skip_empty_area=True), above, left, merged)


def cell_text(cell: Any) -> str:
    """Write a cell as text: whole numbers without '.0', times as ISO rounded to milliseconds."""
    if isinstance(cell, str):
        return cell
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
