"""CSV and TSV: delimiter by the header, Arrow's parser for sound files, line by line where quotes are stray."""

import re
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from qa_audit.errors import ExportError
from qa_audit.formats.encoding import LONE_CR, decode
from qa_audit.formats.heading import Heading, find_heading, tidy
from qa_audit.formats.layout import RowTest, find_layout, known_names, row_test, shown_cells
from qa_audit.formats.limits import MOST_COLUMNS
from qa_audit.formats.lines import leaves_open, records, split_record
from qa_audit.formats.sheet import HEADER_DEPTH, Ints, Notice, Problem, Sheet, Source, from_rows, settle
from qa_audit.formats.widths import overlong_aside, widened

DELIMITERS = (",", "\t", ";", "|")
_HEAD_BYTES = 1 << 18
_BLOCK = 16 << 20
_LONE = re.compile(rb"\r(?!\n)")


def read_csv(source: Source) -> list[Sheet]:
    """Read a delimited text file. Raise ExportError when it is empty or no text."""
    decoded = decode(source.data, source.encoding or source.mapping.encoding, source.path)
    data, carriage = _line_feeds(decoded.data)
    if not (data[:4096].strip() or data.strip()):
        raise ExportError(f"{source.path}: 文件是空的。请重新导出")
    quoted = source.mapping.quoting != "none"
    head = data[:_HEAD_BYTES].decode("utf-8", "ignore").split("\n")[: 20 * HEADER_DEPTH]
    delimiter, heading, rows = _sniff(head, source, quoted)
    if len(heading.names) > MOST_COLUMNS:
        raise ExportError(f"{source.path}: 表头有 {MOST_COLUMNS:,} 列以上,不像聊天记录,不读。请只导出需要的列")
    notices: tuple[Notice, ...] = ()
    start = heading.above + len(heading.lines)
    skipped = sum(lines for _, lines in rows_lines(head, delimiter, quoted)[:start])
    if heading.above:
        text = f"{source.path}: 跳过了表头上方的 {heading.above} 行"
        notices = (Notice("skipped_rows", text, source.path),)
    body = data[_after_lines(data, skipped) :]
    header = widened(list(heading.names), rows[start:])
    if len(header) < 2:
        raise ExportError(
            f"{source.path}: 分不出列(第一行是 {shown_cells(rows[heading.above])})。请用映射文件的 delimiter 写明分隔符"
        )
    columns, numbers, problems = _parse(body, header, delimiter, quoted, start + 1, source)
    if len(header) > len(heading.names) > 1:
        columns, numbers, problems = overlong_aside(columns, numbers, problems, len(heading.names), delimiter)
    sheet = Sheet(source.path, tuple(header), columns, numbers, tuple(problems), decoded.name, notices)
    layout = find_layout(sheet.header, source.mapping, source.path)
    return [tidy(settle(sheet, damaged=decoded.damaged, carriage=carriage), heading, layout)]


def _line_feeds(data: bytes) -> tuple[bytes, bool]:
    """Keep Arrow from ending a row at a lone carriage return within a cell; an old Mac file has nothing else."""
    if _LONE.search(data) is None:
        return data, False
    if b"\n" not in data:
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


def _after_lines(data: bytes, count: int) -> int:
    position = 0
    for _ in range(count):
        end = data.find(b"\n", position)
        position = len(data) if end < 0 else end + 1
    return position


def _parse(
    body: bytes, header: list[str], delimiter: str, quoted: bool, first: int, source: Source
) -> tuple[tuple[Any, ...], Ints, list[Problem]]:
    """Return (columns, row numbers, problems); `first` is the row number of the body's first row."""
    try:
        columns, numbers, problems = _parse_fast(body, len(header), delimiter, quoted, first)
    except pa.ArrowInvalid:
        return _parse_lines(body, len(header), delimiter, quoted, first, row_test(header, source.mapping, source.path))
    lines = body.count(b"\n") + (not body.endswith(b"\n"))
    if not quoted:
        return columns, numbers, problems
    if lines <= len(numbers) + len(problems):
        return _close_end(body, columns, numbers, problems, delimiter)
    test = row_test(header, source.mapping, source.path)
    if any("\n" in p.raw for p in problems) or _quotes_astray(body, delimiter) or _swallows(columns, delimiter, test):
        return _parse_lines(body, len(header), delimiter, quoted, first, test)
    return columns, numbers, problems


def _parse_fast(
    body: bytes, width: int, delimiter: str, quoted: bool, first: int
) -> tuple[tuple[Any, ...], Ints, list[Problem]]:
    """Let Arrow parse: in blocks, which take little memory, and again in one block where some row is no row.

    Only in one block does Arrow number the bad rows, and is no cell too long.
    """
    names = [f"c{i}" for i in range(width)]
    if not body:
        return from_rows([], width), np.empty(0, dtype=np.int64), []
    bad: list[Any] = []

    def invalid(row: Any) -> str:
        bad.append(row)
        return "skip"

    def parsed(block: int) -> Any:
        bad.clear()
        return arrow_csv.read_csv(
            pa.BufferReader(body),
            read_options=arrow_csv.ReadOptions(use_threads=False, column_names=names, block_size=block),
            parse_options=arrow_csv.ParseOptions(
                delimiter=delimiter,
                quote_char='"' if quoted else False,
                newlines_in_values=quoted,
                ignore_empty_lines=False,
                invalid_row_handler=invalid,
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=False
            ),
        )

    table = None
    whole = min(len(body) + 1, 2**31 - 1)
    if whole > _BLOCK:
        with suppress(pa.ArrowInvalid):
            table = parsed(_BLOCK)
    if table is None or bad:
        table = parsed(whole)
    problems = [_wrong_columns(row, first, delimiter, quoted) for row in bad]
    numbers = np.arange(first, first + table.num_rows + len(problems), dtype=np.int64)
    if problems:
        numbers = np.delete(numbers, np.array([problem.row - first for problem in problems]))
    columns = table.columns
    del table
    return tuple(columns.pop(0).combine_chunks() for _ in names), numbers, problems


def _wrong_columns(row: Any, first: int, delimiter: str, quoted: bool) -> Problem:
    detail = f"应有 {row.expected_columns} 列,实有 {row.actual_columns} 列"
    return Problem(
        first + row.number - 1, "wrong_columns", detail, row.text, tuple(split_record(row.text, delimiter, quoted))
    )


def _close_end(
    body: bytes, columns: tuple[Any, ...], numbers: Ints, problems: list[Problem], delimiter: str
) -> tuple[tuple[Any, ...], Ints, list[Problem]]:
    """Set the last row aside when a quote in it is still open: Arrow takes all that follows, even the line feed."""
    if len(numbers) == 0 or any(problem.row > numbers[-1] for problem in problems):
        return columns, numbers, problems
    if body.endswith(b"\n"):
        still_open = str(columns[-1][-1].as_py()).endswith("\n")
    else:
        still_open = leaves_open(body[body.rfind(b"\n") + 1 :].decode("utf-8"), delimiter)
    if not still_open:
        return columns, numbers, problems
    end = body.removesuffix(b"\n")
    record = end[end.rfind(b"\n") + 1 :].decode("utf-8")
    problem = _unbalanced(int(numbers[-1]), record, delimiter, len(columns))
    return tuple(column[:-1] for column in columns), numbers[:-1], [*problems, problem]


def _quotes_astray(body: bytes, delimiter: str) -> bool:
    """Tell whether some quote neither opens nor closes a cell nor is doubled, when every quote is taken to toggle."""
    padded = b"\n" + body + b"\n"
    content = np.frombuffer(padded, dtype=np.uint8)
    at = np.flatnonzero(content == ord('"'))
    if len(at) % 2:
        return True
    sound = np.frombuffer(b'\r\n"' + delimiter.encode(), dtype=np.uint8)
    return not (np.isin(content[at[0::2] - 1], sound).all() and np.isin(content[at[1::2] + 1], sound).all())


def _swallows(columns: Sequence[Any], delimiter: str, test: RowTest) -> bool:
    """Tell whether some cell holds a line that looks like a row of the table."""
    for column in columns:
        counts = pc.count_substring(column, delimiter).to_numpy(zero_copy_only=False)
        suspects = np.flatnonzero(counts >= test.width - 1)
        for cell in column.take(pa.array(suspects)).to_pylist():
            if any(test(split_record(line.removesuffix("\r"), delimiter)) for line in cell.split("\n")[1:]):
                return True
    return False


def _parse_lines(
    body: bytes, width: int, delimiter: str, quoted: bool, first: int, test: RowTest
) -> tuple[tuple[Any, ...], Ints, list[Problem]]:
    """Parse line by line: a quote left open until a line that looks like a row is stray, and costs only its own row."""
    lines = body.decode("utf-8").split("\n")
    if lines and lines[-1] == "":
        lines.pop()
    rows, numbers, problems = [], [], []
    for number, (record, sound) in enumerate(
        records(lines, delimiter, test) if quoted else ((line, True) for line in lines), first
    ):
        cells = split_record(record.removesuffix("\r"), delimiter, quoted)
        if not sound:
            problems.append(_unbalanced(number, record, delimiter, width))
        elif len(cells) == width or cells == [""]:
            rows.append(cells + [""] * (width - len(cells)))
            numbers.append(number)
        else:
            detail = f"应有 {width} 列,实有 {len(cells)} 列"
            problems.append(Problem(number, "wrong_columns", detail, record, tuple(cells)))
    return from_rows(rows, width), np.array(numbers, dtype=np.int64), problems


def _unbalanced(number: int, record: str, delimiter: str, width: int) -> Problem:
    first = record.split("\n", 1)[0].removesuffix("\r")
    cells = first.split(delimiter)
    opening = next((i for i, cell in enumerate(cells) if leaves_open(cell, delimiter)), 0)
    detail = f"第 {opening + 1} 列的引号没有配对"
    # as many cells as the header without minding quotes: then each is at its place
    readable = [cell.strip('"') for cell in cells] if len(cells) == width else split_record(first, delimiter)
    # what it took in may be a row of which nothing else tells that it is one
    rest = any(len(split_record(line, delimiter)) == width for line in record.split("\n")[1:])
    return Problem(number, "unbalanced_quote", detail, record, tuple(readable), rest)
