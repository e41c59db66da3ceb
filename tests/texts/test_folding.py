"""Folding: what falls away, what is written as what, and that every folded character leads back to where it stood."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_audit.texts.folding import STANDS_FOR, fold, fold_all
from qa_audit.texts.normalize import normalize

# What falls away, what stands for something, what stops, among ordinary characters.
TRICKY = "加微信薇威心vxwq+➕❤♥💗 *·.-/【】😀,、:。!?佳右扣企鹅支付宝zfb力口好1aE<>[]笑\u200b\ud800\x00"
texts = (st.text(st.sampled_from(TRICKY), max_size=16) | st.text(max_size=16)).map(normalize)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("加 微 信", "加微信"),
        ("加*微·信", "加微信"),
        ("加【微】(信)", "加微信"),
        ("加-微/信~", "加微信"),
        ("加，微、信", "加微信"),
        ("加🌹微😀信", "加微信"),
        ("加[微笑]微/:087信", "加微信"),
        ("加\u200b微\ufeff信", "加微信"),
        ("加。微！信？吧；好：", "加。微!信?吧;好:"),
        ("薇信 威信 徽信 薇x v信", "微信微信微信微信微信"),
        ("ＶＸ WX weixin wei信", "微信微信微信微信"),
        ("v x", "微信"),
        ("薇❤ v💗 微♥ 薇心", "微信微信微信微信"),
        ("❤微❤❤", "微信"),
        ("点个❤", "点个"),
        ("微心 威力 薇诺娜", "微心威力薇诺娜"),
        ("vxx avx vx1 1vx", "vxxavx微信11微信"),
        ("iphonevx", "iphonevx"),
        ("➕微信 +v +qq", "加微信加v加qq"),
        ("1+1 a+b +好", "11ab好"),
        ("佳薇信 力口 微信 嘉vx 右扣扣", "加微信加微信加微信加qq"),
        ("佳人 嘉年华 力口", "佳人嘉年华力口"),
        ("扣扣 企鹅 球球", "qqqqqq"),
        ("zfb 知付宝 支付bao", "支付宝支付宝支付宝"),
        ("加购物车 1234 ok", "加购物车1234ok"),
        ("", ""),
        ("😀😀 ***", ""),
    ],
)
def test_folded_text(text: str, folded: str) -> None:
    assert fold(normalize(text)).text == folded


@pytest.mark.parametrize("written", STANDS_FOR)
def test_what_stands_for_a_word_is_folded_to_it(written: str) -> None:
    assert fold(normalize(written)).text == STANDS_FOR[written]
    assert fold(normalize(" ".join(written))).text == STANDS_FOR[written]


@pytest.mark.parametrize(
    ("text", "starts", "ends", "changed"),
    [
        ("加 v ❤吧", [0, 2, 2, 5], [1, 5, 5, 6], [False, True, True, False]),
        ("zfb好", [0, 0, 0, 3], [3, 3, 3, 4], [True, True, True, False]),
        ("+v", [0, 1], [1, 2], [True, False]),
        ("a b", [0, 2], [1, 3], [False, False]),
    ],
)
def test_the_way_back(text: str, starts: list[int], ends: list[int], changed: list[bool]) -> None:
    folded = fold(text)
    assert folded.starts.tolist() == starts
    assert folded.ends.tolist() == ends
    assert folded.changed.tolist() == changed


@given(texts)
def test_every_character_leads_back_to_what_it_was(text: str) -> None:
    folded = fold(text)
    size = len(folded.text)
    assert len(folded.starts) == len(folded.ends) == len(folded.changed) == size
    spans = list(zip(folded.starts.tolist(), folded.ends.tolist(), strict=True))
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert spans == sorted(spans)
    for char, (start, end), changed in zip(folded.text, spans, folded.changed, strict=True):
        assert (text[start:end] == char) == (not changed)


@given(texts)
def test_a_folded_text_folds_to_itself(text: str) -> None:
    once = fold(text).text
    assert fold(once).text == once


@given(st.lists(texts, max_size=6))
def test_texts_are_folded_apart(shard: list[str]) -> None:
    assert fold_all(shard) == [fold(text).text for text in shard]
