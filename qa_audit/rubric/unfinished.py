"""What is not yet known: verdicts that messages still missing could turn, held back as pending (待补全).

Two causes: the export ends while the session may go on, or rows of the session lie in quarantine. A hostile sentence
that was read stays hostile; a greeting, an answer or a farewell that was not found may be among what is missing. A hit
that hangs on its place (the last message, 的第 3 条, no answer until …) may turn out to have another place.

Only verdicts that cost are held back. Whether a check applies (`when`) is judged by what was read.
"""

from dataclasses import dataclass, replace

import numpy as np

from qa_audit.clocks import REASONS as ROUND_REASONS
from qa_audit.measures import MEASURES
from qa_audit.rubric.conditions import Answer, answer, condition_of
from qa_audit.rubric.judged import PARTIAL, PASS, PENDING, Judged
from qa_audit.rubric.load import LoadedRubric
from qa_audit.rubric.matching import speakers
from qa_audit.rubric.model import AllOf, Anchor, AnyOf, Check, InShop, Matcher, Not, OfAgent, Says
from qa_audit.rubric.view import View
from qa_audit.sessions.columns import NO_TIME, Mask, one_of
from qa_audit.sessions.reduce import count

QUARANTINED_ROWS, EXPORT_ENDS = "quarantined_rows", "pending"

_PLACED = ("first", "last", "number", "first_seconds", "last_seconds", "stage", "situation", "waited", "repeat", "echo")


@dataclass(frozen=True)
class Missing:
    """Which messages a session lacks: those after the export's end, or any (rows in quarantine)."""

    only_later: bool

    def undoes(self, matcher: Matcher) -> bool:
        """Whether they could take a hit back."""
        anchors = _anchors(matcher)
        by_group = matcher.across != "message" and (matcher.match == "none" or matcher.max_hits is not None)
        if by_group or any(self._moves(anchor) for anchor in anchors):
            return True
        if matcher.unless is not None and (_anchors(matcher.unless) or matcher.unless.across != "message"):
            return True
        if not self.only_later:
            return any(getattr(matcher, name) not in (None, ()) for name in _PLACED) or bool(anchors)
        from_end = matcher.number is not None and matcher.number.start < 0
        return matcher.last is not None or matcher.last_seconds is not None or from_end

    def _moves(self, anchor: Anchor) -> bool:
        return anchor.anchors == "last" or self.undoes(anchor.says)

    def turns(self, found: Answer, *, to: bool) -> Mask:
        """Return where a condition could still become, or is, what `to` says: bool[segments]."""
        condition = found.condition
        already: Mask = found.tri.yes if to else found.tri.no
        if isinstance(condition, Not):
            return self.turns(found.parts[0], to=not to)
        if isinstance(condition, AllOf | AnyOf):
            parts = [self.turns(part, to=to) for part in found.parts]
            every: Mask = np.logical_and.reduce(parts)
            some: Mask = np.logical_or.reduce(parts)
            return every if isinstance(condition, AllOf) == to else some
        if isinstance(condition, InShop | OfAgent):
            return already | found.tri.unknown
        if isinstance(condition, Says) and not to:
            return already | found.tri.unknown | self.undoes(condition.says)
        return np.ones_like(already)


def _anchors(matcher: Matcher) -> list[Anchor]:
    return [anchor for anchor in (matcher.after, matcher.before, matcher.around) if anchor is not None]


def hold_back(view: View, rubric: LoadedRubric, check: Check, verdict: Judged) -> Judged:
    """Make pending what the missing rest of a segment's session could change; such verdicts take no points."""
    against = verdict.against
    lost = against & view.incomplete if view.lost else np.zeros_like(against)
    if lost.any():
        lost &= _turnable(view, rubric, check, Missing(only_later=False))
    held = lost | (_open(view, rubric, check, verdict, against) & ~lost)
    if not held.any():
        return verdict
    reasons = (*verdict.reasons, QUARANTINED_ROWS, EXPORT_ENDS)
    why = np.where(lost, len(reasons) - 2, len(reasons) - 1)
    return replace(
        verdict,
        outcome=np.where(held, PENDING, verdict.outcome),
        reason=np.where(held, why, verdict.reason),
        reasons=reasons,
        deducted=np.where(held, 0, verdict.deducted),
        bonus=np.where(held, 0, verdict.bonus),
        charges=None if verdict.charges is None else verdict.charges.of_segments(~held),
    )


def _turnable(view: View, rubric: LoadedRubric, check: Check, missing: Missing) -> Mask:
    """Return in which segments the missing messages could turn a failure of the check: bool[segments]."""
    everywhere = np.ones(len(view.batch.segments), dtype=np.bool_)
    if check.kind in ("all", "any", "not"):
        return missing.turns(answer(view, rubric, condition_of(check)), to=True)
    if check.never is not None:
        return everywhere & missing.undoes(check.never)
    if check.says is not None and missing.only_later:
        return ~_over(view, check.says)
    if check.anchor is None:
        return everywhere
    # anchors may move or be joined by better ones; else what was read before them, or is forbidden, stays as it is
    if check.anchors in ("any", "last") or missing.undoes(check.anchor):
        return everywhere
    if check.forbid is not None:
        return everywhere & (missing.undoes(check.forbid) or _bounded(check.forbid, missing))
    return everywhere & (check.before is None or not missing.only_later)


def _over(view: View, matcher: Matcher) -> Mask:
    """Return in which segments the places that a matcher looks at are all taken: the first two messages of five."""
    most = matcher.first
    if matcher.number is not None and matcher.number.stop > 0:
        most = min(matcher.number.stop, most or matcher.number.stop)
    said = count(speakers(view, matcher, "agent"), view.batch.segments)
    return said >= (np.inf if most is None else most)


def _bounded(forbidden: Matcher, missing: Missing) -> bool:
    """Say whether rows in quarantine could push what was said out of the window."""
    limit = forbidden.within
    return not missing.only_later and limit is not None and (limit.messages, limit.turns, limit.until) != (None,) * 3


def _near_the_end(view: View) -> Mask:
    """Return which segments end a session that may go on after the export's end: bool[segments]."""
    batch = view.batch
    last = batch.sent_at[batch.sessions.last]
    near = (last != NO_TIME) & (view.setting.export_end - last <= view.setting.pending_minutes * 60_000_000)
    touched: Mask = near[batch.segment_session] & batch.closes_session
    return touched


def _open(view: View, rubric: LoadedRubric, check: Check, verdict: Judged, against: Mask) -> Mask:
    """Say which verdicts the time after the export's end could change.

    Waits known by then stay: they can only be followed by worse. Counts of rounds are open while a round is.
    """
    none = np.zeros(len(against), dtype=np.bool_)
    if view.setting.export_end == NO_TIME:
        return none
    if check.measure is not None and MEASURES[check.measure].family == "response":
        rounds = view.waits.reason == ROUND_REASONS.index("pending")
        waiting = none.copy()
        waiting[view.waits.segment[rounds]] = True
        return waiting & one_of(verdict.outcome, (PASS, PARTIAL)) & (check.measure != "first_response_seconds")
    touches = against & view.once("near the end", lambda: _near_the_end(view))
    return touches & _turnable(view, rubric, check, Missing(only_later=True)) if touches.any() else touches
