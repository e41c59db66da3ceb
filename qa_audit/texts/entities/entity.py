"""What an entity is, which kinds there are, which of them are personal, and what a rubric calls them."""

from dataclasses import dataclass
from typing import NamedTuple

PERSONAL = (
    "mobile",
    "landline",
    "id_card",
    "bank_card",
    "email",
    "wechat",
    "qq",
    "address",
    "name",
    "nickname",
    "order_number",
    "tracking_number",
    "long_number",
)
"""Kinds that masking stars out."""

KINDS = (*PERSONAL, "link", "amount", "date", "duration")

RUBRIC_KINDS = {
    "phone": ("mobile", "landline"),
    "order_number": ("order_number",),
    "link": ("link",),
    "amount": ("amount",),
    "date": ("date",),
    "duration": ("duration",),
    "id_card": ("id_card",),
    "bank_card": ("bank_card",),
    "email": ("email",),
    "wechat": ("wechat",),
    "qq": ("qq",),
    "address": ("address",),
}
"""Kind of a rubric (EntityKind of rubric/model/matcher.py): the kinds of the detector that it means."""


@dataclass(frozen=True, slots=True)
class Entity:
    """Something of a kind (one of KINDS) in the characters [start, end) of a text."""

    kind: str
    start: int
    end: int


class Hint(NamedTuple):
    """What every text with entities of a family holds: one of `chars` (of a regex class), and `tail` right after it.

    One search over the hints of all families dismisses most texts, and the class in front makes that search fast.
    """

    chars: str
    tail: str
