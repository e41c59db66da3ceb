"""Codes of customers by a key: C-8F3K, as short as tells the customers of one night apart.

customer_codes([night, night], ["云栖", "云栖"], ["tb1", "tb2"], key)      # ["C-8F3K", "C-01QW"]
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from qa_audit.privacy.key import ALPHABET, CustomerKey

PREFIX = "C-"
_SHORTEST = 4  # characters; two more at a time where two customers of a night meet
_MISREAD = str.maketrans("OILU", "011V")


def customer_codes(
    nights: Sequence[object], shops: Sequence[str | None], customers: Sequence[str], key: CustomerKey
) -> list[str]:
    """Return the code of the customer of each session; equal sequences, one entry per session.

    A code is the beginning of the same full code in every night: four characters, or six, eight … for customers whose
    beginnings meet within the night. So within a night no two customers share a code.
    """
    people = list(zip(shops, customers, strict=True))
    full = {person: key.full_code(*person) for person in dict.fromkeys(people)}
    of_night: dict[object, set[str]] = {}
    for night, person in zip(nights, people, strict=True):
        of_night.setdefault(night, set()).add(full[person])
    short = {night: shortest(codes) for night, codes in of_night.items()}
    return [PREFIX + short[night][full[person]] for night, person in zip(nights, people, strict=True)]


def shortest(full: Iterable[str]) -> dict[str, str]:
    """Return for each of distinct full codes the beginning that no other one has."""
    out: dict[str, str] = {}
    left, size = sorted(full), _SHORTEST
    while left:
        counts = Counter(code[:size] for code in left)
        out |= {code: code[:size] for code in left if counts[code[:size]] == 1}
        left = [code for code in left if counts[code[:size]] > 1]
        size += 2
    return out


def typed_code(text: str) -> str | None:
    """Return the characters of a code as typed (c-8f3k, 8F3K with O for 0), None when it is none."""
    upper = text.strip().upper()
    if not upper.startswith(PREFIX):
        return None
    digits = upper.removeprefix(PREFIX).translate(_MISREAD)
    return digits if len(digits) >= _SHORTEST and set(digits) <= set(ALPHABET) else None


def matches(typed: str, full: str) -> bool:
    """Say whether a typed code (`typed_code`) is the beginning of a full one: another night may show more or less."""
    return full.startswith(typed)
