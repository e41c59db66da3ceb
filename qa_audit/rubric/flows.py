"""The flow check: which steps applied, which were taken, and what the coverage costs.

The eight reception steps are those of the measure `flow_coverage`; a shop's own steps are matchers with conditions.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from qa_audit.measures import compute
from qa_audit.measures.flow import STEPS, flow
from qa_audit.measures.measure import CODE, REASONS
from qa_audit.rubric.bands import laddered
from qa_audit.rubric.conditions import holds
from qa_audit.rubric.judged import FAIL, NOT_APPLICABLE, PARTIAL, Evidence, Ints, Judged
from qa_audit.rubric.load import LoadedRubric
from qa_audit.rubric.matchers import find
from qa_audit.rubric.model import Check, FlowStep
from qa_audit.rubric.view import View
from qa_audit.sessions import reduce
from qa_audit.sessions.columns import NONE


def judge_flow(view: View, rubric: LoadedRubric, check: Check) -> Judged:
    """Hold the coverage of applicable steps against the bands; every missing step is named where it was due."""
    assert check.flow is not None
    if check.flow.steps == "standard":
        column = compute(view, "flow_coverage")
        steps = flow(view)
        taken, due, reason = steps.taken, steps.due, column.reason
        titles = tuple(step.title for step in STEPS)
        coverage = column.values
    else:
        taken, due = _own_steps(view, rubric, check.flow.steps)
        applicable = (due != NONE).sum(axis=1)
        coverage = np.where(applicable > 0, taken.sum(axis=1) / np.maximum(applicable, 1), np.nan)
        reason = np.where(view.agent_text_count == 0, CODE["no_agent_text"], CODE["no_applicable_steps"]).astype(
            np.int8
        )
        titles = tuple(step.title for step in check.flow.steps)
    verdict = laddered(coverage, check.flow.coverage, check.points)
    unknown = np.isnan(coverage)
    code = reason.astype(np.int64) + len(verdict.reasons)
    nothing = np.zeros_like(verdict.deducted)
    verdict = replace(
        verdict,
        outcome=np.where(unknown, NOT_APPLICABLE, verdict.outcome),
        reason=np.where(unknown, code, verdict.reason),
        reasons=(*verdict.reasons, *REASONS),
        deducted=np.where(unknown, nothing, verdict.deducted),
        bonus=np.where(unknown, nothing, verdict.bonus),
        label=None if verdict.label is None else np.where(unknown, nothing, verdict.label),
    )
    wanted = np.isin(verdict.outcome, (FAIL, PARTIAL))
    return replace(verdict, evidence=_missing(taken, due, titles).of_segments(wanted))


def _own_steps(view: View, rubric: LoadedRubric, steps: Sequence[FlowStep]) -> tuple[np.ndarray, Ints]:
    """Return taken (bool) and due (row, NONE where a step does not apply), each segments × steps."""
    segments = view.batch.segments
    spoke = reduce.first(view.agent_texts, segments)
    said = [reduce.first(find(view, rubric, step.says, "agent").mask, segments) != NONE for step in steps]
    due = [np.where(holds(view, rubric, step.when).yes & (spoke != NONE), spoke, NONE) for step in steps]
    applies = np.stack(due, axis=1)
    return np.stack(said, axis=1) & (applies != NONE), applies


def _missing(taken: np.ndarray, due: Ints, titles: tuple[str, ...]) -> Evidence:
    """Return one place per missing step, its note the step's title."""
    parts = []
    for i, title in enumerate(titles):
        segments = np.flatnonzero((due[:, i] != NONE) & ~taken[:, i])
        parts.append(Evidence.of(segments, due[segments, i], title))
    return Evidence.join(parts)
