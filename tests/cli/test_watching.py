"""Long work shows itself as stderr asks for it: a line drawn over, a line a step, or nothing."""

import os
import pty
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from qa_audit import pipeline
from qa_audit.cli import voice, watching
from qa_audit.engines.tasks import tell
from qa_audit.progress import NOWATCH, Watch
from tests.cli.conftest import Qa


def test_stderr_decides_and_the_environment_overrides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def how(descriptor: int, **environment: str) -> str:
        with monkeypatch.context() as patch, os.fdopen(os.dup(descriptor), "w") as stderr:
            patch.setattr("sys.stderr", stderr)
            patch.delenv("JOURNAL_STREAM", raising=False)
            for name, value in environment.items():
                patch.setenv(name, value)
            return watching.how()

    terminal, pipe, (near, far) = pty.openpty(), os.pipe(), socket.socketpair()
    null, status = os.open(os.devnull, os.O_RDWR), os.fstat(near.fileno())
    with (tmp_path / "log").open("w") as log:
        assert how(log.fileno()) == "line"
        assert how(log.fileno(), QA_AUDIT_PROGRESS="off") == "off"
        assert how(log.fileno(), QA_AUDIT_PROGRESS="nonsense") == "line"
    assert how(pipe[1]) == "off"
    assert how(pipe[1], QA_AUDIT_PROGRESS="line") == "line"
    assert how(null) == "off"
    assert how(terminal[1]) == "live"
    assert how(near.fileno(), JOURNAL_STREAM=f"{status.st_dev}:{status.st_ino}") == "line"
    assert how(near.fileno(), JOURNAL_STREAM="8:1") == "off"
    assert how(near.fileno()) == "off"
    for descriptor in (*terminal, *pipe, null):
        os.close(descriptor)
    near.close()
    far.close()


class Clock:
    """A clock that goes as told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_log_has_one_line_a_step(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    log = watching.Log(clock)
    log.begin("读入", 0, "条")
    log.advance(1_000_000)
    clock.now += 2.3
    log.advance(21)
    assert capsys.readouterr().err == ""
    log.end()
    log.begin("评分", 7, "条")
    log.end()
    log.end()
    assert capsys.readouterr() == ("", "读入:1,000,021 条,2.3 秒,每秒 434,792 条\n评分:0 条,0.0 秒\n")


@pytest.mark.parametrize(
    ("total", "done", "seconds", "shown"),
    [
        (1000, 0, 0.0, "评分  0%  0/1,000 条"),
        (1000, 250, 0.9, "评分  25%  250/1,000 条"),
        (1000, 250, 1.0, "评分  25%  250/1,000 条  每秒 250 条  还要 3 秒"),
        (1000, 1, 3.0, "评分  0%  1/1,000 条  每秒 0 条  还要 49 分 57 秒"),
        (1000, 0, 7.5, "评分  0%  0/1,000 条  已经 7 秒"),
        (1000, 999, 2.0, "评分  99%  999/1,000 条  每秒 500 条  还要 1 秒"),
        (1000, 1200, 2.0, "评分  100%  1,200/1,000 条  每秒 600 条  已经 2 秒"),
        (0, 0, 0.5, "评分"),
        (0, 5000, 2.0, "评分  5,000 条  每秒 2,500 条  已经 2 秒"),
    ],
)
def test_the_line_on_a_terminal(
    capsys: pytest.CaptureFixture[str], total: int, done: int, seconds: float, shown: str
) -> None:
    clock = Clock()
    live = watching.Live(clock)
    live.begin("评分", total, "条")
    live.advance(done)
    clock.now += seconds
    capsys.readouterr()
    live.redraw()
    assert capsys.readouterr().err.split("\r")[-1] == shown
    live.end()
    live.redraw()
    assert screen(capsys.readouterr().err) == ""


def screen(drawn: str) -> str:
    """Return what a terminal shows of one line that was drawn over; every character one column."""
    cells: list[str] = []
    for part in drawn.split("\r"):
        cells[: len(part)] = part
    return "".join(cells).rstrip()


def test_lines_fit_any_terminal_and_cannot_steer_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(voice.os, "get_terminal_size", lambda _: os.terminal_size((11, 5)))
    monkeypatch.setattr(voice.sys.stderr, "fileno", lambda: 2, raising=False)
    assert voice.draw("读入读入", 0) == 8
    assert voice.draw("读入读入读入", 8) <= 10
    assert capsys.readouterr().err == "\r\r读入读入\r" + " " * 8 + "\r读入读入…"
    voice.draw("\x1b[2J\n\u202e", 99)
    assert capsys.readouterr().err == "\r" + " " * 10 + "\r?[2J??"


@pytest.mark.parametrize(("mode", "shown"), [("off", ""), ("line", "写评分卡:3 页"), ("live", "写评分卡  ")])
def test_a_command_shows_its_steps_and_leaves_the_terminal_clean(
    qa: Qa, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mode: str, shown: str
) -> None:
    def report(out: Path, watch: Watch) -> tuple[Path, dict[str, list[dict[str, str]]]]:
        watch.begin("写评分卡", 4, "页")
        watch.advance(3)
        watch.end()
        watch.begin("再写", 4, "页")
        return tmp_path, {"reasons": [], "notices": []}

    monkeypatch.setenv("QA_AUDIT_PROGRESS", mode)
    monkeypatch.setattr(pipeline, "report_only", report)
    (tmp_path / "summary.txt").write_text("总分\n", "utf-8")
    done = qa("report", "x")
    assert done.returncode == 0
    assert done.stdout.startswith("总分\n")
    assert shown in done.stderr
    assert (mode == "off") == (done.stderr == "")
    if mode == "live":
        assert screen(done.stderr) == ""


def test_nobody_watches() -> None:
    tell: list[Callable[[], None]] = [
        lambda: NOWATCH.begin("x", 1, "条"),
        lambda: NOWATCH.advance(1),
        NOWATCH.end,
    ]
    assert [each() for each in tell] == [None] * 3  # type: ignore[func-returns-value]


def test_what_engines_wait_for_is_said_where_progress_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for mode, said in (("line", "没有 worker\n"), ("off", "")):
        monkeypatch.setenv("QA_AUDIT_PROGRESS", mode)
        with watching.watching():
            tell("没有 worker")
        assert capsys.readouterr().err == said
    live = watching.Live(Clock())
    live.begin("评分", 0, "条")
    live.tell("没有 worker")
    assert capsys.readouterr().err == "\r\r评分\r    \r没有 worker\n"
