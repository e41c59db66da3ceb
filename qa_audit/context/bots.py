"""Auto-replies that the export does not mark: texts that come too soon, too often or say so themselves.

A text of an agent's account is inferred to be automatic where it came within a second of a customer's message and

- that account sent exactly this text so fast in three or more sessions of the night, and at least every other time
  that it sent it at all (a human's 好的 is only fast by chance), or
- its wording says so (lexicon `auto_reply`).

    marked = mark(messages, infer(messages, sessions, auto_reply))
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

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
    texts = _is(messages, "role", "agent") & _by_hand(messages) & _is(messages, "kind", "text")
    texts &= _valid(messages["text"])
    rows = np.flatnonzero(texts)
    session = np.repeat(np.arange(sessions.num_rows), _numbers(sessions["stop"]) - _numbers(sessions["first"]))[rows]
    at_once = _at_once(messages, rows, _numbers(sessions["first"])[session])
    inferred = np.zeros(messages.num_rows, dtype=np.bool_)
    inferred[rows[at_once & (auto_reply[rows] | _repeated(messages, rows, session, sessions, at_once))]] = True
    return inferred


def mark(messages: Any, inferred: Mask) -> Any:
    """Return the messages with `automation` inferred where the mask says so, and none where it once was inferred."""
    automation = messages["automation"]
    by_hand = pc.if_else(pc.equal(automation, "inferred"), "none", automation)
    column = pc.if_else(pa.array(inferred), "inferred", by_hand)
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
    sent = _plain(messages["sent_at"]).cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
    known = (asked >= first) & exact[asked] & exact[rows] if n else asked >= first
    waited = np.where(known, sent[rows] - sent[asked], -1) if n else asked
    found: Mask = known & (waited >= 0) & (waited <= AT_ONCE_US)
    return found


def _repeated(messages: Any, rows: Ints, session: Ints, sessions: Any, at_once: Mask) -> Mask:
    """Which of the rows repeat a text that their account sends at once in several sessions of the night."""
    agent = _distinct(_plain(messages["agent_id"]).take(pa.array(rows)))
    night = _distinct(_plain(sessions["night"]))[session]
    text = _distinct(_plain(messages["text"]).take(pa.array(rows)))
    agents, texts = int(agent.max(initial=0)) + 2, int(text.max(initial=0)) + 1
    said = ((night + 1) * agents + agent + 1) * texts + text  # one number per night, account and text
    said = np.asarray(np.unique(said, return_inverse=True)[1], dtype=np.int64)
    size = int(said.max(initial=-1)) + 1
    pairs = np.unique(said[at_once] * np.int64(max(sessions.num_rows, 1)) + session[at_once])
    in_sessions = np.bincount(pairs // max(sessions.num_rows, 1), minlength=size)
    fast, all_of_it = np.bincount(said[at_once], minlength=size), np.bincount(said, minlength=size)
    often = (in_sessions >= FEWEST_SESSIONS) & (2 * fast >= all_of_it)
    found: Mask = often[said] & (agent >= 0)
    return found


def _by_hand(messages: Any) -> Mask:
    return np.asarray(_codes(messages["automation"], ("none", "inferred")) >= 0)


def _is(messages: Any, column: str, value: str) -> Mask:
    found: Mask = pc.equal(_plain(messages[column]), value).to_numpy(zero_copy_only=False)
    return found


def _valid(column: Any) -> Mask:
    found: Mask = pc.is_valid(_plain(column)).to_numpy(zero_copy_only=False)
    return found


def _codes(column: Any, names: tuple[str, ...]) -> Ints:
    codes = pc.index_in(_plain(column), value_set=pa.array(names)).fill_null(-1)
    return np.asarray(codes.to_numpy(zero_copy_only=False), dtype=np.int64)


def _distinct(column: Any) -> Ints:
    """Number the distinct values; -1 for null."""
    indices = column.dictionary_encode().indices.fill_null(-1)
    return np.asarray(indices.to_numpy(zero_copy_only=False), dtype=np.int64)


def _numbers(column: Any) -> Ints:
    values: npt.NDArray[Any] = column.to_numpy()
    return values.astype(np.int64)


def _plain(column: Any) -> Any:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
