"""A rubric is read whole or refused with every mistake at file:line:column."""

import re

import pytest

from qa_audit.errors import RubricError
from qa_audit.rubric.load import load_rubric
from tests.rubric.rubrics import load_text, rubric

GOOD = "- {id: a, title: 甲, points: 5, never: {words: [烦死了]}}"


def mistakes(text: str) -> list[str]:
    with pytest.raises(RubricError) as caught:
        load_text(text)
    lines = str(caught.value).splitlines()
    assert all(re.match(r".*rubric\.yaml:\d+:\d+: .", line) for line in lines), lines
    return [re.sub(r"^.*?(rubric\.yaml:\d)", r"\1", line) for line in lines]


def of_check(check: str) -> str:
    return f"rubric: test\ngroups:\n  - id: g\n    title: 组\n    checks:\n      - {{id: a, title: 甲, {check}}}\n"


def test_the_shipped_rubric_has_no_mistake() -> None:
    assert len(load_rubric().model.checks) >= 15


@pytest.mark.parametrize(
    ("check", "words"),
    [
        ("points: 5", "要且只要写一种检查"),
        ("points: 5, never: {words: [x]}, says: {words: [y]}", "要且只要写一种检查"),
        ("points: 5, nver: {words: [x]}", "不认识的键 'nver'(可用:id、title"),
        ("points: 5, never: {wrds: [x]}", "不认识的键 'wrds'(可用:words"),
        ("points: '5', never: {words: [x]}", "要写一个数"),
        ("points: 5.005, never: {words: [x]}", "最多两位小数"),
        ("points: -5, never: {words: [x]}", "0 到 10000"),
        ("points: 5, never: {}", "没有写要找什么"),
        ("points: 5, never: {words: [x], role: boss}", "只能是"),
        ("points: 5, never: {words: [x], first: 0}", "不能小于 1"),
        ("points: 5, never: {lexicon: nosuch}", "没有词表 'nosuch'(可用:"),
        ("points: 5, never: {words: nosuch.txt}", "找不到词表"),
        ("points: 5, never: {words: ../../secret.txt}", "相对路径"),
        ("points: 5, never: {words: /etc/passwd.txt}", "相对路径"),
        ("points: 5, never: {regex: ['(']}", "RE2"),
        ("points: 5, never: {regex: ['x*']}", "空"),
        ("points: 5, measure: nosuch, at_most: 3", "没有指标 'nosuch'"),
        ("points: 5, measure: rounds", "要写 bands、at_most 或 at_least"),
        ("points: 5, measure: rounds, at_most: 1, bands: [{deduct: 1}]", "只能写一样"),
        ("points: 5, measure: rounds, bands: [{at_most: 1}]", "最后一档"),
        ("points: 5, measure: rounds, bands: [{at_most: 3}, {at_most: 1}, {deduct: 1}]", "一档比一档大"),
        ("points: 5, measure: rounds, bands: [{at_most: 3}, {at_least: 1}, {deduct: 1}]", "写同一种"),
        ("points: 5, measure: rounds, bands: [{at_most: 3}, {deduct: 9}]", "超过了 points"),
        ("points: 5, deduct: 9, never: {words: [x]}", "超过了 points"),
        ("points: 5, after: {words: [x]}", "expect 或 forbid"),
        ("points: 5, expect: {words: [x]}, never: {words: [x]}", "只能和 after 一起写"),
        ("points: 5, never: {words: [x]}, when: {measure: nosuch, at_most: 1}", "没有指标 'nosuch'"),
        ("points: 5, never: {words: [x]}, when: {any: [{measure: rounds}]}", "at_least 或 at_most"),
        ("never: {words: [x]}", "判了也不影响得分"),
    ],
)
def test_each_mistake_is_told(check: str, words: str) -> None:
    told = mistakes(of_check(check))
    assert any(words in line for line in told), told


def test_places_are_those_of_the_file() -> None:
    text = "rubric: test\ngroups:\n  - id: g\n    title: 组\n    checks:\n      - id: a\n        title: 甲\n        points: x\n        never:\n          words: [好]\n          foo: 1\n"
    assert [line.split(": ")[0] for line in mistakes(text)] == ["rubric.yaml:8:9", "rubric.yaml:11:11"]


def test_repeated_ids_and_several_mistakes_at_once() -> None:
    with pytest.raises(RubricError) as caught:
        rubric(f"{GOOD}\n{GOOD}\n- {{id: b, title: 乙, points: 1, measure: nosuch, at_most: 1}}")
    assert "重复" in str(caught.value)
    assert "nosuch" in str(caught.value)


@pytest.mark.parametrize("text", ["", "[]", "just words", "rubric: x", "rubric: x\ngroups: []"])
def test_what_is_no_rubric_is_refused(text: str) -> None:
    assert mistakes(text)


def test_the_hash_covers_the_lexicons(tmp_path) -> None:
    path, words = tmp_path / "r.yaml", tmp_path / "w.txt"
    path.write_text(of_check("points: 5, never: {words: w.txt}"), "utf-8")
    words.write_text("烦死了\n", "utf-8")
    before = load_rubric(path).hash
    assert load_rubric(path).hash == before
    words.write_text("烦死了\n真烦\n", "utf-8")
    assert load_rubric(path).hash != before


def test_a_mistake_in_a_lexicon_file_names_that_file(tmp_path) -> None:
    path = tmp_path / "r.yaml"
    path.write_text(of_check("points: 5, never: {words: w.txt}"), "utf-8")
    (tmp_path / "w.txt").write_text("好\n[正则]\n(\n", "utf-8")
    with pytest.raises(RubricError, match=r"w\.txt:3:1: "):
        load_rubric(path)


def test_equal_matchers_share_a_lexicon() -> None:
    loaded = rubric(
        """
        - {id: a, title: 甲, points: 1, never: {words: [烦死了]}}
        - {id: b, title: 乙, points: 1, says: {words: [烦死了], role: customer}}
        """
    )
    assert len(set(loaded.lexicon_of.values())) == 1
