"""What all kinds of check share: a plain verdict, what is left out and why, what a failure costs."""

from dataclasses import replace

import numpy as np

from qa_audit.rubric.judged import FAIL, NOT_APPLICABLE, PASS, REVIEW, Evidence, Ints, Judged, Mask
from qa_audit.rubric.matching import Bounds
from qa_audit.rubric.model import Check
from qa_audit.sessions.groups import Groups
from qa_audit.sessions.reduce import any_of
from qa_audit.sessions.tri import Tri

NOT_TRIGGERED = "not_triggered"
NO_MESSAGES = "no_messages"
CONDITION = "condition"
CONDITION_UNKNOWN = "condition_unknown"
UNDECIDED = "undecided"
NO_TIME = "no_time"
SUSPECTED = "suspected"
SAID, NOT_SAID = "said", "not_said"
FOLLOWED, NOT_FOLLOWED = "followed", "not_followed"
WITHIN_LIMIT, OVER_LIMIT = "within_limit", "over_limit"
HELD, NOT_HELD = "held", "not_held"

_ANSWERS = np.array([2, 2, 2, 3, 3, 3, 1, 3, 0], dtype=np.int64)
"""By whether a check applies (no, unknown, yes), then whether it is good: 0 pass, 1 fail, 2 no, 3 not known."""


def settled(good: Tri, applies: Tri, check: Check, reasons: tuple[str, str, str]) -> Judged:
    """Return pass (first reason) or fail (second) where the check applies, else not_applicable (third).

    What hangs on a time that is missing is not_applicable with the reason no_time. A check that only ever gives a
    bonus never fails: it does not apply where it is not earned.
    """
    bonus_only = not check.points and check.red_line is None and check.bonus > 0 and check.confidence != "low"
    failed = NOT_APPLICABLE if bonus_only else FAIL
    # by the answer (pass, fail, does not apply, not known): what follows from it
    outcomes = np.array([PASS, failed, NOT_APPLICABLE, NOT_APPLICABLE], dtype=np.int8)
    costs, earned = np.where(outcomes == FAIL, cost(check), 0), np.array([check.bonus, 0, 0, 0])
    answer = _ANSWERS[applies.state * 3 + good.state]
    return Judged(
        outcome=outcomes[answer],
        reason=answer,
        reasons=(*reasons, NO_TIME),
        deducted=costs[answer],
        bonus=earned[answer],
        value=np.full(len(answer), np.nan),
    )


def left_out(verdict: Judged, out: Mask, why: str | Ints, reasons: tuple[str, ...] = ()) -> Judged:
    """Make the verdict on some segments not_applicable: no points, no evidence, nothing to claim.

    why: one reason for all of them, or for each segment the place of its reason in `reasons`.
    """
    code: Ints | int
    code, known = (0, (why,)) if isinstance(why, str) else (why, reasons)
    return replace(
        verdict,
        outcome=np.where(out, NOT_APPLICABLE, verdict.outcome),
        reason=np.where(out, code + len(verdict.reasons), verdict.reason),
        reasons=(*verdict.reasons, *known),
        deducted=np.where(out, 0, verdict.deducted),
        bonus=np.where(out, 0, verdict.bonus),
        evidence=verdict.evidence.of_segments(~out),
        charges=None if verdict.charges is None else verdict.charges.of_segments(~out),
        label=None if verdict.label is None else np.where(out, 0, verdict.label),
    )


def anywhere(messages: Bounds, per: Groups) -> Tri:
    """Return whether each group has one of the messages: unknown where it has only some that are not sure."""
    yes = any_of(messages.sure, per)
    return Tri.of(yes) if messages.exact else Tri.of(yes, yes | ~any_of(messages.possible, per))


def cost(check: Check) -> int:
    """Return what one failure takes, in hundredths."""
    return check.points if check.deduct is None else check.deduct


def in_order(segment: Ints) -> Ints:
    """Number things 1, 2, 3 … within each segment; `segment` never falls."""
    return np.arange(len(segment)) - np.searchsorted(segment, segment, side="left") + 1


def reminded(verdict: Judged, where: Mask, evidence: Evidence) -> Judged:
    """Make the verdict on some segments review, for evasions that are only suspected: no points either way."""
    return replace(
        verdict,
        outcome=np.where(where, REVIEW, verdict.outcome),
        reason=np.where(where, len(verdict.reasons), verdict.reason),
        reasons=(*verdict.reasons, SUSPECTED),
        deducted=np.where(where, 0, verdict.deducted),
        bonus=np.where(where, 0, verdict.bonus),
        evidence=Evidence.join([verdict.evidence.of_segments(~where), evidence.of_segments(where)]),
        charges=None if verdict.charges is None else verdict.charges.of_segments(~where),
        label=None if verdict.label is None else np.where(where, 0, verdict.label),
    )
