"""docs/rubric-authoring.md says what the commands really print: its files are written, its commands run and compared."""

import re
from pathlib import Path

import pytest

from tests.accept import ROOT
from tests.cli.conftest import Qa, qa  # noqa: F401

PAGE = (ROOT / "docs" / "rubric-authoring.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL)


def test_every_output_on_the_page_is_what_is_printed(qa: Qa, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    for kind, text in BLOCKS:
        named = re.match(r"# 文件 (\S+)\n", text)
        if named:
            (tmp_path / named[1]).write_text(text if kind == "yaml" else text[named.end() :], "utf-8")
        elif kind == "console":
            for command in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
                line, _, wanted = command.partition("\n")
                done = qa(*line.split()[1:])
                assert done.stdout + done.stderr == wanted, line
