"""Which rows may belong to one session: a key per row, from what is known of the customer's rows around the same time.

Without session ids a key is made of shop and customer, or of agent and customer, or of the customer alone. Which of
them is decided for each stretch of a customer's rows without a long silence, over all files: what a later export adds
elsewhere changes nothing, nor does another customer's row that lacks its shop or agent.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from qa_audit.formats.coded import Coded
from qa_audit.formats.times import NO_TIME
from qa_audit.formats.values import CUSTOMER
from qa_audit.identity import Hashes, mix
from qa_audit.ingest.hashing import hash_texts

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_BY_SESSION, _BY_SHOP, _BY_AGENT, _BY_CUSTOMER = (np.uint64(code) for code in range(1, 5))
NULL = np.uint64(0x9F1D3C5B7A8E6420)
"""Hash of a null; any constant."""


def hashed(column: Coded, rows: Ints | None = None) -> Hashes:
    """Return the hash of each row's value; null has its own."""
    table = np.append(hash_texts(column.values), NULL)
    return np.asarray(table[column.codes if rows is None else column.codes[rows]], dtype=np.uint64)


@dataclass(frozen=True)
class Sides:
    """Equally long columns. exported: whether the row's file has session ids; held: 1 or 0 where a format says whether
    a customer's chats with two agents are two sessions, else -1; counts: whether the row is a message: rows of the
    quarantine get a key and decide nothing."""

    exported: Mask
    held: Ints
    session: Coded
    shop: Coded
    agent: Coded
    customer: Coded
    role: Ints
    sent_at: Ints
    counts: Mask


def keyed(rows: Sides, gap_minutes: float) -> tuple[Coded, Hashes]:
    """Return (shops, filled where the other rows of the session or of the customer's stretch name one; key per row)."""
    group = np.where(rows.exported, rows.session.codes, -1)
    sessions = len(rows.session.values)
    apart = np.flatnonzero(~rows.exported & ~rows.customer.null)
    group[apart] = sessions + _stretches(rows, apart, gap_minutes)
    shop = _one_shop(group, rows.shop)
    key = _by_shop(rows.session, shop)
    if len(apart) == 0 and rows.exported.all():
        return shop, key
    return shop, np.where(rows.exported, key, _parted(replace(rows, shop=shop), group))


def _by_shop(session: Coded, shop: Coded) -> Hashes:
    return mix(np.full(len(session.codes), _BY_SESSION), hashed(shop), hashed(session))


def _parted(rows: Sides, group: Ints) -> Hashes:
    """Return the keys of rows without session ids. Where a row of a stretch does not say which of several shops it
    belongs to, or with which agent the customer speaks, the stretch is not parted: both sides stay together."""
    count = int(group.max(initial=-1)) + 2

    def somewhere(mask: Mask) -> Mask:
        found = np.zeros(count, dtype=bool)
        found[group[mask & rows.counts]] = True
        return found[group]

    asked = rows.role == CUSTOMER
    shops = somewhere(~rows.shop.null)
    agents = somewhere(asked) & ~somewhere(asked & rows.agent.null)
    agents = np.where(rows.held < 0, agents, rows.held == 1)
    by_shop = shops & ~somewhere(rows.shop.null) & ~rows.shop.null
    by_agent = ~shops & agents
    kind = np.where(by_shop, _BY_SHOP, np.where(by_agent, _BY_AGENT, _BY_CUSTOMER))
    holder = np.where(by_shop, hashed(rows.shop), np.where(by_agent, hashed(rows.agent), NULL))
    return mix(kind, holder, hashed(rows.customer))


def _stretches(rows: Sides, apart: Ints, gap_minutes: float) -> Ints:
    """Number the stretches of these rows: those of a customer between two silences of the gap. A row that decides
    nothing belongs to the stretch before it."""
    customer, sent, counts = rows.customer.codes[apart], rows.sent_at[apart], rows.counts[apart]
    order = np.lexsort((sent, customer))
    customer, sent, counts = customer[order], sent[order], counts[order]
    begins = np.concatenate([[True], customer[1:] != customer[:-1]])[: len(order)]
    begins = _with_silences(begins, customer, sent, counts, gap_minutes)
    number = np.empty(len(order), dtype=np.int64)
    number[order] = np.cumsum(begins) - 1
    return number


def _with_silences(begins: Mask, customer: Ints, sent: Ints, counts: Mask, gap_minutes: float) -> Mask:
    """Add the messages that come at least the gap after the customer's message before."""
    messages = np.flatnonzero(counts)
    before, after = sent[messages[:-1]], sent[messages[1:]]
    same = customer[messages[:-1]] == customer[messages[1:]]
    known = same & (before != NO_TIME) & (after != NO_TIME)
    gap = np.where(known, after - np.where(known, before, 0), 0)
    begins[messages[1:][known & (gap >= gap_minutes * 60_000_000)]] = True
    return begins


def _one_shop(group: Ints, shop: Coded) -> Coded:
    """Fill an empty shop from the other rows of the group, when they name only one."""
    if shop.null.all() or not shop.null.any():
        return shop
    both = (group >= 0) & ~shop.null
    pairs = np.unique(np.stack([group[both], shop.codes[both]]), axis=1)
    count = int(group.max(initial=-1)) + 2
    shops = np.bincount(pairs[0], minlength=count)
    only = np.full(count, -1, dtype=np.int64)
    only[pairs[0]] = pairs[1]
    only[shops != 1] = -1
    return Coded(np.where(shop.null, only[group], shop.codes), shop.values)
