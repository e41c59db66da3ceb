"""From a matcher of the rubric to Hits in a slice: whose messages, where in the segment, which characters.

The agent quoting the customer is not the agent saying it: a hit within quotation marks, or after 您说 and the like, is
dropped where the same words stand in an earlier message of the customer in that session (`quoted: count` keeps it).
"""

import numpy as np

from qa_audit.rubric.load import QUOTED, LoadedRubric
from qa_audit.rubric.model import Matcher
from qa_audit.rubric.view import View
from qa_audit.schema import AUTOMATIONS, KINDS, ROLES
from qa_audit.sessions.algebra import ordinal, reverse_ordinal
from qa_audit.sessions.batch import SessionBatch
from qa_audit.sessions.columns import Codes, Mask
from qa_audit.sessions.hits import Hits


def find(view: View, rubric: LoadedRubric, matcher: Matcher, role: str) -> Hits:
    """Return the hits of a matcher; `role` is whose messages are searched where the matcher does not say."""
    scope = scope_of(view.batch, matcher, role)
    name = rubric.lexicon_of.get(matcher)
    hits = _whole_messages(view.batch, scope) if name is None else view.hits(name, scope)
    if matcher.quoted == "skip" and (matcher.role or role) == "agent" and len(hits):
        hits = _unquoted(view, hits)
    if matcher.unless is not None and len(hits):
        hits = hits.where(~find(view, rubric, matcher.unless, matcher.role or role).mask)
    return hits


def scope_of(batch: SessionBatch, matcher: Matcher, role: str) -> Mask:
    """Return the messages that a matcher looks at: role, kind, then first / last of the segment."""
    mask = speakers(batch, matcher.role or role)
    if matcher.first is not None:
        mask = mask & (ordinal(mask, batch.segments) <= matcher.first)
    if matcher.last is not None:
        mask = mask & (reverse_ordinal(mask, batch.segments) <= matcher.last)
    if matcher.kind == "any":
        return mask
    if matcher.kind not in (None, "text"):
        return mask & _is(batch.kind, KINDS.index(matcher.kind))
    return mask & batch.has_text


def speakers(batch: SessionBatch, role: str) -> Mask:
    """Return the messages of a role as rubrics name it: agent is a human, auto an automatic reply, any is everybody."""
    if role == "agent":
        return batch.from_human
    if role == "customer":
        return batch.from_customer
    if role == "bot":
        return batch.from_bot & _is(batch.role, ROLES.index("bot"))
    if role == "auto":
        return batch.from_bot & ~_is(batch.automation, AUTOMATIONS.index("none"))
    return batch.from_customer | batch.from_agent_side


def _is(codes: Codes, code: int) -> Mask:
    same: Mask = codes == code
    return same


def _whole_messages(batch: SessionBatch, scope: Mask) -> Hits:
    rows = np.flatnonzero(scope)
    nothing = np.full(len(rows), -1, dtype=np.int32)
    return Hits(rows, nothing, nothing, nothing, batch.n)


def _unquoted(view: View, hits: Hits) -> Hits:
    """Drop the hits that lie in a quotation of what the customer said before."""
    quotes = view.hits(QUOTED, hits.mask)
    if not len(quotes):
        return hits
    width = np.int64(1) << 32
    at = np.searchsorted(quotes.row * width + quotes.start, hits.row * width + hits.start, side="right") - 1
    inside = (at >= 0) & (quotes.row[at] == hits.row) & (quotes.end[at] >= hits.end)
    keep = np.ones(len(hits), dtype=np.bool_)
    for i in np.flatnonzero(inside).tolist():
        row = int(hits.row[i])
        words = view.normal_text(row)[hits.start[i] : hits.end[i]]
        keep[i] = not _said_before(view, row, words)
    return hits.keep(keep)


def _said_before(view: View, row: int, words: str) -> bool:
    batch = view.batch
    first = int(batch.sessions.offsets[batch.sessions.ids[row]])
    earlier = np.flatnonzero((batch.from_customer & batch.has_text)[first:row]) + first
    return any(words in view.normal_text(int(other)) for other in earlier)
