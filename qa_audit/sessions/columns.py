"""The few array types and marks that every column of a batch shares."""

from collections.abc import Iterable
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int8]
Selection = npt.NDArray[Any]
"""A bool array with one entry per message, or a sorted array of message rows; entries of `NONE` select nothing."""

_Array = TypeVar("_Array", bound=npt.NDArray[Any])

NONE = -1
"""No message, no agent, no text."""

NO_TIME = int(np.iinfo(np.int64).min)
"""`sent_at` of a message without a time."""


def as_rows(selection: Selection) -> Ints:
    """Return the selected rows, ascending when the selection is a mask; entries of NONE are dropped."""
    if selection.dtype == np.bool_:
        return np.flatnonzero(selection)
    rows = selection.astype(np.int64, copy=False)
    return rows[rows >= 0]


def as_mask(selection: Selection, n: int) -> Mask:
    """Return the selection as a bool array over `n` messages."""
    if selection.dtype == np.bool_:
        return selection
    mask = np.zeros(n, dtype=np.bool_)
    mask[as_rows(selection)] = True
    return mask


def one_of(codes: npt.NDArray[Any], wanted: Iterable[Any]) -> Mask:
    """Return where a code is one of a few: `np.isin`, ten times as fast."""
    mask = np.zeros(len(codes), dtype=np.bool_)
    for each in wanted:
        mask |= codes == each
    return mask


def frozen(array: _Array) -> _Array:
    """Return the array, no longer writable: what is shared between measures must not be changed by one."""
    array.flags.writeable = False
    return array
