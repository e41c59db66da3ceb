"""From verdicts to points: one utterance is deducted once, deductions and bonus add up, the grade follows.

All sums are of integer hundredths. The rules, with worked examples, stand in docs/scoring.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from qa_audit.rubric.judged import FAIL, PARTIAL, PASS, REVIEW, Charges, Ints, Judged, Mask
from qa_audit.rubric.model import Check, Group, Rubric
from qa_audit.sessions.columns import one_of

FULL = 10_000
NO_SCORE = -1
COUNTED_ELSEWHERE = "counted_elsewhere"


@dataclass(frozen=True)
class Scores:
    """Per segment, in hundredths; `score` is NO_SCORE where fewer than min_applicable points apply."""

    score: Ints
    deducted: Ints
    bonus: Ints
    applicable: Ints
    red_lines: Ints
    grade: Ints
    grades: tuple[str, ...]


def claims(checks: Sequence[tuple[Group, Check]], judged: Sequence[Judged]) -> list[Judged]:
    """Within each count_once group, charge every message once: to the check that takes most, ties to the earlier one.

    A check that loses all its messages of a segment stays failed, deducts 0 and gives `counted_elsewhere` as reason.
    """
    out = list(judged)
    groups = {group.id for group, _ in checks if group.count_once}
    for wanted in sorted(groups):
        members = [i for i, (group, _) in enumerate(checks) if group.id == wanted and judged[i].charges is not None]
        for i, charges in zip(members, _largest([judged[i].charges for i in members]), strict=True):
            out[i] = _recharged(judged[i], charges)
    return out


def score(rubric: Rubric, judged: Sequence[Judged], confirmed: Mapping[str, Mask] | None = None) -> Scores:
    """Add up the verdicts of all checks of a rubric, given in rubric order.

    confirmed: by check id, the segments (bool) whose red line a person confirmed: there the score is at most the cap,
    the lowest of several. A red line that nobody confirmed caps nothing.
    """
    segments = len(judged[0].outcome)
    deducted, bonus, applicable, red_lines = (np.zeros(segments, dtype=np.int64) for _ in range(4))
    for (_, check), verdict in zip(rubric.checks, judged, strict=True):
        applies = one_of(verdict.outcome, (PASS, PARTIAL, FAIL))
        deducted += np.where(applies, verdict.deducted, 0)
        bonus += np.where(applies, verdict.bonus, 0)
        applicable += np.where(applies, check.points, 0)
        if check.red_line is not None:
            red_lines += verdict.outcome == FAIL
    bonus = np.minimum(bonus, rubric.bonus_cap)
    if rubric.scoring == "ratio":
        earned = np.maximum(applicable - deducted, 0)
        # rounded half up in integers; a segment without applicable points has no ratio
        points = np.where(applicable > 0, (2 * FULL * earned + applicable) // np.maximum(2 * applicable, 1), 0)
    else:
        points = FULL - deducted
    points = np.minimum(np.clip(points + bonus, 0, FULL), _caps(rubric, judged, confirmed or {}))
    scored = (applicable >= rubric.min_applicable) & (applicable > 0)
    grade, grades = _grades(rubric, points)
    return Scores(
        np.where(scored, points, NO_SCORE),
        deducted,
        bonus,
        applicable,
        red_lines,
        np.where(scored, grade, NO_SCORE),
        grades,
    )


def _caps(rubric: Rubric, judged: Sequence[Judged], confirmed: Mapping[str, Mask]) -> Ints:
    """Return the most that each segment can score; what was confirmed but is no longer found caps nothing."""
    caps = np.full(len(judged[0].outcome), FULL, dtype=np.int64)
    for (_, check), verdict in zip(rubric.checks, judged, strict=True):
        if check.red_line is not None and check.id in confirmed:
            found = confirmed[check.id] & one_of(verdict.outcome, (FAIL, REVIEW))
            caps = np.where(found, np.minimum(caps, check.red_line.cap), caps)
    return caps


def _largest(charges: Sequence[Charges | None]) -> list[Charges]:
    """Set every charge to 0 but the largest of each message in each segment; ties go to the earlier check."""
    given = [part for part in charges if part is not None]
    rows, segments, amounts = (
        np.concatenate([getattr(part, name) for part in given]) for name in ("row", "segment", "amount")
    )
    owner = np.repeat(np.arange(len(given)), [len(part.row) for part in given])
    order = np.lexsort((owner, -amounts, rows, segments))
    place = np.stack([segments[order], rows[order]])
    wins = np.zeros(len(rows), dtype=bool)
    wins[order] = np.r_[True, np.any(place[:, 1:] != place[:, :-1], axis=0)][: len(rows)]
    kept = np.where(wins, amounts, 0)
    return [replace(part, amount=kept[owner == i]) for i, part in enumerate(given)]


def _recharged(verdict: Judged, charges: Charges) -> Judged:
    deducted = charges.total(len(verdict.outcome))
    emptied = (verdict.deducted > 0) & (deducted == 0)
    reasons = (*verdict.reasons, COUNTED_ELSEWHERE)
    reason = np.where(emptied, len(reasons) - 1, verdict.reason)
    return replace(verdict, deducted=deducted, reason=reason, reasons=reasons, charges=charges)


def _grades(rubric: Rubric, points: Ints) -> tuple[Ints, tuple[str, ...]]:
    """Return for each score the first grade, from the highest, whose minimum it reaches; NO_SCORE below all."""
    ladder = sorted(rubric.grades.items(), key=lambda item: -item[1])
    grade = np.full(len(points), NO_SCORE, dtype=np.int64)
    for i, (_, least) in reversed(list(enumerate(ladder))):
        grade[points >= least] = i
    return grade, tuple(name for name, _ in ladder)
