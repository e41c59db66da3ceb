"""Ladders of bands: every value must fall into exactly one band, and worse values never cost less."""

from collections.abc import Sequence
from itertools import pairwise

from pydantic import Field, model_validator

from qa_audit.mistakes import mistake
from qa_audit.rubric.model.parts import HUNDREDTHS, Number, Part, Points, check_range


class Band(Part):
    """One step of a ladder; the first band whose limits hold decides."""

    at_most: Number | None = Field(None, description="不大于(含)")
    at_least: Number | None = Field(None, description="不小于(含)")
    deduct: Points = Field(0, description="扣多少")
    bonus: Points = Field(0, description="加多少")
    label: str = Field("", description="这一档的名字")

    @model_validator(mode="after")
    def _possible(self) -> "Band":
        check_range(self.at_least, self.at_most)
        return self


def check_ladder(bands: Sequence[Band]) -> None:
    """Refuse a ladder with a hole, an overlap, or deductions that do not fall as values get better.

    Bands limit one side, going one way, and the last takes the rest; or each limits both sides but the last.
    """
    if not bands:
        return
    *limited, rest = bands
    if rest.at_most is not None or rest.at_least is not None:
        raise mistake("E306", band=len(bands))
    for i, band in enumerate(limited, start=1):
        if band.at_most is None and band.at_least is None:
            raise mistake("E305", band=i, other=i + 1)
    highs = [band.at_most for band in limited if band.at_most is not None and band.at_least is None]
    lows = [band.at_least for band in limited if band.at_least is not None and band.at_most is None]
    if limited and not highs and not lows:
        _check_boxes(limited)
        return
    if len(highs) + len(lows) != len(limited) or (highs and lows):
        raise mistake("E317")
    for i, (a, b) in enumerate(pairwise(highs or lows), start=1):
        if (b <= a) if highs else (b >= a):
            raise mistake("E305", band=i, other=i + 1)
    for i, (one, next_) in enumerate(pairwise(bands), start=1):
        if next_.deduct < one.deduct:
            raise mistake(
                "E307", band=i + 1, deduct=f"{next_.deduct / HUNDREDTHS:g}", before=f"{one.deduct / HUNDREDTHS:g}"
            )


def _check_boxes(bands: Sequence[Band]) -> None:
    """Bands with both limits: no two may share more than a point."""
    order = sorted(range(len(bands)), key=lambda i: (bands[i].at_least or 0.0, bands[i].at_most or 0.0))
    for i, j in pairwise(order):
        if (bands[j].at_least or 0.0) < (bands[i].at_most or 0.0):
            raise mistake("E305", band=min(i, j) + 1, other=max(i, j) + 1)
