"""CSV and TSV: encoding, delimiter and header by the text, then its rows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa_audit.errors import ExportError
from qa_audit.formats.delimited import parse_body
from qa_audit.formats.encoding import LONE_CR, decode
from qa_audit.formats.heading import Heading, find_heading, tidy
from qa_audit.formats.layout import RowTest, find_layout, known_names, row_test, shown_cells
from qa_audit.formats.limits import MOST_COLUMNS
from qa_audit.formats.lines import records, split_record
from qa_audit.formats.mapping import Mapping
from qa_audit.formats.sheet import HEADER_DEPTH, Notice, Sheet, Source, settle
from qa_audit.formats.widths import overlong_aside, widened

DELIMITERS = (",", "\t", ";", "|")
HEAD_BYTES = 1 << 18
_LONE = re.compile(rb"\r(?!\n)")


@dataclass(frozen=True)
class TextTable:
    """What the head of a text file says of its table: where it begins (row number of its first row, number of lines
    before it), how it is written, its header with the nameless columns that its rows have besides."""

    delimiter: str
    quoted: bool
    heading: Heading
    header: tuple[str, ...]
    first: int
    lines: int
    notices: tuple[Notice, ...] = ()

    def row_test(self, mapping: Mapping, path: str) -> RowTest:
        """Return the test for rows of the table."""
        return row_test(self.header, mapping, path)


def read_csv(source: Source) -> list[Sheet]:
    """Read a delimited text file. Raise ExportError when it is empty or no text."""
    decoded = decode(source.data, source.encoding or source.mapping.encoding, source.path)
    data, carriage = line_feeds(decoded.data)
    if not (data[:4096].strip() or data.strip()):
        raise ExportError(f"{source.path}: 文件是空的。请重新导出")
    table = find_table(data[:HEAD_BYTES], source)
    sheet, _ = text_sheet(data[after_lines(data, table.lines) :], table, source, table.first)
    sheet = replace(sheet, encoding=decoded.name, notices=table.notices)
    layout = find_layout(sheet.header, source.mapping, source.path)
    return [tidy(settle(sheet, damaged=decoded.damaged, carriage=carriage), table.heading, layout)]


def find_table(start: bytes, source: Source) -> TextTable:
    """Find the table by the first HEAD_BYTES of the text in UTF-8. Raise ExportError when it has no columns."""
    quoted = source.mapping.quoting != "none"
    head = start.decode("utf-8", "ignore").split("\n")[: 20 * HEADER_DEPTH]
    delimiter, heading, rows = _sniff(head, source, quoted)
    if len(heading.names) > MOST_COLUMNS:
        raise ExportError(f"{source.path}: 表头有 {MOST_COLUMNS:,} 列以上,不像聊天记录,不读。请只导出需要的列")
    notices: tuple[Notice, ...] = ()
    above = heading.above + len(heading.lines)
    lines = sum(lines for _, lines in rows_lines(head, delimiter, quoted)[:above])
    if heading.above:
        text = f"{source.path}: 跳过了表头上方的 {heading.above} 行"
        notices = (Notice("skipped_rows", text, source.path),)
    header = widened(list(heading.names), rows[above:])
    if len(header) < 2:
        raise ExportError(
            f"{source.path}: 分不出列(第一行是 {shown_cells(rows[heading.above])})。请用映射文件的 delimiter 写明分隔符"
        )
    return TextTable(delimiter, quoted, heading, tuple(header), above + 1, lines, notices)


def text_sheet(body: bytes, table: TextTable, source: Source, first: int) -> tuple[Sheet, bool]:
    """Return (rows of the table as a sheet, whether all quotes were where they belong); first: number of the first."""
    test = table.row_test(source.mapping, source.path)
    parsed = parse_body(body, table.delimiter, table.quoted, first, test)
    columns, numbers, problems = parsed.columns, parsed.numbers, parsed.problems
    named = len(table.heading.names)
    if len(table.header) > named > 1:
        columns, numbers, problems = overlong_aside(columns, numbers, problems, named, table.delimiter)
    return Sheet(source.path, table.header, columns, numbers, tuple(problems)), parsed.sound


def line_feeds(data: bytes, *, piece: bool = False) -> tuple[bytes, bool]:
    """Keep Arrow from ending a row at a lone carriage return within a cell; an old Mac file has nothing else, a piece
    of a file has its line feeds elsewhere. Also return whether there was any."""
    if b"\r" not in data or _LONE.search(data) is None:
        return data, False
    if b"\n" not in data and not piece:
        return data.replace(b"\r", b"\n"), False
    return _LONE.sub(LONE_CR.encode(), data), True


def rows_lines(head: Sequence[str], delimiter: str, quoted: bool) -> list[tuple[list[str], int]]:
    """Split the first lines into rows, each with the number of lines it takes."""
    out = []
    for record, _ in records(head, delimiter, None) if quoted else ((line, True) for line in head):
        cells = split_record(record.removesuffix("\r"), delimiter, quoted)
        out.append((cells, record.count("\n") + 1))
    return out


def _sniff(head: Sequence[str], source: Source, quoted: bool) -> tuple[str, Heading, list[list[str]]]:
    """Return the delimiter that finds the most known names (else the most columns), the header and the first rows."""
    known, given = known_names(source.mapping), source.mapping.header
    best: tuple[tuple[int, int], str, Heading, list[list[str]]] | None = None
    for delimiter in (source.mapping.delimiter,) if source.mapping.delimiter else DELIMITERS:
        rows = [cells for cells, _ in rows_lines(head, delimiter, quoted)]
        heading = find_heading(rows, known) if given is None else Heading(given, 0, (), 0)
        fits = sum(len(row) == len(given) for row in rows) if given else 0
        score = (heading.score if given is None else fits, len(rows[heading.above]))
        if best is None or score > best[0]:
            best = (score, delimiter, heading, rows)
    assert best is not None
    return best[1], best[2], best[3]


def after_lines(data: bytes, count: int) -> int:
    """Return where the text after so many lines begins."""
    position = 0
    for _ in range(count):
        end = data.find(b"\n", position)
        position = len(data) if end < 0 else end + 1
    return position
