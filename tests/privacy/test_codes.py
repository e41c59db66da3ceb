"""Codes of customers: the same in every night, short, and never shared within one."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_audit.privacy.codes import customer_codes, matches, shortest, typed_code
from qa_audit.privacy.key import CustomerKey

KEY = CustomerKey(bytes(range(32)))
NIGHT, NEXT = date(2026, 12, 1), date(2026, 12, 2)


@pytest.mark.parametrize(
    ("full", "short"),
    [
        (["ABCDEFGH", "WXYZ0000"], ["ABCD", "WXYZ"]),
        (["ABCDEFGH", "ABCD0000", "WXYZ0000"], ["ABCDEF", "ABCD00", "WXYZ"]),
        (["ABCDEFGH", "ABCDEF00", "ABCD0000"], ["ABCDEFGH", "ABCDEF00", "ABCD00"]),
        ([], []),
    ],
)
def test_only_customers_who_meet_get_longer_codes(full: list[str], short: list[str]) -> None:
    assert shortest(full) == dict(zip(full, short, strict=True))


@given(st.sets(st.text(st.sampled_from("01A"), min_size=12, max_size=12), max_size=60))
@settings(max_examples=25)
def test_no_two_share_a_code_and_every_code_is_a_beginning(full: set[str]) -> None:
    short = shortest(full)
    assert set(short) == full
    assert len(set(short.values())) == len(full)
    for code, begin in short.items():
        assert code.startswith(begin)
        assert sum(other.startswith(begin) for other in full) == 1


def test_a_customer_keeps_the_code_over_nights_and_has_another_in_another_shop() -> None:
    nights = [NIGHT, NIGHT, NIGHT, NEXT, NEXT]
    shops = ["云栖", "云栖", "山岚", "云栖", None]
    codes = customer_codes(nights, shops, ["tb1", "tb2", "tb1", "tb1", "tb1"], KEY)
    assert codes[0] == codes[3]
    assert len(set(codes)) == 4
    assert all(code.startswith("C-") and len(code) == 6 for code in codes)


def test_codes_hang_on_the_key_and_not_on_the_order() -> None:
    people = [f"tb{i}" for i in range(200)]
    nights, shops = [NIGHT] * 200, ["云栖"] * 200
    codes = customer_codes(nights, shops, people, KEY)
    assert customer_codes(nights, shops, people[::-1], KEY) == codes[::-1]
    assert not set(codes) & set(customer_codes(nights, shops, people, CustomerKey(bytes(32))))


def test_many_customers_of_a_night_are_told_apart() -> None:
    people = [f"tb{i}" for i in range(4000)]  # some meet in four characters of a million
    codes = customer_codes([NIGHT] * 4000, [None] * 4000, people, KEY)
    assert len(set(codes)) == 4000
    assert {len(code) for code in codes} == {6, 8}


@pytest.mark.parametrize(
    ("typed", "characters"),
    [
        ("C-8F3K", "8F3K"),
        ("c-8f3kq2", "8F3KQ2"),
        (" C-8F3O ", "8F30"),
        ("C-8FIL", "8F11"),
        ("C-8F", None),
        ("8F3K", None),
        ("C-8F3!", None),
        ("顾客0001", None),
    ],
)
def test_codes_as_people_type_them(typed: str, characters: str | None) -> None:
    assert typed_code(typed) == characters


def test_a_short_and_a_long_code_are_the_same_customer() -> None:
    full = KEY.full_code("云栖", "tb1")
    check: Callable[[str], bool] = lambda typed: matches(typed, full)  # noqa: E731
    assert check(full[:4])
    assert check(full[:8])
    assert not check(full[1:5])
