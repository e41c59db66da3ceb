"""docs/formats.md lists what the code knows, no more and no less."""

import re
from pathlib import Path

import pytest

from qa_audit.formats import FORMATS
from qa_audit.formats.headers import AUTOMATION_VALUES, COLUMNS, FLAG_VALUES, KIND_VALUES, ROLE_VALUES, STAGE_VALUES
from qa_audit.formats.mapping import _KEYS, parse_mapping
from qa_audit.formats.reasons import NOTICES, REASONS

PAGE = (Path(__file__).parents[2] / "docs" / "formats.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return PAGE.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def table(title: str) -> dict[str, list[str]]:
    rows = [line.strip("|").split(" | ") for line in section(title).splitlines() if line.startswith("| `")]
    return {row[0].strip().strip("`"): [cell.strip() for cell in row[1:]] for row in rows}


def test_columns() -> None:
    expected = {name: [title, "、".join(names)] for name, (title, names) in COLUMNS.items()}
    assert table("认得的列名") == expected


@pytest.mark.parametrize(
    ("title", "values"),
    [
        ("认得的角色", {f"{role} {auto}": words for (role, auto), words in ROLE_VALUES.items()}),
        ("认得的消息类型", KIND_VALUES),
        ("认得的自动化、阶段与是否", AUTOMATION_VALUES | STAGE_VALUES | FLAG_VALUES),
    ],
)
def test_values(title: str, values: dict[str, tuple[str, ...]]) -> None:
    assert table(title) == {name: ["、".join(words)] for name, words in values.items()}


def test_reasons_and_notices() -> None:
    assert table("隔离原因") == {code: list(texts) for code, texts in REASONS.items()}
    assert table("提示") == {code: [text] for code, text in NOTICES.items()}


def test_mapping_keys_and_examples() -> None:
    assert set(table("映射文件")) == set(_KEYS)
    examples = re.findall(r"```yaml\n(.*?)```", PAGE, re.S)
    assert len(examples) >= 2
    for example in examples:
        assert parse_mapping(example).columns


def test_suffixes() -> None:
    assert {suffix for known in FORMATS.values() for suffix in known.suffixes} <= set(re.findall(r"`(\.\w+)`", PAGE))
