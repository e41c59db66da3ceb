"""The command line in this process, for every test of it."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from qa_audit.cli import outcome


class Done(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


Qa = Callable[..., Done]


@pytest.fixture
def qa(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Qa:
    """Run the command in this process, in tmp_path: what `process` does, without its start."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["qa-audit", *map(str, arguments)])
        code = outcome()
        return Done(code, *capsys.readouterr())

    return run
