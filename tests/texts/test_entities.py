"""Personal data: what is found, and that masking keeps every character in its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_audit.texts.entities import KINDS, find_entities, mask


@pytest.mark.parametrize(
    ("text", "kinds", "masked"),
    [
        ("电话13800138000谢谢", ["mobile"], "电话138****8000谢谢"),
        ("１３８００１３８０００", ["mobile"], "１３８****８０００"),
        ("138 0013 8000", ["mobile"], "138 **** 8000"),
        ("+86 138-0013-8000", ["mobile"], "+86 1**-****-8000"),
        ("13800138000 13900139000", ["mobile", "mobile"], "138****8000 139****9000"),
        ("身份证11010519491231002X。", ["id_card"], "身份证**************002X。"),
        ("11010519491231002x", ["id_card"], "**************002x"),
        ("110105194912310021", ["long_number"], "**************0021"),  # wrong checksum
        ("4111 1111 1111 1111", ["bank_card"], "**** **** **** 1111"),
        ("4111111111111112", ["long_number"], "************1112"),
        ("订单1234567890x", ["long_number"], "订单******7890x"),
        ("123456789", [], "123456789"),
        ("2026-12-01 10:00:00", [], "2026-12-01 10:00:00"),
        ("10 20 30 40 50 60", [], "10 20 30 40 50 60"),
        ("写信到a.b_c@foo.com.cn吧", ["email"], "写信到a****@foo.com.cn吧"),
        ("a@b.cn", ["email"], "*@b.cn"),
        ("13800138000@qq.com", ["email"], "1**********@qq.com"),
        ("@客服", [], "@客服"),
        ("", [], ""),
    ],
)
def test_what_is_masked(text: str, kinds: list[str], masked: str) -> None:
    assert [entity.kind for entity in find_entities(text)] == kinds
    assert mask(text) == masked


@given(st.text(st.sampled_from("0123456789１x X-@a.好") | st.characters(), max_size=60))
def test_masking_keeps_the_length_and_what_is_not_personal(text: str) -> None:
    masked = mask(text)
    assert len(masked) == len(text)
    entities = find_entities(text)
    assert all(entity.kind in KINDS for entity in entities)
    ends = [0, *(entity.end for entity in entities)]
    starts = [*(entity.start for entity in entities), len(text)]
    for end, start in zip(ends, starts, strict=True):
        assert end <= start
        assert masked[end:start] == text[end:start]
    for entity in entities:
        assert "*" in masked[entity.start : entity.end]
    assert not any(entity.kind != "email" for entity in find_entities(masked))
