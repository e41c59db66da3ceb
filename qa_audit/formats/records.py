"""Collects the messages that a JSON format makes of its objects into a sheet, a block of rows at a time."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from qa_audit.citing import cited
from qa_audit.errors import ExportError
from qa_audit.formats.cells import sound, string_column, surrogates, text_of, word_of
from qa_audit.formats.documents import Broken, Document, Item, open_document
from qa_audit.formats.encoding import DAMAGED
from qa_audit.formats.sheet import Fact, Problem, Sheet, Source, settle
from qa_audit.formats.unfolding import unfold

_BLOCK_ROWS = 1 << 16
_MOST_COLUMNS, _MOST_CELLS = 2_000, 1 << 29
_MOST_REFUSED = 100_000
_ALWAYS = ("text", "role")

Row = dict[str, Any]
"""Header name → JSON value of one row; a name that is missing is an empty cell."""


@dataclass
class Collected:
    """Rows, facts and broken records of one file, numbered in their order."""

    path: str
    facts: list[Fact] = field(default_factory=list)
    taken_back: list[str] = field(default_factory=list)
    number: int = 0
    header: dict[str, int] = field(default_factory=dict)
    _rows: list[Row] = field(default_factory=list)
    _numbers: list[int] = field(default_factory=list)
    _blocks: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    _problems: list[tuple[int, Broken, Row]] = field(default_factory=list)
    _replaced: int = 0

    def add(self, row: Row, number: int = 0) -> None:
        """Add a row; without a number it gets the next one."""
        self.number = number or self.number + 1
        self._rows.append(row)
        self._numbers.append(self.number)
        if len(self._rows) == _BLOCK_ROWS:
            self._flush()

    def refuse(self, broken: Broken, known: Row, number: int = 0) -> None:
        """Add a record that is no message; known: what it would have been as a row, as far as that can be told."""
        self.number = number or self.number + 1
        self._problems.append((self.number, broken, known))
        if len(self._problems) > _MOST_REFUSED and not self._numbers:
            raise ExportError(f"{self.path}: 前 {_MOST_REFUSED:,} 条没有一条是消息({broken.detail})。请核对文件")

    def sheet(self, document: Document, *, drop_empty: bool = False) -> Sheet:
        """Return everything as a sheet; with drop_empty, columns that nobody fills are left out."""
        self._flush()
        columns = {sound(name): self._column(name) for name in self.header}
        if not columns:
            columns = {name: pa.nulls(len(self._numbers), pa.string()) for name in ("session_id", *_ALWAYS)}
        if drop_empty:
            columns = {
                name: each
                for name, each in columns.items()
                if name in _ALWAYS or len(each) == 0 or each.null_count < len(each)
            }
        sheet = Sheet(
            self.path,
            tuple(columns),
            tuple(columns.values()),
            np.array(self._numbers, dtype=np.int64),
            tuple(_problem(number, broken, known, tuple(columns)) for number, broken, known in self._problems),
            document.encoding,
            surrogates(self.path, self._replaced),
            tuple(self.facts),
        )
        return settle(sheet, damaged=document.damaged)

    def _column(self, name: str) -> Any:
        parts = [pa.nulls(count, pa.string()) if name not in block else block[name] for count, block in self._blocks]
        if sum(part.nbytes for part in parts) >= 1 << 31:
            raise ExportError(f"{self.path}: “{cited(sound(name))}”的内容超过 2 GB。请分成几个文件导出")
        return pa.concat_arrays(parts)

    def _flush(self) -> None:
        """Turn the rows so far into string arrays, which take a fraction of the memory."""
        if not self._rows:
            return
        names: Row = {}
        for row in self._rows:
            names.update(row)
        self.header.update(dict.fromkeys(names, 0))
        if len(self.header) > _MOST_COLUMNS or len(self.header) * len(self._numbers) > _MOST_CELLS:
            raise ExportError(
                f"{self.path}: 对象里有 {len(self.header):,} 种字段,太多了(最多 {_MOST_COLUMNS:,} 种)。请重新导出"
            )
        block = {}
        for name in names:
            block[name], replaced = string_column([row.get(name) for row in self._rows])
            self._replaced += replaced
        self._blocks.append((len(self._rows), block))
        self._rows = []


def fact(session: Any, **said: Any) -> Fact:
    """Make a fact of JSON values as they are."""
    texts = {name: sound(word_of(value)).replace(DAMAGED, "\ufffd") or None for name, value in said.items()}
    return Fact(sound(word_of(session)).replace(DAMAGED, "\ufffd"), **texts)


def read_records(
    source: Source,
    names: Sequence[str],
    understand: Callable[[Item], Row | Fact],
    of_session: Callable[[Row], Fact | None] = lambda _: None,
) -> Sheet:
    """Read the objects that lie under the names: each is a row or a fact, and a row without anything in it is refused.

    of_session makes a fact of the fields around the objects. Raise ExportError for an empty or an unreadable file.
    """
    document, out = open_document(source), Collected(source.path)
    around: Row | None = None
    for item in unfold(document.items, names):
        if item.outer is not around and item.outer:
            around = item.outer
            out.facts += filter(None, [of_session(around)])
        if isinstance(item, Broken):
            known = understand(salvaged(item))
            out.refuse(item, known if isinstance(known, dict) else {})
            continue
        found = understand(item)
        if isinstance(found, Fact):
            out.facts.append(found)
        elif any(found.values()):
            out.add(found)
        else:
            raw = json.dumps(item.value, ensure_ascii=False)
            out.refuse(Broken({}, item.place, item.line, item.outer, "没有这种导出应有的字段", raw), {})
    return out.sheet(document, drop_empty=True)


_PAIR = re.compile(r'"([^"\\]{1,99})"\s*:\s*(?:"([^"\\]{0,999})"|(-?\d[\d.]*)(?=[\s,}]))')


def salvaged(broken: Broken) -> Item:
    """Return what can be made out of a broken record; of a line also the fields after the break."""
    found: Row = {}
    if broken.line:
        found = {name: text or number for name, text, number in _PAIR.findall(broken.raw[:10_000])}
    whole = {name: value for name, value in {**found, **broken.value}.items() if DAMAGED not in (text_of(value) or "")}
    return Item(whole, broken.place, broken.line, broken.outer)


def _problem(number: int, broken: Broken, known: Row, header: Sequence[str]) -> Problem:
    cells = [text_of(known.get(name)) for name in header]
    return Problem(
        number,
        "bad_json",
        f"{broken.place}: {broken.detail}",
        sound(broken.raw),
        tuple(None if cell is None else sound(cell) for cell in cells),
        broken.rest,
    )
