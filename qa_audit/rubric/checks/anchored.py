"""The checks after / before / around: what must come (expect) or must not (forbid) near every anchor."""

from dataclasses import dataclass, replace

import numpy as np

from qa_audit.rubric.checks.quotes import EVADED, spans
from qa_audit.rubric.checks.verdicts import (
    FOLLOWED,
    NOT_FOLLOWED,
    NOT_SAID,
    NOT_TRIGGERED,
    SAID,
    cost,
    in_order,
    reminded,
    settled,
)
from qa_audit.rubric.judged import FAIL, Charges, Evidence, Ints, Judged, Mask
from qa_audit.rubric.load import LoadedRubric
from qa_audit.rubric.matcher_wording import DIRECTIONS, MatcherWording
from qa_audit.rubric.matching import Bounds, Direction, Found, counted, find, pairs, picked, speakers, suspected
from qa_audit.rubric.model import Check, Matcher
from qa_audit.rubric.view import View
from qa_audit.sessions.algebra import runs
from qa_audit.sessions.hits import Hits
from qa_audit.sessions.tri import Tri


@dataclass(frozen=True)
class _Anchors:
    """The anchors that a check picks, and what is near each.

    row, segment: int64[k]; sure: bool[k], it surely is one of them; found: int64[k], the message near it or NONE;
    good: it is as it should be.
    """

    row: Ints
    segment: Ints
    sure: Mask
    found: Ints
    good: Tri
    segments: int

    def has(self, which: Mask) -> Mask:
        """Return which segments have one of these anchors: bool[segments]."""
        return self.count(which) > 0

    def count(self, which: Mask) -> Ints:
        """Return how many of these anchors each segment has: int64[segments]."""
        return np.bincount(self.segment[which], minlength=self.segments)


def judge_anchored(view: View, rubric: LoadedRubric, check: Check) -> Judged:
    """Look near every anchor, or near the ones that `anchors` names; charged to the segment of the anchor.

    Anchors that follow one another among their speaker's messages, with nobody from the other side between, are one.
    What is not sure neither passes nor costs: no_time.
    """
    wanted = _wanted(check)
    target = find(view, rubric, wanted, "agent")
    anchors = _near(view, rubric, check, target)
    verdict, bad = _verdict(check, anchors)
    times = anchors.count(bad)
    verdict = replace(
        verdict,
        deducted=np.where(verdict.outcome == FAIL, _price(check, times), 0),
        value=times.astype(np.float64),
        evidence=_evidence(view, rubric, check, anchors, bad, target.certain),
    )
    if check.forbid is None:
        return verdict
    charges = _charges(check, anchors, bad).of_segments(verdict.outcome == FAIL)
    return _hinted(view, rubric, check, replace(verdict, charges=charges))


def _hinted(view: View, rubric: LoadedRubric, check: Check, verdict: Judged) -> Judged:
    """Leave to a person what would fail only if suspected evasions are what they look like."""
    hints = suspected(view, rubric, _wanted(check), "agent")
    if not len(hints):
        return verdict
    anchors = _near(view, rubric, check, Found(hints, np.ones(len(hints), dtype=np.bool_)))
    suspect, bad = _verdict(check, anchors)
    quoted = hints.where(anchors.found[bad])
    evidence = spans(view, quoted, EVADED, _charged_segments(quoted.row, anchors, bad))
    return reminded(verdict, (suspect.outcome == FAIL) & (verdict.value == 0), evidence)


def _anchor(check: Check) -> Matcher:
    assert check.anchor is not None
    return check.anchor


def _wanted(check: Check) -> Matcher:
    wanted = check.expect or check.forbid
    assert wanted is not None
    return wanted


def _direction(check: Check) -> Direction:
    return "after" if check.after else "before" if check.before else "around"


def _near(view: View, rubric: LoadedRubric, check: Check, target: Found) -> _Anchors:
    """Return the anchors that the check means, and the nearest target of each."""
    batch, per = view.batch, view.batch.segments
    found = find(view, rubric, _anchor(check), "customer").bounds
    begins = runs(found.possible, speakers(view, _anchor(check), "customer"), batch.bursts)
    open_ = np.flatnonzero(found.possible & ~found.sure)
    unsure = begins[np.searchsorted(begins, open_, side="right") - 1]  # one open message leaves its whole run open
    mask, sure = (np.zeros(batch.n, dtype=np.bool_) for _ in range(2))
    mask[begins] = sure[begins] = True
    sure[unsure] = False
    meant = picked(Bounds(mask, sure) if len(unsure) else Bounds.exactly(mask), check.anchors, per)
    row = np.flatnonzero(meant.possible)
    wanted = _wanted(check)
    near = pairs(view, rubric, row, target, wanted.within, counted(view, wanted, "agent"), _direction(check))
    good = near.answer if check.expect else ~near.answer
    return _Anchors(row, per.ids[row].astype(np.int64), meant.sure[row], near.found, good, len(per))


def _verdict(check: Check, anchors: _Anchors) -> tuple[Judged, Mask]:
    """Return the verdict, and which anchors it is held against: bool[k]."""
    everywhere = np.ones(len(anchors.row), dtype=np.bool_)
    applies = Tri.of(anchors.has(anchors.sure), anchors.has(anchors.sure) | ~anchors.has(everywhere))
    good, bad = anchors.sure & anchors.good.yes, anchors.sure & anchors.good.no
    if check.anchors == "any":
        yes, no = anchors.has(good), ~anchors.has(~anchors.good.no)
        bad = bad & no[anchors.segment]
    else:
        yes, no = ~anchors.has(~anchors.good.yes), anchors.has(bad)
    followed, missed = (FOLLOWED, NOT_FOLLOWED) if check.expect else (NOT_SAID, SAID)
    return settled(Tri.of(yes, yes | no), applies, check, (followed, missed, NOT_TRIGGERED)), bad


def _evidence(view: View, rubric: LoadedRubric, check: Check, anchors: _Anchors, bad: Mask, target: Hits) -> Evidence:
    """Quote the anchors and what was found near them; what went well only where all went well."""
    hits = find(view, rubric, _anchor(check), "customer").certain
    failed = anchors.has(bad)[anchors.segment]
    shown = np.where(failed, bad, anchors.sure & anchors.good.yes & (anchors.found >= 0))
    answers = target.where(anchors.found[shown & (anchors.found >= 0)])
    parts = [spans(view, hits.where(anchors.row[shown]))]
    parts.append(spans(view, answers, charged=_charged_segments(answers.row, anchors, shown)))
    if check.expect:
        distance = MatcherWording(rubric.titles).distance(check.expect.within)
        note = f"{DIRECTIONS[_direction(check)]}{distance}没有做到"
        parts.append(Evidence.of(anchors.segment[bad], anchors.row[bad], note))
    return Evidence.join(parts)


def _charged_segments(rows: Ints, anchors: _Anchors, shown: Mask) -> Ints:
    """Return for each message found the segment of its anchor, the first where several anchors share it."""
    answered = shown & (anchors.found >= 0)
    first, index = np.unique(anchors.found[answered], return_index=True)
    segment = anchors.segment[answered][index]
    return segment[np.searchsorted(first, rows)] if len(rows) else segment[:0]


def _charges(check: Check, anchors: _Anchors, bad: Mask) -> Charges:
    """Charge what was said near each anchor, until the check's points are used up."""
    segment = anchors.segment[bad]
    nth = in_order(segment)
    return Charges.of(segment, anchors.found[bad], _price(check, nth) - _price(check, nth - 1))


def _price(check: Check, times: Ints) -> Ints:
    """Return what so many anchors take together; where any one of them would do, failing is one failure."""
    counted = np.minimum(times, 1) if check.anchors == "any" else times
    return np.minimum(counted * cost(check), check.points)
