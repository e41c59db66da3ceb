"""What a hostile or broken file may cost: lines, workbooks and columns that would not fit the memory are refused first.

calamine lays a sheet out as a full rectangle: one cell at XFD1048576 would take hundreds of gigabytes. An honest night
stays far below: a full sheet of 1,048,576 rows and 40 columns is read.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from itertools import pairwise
from typing import IO, Any

import numpy as np

from qa_audit.errors import ExportError

MOST_LINE = 256 << 20
MOST_COLUMNS = 20_000
MOST_UNPACKED = 2 << 30
RATIO, RATIO_FROM = 200, 10 << 20  # a bomb packs a thousand to one, workbooks ten to thirty
MOST_CELLS = 50_000_000
MOST_TEXT = 4 << 30
_CHUNK = 1 << 20
_BINARY = (b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0")
_PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"[^>]*(?<!/)>')
# beyond column Z or row 99,999; an empty cell, only coloured, costs nothing
_FAR = re.compile(rb'\br="([A-Z]{2,3}|[A-Z](?=\d{6}))(\d{1,7})"[^>]*(?<!/)>')
_NEAR_COLUMN, _NEAR_ROW = 26, 99_999
_SHARED = re.compile(rb'\bt="s"[^>]*>\s*<(?:\w+:)?v>(\d{1,9})<')
_OVERLAP = 200  # bytes; more than a cell's tag has


def refuse_long_lines(stream: IO[bytes], path: str) -> None:
    """Read a file once without keeping it. Raise ExportError for text with a line of more than MOST_LINE bytes."""
    at = begun = lines = 0
    while chunk := stream.read(_CHUNK):
        if at == 0 and chunk.startswith(_BINARY):
            return
        ends = [place for place in (chunk.find(b"\n"), chunk.find(b"\r")) if place >= 0]
        if at + (min(ends) if ends else len(chunk)) - begun > MOST_LINE:
            raise ExportError(
                f"{path}: 第 {lines + 1} 行超过 {MOST_LINE >> 20} MB,不像聊天记录,不读。"
                "若是一整行的大 JSON,请按每行一条(JSONL)导出,或拆成几个文件"
            )
        if ends:
            begun = at + max(chunk.rfind(b"\n"), chunk.rfind(b"\r")) + 1
            lines += chunk.count(b"\n")
        at += len(chunk)


def refuse_swollen_workbook(data: bytes, path: str) -> None:
    """Raise ExportError for a workbook whose cells would not fit the memory; what is no zip is left to the reader."""
    if not data.startswith(b"PK"):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            _refuse_parts(book, path)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError):
        return


def _refuse_parts(book: zipfile.ZipFile, path: str) -> None:
    infos = book.infolist()
    if not any(info.filename.endswith("workbook.xml") for info in infos):
        raise ExportError(
            f"{path}: 这不是 xlsx 工作簿(可能是 ods、xlsb 或别的文档)。请用 Excel 另存为 .xlsx 或 CSV UTF-8"
        )
    if sum(info.file_size for info in infos) > MOST_UNPACKED:
        raise ExportError(f"{path}: 工作簿解开后超过 {MOST_UNPACKED >> 30} GB,不读。请按日期拆开,或导出为 CSV")
    for info in infos:
        if info.file_size > RATIO_FROM and info.file_size > RATIO * info.compress_size:
            raise ExportError(f"{path}: 里面的 {info.filename} 解开后大得不正常(超过 {RATIO} 倍),不读。请核对它的来源")
    sheets = [
        info
        for info in infos
        if info.filename.endswith(".xml") and not info.filename.endswith(("sharedStrings.xml", "styles.xml"))
    ]
    cells = sum(_cells(book, info, path, _FAR) for info in sheets)
    if cells > MOST_CELLS:  # that is what they may have at most: now look closer
        cells = sum(_cells(book, info, path, _PLACE) for info in sheets)
    if cells > MOST_CELLS:
        raise ExportError(
            f"{path}: 工作表的范围有 {cells:,} 格(最多 {MOST_CELLS:,}),多半是很远的地方有一个误填的格子。"
            "请删掉表格右边和下面的空白区域再保存,或导出为 CSV"
        )
    lengths = _string_lengths(book, path)
    if sum(info.file_size for info in sheets) // 8 * int(lengths.max(initial=0)) <= MOST_TEXT:
        return
    if sum(_text(book, info, lengths, path) for info in sheets) > MOST_TEXT:
        raise ExportError(f"{path}: 同一段长文字被引用得太多,展开后超过 {MOST_TEXT >> 30} GB,不读。请核对它的来源")


def _chunks(book: zipfile.ZipFile, info: zipfile.ZipInfo, path: str) -> Iterator[bytes]:
    """Yield a part piece by piece, each with the end of the one before, so that no tag is cut unseen."""
    tail, size = b"", 0
    with book.open(info) as stream:
        while piece := stream.read(_CHUNK):
            size += len(piece)
            if size > MOST_UNPACKED:  # an archive may lie about its sizes
                raise ExportError(f"{path}: 里面的 {info.filename} 解开后大得不正常,不读。请核对它的来源")
            yield tail + piece
            tail = piece[-_OVERLAP:]


def _cells(book: zipfile.ZipFile, info: zipfile.ZipInfo, path: str, place: re.Pattern[bytes]) -> int:
    """Return the columns times the rows up to the furthest cell; with _FAR, at least so many."""
    column, row = (_NEAR_COLUMN, _NEAR_ROW) if place is _FAR else (0, 0)
    for chunk in _chunks(book, info, path):
        found = place.findall(chunk)
        column = max([column, *map(_column, {letters for letters, _ in found})])
        row = max([row, *map(int, {digits for _, digits in found})])
    return column * row


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _string_lengths(book: zipfile.ZipFile, path: str) -> Any:
    """Return the bytes of each shared string of a workbook, with its tags."""
    name = next((name for name in book.namelist() if name.endswith("sharedStrings.xml")), None)
    if name is None:
        return np.zeros(0, dtype=np.int64)
    part = b"".join(
        piece[_OVERLAP if number else 0 :] for number, piece in enumerate(_chunks(book, book.getinfo(name), path))
    )
    ends = [0, *(match.end() for match in re.finditer(rb"</(?:\w+:)?si>|<(?:\w+:)?si/>", part))]
    return np.array([end - start for start, end in pairwise(ends)], dtype=np.int64)


def _text(book: zipfile.ZipFile, info: zipfile.ZipInfo, lengths: Any, path: str) -> int:
    """Return the bytes that the shared strings of a sheet's cells come to, give or take the overlaps."""
    total = 0
    for chunk in _chunks(book, info, path):
        ids = np.array([int(digits) for digits in _SHARED.findall(chunk)], dtype=np.int64)
        total += int(lengths[ids[ids < len(lengths)]].sum())
    return total
