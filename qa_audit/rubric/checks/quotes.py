"""Evidence of what was found, and the place where something missing was due."""

import numpy as np

from qa_audit.rubric.judged import MISSING, Evidence, Ints, Mask
from qa_audit.rubric.view import View
from qa_audit.sessions import reduce
from qa_audit.sessions.columns import NONE
from qa_audit.sessions.hits import Hits

EVADED = "疑似变着写"


def spans(view: View, hits: Hits, note: str = "", charged: Ints | None = None) -> Evidence:
    """Return the hits as evidence of their own segments, or of the segments that are charged (one per hit)."""
    segment = view.batch.segments.ids[hits.row].astype(np.int64) if charged is None else charged
    start = np.where(hits.start < 0, MISSING, hits.start).astype(np.int64)
    end = np.where(hits.end < 0, MISSING, hits.end).astype(np.int64)
    return Evidence.of(segment, hits.row, note, start, end)


def firsts(view: View, hits: Hits) -> Hits:
    """Return the first hit of each segment."""
    segment = view.batch.segments.ids[hits.row]
    return hits.keep(np.diff(segment, prepend=-1) != 0)


def messages(view: View, rows: Ints, note: str) -> Evidence:
    """Return whole messages as evidence of their own segments."""
    return Evidence.of(view.batch.segments.ids[rows].astype(np.int64), rows, note)


def due(view: View, looked: Mask, wanted: Mask, note: str) -> Evidence:
    """Return for each wanted segment the last message that was looked at, else its last message."""
    _, place = view.once(("due", id(looked)), lambda: (looked, _last_of(view, looked)))  # kept, so the id stays its own
    segments = np.flatnonzero(wanted)
    return Evidence.of(segments, place[segments], note)


def _last_of(view: View, looked: Mask) -> Ints:
    last = reduce.last(looked, view.batch.segments)
    return np.where(last == NONE, view.batch.segments.last, last)
