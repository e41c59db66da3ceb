"""Numbers that prove themselves: identity cards by date and checksum, bank cards by prefix and Luhn."""

import re

_ID_CARD = re.compile(r"[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]", re.ASCII)
_OLD_ID_CARD = re.compile(r"[1-9]\d{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}", re.ASCII)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
# Prefix and length: UnionPay, Visa, MasterCard (both ranges), American Express, JCB, and the 18 and 19 digit cards that
# mainland banks gave out under prefixes of the 4 and 9 ranges. Other long numbers that begin with 4 are orders.
_BANK_CARD = re.compile(
    r"62\d{14,17}|4\d{15}|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|35\d{14}"
    r"|(?:436742|4563(?:50|51)|421349|43406[12]|9558\d\d|60138\d)\d{12,13}",
    re.ASCII,
)


def is_id_card(digits: str) -> bool:
    """Say whether 18 characters (the last may be X) are an identity card number with a right date and checksum."""
    if not _ID_CARD.fullmatch(digits):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits, _ID_WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == digits[-1]


def is_old_id_card(digits: str) -> bool:
    """Say whether 15 digits may be an identity card number of before 1999: it has a date but no checksum."""
    return _OLD_ID_CARD.fullmatch(digits) is not None


def is_bank_card(digits: str, *, labelled: bool = False) -> bool:
    """Say whether 15–19 digits pass Luhn and begin as cards do; after a label (卡号) any beginning will do."""
    if not (15 <= len(digits) <= 19 if labelled else _BANK_CARD.fullmatch(digits)):
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
