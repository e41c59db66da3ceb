"""A rubric written down again is the same rubric: as YAML and as 评分表.xlsx."""

from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from qa_audit.authoring.rubric_text import rubric_yaml
from qa_audit.authoring.workbook import read_workbook, write_workbook
from qa_audit.authoring.yaml_text import flow, scalar, yaml_lines
from qa_audit.rubric.model import Rubric
from qa_audit.shipped import standard_rubric
from qa_audit.yaml_source import parse_yaml, read_yaml
from tests.authoring.drawn import AWKWARD, DRAWN, rubrics, texts

SLOW = settings(
    deadline=None,
    max_examples=15,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # a whole rubric takes minutes to shrink
)


def test_every_key_may_be_drawn() -> None:
    for part, keys in DRAWN.items():
        assert keys == {field.alias or name for name, field in part.model_fields.items()}, part.__name__


@SLOW
@given(rubrics())
def test_yaml_of_any_rubric_is_that_rubric(rubric: Rubric) -> None:
    text = rubric_yaml(rubric, {("groups", 0, "checks", 0): "来自 a.yaml:3:5\n改写 b"})
    assert Rubric.model_validate(parse_yaml(text, "x").tree) == rubric


@SLOW
@given(rubrics())
def test_workbook_of_any_rubric_is_that_rubric(tmp_path_factory: pytest.TempPathFactory, rubric: Rubric) -> None:
    path = tmp_path_factory.mktemp("x") / "评分表.xlsx"
    write_workbook(rubric, path)
    assert read_workbook(path) == rubric


def test_the_shipped_rubric_both_ways(tmp_path: Path) -> None:
    rubric = Rubric.model_validate(read_yaml(standard_rubric()).tree)
    assert Rubric.model_validate(parse_yaml(rubric_yaml(rubric), "x").tree) == rubric
    write_workbook(rubric, tmp_path / "评分表.xlsx")
    assert read_workbook(tmp_path / "评分表.xlsx") == rubric


TREES = st.recursive(
    texts | st.integers(-(10**16), 10**16) | st.booleans() | st.none() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts | st.text("键k", min_size=99, max_size=102), inner, max_size=3),
    max_leaves=12,
)  # fmt: skip


@SLOW
@given(st.dictionaries(texts, TREES, min_size=1, max_size=4))
def test_yaml_of_any_tree_is_that_tree(tree: dict) -> None:
    text = "\n".join(yaml_lines(tree)) + "\n"
    assert parse_yaml(text, "x").tree == tree
    assert parse_yaml(flow(tree), "x").tree == tree


@pytest.mark.parametrize("text", AWKWARD)
def test_a_text_stays_a_text_for_old_yaml_readers_too(text: str) -> None:
    assert yaml.safe_load(f"[{scalar(text)}]") == [text]


def test_it_reads_as_a_person_writes_it() -> None:
    lines = yaml_lines(
        {"id": "a", "title": "反问", "bands": [{"at_most": 6, "label": "黄金6秒"}, {"deduct": 2.5}], "chat": "00:00 客户: 在\n00:05 客服: 您好\n", "words": ["不是说过了吗", "no"]},
        {("bands", 1): "最差"},
        frozenset({"bands"}),
    )  # fmt: skip
    assert list(lines) == [
        "id: a",
        "title: 反问",
        "bands:",
        "  - {at_most: 6, label: 黄金6秒}",
        "  # 最差",
        "  - {deduct: 2.5}",
        "chat: |",
        "  00:00 客户: 在",
        "  00:05 客服: 您好",
        'words: [不是说过了吗, "no"]',
    ]


def test_points_are_written_as_points() -> None:
    rubric = Rubric.model_validate({"rubric": "r", "bonus_cap": 2.5, "min_applicable": 40, "grades": {"优": 95}})
    assert rubric_yaml(rubric) == (
        "rubric: r\nversion: 1\nscoring: deduct\nmin_applicable: 40\nbonus_cap: 2.5\nclock: house\ngrades: {优: 95}\n"
    )
