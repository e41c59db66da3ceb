"""What a reader hands over: a table of text cells with its header, row numbers, and the rows it could not read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from qa_audit import arrow
from qa_audit.formats.coded import Coded, encode
from qa_audit.formats.encoding import DAMAGED, LONE_CR
from qa_audit.formats.mapping import Mapping

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

HEADER_DEPTH = 10
OF_NO_SESSION = "of_no_session"
"""Header of a column, filled by a reader in the rows of which it knows that no customer has to do with them."""


@dataclass(frozen=True)
class Notice:
    """One line a person must see: a code of reasons.NOTICES, the text (what it quotes marked, as citing does), the file
    it is about (None: all)."""

    code: str
    text: str
    file: str | None = None


@dataclass(frozen=True)
class Problem:
    """A row that goes to quarantine: row number, a code of reasons.REASONS, which column or value, the row as read.

    cells: what a reader could still make out of the row, in the order of the header; None for a cell it could not;
    rest: whether the row stands for all that follows it in the file, nobody knows how many messages.
    """

    row: int
    reason: str
    detail: str
    raw: str
    cells: tuple[str | None, ...] = ()
    rest: bool = False


@dataclass(frozen=True)
class Source:
    """A file as given on the command line, with its bytes, and what the user said about it."""

    path: str
    data: bytes
    mapping: Mapping = field(default_factory=Mapping)
    encoding: str | None = None


@dataclass(frozen=True)
class Fact:
    """What an export says of a session and not of a message, as exported: how the customer rated it (rating, comment,
    at), or which goods and order it is about. session: "" where the export does not say."""

    session: str
    agent: str | None = None
    rating: str | None = None
    comment: str | None = None
    at: str | None = None
    sku: str | None = None
    order: str | None = None


@dataclass(frozen=True)
class Sheet:
    """Cells of one table: `columns` are equally long string (or timestamp) arrays, `rows` row numbers (header = 1).

    A row whose every cell is empty is not a row. read = len(rows) + len(problems). facts are no rows; taken_back: ids
    of messages that a later event of the export says were recalled; shops: (account of staff, shop) as far as the
    export states it, None where that is not to be asked; held: whether a customer's chats with two agents are two
    sessions, None where that goes by the rows.
    """

    source_file: str
    header: tuple[str, ...]
    columns: tuple[Any, ...]
    rows: Ints
    problems: tuple[Problem, ...] = ()
    encoding: str | None = None
    notices: tuple[Notice, ...] = ()
    facts: tuple[Fact, ...] = ()
    taken_back: tuple[str, ...] = ()
    shops: tuple[tuple[str, str], ...] | None = None
    held: bool | None = None
    _coded: dict[int, Coded] = field(default_factory=dict, init=False, repr=False, compare=False)

    def coded(self, index: int) -> Coded:
        """Return a column as codes; each is encoded once."""
        if index not in self._coded:
            cells = self.columns[index]
            self._coded[index] = encode(cells if pa.types.is_string(cells.type) else cells.cast(pa.string()))
        return self._coded[index]

    def is_coded(self, index: int) -> bool:
        """Tell whether a column has been encoded."""
        return index in self._coded

    def keep(self, mask: Mask) -> "Sheet":
        """Return the sheet with the rows of the mask only."""
        if mask.all():
            return self
        chosen = arrow.array(mask)
        columns = tuple(column.filter(chosen) for column in self.columns)
        return replace(self, columns=columns, rows=self.rows[mask])

    def raw(self, indices: Ints) -> list[str]:
        """Write rows again as tab-separated text, for a person to find them in the file."""
        return ["\t".join(_shown(cell) for cell in cells) for cells in self.cells(indices)]

    def cells(self, indices: Ints) -> list[tuple[str | None, ...]]:
        """Return rows as tuples of text."""
        texts = [column.take(arrow.array(indices)).cast(pa.string()).to_pylist() for column in self.columns]
        return list(zip(*texts, strict=True))


def _shown(cell: str | None) -> str:
    if cell is None:
        return ""
    return '"' + cell.replace('"', '""') + '"' if any(c in cell for c in '\t\n\r"') else cell


def settle(sheet: Sheet, *, damaged: bool = False, carriage: bool = False) -> Sheet:
    """Drop all-empty rows, set damaged rows aside, and put lone carriage returns back."""
    sheet = sheet.keep(~_all_empty(sheet.columns, len(sheet.rows)))
    if damaged:
        sheet = _set_damage_aside(sheet)
    if carriage:
        columns = tuple(pc.replace_substring(column, LONE_CR, "\r") for column in sheet.columns)
        problems = tuple(_returned(problem) for problem in sheet.problems)
        sheet = replace(sheet, columns=columns, problems=problems)
    return sheet


def _returned(problem: Problem) -> Problem:
    cells = tuple(cell and cell.replace(LONE_CR, "\r") for cell in problem.cells)
    return replace(problem, raw=problem.raw.replace(LONE_CR, "\r"), cells=cells)


def _all_empty(columns: Sequence[Any], count: int) -> Mask:
    empty = np.ones(count, dtype=bool)
    for column in columns:
        if not empty.any():
            break
        blank = (
            column.is_null()
            if not pa.types.is_string(column.type)
            else pc.equal(column.fill_null(arrow.scalar("")), arrow.scalar(""))
        )
        empty &= arrow.truths(blank)
    return empty


def _set_damage_aside(sheet: Sheet) -> Sheet:
    bad = np.zeros(len(sheet.rows), dtype=bool)
    where = np.zeros(len(sheet.rows), dtype=np.int64)
    for index, column in enumerate(sheet.columns):
        if not pa.types.is_string(column.type):
            continue
        hit = arrow.truths(pc.match_substring(column, DAMAGED))
        where[hit & ~bad] = index
        bad |= hit
    indices = np.flatnonzero(bad)
    raws, cells = sheet.raw(indices), sheet.cells(indices)
    found = [
        Problem(
            int(sheet.rows[i]), "bad_encoding", f"第 {where[i] + 1} 列", raw.replace(DAMAGED, "\ufffd"), _sound(row)
        )
        for i, raw, row in zip(indices.tolist(), raws, cells, strict=True)
    ]
    kept = sheet.keep(~bad)
    problems = [_readable(problem) for problem in kept.problems] + found
    return replace(kept, problems=tuple(problems))


def _readable(problem: Problem) -> Problem:
    if DAMAGED not in problem.raw:
        return problem
    raw = problem.raw.replace(DAMAGED, "\ufffd")
    return replace(problem, reason="bad_encoding", raw=raw, cells=_sound(problem.cells))


def _sound(cells: Sequence[str | None]) -> tuple[str | None, ...]:
    return tuple(None if cell is None or DAMAGED in cell else cell for cell in cells)


def from_rows(rows: Sequence[Sequence[str | None]], width: int) -> tuple[Any, ...]:
    """Turn rows of cells into string columns; cells missing at the end are null."""
    if not rows:
        return tuple(arrow.array([], pa.string()) for _ in range(width))
    if any(len(row) != width for row in rows):
        rows = [(*row[:width], *[None] * (width - len(row))) for row in rows]
    return tuple(arrow.array(column, pa.string()) for column in zip(*rows, strict=True))


def find_header(rows: Sequence[Sequence[str]], known: Callable[[Sequence[str]], int]) -> int:
    """Return the index of the header among the first rows: the most known names, else the first with any cell."""
    scores = [known(row) for row in rows[:HEADER_DEPTH]]
    if scores and max(scores) >= 2:
        return scores.index(max(scores))
    return next((i for i, row in enumerate(rows[:HEADER_DEPTH]) if any(cell.strip() for cell in row)), 0)
