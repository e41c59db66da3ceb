"""How a sheet looks: its columns, what each was used for and how full it was; no text and no account is kept.

`drift` compares this with earlier nights. A column of a sheet is used under a canonical name; a sender column that
holds words like 客服 and 买家 counts as the role.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qa_audit import arrow
from qa_audit.errors import MappingError
from qa_audit.formats.coded import Coded
from qa_audit.formats.headers import EMPTY_WORDS
from qa_audit.formats.layout import Layout, find_layout
from qa_audit.formats.mapping import Mapping
from qa_audit.formats.sheet import Sheet
from qa_audit.formats.times import is_time
from qa_audit.formats.values import is_role_column, role_of
from qa_audit.identity import Hashes, hash_strings

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


@dataclass(frozen=True)
class _Cells:
    """The cells of a column in use: how many hold something, the first SAMPLE of these; of those that hold no empty
    word the same, where it was counted."""

    index: int
    present: int
    sample: tuple[str, ...]
    held: int | None
    held_sample: tuple[str, ...]
    timestamps: bool = False


@dataclass(frozen=True)
class Glimpse:
    """How a sheet, or a piece of one, looks: as in Look; columns: its columns in use; others: hashes of the distinct
    values of the role column that are no known words."""

    file: str
    source_file: str
    format: str
    header: tuple[str, ...]
    columns: dict[str, _Cells]
    declined: frozenset[str]
    rows: int
    read: int
    roles: dict[str, tuple[str, int]]
    others: Hashes
    others_rows: int


def look(sheet: Sheet, mapping: Mapping, file: str, format_: str) -> Look:
    """Look at a sheet; what the mapping says of columns that the sheet has not counts for nothing."""
    found = together([glimpse(sheet, mapping, file, format_)], mapping)
    assert found is not None  # only pieces may lack what the whole must know
    return found


def glimpse(sheet: Sheet, mapping: Mapping, file: str, format_: str) -> Glimpse:
    """Look at a sheet or at a piece of one."""
    layout = _layout(sheet, mapping)
    role = _role(sheet, layout, mapping)
    places = dict(layout.columns)
    if role is not None and "role" not in places:
        places["role"] = places.pop("sender")
    words: dict[str, tuple[str, int]] = {}
    others, others_rows = [], 0
    if role is not None:
        counts = np.bincount(role.codes[role.codes >= 0], minlength=len(role.values)).tolist()
        for value, count in zip(role.values.to_pylist(), counts, strict=True):
            meant = role_of(value, mapping)
            if meant is not None:
                words[value] = (meant[0], count)
            else:
                others.append(value)
                others_rows += count
    return Glimpse(
        file,
        sheet.source_file,
        format_,
        sheet.header,
        {column: _cells(index, sheet) for column, index in sorted(places.items())},
        frozenset(column for column, theirs in mapping.columns.items() if theirs is None),
        len(sheet.rows),
        len(sheet.rows) + len(sheet.problems),
        words,
        hash_strings(others),
        others_rows,
    )


def together(pieces: Sequence[Glimpse], mapping: Mapping) -> Look | None:
    """Return how the sheet of these pieces looks; None where the pieces do not tell, but the whole sheet would."""
    first, rows = pieces[0], sum(each.rows for each in pieces)
    used = {
        column: _used([each.columns[column] for each in pieces], rows, mapping)
        for column in first.columns
        if all(column in each.columns for each in pieces)
    }
    if any(len(each.columns) != len(used) for each in pieces) or None in used.values():
        return None
    roles: dict[str, tuple[str, int]] = {}
    for each in pieces:
        for word, (meant, count) in each.roles.items():
            roles[word] = (meant, roles.get(word, (meant, 0))[1] + count)
    others = len(np.unique(np.concatenate([each.others for each in pieces])))
    return Look(
        first.file,
        first.source_file,
        first.format,
        first.header,
        {column: found for column, found in used.items() if found is not None},
        first.declined,
        rows,
        sum(each.read for each in pieces),
        roles,
        (others, sum(each.others_rows for each in pieces)),
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
    coded = sheet.coded(column)
    accounts = [sheet.coded(layout.columns[each]) for each in ("agent_id", "customer_id") if each in layout.columns]
    return coded if "role" in layout.columns or is_role_column(coded, mapping, accounts) else None


def _cells(index: int, sheet: Sheet) -> _Cells:
    cells = sheet.columns[index]
    if not pa.types.is_string(cells.type):
        filled = len(cells) - cells.null_count
        return _Cells(index, filled, (), filled, (), timestamps=True)
    if len(cells) <= _FEW:
        texts = [(cell or "").strip() for cell in cells.to_pylist()]
        present = [text for text, cell in zip(texts, cells.to_pylist(), strict=True) if cell]
        held = [text for text in texts if text.casefold() not in EMPTY_WORDS]
        return _Cells(index, len(present), tuple(present[:SAMPLE]), len(held), tuple(held[:SAMPLE]))
    holds = pc.greater(pc.binary_length(cells), arrow.scalar(0, pa.int32()))
    places = np.flatnonzero(arrow.truths(holds))
    sample = tuple(cell.strip() for cell in cells.take(arrow.array(places[:SAMPLE])).to_pylist())
    if not all(cell.casefold() in EMPTY_WORDS for cell in sample) and not sheet.is_coded(index):
        return _Cells(index, len(places), sample, None, ())
    coded = sheet.coded(index)
    known = np.flatnonzero(coded.codes >= 0)
    return _Cells(index, len(places), sample, len(known), tuple(coded.strings(known[:SAMPLE]).to_pylist()))


def _used(pieces: Sequence[_Cells], rows: int, mapping: Mapping) -> Used | None:
    """Return how a column of a sheet of so many rows is used; None where pieces did not count what that takes."""
    index, filled = pieces[0].index, sum(each.present for each in pieces)
    if pieces[0].timestamps:
        return Used(index, "time" if filled else "empty", filled)
    sample = [cell for each in pieces for cell in each.sample][:SAMPLE]
    if rows <= _FEW or all(cell.casefold() in EMPTY_WORDS for cell in sample):
        counts = [each.held for each in pieces if each.held is not None]
        if len(counts) < len(pieces):
            return None
        filled = sum(counts)
        sample = [cell for each in pieces for cell in each.held_sample][:SAMPLE]
    return Used(index, _type([cell for cell in sample if cell.casefold() not in EMPTY_WORDS], mapping), filled)


def _type(sample: Sequence[str], mapping: Mapping) -> str:
    if not sample:
        return "empty"
    if all(_NUMBER.fullmatch(cell) for cell in sample):
        return "number"
    times = list(dict.fromkeys(sample))[:_TIMES]
    return "time" if all(is_time(cell, mapping.time_format) for cell in times) else "text"
