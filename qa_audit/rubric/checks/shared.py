"""The share check: which part of the messages looked at matches."""

from dataclasses import replace

import numpy as np

from qa_audit.rubric.bands import laddered, same_band, within
from qa_audit.rubric.checks.quotes import messages, spans
from qa_audit.rubric.checks.verdicts import NO_MESSAGES, NO_TIME, OVER_LIMIT, WITHIN_LIMIT, anywhere, left_out, settled
from qa_audit.rubric.judged import Judged
from qa_audit.rubric.load import LoadedRubric
from qa_audit.rubric.matching import find, scope
from qa_audit.rubric.model import Check
from qa_audit.rubric.view import View
from qa_audit.sessions.columns import Floats, Ints
from qa_audit.sessions.reduce import count
from qa_audit.sessions.tri import Tri


def judge_share(view: View, rubric: LoadedRubric, check: Check) -> Judged:
    """Hold matched ÷ looked-at messages against bands or limits; not_applicable where there was none to look at.

    Quoted are the matches where there are too many, the messages without one where there are too few.
    """
    assert check.share is not None
    per = view.batch.segments
    looked = scope(view, rubric, check.share, "agent")
    found = find(view, rubric, check.share, "agent")
    sure, possible = found.certain.mask, found.hits.mask
    low = _share(count(sure, per), count(looked.possible, per))
    high = _share(count(possible, per), count(looked.sure | possible, per))
    if check.bands:
        verdict, known = laddered(low, check.bands, check.points, check.bonus), same_band(low, high, check.bands)
    else:
        good = Tri.of(within(low, check.at_least, check.at_most))
        verdict = settled(good, Tri.of(~np.isnan(low)), check, (WITHIN_LIMIT, OVER_LIMIT, NO_MESSAGES))
        known = _side(low, check) == _side(high, check)
    applies = anywhere(looked, per)
    verdict = left_out(replace(verdict, value=np.where(low == high, low, np.nan)), applies.no, NO_MESSAGES)
    verdict = left_out(verdict, applies.unknown | (applies.yes & ~known), NO_TIME)
    if _wants_more(check):
        evidence = messages(view, np.flatnonzero(looked.sure & ~possible), "这一条没有")
    else:
        evidence = spans(view, found.certain)
    return replace(verdict, evidence=evidence.of_segments(verdict.against))


def _share(part: Ints, whole: Ints) -> Floats:
    return np.where(whole > 0, part / np.maximum(whole, 1), np.nan)


def _side(values: Floats, check: Check) -> Ints:
    """Return −1 below the limits, 0 within, 1 above."""
    below = ~within(values, check.at_least, None)
    return np.where(below, -1, np.where(within(values, None, check.at_most), 0, 1))


def _wants_more(check: Check) -> bool:
    """Say whether a larger share is better: what is limited below."""
    return check.at_least is not None or any(band.at_least is not None and not band.deduct for band in check.bands)
