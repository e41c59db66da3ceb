"""What is not yet known: verdicts that messages still missing could turn, held back as pending (待补全).

Two causes: the export ends while the session may go on, or rows of the session lie in quarantine. A hostile sentence
that was read stays hostile; a greeting, an answer or a farewell that was not found may be among what is missing.
"""

from dataclasses import replace

import numpy as np

from qa_audit.clocks import REASONS as ROUND_REASONS
from qa_audit.measures import MEASURES
from qa_audit.rubric.judged import FAIL, PARTIAL, PASS, PENDING, Judged
from qa_audit.rubric.model import Check
from qa_audit.rubric.view import View
from qa_audit.sessions.columns import NO_TIME, Mask

QUARANTINED_ROWS, EXPORT_ENDS = "quarantined_rows", "pending"


def hold_back(view: View, check: Check, verdict: Judged) -> Judged:
    """Make pending what the missing rest of a segment's session could change; such verdicts take no points."""
    if check.kind == "never" or check.forbid is not None:
        return verdict
    against = np.isin(verdict.outcome, (FAIL, PARTIAL))
    lost = against & view.incomplete
    open_ = _open(view, check, verdict, against) & ~lost
    held = lost | open_
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


def _open(view: View, check: Check, verdict: Judged, against: Mask) -> Mask:
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
        return waiting & np.isin(verdict.outcome, (PASS, PARTIAL)) & (check.measure != "first_response_seconds")
    batch = view.batch
    last = batch.sent_at[batch.sessions.last]
    near = (last != NO_TIME) & (view.setting.export_end - last <= view.setting.pending_minutes * 60_000_000)
    touches: Mask = against & near[batch.segment_session] & batch.closes_session
    return touches
