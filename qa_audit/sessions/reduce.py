"""Reduce messages, or child rows such as rounds, to one value per group.

Everywhere `at` says which message's group an entry is charged to: without it there is one entry per message.
Nothing to reduce gives NaN (numbers), NONE (rows), False (any), True (all) and 0 (count).
"""

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from qa_audit.sessions.columns import NONE, Floats, Ints, Mask, Selection, as_rows
from qa_audit.sessions.groups import Groups

How = Literal["any", "all", "count", "first", "last", "min", "max", "sum", "mean"]


def reduce(x: npt.NDArray[Any], how: How, per: Groups, at: Ints | None = None) -> npt.NDArray[Any]:
    """Reduce `x` by name; see the functions below, which rubric files reach by these names."""
    if how in _OF_MASKS:
        found: npt.NDArray[Any] = _OF_MASKS[how](x, per, at)
        return found
    return _number(x, how, per, at)


def count(selection: Selection, per: Groups, at: Ints | None = None) -> Ints:
    """Return how many entries are selected in each group: int64[groups]."""
    if at is None and selection.dtype == np.bool_:
        if not len(per):
            return np.zeros(0, dtype=np.int64)
        sums: Ints = np.add.reduceat(selection, per.first, dtype=np.int64)
        return sums
    return np.bincount(per.ids[_charged(selection, at)], minlength=len(per)).astype(np.int64)


def any_of(selection: Selection, per: Groups, at: Ints | None = None) -> Mask:
    """Return whether any entry of each group is selected."""
    if at is None and selection.dtype == np.bool_ and len(per):
        return np.logical_or.reduceat(selection, per.first)  # twice as fast as counting
    return count(selection, per, at) > 0


def all_of(mask: Mask, per: Groups, at: Ints | None = None) -> Mask:
    """Return whether no entry of each group is False; true for a group without entries."""
    return ~any_of(~mask, per, at)


def first(selection: Selection, per: Groups, at: Ints | None = None) -> Ints:
    """Return the earliest selected message of each group, NONE where there is none: int64[groups]."""
    return _outermost(_charged(selection, at), per, last=False)


def last(selection: Selection, per: Groups, at: Ints | None = None) -> Ints:
    """Return the latest selected message of each group, NONE where there is none: int64[groups]."""
    return _outermost(_charged(selection, at), per, last=True)


def quantile(x: npt.NDArray[Any], percent: int, per: Groups, at: Ints | None = None) -> Floats:
    """Return the nearest-rank quantile: the value at place ⌈percent/100 · count⌉ of each group's ordered values.

    NaN entries are left out; a group without values is NaN. `percent` is 1 … 100.
    """
    return nearest_ranks(*in_order(x, per, at), percent)


def in_order(x: npt.NDArray[Any], per: Groups, at: Ints | None = None) -> tuple[Floats, Ints]:
    """Return the entries that are not NaN, group by group and ascending within each, and how many each group has."""
    values, group = _entries(x, per, at)
    return values[np.lexsort((values, group))], np.bincount(group, minlength=len(per))


def nearest_ranks(values: Floats, size: Ints, percent: int) -> Floats:
    """Return the quantile of each group of entries that `in_order` laid out; for several quantiles of the same."""
    begin = np.cumsum(size) - size
    out = np.full(len(size), np.nan)
    some = size > 0
    out[some] = values[(begin + -(-percent * size // 100) - 1)[some]]
    return out


def _number(x: npt.NDArray[Any], how: How, per: Groups, at: Ints | None) -> Floats:
    """min, max, sum or mean of the entries that are not NaN."""
    values, group = _entries(x, per, at)
    size = np.bincount(group, minlength=len(per))
    if how in ("sum", "mean"):
        total = np.bincount(group, weights=values, minlength=len(per)).astype(np.float64)
        total[size == 0] = np.nan
        return total if how == "sum" else total / np.maximum(size, 1)
    out = np.full(len(per), np.inf if how == "min" else -np.inf)
    (np.minimum if how == "min" else np.maximum).at(out, group, values)
    out[size == 0] = np.nan
    return out


def _entries(x: npt.NDArray[Any], per: Groups, at: Ints | None) -> tuple[Floats, npt.NDArray[np.int32]]:
    values = x.astype(np.float64)
    keep = ~np.isnan(values)
    if at is not None:
        keep &= at >= 0
    values = values[keep]
    return values, per.ids[keep] if at is None else per.ids[at[keep]]


def _charged(selection: Selection, at: Ints | None) -> Ints:
    return as_rows(selection if at is None else at[as_rows(selection)])


def _outermost(rows: Ints, per: Groups, last: bool) -> Ints:
    out = np.full(len(per), NONE if last else per.n, dtype=np.int64)
    if last:
        np.maximum.at(out, per.ids[rows], rows)
        return out
    np.minimum.at(out, per.ids[rows], rows)
    out[out == per.n] = NONE
    return out


_OF_MASKS: dict[str, Any] = {"any": any_of, "all": all_of, "count": count, "first": first, "last": last}
