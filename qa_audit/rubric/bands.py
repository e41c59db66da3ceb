"""Ladders of bands: the first band whose limits all hold decides deduction, bonus and label."""

import numpy as np

from qa_audit.rubric.judged import FAIL, PARTIAL, PASS, Ints, Judged, Mask
from qa_audit.rubric.model import Band
from qa_audit.sessions.columns import Floats

BAND = "band"


def within(values: Floats, at_least: float | None, at_most: float | None) -> Mask:
    """Hold values against inclusive limits; NaN is within none."""
    mask: Mask = ~np.isnan(values)
    if at_least is not None:
        mask &= values >= at_least
    if at_most is not None:
        mask &= values <= at_most
    return mask


def band_of(values: Floats, bands: tuple[Band, ...]) -> Ints:
    """Return the place of the band that each value falls into; the last takes the rest, and NaN."""
    band = np.full(len(values), len(bands) - 1, dtype=np.int64)
    for i in range(len(bands) - 2, -1, -1):
        band[within(values, bands[i].at_least, bands[i].at_most)] = i
    return band


def deductions(values: Floats, bands: tuple[Band, ...]) -> Ints:
    """Return what the band of each value takes, in hundredths."""
    return np.array([each.deduct for each in bands], dtype=np.int64)[band_of(values, bands)]


def laddered(values: Floats, bands: tuple[Band, ...], points: int, bonus: int = 0) -> Judged:
    """Return pass where the band deducts nothing, fail where it deducts all points, partial between.

    A pass earns its band's bonus and `bonus`. NaN falls through to the last band; whoever calls leaves those segments
    out. `label` 0 is no label.
    """
    band = band_of(values, bands)
    deduct = np.array([each.deduct for each in bands], dtype=np.int64)[band]
    outcome = np.where(deduct == 0, PASS, np.where(deduct >= points, FAIL, PARTIAL))
    return Judged(
        outcome=outcome,
        reason=np.zeros(len(values), dtype=np.int64),
        reasons=(BAND,),
        deducted=deduct,
        bonus=np.array([each.bonus for each in bands], dtype=np.int64)[band] + np.where(outcome == PASS, bonus, 0),
        value=values,
        label=band + 1,
        labels=("", *(each.label for each in bands)),
    )


def same_band(low: Floats, high: Floats, bands: tuple[Band, ...]) -> Mask:
    """Say where every value between two bounds falls into one band; ladders of boxes have holes between, so never."""
    boxes = any(band.at_least is not None and band.at_most is not None for band in bands)
    same: Mask = (low == high) | (~np.bool_(boxes) & (band_of(low, bands) == band_of(high, bands)))
    return same
