"""When a check applies: conditions over measures and words, three-valued, one answer per segment."""

from functools import reduce
from operator import and_, or_

import numpy as np

from qa_audit.rubric.load import LoadedRubric
from qa_audit.rubric.matchers import find
from qa_audit.rubric.model import AllOf, AnyOf, Condition, Limits, Not, Says
from qa_audit.rubric.view import View
from qa_audit.sessions.columns import Floats, Mask
from qa_audit.sessions.tri import Tri


def holds(view: View, rubric: LoadedRubric, conditions: tuple[Condition, ...]) -> Tri:
    """Return whether all conditions hold; a null measure makes a condition unknown."""
    everywhere = Tri.of(np.ones(len(view.batch.segments), dtype=np.bool_))
    return reduce(and_, (_holds(view, rubric, condition) for condition in conditions), everywhere)


def _holds(view: View, rubric: LoadedRubric, condition: Condition) -> Tri:
    match condition:
        case Limits():
            values = view.measure(condition.measure).values
            return Tri.of(within(values, condition.at_least, condition.at_most), ~np.isnan(values))
        case Says():
            return Tri.of(find(view, rubric, condition.says, "any").messages(view.batch.segments) > 0)
        case Not():
            return ~_holds(view, rubric, condition.no)
        case AnyOf():
            return reduce(or_, (_holds(view, rubric, part) for part in condition.any))
        case AllOf():
            return reduce(and_, (_holds(view, rubric, part) for part in condition.all))


def within(values: Floats, at_least: float | None, at_most: float | None) -> Mask:
    """Hold values against inclusive limits; NaN is within none."""
    mask = ~np.isnan(values)
    if at_least is not None:
        mask &= values >= at_least
    if at_most is not None:
        mask &= values <= at_most
    return mask
