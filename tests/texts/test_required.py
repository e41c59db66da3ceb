"""The characters that a regex needs: what is read, and that no match does without them."""

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from qa_audit.texts.lexicon import regex_options
from qa_audit.texts.required import required


@pytest.mark.parametrize(
    ("regex", "needs"),
    [
        ("微信", ["信", "微"]),
        ("(?:微信|qq)是", ["微q", "信q", "是"]),
        ("不?要+", ["要"]),
        ("好{0,2}坏{1,}", ["坏"]),
        ("(好|)坏", ["坏"]),
        ("[的吧]x", ["x", "的吧"]),
        ("[^的]好.", ["好"]),
        (r"[\x{4e00}-\x{9fff}]\.\d\pN\p{Han}吗", ["吗", ".", "0123456789"]),
        ("[[:alpha:]_][]a]", ["]a"]),
        ("OK", ["k", "o"]),
        ("É好", ["好"]),
        ("(?i)a(?P<n>b)(?<m>c)(?s:.)", ["a", "b", "c"]),
        ("a{,2}", ["a", "{", "2", "}", ","]),
        ("好|", []),
        (".*", []),
    ],
)
def test_what_is_needed(regex: str, needs: list[str]) -> None:
    assert {frozenset(need) for need in needs} >= set(required(regex) or [])
    assert len(required(regex) or []) == min(len(needs), 3)


@pytest.mark.parametrize("regex", [r"\A好", r"好\z", r"\C", r"\Q好\E", "(?-m)^", "(?m-s:.)", "(", ")", "[a", r"\1"])
def test_what_is_not_read(regex: str) -> None:
    assert required(regex) is None


pieces = st.recursive(
    st.sampled_from(
        ["好", "您", "a", "1", ".", "[好b]", "[^好]", r"\d", r"\.", "[a-c]", "^", "$", r"\b", r"[\d您]", "K"]
    ),
    lambda part: st.one_of(
        st.lists(part, max_size=3).map("".join),
        st.lists(part, min_size=1, max_size=3).map(lambda parts: f"({'|'.join(parts)})"),
        st.tuples(part, st.sampled_from(["*", "+", "?", "{2}", "{0,1}", "{1,2}?"])).map(lambda p: f"(?:{p[0]}){p[1]}"),
    ),
    max_leaves=6,
)


@given(pieces, st.text(st.sampled_from("好您ab1.ck,"), max_size=6))
def test_no_match_does_without(regex: str, text: str) -> None:
    needs = required(regex)
    assert needs is not None
    if re2.search(regex, text, options=regex_options()):
        assert all(any(char in need for char in text) for need in needs), needs
