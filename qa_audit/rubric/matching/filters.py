"""What a message must be besides its words: how long, in what tone, after what wait, a repetition or not."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from qa_audit.clocks.reasons import CODE
from qa_audit.rubric.matching.found import Bounds
from qa_audit.rubric.matching.lookback import repeats, resembles
from qa_audit.rubric.model import Matcher, Range
from qa_audit.rubric.view import View
from qa_audit.sessions.algebra import MICROSECONDS
from qa_audit.sessions.columns import NONE, Mask, one_of

Numbers = npt.NDArray[np.floating]

_UNTIMED = (CODE["no_time"], CODE["coarse_time"])


def filtered(view: View, matcher: Matcher, role: str, candidates: Bounds) -> Bounds:
    """Return the candidates that pass every filter the matcher has: bool[n] in two bounds.

    length, exclamations and questions are of texts alone; tone of customer texts, and none where there is none.
    """
    for name, value in _NUMBERS.items():
        limits = getattr(matcher, name)
        if limits is not None:
            candidates &= Bounds.exactly(_within(value(view), limits) & candidates.possible)
    if matcher.waited is not None:
        candidates &= _waited(view, matcher.waited)
    if matcher.like:
        candidates &= Bounds.exactly(resembles(view, matcher.like, matcher.similar, candidates.possible))
    for look, echo in ((matcher.repeat, False), (matcher.echo, True)):
        if look is not None:
            candidates &= Bounds.exactly(repeats(view, matcher, role, look, candidates.possible, echo=echo))
    return candidates


def _of_text(view: View, per_text: npt.NDArray[np.integer]) -> npt.NDArray[np.float64]:
    """Return the number of each message's text, NaN where it has none: float64[n]."""
    values = np.full(view.batch.n, np.nan)
    rows = np.flatnonzero(view.batch.has_text & (view.batch.text_id >= 0))
    values[rows] = per_text[view.batch.text_id[rows]]
    return values


_NUMBERS: dict[str, Callable[[View], Numbers]] = {
    "length": lambda view: view.once("length", lambda: _of_text(view, view.features.length)),
    "exclamations": lambda view: view.once("exclamations", lambda: _of_text(view, view.features.exclamations)),
    "questions": lambda view: view.once("questions", lambda: _of_text(view, view.features.questions)),
    "tone": lambda view: view.sentiment.astype(np.float32),  # as it was computed, so that limits are inclusive
}
"""The filters that hold a number of each message against a range."""


def _within(values: Numbers, limits: Range) -> Mask:
    """Which values lie in the range, limits inclusive; NaN never does."""
    low = -np.inf if limits.at_least is None else limits.at_least
    high = np.inf if limits.at_most is None else limits.at_most
    mask: Mask = (values >= low) & (values <= high)
    return mask


def _waited(view: View, limits: Range) -> Bounds:
    """Which messages answered a round whose wait lies in the range.

    Rounds that do not count are no rounds here, but one that has no exact time may have waited that long.
    """
    waits = view.waits
    answered = waits.answered != NONE
    timed = waits.timed & answered
    right = timed & _within(np.where(timed, waits.wait_us / MICROSECONDS, np.nan), limits)
    open_ = answered & one_of(waits.reason, _UNTIMED)
    sure, possible = (np.zeros(view.batch.n, dtype=np.bool_) for _ in range(2))
    sure[waits.answered[right]] = True
    possible[waits.answered[right | open_]] = True
    return Bounds(possible, sure)
