"""Find what a matcher looks for: where it looks, what it finds there, and what lies near anchors."""

from qa_audit.rubric.load import LoadedRubric
from qa_audit.rubric.matching.filters import filtered
from qa_audit.rubric.matching.found import Bounds, Found, found_within
from qa_audit.rubric.matching.patterns import hits_of
from qa_audit.rubric.matching.quoting import unquoted
from qa_audit.rubric.matching.scope import counted, placed, whose
from qa_audit.rubric.matching.windows import Direction, Window, inside, nearest, picked
from qa_audit.rubric.model import Anchor, Matcher, Within
from qa_audit.rubric.view import View
from qa_audit.sessions.algebra import Pairs
from qa_audit.sessions.columns import Ints, Mask
from qa_audit.sessions.hits import Hits, no_hits

SUSPECTED = "~"
"""What follows a lexicon's name in the name of its suspected hits (evasions)."""

_SCOPE = (
    "automation", "kind", "stage", "situation", "first", "last", "number", "first_seconds", "last_seconds",
    "after", "before", "around",
)  # fmt: skip
"""The keys of a matcher that say where it looks."""

_DIRECTIONS: tuple[Direction, ...] = ("after", "before", "around")


def find(view: View, rubric: LoadedRubric, matcher: Matcher, role: str) -> Found:
    """Return the hits of a matcher; `role` is whose messages are searched where the matcher does not say.

    The same matcher is looked for once per view. Filters hold for every message before patterns are counted: with
    `across: segment, min_hits: 3, length: …` the three hits are in messages of that length.
    """
    key = ("find", rubric.hash, matcher, role)
    return view.once(
        key, lambda: hits_of(view, matcher, rubric.bound.get(matcher), _looked(view, rubric, matcher, role))
    )


def suspected(view: View, rubric: LoadedRubric, matcher: Matcher, role: str) -> Hits:
    """Return what only looks like a hit (evasions such as 加 微 信), in the same messages; `find` has none of it.

    Only a matcher of any pattern has suspected hits, and only where its lexicon looks for evasions.
    """
    bound = rubric.bound.get(matcher)
    if bound is None or matcher.match == "none" or not view.has(bound.lexicon + SUSPECTED):
        return no_hits(view.batch.n)
    found = found_within(view.hits(bound.lexicon + SUSPECTED), _looked(view, rubric, matcher, role))
    return unquoted(view, found).hits if matcher.quoted == "skip" else found.hits


def scope(view: View, rubric: LoadedRubric, matcher: Matcher, role: str) -> Bounds:
    """Return the messages that a matcher looks at, before any word or filter: bool[n] in two bounds."""
    key = ("scope", rubric.hash, whose(matcher, role), *(getattr(matcher, name) for name in _SCOPE))
    return view.once(key, lambda: _scope(view, rubric, matcher, role))


def pairs(
    view: View,
    rubric: LoadedRubric,
    anchors: Ints,
    target: Found,
    within: Within | None,
    of: Mask,
    direction: Direction,
) -> Pairs:
    """Find for each anchor the nearest target after it, before it, or (around) after it and else before it.

    anchors: int64[k], ascending rows, NONE finds nothing; of: the messages that `within.messages` counts (`counted` of
    the target's matcher). Returns `Pairs(anchor, found, answer)`: answer is yes where a sure target surely lies in the
    window, no where no possible one does, else unknown; found is the target's row (of an unknown answer the nearest
    candidate), NONE where the answer is no. Without `within` the window is the whole session on that side.
    """
    return nearest(view.batch, anchors, target.bounds, _window(view, rubric, within, of), direction)


def _looked(view: View, rubric: LoadedRubric, matcher: Matcher, role: str) -> Bounds:
    """Return the messages in which patterns are looked for: those in scope that pass every filter."""
    candidates = filtered(view, matcher, role, scope(view, rubric, matcher, role))
    if matcher.unless is not None:
        candidates &= ~find(view, rubric, matcher.unless, whose(matcher, role)).bounds
    return candidates


def _scope(view: View, rubric: LoadedRubric, matcher: Matcher, role: str) -> Bounds:
    bounds, of = placed(view, matcher, role), counted(view, matcher, role)
    for direction in _DIRECTIONS:
        anchor: Anchor | None = getattr(matcher, direction)
        if anchor is not None:
            said = find(view, rubric, anchor.says, "any").bounds
            meant = picked(said, anchor.anchors, view.batch.segments)
            bounds &= inside(view.batch, meant, _window(view, rubric, anchor.within, of), direction)
    return bounds


def _window(view: View, rubric: LoadedRubric, within: Within | None, of: Mask) -> Window:
    """Return how far to look; what ends it (`until`, of anybody where it does not say whose) is found here."""
    if within is None:
        return Window(of)
    until = None if within.until is None else find(view, rubric, within.until, "any").bounds
    return Window(of, within.messages, within.seconds, within.turns, until, within.itself)
