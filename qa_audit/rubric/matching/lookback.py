"""Messages that say again what was said before: by the same side (repeat) or by the other (echo)."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from qa_audit.rubric.matching.scope import speakers
from qa_audit.rubric.model import Lookback, Matcher
from qa_audit.rubric.view import Forms, View
from qa_audit.sessions.columns import Ints, Mask
from qa_audit.sessions.lookback import Earlier, lookback
from qa_audit.texts.normalize import normalize_all
from qa_audit.texts.similarity import Likeness

Codes = npt.NDArray[np.int32]

_MOST_WAITING = 1 << 22


def repeats(view: View, matcher: Matcher, role: str, look: Lookback, candidates: Mask, *, echo: bool) -> Mask:
    """Return which candidates are as good as earlier texts of their side, or (echo) of the other side: bool[n].

    Sides are the customer and human agents; with a role or automation that says so, bots and automatic replies are of
    the agent's side too. Of the last `messages` texts of the side in the session at least `times` must be alike; texts
    whose normal form is shorter than `min_length` are like nothing. Of long texts the beginning is compared
    (`similarity.MOST_CHARACTERS`), unless they must be equal.
    """
    batch = view.batch
    customer = batch.from_customer & batch.has_text
    agent = (batch.from_human | speakers(view, matcher, role)) & batch.has_text & ~batch.from_customer
    mask = np.zeros(batch.n, dtype=np.bool_)
    for by_customer, mine, theirs in ((True, customer, agent), (False, agent, customer)):
        rows = np.flatnonzero(candidates & mine)
        if len(rows):
            forms = view.forms(by_customer or echo, not by_customer or echo)
            earlier = lookback(batch.sessions, rows, theirs if echo else mine, look.messages)
            mask[rows] = _said_before(forms, look, earlier)
    return mask


def _said_before(forms: Forms, look: Lookback, earlier: Earlier) -> Mask:
    """Which messages are like enough of the earlier ones: bool[rows]."""
    form, rows = forms.of, earlier.row
    long = np.append(forms.lengths >= look.min_length, False)[form]  # NONE finds the last
    same = earlier.equal(form) if look.similar >= 1 else _alike(forms, look, earlier, long)
    found: Mask = long[rows] & (same >= look.times)
    return found


def _alike(forms: Forms, look: Lookback, earlier: Earlier, long: Mask) -> Ints:
    """Count for each row the earlier messages that are alike and long enough: int64[rows].

    Pairs that may be alike are gathered over all steps, so that each distinct one is compared once; in a night of
    nothing but alike texts they are compared in several goes, to bound the memory.
    """
    count = np.zeros(len(earlier.row), dtype=np.int64)
    waiting: list[tuple[Ints, Codes, Codes]] = []
    for place, before in earlier.steps():
        near = np.flatnonzero(long[earlier.row[place]] & long[before])
        one, other = forms.of[earlier.row[place[near]]], forms.of[before[near]]
        maybe = forms.likeness.maybe(one, other, look.similar)
        waiting.append((place[near[maybe]], one[maybe], other[maybe]))
        if sum(len(pairs[0]) for pairs in waiting) > _MOST_WAITING:
            count += _compared(forms, look, waiting, len(count))
            waiting = []
    return count + _compared(forms, look, waiting, len(count)) if waiting else count


def _compared(forms: Forms, look: Lookback, waiting: Sequence[tuple[Ints, Codes, Codes]], rows: int) -> Ints:
    place, one, other = (np.concatenate(columns) for columns in zip(*waiting, strict=True))
    return np.bincount(place[forms.likeness.alike(one, other, look.similar)], minlength=rows)


def resembles(view: View, sentences: Sequence[str], least: float, candidates: Mask) -> Mask:
    """Return which candidates are like at least one of the sentences: bool[n]; each distinct text is compared once."""
    batch = view.batch
    forms = view.forms(bool((candidates & batch.from_customer).any()), bool((candidates & batch.from_agent_side).any()))
    used = np.unique(forms.of[candidates & (forms.of >= 0)])
    texts = [forms.texts[i] for i in used.tolist()]
    number = {text: i for i, text in enumerate(texts)}
    wanted = [number.setdefault(text, len(number)) for text in normalize_all(sentences)]
    likeness, every = Likeness(tuple(number)), np.arange(len(texts))
    alike = np.zeros(len(texts), dtype=np.bool_)
    for sentence in wanted:  # one at a time: many sentences by many texts would be a lot of pairs
        alike |= likeness.alike(every, np.full_like(every, sentence), least)
    found = np.zeros(len(forms.texts) + 1, dtype=np.bool_)  # the last place, which NONE points at, stays False
    found[used[alike]] = True
    mask: Mask = candidates & found[forms.of]
    return mask
