"""Auto-replies that the export does not mark: texts that come too soon, too often or say so themselves.

A text of an agent's account is inferred to be automatic where it came within a second of a customer's message and

- that account sent exactly this text so fast in three or more sessions of the night, and at least every other time
  that it sent it at all (a human's 好的 is only fast by chance), or
- its wording says so (lexicon `auto_reply`).

    marked = mark(messages, infer(messages, sessions, auto_reply))
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qa_audit import arrow
from qa_audit.identity import Hashes, mix
from qa_audit.ingest.hashing import hash_texts
from qa_audit.sessions.columns import Ints, Mask

AT_ONCE_US = 1_000_000
"""A person does not read and answer within a second; inclusive."""

FEWEST_SESSIONS = 3

_NOT_SAID = ("recall", "transfer", "order_event")


def infer(messages: Any, sessions: Any, auto_reply: Mask) -> Mask:
    """Return which messages are inferred to be automatic: bool[messages].

    messages: schema.MESSAGES, sessions consecutive and in order; sessions: their `context.sessions.session_rows`;
    auto_reply: bool[messages], texts that the lexicon `auto_reply` hits. Only texts of role agent that are not marked
    as anything else take part, and only where both times are known to the second. Marks that an earlier inference
    left are not looked at. Repetition is counted within one night.
    """
    found = fast_replies(messages, sessions, auto_reply)
    return found.inferred(often([found]), messages.num_rows)


@dataclass(frozen=True)
class FastReplies:
    """What agents' texts of some slice say about auto-replies.

    rows: int64, the texts that came within a second; what, says: of each, a hash of night, account and text (0: no
    account), and whether its wording says that it is automatic. fast, sessions, times: the distinct hashes among them,
    in how many sessions and how often each was so fast; said, said_times: the distinct hashes of all texts of agents,
    sorted, and how often each was sent.
    """

    rows: Ints
    what: Hashes
    says: Mask
    fast: Hashes
    sessions: Ints
    times: Ints
    said: Hashes
    said_times: Ints

    def inferred(self, repeated: Hashes, n: int) -> Mask:
        """Return which of the n messages of the slice are automatic; repeated: what `often` found in the night."""
        mask = np.zeros(n, dtype=np.bool_)
        mask[self.rows[self.says | np.isin(self.what, repeated)]] = True
        return mask


def fast_replies(messages: Any, sessions: Any, auto_reply: Mask) -> FastReplies:
    """Look at the messages of a slice; see `infer`."""
    texts = _is(messages, "role", "agent") & _by_hand(messages) & _is(messages, "kind", "text")
    texts &= _valid(messages["text"])
    rows = np.flatnonzero(texts)
    session = np.repeat(np.arange(sessions.num_rows), _numbers(sessions["stop"]) - _numbers(sessions["first"]))[rows]
    at_once = _at_once(messages, rows, _numbers(sessions["first"])[session])
    what = _what(messages, sessions, rows, session)
    known = what != 0
    said, said_times = np.unique(what[known], return_counts=True)
    hasty = known & at_once
    fast, number, times = np.unique(what[hasty], return_inverse=True, return_counts=True)
    pairs = np.unique(number * np.int64(max(sessions.num_rows, 1)) + session[hasty])
    in_sessions = np.bincount(pairs // max(sessions.num_rows, 1), minlength=len(fast))
    says = auto_reply[rows[at_once]]
    return FastReplies(rows[at_once], what[at_once], says, fast, in_sessions, times, said, said_times)


def often(parts: Sequence[FastReplies]) -> Hashes:
    """Return the hashes of what accounts sent at once in several sessions of the night, and mostly at once."""
    if not len(parts):
        return np.empty(0, dtype=np.uint64)
    fast, of = np.unique(np.concatenate([part.fast for part in parts]), return_inverse=True)
    in_sessions, times = (
        np.bincount(of, weights=np.concatenate([getattr(part, name) for part in parts]), minlength=len(fast))
        for name in ("sessions", "times")
    )
    kept = in_sessions >= FEWEST_SESSIONS
    fast, times = fast[kept], times[kept]
    sent = np.zeros(len(fast))
    for part in parts:
        place = np.minimum(np.searchsorted(part.said, fast), len(part.said) - 1)
        if len(part.said):
            sent += np.where(part.said[place] == fast, part.said_times[place], 0)
    return fast[2 * times >= sent]


def mark(messages: Any, inferred: Mask) -> Any:
    """Return the messages with `automation` inferred where the mask says so, and none where it once was inferred."""
    automation = messages["automation"]
    by_hand = pc.if_else(pc.equal(automation, arrow.scalar("inferred")), arrow.scalar("none"), automation)
    column = pc.if_else(arrow.array(inferred), arrow.scalar("inferred"), by_hand)
    index = messages.schema.get_field_index("automation")
    return messages.set_column(index, messages.schema.field(index), column)


def _at_once(messages: Any, rows: Ints, first: Ints) -> Mask:
    """Which of the rows came within a second of the last customer message before them in their session."""
    n = messages.num_rows
    spoke = _is(messages, "role", "customer") & ~np.isin(_codes(messages["kind"], _NOT_SAID), range(len(_NOT_SAID)))
    latest = np.maximum.accumulate(np.where(spoke, np.arange(n), -1)) if n else np.zeros(0, dtype=np.int64)
    asked = latest[rows]
    exact = np.isin(_codes(messages["time_resolution"], ("microsecond", "second")), (0, 1)) & _valid(
        messages["sent_at"]
    )
    sent = arrow.numbers(messages["sent_at"].cast(pa.int64()), 0)
    known = (asked >= first) & exact[asked] & exact[rows] if n else asked >= first
    waited = np.where(known, sent[rows] - sent[asked], -1) if n else asked
    found: Mask = known & (waited >= 0) & (waited <= AT_ONCE_US)
    return found


def _what(messages: Any, sessions: Any, rows: Ints, session: Ints) -> Hashes:
    """Hash night, account and text of the rows; 0 without an account."""
    night = arrow.numbers(sessions["night"].cast(pa.int32()).cast(pa.int64()), _NO_DAY)
    agent, text = (_hashed(arrow.plain(messages[name]).take(arrow.array(rows))) for name in ("agent_id", "text"))
    what = mix(night[session], agent, text)
    return np.where(agent == 0, np.uint64(0), what)


def _hashed(column: Any) -> Hashes:
    """Return a hash per row, 0 for null."""
    encoded = column.dictionary_encode()
    table = np.append(hash_texts(encoded.dictionary), np.uint64(0))
    return np.asarray(table[arrow.numbers(encoded.indices, -1)], dtype=np.uint64)


_NO_DAY = -(1 << 40)


def _by_hand(messages: Any) -> Mask:
    return np.asarray(_codes(messages["automation"], ("none", "inferred")) >= 0)


def _is(messages: Any, column: str, value: str) -> Mask:
    return arrow.truths(pc.equal(messages[column], arrow.scalar(value)))


def _valid(column: Any) -> Mask:
    return arrow.truths(pc.is_valid(column))


def _codes(column: Any, names: tuple[str, ...]) -> Ints:
    codes = pc.index_in(arrow.plain(column), value_set=arrow.array(names))
    return np.asarray(arrow.numbers(codes, -1), dtype=np.int64)


def _numbers(column: Any) -> Ints:
    return arrow.numbers(column).astype(np.int64)
