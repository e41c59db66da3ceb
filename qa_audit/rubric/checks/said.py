"""What must be said, and what must never be."""

from dataclasses import replace

import numpy as np

from qa_audit.rubric.bands import deductions, laddered
from qa_audit.rubric.checks.quotes import EVADED, due, firsts, spans
from qa_audit.rubric.checks.verdicts import (
    NO_MESSAGES,
    NOT_SAID,
    SAID,
    anywhere,
    cost,
    in_order,
    left_out,
    reminded,
    settled,
)
from qa_audit.rubric.judged import FAIL, NOT_APPLICABLE, Charges, Evidence, Ints, Judged, Mask
from qa_audit.rubric.load import LoadedRubric
from qa_audit.rubric.matching import find, scope, suspected
from qa_audit.rubric.model import Check
from qa_audit.rubric.view import View
from qa_audit.sessions.hits import Hits
from qa_audit.sessions.tri import Tri


def judge_says(view: View, rubric: LoadedRubric, check: Check) -> Judged:
    """Pass where at least one message matches; not_applicable where there was no message to look at."""
    assert check.says is not None
    per = view.batch.segments
    looked = scope(view, rubric, check.says, "agent")
    found = find(view, rubric, check.says, "agent")
    verdict = settled(found.anywhere(per), anywhere(looked, per), check, (SAID, NOT_SAID, NO_MESSAGES))
    quoted = spans(view, firsts(view, found.certain))
    missing = due(view, looked.possible, verdict.outcome == FAIL, "到这里没有要求的说法")
    evidence = Evidence.join([quoted, missing])
    return replace(verdict, value=found.certain.messages(per).astype(np.float64), evidence=evidence)


def judge_never(view: View, rubric: LoadedRubric, check: Check) -> Judged:
    """Fail where a message matches; each message, place or segment (`per`) costs `deduct`, or their number its band.

    Only what is sure costs. Where there are only suspected evasions a person must look: review.
    """
    assert check.never is not None
    per = view.batch.segments
    found = find(view, rubric, check.never, "agent")
    segment, row = _offences(view, check, found.certain)
    sure = np.bincount(segment, minlength=len(per))
    exact = found.certain is found.hits
    possible = sure if exact else np.bincount(_offences(view, check, found.hits)[0], minlength=len(per))
    free = _free(check, possible)
    looked = anywhere(scope(view, rubric, check.never, "agent"), per)
    verdict = settled(Tri.of(free, free | ~_free(check, sure)), looked, check, (NOT_SAID, SAID, NO_MESSAGES))
    if check.bands:
        ladder = laddered(sure.astype(np.float64), check.bands, check.points, check.bonus)
        verdict = left_out(ladder, verdict.outcome == NOT_APPLICABLE, verdict.reason, verdict.reasons)
    against = verdict.against
    nth = in_order(segment)
    charges = Charges.of(segment, row, _price(check, nth) - _price(check, nth - 1))
    verdict = replace(
        verdict,
        deducted=np.where(against, _price(check, sure), 0),
        value=sure.astype(np.float64),
        evidence=spans(view, found.certain),
        charges=charges.of_segments(against),
    )
    hints = suspected(view, rubric, check.never, "agent")
    return reminded(verdict, (hints.count(per) > 0) & (sure == 0), spans(view, hints, EVADED))


def _offences(view: View, check: Check, hits: Hits) -> tuple[Ints, Ints]:
    """Return segment and message of everything that counts once, in order."""
    assert check.never is not None
    per = check.per or ("segment" if check.never.across == "segment" else "message")
    row = {"span": hits.row, "message": hits.rows, "segment": firsts(view, hits).row}[per]
    return view.batch.segments.ids[row].astype(np.int64), row


def _price(check: Check, times: Ints) -> Ints:
    """Return what so many offences take together."""
    if check.bands:
        return deductions(times.astype(np.float64), check.bands)
    return np.minimum(times * cost(check), check.points)


def _free(check: Check, times: Ints) -> Mask:
    """Say where so many offences are none, or fewer than the ladder minds."""
    free: Mask = _price(check, times) == 0 if check.bands else times == 0
    return free
