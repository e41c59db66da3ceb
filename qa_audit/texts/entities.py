"""Personal data in a text: one detector for masking and for rubrics.

mask("电话13800138000")     # "电话138****8000": always as long as the text, so that evidence keeps its place
"""

import re
from dataclasses import dataclass

KINDS = ("mobile", "id_card", "bank_card", "email", "long_number")

_SUSPECT = re.compile(r"\d{10}|\d[\d -]{9,}\d|[@＠]")  # nothing is found in a text without one of these
_NUMBER = re.compile(r"(?<!\d)\d(?:[ -]?\d){9,}[Xx]?(?!\d)")
_RUN = re.compile(r"\d{10,}[Xx]?")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}[@＠](?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}", re.ASCII)
_MOBILE = re.compile(r"(?:86)?1[3-9]\d{9}")
_ID_CARD = re.compile(r"[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_BANK_LENGTHS = range(15, 20)
_SHOWN = {"mobile": (3, 4), "id_card": (0, 4), "bank_card": (0, 4), "email": (1, 0), "long_number": (0, 4)}


@dataclass(frozen=True, slots=True)
class Entity:
    """Personal data of a kind (one of KINDS) in the characters [start, end) of a text."""

    kind: str
    start: int
    end: int


def find_entities(text: str) -> list[Entity]:
    """Return the personal data of a text in order, without overlaps.

    mobile: a mainland number, 86 before it or not. id_card: 18 characters with a right date and checksum. bank_card:
    15–19 digits that pass Luhn. long_number: any other run of ten digits or more (order and parcel numbers). email.
    Digits may be full-width and grouped by single spaces or hyphens.
    """
    if not _SUSPECT.search(text):
        return []
    found = [Entity("email", *match.span()) for match in _EMAIL.finditer(text)]
    emails = [(entity.start, entity.end) for entity in found]
    for match in _NUMBER.finditer(text):
        if not any(match.start() < end and start < match.end() for start, end in emails):
            found.extend(_numbers(match.group(), match.start()))
    return sorted(found, key=lambda entity: entity.start)


def mask(text: str) -> str:
    """Return the text with its personal data starred out and of the same length.

    A number keeps its last four digits (a mobile its first three too), an email its first letter and its domain; spaces
    and hyphens inside a number stay.
    """
    entities = find_entities(text)
    if not entities:
        return text
    parts, done = [], 0
    for entity in entities:
        parts += [text[done : entity.start], _starred(text[entity.start : entity.end], entity.kind)]
        done = entity.end
    return "".join([*parts, text[done:]])


def _numbers(value: str, offset: int) -> list[Entity]:
    """Classify a run of digits, grouped or not; grouped digits that are nothing special (2026-12-01 10:00) are judged
    group by group."""
    digits = "".join(str(int(char)) if char.isdecimal() else char.upper() for char in value if char not in " -")
    if digits.endswith("X") and not _is_id_card(digits):
        digits, value = digits[:-1], value[:-1]
    kind = _kind(digits)
    if kind == "long_number" and len(digits) < len(value):
        return [entity for run in _RUN.finditer(value) for entity in _numbers(run.group(), offset + run.start())]
    return [Entity(kind, offset, offset + len(value))]


def _kind(digits: str) -> str:
    if _MOBILE.fullmatch(digits):
        return "mobile"
    if _is_id_card(digits):
        return "id_card"
    return "bank_card" if len(digits) in _BANK_LENGTHS and _passes_luhn(digits) else "long_number"


def _is_id_card(digits: str) -> bool:
    if not _ID_CARD.fullmatch(digits):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits, _ID_WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == digits[-1]


def _passes_luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _starred(value: str, kind: str) -> str:
    head, tail = _SHOWN[kind]
    if kind == "email":
        at = max(value.find("@"), value.find("＠"))
        head = min(head, at - 1)
        return value[:head] + "*" * (at - head) + value[at:]
    places = [i for i, char in enumerate(value) if char not in " -"]
    hidden = set(places[head : len(places) - tail])
    return "".join("*" if i in hidden else char for i, char in enumerate(value))
