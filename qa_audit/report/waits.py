"""Exact quantiles of all waits of a night in two passes, without keeping the waits.

The first pass counts the waits by their leading bits, which says where each quantile lies; the second looks only there.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from math import ceil

import numpy as np
import numpy.typing as npt

_DROPPED = 40  # of 64 bits: what is left tells numbers apart that differ by 1 in 4,096


def leading(values: npt.NDArray[np.float64]) -> Counter[int]:
    """Count numbers (no NaN) by their leading bits."""
    keys, counts = np.unique(_keys(values), return_counts=True)
    return Counter(dict(zip(keys.tolist(), counts.tolist(), strict=True)))


def quantiles(
    counts: Counter[int], shares: Sequence[float], again: Iterable[npt.NDArray[np.float64]]
) -> list[float | None]:
    """Return the nearest-rank quantiles of numbers, null when there are none.

    `counts` adds up what `leading` returns of each part of the numbers; `again` are all the parts once more.
    """
    total = counts.total()
    if not total:
        return [None] * len(shares)
    keys = np.array(sorted(counts), np.int64)
    ends = np.cumsum([counts[key] for key in keys.tolist()])
    ranks = [max(ceil(share * total) - 1, 0) for share in shares]
    places = np.searchsorted(ends, ranks, side="right").tolist()
    wanted = keys[sorted(set(places))]
    near: Counter[float] = Counter()
    for values in again:
        found, n = np.unique(values[np.isin(_keys(values), wanted)], return_counts=True)
        near.update(dict(zip(found.tolist(), n.tolist(), strict=True)))
    out: list[float | None] = []
    for rank, place in zip(ranks, places, strict=True):
        mine = np.array([value for value in sorted(near) if _keys(np.array([value]))[0] == keys[place]])
        behind = np.cumsum([near[value] for value in mine.tolist()]) + (ends[place] - counts[int(keys[place])])
        out.append(float(mine[np.searchsorted(behind, rank, side="right")]))
    return out


def _keys(values: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Return integers in the order of the numbers; 0 and −0 are one number."""
    bits = (values + 0.0).view(np.int64)
    return np.where(bits < 0, bits ^ np.int64(0x7FFF_FFFF_FFFF_FFFF), bits) >> _DROPPED
