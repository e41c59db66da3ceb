"""The scanner against cases of Chinese chats, and against a plain search phrase by phrase."""

import re

import numpy as np
import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

import qa_audit.texts.phrases as phrases
from qa_audit.texts.codepoints import is_trimming
from qa_audit.texts.lexicon import Lexicon, build_lexicon, regex_options
from qa_audit.texts.normalize import normalize
from qa_audit.texts.phrases import Scanner


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
        (WHOLE, "[微笑]", ["<E:微笑>"]),
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


def named(lexicons: list[Lexicon], *texts: str) -> list[tuple[str, str, str]]:
    """Return per hit the lexicon, the phrase and the characters that were hit."""
    normals = [normalize(text) for text in texts]
    scanner = Scanner(lexicons)
    hits = scanner.scan(normals)
    rows = zip(hits.lexicon, hits.phrase, hits.text, hits.start, hits.end, strict=True)
    return [(scanner.names[i], lexicons[i].phrases[p], normals[t][a:b]) for i, p, t, a, b in rows]


def test_phrase_numbers_name_the_phrase_of_their_lexicon() -> None:
    lexicons = [
        build_lexicon("a", words=["亲", "您"], whole=["好"], regexes=["a+"], excepts=["亲测"]),
        build_lexicon("b", words=["您"], regexes=["b+", "c+"], entities=["phone"]),
    ]
    assert named(lexicons, "您aa", "好", "bc 13800138000") == [
        ("a", "您", "您"), ("a", "a+", "aa"), ("a", "好", "好"),
        ("b", "您", "您"), ("b", "b+", "b"), ("b", "c+", "c"), ("b", "phone", "13800138000"),
    ]  # fmt: skip
    hits = Scanner(lexicons).scan(["您aa", "好", "bc 13800138000"])
    assert hits.phrase.tolist() == [1, 3, 2, 0, 1, 2, 3]
    assert {column.dtype for column in (hits.lexicon, hits.text, hits.start, hits.end, hits.phrase)} == {
        np.dtype(np.int32)
    }


def test_entities_are_hits_like_others() -> None:
    lexicons = [
        build_lexicon("a", words=["电话"], entities=["phone", "email"], excepts=["客服电话13800138000"]),
        build_lexicon("b", regexes=["[0-9]{4}"], entities=["phone"]),
    ]
    assert named(lexicons, "电话１３８００１３８０００,a.b@foo.com", "客服电话13800138000", "没有") == [
        ("a", "电话", "电话"), ("a", "phone", "13800138000"), ("a", "email", "a.b@foo.com"),
        ("b", "phone", "13800138000"), ("b", "phone", "13800138000"),
    ]  # fmt: skip


def test_nested_lexicons_keep_every_hit() -> None:
    parts = {"words": ["好", "好的", "您好"], "regexes": ["好.", "好的"], "excepts": ["您好的吧"]}
    lexicons = [build_lexicon("a", **parts, nested=True), build_lexicon("b", **parts)]  # type: ignore[arg-type]
    assert named(lexicons, "好的", "您好的吧") == [
        ("a", "好", "好"), ("a", "好的", "好的"), ("a", "好.", "好的"), ("a", "好的", "好的"),
        ("b", "好的", "好的"),
    ]  # fmt: skip


def test_many_regexes_need_more_than_64_characters() -> None:
    lexicon = build_lexicon("x", regexes=[f"{chr(0x5000 + i)}条" for i in range(70)])
    assert found(lexicon, "\u5003条\u5045条", "\u5046条\u5045") == [["\u5003条", "\u5045条"], []]


@pytest.mark.parametrize(
    "regex",
    [
        "好$", "^好", r"\A好", r"好\z", r"(?-m:^)好", "(?m)^好", "好(?s:.)", "(?s)好.", "好[^a]", r"好\s", r"好[\s\S]", r"[^\d]好",
        r"好\W", r"\b1", r"1\b", r"\B1", r"好\x0a?", r"\Q好\E", "(好|a)*1", "(a)?好", "好|$", "K好", "(?i)A", r"\pN", "[[:alpha:]]",
        r"[\x{4e00}-\x{9fff}]1", "[]好]", "a{,2}", "(?P<n>好)", "😀", "ſ", "好{2}", "(?:好|1)(?:a|)",
    ],
)  # fmt: skip
def test_a_regex_sees_each_text_alone(regex: str) -> None:
    texts = ["好", "", "a好", "1", "好1", "1a", "好a1", "😀好好", "k好", "a{,2}", "x", "1 好 1", "s"]
    hits = Scanner([Lexicon("x", regexes=(regex,), nested=True)]).scan(texts)
    expected = []
    for i, text in enumerate(texts):
        for match in re2.finditer(regex, text, options=regex_options()):
            start, end = match.span(min(match.re.groups, 1))
            start, end = match.span() if start < 0 else (start, end)
            expected += [(i, start, end)] if start < end else []
    assert list(zip(hits.text.tolist(), hits.start.tolist(), hits.end.tolist(), strict=True)) == sorted(expected)


def test_no_texts() -> None:
    assert len(Scanner([WORDS, REGEXES]).scan([])) == 0


def oracle(lexicons: list[Lexicon], texts: list[str]) -> list[tuple[int, int, int, int, int]]:
    """Search phrase by phrase, text by text."""
    rows = []
    for number, lexicon in enumerate(lexicons):
        for row, text in enumerate(texts):
            found = [
                (span, i) for i, phrase in enumerate(lexicon.phrases) for span in spans_of(lexicon, i, phrase, text)
            ]
            first = dict(reversed(found))
            excepted = [span for phrase in lexicon.excepts for span in occurrences(phrase, text)]
            shields = excepted if lexicon.nested else [*excepted, *first]
            for (s, e), i in found if lexicon.nested else first.items():
                if not any(a <= s and e <= b and b - a > e - s for a, b in shields):
                    rows.append((number, row, s, e, i))
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
lexicons = st.builds(
    build_lexicon, st.just("x"), few, few, regexes, st.just(()), few, evasions=st.booleans(), nested=st.booleans()
)


@given(
    st.lists(lexicons, min_size=1, max_size=3),
    st.lists(st.text(st.sampled_from("亲您好测a1!😀 "), max_size=10).map(normalize), max_size=5),
    st.sampled_from([3, 1 << 20]),
)
def test_the_scanner_finds_what_a_plain_search_finds(parts: list[Lexicon], texts: list[str], shard: int) -> None:
    before, phrases._RUN_CHARACTERS = phrases._RUN_CHARACTERS, shard
    try:
        hits = Scanner(parts).scan(texts)
    finally:
        phrases._RUN_CHARACTERS = before
    columns = (hits.lexicon, hits.text, hits.start, hits.end, hits.phrase)
    found = list(zip(*(column.tolist() for column in columns), strict=True))
    assert [row for row in found if row[0] < len(parts)] == oracle(parts, texts)


def test_an_entity_that_is_an_exception_does_not_count() -> None:
    own = Lexicon("own", entities=("phone",), excepts=("400-820-8820",))
    texts = ["热线400-820-8820", "热线4008208820", "400 820 8820", "13800138000", "热线400-820-8820或13800138000"]
    hits = Scanner([own]).scan(texts)
    assert hits.text.tolist() == [3, 4]
