"""Ladders of bands: the first band whose limit holds decides deduction, bonus and label."""

import numpy as np

from qa_audit.rubric.judged import FAIL, PARTIAL, PASS, Judged
from qa_audit.rubric.model import Band
from qa_audit.sessions.columns import Floats

BAND = "band"


def laddered(values: Floats, bands: tuple[Band, ...], points: int) -> Judged:
    """Return pass where the band deducts nothing, fail where it deducts all points, partial between.

    NaN falls through to the last band; whoever calls leaves those segments out. `label` 0 is no label.
    """
    band = np.full(len(values), len(bands) - 1, dtype=np.int64)
    for i in range(len(bands) - 2, -1, -1):
        limit = bands[i]
        holds = values <= limit.at_most if limit.at_most is not None else values >= (limit.at_least or 0.0)
        band[holds] = i
    deduct = np.array([each.deduct for each in bands], dtype=np.int64)[band]
    outcome = np.where(deduct == 0, PASS, np.where(deduct >= points, FAIL, PARTIAL))
    return Judged(
        outcome=outcome,
        reason=np.zeros(len(values), dtype=np.int64),
        reasons=(BAND,),
        deducted=deduct,
        bonus=np.array([each.bonus for each in bands], dtype=np.int64)[band],
        value=values,
        label=band + 1,
        labels=("", *(each.label for each in bands)),
    )
