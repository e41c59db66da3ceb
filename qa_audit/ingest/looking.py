"""How a sheet looks: its columns, what each was used for and how full it was; no text and no account is kept.

`drift` compares this with earlier nights. A column of a sheet is used under a canonical name; a sender column that
holds words like 客服 and 买家 counts as the role.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qa_audit.errors import MappingError
from qa_audit.formats.coded import Coded, encode
from qa_audit.formats.headers import EMPTY_WORDS
from qa_audit.formats.layout import Layout, find_layout
from qa_audit.formats.mapping import Mapping
from qa_audit.formats.sheet import Sheet
from qa_audit.formats.times import is_time
from qa_audit.formats.values import is_role_column, role_of

SAMPLE = 20  # cells of a column that say of what type it is
_TIMES = 5  # of these are read as times
_FEW = 256  # cells, of which a list is quicker; a workbook may have thousands of sheets of them
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)*", re.ASCII)


@dataclass(frozen=True)
class Used:
    """A column in use: its place in the header, its type (time, number, text, empty), cells that hold something."""

    index: int
    type: str
    filled: int


@dataclass(frozen=True)
class Look:
    """One sheet of one file.

    file: as given; used: {canonical column: Used}; declined: canonical columns that the mapping says not to use; rows:
    rows of cells; read: all rows; roles: {known role word: (role, rows)}; other_roles: distinct other values, rows.
    """

    file: str
    source_file: str
    format: str
    header: tuple[str, ...]
    used: dict[str, Used]
    declined: frozenset[str]
    rows: int
    read: int
    roles: dict[str, tuple[str, int]]
    other_roles: tuple[int, int]

    def name(self, column: str) -> str:
        """Return the export's own name of a canonical column in use."""
        return self.header[self.used[column].index]


def look(sheet: Sheet, mapping: Mapping, file: str, format_: str) -> Look:
    """Look at a sheet; what the mapping says of columns that the sheet has not counts for nothing."""
    layout = _layout(sheet, mapping)
    role = _role(sheet, layout, mapping)
    places = dict(layout.columns)
    if role is not None and "role" not in places:
        places["role"] = places.pop("sender")
    words: dict[str, tuple[str, int]] = {}
    others = others_rows = 0
    if role is not None:
        counts = np.bincount(role.codes[role.codes >= 0], minlength=len(role.values)).tolist()
        for value, count in zip(role.values.to_pylist(), counts, strict=True):
            meant = role_of(value, mapping)
            if meant is not None:
                words[value] = (meant[0], count)
            else:
                others, others_rows = others + 1, others_rows + count
    return Look(
        file,
        sheet.source_file,
        format_,
        sheet.header,
        {column: _used(index, sheet.columns[index], mapping) for column, index in sorted(places.items())},
        frozenset(column for column, theirs in mapping.columns.items() if theirs is None),
        len(sheet.rows),
        len(sheet.rows) + len(sheet.problems),
        words,
        (others, others_rows),
    )


def fitting(mapping: Mapping, header: Sequence[str]) -> Mapping:
    """Return the mapping without the columns that a header has not."""
    columns = {}
    for column, theirs in mapping.columns.items():
        try:
            find_layout(header, replace(mapping, columns=MappingProxyType({column: theirs})), "")
        except MappingError:
            continue
        columns[column] = theirs
    return replace(mapping, columns=MappingProxyType(columns))


def _layout(sheet: Sheet, mapping: Mapping) -> Layout:
    try:
        return find_layout(sheet.header, mapping, sheet.source_file)
    except MappingError:
        return find_layout(sheet.header, fitting(mapping, sheet.header), sheet.source_file)


def _role(sheet: Sheet, layout: Layout, mapping: Mapping) -> Coded | None:
    """Return the column that says who sent a message, if there is one: the role, or a sender that is as good."""
    column = layout.columns.get("role", layout.columns.get("sender"))
    if column is None:
        return None
    coded = _coded(sheet, column)
    accounts = [_coded(sheet, layout.columns[each]) for each in ("agent_id", "customer_id") if each in layout.columns]
    return coded if "role" in layout.columns or is_role_column(coded, mapping, accounts) else None


def _coded(sheet: Sheet, index: int) -> Coded:
    cells = sheet.columns[index]
    return encode(cells if pa.types.is_string(cells.type) else cells.cast(pa.string()))


def _used(index: int, cells: Any, mapping: Mapping) -> Used:
    if not pa.types.is_string(cells.type):
        filled = len(cells) - cells.null_count
        return Used(index, "time" if filled else "empty", filled)
    if len(cells) <= _FEW:
        held = [text for cell in cells.to_pylist() if (text := (cell or "").strip()).casefold() not in EMPTY_WORDS]
        return Used(index, _type(held[:SAMPLE], mapping), len(held))
    holds = pc.greater(pc.binary_length(cells), 0).fill_null(False)
    places = np.flatnonzero(holds.to_numpy(zero_copy_only=False))
    sample = [cell.strip() for cell in cells.take(pa.array(places[:SAMPLE])).to_pylist()]
    filled = len(places)
    if all(cell.casefold() in EMPTY_WORDS for cell in sample):
        bare = pc.utf8_lower(pc.utf8_trim_whitespace(cells.take(pa.array(places))))
        places = places[~pc.is_in(bare, pa.array(EMPTY_WORDS)).to_numpy(zero_copy_only=False)]
        sample, filled = [cell.strip() for cell in cells.take(pa.array(places[:SAMPLE])).to_pylist()], len(places)
    return Used(index, _type([cell for cell in sample if cell.casefold() not in EMPTY_WORDS], mapping), filled)


def _type(sample: Sequence[str], mapping: Mapping) -> str:
    if not sample:
        return "empty"
    if all(_NUMBER.fullmatch(cell) for cell in sample):
        return "number"
    times = list(dict.fromkeys(sample))[:_TIMES]
    return "time" if all(is_time(cell, mapping.time_format) for cell in times) else "text"
