"""The kinds of check: each a function from a slice to a verdict on every segment, with its evidence.

`judge` adds what all kinds share: `when`, low confidence, messages still missing. A new kind is a function in a file of
its own, a line in _KINDS, and its keys in `model`.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from qa_audit.rubric.checks.anchored import judge_anchored
from qa_audit.rubric.checks.composed import judge_conditions
from qa_audit.rubric.checks.flow import judge_flow
from qa_audit.rubric.checks.measured import judge_measure
from qa_audit.rubric.checks.said import judge_never, judge_says
from qa_audit.rubric.checks.shared import judge_share
from qa_audit.rubric.checks.verdicts import CONDITION, CONDITION_UNKNOWN, left_out
from qa_audit.rubric.conditions import holds
from qa_audit.rubric.judged import NOT_APPLICABLE, REVIEW, Judged
from qa_audit.rubric.load import LoadedRubric
from qa_audit.rubric.model import Check
from qa_audit.rubric.unfinished import hold_back
from qa_audit.rubric.view import View

__all__ = ["MOST_EVIDENCE", "judge"]

MOST_EVIDENCE = 20


def judge(view: View, rubric: LoadedRubric, check: Check) -> Judged:
    """Return the verdict of one check on every segment of the slice."""
    verdict = _KINDS[check.kind](view, rubric, check)
    if check.when:
        applies = holds(view, rubric, check.when)
        verdict = left_out(verdict, applies.no, CONDITION)
        verdict = left_out(verdict, applies.unknown, CONDITION_UNKNOWN)
    verdict = hold_back(view, rubric, check, verdict)
    if check.confidence == "low":
        suspected = verdict.against
        nothing = np.zeros_like(verdict.deducted)
        verdict = replace(verdict, outcome=np.where(suspected, REVIEW, verdict.outcome), deducted=nothing, charges=None)
    evidence = verdict.evidence.of_segments(verdict.outcome != NOT_APPLICABLE)
    return replace(verdict, evidence=evidence.capped(MOST_EVIDENCE))


_KINDS: dict[str, Callable[[View, LoadedRubric, Check], Judged]] = {
    "measure": judge_measure,
    "says": judge_says,
    "never": judge_never,
    "share": judge_share,
    "after": judge_anchored,
    "before": judge_anchored,
    "around": judge_anchored,
    "flow": judge_flow,
    "all": judge_conditions,
    "any": judge_conditions,
    "not": judge_conditions,
}
