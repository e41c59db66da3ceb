"""Who is the customer where senders are accounts and the mapping lists the agents: every other sender.

    roles: {agent: [小棠, 青禾], customer: ["*"]}

What cannot be known stays unknown and goes to quarantine: rows from one stranger to another where the customer column
is the receiver, and the strangers of a session that has several, of whom one may be an agent whom nobody listed.
"""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from qa_audit import arrow
from qa_audit.formats.coded import Coded, encode
from qa_audit.formats.mapping import OTHERS, Mapping
from qa_audit.formats.values import AGENT, CUSTOMER, UNKNOWN, Senders, role_of

Mask = npt.NDArray[np.bool_]


def by_accounts(mapping: Mapping, columns: dict[str, int]) -> bool:
    """Tell whether the sender decides who speaks where no role is said, all that nothing names being customers."""
    return OTHERS in mapping.roles and "sender" in columns


def role_or_sender(role: Coded, sender: Coded) -> Coded:
    """Return the role column, which a person may have added for the rows that she mended, and else the sender."""
    return sender if role.null.all() else _filled(role, sender, role.null)


def others(
    sent: Senders, unsaid: Mask, session: Coded, sender: Coded, agent: Coded, customer: Coded, mapping: Mapping
) -> tuple[Senders, Coded, Coded]:
    """Return (senders, agents, customers) with every other sender as a customer; unsaid: the rows without a role.

    Where the customer column holds agents it is the receiver: on the rows of a customer the agent is in it, and the
    customer is the sender.
    """
    of_agents = unsaid & (sent.role == UNKNOWN) & _same(sender, agent) & ~_same(sender, customer)
    sent = replace(sent, role=np.where(of_agents, AGENT, sent.role))
    strangers = unsaid & (sent.role == UNKNOWN)
    to_agent = customer.look_up(lambda value: int((role_of(value, mapping) or ("",))[0] == "agent"), 0) == 1
    doubtful = strangers & _among_several(session, sender, strangers)
    if to_agent.any():
        doubtful |= strangers & ~to_agent & ~customer.null & ~_same(sender, customer)
        doubtful |= unsaid & (sent.role == AGENT) & to_agent  # from agent to agent: about no customer
    role = np.where(doubtful, UNKNOWN, np.where(strangers, CUSTOMER, sent.role))
    theirs = strangers & to_agent
    agent = _filled(agent, customer, theirs & agent.null)
    return replace(sent, role=role), agent, _filled(customer, sender, theirs)


def _among_several(session: Coded, sender: Coded, strangers: Mask) -> Mask:
    """Return the rows of sessions in which several strangers speak."""
    counted = strangers & ~session.null
    pairs = np.unique(np.stack([session.codes[counted], sender.codes[counted]]), axis=1)
    sessions, counts = np.unique(pairs[0], return_counts=True)
    return np.asarray(np.isin(session.codes, sessions[counts > 1]))


def _same(a: Coded, b: Coded) -> Mask:
    return arrow.truths(pc.equal(a.strings(), b.strings()))


def _filled(account: Coded, other: Coded, rows: Mask) -> Coded:
    """Return the accounts with those of another column on some rows."""
    if not rows.any():
        return account
    return encode(pc.if_else(arrow.array(rows), other.strings(), account.strings()), trim=False)
