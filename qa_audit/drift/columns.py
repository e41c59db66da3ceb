"""Columns that a source had on earlier nights and has lost, renamed or got since."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from qa_audit.drift.fingerprint import MOST_COLUMNS, column_name
from qa_audit.drift.history import Night
from qa_audit.formats.headers import fold
from qa_audit.ingest.looking import Look

WITH_HEADER = ("csv", "xlsx", "parquet", "qianniu-xlsx")
"""Formats whose columns stand in a header even where nobody fills them; elsewhere a missing column is an empty one."""

FILLED = 0.5  # usual share of cells that hold something, before an empty column counts as lost
FEWEST_ROWS = 5  # of a sheet, before an empty column of it counts as lost
SEEN_FIELDS = 7  # earlier nights before a new field of a format without a header is told
STEADY = 3  # earlier nights with one and the same type, before another type is told

Fingerprint = dict[str, Any]
Earlier = Sequence[tuple[Night, Fingerprint]]


@dataclass(frozen=True)
class Lost:
    """A canonical column without anything in it: on which sheets, what the export called it and what it held.

    nights: earlier nights that had it; empty: whether its column is still there; new: columns of the first sheet that
    no earlier night had.
    """

    column: str
    looks: tuple[Look, ...]
    names: tuple[str, ...]
    type: str
    filled: float
    nights: int
    empty: bool
    new: tuple[str, ...]


@dataclass(frozen=True)
class Changed:
    """What else is different: (canonical, names before, names now); new names with what they are used as, "" for
    nothing; names of unused columns that are gone; (name, type before, type now); role words never seen before."""

    renamed: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]
    new: tuple[tuple[str, str], ...]
    gone: tuple[str, ...]
    types: tuple[tuple[str, str, str], ...]
    new_words: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.renamed or self.new or self.gone or self.types or self.new_words)


def lost_columns(looks: Iterable[Look], earlier: Earlier) -> list[Lost]:
    """Return the canonical columns that the latest earlier night and most earlier nights of a source used, and that a
    sheet with rows has not; a column that only some sheets had must be missing on all."""
    sheets = [look for look in looks if look.rows]
    if not sheets or not earlier:
        return []
    latest = earlier[0][1]["used"]
    out = []
    for column in sorted(latest):
        held = [source for _, source in earlier if _held(source, column)]
        if not _held(earlier[0][1], column) or 2 * len(held) <= len(earlier):
            continue
        filled = float(np.median([source["used"][column]["filled"] or 0.0 for source in held]))
        missing = [look for look in sheets if _lacks(look, column, filled)]
        everywhere = all(source["used"][column]["sheets"] >= source["sheets"] for source in held)
        if missing and (everywhere or len(missing) == len(sheets)):
            empty = all(column in look.used for look in missing)
            used, new = latest[column], _new(missing[0], earlier)
            out.append(
                Lost(column, tuple(missing), tuple(used["columns"]), used["type"], filled, len(held), empty, new)
            )
    return out


def changed_columns(tonight: Fingerprint, earlier: Earlier) -> Changed:
    """Return what is different in a source without being lost; nothing without an earlier night."""
    if not earlier:
        return Changed((), (), (), (), ())
    sources = [source for _, source in earlier]
    now, before = tonight["used"], sources[0]["used"]
    renamed = []
    for column in sorted(now.keys() & before.keys()):
        known = {fold(name) for source in sources for name in source["used"].get(column, {}).get("columns", ())}
        if any(fold(name) not in known for name in now[column]["columns"]):
            renamed.append((column, tuple(before[column]["columns"]), tuple(now[column]["columns"])))
    moved = {fold(name) for _, old, new in renamed for name in (*old, *new)}
    ever = {fold(name) for source in sources for name in source["columns"]}
    always = set.intersection(*({fold(name) for name in source["columns"]} for source in sources))
    whole = all(source["column_count"] <= MOST_COLUMNS for source in (tonight, *sources))
    if not whole or (tonight["format"] not in WITH_HEADER and len(earlier) < SEEN_FIELDS):
        ever |= {fold(name) for name in tonight["columns"]}
        always = set()
    has = {fold(name) for name in tonight["columns"]}
    uses = {name: column for column, used in now.items() for name in used["columns"]}
    new = [(name, uses.get(name, "")) for name in tonight["columns"] if fold(name) not in ever | moved]
    gone = [name for name in sources[0]["columns"] if fold(name) in always - has - moved]
    return Changed(tuple(renamed), tuple(new), tuple(gone), _types(now, sources), _words(tonight, sources))


def _new(look: Look, earlier: Earlier) -> tuple[str, ...]:
    known = {fold(name) for _, source in earlier for name in source["columns"]}
    names = (column_name(name) for name in look.header[:MOST_COLUMNS] if name.strip())
    return tuple(name for name in names if fold(name) not in known)


def _held(source: Fingerprint, column: str) -> bool:
    return bool(source["used"].get(column, {}).get("sheets"))


def _lacks(look: Look, column: str, filled: float) -> bool:
    """Tell whether a sheet has nothing where a column usually is `filled`, and that is no accident."""
    if column in look.declined or (column in look.used and look.used[column].filled):
        return False
    if column not in look.used and look.format in WITH_HEADER:
        return not (column == "date" and _times_stand_alone(look))
    return filled >= FILLED and look.rows >= FEWEST_ROWS


def _times_stand_alone(look: Look) -> bool:
    """Tell whether the time column says the day too, so that the column of dates is not missed."""
    return "sent_at" in look.used and look.used["sent_at"].type in ("time", "number")


def _types(now: dict[str, Any], sources: Sequence[Fingerprint]) -> tuple[tuple[str, str, str], ...]:
    out = []
    for column in sorted(now):
        before = [source["used"][column]["type"] for source in sources if _held(source, column)]
        steady = len(before) >= STEADY and len(set(before)) == 1
        if column != "text" and steady and now[column]["type"] not in ("empty", before[0]):
            out.append((column_name("、".join(now[column]["columns"])), before[0], now[column]["type"]))
    return tuple(out)


def _words(tonight: Fingerprint, sources: Sequence[Fingerprint]) -> tuple[str, ...]:
    """Return role words of tonight that no earlier night had, once these have been seen often enough."""
    if len(sources) < STEADY:
        return ()
    known = {word for source in sources for word in source["roles"]}
    return tuple(word for word in tonight["roles"] if word not in known)
