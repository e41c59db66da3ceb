"""A merged rubric is one file that means the same, each part with the file and line it came from."""

from pathlib import Path

import pytest

from qa_audit.authoring.rule_changes import rule_changes
from qa_audit.authoring.showing import merge
from qa_audit.authoring.workbook import read_workbook, write_workbook
from qa_audit.errors import RubricError
from qa_audit.rubric.load import LoadedRubric, load_rubric
from qa_audit.rubric.walking import matchers
from qa_audit.shipped import standard_rubric

PACK = """\
pack: a
extend: {insult: {words: [猪头三, 大笨蛋]}}
seeds: {A-1: 甲店规矩}
groups:
  - id: manners
    title: 用语
    checks:
      - id: rude
        title: 反问
        points: 5
        seeds: [A-1]
        never: {words: [lex/rude.txt, 说过了], except: [lex/fine.txt]}
      - id: insult
        title: 骂人
        red_line: {cap: 0}
        never: {lexicon: insult, unless: {words: [lex/fine.txt]}}
      - id: old
        title: 旧规矩
        points: 3
        says: {words: [您好]}
"""
MINE = """\
rubric: mine
title: 我的
effective: "2026-12-01"
include: packs/a.yaml
override:
  rude: {points: 7, deduct: 3}
  old: {off: true}
extend:
  insult: {words: [二百五], drop: [大笨蛋]}
  packs/lex/rude.txt: {words: [烦透了], drop: [烦死了]}
groups:
  - id: manners
    count_once: true
    checks:
      - id: greet
        title: 问好
        points: 5
        says: {lexicon: greeting, first: 2}
"""


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    (tmp_path / "packs" / "lex").mkdir(parents=True)
    (tmp_path / "packs" / "a.yaml").write_text(PACK, "utf-8")
    (tmp_path / "packs" / "lex" / "rude.txt").write_text("烦死了\n真烦\n", "utf-8")
    (tmp_path / "packs" / "lex" / "fine.txt").write_text("不麻烦\n", "utf-8")
    (tmp_path / "mine.yaml").write_text(MINE, "utf-8")
    return tmp_path / "mine.yaml"


def looked_for(rubric: LoadedRubric) -> dict[str, list[tuple[frozenset[str], ...]]]:
    """Return, by check, the phrases of each of its matchers."""
    lexicons = {each.name: each for each in rubric.lexicons}
    out: dict[str, list[tuple[frozenset[str], ...]]] = {}
    for _, check in rubric.model.checks:
        for _, matcher in matchers(check):
            if matcher in rubric.bound:
                found = lexicons[rubric.bound[matcher].lexicon]
                parts = (found.words, found.whole, found.regexes, found.excepts)
                out.setdefault(check.id, []).append(tuple(map(frozenset, parts)))
    return out


def test_a_rubric_without_packs_comes_back_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "again.yaml").write_text(merge().yaml, "utf-8")
    assert load_rubric(tmp_path / "again.yaml").model == load_rubric().model == merge().model


def test_merged_means_the_same(mine: Path) -> None:
    merged = mine.with_name("merged.yaml")
    merged.write_text(merge(mine).yaml, "utf-8")
    before, after = load_rubric(mine), load_rubric(merged)
    assert looked_for(after) == looked_for(before)
    assert looked_for(after)["insult"][0][0] >= {"猪头三", "二百五"}
    assert "大笨蛋" not in looked_for(after)["insult"][0][0]
    changes = rule_changes(before, after)
    assert [change.rule.check for change in changes.changed] == ["rude", "insult"]  # files are named from the root
    assert (changes.added, changes.removed, changes.top, changes.lexicons) == ((), (), (), ())
    assert load_rubric(merged).model == merge(mine).model == merge(merged).model


def test_every_part_says_where_it_came_from(mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(mine.parent)
    text = merge(Path("mine.yaml")).yaml
    assert text.startswith("# 由 mine.yaml 合并而成")
    assert "  # 来自 packs/a.yaml:5:5\n  # 改写自 mine.yaml:count_once(13 行)\n  - id: manners\n" in text
    assert (
        "      # 来自 packs/a.yaml:8:9\n      # 改写自 mine.yaml:points(6 行)、deduct(6 行)\n      - id: rude\n" in text
    )
    assert "      # 来自 packs/a.yaml:17:9\n      # 改写自 mine.yaml:off(7 行)\n      - id: old\n" in text
    assert "      # 来自 mine.yaml:15:9\n      - id: greet\n" in text
    assert "  # 来自 packs/a.yaml:2:10、mine.yaml:9:3\n  insult: {words: [猪头三, 二百五]}\n" in text
    assert "never: {words: [packs/lex/rude.txt, 说过了], except: [packs/lex/fine.txt]}" in text
    assert "include" not in text


def test_merged_as_a_workbook_and_back(mine: Path) -> None:
    write_workbook(merge(mine).model, mine.with_name("评分表.xlsx"))
    assert read_workbook(mine.with_name("评分表.xlsx"), beside=mine.parent) == merge(mine).model


def test_a_rubric_with_mistakes_cannot_be_shown(mine: Path) -> None:
    mine.write_text(MINE.replace("rude: {points", "rood: {ponts"), "utf-8")
    with pytest.raises(RubricError, match=r"mine.yaml:6:3: E503"):
        merge(mine)


def test_the_shipped_rubric_says_its_lines() -> None:
    text = merge().yaml
    lines = standard_rubric().read_text("utf-8").splitlines()
    for line, after in zip(text.splitlines(), text.splitlines()[1:], strict=False):
        if line.startswith("      # 来自 "):
            number = int(line.rsplit(":", 2)[1])
            assert lines[number - 1].strip() == after.strip()
