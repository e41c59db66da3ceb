"""A column of short, often repeated strings as codes into its distinct values."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from qa_audit import arrow
from qa_audit.formats.headers import EMPTY_WORDS

Codes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Coded:
    """codes: int64 per row, -1 for null; values: distinct strings, no null among them."""

    codes: Codes
    values: Any

    @property
    def null(self) -> npt.NDArray[np.bool_]:
        """Mask of rows without a value."""
        return self.codes < 0

    def keep(self, mask: npt.NDArray[np.bool_]) -> "Coded":
        """Return the rows of the mask."""
        return Coded(self.codes[mask], self.values)

    def look_up(self, function: Callable[[str], int], missing: int) -> Codes:
        """Return function(value) per row; called once per distinct value."""
        table = np.array([function(value) for value in self.values.to_pylist()] + [missing], dtype=np.int64)
        return np.asarray(table[self.codes], dtype=np.int64)

    def strings(self, rows: Codes | None = None) -> Any:
        """Return the rows as a string array with nulls."""
        codes = self.codes if rows is None else self.codes[rows]
        return self.values.take(arrow.array(codes, mask=codes < 0))


def nothing(count: int) -> Coded:
    """Return a column of nulls, which takes no memory."""
    return Coded(np.broadcast_to(np.int64(-1), count), arrow.array([], pa.string()))


def encode(column: Any, *, trim: bool = True) -> Coded:
    """Encode a string column; with `trim`, outer white space goes and empty words (nan, null, …) are null."""
    encoded = column.dictionary_encode()
    values = encoded.dictionary
    if trim:
        values = pc.utf8_trim_whitespace(values)
        short = pc.less_equal(pc.binary_length(values), arrow.scalar(4, pa.int32()))
        empty = pc.and_(
            short, pc.is_in(pc.utf8_lower(pc.if_else(short, values, arrow.scalar("x"))), arrow.array(EMPTY_WORDS))
        )
        values = pc.if_else(empty, arrow.scalar(None, pa.string()), values)
        again = values.dictionary_encode()
        values, table = again.dictionary, _codes(again.indices)
    else:
        table = np.arange(len(values), dtype=np.int64)
    return Coded(np.append(table, -1)[_codes(encoded.indices)], values)


def join(parts: Sequence[Coded]) -> Coded:
    """Lay columns end to end over one set of distinct values."""
    if len(parts) == 1:
        return parts[0]
    together = pa.concat_arrays([part.values for part in parts]).dictionary_encode()
    table, start, codes = _codes(together.indices), 0, []
    for part in parts:
        codes.append(np.append(table[start : start + len(part.values)], -1)[part.codes])
        start += len(part.values)
    return Coded(np.concatenate(codes), together.dictionary)


def _codes(indices: Any) -> Codes:
    return np.asarray(arrow.numbers(indices, -1), dtype=np.int64)
