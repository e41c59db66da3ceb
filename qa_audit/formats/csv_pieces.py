"""A large text table in pieces that are read one by one, in little memory, exactly as the file would be as a whole.

    table = piecewise(Path("chat.csv"), source)        # source.data: the first START bytes
    for number in range(len(table.bounds) - 1):
        piece = read_piece(table, number)              # None: the file must be read as a whole

A piece begins with a line that looks like a row of the table, at which no quoted cell can be open. What cannot be told
from a piece (damaged bytes, stray quotes) makes the whole file be read at once.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from qa_audit.errors import ExportError, MappingError
from qa_audit.formats import encoding
from qa_audit.formats.csv import HEAD_BYTES, TextTable, after_lines, find_table, line_feeds, text_sheet
from qa_audit.formats.heading import find_foot, repeats_aside, without_foot
from qa_audit.formats.layout import RowTest, find_layout
from qa_audit.formats.lines import split_record
from qa_audit.formats.sheet import Sheet, Source, settle

START = 1 << 20
PIECE = 8 << 20
TAIL = 1 << 18
"""Bytes of the last piece, which waits for the others: its foot may say how many rows there are."""
_FAR = 1 << 20  # from where a piece should end; no line of a chat is as long
_QUOTE = ord('"')


@dataclass(frozen=True)
class Pieces:
    """A text table on disk; bounds: where its pieces begin and the last one ends, in bytes; source is without data."""

    location: Path
    source: Source
    encoding: str
    table: TextTable
    bounds: tuple[int, ...]

    @property
    def last(self) -> int:
        """The number of the last piece."""
        return len(self.bounds) - 2


@dataclass(frozen=True)
class Piece:
    """A piece as a sheet, its rows numbered from 0; records: how many rows there are, empty and repeated ones too."""

    sheet: Sheet
    records: int


def piecewise(location: Path, source: Source, size: int) -> Pieces | None:
    """Cut a text table into pieces; None where it is small, or is to be read as a whole. source.data: its START bytes.

    Raise OSError when it cannot be read.
    """
    name, skip = _encoding(source)
    if name is None or size < PIECE + TAIL or b"\n" not in source.data:
        return None
    start, _ = line_feeds(source.data[skip:].decode(name, "ignore").encode())
    try:
        table = find_table(start[:HEAD_BYTES], source)
        test = table.row_test(source.mapping, source.path)
    except (ExportError, MappingError):  # reading the whole will say so
        return None
    begin = skip + after_lines(source.data[skip:], table.lines)
    bounds = _bounds(location, begin, size, table, test, name)
    if bounds is None:
        return None
    return Pieces(location, replace(source, data=b""), name, table, bounds)


def _encoding(source: Source) -> tuple[str | None, int]:
    """Return (encoding by the start of the file, bytes of its mark); None where only the whole file tells."""
    given, start = source.encoding or source.mapping.encoding, source.data
    skip = 3 if start.startswith(b"\xef\xbb\xbf") else 0
    name = encoding.by_start(start[skip:], given)
    return (None, 0) if skip and name != "utf-8" else (name, skip)


def _bounds(
    location: Path, begin: int, size: int, table: TextTable, test: RowTest, name: str
) -> tuple[int, ...] | None:
    """Return where the pieces begin, and the end of the file; None where no place to cut is found."""
    bounds = [begin]
    with location.open("rb") as stream:
        while size - bounds[-1] > TAIL:
            left = size - bounds[-1] - TAIL
            step = left if 2 * left < 3 * PIECE else PIECE
            stream.seek(bounds[-1])
            window = stream.read(step + _FAR)
            cut = _cut(window, step, table, test, name)
            if cut is None:
                return None if size - bounds[-1] > TAIL + step else (*bounds, size)
            bounds.append(bounds[-1] + cut)
    return (*bounds, size)


def _cut(window: bytes, step: int, table: TextTable, test: RowTest, name: str) -> int | None:
    """Return where the first row at or after `step` begins; the window begins with a row."""
    inside = table.quoted and encoding.count_byte(window[:step], _QUOTE) % 2 == 1
    position = step
    while (end := window.find(b"\n", position)) >= 0:
        inside ^= table.quoted and window.count(b'"', position, end) % 2 == 1
        position = end + 1
        stop = window.find(b"\n", position)
        if stop < 0:
            return None
        line = window[position:stop].removesuffix(b"\r")
        cells = split_record(line.decode(name, "replace"), table.delimiter, table.quoted)
        if not inside and b"\r" not in line and test(cells) and tuple(cells) not in table.heading.lines:
            return position
    return None


def read_piece(pieces: Pieces, number: int, before: tuple[int, int] = (0, 0)) -> Piece | None:
    """Read one piece; None where the file must be read as a whole. before: how many rows, and how many rows set aside,
    the pieces before the last one have."""
    begin, end = pieces.bounds[number : number + 2]
    with pieces.location.open("rb") as stream:
        stream.seek(begin)
        data = stream.read(end - begin)
    text = encoding.exactly(data, pieces.encoding)
    if text is None or encoding.LONE_CR.encode() in text:
        return None
    if pieces.encoding != "utf-8" and not data.isascii() and encoding.exactly(data, "utf-8") is not None:
        return None  # another encoding than that of the start
    del data
    body, carriage = line_feeds(text, piece=True)
    table, source = pieces.table, pieces.source
    raw, sound = text_sheet(body, table, source, 0)
    if not sound:
        return None
    records = len(raw.rows) + len(raw.problems)
    sheet = repeats_aside(settle(raw, carriage=carriage), table.heading.lines)
    if number == pieces.last:
        layout = find_layout(sheet.header, source.mapping, source.path)
        foot = find_foot(sheet, layout, before)
        if not foot.whole:
            return None
        sheet = without_foot(sheet, foot)
    return Piece(replace(sheet, encoding=pieces.encoding), records)
