"""Situations: what a turn is about, where a rule must know it (客户有异议时, 投诉时, 退款时 …).

    night.situations.masks["complaint"][row], night.situations.cues["complaint"]

A situation holds from its cue to the end of that turn (`batch.turns`: the customer's burst and the replies to it):

- objection: before buying, the customer doubts the price, the quality or the shop, or haggles;
- hesitation: before buying, the customer wants to think it over, compare, or leaves it;
- complaint: the customer complains, insults, or says what is wrong with the goods;
- refund: the customer wants a refund, a return, an exchange or the order cancelled, or asks how it goes; or an order
  event says so. A question about the rules before buying (不合适能退吗) is none;
- logistics: the customer asks when it is sent or where the parcel is;
- out_of_stock: the agent's side (bots and automatic replies too) says that there is none, or an order event does. A
  customer who asks 有货吗 is none.

`Before buying` is where the stage is pre or unknown (`stages`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from qa_audit.measures.stages import STAGE_LEXICONS, order_events
from qa_audit.sessions.batch import STAGES
from qa_audit.sessions.columns import Ints, Mask, frozen
from qa_audit.sessions.groups import Groups
from qa_audit.sessions.hits import Hits, union

if TYPE_CHECKING:
    from qa_audit.measures.night_slice import NightSlice

_CUES = {
    "objection": ("cust_objection",),
    "complaint": ("complaint", "abuse", "situation_faulty"),
    "hesitation": ("situation_hesitation",),
    "refund": ("situation_refund", "situation_cancel"),
    "logistics": ("situation_logistics", "situation_dispatch"),
    "out_of_stock": ("situation_out_of_stock",),
}
_BEFORE_BUYING = ("objection", "hesitation")
_OF_EVENTS = ("refund", "out_of_stock")

SITUATIONS = tuple(_CUES)
"""The situations by name."""

SITUATION_LEXICONS = tuple(dict.fromkeys((*(name for names in _CUES.values() for name in names), *STAGE_LEXICONS)))
"""The shipped lexicons that the texts must be scanned for: those of the stages too."""


@dataclass(frozen=True)
class Situations:
    """Where each of SITUATIONS holds, and what tells it.

    masks: bool[n] by name, the messages from a cue to the end of its turn; cues: Hits by name, `phrase` being the
    number of the lexicon among those of the situation.
    """

    masks: dict[str, Mask]
    cues: dict[str, Hits]


def find_situations(night: "NightSlice") -> Situations:
    """Return the situations of each message; KeyError where a text was not scanned for one of SITUATION_LEXICONS."""
    cues = {name: _cues(night, name) for name in SITUATIONS}
    return Situations({name: _to_the_end(found.mask, night.batch.turns) for name, found in cues.items()}, cues)


def _cues(night: "NightSlice", name: str) -> Hits:
    batch = night.batch
    among = batch.from_agent_side if name == "out_of_stock" else batch.from_customer
    if name in _BEFORE_BUYING:
        among = among & (night.stages.stage <= STAGES.index("pre"))
    parts = []
    for number, lexicon in enumerate(_CUES[name]):
        parts.append(_numbered(night.hits(lexicon, among), number))
        if name in _OF_EVENTS:
            parts.append(_numbered(night.hits_in(lexicon, order_events(batch)), number))
    return _once(parts, batch.n)


def _numbered(hits: Hits, number: int) -> Hits:
    return Hits(hits.row, hits.start, hits.end, np.full(len(hits), number, dtype=np.int32), hits.n)


def _once(parts: Sequence[Hits], n: int) -> Hits:
    """Join the hits of several lexicons; a span that two of them find is one."""
    hits = union(parts, n)
    place: Ints = np.stack([hits.row, hits.start, hits.end])
    again = np.zeros(len(hits), dtype=np.bool_)
    again[1:] = (place[:, 1:] == place[:, :-1]).all(axis=0)
    return hits.keep(~again)


def _to_the_end(cue: Mask, turns: Groups) -> Mask:
    """Mark the messages of each turn from its first cue on."""
    if not turns.n:
        return cue
    running = np.cumsum(cue)
    before: Ints = running[turns.first] - cue[turns.first]
    mask: Mask = running > before[turns.ids]
    return frozen(mask)
