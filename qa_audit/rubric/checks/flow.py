"""The flow check: which steps applied, which were taken and in what order, and what the coverage costs.

The eight reception steps are those of the measure `flow_coverage`; a shop's own steps are matchers with conditions.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from qa_audit.measures import flow
from qa_audit.measures.measure import CODE, REASONS
from qa_audit.rubric.bands import laddered, same_band
from qa_audit.rubric.checks.verdicts import NO_TIME, left_out
from qa_audit.rubric.conditions import holds
from qa_audit.rubric.judged import Evidence, Ints, Judged
from qa_audit.rubric.load import LoadedRubric
from qa_audit.rubric.matching import Bounds, find
from qa_audit.rubric.model import Check, FlowStep
from qa_audit.rubric.view import View
from qa_audit.sessions import reduce
from qa_audit.sessions.algebra import order
from qa_audit.sessions.columns import NONE, Floats, Mask

OUT_OF_ORDER = "(次序不对)"

Table = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class _Steps:
    """The steps of a check.

    takes: the messages that take each; due: int64[segments, steps], where it was due, NONE where it does not apply.
    """

    titles: tuple[str, ...]
    takes: Sequence[Bounds]
    due: Ints

    @cached_property
    def applies(self) -> Table:
        """Whether each step applies: bool[segments, steps]."""
        return np.not_equal(self.due, NONE)


def judge_flow(view: View, rubric: LoadedRubric, check: Check) -> Judged:
    """Hold the coverage of applicable steps against the bands; every missing step is named where it was due.

    `ordered`: of the steps taken only those of the longest chain in the written order count.
    """
    assert check.flow is not None
    steps = _standard(view) if check.flow.steps == "standard" else _own(view, rubric, check.flow.steps)
    present, taken = _taken(view, steps, [each.sure for each in steps.takes], check.flow.ordered)
    possible = taken
    if not all(each.exact for each in steps.takes):
        _, possible = _taken(view, steps, [each.possible for each in steps.takes], check.flow.ordered)
    low, high = _coverage(steps, taken), _coverage(steps, possible)
    verdict = laddered(low, check.flow.coverage, check.points, check.bonus)
    unsure = ~same_band(low, high, check.flow.coverage)
    verdict = left_out(replace(verdict, value=np.where(low == high, low, np.nan)), unsure & ~np.isnan(low), NO_TIME)
    silent, none = view.agent_text_count == 0, np.isnan(low)
    why = np.where(silent, CODE["no_agent_text"], CODE["no_applicable_steps"])
    verdict = left_out(verdict, none, why, REASONS)
    against = verdict.against
    return replace(verdict, evidence=_lacking(view, steps, present, taken).of_segments(against))


def _standard(view: View) -> _Steps:
    found = flow.flow(view)
    return _Steps(tuple(step.title for step in flow.STEPS), list(map(Bounds.exactly, found.takes)), found.due)


def _own(view: View, rubric: LoadedRubric, steps: Sequence[FlowStep]) -> _Steps:
    spoke = reduce.first(view.agent_texts, view.batch.segments)
    due = [np.where(holds(view, rubric, step.when).yes, spoke, NONE) for step in steps]
    takes = [find(view, rubric, step.says, "agent").bounds for step in steps]
    return _Steps(tuple(step.title for step in steps), takes, np.stack(due, axis=1))


def _taken(view: View, steps: _Steps, takes: Sequence[Mask], ordered: bool) -> tuple[Table, Table]:
    """Return which applicable steps were taken at all, and which of them count: bool[segments, steps] each."""
    per = view.batch.segments
    if not ordered:
        present = np.stack([reduce.any_of(mask, per) for mask in takes], axis=1) & steps.applies
        return present, present
    rows = [np.flatnonzero(mask) for mask in takes]
    found = order([each[steps.applies[per.ids[each], i]] for i, each in enumerate(rows)], per)
    return found.present, found.chain


def _coverage(steps: _Steps, taken: Table) -> Floats:
    applicable = steps.applies.sum(axis=1)
    return np.where(applicable > 0, taken.sum(axis=1) / np.maximum(applicable, 1), np.nan)


def _lacking(view: View, steps: _Steps, present: Table, taken: Table) -> Evidence:
    """Name each step that was not taken where it was due, and each that came out of order where it was taken."""
    parts = []
    for i, title in enumerate(steps.titles):
        missing = np.flatnonzero(steps.applies[:, i] & ~present[:, i])
        parts.append(Evidence.of(missing, steps.due[missing, i], title))
        late = np.flatnonzero(present[:, i] & ~taken[:, i])
        if len(late):
            row = reduce.first(steps.takes[i].sure, view.batch.segments)[late]
            parts.append(Evidence.of(late, row, f"{title}{OUT_OF_ORDER}"))
    return Evidence.join(parts)
