"""What is known of the rows that go to quarantine, under canonical column names and as exported: for a person to mend.

aside(sheet, layout, indices)["sent_at"]      # the time cells of sheet.problems, then of the rows at the indices
"""

from typing import Any

import pyarrow as pa

from qa_audit import arrow
from qa_audit.formats.headers import COLUMNS
from qa_audit.formats.layout import Layout
from qa_audit.formats.sheet import Ints, Sheet, from_rows

NOTHING = pa.table({name: arrow.array([], pa.string()) for name in COLUMNS})


def aside(sheet: Sheet, layout: Layout, indices: Ints) -> Any:
    """Return a string column per canonical column: first the problems of the sheet, as far as their cells are at their
    places, then the rows at `indices`; null where the export has no such column or the cell could not be read."""
    count = len(sheet.problems) + len(indices)
    if not count:
        return NOTHING
    width, taken = len(sheet.header), arrow.array(indices)
    read = from_rows([placed(each.cells, width, layout.columns["text"]) for each in sheet.problems], width)
    found = {}
    for name in COLUMNS:
        index = layout.columns.get(name)
        if index is None:
            found[name] = pa.nulls(count, pa.string())
        else:
            here = sheet.columns[index].take(taken).cast(pa.string())
            found[name] = pa.concat_arrays([read[index].cast(pa.string()), arrow.plain(here)])
    return pa.table(found)


def placed(cells: tuple[str | None, ...], width: int, text: int) -> tuple[str | None, ...]:
    """Drop superfluous cells at the text, where a stray delimiter is most likely."""
    spare = len(cells) - width
    return cells if spare <= 0 else (*cells[:text], None, *cells[text + 1 + spare :])
