"""The five kinds of check: each a function from a slice to a verdict on every segment, with its evidence.

`judge` adds what all kinds share: `when`, low confidence, messages that pass from one agent to another. A new kind is a
function here and its keys in `model`.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from qa_audit.measures.measure import CODE, REASONS
from qa_audit.rubric.bands import laddered
from qa_audit.rubric.conditions import holds, within
from qa_audit.rubric.flows import judge_flow
from qa_audit.rubric.judged import FAIL, MISSING, NOT_APPLICABLE, PARTIAL, PASS, REVIEW, Charges, Evidence, Ints, Judged
from qa_audit.rubric.load import LoadedRubric
from qa_audit.rubric.matchers import find, scope_of, speakers
from qa_audit.rubric.model import Check, Matcher, Within
from qa_audit.rubric.places import places
from qa_audit.rubric.unfinished import hold_back
from qa_audit.rubric.view import View
from qa_audit.sessions.algebra import next_to, runs
from qa_audit.sessions.columns import Mask
from qa_audit.sessions.hits import Hits

MOST_EVIDENCE = 20

NOT_TRIGGERED = "not_triggered"
NO_MESSAGES = "no_messages"
CONDITION = "condition"
CONDITION_UNKNOWN = "condition_unknown"
SAID, NOT_SAID = "said", "not_said"
FOLLOWED, NOT_FOLLOWED = "followed", "not_followed"
WITHIN_LIMIT, OVER_LIMIT = "within_limit", "over_limit"
NO_TIME = "no_time"


def judge(view: View, rubric: LoadedRubric, check: Check) -> Judged:
    """Return the verdict of one check on every segment of the slice."""
    verdict = _KINDS[check.kind](view, rubric, check)
    if check.when:
        applies = holds(view, rubric, check.when)
        reasons = (*verdict.reasons, CONDITION, CONDITION_UNKNOWN)
        why = np.where(applies.unknown, len(reasons) - 1, len(reasons) - 2)
        verdict = _leave_out(replace(verdict, reasons=reasons), ~applies.yes, why)
    verdict = hold_back(view, check, verdict)
    if check.confidence == "low":
        suspected = np.isin(verdict.outcome, (FAIL, PARTIAL))
        nothing = np.zeros_like(verdict.deducted)
        verdict = replace(verdict, outcome=np.where(suspected, REVIEW, verdict.outcome), deducted=nothing, charges=None)
    return replace(verdict, evidence=verdict.evidence.capped(MOST_EVIDENCE))


def _leave_out(verdict: Judged, out: Mask, why: Ints) -> Judged:
    """Make the verdict on some segments not_applicable: no points, no evidence, nothing to claim."""
    return replace(
        verdict,
        outcome=np.where(out, NOT_APPLICABLE, verdict.outcome),
        reason=np.where(out, why, verdict.reason),
        deducted=np.where(out, 0, verdict.deducted),
        bonus=np.where(out, 0, verdict.bonus),
        evidence=verdict.evidence.of_segments(~out),
        charges=None if verdict.charges is None else verdict.charges.of_segments(~out),
        label=None if verdict.label is None else np.where(out, 0, verdict.label),
    )


def _measure(view: View, _: LoadedRubric, check: Check) -> Judged:
    """Hold a measure against bands or limits; null is not_applicable with the measure's own reason."""
    assert check.measure is not None
    column = view.measure(check.measure)
    values, unknown = column.values, column.is_null
    if check.bands:
        verdict = laddered(values, check.bands, check.points)
    else:
        verdict = _simple(within(values, check.at_least, check.at_most), ~unknown, check, (WITHIN_LIMIT, OVER_LIMIT))
    why = column.reason.astype(np.int64) + len(verdict.reasons)
    verdict = _leave_out(replace(verdict, value=values, reasons=(*verdict.reasons, *REASONS)), unknown, why)
    if check.unanswered == "fail":
        ignored = unknown & (column.reason == CODE["unanswered"])
        worst = check.bands[-1].deduct if check.bands else _cost(check)
        verdict = replace(
            verdict,
            outcome=np.where(ignored, FAIL if worst else PASS, verdict.outcome),
            deducted=np.where(ignored, worst, verdict.deducted),
        )
    wanted = np.isin(verdict.outcome, (FAIL, PARTIAL))
    return replace(verdict, evidence=places(view, check.measure, _harmless(check), wanted))


def _harmless(check: Check) -> float | None:
    """Return the largest value that costs nothing."""
    free = [band.at_most for band in check.bands if not band.deduct and band.at_most is not None]
    return max(free) if free else check.at_most


def _says(view: View, rubric: LoadedRubric, check: Check) -> Judged:
    """Pass where at least one message matches; not_applicable where there was no message to look at."""
    assert check.says is not None
    per = view.batch.segments
    hits = find(view, rubric, check.says, "agent")
    looked = _any(scope_of(view.batch, check.says, "agent"), view)
    verdict = _simple(hits.messages(per) > 0, looked, check, (SAID, NOT_SAID, NO_MESSAGES))
    first = _firsts(hits, view)
    due = np.flatnonzero(verdict.outcome == FAIL)
    place = _last_spoken(view, check.says)[due]
    evidence = Evidence.join([_spans(first, view, ""), Evidence.of(due, place, "到这里没有要求的说法")])
    return replace(verdict, value=hits.messages(per).astype(np.float64), evidence=evidence)


def _never(view: View, rubric: LoadedRubric, check: Check) -> Judged:
    """Fail where a message matches; each such message (or span) costs `deduct`, together at most `points`."""
    assert check.never is not None
    batch, per = view.batch, view.batch.segments
    hits = find(view, rubric, check.never, "agent")
    counted = hits.count(per) if check.per == "span" else hits.messages(per)
    looked = _any(scope_of(batch, check.never, "agent"), view)
    verdict = _simple(counted == 0, looked, check, (NOT_SAID, SAID, NO_MESSAGES))
    times = (
        np.bincount(hits.row, minlength=batch.n)[hits.rows]
        if check.per == "span"
        else np.ones(len(hits.rows), np.int64)
    )
    charges = Charges(per.ids[hits.rows].astype(np.int64), hits.rows, times * _cost(check))
    deducted = np.minimum(counted * _cost(check), check.points)
    return replace(
        verdict, deducted=deducted, value=counted.astype(np.float64), evidence=_spans(hits, view, ""), charges=charges
    )


def _after(view: View, rubric: LoadedRubric, check: Check) -> Judged:
    """After every anchor something must (expect) or must not (forbid) come; charged to the segment of the anchor.

    Anchors that follow one another among their speaker's messages, with nobody from the other side between, are one.
    """
    assert check.after is not None
    batch = view.batch
    wanted = check.expect or check.forbid
    assert wanted is not None
    anchor_hits = find(view, rubric, check.after, "customer")
    anchors = runs(anchor_hits.mask, speakers(batch, check.after.role or "customer"), batch.bursts)
    if check.anchors == "first":
        segment = batch.segments.ids[anchors]
        anchors = anchors[np.diff(segment, prepend=-1) != 0] if len(anchors) else anchors
    target = find(view, rubric, wanted, "agent")
    limit = wanted.within
    pairs = next_to(
        batch,
        anchors,
        target.mask,
        messages=limit.messages if limit else None,
        of=speakers(batch, wanted.role or "agent"),
        seconds=limit.seconds if limit else None,
    )
    came, unknown = pairs.answer.yes, pairs.answer.unknown
    good = came if check.expect else ~came
    return _anchored(view, check, anchors, anchor_hits, pairs.found, good & ~unknown, ~good & ~unknown, target)


def _anchored(
    view: View, check: Check, anchors: Ints, anchor_hits: Hits, found: Ints, good: Mask, bad: Mask, target: Hits
) -> Judged:
    """Turn what followed each anchor into verdicts on segments."""
    per = view.batch.segments
    segment = per.ids[anchors].astype(np.int64)
    goods, bads = (np.bincount(segment[mask], minlength=len(per)) for mask in (good, bad))
    unsure = np.bincount(segment[~good & ~bad], minlength=len(per)) > 0
    if check.anchors == "any":
        bads = np.where(goods > 0, 0, bads)
    bad = bad & (bads > 0)[segment]
    followed, missed = (FOLLOWED, NOT_FOLLOWED) if check.expect else (NOT_SAID, SAID)
    applies = (goods + bads) > 0
    verdict = _simple(bads == 0, applies, check, (followed, missed, NOT_TRIGGERED))
    verdict = replace(verdict, reasons=(*verdict.reasons, NO_TIME))
    verdict = _leave_out(verdict, ~applies & unsure, np.full(len(per), len(verdict.reasons) - 1))
    deducted = np.minimum(bads * _cost(check), check.points)
    # what went well is quoted only where all went well: a line of deduction shows what it is for
    shown = np.where((bads > 0)[segment], bad, good & (found >= 0))
    parts = [_spans(anchor_hits.where(anchors[shown]), view, "")]
    answers = target.where(found[shown])
    parts.append(_spans(answers, view, "", _anchor_segments(answers.row, anchors[shown], found[shown], view)))
    if check.expect:
        parts.append(Evidence.of(segment[bad], anchors[bad], f"之后{_near(check.expect.within)}没有做到"))
    return replace(
        verdict, deducted=np.where(applies, deducted, 0), value=bads.astype(np.float64), evidence=Evidence.join(parts)
    )


def _near(limit: Within | None) -> str:
    """Return a limit in words: 「 2 条、30 秒内」."""
    if limit is None:
        return ""
    parts = [f"{limit.messages} 条"] if limit.messages is not None else []
    parts += [f"{limit.seconds:g} 秒"] if limit.seconds is not None else []
    return f" {'、'.join(parts)}内"


def _anchor_segments(rows: Ints, anchors: Ints, found: Ints, view: View) -> Ints:
    """Return for each answering message the segment of its anchor, the first where several anchors share an answer."""
    answered = found >= 0
    first, index = np.unique(found[answered], return_index=True)
    segment = view.batch.segments.ids[anchors[answered][index]].astype(np.int64)
    return segment[np.searchsorted(first, rows)] if len(rows) else segment[:0]


def _simple(good: Mask, applies: Mask, check: Check, reasons: tuple[str, ...]) -> Judged:
    """Return pass (reason 0) or fail (reason 1) where the check applies, else not_applicable (the last reason)."""
    bonus_only = not check.points and check.red_line is None and check.bonus > 0 and check.confidence != "low"
    applies = applies & good if bonus_only else applies
    outcome = np.where(applies, np.where(good, PASS, FAIL), NOT_APPLICABLE)
    reason = np.where(applies, np.where(good, 0, 1), 1 if bonus_only else len(reasons) - 1)
    return Judged(
        outcome=outcome,
        reason=reason.astype(np.int64),
        reasons=reasons,
        deducted=np.where(outcome == FAIL, _cost(check), 0).astype(np.int64),
        bonus=np.where(outcome == PASS, check.bonus, 0).astype(np.int64),
        value=np.full(len(good), np.nan),
    )


def _cost(check: Check) -> int:
    return check.points if check.deduct is None else check.deduct


def _any(mask: Mask, view: View) -> Mask:
    per = view.batch.segments
    return np.bincount(per.ids[mask], minlength=len(per)) > 0


def _firsts(hits: Hits, view: View) -> Hits:
    """Return the first hit of each segment."""
    segment = view.batch.segments.ids[hits.row]
    return hits.keep(np.diff(segment, prepend=-1) != 0)


def _last_spoken(view: View, matcher: Matcher) -> Ints:
    """Return for each segment the last message that was looked at, else the segment's last message."""
    rows = np.flatnonzero(scope_of(view.batch, matcher, "agent"))
    place = view.batch.segments.last.copy()
    place[view.batch.segments.ids[rows]] = rows
    return place


def _spans(hits: Hits, view: View, note: str, charged: Ints | None = None) -> Evidence:
    """Return the hits as evidence of their own segments, or of the segments that are charged."""
    segment = view.batch.segments.ids[hits.row].astype(np.int64) if charged is None else charged
    start = np.where(hits.start < 0, MISSING, hits.start).astype(np.int64)
    end = np.where(hits.end < 0, MISSING, hits.end).astype(np.int64)
    return Evidence.of(segment, hits.row, note, start, end)


_KINDS: dict[str, Callable[[View, LoadedRubric, Check], Judged]] = {
    "measure": _measure,
    "says": _says,
    "never": _never,
    "after": _after,
    "flow": judge_flow,
}
