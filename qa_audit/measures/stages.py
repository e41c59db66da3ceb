"""The stage of each message: before buying (售前 pre), until the goods are signed for (售中 in), then on (售后 after).

    night.stages.stage[row], night.stages.cue[row]

Where the export gives a stage anywhere in a session, the export decides: a message has its own stage, else the one
given last before it, else the first one given. In other sessions messages tell it, and it only moves forward:

- `in` from the message that places or pays an order, or shows that there is one (its parcel, its address, its
  cancellation); it stays `in` until something tells that the goods have arrived;
- `after` from the message that shows that the goods have arrived, or says what is wrong with them, or asks to return or
  exchange them or for a refund (a refund asked for together with the cancellation of the order is still `in`);
- `pre` before all of these, where the customer asks about a product or objects to buying it, or the first of these is
  the order being placed. A product question that comes later changes nothing;
- else NONE: nothing tells, and it is not guessed. A message that shows an order says nothing about those before it.

Those who tell are the customer, order events and system lines, by their texts. An agent's 签收后 or 我的订单 is most
often a rule or a way through the menus, and tells nothing.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from qa_audit.schema import KINDS, ROLES
from qa_audit.sessions import reduce
from qa_audit.sessions.batch import STAGES, SessionBatch
from qa_audit.sessions.columns import NONE, Codes, Ints, Mask, frozen

if TYPE_CHECKING:
    from qa_audit.measures.night_slice import NightSlice

_EVENTS = {"placed": "stage_placed", "in": "stage_underway", "after": "stage_signed"}
_SAID = {
    "pre": ("stage_pre", "cust_objection"),
    "placed": ("cust_order",),
    "in": ("stage_in", "situation_cancel", "situation_logistics"),
    "after": ("stage_after", "situation_faulty"),
    "refund": ("situation_refund",),
}  # by the customer

STAGE_LEXICONS = (*_EVENTS.values(), *(name for names in _SAID.values() for name in names))
"""The shipped lexicons that the texts must be scanned for."""


@dataclass(frozen=True)
class Stages:
    """The stage of each message and what tells it.

    stage: int8[n] in STAGES, NONE where unknown; cue: int64[n], the message that tells it (for `pre` it may be a later
    one), NONE where unknown.
    """

    stage: Codes
    cue: Ints


def find_stages(night: "NightSlice") -> Stages:
    """Return the stage of each message; KeyError where the texts were not scanned for one of STAGE_LEXICONS."""
    batch = night.batch
    cues = _cues(night)
    told, by_cue = _told(batch, cues)
    given, by_export = _given(batch)
    return Stages(
        frozen(np.where(given >= 0, given, told).astype(np.int8)),
        frozen(np.where(given >= 0, by_export, by_cue)),
    )


def order_events(batch: SessionBatch) -> Mask:
    """Return the messages that tell of orders by themselves: of kind order_event, and texts of the system."""
    event = batch.kind == KINDS.index("order_event")
    mask: Mask = event | (batch.has_text & (batch.role == ROLES.index("system")))
    return mask


def _cues(night: "NightSlice") -> dict[str, Mask]:
    """Say which messages tell that the stage is pre, in or after, or (`placed`) that an order is placed just now."""
    batch = night.batch
    events = order_events(batch)
    told = {name: night.hits_in(lexicon, events).mask for name, lexicon in _EVENTS.items()}
    said = {name: _any_of(night, lexicons) for name, lexicons in _SAID.items()}
    shown = told["placed"] & (batch.role == ROLES.index("customer"))  # a card of an order that was placed before
    placed = (told["placed"] & ~shown) | said["placed"]
    cancelled = night.hits("situation_cancel", batch.from_customer).mask
    return {
        "pre": said["pre"],
        "placed": placed,
        "in": told["in"] | said["in"] | shown | placed,
        "after": told["after"] | said["after"] | (said["refund"] & ~cancelled),
    }


def _any_of(night: "NightSlice", lexicons: tuple[str, ...]) -> Mask:
    found = np.zeros(night.batch.n, dtype=np.bool_)
    for lexicon in lexicons:
        found |= night.hits(lexicon, night.batch.from_customer).mask
    return found


def _told(batch: SessionBatch, cues: dict[str, Mask]) -> tuple[Codes, Ints]:
    """Let the cues take effect: int8[n] in STAGES or NONE, and the row that tells."""
    rows, session = np.arange(batch.n), batch.sessions.ids.astype(np.int64)
    after, in_ = STAGES.index("after"), STAGES.index("in")
    rank = np.where(cues["after"], after, np.where(cues["in"], in_, 0))
    reached = np.maximum.accumulate(rank + session * len(STAGES)) - session * len(STAGES)
    begins = reached > 0
    begins[1:] &= (reached[1:] > reached[:-1]) | (session[1:] > session[:-1])
    cue = np.maximum.accumulate(np.where(begins, rows, NONE))
    first, asked = (reduce.first(mask, batch.sessions) for mask in (begins, cues["pre"] & (reached == 0)))
    placed = first[(first >= 0) & np.append(cues["placed"], False)[first]]
    opening = asked.copy()
    silent = placed[asked[session[placed]] < 0]
    opening[session[silent]] = silent
    before = opening[session]
    stage = np.select([reached > 0, before >= 0], [reached, STAGES.index("pre")], NONE)
    return stage.astype(np.int8), np.where(reached > 0, cue, before)


def _given(batch: SessionBatch) -> tuple[Codes, Ints]:
    """Return the stage by the export: int8[n], NONE in sessions without one, and the row that says it."""
    rows, given = np.arange(batch.n), batch.given_stage
    last = np.maximum.accumulate(np.where(given >= 0, rows, NONE))
    inside = last >= batch.sessions.first[batch.sessions.ids]
    cue = np.where(inside, last, reduce.first(given >= 0, batch.sessions)[batch.sessions.ids])
    return np.append(given, np.int8(NONE))[cue], cue
