"""The scanner against cases of Chinese chats, and against a plain search phrase by phrase."""

import re

import numpy as np
import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

import qa_audit.texts.phrases as phrases
from qa_audit.texts.codepoints import is_trimming
from qa_audit.texts.lexicon import Lexicon, build_lexicon
from qa_audit.texts.normalize import normalize
from qa_audit.texts.phrases import Scanner, phrases_of


def found(lexicon: Lexicon, *texts: str) -> list[list[str]]:
    """Return per text the characters that were hit."""
    normals = [normalize(text) for text in texts]
    hits = Scanner([lexicon]).scan(normals)
    out: list[list[str]] = [[] for _ in texts]
    for text, start, end in zip(hits.text.tolist(), hits.start.tolist(), hits.end.tolist(), strict=True):
        out[text].append(normals[text][start:end])
    return out


WORDS = build_lexicon("x", words=["请", "亲", "女", "您好", "您好请问", "好请", "vx", "5", "ok~", "q 群"])
EXCEPTED = build_lexicon("x", words=["请", "亲"], excepts=["申请", "邀请", "亲测", "请"])
WHOLE = build_lexicon("x", whole=["好", "谢谢", "?", "ok", "[微笑]"])
REGEXES = build_lexicon(
    "x", words=["一下吗"], regexes=[r"看.{0,4}吗", r"加(微信|qq)", r"(?:第(\d+)次)", r"\b"], excepts=["您看一下吗"]
)


@pytest.mark.parametrize(
    ("lexicon", "text", "hits"),
    [
        (WORDS, "亲，请稍等", ["亲", "请"]),
        (WORDS, "您好请问", ["您好请问"]),  # 您好, 好请 and 请 are nested in it
        (WORDS, "您好,请", ["您好", "请"]),
        (WORDS, "加VX吧", ["vx"]),
        (WORDS, "vxx 1vx vx1 v x", []),
        (WORDS, "vx，VX", ["vx", "vx"]),
        (WORDS, "15 5 5天 55", ["5", "5"]),
        (WORDS, "ok~~ book~", ["ok~"]),
        (WORDS, "qq 群 q 群", ["q 群", "q 群"]),  # Chinese in it: not a Latin needle
        (WORDS, "", []),
        (EXCEPTED, "申请退款，邀请亲测", []),
        (EXCEPTED, "请申请，亲亲测", ["请", "亲"]),
        (WHOLE, "好的", []),
        (WHOLE, "好！", ["好"]),
        (WHOLE, " ~谢谢😊/:087 [微笑]", ["谢谢"]),
        (WHOLE, "谢谢#E-s12", ["谢谢"]),
        (WHOLE, "[图片]谢谢", []),
        (WHOLE, "谢谢[订单x]", []),
        (WHOLE, "谢谢 谢谢", []),
        (WHOLE, "?", ["?"]),
        (WHOLE, "？？", []),
        (WHOLE, "/:001OK", ["ok"]),
        (WHOLE, "[微笑]", ["[微笑]"]),
        (REGEXES, "没看到吗", ["看到吗"]),
        (REGEXES, "麻烦您看一下吗", []),  # shielded, and with it the word inside
        (REGEXES, "加qq，第12次", ["qq", "12"]),
        (REGEXES, "看了吗看吗", ["看了吗看吗"]),
        (build_lexicon("x", words=["好"], regexes=["好"]), "好", ["好"]),
        (build_lexicon("x"), "好", []),
    ],
)
def test_what_is_hit(lexicon: Lexicon, text: str, hits: list[str]) -> None:
    assert found(lexicon, "请", text, "亲")[1] == hits


def test_an_exception_shields_only_its_own_lexicon() -> None:
    lexicons = [build_lexicon("a", words=["请"], excepts=["申请"]), build_lexicon("b", words=["请"])]
    assert Scanner(lexicons).scan(["申请"]).lexicon.tolist() == [1]


def test_a_phrase_does_not_reach_into_the_next_text() -> None:
    assert found(WORDS, "您", "好", "请问") == [[], [], ["请"]]


def test_phrase_numbers_name_the_phrase() -> None:
    lexicons = [
        build_lexicon("a", words=["亲", "您"], whole=["好"], regexes=["a+"], excepts=["亲测"]),
        build_lexicon("b", words=["您"], regexes=["b+", "c+"]),
    ]
    scanner = Scanner(lexicons)
    hits = scanner.scan(["您aa", "好", "bc"])
    named = [(int(i), scanner.phrases[p]) for i, p in zip(hits.lexicon, hits.phrase, strict=True)]
    assert named == [(0, "您"), (0, "a+"), (0, "好"), (1, "您"), (1, "b+"), (1, "c+")]
    assert scanner.phrases == phrases_of(lexicons)
    assert {column.dtype for column in (hits.lexicon, hits.text, hits.start, hits.end, hits.phrase)} == {
        np.dtype(np.int32)
    }


def test_many_regexes_take_several_sets() -> None:
    lexicon = build_lexicon("x", regexes=[f"第{i}条" for i in range(70)])
    assert found(lexicon, "第3条第69条", "第70条") == [["第3条", "第69条"], []]


def test_no_texts() -> None:
    assert len(Scanner([WORDS, REGEXES]).scan([])) == 0


def oracle(lexicons: list[Lexicon], texts: list[str]) -> list[tuple[int, int, int, int, int]]:
    """Search phrase by phrase, text by text."""
    rows = []
    first = 0
    for number, lexicon in enumerate(lexicons):
        for row, text in enumerate(texts):
            spans: dict[tuple[int, int], int] = {}
            for i, phrase in enumerate(lexicon.phrases):
                for span in spans_of(lexicon, i, phrase, text):
                    spans.setdefault(span, first + i)
            shields = {span for phrase in lexicon.excepts for span in occurrences(phrase, text)} | set(spans)
            for (s, e), phrase in spans.items():
                if not any(a <= s and e <= b and b - a > e - s for a, b in shields):
                    rows.append((number, row, s, e, phrase))
        first += len(lexicon.phrases)
    return sorted(rows)


def spans_of(lexicon: Lexicon, i: int, phrase: str, text: str) -> list[tuple[int, int]]:
    if i < len(lexicon.words):
        return occurrences(phrase, text)
    if i < len(lexicon.words) + len(lexicon.whole):
        counted = [at for at, char in enumerate(text) if not is_trimming(char)]
        spans = {(0, len(text)), (counted[0], counted[-1] + 1)} if counted else {(0, len(text))}
        return [(s, e) for s, e in spans if text[s:e] == phrase]
    return [match.span() for match in re2.finditer(phrase, text) if match.end() > match.start()]


def occurrences(phrase: str, text: str) -> list[tuple[int, int]]:
    spans = [(m.start(), m.start() + len(phrase)) for m in re.finditer(f"(?={re.escape(phrase)})", text)]
    if not phrase.isascii():
        return spans
    return [
        (s, e)
        for s, e in spans
        if not (phrase[0].isalnum() and s and text[s - 1].isascii() and text[s - 1].isalnum())
        and not (phrase[-1].isalnum() and e < len(text) and text[e].isascii() and text[e].isalnum())
    ]


snippets = st.text(st.sampled_from("亲您好测a1!😀 "), min_size=1, max_size=4).map(normalize).filter(bool)
few = st.lists(snippets, max_size=4)
regexes = st.lists(st.sampled_from(["亲.?", "[a1]+", "好.{0,2}您", "测$", "^您", "😀"]), max_size=2)
lexicons = st.builds(build_lexicon, st.just("x"), few, few, regexes, few)


@given(
    st.lists(lexicons, min_size=1, max_size=3),
    st.lists(st.text(st.sampled_from("亲您好测a1!😀 "), max_size=10).map(normalize), max_size=5),
    st.sampled_from([3, 1 << 20]),
)
def test_the_scanner_finds_what_a_plain_search_finds(parts: list[Lexicon], texts: list[str], shard: int) -> None:
    before, phrases._SHARD_CHARACTERS = phrases._SHARD_CHARACTERS, shard
    try:
        hits = Scanner(parts).scan(texts)
    finally:
        phrases._SHARD_CHARACTERS = before
    columns = (hits.lexicon, hits.text, hits.start, hits.end, hits.phrase)
    assert list(zip(*(column.tolist() for column in columns), strict=True)) == oracle(parts, texts)
