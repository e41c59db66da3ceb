"""Puts cells that a person mended into a sheet, so that it is read as if the export had been right.

A typed cell may be plain (客服, 2026-12-01 10:00:04) whatever the column's own way of writing is; all other cells, and
the columns that the export does not show under a canonical name, stay as exported.
"""

from collections.abc import Mapping as MappingLike
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qa_audit import arrow
from qa_audit.formats import values
from qa_audit.formats.aside import placed
from qa_audit.formats.coded import encode
from qa_audit.formats.layout import Layout, clock_apart, find_layout
from qa_audit.formats.mapping import Mapping
from qa_audit.formats.sheet import Sheet, from_rows
from qa_audit.formats.times import BAD_TIME, FIRST, LAST, is_time, parse

Change = dict[str, str | None]
"""Canonical column → what the cell should have said; None for an empty cell."""

_PLAIN = "%Y-%m-%d %H:%M:%S.%f"
_OF_THE_WHOLE = frozenset(("session_id", "sent_at", "date", "shop", "text"))
"""Columns that change how every row is read when an export suddenly has them."""


def without_place(sheet: Sheet, mapping: Mapping) -> frozenset[str]:
    """Return the canonical columns that the export has not, and that cannot be there for one row alone."""
    layout = find_layout(sheet.header, mapping, sheet.source_file)
    return (_OF_THE_WHOLE | mapping.columns.keys()) - layout.columns.keys()


def amend(sheet: Sheet, changes: MappingLike[int, Change], mapping: Mapping, zone: str) -> Sheet:
    """Return the sheet with changed cells, by row number. Rows that the reader could not split are set in at their
    place, with what is left of their cells."""
    layout = find_layout(sheet.header, mapping, sheet.source_file)
    sheet = _with_rows(sheet, changes, layout.columns["text"])
    zone = mapping.time_zone or zone
    write = _Writing(sheet, layout, mapping, zone, {change.get("sent_at") or "" for change in changes.values()})
    found: dict[str, dict[int, str | None]] = {}
    for row, change in changes.items():
        for column, value in write.told(change).items():
            found.setdefault(column, {})[row] = value
    for column, cells in found.items():
        index = layout.columns.get(column, len(sheet.header))
        if index == len(sheet.header):
            empty = pa.nulls(len(sheet.rows), pa.string())
            sheet = replace(sheet, header=(*sheet.header, column), columns=(*sheet.columns, empty))
            layout = find_layout(sheet.header, mapping, sheet.source_file)
        columns = list(sheet.columns)
        columns[index] = _with_cells(columns[index], sheet, cells, zone)
        sheet = replace(sheet, columns=tuple(columns))
    return sheet


def _with_rows(sheet: Sheet, changes: MappingLike[int, Change], text: int) -> Sheet:
    mine = [problem for problem in sheet.problems if problem.row in changes]
    if not mine:
        return sheet
    width = len(sheet.header)
    added = from_rows([placed(problem.cells, width, text) for problem in mine], width)
    rows = np.concatenate([sheet.rows, np.array([problem.row for problem in mine], dtype=np.int64)])
    order = arrow.array(np.argsort(rows, kind="stable"))
    columns = tuple(
        pa.concat_arrays([old, _typed(new, old.type)]).take(order)
        for old, new in zip(sheet.columns, added, strict=True)
    )
    rest = tuple(problem for problem in sheet.problems if problem.row not in changes)
    return replace(sheet, columns=columns, rows=np.sort(rows, kind="stable"), problems=rest)


def _with_cells(column: Any, sheet: Sheet, cells: dict[int, str | None], zone: str) -> Any:
    mask = np.isin(sheet.rows, np.array(list(cells), dtype=np.int64))
    wanted = arrow.array([cells[row] for row in sheet.rows[mask].tolist()], pa.string())
    return pc.replace_with_mask(column, arrow.array(mask), _typed(wanted, column.type, zone))


def _typed(cells: Any, kind: Any, zone: str = "UTC") -> Any:
    """Return text cells as what the column holds: text, or times where the file has these as such."""
    if not pa.types.is_timestamp(kind):
        return cells
    micros = parse(cells, zone if kind.tz else "UTC").micros  # naive columns hold the wall clock
    times = arrow.array(micros, pa.int64(), mask=micros <= BAD_TIME)
    return times.cast(pa.timestamp("us", tz=kind.tz)).cast(kind, safe=False)


class _Writing:
    """Knows how a sheet writes what a person typed plainly."""

    def __init__(self, sheet: Sheet, layout: Layout, mapping: Mapping, zone: str, times: set[str]) -> None:
        self._mapping, self._zone = mapping, ZoneInfo(zone)
        typed = sorted(times)
        self._micros = dict(zip(typed, parse(arrow.array(typed, pa.string()), zone).micros.tolist(), strict=True))
        sender, sent = (
            None if name not in layout.columns else sheet.columns[layout.columns[name]]
            for name in ("sender", "sent_at")
        )
        self._sender_is_role = (
            "role" not in layout.columns and sender is not None and values.is_role_column(encode(sender), mapping)
        )
        self._apart = "date" in layout.columns and sent is not None and clock_apart(sent, mapping)

    def told(self, change: Change) -> Change:
        """Return the change in the columns and the writing of the sheet."""
        out = dict(change)
        if self._sender_is_role and "role" in out:
            out.setdefault("sender", out["role"])
            del out["role"]
        typed, layout = out.get("sent_at"), self._mapping.time_format
        if not typed or not (self._apart or layout) or (layout and is_time(typed, layout)):
            return out
        if not FIRST <= self._micros[typed] < LAST:
            return out
        written = self._formatted(typed, layout) if layout else self._formatted(typed, _PLAIN).removesuffix(".000000")
        day, _, clock = written.partition(" ")
        if self._apart and clock:
            return {**out, "date": day, "sent_at": clock}
        return {**out, "sent_at": written} if layout else out

    def _formatted(self, typed: str, layout: str) -> str:
        at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=self._micros[typed])
        written = at.astimezone(self._zone).strftime(layout)
        return written if is_time(written, self._mapping.time_format) else typed
