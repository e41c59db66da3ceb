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
from typing import IO, NamedTuple
from xml.parsers import expat

from qa_audit.errors import ExportError

MOST_LINE = 256 << 20
MOST_COLUMNS = 20_000
MOST_UNPACKED = 2 << 30
RATIO, RATIO_FROM = 200, 10 << 20  # a bomb packs a thousand to one, workbooks ten to thirty
MOST_CELLS = 50_000_000
MOST_TEXT = 4 << 30
MOST_SHARED = 1 << 30
_CHUNK = 1 << 20
_BINARY = (b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0")
# how Excel and nearly everybody else writes a cell; whatever has others too is read by a parser
_PLAIN = re.compile(rb'<c r="[A-Z]{1,3}\d{1,7}"')
_CELL, _PREFIXED = re.compile(rb"<c[\s/>]"), re.compile(rb"<[^<>/\s:]+:c[\s/>]")
_FAR = re.compile(rb'<c r="([A-Z]{2,3}|[A-Z](?=\d{6}))(\d{1,7})"[^>]*(?<!/)>')
_NEAR_COLUMN, _NEAR_ROW = 26, 99_999
_STRING_END = re.compile(rb"si\s*/?>")  # of whatever prefix; where one begins is no harm
_OVERLAP = 200  # bytes; more than the start of a cell's tag has


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
    parts = [_glance(_chunks(book, info, path)) for info in infos]
    longest = max((part.longest for part in parts), default=0)
    plain = all(part.plain for part in parts) and sum(part.area for part in parts) <= MOST_CELLS
    if plain and sum(part.cells for part in parts) * longest <= MOST_SHARED:
        return
    strings = max((_Cells([]).of(_chunks(book, info, path, 0)).strings for info in infos), key=len, default=[])
    exact = [_Cells(strings).of(_chunks(book, info, path, 0)) for info in infos]
    if not all(each.sound for each, part in zip(exact, parts, strict=True) if part.cells):
        raise ExportError(f"{path}: 里面的 XML 不完整,不读。请用 Excel 打开另存一次,或导出为 CSV")
    if (cells := sum(each.columns * each.rows for each in exact)) > MOST_CELLS:
        raise ExportError(
            f"{path}: 工作表的范围有 {cells:,} 格(最多 {MOST_CELLS:,}),多半是很远的地方有一个误填的格子。"
            "请删掉表格右边和下面的空白区域再保存,或导出为 CSV"
        )
    if sum(each.shared for each in exact) > MOST_SHARED:
        raise ExportError(f"{path}: 同一段长文字被引用得太多,展开后超过 {MOST_SHARED >> 30} GB,不读。请核对它的来源")


def _chunks(book: zipfile.ZipFile, info: zipfile.ZipInfo, path: str, overlap: int = _OVERLAP) -> Iterator[bytes]:
    """Yield a part piece by piece, each with the end of the one before, so that no tag is cut unseen."""
    tail, size = b"", 0
    with book.open(info) as stream:
        while piece := stream.read(_CHUNK):
            size += len(piece)
            if size > MOST_UNPACKED:  # an archive may lie about its sizes
                raise ExportError(f"{path}: 里面的 {info.filename} 解开后大得不正常,不读。请核对它的来源")
            yield tail + piece
            tail = piece[-overlap:] if overlap else b""


class _Glance(NamedTuple):
    """Bounds of a part: whether all its cells are written as usual, columns times rows, cells, bytes of a string."""

    plain: bool
    area: int
    cells: int
    longest: int


def _glance(chunks: Iterator[bytes]) -> _Glance:
    plain, column, row, cells, longest, open_for = True, 0, 0, 0, 0, 0
    for piece in chunks:
        chunk = piece[: piece.rfind(b">") + 1]  # what is cut comes again
        tags = len(_CELL.findall(chunk))
        plain = plain and tags == len(_PLAIN.findall(chunk)) and (b":c" not in chunk or not _PREFIXED.search(chunk))
        cells += tags
        if tags:
            found = _FAR.findall(chunk)
            column = max(
                [column, _NEAR_COLUMN, *(_column(letters.decode()) for letters in {pair[0] for pair in found})]
            )
            row = max([row, _NEAR_ROW, *map(int, {pair[1] for pair in found})])
        ends = [0, *(match.end() for match in _STRING_END.finditer(piece))] if b"si" in piece else [0]
        open_for += len(piece) - ends[-1] if len(ends) == 1 else 0
        if len(ends) > 1:
            longest = max(longest, open_for + ends[1], *(end - start for start, end in pairwise(ends)))
            open_for = len(piece) - ends[-1]
    return _Glance(plain, column * row, cells, longest)


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


class _Cells:
    """What a part comes to, whatever way its XML is written: the furthest column and row that hold something, the bytes
    of the shared strings that its cells quote, and of those that it has itself."""

    def __init__(self, strings: list[int]) -> None:
        self.columns = self.rows = self.shared = 0
        self.sound = True
        self.strings: list[int] = []
        self._quoted, self._place, self._is_shared, self._number = strings, "", False, ""
        self._reading = False

    def of(self, chunks: Iterator[bytes]) -> "_Cells":
        """Read a part as far as it is XML."""
        parser = expat.ParserCreate()
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._text
        parser.buffer_text = True
        try:
            for chunk in chunks:
                parser.Parse(chunk)
            parser.Parse(b"", True)
        except expat.ExpatError:
            self.sound = False
        return self

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rsplit(":", 1)[-1]
        if name == "c":
            self._place, self._is_shared = attributes.get("r", ""), attributes.get("t") == "s"
        elif name == "si":
            self.strings.append(0)
        elif name in ("v", "is", "f"):
            self._reading, self._number = name == "v" and self._is_shared, ""
            letters = self._place.rstrip("0123456789")
            self.columns = max(self.columns, _column(letters) if letters.isalpha() and letters.isascii() else 0)
            self.rows = max(self.rows, int(self._place[len(letters) :] or 0))

    def _text(self, text: str) -> None:
        if self._reading:
            self._number += text
        elif self.strings:
            self.strings[-1] += len(text.encode("utf-8", "replace"))

    def _end(self, name: str) -> None:
        if self._reading and name.rsplit(":", 1)[-1] == "v":
            self._reading, number = False, self._number.strip()
            if number.isdecimal() and int(number[:12]) < len(self._quoted):
                self.shared += self._quoted[int(number[:12])]
