"""Arrow arrays from NumPy and from lists and back, by ways on which pyarrow does not import pandas (0.4 s a process).

array(np.array([1, 2]))                          # Int64Array
array(["甲", None], pa.string())
pc.equal(column, scalar("customer"))             # a bare "customer" would import pandas, and so would pa.array
numbers(column), truths(column)                  # NumPy arrays; column.to_numpy() would import pandas

Before `pa.array`, `pa.scalar`, a literal in a call of `pc`, `fill_null(0)`, `take([0])`, `to_numpy`, `group_by` and
`pyarrow.dataset` pyarrow asks whether what it was given is a pandas series, and imports pandas to know. A test holds a
whole run free of it.
"""

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

_KINDS: dict[Any, np.dtype[Any]] = {
    pa.int8(): np.dtype("i1"),
    pa.int16(): np.dtype("i2"),
    pa.int32(): np.dtype("i4"),
    pa.int64(): np.dtype("i8"),
    pa.uint8(): np.dtype("u1"),
    pa.uint16(): np.dtype("u2"),
    pa.uint32(): np.dtype("u4"),
    pa.uint64(): np.dtype("u8"),
    pa.float32(): np.dtype("f4"),
    pa.float64(): np.dtype("f8"),
}
_ARROW = {kind: type_ for type_, kind in _KINDS.items()}
_MOST_BYTES = 2**31 - 1  # of the texts of one array of pa.string()


def array(values: Any, type: Any = None, mask: npt.NDArray[np.bool_] | None = None) -> Any:
    """Return what `pa.array(values, type, mask=mask)` does: null where the mask is true (and where a list has None).

    values: NumPy array, or iterable of texts, integers, floats or truths; anything else (times, lists, structs) is left
    to `pa.array`, at the cost of pandas. Of a NumPy array of numbers the memory is shared: do not write to it after.
    """
    if isinstance(values, pa.Array):
        return values if type is None else values.cast(type)
    if isinstance(values, np.ndarray):
        made = _of_numpy(values, mask)
        return pa.array(values, type, mask=mask) if made is None else made if type is None else made.cast(type)
    listed = values if isinstance(values, list | tuple) else list(values)
    made = _of_list(listed, type) if mask is None else None
    return pa.array(listed, type, mask=mask) if made is None else made


@lru_cache(maxsize=256, typed=True)
def scalar(value: Any, type: Any = None) -> Any:
    """Return what `pa.scalar(value, type)` does, for a hashable value; None needs its type."""
    return array([value], type)[0]


def numbers(column: Any, null: float = np.nan) -> npt.NDArray[Any]:
    """Return a column of numbers, times (whole numbers of their unit since 1970) or truths (1, 0); `null` where null.

    The type is the column's; with nulls whatever NumPy makes of it and `null` (floats for NaN). Without nulls it may
    share the column's memory: copy before writing.
    """
    array_ = plain(column)
    if pa.types.is_boolean(array_.type):
        array_ = array_.cast(pa.int8())
    elif array_.type not in _KINDS:
        array_ = array_.cast(pa.int32() if array_.type.bit_width == 32 else pa.int64())
    values = _memory(array_)
    return values if not array_.null_count else np.where(truths(array_.is_valid()), values, null)


def truths(column: Any) -> npt.NDArray[np.bool_]:
    """Return a column of truths as a mask, False where it is null."""
    array_ = plain(column)
    if array_.null_count:
        array_ = array_.fill_null(scalar(False))
    return _memory(array_.cast(pa.int8())).view(np.bool_)


def empty(schema: Any) -> Any:
    """Return a table of this schema without rows, as `schema.empty_table()` does."""
    return pa.Table.from_arrays([pa.nulls(0, field.type) for field in schema], schema=schema)


def plain(column: Any) -> Any:
    """Return a column as one array."""
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _memory(array_: Any) -> npt.NDArray[Any]:
    kind = _KINDS[array_.type]
    if not len(array_):
        return np.empty(0, kind)
    return np.frombuffer(array_.buffers()[1], kind, len(array_), array_.offset * kind.itemsize)


def _of_numpy(values: npt.NDArray[Any], mask: npt.NDArray[np.bool_] | None) -> Any:
    if values.dtype == np.bool_:
        type_, memory = pa.bool_(), np.packbits(values, bitorder="little")
    elif values.dtype in _ARROW and values.dtype.isnative:
        type_, memory = _ARROW[values.dtype], np.ascontiguousarray(values)
    else:
        return None
    if values.ndim != 1:
        return None
    valid = None if mask is None or not mask.any() else _buffer(np.packbits(~mask, bitorder="little"))
    return pa.Array.from_buffers(type_, len(values), [valid, _buffer(memory)])


def _of_list(values: list[Any] | tuple[Any, ...], type_: Any) -> Any:
    """Return the array of a list, None where `pa.array` must do it."""
    kinds = {each.__class__ for each in values}
    nulls = type(None) in kinds
    kinds.discard(type(None))
    if not kinds:
        return None if type_ is None else pa.nulls(len(values), type_)
    if kinds == {str}:
        made = _of_texts(values, nulls)
        return made if made is None or type_ is None or made.type == type_ else made.cast(type_)
    kind = {frozenset((int,)): "i8", frozenset((float,)): "f8", frozenset((int, float)): "f8", frozenset((bool,)): "?"}
    dtype = kind.get(frozenset(kinds))
    if dtype is None or (type_ is not None and not _is_number(type_)):
        return None
    mask = np.array([each is None for each in values]) if nulls else None
    try:
        numbers_ = np.array([0 if each is None else each for each in values] if nulls else values, dtype)
    except OverflowError:
        return None
    return array(numbers_, type_, mask)


def _of_texts(values: list[Any] | tuple[Any, ...], nulls: bool) -> Any:
    whole = [each or "" for each in values] if nulls else values
    try:
        data = np.frombuffer("\0".join(whole).encode(), np.uint8)  # quicker than text by text
    except UnicodeEncodeError:
        return None  # half a character: pyarrow has its own error for it
    if len(data) > _MOST_BYTES:
        return None
    ends = np.flatnonzero(data == 0)
    if len(ends) > len(values) - 1:  # some hold the sign between them
        sizes = np.array([len(each.encode()) for each in whole])
        ends = np.cumsum(sizes[:-1] + 1) - 1
    offsets = np.zeros(len(values) + 1, np.int32)
    offsets[1:-1] = ends - np.arange(len(ends))
    offsets[-1] = len(data) - len(ends)
    valid = _buffer(np.packbits([each is not None for each in values], bitorder="little")) if nulls else None
    return pa.Array.from_buffers(pa.string(), len(values), [valid, _buffer(offsets), _buffer(np.delete(data, ends))])


def _is_number(type_: Any) -> bool:
    return type_ in _KINDS or pa.types.is_boolean(type_)


def _buffer(values: npt.NDArray[Any]) -> Any:
    memory: Any = values
    return pa.py_buffer(memory)
