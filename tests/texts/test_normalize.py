"""Normal forms, and that every character of one is traced back to the exported text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_audit.texts.normalize import (
    SEPARATOR,
    keep_places,
    normalize,
    normalize_all,
    normalize_all_with_origins,
    normalize_with_origins,
)

# Characters that change their length, join, vanish or stand for white space, among ordinary ones.
TRICKY = "好亲没沒問題乾净aZ9,，。…㎏①ﬁİΣσé 가각ﾊﾟ😀\t\r\n"
TRICKY += "e\u0301\u0338＝\u200b\u200d\ufe0f\ufeff\u3000\x00\x07\x85\u2028\u1100\u1161"
texts = st.text(st.sampled_from(TRICKY), max_size=20) | st.text(max_size=20)


@pytest.mark.parametrize(
    ("exported", "normal"),
    [
        ("您好，请问？", "您好,请问?"),
        ("ＯＫ　ＶＸ１２３", "ok vx123"),
        ("沒問題，謝謝", "没问题,谢谢"),
        ("乾隆年間，頭髮乾淨", "乾隆年间,头发干净"),
        ("这是藉口", "这是借口"),
        ("微\u200b信\ufeff", "微信"),
        ("  a \t\r\n b  ", "a b"),
        ("好\x00的", "好的"),
        ("好\ud800的", "好的"),
        ("㎏①…", "kg1..."),
        ("cafe\u0301", "café"),
        ("👨\u200d👩\u200d👧❤\ufe0f", "👨👩👧❤"),
        ("", ""),
        (" \u200b\n", ""),
    ],
)
def test_normal_form(exported: str, normal: str) -> None:
    assert normalize(exported) == normal
    assert normalize_with_origins(exported).text == normal


@given(st.lists(texts, max_size=8))
def test_a_shard_is_normalised_as_its_texts_are(shard: list[str]) -> None:
    assert normalize_all(shard) == [normalize(text) for text in shard]
    assert normalize_all_with_origins(shard) == [normalize_with_origins(text) for text in shard]


@given(texts)
def test_normal_forms_are_clean(text: str) -> None:
    normal = normalize(text)
    assert SEPARATOR not in normal
    assert normal == " ".join(normal.split())
    if "İ" not in unicodedata.normalize("NFKC", text):  # becomes i, and a further accent on it stays apart
        assert unicodedata.is_normalized("NFKC", normal)


def test_basic_plane_is_stable() -> None:
    """No character turns into something that the normal form would change again (OpenCC's phrases aside)."""
    chars = [chr(code) for code in range(0x10000) if not 0x3400 <= code < 0xA000]
    once = normalize_all(chars)
    again = normalize_all(once)
    assert [(a, b) for a, b in zip(once, again, strict=True) if a != b] == []


def test_many_texts_are_normalized_as_each_alone() -> None:
    chars = [chr(code) for code in range(0x20100) if not 0x3500 <= code < 0x9F00]
    many = [f" {a}{b} a{a}\t " for a, b in zip(chars, reversed(chars), strict=True)]
    many += [
        "Σ aΣ ΑΣΑ",
        "か\u3099",
        "ｶﾞ",
        "각",
        "藉口",
        "<e:好",
        "人>",
        "/:087",
        "[微笑]",
        "",
        " ",
        "\x00",
        "\x00好",
        "…！",
    ]
    assert normalize_all(many) == [normalize(text) for text in many]
    assert normalize_all(["<e:好", "人>"]) == ["<e:好", "人>"]


@given(texts)
def test_origins_are_in_order_and_hold_what_they_became(text: str) -> None:
    normal = normalize_with_origins(text)
    assert normal.text == normalize(text)
    spans = [normal.origin(i, i + 1) for i in range(len(normal.text))]
    assert all(0 <= a < b <= len(text) for a, b in spans)
    assert spans == sorted(spans)
    for (a, b), char in zip(spans, normal.text, strict=True):
        # Whether a Σ ends a word shows only in the whole text, so ς and σ count as the same.
        assert char == " " or char.replace("ς", "σ") in normalize(text[a:b]).replace("ς", "σ")


@given(texts, st.data())
def test_the_slice_of_a_span_contains_the_hit(text: str, data: st.DataObject) -> None:
    normal = normalize_with_origins(text)
    start = data.draw(st.integers(0, len(normal.text)))
    end = data.draw(st.integers(start, len(normal.text)))
    a, b = normal.origin(start, end)
    assert 0 <= a <= b <= len(text)
    wanted = normal.text[start:end].strip()
    assert wanted.replace("ς", "σ") in normalize(text[a:b]).replace("ς", "σ")


@pytest.mark.parametrize(
    ("exported", "hit", "quoted"),
    [
        ("ＯＫ沒問題", "没问题", "沒問題"),
        ("  加  微\u200b信 ", "微信", "微\u200b信"),
        ("  加  微信", "加 微信", "加  微信"),
        ("好…的", "..的", "…的"),
        ("重5㎏吧", "kg", "㎏"),
        ("e\u0301好", "é", "e\u0301"),
        ("각각好", "好", "好"),
    ],
)
def test_a_hit_is_quoted_as_exported(exported: str, hit: str, quoted: str) -> None:
    normal = normalize_with_origins(exported)
    at = normal.text.index(hit)
    a, b = normal.origin(at, at + len(hit))
    assert exported[a:b] == quoted


@pytest.mark.parametrize("text", ["您好,请问", "您好，请问？", "ＶＸ", "沒問題", ""])
def test_texts_that_keep_their_places_need_no_map(text: str) -> None:
    assert normalize_with_origins(text).starts is None


@given(st.lists(texts))
def test_a_text_that_is_said_to_keep_its_places_does(shard: list[str]) -> None:
    for text, kept in zip(shard, keep_places(shard).tolist(), strict=True):
        normal = normalize_with_origins(text)
        assert not kept or (normal.starts is None and len(normal.text) == len(text))


@pytest.mark.parametrize(("text", "kept"), [
    ("您好，请问？", True), ("ＶＸ加一下", True), ("", True), ("亲 在吗", False), ("[微笑]", False), ("等…", False), ("没\x00有", False),
])  # fmt: skip
def test_which_texts_are_seen_to_keep_their_places(text: str, kept: bool) -> None:
    assert keep_places([text]).tolist() == [kept]
