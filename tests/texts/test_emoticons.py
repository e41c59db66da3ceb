"""Emoticon codes are named in the normal form, and quoted spans still lead back to the exported characters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_audit.texts.codepoints import core
from qa_audit.texts.normalize import normalize, normalize_with_origins


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("好的/:^_^", "好的<E:微笑>"),
        ("/:087亲", "<E:飞吻>亲"),
        ("/:!不要说", "<E:嘘>不要说"),
        ("/:-F送您", "<E:玫瑰>送您"),
        ("/::)", "<E:微笑>"),
        ("[微笑][捂脸]", "<E:微笑><E:捂脸>"),
        ("[發]", "<E:发>"),
        ("#E-s12好", "<E:e-s12>好"),
        ("/:999", "<E:999>"),
        ("[图片]", "[图片]"),
        ("[订单x]", "[订单x]"),
        ("http://a.cn/:8080", "http://a.cn/:8080"),
        ("<E:微笑>", "<E:微笑>"),
    ],
)
def test_codes_are_named(text: str, normal: str) -> None:
    assert normalize(text) == normal
    assert normalize_with_origins(text).text == normal


def test_marks_within_a_code_are_no_punctuation() -> None:
    assert "!" not in normalize("/:! /:>@< /:?")


def test_a_span_after_a_code_leads_back_to_its_characters() -> None:
    text = "好/:^_^ 再见"
    found = normalize_with_origins(text)
    at = found.text.index("再见")
    start, end = found.origin(at, at + 2)
    assert text[start:end] == "再见"
    name = found.text.index("<E:")
    assert text[slice(*found.origin(name + 3, name + 5))] == "/:^_^"


def test_emoticons_around_a_message_do_not_count() -> None:
    assert core(normalize("嗯[微笑]")) == "嗯"


@given(st.lists(st.sampled_from(["/:^_^", "[微笑]", "/:", "[", "]", "e", "<E:", ">", "嗯", "!", "#E-s1"]), max_size=12))
def test_naming_twice_is_naming_once(parts: list[str]) -> None:
    once = normalize("".join(parts))
    assert normalize(once) == once
    assert normalize_with_origins("".join(parts)).text == once
