"""Where a measure's verdict can be seen: the messages that a person would look at to check the figure."""

from collections.abc import Callable

import numpy as np

from qa_audit.measures.holds import holds
from qa_audit.measures.load import lost_rows
from qa_audit.rubric.judged import Evidence, Ints
from qa_audit.rubric.view import View
from qa_audit.sessions.columns import NONE, Mask

ASKED, ANSWERED, UNANSWERED = "从这里开始等", "等到回复", "一直没有回复"
LEFT_WAITING, NOT_BACK = "从这里起连问三句没有人回", "说了稍等,没有按时回来"
LOWEST = "情绪最低的一句"
MOST_ROUNDS = 3


def places(view: View, measure: str, limit: float | None, wanted: Mask) -> Evidence:
    """Return evidence for a measure in the wanted segments; `limit` is the value up to which nothing is wrong.

    Response: the first round, the longest rounds over the limit, the unanswered ones. Sentiment: the message meant.
    Counts of words are seen in the checks that look for them; they have no places here.
    """
    if measure == "first_response_seconds":
        evidence = _rounds(view, view.waits.number == 1)
    elif measure == "unanswered_rounds":
        evidence = _rounds(view, view.waits.due & (view.waits.answered == NONE))
    elif measure.endswith("_wait_seconds") or measure.startswith("within_"):
        evidence = _rounds(view, _slowest(view, _seconds(measure, limit)))
    elif measure == "lost_customer":
        begin = lost_rows(view)
        evidence = Evidence.of(view.batch.segments.ids[begin].astype(np.int64), begin, LEFT_WAITING)
    elif measure in ("unfollowed_holds", "hold_followed_share"):
        found = holds(view)
        row = found.row[found.known & ~found.followed]
        evidence = Evidence.of(view.batch.segments.ids[row].astype(np.int64), row, NOT_BACK)
    elif measure in _SENTIMENT:
        evidence = _felt(view, _SENTIMENT[measure])
    else:
        return Evidence.none()
    return evidence.of_segments(wanted)


def _rounds(view: View, which: Mask) -> Evidence:
    """Return both ends of the rounds; of unanswered ones the ask."""
    waits = view.waits
    segment = waits.segment.astype(np.int64)
    answered = which & (waits.answered != NONE)
    ignored = which & (waits.answered == NONE)
    return Evidence.join(
        [
            Evidence.of(segment[answered], waits.started[answered], ASKED),
            Evidence.of(segment[answered], waits.answered[answered], ANSWERED),
            Evidence.of(segment[ignored], waits.asked[ignored], UNANSWERED),
        ]
    )


def _slowest(view: View, seconds: float) -> Mask:
    """Return the MOST_ROUNDS longest rounds of each segment among those over the limit."""
    waits = view.waits
    over = np.flatnonzero(waits.counted & ~waits.within(seconds))
    wait = np.where(waits.answered[over] == NONE, np.iinfo(np.int64).max, waits.wait_us[over])
    order = over[np.lexsort((over, -wait, waits.segment[over]))]
    segment = waits.segment[order]
    rank = np.arange(len(order)) - np.searchsorted(segment, segment, side="left")
    which = np.zeros(len(waits), dtype=np.bool_)
    which[order[rank < MOST_ROUNDS]] = True
    return which


def _seconds(measure: str, limit: float | None) -> float:
    """A share within N seconds is missed by the rounds over N; a wait by those over the check's limit."""
    if measure.startswith("within_"):
        return float(measure.removeprefix("within_").split("s_", 1)[0])
    return limit if limit is not None else 0.0


def _felt(view: View, place: Callable[[Ints, View], Ints]) -> Evidence:
    rows = np.flatnonzero(~np.isnan(view.sentiment))
    rows = place(rows, view)
    return Evidence.of(view.batch.segments.ids[rows].astype(np.int64), rows, LOWEST if place is _low else "")


def _last(rows: Ints, view: View) -> Ints:
    segment = view.batch.segments.ids[rows]
    last: Ints = rows[np.append(segment[1:] != segment[:-1], True)[: len(rows)]]
    return last


def _first(rows: Ints, view: View) -> Ints:
    first: Ints = rows[np.diff(view.batch.segments.ids[rows], prepend=-1) != 0]
    return first


def _low(rows: Ints, view: View) -> Ints:
    rows = rows[np.lexsort((rows, view.sentiment[rows], view.batch.segments.ids[rows]))]
    return np.sort(_first(rows, view))


_SENTIMENT = {
    "sentiment_first": _first,
    "sentiment_last": _last,
    "sentiment_change": _last,
    "sentiment_low": _low,
    "sentiment_mean": _low,
}
