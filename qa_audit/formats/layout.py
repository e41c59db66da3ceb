"""Which column of a header holds what: names known by themselves, and what the mapping file says instead."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from qa_audit.citing import cited
from qa_audit.errors import ExportError, MappingError
from qa_audit.formats import times
from qa_audit.formats.headers import COLUMNS, ROLE_VALUES, candidates, fold, recognise
from qa_audit.formats.mapping import Mapping

KNOWN_ROLES: dict[str, tuple[str, str]] = {
    fold(word): meaning for meaning, words in ROLE_VALUES.items() for word in words
}


@dataclass(frozen=True)
class Layout:
    """columns: {canonical: index into the header}; ignored: {canonical: columns that could have been it as well}; own:
    the names that the mapping file gives, folded."""

    header: tuple[str, ...]
    columns: dict[str, int]
    ignored: dict[str, tuple[int, ...]]
    own: frozenset[str] = frozenset()

    def name(self, column: str) -> str:
        """Return the export's own name of a canonical column, for messages to the user."""
        return self.title(self.columns[column])

    def title(self, index: int) -> str:
        """Return the export's own name of the column at an index."""
        name = self.header[index].strip()
        return shown_cells([name], self.own) if name else f"第 {index + 1} 列"

    def shown(self) -> str:
        """List the names of the header, for messages to the user."""
        return shown_cells(self.header, self.own)


def find_layout(header: Sequence[str], mapping: Mapping, path: str) -> Layout:
    """Match a header. Raise MappingError when the mapping names a column that the file has not."""
    header = tuple(header)
    explicit: dict[str, int] = {}
    for column, theirs in mapping.columns.items():
        if theirs is not None:
            explicit[column] = _index(header, theirs, column, mapping, path)
    taken = set(explicit.values())
    known = {
        column: indices
        for column, indices in candidates([("" if i in taken else name) for i, name in enumerate(header)]).items()
        if column not in mapping.columns
    }
    ignored = {column: tuple(indices[1:]) for column, indices in known.items() if len(indices) > 1}
    for column, index in explicit.items():
        same = [i for i, name in enumerate(header) if name.strip() == header[index].strip() and i != index]
        if isinstance(mapping.columns[column], str) and same:  # a number says which
            ignored[column] = tuple(same)
    own = frozenset(fold(name) for name in mapping.columns.values() if isinstance(name, str))
    return Layout(header, {column: indices[0] for column, indices in known.items()} | explicit, ignored, own)


def require(layout: Layout, path: str) -> None:
    """Raise ExportError unless the columns can make messages: text, who sent it, and a session or a customer."""
    columns = layout.columns
    missing = []
    if "text" not in columns:
        missing.append("text")
    if "role" not in columns and "sender" not in columns:
        missing.append("role")
    if "session_id" not in columns and "customer_id" not in columns:
        missing.append("session_id")
    if not missing:
        return
    wanted = ";".join(f"{COLUMNS[name][0]}(如 {'、'.join(COLUMNS[name][1][:3])}、{name})" for name in missing)
    extra = ",或客户账号(如 客户ID、买家、customer_id)" if "session_id" in missing else ""
    raise ExportError(
        f"{path}: 找不到需要的列:{wanted}{extra}。文件里的列是:{layout.shown()}。请用 --mapping 写明哪一列是什么"
    )


def known_names(mapping: Mapping) -> "HeaderScore":
    """Return the function that counts how many names of a row are known, for finding the header line."""
    return HeaderScore(frozenset(fold(name) for name in mapping.columns.values() if isinstance(name, str)))


@dataclass(frozen=True)
class HeaderScore:
    """Counts the known names in a row; names that the mapping gives count like the known ones."""

    named: frozenset[str]

    def __call__(self, row: Sequence[str]) -> int:
        return len(recognise(row)) + sum(fold(cell) in self.named for cell in row if len(cell) < 100)


@dataclass(frozen=True)
class RowTest:
    """Tells whether the cells of a line look like a row of this table: as many cells, a time or a role in its place."""

    width: int
    time: int | None
    role: int | None
    roles: frozenset[str]
    time_format: str | None

    def __call__(self, cells: Sequence[str]) -> bool:
        if len(cells) != self.width:
            return False
        if self.time is not None:
            return times.is_time(cells[self.time], self.time_format)
        if self.role is not None:
            return fold(cells[self.role]) in self.roles
        return self.width > 2


def row_test(header: Sequence[str], mapping: Mapping, path: str) -> RowTest:
    """Return the test for rows of a table with this header."""
    columns = find_layout(header, mapping, path).columns
    roles = frozenset(mapping.roles) | frozenset(KNOWN_ROLES)
    return RowTest(len(header), columns.get("sent_at"), columns.get("role"), roles, mapping.time_format)


def clock_apart(cells: Any, mapping: Mapping) -> bool:
    """Tell whether a time column holds the time of day only, so that the date column belongs to it."""
    first = next((cell for cell in cells.slice(0, 1000).to_pylist() if cell and str(cell).strip()), "")
    return isinstance(first, str) and not times.is_time(first, mapping.time_format)


def shown(header: Sequence[str]) -> str:
    """List the names of a header for an error message, one line, not too long."""
    # a name from a file must not steer the terminal it is printed to
    readable = ("".join(c if c.isprintable() else " " for c in name[:200]) for name in header[:20])
    names = [" ".join(name.split())[:24] or "(空)" for name in readable]
    return "、".join(names) + (f" 等 {len(header)} 列" if len(header) > 20 else "")


def shown_cells(row: Sequence[str], own: Collection[str] = ()) -> str:
    """List the names of a row as `shown` does; those that are neither known nor `own` (folded) are cited, for they may
    be no names at all."""
    more = f" 等 {len(row)} 列" if len(row) > 20 else ""
    names = [(shown([cell]), recognise([cell]) or fold(cell[:100]) in {"", *own}) for cell in row[:20]]
    return "、".join(name if known else cited(name) for name, known in names) + more


def _index(header: tuple[str, ...], theirs: str | int, column: str, mapping: Mapping, path: str) -> int:
    if isinstance(theirs, int) and theirs <= len(header):
        return theirs - 1
    names = [name.strip() for name in header]
    if isinstance(theirs, str) and theirs.strip() in names:
        return names.index(theirs.strip())
    folded = [fold(name) for name in header]
    if isinstance(theirs, str) and fold(theirs) in folded:
        return folded.index(fold(theirs))
    what = f"第 {theirs} 列" if isinstance(theirs, int) else f"{theirs!r} 这一列"
    raise MappingError(f"{mapping.path}: columns.{column} 说的{what}不在 {path} 里。它的列是:{shown_cells(header)}")
