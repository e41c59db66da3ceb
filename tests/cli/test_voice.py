"""What is printed goes through one writer: nothing steers the terminal, nobody is named."""

import re
from pathlib import Path

import pytest

from qa_audit import cli
from qa_audit.cli import voice
from qa_audit.errors import ExportError, LockedError, RubricError
from tests.cli.conftest import Qa

FOLDER = Path(cli.__file__).parent


def test_nothing_in_cli_prints_but_the_writer() -> None:
    for path in FOLDER.glob("*.py"):
        if path.name != "voice.py":
            found = re.findall(r"click\.s?echo|\bprint\(|sys\.(?:stdout|stderr)\.write", path.read_text("utf-8"))
            assert not found, path.name


def test_what_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    voice.say("手机13800138000\x1b[31m\u202e第\t二行\n")
    voice.say("订单号1234567890123456789", err=True)
    voice.say()
    out, err = capsys.readouterr()
    assert out == "手机138****8000‹U+001B›[31m‹U+202E›第\t二行\n\n\n"
    assert err == "订单号1234567890123456789\n"


def test_what_is_complained_of(capsys: pytest.CaptureFixture[str]) -> None:
    voice.complain("订单号1234567890123456789\x07")
    voice.complain("加微信abc_12345", customers_in_it=False)
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "订单号***************6789‹U+0007›\n加微信abc_12345\n"


def test_what_is_revealed_and_handed_over(capsys: pytest.CaptureFixture[str]) -> None:
    voice.reveal("13800138000\x1b")
    voice.hand_over("words: [13800138000]\n", nl=False)
    assert capsys.readouterr().out == "13800138000‹U+001B›\nwords: [13800138000]\n"


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (ExportError("a.csv: 值是 13800138000\x1b"), 2, "a.csv: 值是 138****8000‹U+001B›\n"),
        (LockedError("13800138000: 正在写"), 75, "138****8000: 正在写\n"),
        (RubricError("r.yaml:1:2: 「加微信abc_12345」"), 2, "r.yaml:1:2: 「加微信abc_12345」\n"),
    ],
)
def test_errors(qa: Qa, monkeypatch: pytest.MonkeyPatch, error: Exception, code: int, told: str) -> None:
    def broken(*_: object) -> None:
        raise error

    monkeypatch.setattr("qa_audit.pipeline.report_only", broken)
    done = qa("report", "out")
    assert (done.returncode, done.stdout, done.stderr) == (code, "", told)


def test_a_bug_keeps_its_traceback_and_masks_what_it_quotes(qa: Qa, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ValueError("13800138000\x1b")

    monkeypatch.setattr("qa_audit.pipeline.report_only", broken)
    done = qa("report", "out")
    assert done.returncode == 3
    assert "Traceback" in done.stderr
    assert "ValueError: 138****8000‹U+001B›" in done.stderr


def test_a_wrong_option_is_told_with_its_usage(qa: Qa) -> None:
    done = qa("run", "x", "--gap", "13800138000x\x1b")
    assert done.returncode == 2
    assert "Usage: " in done.stderr
    assert "--gap" in done.stderr
    assert "\x1b" not in done.stderr
    assert "13800138000" not in done.stderr
