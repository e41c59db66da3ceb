"""The matching engine: from a matcher of the rubric to hits in a slice, in two bounds.

find(view, rubric, matcher, "agent").certain         # the hits that may cost points
"""

from qa_audit.rubric.matching.found import Bounds, Found
from qa_audit.rubric.matching.scope import counted, speakers, whose
from qa_audit.rubric.matching.search import find, pairs, scope, suspected
from qa_audit.rubric.matching.windows import Direction, picked

__all__ = [
    "Bounds", "Direction", "Found", "counted", "find", "pairs", "picked", "scope", "speakers", "suspected", "whose",
]  # fmt: skip
