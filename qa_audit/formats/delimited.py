"""The body of a delimited text table → columns: Arrow's parser for sound text, line by line where quotes are stray."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from qa_audit import arrow
from qa_audit.formats.layout import RowTest
from qa_audit.formats.lines import leaves_open, records, split_record
from qa_audit.formats.sheet import Ints, Problem, from_rows

_BLOCK = 16 << 20


@dataclass(frozen=True)
class Parsed:
    """Equally long string columns with their row numbers, and the rows that are none; sound: whether every quote in it
    was where it belongs, so that what stands before or after the text cannot change how it is understood."""

    columns: tuple[Any, ...]
    numbers: Ints
    problems: list[Problem]
    sound: bool = True


def parse_body(body: bytes, delimiter: str, quoted: bool, first: int, test: RowTest) -> Parsed:
    """Parse the rows of a table; `first` is the row number of the first one, test tells what looks like a row."""
    width = test.width
    try:
        columns, numbers, problems = _parse_fast(body, width, delimiter, quoted, first)
    except pa.ArrowInvalid:
        return Parsed(*_parse_lines(body, width, delimiter, quoted, first, test), sound=False)
    lines = body.count(b"\n") + (not body.endswith(b"\n"))
    if not quoted:
        return Parsed(columns, numbers, problems)
    if lines <= len(numbers) + len(problems):
        closed = _close_end(body, columns, numbers, problems, delimiter)
        return Parsed(*closed, sound=len(closed[1]) == len(numbers) and not _ends_open(numbers, problems, delimiter))
    if any("\n" in p.raw for p in problems) or _quotes_astray(body, delimiter) or _swallows(columns, delimiter, test):
        return Parsed(*_parse_lines(body, width, delimiter, quoted, first, test), sound=False)
    return Parsed(columns, numbers, problems)


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


def _ends_open(numbers: Ints, problems: list[Problem], delimiter: str) -> bool:
    """Tell whether the last row is none, and a quote in it is still open."""
    last = problems[-1] if problems and (len(numbers) == 0 or problems[-1].row > numbers[-1]) else None
    return last is not None and leaves_open(last.raw, delimiter)


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
        counts = arrow.numbers(pc.count_substring(column, delimiter))
        suspects = np.flatnonzero(counts >= test.width - 1)
        for cell in column.take(arrow.array(suspects)).to_pylist():
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
            problems.append(Problem(number, "wrong_columns", detail, record.removesuffix("\r"), tuple(cells)))
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
