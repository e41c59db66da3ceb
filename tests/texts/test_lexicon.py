"""Lexicon files, and that every mistake in one is named with its place."""

import pytest

from qa_audit.errors import RubricError
from qa_audit.texts.lexicon import Lexicon, build_lexicon, compile_regex, parse_lexicon

FILE = """\ufeff# 反问、质问
不是跟您說過了嗎

没看到吗
沒看到嗎
\\#1
\\[图片]
[整句]
哦。
  [ 正则 ]
没看.{0,3}吗
[a-z]
[except]
您看到了吗
[实体]
电话
QQ号
link
[选项]
规避
"""


def test_a_file_is_read_into_normal_forms() -> None:
    lexicon = parse_lexicon("rhetorical", FILE, "rhetorical.txt")
    assert lexicon == Lexicon(
        name="rhetorical",
        words=("不是跟您说过了吗", "没看到吗", "#1", "[图片]"),
        whole=("哦",),
        regexes=("没看.{0,3}吗", "[a-z]"),
        entities=("phone", "qq", "link"),
        excepts=("您看到了吗",),
        evasions=True,
        filename="rhetorical.txt",
        lines=(2, 4, 6, 7, 9, 11, 12, 16, 17, 18, 14),
    )
    assert lexicon.phrases == (*lexicon.words, "哦", "没看.{0,3}吗", "[a-z]", "phone", "qq", "link")


def test_sections_in_english() -> None:
    text = "[words]\na\n[whole]\nb\n[regex]\nc\n[entities]\nphone\n[except]\nd\n[options]\nevasions\n"
    assert parse_lexicon("x", text, "").phrases == ("a", "b", "c", "phone")
    assert parse_lexicon("x", text, "").evasions
    assert not parse_lexicon("x", "[options]\n", "").evasions


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("\u200b", "可见"),
        ("[正则]\n(", "1.txt:3:1: E402 正则"),
        ("[regex]\n   (?=a)", "1.txt:3:4: E402 正则"),
        ("[正则]\n(a)\\1", "RE2"),
        ("[正则]\na*", "空文本"),
        ("[正则]\n好?|", "空文本"),
        ("[例子]", "1.txt:2:1: E404 不认识的小节"),
        ("[实体]\n手机", "1.txt:3:1: E410 没有实体 '手机'"),
        ("[选项]\n规蔽", "1.txt:3:1: E408 不认识的选项 '规蔽'"),
    ],
)
def test_mistakes_name_their_place(line: str, said: str) -> None:
    with pytest.raises(RubricError) as caught:
        parse_lexicon("x", "# 注释\n" + line + "\n", "1.txt")
    assert said in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_all_mistakes_are_named_at_once() -> None:
    with pytest.raises(RubricError) as caught:
        parse_lexicon("x", "[坏]\n[正则]\n(\n好\n)\n[实体]\nx\n[选项]\n  y", "1.txt")
    places = [line.split(": ")[0] for line in str(caught.value).splitlines()]
    assert places == ["1.txt:1:1", "1.txt:3:1", "1.txt:5:1", "1.txt:7:1", "1.txt:9:3"]


def test_phrases_given_inline_are_cleaned_alike() -> None:
    assert build_lexicon("x", words=["ＯＫ", "ok", "Ok "], whole=["~好的！", "?"]) == Lexicon(
        name="x", words=("ok",), whole=("好的", "?")
    )
    with pytest.raises(ValueError, match="正则"):
        build_lexicon("x", regexes=["["])


@pytest.mark.parametrize(
    ("source", "text"),
    [("吗？", "吗?"), ("[，。]好", ",好"), ("VX号", "vx号"), ("沒有", "没有"), ("（好）", "(好)"), ("好　的", "好 的")],
)
def test_regexes_match_normal_forms(source: str, text: str) -> None:
    assert compile_regex(source).search(text).span() == (0, len(text))
