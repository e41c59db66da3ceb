"""What conditions say of every segment, three-valued, with what each answer rests on."""

from dataclasses import dataclass
from functools import reduce
from operator import and_, or_

import numpy as np

from qa_audit.measures.measure import CODE
from qa_audit.rubric.bands import within
from qa_audit.rubric.load import LoadedRubric
from qa_audit.rubric.matching import Found, find
from qa_audit.rubric.model import (
    AllOf,
    AnyOf,
    Check,
    Condition,
    InShop,
    InSituation,
    InStage,
    Limits,
    Not,
    OfAgent,
    Says,
)
from qa_audit.rubric.view import View
from qa_audit.sessions.batch import STAGES
from qa_audit.sessions.columns import NONE, Mask, one_of
from qa_audit.sessions.reduce import any_of
from qa_audit.sessions.tri import Tri

_TIMELESS = (CODE["no_time"], CODE["coarse_time"])


@dataclass(frozen=True)
class Answer:
    """A condition's answer on every segment, with the answers of the conditions within it.

    untimed: bool[segments], where it is unknown for want of a time; found: what a `says` found, sure or not.
    """

    condition: Condition
    tri: Tri
    untimed: Mask
    parts: tuple["Answer", ...] = ()
    found: Found | None = None


def holds(view: View, rubric: LoadedRubric, conditions: tuple[Condition, ...]) -> Tri:
    """Return whether all conditions hold; a null measure makes a condition unknown."""
    return both([answer(view, rubric, condition).tri for condition in conditions], len(view.batch.segments))


def both(answers: list[Tri], segments: int) -> Tri:
    """Return where all of the answers are yes; yes where there is none."""
    return reduce(and_, answers, Tri.of(np.ones(segments, dtype=np.bool_)))


def condition_of(check: Check) -> Condition:
    """Return the conditions of an all, any or not check as one."""
    if check.all is not None:
        return AllOf(all=check.all)
    if check.any is not None:
        return AnyOf(any=check.any)
    return Not.model_validate({"not": check.no})


def answer(view: View, rubric: LoadedRubric, condition: Condition) -> Answer:
    """Return the answer of one condition on every segment."""
    match condition:
        case Not():
            part = answer(view, rubric, condition.no)
            return Answer(condition, ~part.tri, part.untimed, (part,))
        case AnyOf() | AllOf():
            given, join = (condition.any, or_) if isinstance(condition, AnyOf) else (condition.all, and_)
            parts = tuple(answer(view, rubric, part) for part in given)
            tri = reduce(join, [part.tri for part in parts])
            untimed = reduce(or_, [part.untimed for part in parts])
            return Answer(condition, tri, untimed & tri.unknown, parts)
        case Says():
            found = find(view, rubric, condition.says, "any")
            tri = found.anywhere(view.batch.segments)
            return Answer(condition, tri, tri.unknown, found=found)
        case Limits():
            column = view.measure(condition.measure)
            tri = Tri.of(within(column.values, condition.at_least, condition.at_most), ~column.is_null)
            return Answer(condition, tri, one_of(column.reason, _TIMELESS))
    tri = _of_segment(view, condition)
    return Answer(condition, tri, np.zeros(len(tri), dtype=np.bool_))


def _of_segment(view: View, condition: InStage | InSituation | InShop | OfAgent) -> Tri:
    batch = view.batch
    match condition:
        case InStage():
            stage = view.stages.stage
            wanted = [STAGES.index(name) for name in condition.stage]
            known = any_of(stage != NONE, batch.segments)
            return Tri.of(any_of(one_of(stage, wanted), batch.segments), known)
        case InSituation():
            came = reduce(or_, [view.situations.masks[name] for name in condition.situation])
            return Tri.of(any_of(came, batch.segments))
        case InShop():
            shops = view.setting.shops or [None] * len(batch.sessions)
            given = np.array([shop in condition.shop for shop in shops], dtype=np.bool_)
            known = np.array([shop is not None for shop in shops], dtype=np.bool_)
            return Tri.of(given[batch.segment_session], known[batch.segment_session])
        case OfAgent():
            codes = [code for code, name in enumerate(batch.agents) if name in condition.agent]
            return Tri.of(np.isin(batch.segment_agent, codes))
