"""docs/rubric-language.md is true: every example on it is run, and every key of the language has one."""

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qa_audit.authoring.examples import count, failures
from qa_audit.rubric.load import LoadedRubric, load_rubric
from qa_audit.rubric.model import (
    KINDS,
    Anchor,
    Band,
    Check,
    Examples,
    Extension,
    Flow,
    FlowStep,
    Group,
    InShop,
    InSituation,
    InStage,
    Limits,
    Lookback,
    Matcher,
    Not,
    OfAgent,
    Part,
    Position,
    Range,
    RedLine,
    Rubric,
    Within,
)
from qa_audit.yaml_source import parse_yaml
from tests.accept import ROOT

PAGE = (ROOT / "docs" / "rubric-language.md").read_text("utf-8")
FENCES = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.M | re.S)
NAMED = {match[1]: fence for fence in FENCES if (match := re.match(r"# 文件 (\S+)\n", fence))}
LEXICON = "# 语气词\n哈\n呢\n"
PARTS = (
    Rubric, Group, Check, Matcher, Within, Anchor, Lookback, Position, Range, Band, Flow, FlowStep, RedLine, Examples,
    Limits, InStage, InSituation, InShop, OfAgent, Not, Extension,
)  # fmt: skip
ELSEWHERE = {"earlier"}  # its own page, its own tests


def as_rubric(fence: str) -> str:
    if not fence.startswith("- "):
        return fence
    return "rubric: page\ngroups:\n  - id: g\n    title: 组\n    checks:\n" + textwrap.indent(fence, "      ")


def loaded(fence: str, folder: Path) -> LoadedRubric:
    (folder / "lexicons").mkdir()
    (folder / "lexicons" / "nice.txt").write_text(LEXICON, "utf-8")
    for name, text in NAMED.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    path = folder / "page.yaml"
    path.write_text(as_rubric(fence), "utf-8")
    return load_rubric(path)


RUBRICS = [fence for fence in FENCES if "\npack: " not in fence]


@pytest.mark.parametrize("fence", RUBRICS, ids=[str(i) for i in range(len(RUBRICS))])
def test_every_example_of_the_page_behaves(fence: str, tmp_path: Path) -> None:
    rubric = loaded(fence, tmp_path)
    assert count(rubric) > 0
    assert [str(failure) for failure in failures(rubric)] == []


def keys(tree: Any) -> Iterator[str]:
    if isinstance(tree, dict):
        yield from tree
        for value in tree.values():
            yield from keys(value)
    elif isinstance(tree, list):
        for item in tree:
            yield from keys(item)


def of(part: type[Part]) -> list[str]:
    return [field.alias or name for name, field in part.model_fields.items()]


def test_every_key_and_kind_has_an_example_that_is_run() -> None:
    used = {key for fence in FENCES for key in keys(parse_yaml(as_rubric(fence), "page").tree)}
    missing = [f"{part.__name__}.{key}" for part in PARTS for key in of(part) if key not in used | ELSEWHERE]
    assert missing == []
    assert set(KINDS) <= used


def test_every_key_is_explained() -> None:
    told = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"`[^`\n]+`", PAGE))))
    assert [key for part in PARTS for key in of(part) if key not in told] == []
