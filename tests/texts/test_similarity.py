"""How alike texts are, held against counting by hand in plain Python."""

from collections import Counter
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_audit.texts import similarity
from qa_audit.texts.similarity import MOST_CHARACTERS, Likeness


def dice(one: str, other: str) -> float:
    left, right = (Counter(pairwise(text[:MOST_CHARACTERS])) for text in (one, other))
    total = left.total() + right.total()
    return 2 * (left & right).total() / total if total else 0.0


@pytest.mark.parametrize(
    ("one", "other", "share"),
    [
        ("您好在吗", "您好在", 0.8),
        ("请稍等一下", "请您稍等一下", 2 * 3 / 9),
        ("哈哈哈哈", "哈哈", 0.5),  # counted as often as they stand there
        ("abcd", "bcda", 2 / 3),
        ("您好", "好您", 0.0),
        ("好", "您好", 0.0),
        ("", "您好", 0.0),
    ],
)
def test_the_share_is_an_inclusive_limit(one: str, other: str, share: float) -> None:
    likeness = Likeness([one, other])
    assert dice(one, other) == pytest.approx(share)
    ends = np.array([0, 1]), np.array([1, 0])
    if share:
        assert likeness.alike(*ends, share).all()
    assert not likeness.alike(*ends, share + 0.001).any()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.text(st.sampled_from("您好在吗吧𠮷x"), max_size=12), min_size=1, max_size=8, unique=True),
    st.sampled_from([0.5, 2 / 3, 0.8, 1.0]),
    st.sampled_from([1, 1 << 21]),
)
def test_all_pairs_against_counting_by_hand(texts: list[str], least: float, at_once: int) -> None:
    pairs = list(product(range(len(texts)), repeat=2)) * 2
    left, right = np.array(pairs).T
    likeness = Likeness(texts)
    expected = [a == b or (least < 1 and dice(texts[a], texts[b]) >= least - 1e-9) for a, b in pairs]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(similarity, "_AT_ONCE", at_once)
        assert likeness.alike(left, right, least).tolist() == expected
    assert (likeness.maybe(left, right, least) | ~np.array(expected)).all()


def test_only_the_beginning_of_long_texts_is_compared() -> None:
    begin = "".join(chr(0x4E00 + i) for i in range(MOST_CHARACTERS))
    likeness = Likeness([begin + "甲" * 5_000, begin + "乙" * 9, begin[:-400]])
    assert likeness.alike(np.array([0, 0]), np.array([1, 2]), 0.99).tolist() == [True, False]


def test_no_pairs() -> None:
    nothing = np.zeros(0, dtype=np.int64)
    assert Likeness([]).alike(nothing, nothing, 0.5).tolist() == []
    assert Likeness(["", "x"]).alike(np.array([0, 1]), np.array([0, 0]), 0.5).tolist() == [True, False]
