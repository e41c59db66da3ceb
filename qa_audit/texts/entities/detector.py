"""The families of rules put together: which to run on a text, and which of them has the last word."""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from qa_audit.texts.entities import amounts, contacts, names, nicknames, numbers, places, times
from qa_audit.texts.entities.entity import KINDS, PERSONAL, Entity, Hint
from qa_audit.texts.entities.masking import masked

_WIDE = "０-９Ａ-Ｚａ-ｚ＠\u0660-\u0669\u06f0-\u06f9\U0001d7ce-\U0001d7ff"  # digits and letters that are not ASCII
_IS_WIDE = re.compile(f"[{_WIDE}]")
_NARROW = {
    **{code: chr(code - 0xFEE0) for a, b in ("０９", "ＡＺ", "ａｚ", "＠＠") for code in range(ord(a), ord(b) + 1)},
    **{base + digit: chr(48 + digit) for base in (0x660, 0x6F0) for digit in range(10)},
    **{0x1D7CE + i: chr(48 + i % 10) for i in range(50)},
}

_PRECISE = ("mobile", "id_card")  # found inside links too, where other numbers are those of goods


class _Family(NamedTuple):
    kinds: tuple[str, ...]
    hints: tuple[Hint, ...]
    find: Callable[[str, Sequence[Entity]], Iterable[Entity]]


def _names(text: str, found: Sequence[Entity]) -> Iterable[Entity]:
    phones = [entity for entity in found if entity.kind in ("mobile", "landline")]
    addresses = [entity for entity in found if entity.kind == "address"]
    yield from names.find_labelled_names(text)
    yield from names.find_own_names(text)
    yield from names.find_names_beside(text, phones, addresses)


_FAMILIES = (  # the earlier one has the last word
    _Family(("email",), (contacts.EMAIL_HINT,), lambda text, _: contacts.find_emails(text)),
    _Family(("link",), (contacts.LINK_HINT,), lambda text, _: contacts.find_links(text)),
    _Family(("wechat",), (contacts.WECHAT_HINT,), lambda text, _: contacts.find_wechat(text)),
    _Family(("nickname",), nicknames.HINTS, lambda text, _: nicknames.find_nicknames(text)),
    _Family(numbers.KINDS, (numbers.HINT,), lambda text, _: numbers.find_numbers(text)),
    _Family(("address",), places.HINTS, lambda text, _: places.find_addresses(text)),
    _Family(("name",), (names.HINT, names.SELF_HINT, numbers.HINT, *places.HINTS), _names),
    _Family(("amount",), (amounts.HINT,), lambda text, _: amounts.find_amounts(text)),
    _Family(("date",), (times.DATE_HINT,), lambda text, _: times.find_dates(text)),
    _Family(("duration",), (times.DURATION_HINT,), lambda text, _: times.find_durations(text)),
)


class _Plan(NamedTuple):
    """What to do for some kinds: `worth` dismisses most texts; `only` is asked first where nothing else is wanted; the
    families to run, each with its own hint."""

    kinds: frozenset[str]
    worth: re.Pattern[str]
    only: _Family | None
    families: tuple[tuple[_Family, re.Pattern[str]], ...]


def find_entities(text: str, kinds: Collection[str] | None = None) -> list[Entity]:
    """Return the entities of the kinds (of KINDS; None: all), by start; they do not overlap, save with a link."""
    plan = _plan(frozenset(KINDS if kinds is None else kinds))
    if not plan.worth.search(text):
        return []
    return _find(_narrow(text), plan)


def mask(text: str, customer: str | None = None) -> str:
    """Return the text with its personal data (PERSONAL) starred out, and of the same length.

    With the account of the session's customer also where his nickname stands (`nicknames.nickname_spans`).
    """
    return nicknames.mask_nickname(_masked(text), customer, text)


def mask_entities(text: str, entities: Sequence[Entity]) -> str:
    """Return a text with some of its entities (in order, without overlaps) starred out."""
    return masked(text, _narrow(text), list(entities))


@lru_cache(maxsize=65_536)  # what agents say is often the same
def _masked(text: str) -> str:
    plan = _plan(_PERSONAL)
    if not plan.worth.search(text):
        return text
    narrow = _narrow(text)
    entities = _find(narrow, plan)
    return masked(text, narrow, entities) if entities else text


_PERSONAL = frozenset(PERSONAL)


@lru_cache(maxsize=256)
def _plan(kinds: frozenset[str]) -> _Plan:
    wanted = [family for family in _FAMILIES if not kinds.isdisjoint(family.kinds)]
    last = _FAMILIES.index(wanted[-1]) + 1 if wanted else 0
    hints = [hint for family in wanted for hint in family.hints] + [Hint(_WIDE, "")]
    only = wanted[0] if len(wanted) == 1 and wanted[0].find is not _names else None
    return _Plan(kinds, _compiled(hints), only, tuple((family, _compiled(family.hints)) for family in _FAMILIES[:last]))


def _compiled(hints: Iterable[Hint]) -> re.Pattern[str]:
    hints = tuple(dict.fromkeys(hints))
    tails = "|".join(f"(?<=[{hint.chars}]){hint.tail}" for hint in hints)
    return re.compile(f"[{''.join(hint.chars for hint in hints)}](?:{tails})")


def _narrow(text: str) -> str:
    return text.translate(_NARROW) if not text.isascii() and _IS_WIDE.search(text) else text


def _find(text: str, plan: _Plan) -> list[Entity]:
    if plan.only is not None and not any(True for _ in plan.only.find(text, ())):
        return []
    taken, linked = bytearray(len(text)), bytearray(len(text))
    found: list[Entity] = []
    for family, hint in plan.families:
        if not hint.search(text):
            continue
        for entity in family.find(text, found):
            start, end = entity.start, entity.end
            if taken.find(1, start, end) >= 0 or (entity.kind not in _PRECISE and linked.find(1, start, end) >= 0):
                continue
            (linked if entity.kind == "link" else taken)[start:end] = b"\x01" * (end - start)
            found.append(entity)
    return sorted((entity for entity in found if entity.kind in plan.kinds), key=lambda entity: entity.start)
