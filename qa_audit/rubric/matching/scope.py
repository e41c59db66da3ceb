"""Who is listened to and where: the messages that a matcher looks at, by role, kind, stage, situation and place."""

import numpy as np

from qa_audit.rubric.matching.found import Bounds
from qa_audit.rubric.model import Matcher, Position
from qa_audit.rubric.view import View
from qa_audit.schema import AUTOMATIONS, KINDS, ROLES
from qa_audit.sessions.algebra import MICROSECONDS, elapsed, ordinal, reverse_ordinal
from qa_audit.sessions.batch import STAGES, SessionBatch
from qa_audit.sessions.columns import Codes, Ints, Mask, one_of

_EVENTS = ("order_event", "transfer")
_UNSAID = (*_EVENTS, "recall")


def whose(matcher: Matcher, role: str) -> str:
    """Return the role of a matcher: its own, else `role`; order events and transfers are nobody's, so any."""
    if matcher.role is not None:
        return matcher.role
    return "any" if matcher.kind and set(matcher.kind) <= set(_EVENTS) else role


def speakers(view: View, matcher: Matcher, role: str) -> Mask:
    """Return every message of those a matcher listens to, of any kind: bool[n].

    agent is a human; with `automation` it is everyone on the agent's side who sends so. auto is an automatic reply, a
    bot's included. any is the customer and the agent's side. Recalls, transfers and order events are no messages of
    anybody, unless the matcher's `kind` names them; then any includes the system's.
    """
    role = whose(matcher, role)
    named = tuple(kind for kind in matcher.kind if kind in _UNSAID)
    return view.once(
        ("speakers", role, matcher.automation, named), lambda: _speakers(view.batch, role, matcher.automation, named)
    )


def counted(view: View, matcher: Matcher, role: str) -> Mask:
    """Return the messages that `within: {messages: N}` counts: the speakers', of anybody's those no machine sent.

    Recalls, transfers and order events are never counted, though they may be what is looked for.
    """
    said = speakers(view, matcher, role) & view.batch.speech
    return said & ~view.batch.from_bot if whose(matcher, role) == "any" and not matcher.automation else said


def placed(view: View, matcher: Matcher, role: str) -> Bounds:
    """Return the messages that a matcher looks at, anchors left out of account: bool[n] in two bounds.

    Places (first, last, number) are numbered over all messages of the speakers in the segment, whatever their kind;
    first_seconds and last_seconds are measured from the first and to the last message of the segment.
    """
    batch, said = view.batch, speakers(view, matcher, role)
    per = batch.segments
    mask = said & _of_kind(batch, matcher)
    if matcher.first is not None:
        mask &= ordinal(said, per) <= matcher.first
    if matcher.last is not None:
        mask &= reverse_ordinal(said, per) <= matcher.last
    if matcher.number is not None:
        mask &= _numbered(batch, said, matcher.number)
    if matcher.stage:
        mask &= one_of(view.stages.stage, [STAGES.index(stage) for stage in matcher.stage])
    if matcher.situation:
        mask &= np.logical_or.reduce([view.situations.masks[name] for name in matcher.situation])
    bounds = Bounds.exactly(mask)
    rows = np.arange(batch.n)
    if matcher.first_seconds is not None:
        bounds &= _near(batch, per.first[per.ids], rows, matcher.first_seconds)
    if matcher.last_seconds is not None:
        bounds &= _near(batch, rows, per.last[per.ids], matcher.last_seconds)
    return bounds


def _speakers(batch: SessionBatch, role: str, automation: tuple[str, ...], named: tuple[str, ...]) -> Mask:
    customer, agent, bot = (_is(batch.role, ROLES.index(name)) for name in ("customer", "agent", "bot"))
    by_hand = _is(batch.automation, AUTOMATIONS.index("none"))
    alone = one_of(batch.automation, [AUTOMATIONS.index("auto"), AUTOMATIONS.index("inferred")])
    events = one_of(batch.kind, [KINDS.index(kind) for kind in named])
    senders = {
        "customer": customer,
        "agent": agent | bot if automation else agent & by_hand,
        "bot": bot,
        "auto": ((agent & alone) | bot) & ~by_hand,
        "any": customer | agent | bot | events,
    }[role]
    mask: Mask = senders & (batch.speech | events)
    return mask & one_of(batch.automation, [AUTOMATIONS.index(name) for name in automation]) if automation else mask


def _of_kind(batch: SessionBatch, matcher: Matcher) -> Mask:
    """Which messages are of the kinds looked for: texts by default; any is every kind in which something is said."""
    if not matcher.kind:
        return batch.has_text
    kinds = [KINDS.index(kind) for kind in matcher.kind if kind not in ("text", "any")]
    mask: Mask = one_of(batch.kind, kinds)
    if "any" in matcher.kind:
        return mask | batch.speech
    return mask | batch.has_text if "text" in matcher.kind else mask


def _numbered(batch: SessionBatch, said: Mask, place: Position) -> Mask:
    """Which messages stand at the places; negative places count from the end."""
    forth, back = ordinal(said, batch.segments), reverse_ordinal(said, batch.segments)
    since = forth >= place.start if place.start > 0 else back <= -place.start
    until = forth <= place.stop if place.stop > 0 else back >= -place.stop
    mask: Mask = said & since & until
    return mask


def _near(batch: SessionBatch, start: Ints, stop: Ints, seconds: float) -> Bounds:
    """Which pairs of rows lie at most so far apart; a row is at no distance from itself, whatever its time."""
    waited, known = elapsed(batch, start, stop)
    close = waited <= round(seconds * MICROSECONDS)  # 0, and so possible, where it is not known
    return Bounds(close, close if known.all() else close & (known | (start == stop)))


def _is(codes: Codes, code: int) -> Mask:
    same: Mask = codes == code
    return same
