"""Runs of digits, grouped or not: phones, cards, orders, parcels, QQ; what they are is told by shape and label.

A label (订单号, 卡号, QQ) decides before the shape does; then the shape: mobile, identity card, bank card, PDD order,
15–21 digits are an order, any other ten or more a long number. Groups (138 0013 8000) are joined only into something
that proves itself; else (2026-12-01 10:00) each group is judged alone.
"""

from collections.abc import Iterable, Iterator

from qa_audit.patterns import rule
from qa_audit.texts.entities.checksums import is_bank_card, is_id_card, is_old_id_card
from qa_audit.texts.entities.entity import Entity, Hint
from qa_audit.texts.entities.labels import label_before
from qa_audit.texts.entities.wordlist import words

Span = tuple[int, int]

KINDS = (
    "mobile",
    "landline",
    "id_card",
    "bank_card",
    "wechat",
    "qq",
    "order_number",
    "tracking_number",
    "long_number",
)
SEPARATORS = " \\-\u2010-\u2015\uff0d\u00a0\u200b-\u200d\u2060\ufeff"
HINT = Hint("0-9", rf"(?:[0-9]{{4}}|[0-9]{{2,3}}[{SEPARATORS}][0-9]{{4}}|(?:[{SEPARATORS}]?[0-9]){{9}})")

_RUN = rule(rf"[0-9](?:[{SEPARATORS}]?[0-9]){{4,}}+")
_GROUP = rule(r"[0-9]+")
_SEP = rf"[{SEPARATORS}]"
_EXTENSION = r"(?:(?:[-\u2010-\u2015\uff0d]| ?(?:转|分机号?[:：]?) ?)[0-9]{1,5}(?![0-9:.-]))?"
_AREA = "0(?:10|2[0-57-9]|[3-9][0-9]{2})"
_LANDLINE = rule(
    r"(?=[0(（48])(?<![0-9])(?<![0-9][.\-])"
    rf"(?:(?:[(（]{_AREA}[)）]|{_AREA}){_SEP}{{0,3}}[2-8][0-9]{{2,3}}{_SEP}?[0-9]{{4}}"
    rf"|[48]00{_SEP}?(?:[0-9]{{3}}{_SEP}?[0-9]{{4}}|[0-9]{{4}}{_SEP}?[0-9]{{3}}|[0-9]{_SEP}[0-9]{{3}}{_SEP}[0-9]{{3}}))"
    rf"(?![0-9]){_EXTENSION}"
)
_MOBILE = rule(r"(?:(?:00)?86)?1[3-9][0-9]{9}")
_PREFIX_86 = rule(r"(?:\+|[(（]\+?86[)）] ?-?)$")
_SHAPES = {
    (11,), (13,), (15,), (3, 4, 4), (3, 8), (7, 4), (4, 4, 3), (4, 3, 4), (3, 3, 5), (3, 5, 3), (5, 6), (6, 5),
    (5, 4, 4), (5, 8), (2, 11), (4, 11), (2, 3, 4, 4), (4, 3, 4, 4), (2, 3, 8), (4, 3, 8), (2, 7, 4),
}  # fmt: skip
_LOCAL = {(4, 4), (3, 4)}  # of a landline without its area code
_MOST_GROUPS = 5  # of a bank card: 4 4 4 4 3
_ORDER_SHAPES = {(6, 15), (9, 8, 10), (10, 8, 10), (8, 8, 10)}  # PDD; a shop's number, the day and a number of the day
_MIXED_ORDER = rule(
    r"(?<=[号dDrRoO单=:： ])(?<![A-Za-z0-9][ ])(?=[A-Za-z]{0,8}[0-9]+[A-Za-z][A-Za-z0-9])(?=(?:[A-Za-z]*[0-9]){6})"
    r"(?![A-Za-z]{2}[0-9]{9}[A-Za-z]{2}(?![A-Za-z0-9]))[A-Za-z0-9]{8,32}(?![A-Za-z0-9-])"
)
_SERVICE = rule(r"106[0-9]{7,}")  # the senders of short messages
_ORDERS = ("order", "order_word")
_LETTERS = rule(r"(?<![A-Za-z0-9])[A-Za-z][A-Za-z0-9]{0,5}$")
_CARRIERS = frozenset(
    words(
        "SF YT YTO JT ZTO STO YD HT HTKY DB DPK JD JDV JDVA JDVB JDVC JDVD JDVE JDVG JDX JDK JDAZ KY UC TT TTKD",
        "ANE YZ ZJS CN LP DN EMS FW",
    )
)
_POSTAL_END = rule(r"[A-Za-z]{2}(?![A-Za-z0-9])")
_EAN = rule(r"69[0-9]{11}")


def find_numbers(text: str) -> list[Entity]:
    """Return the numbers of a text (digits in ASCII) in order, without overlaps."""
    found = [*_landlines(text), *_mixed_orders(text)]
    for entity in found:  # what is known is no part of a longer run
        text = text[: entity.start] + "\x00" * (entity.end - entity.start) + text[entity.end :]
    for run in _RUN.finditer(text):
        found.extend(_in_run(text, [(m.start(), m.end()) for m in _GROUP.finditer(text, *run.span())]))
    return sorted(found, key=lambda entity: entity.start)


def _landlines(text: str) -> Iterator[Entity]:
    for match in _LANDLINE.finditer(text):
        if label_before(text, match.start()) not in ("order", "tracking", "bank", "qq", "goods", "serial"):
            yield Entity("landline", *match.span())


def _mixed_orders(text: str) -> Iterator[Entity]:
    """Yield what follows 订单号 and has letters among its digits: wx20261201abc77."""
    for match in _MIXED_ORDER.finditer(text):
        if label_before(text, match.start()) in _ORDERS:
            yield Entity("order_number", *match.span())


def _in_run(text: str, groups: list[Span]) -> Iterator[Entity]:
    at = 0
    while at < len(groups):
        most = min(_MOST_GROUPS, len(groups) - at)
        if groups[at + most - 1][1] - groups[at][0] < 8:  # too short to be anything together
            most = 1
        for count in range(most, 1, -1):
            kind = _joined(text, groups[at : at + count])
            if kind:
                yield _entity(text, kind, groups[at][0], groups[at + count - 1][1])
                at += count
                break
        else:
            if _is_spelled(text, groups, at):
                yield Entity("mobile", groups[at][0], groups[at + 10][1])
                at += 11
                continue
            yield from _alone(text, *groups[at])
            at += 1


def _joined(text: str, groups: list[Span]) -> str:
    """Classify groups taken together; "" when they are nothing together."""
    shape = tuple(end - start for start, end in groups)
    total = sum(shape)
    if not (11 <= total <= 30 or shape in _LOCAL):
        return ""
    digits = "".join(text[start:end] for start, end in groups)
    if shape in _SHAPES and _MOBILE.fullmatch(digits):
        return "wechat" if label_before(text, groups[0][0]) == "wechat" else "mobile"
    if total in (17, 18) and is_id_card(digits + _check_letter(text, groups[-1][1], total)):
        return "id_card"
    hyphens = {text[before[1]] for before in groups[:-1]} == {"-"}
    if hyphens and (shape in _ORDER_SHAPES or (shape[0] >= 6 and label_before(text, groups[0][0]) in _ORDERS)):
        return "order_number"
    spaced = total >= 15 and set(shape[:-1]) == {4} and shape[-1] <= 4
    if spaced and label_before(text, groups[0][0]) == "order":
        return "order_number"
    cards = shape[0] == 6 or shape == (4, 6, 5) or all(size == 4 for size in shape[:-1])
    if total >= 15 and cards and is_bank_card(digits, labelled=label_before(text, groups[0][0]) == "bank"):
        return "bank_card"
    local = shape in _LOCAL and digits[0] in "2345678" and label_before(text, groups[0][0]) == "landline"
    return "landline" if local else ""


def _alone(text: str, start: int, end: int) -> Iterable[Entity]:
    """Classify one unbroken run of digits."""
    digits, size = text[start:end], end - start
    if size < 5:
        return []
    label = label_before(text, start)
    letters = _LETTERS.search(text[max(start - 7, 0) : start]) if size >= 8 and not label else None
    if letters:
        begin = start - len(letters.group())
        label = label_before(text, begin)
        kind, end = _lettered(text, letters.group().upper(), label, start, end)
        if kind:
            return [Entity(kind, begin, end)]
        label = label if label == "goods" else ""
    kind = _labelled(digits, label) or (_shaped(text, start, end, label) if size >= 10 else "")
    return [_entity(text, kind, start, end)] if kind else []


def _lettered(text: str, letters: str, label: str, start: int, end: int) -> tuple[str, int]:
    """Classify digits after letters (SF1234567890123, EA123456789CN); return the kind, or "", and the end."""
    size = end - start
    if size == 9 and len(letters) == 2 and _POSTAL_END.match(text, end):
        return "tracking_number", end + 2
    if (letters in _CARRIERS and 10 <= size <= 18) or label == "tracking":
        return "tracking_number", end
    return ("order_number" if label in _ORDERS else ""), end


def _labelled(digits: str, label: str) -> str:
    """Classify digits by the label before them; "" when it says nothing about so many digits."""
    size = len(digits)
    mobile = _MOBILE.fullmatch(digits) is not None
    if label == "qq" and 5 <= size <= 11 and digits[0] != "0":
        return "qq"
    if label == "wechat" and mobile:
        return "wechat"
    if label == "id" and is_old_id_card(digits):
        return "id_card"
    if label == "bank" and is_bank_card(digits, labelled=True):
        return "bank_card"
    if label == "landline" and size in (7, 8) and digits[0] in "2345678":
        return "landline"
    if (label == "order" and size >= 6) or (label == "order_word" and size >= 8 and not mobile):
        return "order_number"
    if (label == "tracking" and size >= 8) or (label == "parcel" and size >= 10 and not mobile):
        return "tracking_number"
    return ""


def _shaped(text: str, start: int, end: int, label: str) -> str:
    """Classify ten digits or more by their shape; "" for what numbers goods."""
    digits, size = text[start:end], end - start
    if _MOBILE.fullmatch(digits):
        return "mobile"
    if size in (17, 18) and is_id_card(digits + _check_letter(text, end, size)):
        return "id_card"
    if is_bank_card(digits):
        return "bank_card"
    if label == "goods" or (_EAN.fullmatch(digits) and _is_ean(digits)):
        return ""
    order = 15 <= size <= 21 and label not in ("serial", "id", "bank") and not _SERVICE.match(digits)
    return "order_number" if order else "long_number"


def _entity(text: str, kind: str, start: int, end: int) -> Entity:
    if kind == "id_card" and _check_letter(text, end, 17) and sum(char.isdigit() for char in text[start:end]) == 17:
        return Entity(kind, start, end + 1)
    if kind in ("mobile", "wechat"):
        before = _PREFIX_86.search(text[max(start - 7, 0) : start])
        start -= len(before.group()) if before else 0
    return Entity(kind, start, end)


def _check_letter(text: str, end: int, size: int) -> str:
    """Return the X that closes 17 digits of an identity card, else ""."""
    return "X" if size == 17 and text[end : end + 1] in ("x", "X") else ""


def _is_spelled(text: str, groups: list[Span], at: int) -> bool:
    """Say whether eleven single digits from here on, and no more, are a mobile number: 1 3 8 0 0 1 3 8 0 0 0."""
    if at + 11 > len(groups) or (at and _is_single(groups[at - 1])):
        return False
    if at + 11 < len(groups) and _is_single(groups[at + 11]):
        return False
    some = groups[at : at + 11]
    return all(map(_is_single, some)) and _MOBILE.fullmatch("".join(text[start] for start, _ in some)) is not None


def _is_single(group: Span) -> bool:
    return group[1] - group[0] == 1


def _is_ean(digits: str) -> bool:
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return total % 10 == 0
