"""Stars in place of personal data, as many as there were characters, so that evidence keeps its place."""

import re

from qa_audit.texts.entities.entity import Entity

_KEPT = {  # characters shown at the head and at the tail
    "mobile": (3, 4),
    "landline": (0, 3),
    "id_card": (0, 4),
    "bank_card": (0, 4),
    "wechat": (1, 0),
    "qq": (0, 2),
    "order_number": (0, 4),
    "tracking_number": (0, 4),
    "long_number": (0, 4),
}
_PREFIX = {
    "mobile": re.compile(r"(?:[+(（]{0,2}(?:00)?86[)）]?[^0-9]?(?=1[3-9]))?"),
    "landline": re.compile(r"[(（]?(?:0[12][0-9]|0[3-9][0-9]{2}|[48]00)[)）]?"),
    "tracking_number": re.compile("[A-Za-z]{0,4}"),
    "order_number": re.compile("[A-Za-z]{0,4}"),
}
_DISTRICT = re.compile(
    r"(?:[^\W0-9_A-Za-z路街巷村道园苑厦寓]{1,9}?(?:省|自治[区州]|市(?!场)|盟|(?<![小园社])区|县|旗)[ ,，]?){1,5}"
)


def stars(value: str, ascii_value: str, kind: str) -> str:
    """Star out a value of a kind; `ascii_value` is the same with its digits and letters in ASCII.

    A mobile keeps its first three and last four digits, other numbers their last four, a landline its area code, an
    address its province, city and district, a name its first character, an e-mail its first letter and domain, a
    nickname nothing.
    """
    if kind == "email":
        at = ascii_value.find("@")
        head = min(1, at - 1)
        return value[:head] + "*" * (at - head) + value[at:]
    if kind == "nickname":
        return "*" * len(value)
    if kind == "name":
        return value[0] + "*" * (len(value) - 1) if len(value) > 1 else "*"
    if kind == "address":
        shown = _DISTRICT.match(value)
        head = shown.end() if shown and shown.end() < len(value) else 0
        return value[:head] + "*" * (len(value) - head)
    prefix = _PREFIX[kind].match(ascii_value) if kind in _PREFIX else None
    first = prefix.end() if prefix else 0
    head, tail = _KEPT[kind]
    places = [i for i in range(first, len(value)) if "0" <= ascii_value[i] <= "z"]
    hidden = set(places[min(head, len(places) // 3) : len(places) - min(tail, len(places) // 2)])
    return "".join("*" if i in hidden else char for i, char in enumerate(value))


def masked(text: str, ascii_text: str, entities: list[Entity]) -> str:
    """Return the text with the entities (in order, without overlaps) starred out."""
    parts, done = [], 0
    for entity in entities:
        a, b = entity.start, entity.end
        parts += [text[done:a], stars(text[a:b], ascii_text[a:b], entity.kind)]
        done = b
    return "".join([*parts, text[done:]])
