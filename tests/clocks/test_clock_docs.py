"""docs/clocks.md lists what the code knows, no more and no less; its examples load."""

import re
from pathlib import Path

import pytest

from qa_audit.clocks import REASON_TEXTS, definition, load_clock, shipped_clocks
from qa_audit.clocks.model import Clock, Shift, Window, fields_of

PAGE = (Path(__file__).parents[2] / "docs" / "clocks.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return PAGE.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def table(title: str) -> dict[str, list[str]]:
    rows = [line.strip("|").split(" | ") for line in section(title).splitlines() if line.startswith("| `")]
    return {row[0].strip().strip("`"): [cell.strip() for cell in row[1:]] for row in rows}


@pytest.mark.parametrize(
    ("title", "part"), [("时钟文件的键", Clock), ("班次 staffed", Shift), ("时段 windows", Window)]
)
def test_every_key(title: str, part: type) -> None:
    assert table(title) == {key: [description] for key, description, _ in fields_of(part)}


def test_every_reason() -> None:
    assert table("为什么不计") == {code: [text] for code, text in REASON_TEXTS.items()}


def test_every_shipped_clock() -> None:
    for clock in shipped_clocks().values():
        assert f"### {clock.name}\n" in PAGE
        assert definition(clock) in PAGE
        assert clock.source in PAGE
        assert clock.title in PAGE


def test_examples_load(tmp_path: Path) -> None:
    examples = re.findall(r"```yaml\n(.*?)```", PAGE, re.S)
    assert len(examples) >= 2
    for i, example in enumerate(examples):
        path = tmp_path / f"{i}.yaml"
        path.write_text(example, "utf-8")
        assert load_clock(path).staffed
