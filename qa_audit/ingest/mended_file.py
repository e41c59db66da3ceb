"""Reads a quarantine.csv that a person mended and a spreadsheet saved: CSV in whatever encoding, or a workbook."""

import csv
import hashlib
import io
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from python_calamine import CalamineError, CalamineWorkbook

from qa_audit.errors import ExportError, MendingError
from qa_audit.formats.encoding import DAMAGED, decode
from qa_audit.formats.headers import COLUMNS
from qa_audit.formats.layout import shown
from qa_audit.formats.limits import refuse_swollen_workbook
from qa_audit.formats.workbook import cell_text
from qa_audit.ingest.formulas import empty_formula
from qa_audit.ingest.quarantine_file import FILE, RAW, REASON, ROW
from qa_audit.ingest.spreadsheet import unguarded

_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_WANTED = frozenset((FILE, ROW, REASON, RAW, *COLUMNS))


@dataclass(frozen=True)
class Mend:
    """A row that came back: its place in the mended file, which quarantined row it is, and its cells by canonical
    column; raw: the exported text by which the row is known again; sound: whether the reason was emptied, which says
    that the cells as shown are right."""

    place: str
    file: str
    row: int
    cells: dict[str, str]
    raw: str
    sound: bool = False

    @property
    def name(self) -> str:
        """The file that it mends, fit for a terminal."""
        return "".join(char if char.isprintable() else "?" for char in self.file[:300])


@dataclass(frozen=True)
class MendedFile:
    """A mended file as given: path, its bytes, hash, encoding (None: a workbook), its rows."""

    path: str
    data: bytes
    sha256: str
    encoding: str | None
    mends: tuple[Mend, ...]


def read_mended(path: str | os.PathLike[str]) -> MendedFile:
    """Read one file. Raise MendingError, naming the line, for anything that cannot have come from a quarantine.csv."""
    name = PurePath(path).as_posix()
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise MendingError(f"{name}: 打不开({error.strerror or error})。请检查 --mended 后面的路径") from None
    encoding, rows = _rows(data, name)
    mends = tuple(_mends(rows, name))
    return MendedFile(name, data, hashlib.sha256(data).hexdigest(), encoding, mends)


Lines = Iterator[tuple[int, list[str]]]


def _rows(data: bytes, name: str) -> tuple[str | None, Lines]:
    if data.startswith(_WORKBOOKS):
        return None, _of_workbook(data, name)
    try:
        decoded = decode(data, path=name)
    except ExportError:
        raise MendingError(
            f"{name}: 是空的,或不是文本。请在 Excel 里打开 quarantine.csv 改好,另存为 .xlsx 再试"
        ) from None
    text = decoded.data.decode("utf-8")
    if DAMAGED in text:
        line = text[: text.index(DAMAGED)].count("\n") + 1
        raise MendingError(f"{name} 第 {line} 行: 有解不开的字节。请在 Excel 里另存为 .xlsx 再试")
    return decoded.name, _of_text(text, name)


def _of_workbook(data: bytes, name: str) -> Lines:
    try:
        refuse_swollen_workbook(data, name)
        formula = empty_formula(data)
        book = CalamineWorkbook.from_object(io.BytesIO(data))
        page = book.get_sheet_by_index(0)
        start, cells = page.start, page.to_python(skip_empty_area=True)
    except ExportError as error:
        raise MendingError(error.told) from None
    except (CalamineError, OSError, ValueError, IndexError) as error:
        reason = " ".join(str(error).split())[:120]
        raise MendingError(f"{name}: 打不开这个工作簿({reason})。请另存为 CSV UTF-8 再试") from None
    if formula is not None:
        raise MendingError(
            f"{name} 的 {formula} 格: 是公式,文件里却没有算出的值,读出来是空的。"
            "请在 Excel 里打开、保存一次,或复制后选择性粘贴为值"
        )
    for number, row in enumerate(cells, 1 + (start or (0,))[0]):
        yield number, [cell_text(cell) for cell in row]


def _of_text(text: str, name: str) -> Lines:
    head = text[: text.find("\n")] if "\n" in text else text
    delimiter = max((",", "\t", ";"), key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for row in reader:
            yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        why = "引号没有配对" if "expected after" in str(error) or "unexpected end" in str(error) else str(error)
        raise MendingError(f"{name} 第 {line} 行: 读不出这一行({why})。请在 Excel 里打开、另存为 .xlsx 再试") from None


def _mends(rows: Lines, name: str) -> Iterator[Mend]:
    header: list[str] = []
    for number, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        if not header:
            header = _header(cells, name)
            continue
        if any(cell.strip() for cell in cells[len(header) :]):
            raise MendingError(f"{name} 第 {number} 行: 比表头多出几格。多半是正文没有加引号;请另存为 .xlsx 再试")
        named = {key: cell for key, cell in zip(header, cells, strict=False) if key in _WANTED}
        yield _mend(named, f"{name} 第 {number} 行")
    if not header:
        raise MendingError(f"{name}: 是空的。请用 private/quarantine.csv 改好另存的文件")


def _header(cells: Sequence[str], name: str) -> list[str]:
    header = [cell.strip() for cell in cells]
    twice = sorted(key for key in _WANTED if header.count(key) > 1)
    if twice:
        raise MendingError(f"{name}: 表头里 {'、'.join(twice)} 有两列。请删掉一列")
    if absent := [key for key in (FILE, ROW, RAW) if key not in header]:
        found = shown(header)
        raise MendingError(
            f"{name}: 表头里没有 {'、'.join(absent)}(找到的是:{found})。请从 private/quarantine.csv 改起,不要动表头"
        )
    return header


def _mend(cells: dict[str, str], place: str) -> Mend:
    file, row = unguarded(cells.pop(FILE, "").strip()), cells.pop(ROW, "").strip()
    if not file or not row.isascii() or not row.isdigit():
        raise MendingError(
            f"{place}: 看不出是哪一行(source_file 是 {file[:80]!r},source_row 是 {row[:20]!r})。"
            "这两格要照 quarantine.csv 原样;自己加的行请删掉"
        )
    sound = not cells.pop(REASON, "?").strip()
    raw = unguarded(cells.pop(RAW, ""))
    return Mend(place, file, int(row[:18]), cells, raw, sound)
