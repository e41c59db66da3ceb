"""Cut sessions into segments: the part that one agent holds, the unit that is scored.

Who holds a session is said by *evidence*: messages of a human agent, and customer rows that carry an agent_id where
those of the session name two agents or more (one single name is only the assignee of the session). A segment starts

- where the evidence names another agent than before: at the transfer event between the two, else at the message itself;
- at a transfer event after which people still talk and no agent is named any more;
- at a transfer event away from an assignee (known from auto-replies or customer rows) who never spoke.

A bot's hand-off to the first human starts none, nor do a bot's or automatic lines, nor a transfer that comes back to
the same agent without another speaking.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qa_audit.schema import AUTOMATIONS, KINDS, ROLES
from qa_audit.sessions.columns import NONE, Codes, Ints, Mask
from qa_audit.sessions.groups import Groups, groups_from_starts

_CUSTOMER, _AGENT, _BOT, _SYSTEM = (ROLES.index(role) for role in ("customer", "agent", "bot", "system"))
_BY_HAND = AUTOMATIONS.index("none")
_TRANSFER = KINDS.index("transfer")

AgentCodes = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Signs:
    """What rows say about the holder: masks over messages, and each row's agent code (NONE where it has none)."""

    spoke: Mask
    claims: Mask
    assigned: Mask
    transfer: Mask
    system: Mask
    talk: Mask
    agent: AgentCodes


def cut(sessions: Groups, role: Codes, automation: Codes, kind: Codes, agent: AgentCodes) -> tuple[Groups, AgentCodes]:
    """Return the segments and the agent code of each (NONE where nobody is known)."""
    signs = _signs(sessions, role, automation, kind, agent)
    starts = np.zeros(sessions.n, dtype=np.bool_)
    starts[sessions.first] = True
    evidence = np.flatnonzero(signs.spoke | signs.claims)
    transfers = np.flatnonzero(signs.transfer)
    starts[_changes(evidence, transfers, sessions, signs)] = True
    starts[_unnamed(evidence, transfers, sessions, signs)] = True
    starts[_from_assignee(evidence, transfers, sessions, signs)] = True
    segments = groups_from_starts(starts)
    return segments, _holders(segments, sessions, signs)


def _signs(sessions: Groups, role: Codes, automation: Codes, kind: Codes, agent: AgentCodes) -> Signs:
    known = agent >= 0
    transfer = kind == _TRANSFER
    named = (role == _CUSTOMER) & known & ~transfer
    claims = named & _several(named, agent, sessions)
    return Signs(
        spoke=(role == _AGENT) & (automation == _BY_HAND) & known & ~transfer,
        claims=claims,
        assigned=(named & ~claims) | ((role == _AGENT) & (automation != _BY_HAND) & known & ~transfer),
        transfer=transfer,
        system=(role == _SYSTEM) & known & ~transfer,
        talk=((role == _CUSTOMER) | (role == _AGENT)) & ~transfer,
        agent=agent,
    )


def _several(named: Mask, agent: AgentCodes, sessions: Groups) -> Mask:
    """Mark all rows of sessions whose customer rows name two agents or more."""
    rows = np.flatnonzero(named)
    session, who = sessions.ids[rows], agent[rows]
    low = np.full(len(sessions), np.iinfo(np.int32).max, dtype=np.int32)
    high = np.full(len(sessions), NONE, dtype=np.int32)
    np.minimum.at(low, session, who)
    np.maximum.at(high, session, who)
    several: Mask = (high > low)[sessions.ids]
    return several


def _changes(evidence: Ints, transfers: Ints, sessions: Groups, signs: Signs) -> Ints:
    before, after = evidence[:-1], evidence[1:]
    changed = (sessions.ids[before] == sessions.ids[after]) & (signs.agent[before] != signs.agent[after])
    before, after = before[changed], after[changed]
    starts: Ints = np.minimum(_next(transfers, before, sessions.n), after)
    return starts


def _unnamed(evidence: Ints, transfers: Ints, sessions: Groups, signs: Signs) -> Ints:
    """The first transfer after the last evidence of a session, if anyone still talks after it."""
    session = sessions.ids[evidence]
    last = np.append(session[1:] != session[:-1], True)[: len(session)]
    session = session[last]
    at = _next(transfers, evidence[last], sessions.n)
    talks = _next(np.flatnonzero(signs.talk), at, sessions.n) < sessions.offsets[session + 1]
    starts: Ints = at[talks]
    return starts


def _from_assignee(evidence: Ints, transfers: Ints, sessions: Groups, signs: Signs) -> Ints:
    """The first transfer of a session before any evidence, away from an assignee who is not the one to speak next."""
    at = _next(transfers, sessions.first - 1, sessions.n)
    spoken = _next(evidence, sessions.first - 1, sessions.n)
    end = sessions.offsets[1:]
    leads = (at < end) & (at < spoken) & (_next(np.flatnonzero(signs.talk), at, sessions.n) < end)
    at, spoken, end, first = at[leads], spoken[leads], end[leads], sessions.first[leads]
    assigned = np.flatnonzero(signs.assigned)
    index = np.searchsorted(assigned, at) - 1
    row = assigned[index] if len(assigned) else index
    has = (index >= 0) & (row >= first)
    heir = np.where(spoken < end, signs.agent[np.minimum(spoken, sessions.n - 1)], NONE)
    away: Ints = at[has & (signs.agent[row] != heir)] if len(assigned) else at[:0]
    return away


def _holders(segments: Groups, sessions: Groups, signs: Signs) -> AgentCodes:
    """The human who spoke, else who is named by customer rows, auto-replies, the transfer or a system line."""
    agent = np.full(len(segments), NONE, dtype=np.int32)
    for rows in (np.flatnonzero(signs.system), np.flatnonzero(signs.assigned)):
        agent[segments.ids[rows]] = signs.agent[rows]  # the last one named wins
    for rows in (np.flatnonzero(signs.claims)[::-1], np.flatnonzero(signs.spoke)[::-1]):
        agent[segments.ids[rows]] = signs.agent[rows]  # the first one wins
    transfers = np.flatnonzero(signs.transfer & (signs.agent >= 0))
    named = np.full(len(segments), NONE, dtype=np.int32)
    named[segments.ids[transfers]] = signs.agent[transfers]
    before = np.append(np.int32(NONE), agent[:-1])
    before[segments.ids[sessions.first]] = NONE
    agent = np.where((agent < 0) & (named != before), named, agent)  # a transfer may name who hands over
    return agent.astype(np.int32)


def _next(rows: Ints, after: Ints, none: int) -> Ints:
    """The first of the sorted `rows` strictly after each entry of `after`, else `none`."""
    padded = np.append(rows, none)
    found: Ints = padded[np.searchsorted(rows, after, side="right")]
    return found
