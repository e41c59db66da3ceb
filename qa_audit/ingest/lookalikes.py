"""Ids that a person typed into a mended row and that the export has almost: a leading zero or an apostrophe apart."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from qa_audit import arrow
from qa_audit.formats.amending import Change
from qa_audit.formats.coded import Coded
from qa_audit.formats.headers import COLUMNS
from qa_audit.formats.rows import Rows
from qa_audit.formats.sheet import Notice

_IDS = {"session_id": "session", "agent_id": "agent", "customer_id": "customer"}
_SHOWN = 5


@dataclass(frozen=True)
class TypedId:
    """An id that no row of its sheet has: where it was typed, into which canonical column."""

    place: str
    column: str
    value: str


def new_ids(changes: Mapping[str, Change], rows: Rows) -> tuple[TypedId, ...]:
    """Return the typed ids of mended rows, given by place, that the rows understood without mending do not have."""
    typed = [
        TypedId(place, column, cell.strip())
        for place, change in changes.items()
        for column in _IDS
        if (cell := change.get(column))
    ]
    used = {column: _used(rows, column) for column in {each.column for each in typed}}
    return tuple(each for each in typed if each.value not in used[each.column])


def lookalikes(parts: Sequence[Rows], typed: Iterable[TypedId]) -> list[Notice]:
    """Warn of typed ids to which another id of the export is alike. The ids themselves may name customers: the notice
    says only where they stand."""
    typed = list(typed)
    known = {column: _alike(parts, column) for column in {each.column for each in typed}}
    found = [each for each in typed if known[each.column].get(_bare(each.value), set()) - {each.value}]
    if not found:
        return []
    shown = "、".join(f"{each.place}的 {each.column}({COLUMNS[each.column][0]})" for each in found[:_SHOWN])
    more = f"等 {len(found)} 处" if len(found) > _SHOWN else ""
    text = (
        f"{shown}{more}写的编号,和导出里的一个编号只差开头的 0 或 ',按新编号读了。"
        "若是同一个,请照导出写全(在 Excel 里前面加一个 ' 再写)"
    )
    return [Notice("mended_ids", text)]


def _alike(parts: Sequence[Rows], column: str) -> dict[str, set[str]]:
    out: dict[str, set[str]] = {}
    for part in parts:
        for value in _used(part, column):
            out.setdefault(_bare(value), set()).add(value)
    return out


def _used(rows: Rows, column: str) -> set[str]:
    ids: Coded = getattr(rows, _IDS[column])
    return set(ids.values.take(arrow.array(np.unique(ids.codes[ids.codes >= 0]))).to_pylist())


def _bare(value: str) -> str:
    return value.lstrip("'").lstrip("0")
