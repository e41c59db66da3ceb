"""Rows of a text file that are wider than the header: empty cells at the end, or the rest of a text.

text            text            the rest of a text that was not quoted must not get lost
在吗,           Hi, I want it
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow.compute as pc

from qa_audit import arrow
from qa_audit.formats.layout import Layout
from qa_audit.formats.sheet import HEADER_DEPTH, Ints, Mask, Problem, Sheet
from qa_audit.formats.times import is_time


def widened(header: list[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Add nameless columns where the rows have more cells than the header, mostly empty; drop nameless ones they lack.

    A cell with something in it, beyond the last name, may be the rest of a text with a bare delimiter: where other rows
    end at the last name, such rows are left to be set aside.
    """
    sample = [row for row in rows[: 20 * HEADER_DEPTH] if any(row)]
    widths = [len(row) for row in sample]
    if not widths:
        return header
    usual = max(set(widths), key=lambda width: (widths.count(width), -width))
    if not header:  # the mapping says that there is none
        return [""] * usual
    if len(header) == 1:  # a title: no table has one column, and whoever reads this finds the header below
        return header + [""] * (usual - 1)
    named = len(header)
    while named and not header[named - 1].strip():
        named -= 1
    beyond = [any(cell.strip() for cell in row[named:]) for row in sample if len(row) == usual]
    if usual > len(header) and widths.count(usual) * 2 > len(widths) and sum(beyond) * 2 < len(beyond):
        return header + [""] * (usual - len(header))
    if any(beyond) and named in widths:
        return header[:named]
    while len(header) > usual and not header[-1].strip():
        header = header[:-1]
    return header


def overlong_aside(
    columns: tuple[Any, ...], numbers: Ints, problems: list[Problem], named: int, delimiter: str
) -> tuple[tuple[Any, ...], Ints, list[Problem]]:
    """Set the rows aside that have something in a cell which the header does not have."""
    over = np.zeros(len(numbers), dtype=bool)
    for column in columns[named:]:
        over |= arrow.truths(pc.not_equal(pc.fill_null(column, arrow.scalar("", column.type)), arrow.scalar("")))
    if not over.any():
        return columns, numbers, problems
    rows = zip(*(column.filter(arrow.array(over)).to_pylist() for column in columns), strict=True)
    detail = f"应有 {named} 列,后面还有字"
    more = [
        Problem(number, "wrong_columns", detail, delimiter.join(cells), tuple(cells))
        for number, cells in zip(numbers[over].tolist(), rows, strict=True)
    ]
    kept = arrow.array(~over)
    return tuple(column.filter(kept) for column in columns), numbers[~over], [*problems, *more]


def going_on(sheet: Sheet, layout: Layout, time_format: str | None) -> Mask:
    """Mask of the rows whose text may go on in the next line, which was set aside: it is short and has no time."""
    mask = np.zeros(len(sheet.rows), dtype=bool)
    at = layout.columns.get("sent_at")
    for problem in sheet.problems:
        short = problem.reason == "wrong_columns" and 0 < len(problem.cells) < len(sheet.header)
        timed = at is not None and at < len(problem.cells) and is_time(problem.cells[at] or "", time_format)
        before = int(np.searchsorted(sheet.rows, problem.row)) - 1
        if short and not timed and before >= 0:
            mask[before] = True
    return mask
