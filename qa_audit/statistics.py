"""The few statistics that the results show, each with its source; null where there is too little to say anything."""

from math import sqrt

import numpy as np
import numpy.typing as npt

Z95 = 1.959963984540054


def wilson(
    passed: npt.NDArray[np.int64], total: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the 95 % interval of shares (Wilson 1927), low and high; NaN where total is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        n = np.where(total > 0, total, np.nan).astype(np.float64)
        p = passed / n
        z2 = Z95 * Z95
        centre = (p + z2 / (2 * n)) / (1 + z2 / n)
        half = Z95 * np.sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    low, high = centre - half, centre + half
    return np.maximum(np.round(low, 6), 0.0), np.minimum(np.round(high, 6), 1.0)


def mean_interval(hundredths: npt.NDArray[np.int64]) -> tuple[float | None, float | None, float | None]:
    """Return mean and 95 % interval of scores given in hundredths, in points; clipped to 0–100."""
    return interval_of_sums(len(hundredths), int(hundredths.sum()), int((hundredths * hundredths).sum()))


def interval_of_sums(n: int, total: int, squares: int) -> tuple[float | None, float | None, float | None]:
    """Return what `mean_interval` does of n scores, from their sum and the sum of their squares, in hundredths.

    Student's t on integer sums, so that the order of the scores cannot matter; the interval is null below four scores.
    """
    if n == 0:
        return None, None, None
    mean = total / n
    if n < 4:
        return round(mean / 100, 4), None, None
    spread = sqrt((n * squares - total * total) / (n * (n - 1)) / n)
    half = _student(n - 1) * spread
    return round(mean / 100, 4), round(max(mean - half, 0.0) / 100, 4), round(min(mean + half, 10_000.0) / 100, 4)


def quantile(values: npt.NDArray[np.float64], share: float) -> float | None:
    """Return the nearest-rank quantile of the values that are not NaN; null when there are none."""
    return nearest_rank(np.sort(values[~np.isnan(values)]), share)


def nearest_rank(ordered: npt.NDArray[np.float64], share: float) -> float | None:
    """Return the nearest-rank quantile of ascending values; null when there are none."""
    if not len(ordered):
        return None
    return float(ordered[max(int(np.ceil(share * len(ordered))) - 1, 0)])


def _student(df: int) -> float:
    """Return the 97.5 % point of Student's t by Cornish–Fisher (Abramowitz & Stegun 26.7.5), for df ≥ 3."""
    z = Z95
    return (
        z
        + (z**3 + z) / (4 * df)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * df**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * df**3)
        + (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / (92160 * df**4)
    )
