"""The checks all / any / not: conditions over the segment, with what made them so."""

from dataclasses import replace

import numpy as np

from qa_audit.rubric.checks.quotes import due, firsts, spans
from qa_audit.rubric.checks.verdicts import HELD, NOT_HELD, UNDECIDED, left_out, settled
from qa_audit.rubric.conditions import Answer, answer, condition_of
from qa_audit.rubric.judged import FAIL, PASS, Evidence, Judged, Mask
from qa_audit.rubric.load import LoadedRubric
from qa_audit.rubric.matching import scope
from qa_audit.rubric.model import AllOf, AnyOf, Check, InSituation, InStage, Limits, Not, Says
from qa_audit.rubric.places import places
from qa_audit.rubric.view import View
from qa_audit.sessions.batch import STAGES
from qa_audit.sessions.columns import one_of
from qa_audit.sessions.hits import union
from qa_audit.sessions.tri import Tri

STAGE_CUE, SITUATION_CUE = "由这一句看出阶段", "由这一句看出情形"


def judge_conditions(view: View, rubric: LoadedRubric, check: Check) -> Judged:
    """Pass where the conditions hold; where they cannot be decided the check does not apply."""
    found = answer(view, rubric, condition_of(check))
    everywhere = Tri.of(np.ones(len(found.tri), dtype=np.bool_))
    verdict = settled(found.tri, everywhere, check, (HELD, NOT_HELD, ""))
    verdict = left_out(verdict, found.tri.unknown & ~found.untimed, UNDECIDED)
    parts = [
        _why(view, rubric, found, verdict.outcome == PASS, holds=True),
        _why(view, rubric, found, verdict.outcome == FAIL, holds=False),
    ]
    return replace(verdict, evidence=Evidence.join(parts))


def _why(view: View, rubric: LoadedRubric, found: Answer, wanted: Mask, *, holds: bool) -> Evidence:
    """Return what made a condition hold, or fail to, in the wanted segments: only the parts that decided it."""
    if isinstance(found.condition, Not):
        return _why(view, rubric, found.parts[0], wanted, holds=not holds)
    if isinstance(found.condition, AnyOf | AllOf):
        answers = [part.tri.yes if holds else part.tri.no for part in found.parts]
        pairs = zip(found.parts, answers, strict=True)
        return Evidence.join([_why(view, rubric, part, wanted & same, holds=holds) for part, same in pairs])
    if not wanted.any():
        return Evidence.none()
    if isinstance(found.condition, Limits):
        limit = found.condition.at_most if not holds else None
        return places(view, found.condition.measure, limit, wanted)
    if holds:
        return _cues(view, found).of_segments(wanted)
    if isinstance(found.condition, Says):
        looked = scope(view, rubric, found.condition.says, "any").possible
        return due(view, looked, wanted, "到这里没有要求的说法")
    return Evidence.none()


def _cues(view: View, found: Answer) -> Evidence:
    """Return the messages that show that a condition holds."""
    condition = found.condition
    if isinstance(condition, Says) and found.found is not None:
        return spans(view, found.found.certain)
    if isinstance(condition, InStage):
        rows = np.flatnonzero(one_of(view.stages.stage, [STAGES.index(name) for name in condition.stage]))
        segments, first = np.unique(view.batch.segments.ids[rows], return_index=True)
        return Evidence.of(segments.astype(np.int64), view.stages.cue[rows[first]], STAGE_CUE)
    if isinstance(condition, InSituation):
        hits = union([view.situations.cues[name] for name in condition.situation], view.batch.n)
        return spans(view, firsts(view, hits), SITUATION_CUE)
    return Evidence.none()
