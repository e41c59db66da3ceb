"""Suspected hits: what is found written otherwise, what ordinary texts are left alone, and where the hits stand."""

from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_audit.shipped import rubrics_folder
from qa_audit.texts.folding import fold
from qa_audit.texts.lexicon import Lexicon, build_lexicon, parse_lexicon
from qa_audit.texts.normalize import normalize, normalize_all
from qa_audit.texts.phrases import Scanner

PHRASES = build_lexicon(
    "x",
    words=["加微信", "加v", "微信号", "转我支付宝", "加qq", "低能", "脑残", "傻子", "好烦", "去死", "tmd", "知道你住哪", "亲可以", "滚", "?!"],
    whole=["贱人"],
    regexes=["你(?:真)?笨"],
    excepts=["不加微信", "加v领", "傻子瓜子"],
    evasions=True,
)  # fmt: skip


def suspected(lexicon: Lexicon, text: str) -> list[str]:
    """Return the characters of the normal form that are suspected, with a letter and an ideograph of others around."""
    normals = normalize_all(["加 微", text, "信"])
    scanner = Scanner([lexicon])
    hits = scanner.scan(normals)
    rows = [i for i in range(len(hits)) if scanner.names[hits.lexicon[i]].endswith("~")]
    assert all(hits.text[i] == 1 for i in rows)
    return [normals[1][hits.start[i] : hits.end[i]] for i in rows]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("加 微 信", ["加 微 信"]),
        ("亲加 微 信吧", ["加 微 信"]),
        ("加 微信", ["加 微信"]),
        ("请加*微信", ["加*微信"]),
        ("加.微.信", ["加.微.信"]),
        ("您 加-微-信 哦", ["加-微-信"]),
        ("请加，微，信吧", ["加,微,信"]),
        ("【加】【微】【信】", ["加】【微】【信"]),
        ("亲加🌹微🌹信", ["加🌹微🌹信"]),
        ("请加[微笑]微[微笑]信", ["加<E:微笑>微<E:微笑>信"]),
        ("加\n微\n信", ["加 微 信"]),
        ("＋ＶＸ１２３４５", ["+vx"]),
        ("➕v", ["➕v"]),
        ("加 v 吧", ["加 v"]),
        ("加薇❤", ["加薇❤"]),
        ("佳威信", ["佳威信"]),
        ("我的vx号", ["vx号"]),
        ("v❤号 abc", ["v❤号"]),
        ("转我zfb", ["转我zfb"]),
        ("加扣扣", ["加扣扣"]),
        ("你脑*残", ["脑*残"]),
        ("你真是脑 残", ["脑 残"]),
        ("t.m.d", ["t.m.d"]),
        ("知 道 你 住 哪", ["知 道 你 住 哪"]),
        ("加 微 信 加 微 信", ["加 微 信", "加 微 信"]),
    ],
)
def test_written_otherwise(text: str, found: list[str]) -> None:
    assert suspected(PHRASES, text) == found


@pytest.mark.parametrize(
    "text",
    [
        "加微信",  # a sure hit
        "加v",
        "加微信 加qq",
        "不加 微 信",  # excepted
        "不 加 vx",
        "面料加 v 领",
        "傻 子 瓜 子",
        "价格低 能送吗",  # spaces between phrases
        "我知道 你住哪都行",
        "好滴，亲可，以",
        "亲，可以等待",
        "你好。烦请看一下",  # the ends of sentences
        "你好!烦请",
        "你好？ 烦请",
        "你好;烦请",
        "好：烦",
        "低... 能耗",  # trails off
        "好 - - - - - - - 烦",  # too much between
        "加 购 物 车",
        "加/微/博",
        "微信加好友",
        "很有威信",
        "右 边",
        "1+vip",  # a word that goes on
        "加 vip",
        "a tmd1 xt m dx",
        "滚 吧",  # a phrase of one character
        "? !",
        "贱 人",  # a whole message, a regex
        "你 笨",
        "",
        "😀😀😀",
    ],
)
def test_ordinary(text: str) -> None:
    assert suspected(PHRASES, text) == []


def test_only_lexicons_that_ask_for_it() -> None:
    assert Scanner([replace(PHRASES, evasions=False)]).names == ("x",)
    others = [build_lexicon("a", words=["加微信"]), PHRASES, build_lexicon("b", words=["傻子"], evasions=True)]
    scanner = Scanner(others)
    assert scanner.names == ("a", "x", "b", "x~", "b~")
    hits = scanner.scan(["加 微 信 傻*子"])
    assert hits.lexicon.tolist() == [3, 3, 4]
    assert [PHRASES.phrases[i] for i in hits.phrase[:2]] == ["加微信", "傻子"]


def test_a_suspected_hit_touches_no_sure_one() -> None:
    lexicon = build_lexicon("x", words=["微信号", "加微信"], regexes=["加 微信"], evasions=True)
    assert suspected(lexicon, "加 微信") == []
    assert suspected(lexicon, "加 微 信号") == ["加 微 信", "微 信号"]


def test_phrases_that_fold_alike_count_once() -> None:
    lexicon = build_lexicon("x", words=["加微信", "加薇信", "加vx"], evasions=True)
    hits = Scanner([lexicon]).scan(["加 微 信"])
    assert hits.phrase.tolist() == [0]


@pytest.mark.parametrize("text", [" " * 1_000_000, "😀" * 200_000, "❤" * 200_000, "v❤" * 50_000, "加\ud800 " * 50_000])
def test_hostile_texts(text: str) -> None:
    assert suspected(PHRASES, text) == []


PIECES = ["加", "微", "信", "薇", "v", "x", "❤", "➕", " ", "*", ".", ",", "。", "😀", "脑", "残", "不", "领", "1"]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join).map(normalize), st.sampled_from([1, 3]))
def test_suspected_hits_hold_what_they_are_suspected_of(text: str, copies: int) -> None:
    scanner = Scanner([PHRASES])
    hits = scanner.scan([text] * copies)
    taken = [
        (int(t), set(range(a, b)))
        for t, a, b, name in zip(hits.text, hits.start, hits.end, hits.lexicon, strict=True)
        if name == 0
    ]
    rows = [i for i in range(len(hits)) if hits.lexicon[i] == 1]
    for i in rows:
        span, phrase = text[hits.start[i] : hits.end[i]], PHRASES.phrases[hits.phrase[i]]
        assert fold(span).text == fold(phrase).text
        assert span != phrase
        assert not set(span) & set("。!?;:")
        where = set(range(hits.start[i], hits.end[i]))
        assert not any(t == hits.text[i] and where & spots for t, spots in taken)
    assert len(rows) % copies == 0


@cache
def shipped(name: str) -> Lexicon:
    return parse_lexicon(name, (rubrics_folder() / "lexicons" / f"{name}.txt").read_text("utf-8"), name)


@pytest.mark.parametrize("name", ["insult", "off_platform"])
def test_shipped_lexicons_are_found_spelled_out(name: str) -> None:
    lexicon = shipped(name)
    assert lexicon.evasions
    words = [word for word in lexicon.words if len(word) > 1]
    hits = Scanner([lexicon]).scan(["*".join(word) for word in words])
    assert set(hits.text.tolist()) == set(range(len(words)))


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("off_platform", "亲加/微/信聊", ["加/微/信"]),
        ("off_platform", "➕薇 abc", ["➕薇"]),
        ("off_platform", "留个vx", ["留个vx"]),
        ("off_platform", "我 的 v ❤ 号", ["我 的 v ❤ 号"]),
        ("off_platform", "您转我zfb", ["转我zfb"]),
        ("off_platform", "加 购 物 车", []),
        ("off_platform", "面料 加 v 领", []),
        ("off_platform", "我 微 信 支付的", []),
        ("off_platform", "请勿 加 微 信", []),
        ("off_platform", "再加 薇诺娜面膜", []),
        ("insult", "傻-逼", ["傻-逼"]),
        ("insult", "t m d", ["t m d"]),
        ("insult", "价格低 能送吗", []),
        ("insult", "傻 子 瓜 子", []),
    ],
)
def test_shipped_lexicons_on_lines(name: str, text: str, found: list[str]) -> None:
    assert suspected(shipped(name), text) == found
