"""Messages of many sessions as NumPy columns, in the order session, position; the thing all measures work on.

batch = SessionBatch.from_messages(table, text_ids)
batch.from_human & batch.has_text          # a mask over messages
batch.segments.ids                         # the segment of each message
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from qa_audit import arrow
from qa_audit.schema import AUTOMATIONS, KINDS, RESOLUTIONS, ROLES
from qa_audit.sessions import groups, segments
from qa_audit.sessions.columns import NO_TIME, NONE, Codes, Ints, Mask, frozen, one_of
from qa_audit.sessions.groups import Groups
from qa_audit.sessions.hits import Holders

STAGES = ("pre", "in", "after")

_EXACT = [RESOLUTIONS.index("microsecond"), RESOLUTIONS.index("second")]
_SPEECH = [KINDS.index(kind) for kind in KINDS if kind not in ("recall", "transfer", "order_event")]


@dataclass(frozen=True)
class SessionBatch:
    """Columns over messages (n), segments and sessions (S); whoever reads one must not write it.

    sent_at: int64[n] microseconds since 1970 UTC, NO_TIME where there is none
    time_exact: bool[n], a time is given and fine enough to judge seconds
    role, automation, kind: int8[n], positions in the tuples of `schema`
    agent: int32[n], a position in `agents` (sorted), NONE where unknown
    text_id: int32[n], NONE where there is no text; has_text: bool[n], kind `text` and a text is given
    position: int32[n], the position in the session
    given_stage: int8[n] in STAGES, what the export says of the message, or NONE; stage: int8[S], the first of each
    session
    sessions, segments: who is with whom; segment_agent: int32[segments]
    session_ids: the id of each session
    """

    sent_at: Ints
    time_exact: Mask
    role: Codes
    automation: Codes
    kind: Codes
    agent: npt.NDArray[np.int32]
    text_id: npt.NDArray[np.int32]
    has_text: Mask
    position: npt.NDArray[np.int32]
    given_stage: Codes
    sessions: Groups
    segments: Groups
    segment_agent: npt.NDArray[np.int32]
    stage: Codes
    session_ids: Sequence[str]
    agents: tuple[str, ...]

    @classmethod
    def from_messages(cls, table: pa.Table, text_ids: npt.NDArray[np.int32] | None = None) -> "SessionBatch":
        """Read a table in schema.MESSAGES whose sessions are consecutive and ordered by position.

        `text_ids` (int32[n]) says which distinct text each message has; without it every text_id is NONE.
        """
        n = table.num_rows
        sessions, session_ids = _sessions(arrow.plain(table["session_id"]))
        sent_at = _sent_at(arrow.plain(table["sent_at"]))
        role, automation = _codes(table["role"], ROLES), _codes(table["automation"], AUTOMATIONS)
        kind, resolution = _codes(table["kind"], KINDS), _codes(table["time_resolution"], RESOLUTIONS)
        agent, agents = _agents(arrow.plain(table["agent_id"]))
        held, holders = segments.cut(sessions, role, automation, kind, agent)
        has_text = arrow.truths(table["text"].is_valid()) & (kind == KINDS.index("text"))
        given_stage = _codes(table["stage"], STAGES)
        return cls(
            sent_at=frozen(sent_at),
            time_exact=frozen((sent_at != NO_TIME) & one_of(resolution, _EXACT)),
            role=frozen(role),
            automation=frozen(automation),
            kind=frozen(kind),
            agent=frozen(agent),
            text_id=frozen(np.full(n, NONE, dtype=np.int32) if text_ids is None else text_ids.astype(np.int32)),
            has_text=frozen(has_text),
            position=frozen(arrow.numbers(table["position"]).astype(np.int32)),
            sessions=sessions,
            segments=held,
            segment_agent=frozen(holders),
            given_stage=frozen(given_stage),
            stage=frozen(_first_stage(given_stage, sessions)),
            session_ids=session_ids,
            agents=agents,
        )

    @property
    def n(self) -> int:
        """The number of messages."""
        return len(self.role)

    @cached_property
    def from_customer(self) -> Mask:
        """Messages the customer wrote or sent: not recalls, transfers or order events."""
        return frozen((self.role == ROLES.index("customer")) & self.speech)

    @cached_property
    def from_human(self) -> Mask:
        """Messages an agent wrote or sent by hand (not an auto-reply, not assisted by a bot); images and cards too."""
        return frozen(self._agent & (self.automation == AUTOMATIONS.index("none")) & self.speech)

    @cached_property
    def from_agent_side(self) -> Mask:
        """Messages of anyone who answers: humans, auto-replies, assisted replies and bots."""
        return frozen((self._agent | (self.role == ROLES.index("bot"))) & self.speech)

    @cached_property
    def from_bot(self) -> Mask:
        """Messages no human wrote: of a bot, and replies given or inferred to be automatic."""
        automatic = one_of(self.automation, [AUTOMATIONS.index("auto"), AUTOMATIONS.index("inferred")])
        return frozen(((self.role == ROLES.index("bot")) | (self._agent & automatic)) & self.speech)

    @cached_property
    def timeline(self) -> Ints:
        """The time of each message, never falling within a session: int64[n] microseconds.

        A missing time is the latest before it in the session, else the first one after it, 0 where there is none.
        """
        timed = self.sent_at != NO_TIME
        if timed.all():
            return self.sent_at
        rows = np.arange(self.n)
        last = np.maximum.accumulate(np.where(timed, rows, NONE))
        ahead = np.minimum.accumulate(np.where(timed, rows, self.n)[::-1])[::-1]
        source = np.where(last >= self.sessions.first[self.sessions.ids], last, ahead)
        known = source <= self.sessions.last[self.sessions.ids]
        return frozen(np.where(known, self.sent_at[np.where(known, source, 0)], 0))

    @cached_property
    def holders(self) -> Holders:
        """The messages of each text."""
        return Holders.of(self.text_id)

    @cached_property
    def bursts(self) -> Groups:
        """Consecutive messages of one side; see `groups.bursts`."""
        return groups.bursts(self.sessions, self.from_customer, self.from_human)

    @cached_property
    def turns(self) -> Groups:
        """A customer's burst and the replies to it; see `groups.turns`."""
        return groups.turns(self.sessions, self.from_customer, self.from_human)

    @cached_property
    def segment_session(self) -> npt.NDArray[np.int32]:
        """The session of each segment: int32[segments]."""
        return frozen(self.sessions.ids[self.segments.first])

    @cached_property
    def segment_no(self) -> npt.NDArray[np.int32]:
        """The number of each segment in its session, from 1: int32[segments]."""
        first = self.segments.ids[self.sessions.first]
        return frozen((np.arange(len(self.segments)) - first[self.segment_session] + 1).astype(np.int32))

    @cached_property
    def closes_session(self) -> Mask:
        """Whether each segment is the last of its session: bool[segments]."""
        return frozen(self.segments.last == self.sessions.last[self.segment_session])

    def groups(self, level: groups.Level) -> Groups:
        """Return the groups of that level: "session", "segment", "burst" or "turn"."""
        levels = {"session": "sessions", "segment": "segments", "burst": "bursts", "turn": "turns"}
        found: Groups = getattr(self, levels[level])
        return found

    def slice(self, start: int, stop: int) -> "SessionBatch":
        """Return the sessions start … stop − 1 as a batch of their own; text ids and agent codes stay the same."""
        lo, hi = int(self.sessions.offsets[start]), int(self.sessions.offsets[stop])
        a, b = np.searchsorted(self.segments.offsets, [lo, hi])
        rows = slice(lo, hi)
        return SessionBatch(
            **{name: getattr(self, name)[rows] for name in _MESSAGE_COLUMNS},
            sessions=Groups(frozen(self.sessions.offsets[start : stop + 1] - lo)),
            segments=Groups(frozen(self.segments.offsets[a : b + 1] - lo)),
            segment_agent=self.segment_agent[a:b],
            stage=self.stage[start:stop],
            session_ids=self.session_ids[start:stop],
            agents=self.agents,
        )

    @property
    def _agent(self) -> Mask:
        return np.equal(self.role, ROLES.index("agent"))

    @cached_property
    def speech(self) -> Mask:
        """Messages in which something is said or sent: not recalls, transfers or order events."""
        return frozen(one_of(self.kind, _SPEECH))


_MESSAGE_COLUMNS = (
    "sent_at",
    "time_exact",
    "role",
    "automation",
    "kind",
    "agent",
    "text_id",
    "has_text",
    "position",
    "given_stage",
)


def _sessions(ids: Any) -> tuple[Groups, list[str]]:
    starts = np.zeros(len(ids), dtype=np.bool_)
    if len(ids) > 1:
        starts[1:] = arrow.truths(pc.not_equal(ids[1:], ids[:-1]))
    found = groups.groups_from_starts(starts)
    return found, ids.take(arrow.array(found.first)).to_pylist()


def _sent_at(column: Any) -> Ints:
    return arrow.numbers(column.cast(pa.timestamp("us", tz="UTC")), null=NO_TIME).astype(np.int64)


def _codes(column: Any, names: tuple[str, ...]) -> Codes:
    codes = pc.index_in(arrow.plain(column), value_set=arrow.array(names, pa.string()))
    return arrow.numbers(codes, null=NONE).astype(np.int8)


def _agents(column: Any) -> tuple[npt.NDArray[np.int32], tuple[str, ...]]:
    """Code the agents by their place in the sorted names, so that codes do not hang on the order of messages."""
    encoded = column.dictionary_encode()
    names = encoded.dictionary.to_pylist()
    rank = np.empty(len(names) + 1, dtype=np.int32)
    rank[sorted(range(len(names)), key=lambda i: names[i])] = np.arange(len(names))
    rank[-1] = NONE
    return rank[arrow.numbers(encoded.indices, null=NONE)], tuple(sorted(names))


def _first_stage(stage: Codes, sessions: Groups) -> Codes:
    rows = np.flatnonzero(stage >= 0)[::-1]
    found = np.full(len(sessions), NONE, dtype=np.int8)
    found[sessions.ids[rows]] = stage[rows]
    return found
