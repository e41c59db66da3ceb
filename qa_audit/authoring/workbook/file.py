"""The file of 评分表.xlsx opened: its sheets as cells, with the places of formulas; what is no workbook is refused."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

from qa_audit.authoring.workbook.cells import Cell
from qa_audit.errors import RubricError

MAX_BYTES = 20_000_000
MAX_UNPACKED = 200_000_000
_SMALLER = "删去空行和图片,长词表放进 .txt 文件"

Place = tuple[int, int]
"""A row and a column, both from 0."""

_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b")
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')


@dataclass(frozen=True)
class Page:
    """A sheet: its cells from A1 on, where formulas stand, and which ranges are merged (first and last cell)."""

    name: str
    cells: list[list[Cell]]
    formulas: frozenset[Place]
    merged: Sequence[tuple[Place, Place]]


def cell_name(row: int, column: int) -> str:
    """Return what Excel calls a cell: (0, 27) is AB1."""
    name, column = "", column + 1
    while column:
        column, letter = divmod(column - 1, 26)
        name = chr(ord("A") + letter) + name
    return f"{name}{row + 1}"


def open_workbook(path: Path) -> list[Page]:
    """Return the sheets of a workbook; RubricError where it is none, is locked, or is far too large."""
    file = path.as_posix()
    data = _bytes(path, file)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_size(archive, len(data), file)
            return _pages(archive, CalamineWorkbook.from_object(io.BytesIO(data)))
    except _BROKEN as error:
        reason = " ".join(str(error).split())[:120] or type(error).__name__
        raise RubricError(f"{file}: 打不开这个工作簿({reason});在 Excel 或 WPS 里另存为 .xlsx 再试") from None


_BROKEN = (
    CalamineError, zipfile.BadZipFile, zlib.error, KeyError, OSError, ValueError, EOFError, RuntimeError, struct.error,
)  # fmt: skip
"""What the readers raise for a damaged file; RuntimeError (NotImplementedError) for what they cannot unpack."""


def _bytes(path: Path, file: str) -> bytes:
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise RubricError(f"{file}: 打不开({error.strerror or error});检查路径和权限") from None
    if len(data) > MAX_BYTES:
        raise RubricError(f"{file}: 超过了 {MAX_BYTES:,} 字节;{_SMALLER}")
    if data[:4] == b"\xd0\xcf\x11\xe0":
        raise RubricError(f"{file}: 是加了密码的工作簿或老的 .xls;去掉密码,另存为 .xlsx")
    if not zipfile.is_zipfile(io.BytesIO(data)):
        raise RubricError(f"{file}: 不是 .xlsx 工作簿;在 Excel 或 WPS 里另存为 .xlsx(YAML 评分表不用导入)")
    return data


def _check_size(archive: zipfile.ZipFile, packed: int, file: str) -> None:
    size = sum(info.file_size for info in archive.infolist())
    if size > MAX_UNPACKED:
        raise RubricError(f"{file}: 太大,{packed:,} 字节展开有 {size:,} 字节(上限 {MAX_UNPACKED:,});{_SMALLER}")


def _pages(archive: zipfile.ZipFile, workbook: CalamineWorkbook) -> list[Page]:
    everything = workbook.sheets_metadata
    formulas = _formulas(archive, [meta.name for meta in everything])
    sheets = [workbook.get_sheet_by_name(m.name) for m in everything if m.typ == SheetTypeEnum.WorkSheet]
    return [
        Page(
            sheet.name,
            sheet.to_python(skip_empty_area=False) if sheet.start is not None else [],
            formulas.get(sheet.name, frozenset()),
            sheet.merged_cell_ranges or (),
        )
        for sheet in sheets
    ]


def _formulas(archive: zipfile.ZipFile, names: Sequence[str]) -> dict[str, frozenset[Place]]:
    """Return the cells with formulas by sheet: calamine gives only the values they had when last saved."""
    found: dict[str, frozenset[Place]] = {}
    for name, part in _parts(archive, names):
        references = (_REFERENCE.search(match[1]) for match in _CELL.finditer(archive.read(part)))
        found[name] = frozenset((int(each[2]) - 1, _column(each[1].decode())) for each in references if each)
    return found


def _parts(archive: zipfile.ZipFile, names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the part of the archive that holds each sheet, by the workbook's relations."""
    relations = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    targets: dict[str, str] = {}
    for tag in re.findall(r"<(?:\w+:)?Relationship\b[^>]*>", relations):
        key, target = (re.search(rf'\b{name}="([^"]*)"', tag) for name in ("Id", "Target"))
        if key and target:
            targets[key[1]] = target[1]
    sheets = re.findall(r"<(?:\w+:)?sheet\b[^>]*>", archive.read("xl/workbook.xml").decode("utf-8", "replace"))
    held = set(archive.namelist())
    for name, tag in zip(names, sheets, strict=False):
        relation = re.search(r'\b\w+:id="([^"]*)"', tag)
        path = targets.get(relation[1], "") if relation else ""
        part = path.lstrip("/") if path.startswith("/") else f"xl/{path}"
        if part in held:
            yield name, part


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
