"""What the detector finds is scored on labelled sentences; masking keeps every character in its place."""

from collections.abc import Callable
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_audit.rubric.model.matcher import EntityKind
from qa_audit.texts.entities import KINDS, PERSONAL, RUBRIC_KINDS, Entity, detector, find_entities, mask
from qa_audit.texts.normalize import normalize_with_origins
from tests.benchmarks.entity_table import Line, labelled, own_nicknames, table, tally

FLOORS = dict.fromkeys((*PERSONAL, "link"), (0.97, 0.95)) | dict.fromkeys(("amount", "date", "duration"), (0.9, 0.9))
"""The least precision and recall of each kind."""


LINES = list(labelled())


def found_as_exported(line: Line) -> list[Entity]:
    return find_entities(line.text)


def found_in_normal_form(line: Line) -> list[Entity]:
    normal = normalize_with_origins(line.text)
    return [Entity(e.kind, *normal.origin(e.start, e.end)) for e in find_entities(normal.text)]


@pytest.mark.parametrize("find", [found_as_exported, found_in_normal_form])
def test_precision_and_recall(find: Callable[[Line], list[Entity]]) -> None:
    found = tally(LINES, find)
    for kind in KINDS:
        least_precision, least_recall = FLOORS[kind]
        assert found[kind].right
        assert found[kind].precision >= least_precision, kind
        assert found[kind].recall >= least_recall, kind


def test_precision_and_recall_of_the_own_nickname() -> None:
    lines = list(labelled("nicknames_labelled.txt"))
    found = tally(lines, own_nicknames)["nickname"]
    assert len(lines) >= 70
    assert found.precision >= 0.97
    assert found.recall >= 0.95


def test_the_table_of_the_benchmark_names_every_masked_kind() -> None:
    assert [line.split()[0] for line in table().splitlines()[2:-1]] == list(PERSONAL)


def test_the_labelled_set_is_large_and_hard() -> None:
    assert len(LINES) >= 400
    assert sum(line.hard for line in LINES) >= 150
    assert len({line.text for line in LINES}) == len(LINES)
    assert not any("[" in line.text for line in LINES)  # no misspelt mark


@pytest.mark.parametrize("family", detector._FAMILIES, ids=lambda family: family.kinds[0])
def test_a_hint_dismisses_no_text_with_an_entity(family: detector._Family) -> None:
    hint = detector._compiled(family.hints)
    for line in LINES:
        text = detector._narrow(line.text)
        assert hint.search(text) or not list(family.find(text, ())), text


def test_every_kind_of_a_rubric_has_kinds_of_the_detector() -> None:
    assert set(RUBRIC_KINDS) == set(get_args(EntityKind))
    assert {kind for kinds in RUBRIC_KINDS.values() for kind in kinds} <= set(KINDS)


@pytest.mark.parametrize(
    ("text", "kinds", "masked"),
    [
        ("电话13800138000谢谢", ["mobile"], "电话138****8000谢谢"),
        ("１３８００１３８０００", ["mobile"], "１３８****８０００"),
        ("𝟏𝟑𝟖𝟎𝟎𝟏𝟑𝟖𝟎𝟎𝟎", ["mobile"], "𝟏𝟑𝟖****𝟖𝟎𝟎𝟎"),
        ("138 0013 8000", ["mobile"], "138 **** 8000"),
        ("+86 138-0013-8000", ["mobile"], "+86 138-****-8000"),
        ("8613800138000", ["mobile"], "86138****8000"),
        ("13800138000 13900139000", ["mobile", "mobile"], "138****8000 139****9000"),
        ("138\u200b0013\u200b8000", ["mobile"], "138\u200b****\u200b8000"),
        ("010-62345678转801", ["landline"], "010-********转801"),
        ("400-820-8820", ["landline"], "400-***-*820"),
        ("身份证11010519491231002X。", ["id_card"], "身份证**************002X。"),
        ("11010519491231002x", ["id_card"], "**************002x"),
        ("身份证110105194912310021", ["long_number"], "身份证**************0021"),  # wrong checksum
        ("110105194912310021", ["order_number"], "**************0021"),
        ("4111 1111 1111 1111", ["bank_card"], "**** **** **** 1111"),
        ("4111111111111112", ["order_number"], "************1112"),  # fails Luhn
        ("订单1234567890x", ["order_number"], "订单******7890x"),
        ("订单号123456", ["order_number"], "订单号***456"),
        ("快递SF1234567890123到了", ["tracking_number"], "快递SF*********0123到了"),
        ("会员1234567890", ["long_number"], "会员******7890"),
        ("123456789", [], "123456789"),
        ("2026-12-01 10:00:00", [], "2026-12-01 10:00:00"),
        ("10 20 30 40 50 60", [], "10 20 30 40 50 60"),
        ("写信到a.b_c@foo.com.cn吧", ["email"], "写信到a****@foo.com.cn吧"),
        ("a＠b.cn", ["email"], "*＠b.cn"),
        ("13800138000@qq.com", ["email"], "1**********@qq.com"),
        ("加微信lily_2020", ["wechat"], "加微信l********"),
        ("qq 123456789", ["qq"], "qq *******89"),
        ("寄江苏省苏州市姑苏区观前街100号", ["address"], "寄江苏省苏州市姑苏区*******"),
        ("阳光花园小区3栋501", ["address"], "***********"),
        ("收件人：欧阳小红，电话", ["name"], "收件人：欧***，电话"),
        ("李先生13800138000", ["name", "mobile"], "*先生138****8000"),
        (
            "https://example.com/1234567890?tel=13800138000",
            ["mobile"],
            "https://example.com/1234567890?tel=138****8000",
        ),
        ("满300减40,3天内,明天9:30,www.example.com", [], "满300减40,3天内,明天9:30,www.example.com"),
        ("旺旺名：云淡风轻2008，亲", ["nickname"], "旺旺名：********，亲"),
        ("ｔｂ１２３４５６７８拍的", ["nickname"], "**********拍的"),
        ("@客服", [], "@客服"),
        ("", [], ""),
    ],
)
def test_what_is_masked(text: str, kinds: list[str], masked: str) -> None:
    assert [entity.kind for entity in find_entities(text, PERSONAL)] == kinds
    assert mask(text) == masked


@pytest.mark.parametrize(
    ("text", "customer", "masked"),
    [
        ("亲爱的大白,大白菜有货", "大白", "亲爱的**,大白菜有货"),
        ("ＴＢ１２３您好,电话13800138000", "cntaobaotb123", "*****您好,电话138****8000"),
        ("13800138000您好", "13800138000", "***********您好"),
        ("在的", None, "在的"),
        ("a*您好", "**", "a*您好"),
        ("İİ您好tb1234", "tb1234", "İİ您好******"),
    ],
)
def test_the_own_nickname_is_masked_too(text: str, customer: str | None, masked: str) -> None:
    assert mask(text, customer) == masked


PIECES = st.lists(
    st.sampled_from(
        [
            "13800138000",
            "138",
            "0013",
            "8000",
            "1",
            "-",
            ":",
            "：",
            "@",
            "＠",
            ".",
            "x",
            "X",
            "010-",
            "62345678",
            "订单号",
            "单号",
            "SF",
            "快递",
            "卡号",
            "6222021001116033",
            "微信",
            "vx",
            "wxid_ab12cd34",
            "qq",
            "abc123",
            "https://a.cn/",
            "www.",
            ".com",
            "江苏省",
            "苏州市",
            "姑苏区",
            "观前街",
            "100号",
            "3栋",
            "501室",
            "小区",
            "收件人：",
            "张三",
            "王小明",
            "先生",
            ",",
            "，",
            "明天",
            "12月1日",
            "9:30",
            "下周",
            "三天",
            "5-10分钟",
            "¥",
            "99",
            "元",
            "块",
            "满",
            "减",
            "１２３",
            "\u200b",
            "好的",
        ]
    )
    | st.text(st.sampled_from("0123456789１x X-@a.好省路号 年月日点元") | st.characters(), max_size=6),
    max_size=14,
).map("".join)


@given(PIECES)
def test_masking_keeps_the_length_and_what_is_not_personal(text: str) -> None:
    masked = mask(text)
    assert len(masked) == len(text)
    entities = find_entities(text, PERSONAL)
    ends = [0, *(entity.end for entity in entities)]
    starts = [*(entity.start for entity in entities), len(text)]
    for end, start in zip(ends, starts, strict=True):
        assert end <= start
        assert masked[end:start] == text[end:start]
    for entity in entities:
        assert "*" in masked[entity.start : entity.end]


@given(PIECES)
def test_some_kinds_are_those_among_all(text: str) -> None:
    everything = find_entities(text)
    assert everything == sorted(everything, key=lambda entity: entity.start)
    for kind in KINDS:
        assert find_entities(text, [kind]) == [entity for entity in everything if entity.kind == kind]
    assert find_entities(text, ()) == []


@given(st.sampled_from([line.text for line in LINES]))
def test_a_masked_sentence_holds_nothing_to_mask_but_domains(text: str) -> None:
    assert {entity.kind for entity in find_entities(mask(text), PERSONAL)} <= {"email"}
