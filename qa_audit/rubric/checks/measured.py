"""The measure check: a figure held against bands or limits; a figure that is null does not apply, with its reason."""

from dataclasses import replace

import numpy as np

from qa_audit.measures.measure import CODE, REASONS
from qa_audit.rubric.bands import laddered, within
from qa_audit.rubric.checks.verdicts import OVER_LIMIT, WITHIN_LIMIT, cost, left_out, settled
from qa_audit.rubric.judged import FAIL, PASS, Judged
from qa_audit.rubric.load import LoadedRubric
from qa_audit.rubric.model import Check
from qa_audit.rubric.places import places
from qa_audit.rubric.view import View
from qa_audit.sessions.tri import Tri


def judge_measure(view: View, _: LoadedRubric, check: Check) -> Judged:
    """Hold a measure against bands or limits; `unanswered: fail` takes the worst where nobody ever answered."""
    assert check.measure is not None
    column = view.measure(check.measure)
    values, known = column.values, ~column.is_null
    if check.bands:
        verdict = laddered(values, check.bands, check.points, check.bonus)
    else:
        good = Tri.of(within(values, check.at_least, check.at_most))
        verdict = settled(good, Tri.of(known), check, (WITHIN_LIMIT, OVER_LIMIT, ""))
    verdict = left_out(replace(verdict, value=values), ~known, column.reason.astype(np.int64), REASONS)
    if check.unanswered == "fail":
        ignored = ~known & (column.reason == CODE["unanswered"])
        worst = max((band.deduct for band in check.bands), default=cost(check))
        verdict = replace(
            verdict,
            outcome=np.where(ignored, FAIL if worst or check.red_line else PASS, verdict.outcome),
            deducted=np.where(ignored, worst, verdict.deducted),
        )
    wanted = verdict.against
    return replace(verdict, evidence=places(view, check.measure, harmless(check), wanted))


def harmless(check: Check) -> float | None:
    """Return the largest value that costs nothing."""
    free = [band.at_most for band in check.bands if not band.deduct and band.at_most is not None]
    return max(free) if free else check.at_most
