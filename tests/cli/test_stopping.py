"""Asked to stop, a run stops at once: one line, its exit code, nothing half published, nobody left at work."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from qa_audit import pipeline, results, stopping
from qa_audit.results import publishing
from qa_audit.stopping import Stopped, listening, unbroken
from tests.accept import ROOT
from tests.cli.conftest import Qa
from tests.engines import jobs

SAID = "已停止,没有发布;上一次的结果没有动\n"
RUN = """
import sys
import types

import qa_audit
from qa_audit.__main__ import main
from qa_audit.engines import engine, local
from qa_audit.results import publishing
from tests.engines import jobs

def run(out, watch):
    with engine("local", 2) as run_step, publishing(out) as stage:
        (stage.private / "chat").write_text("secret")
        list(run_step(jobs.wait_deaf, [(out.parent.parent, number) for number in range(9)]))

local.WARM = ()  # neither they nor this process need the steps
qa_audit.pipeline = types.SimpleNamespace(report_only=run)
main()
"""


@pytest.mark.parametrize(
    ("sent", "codes"),
    [([signal.SIGINT], {130}), ([signal.SIGTERM], {143}), ([signal.SIGTERM, signal.SIGINT], {130, 143})],
    ids=["interrupted", "terminated", "both"],
)
def test_a_run_with_workers_stops_in_the_middle_of_their_tasks(
    tmp_path: Path, sent: list[int], codes: set[int]
) -> None:
    gate, out = jobs.Gate(tmp_path), tmp_path / "there" / "out"
    publish(out, "before")
    command = [sys.executable, "-c", RUN, "report", str(out)]
    run = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        at_work = dict(gate.who() for _ in range(2))
        assert set(at_work) == {0, 1}  # both deaf to what the terminal sends
        for number in sent * 20:  # again and again, to all of its processes, as a terminal does
            (os.killpg if number == signal.SIGINT else os.kill)(run.pid, number)
        assert run.communicate(timeout=60) == ("", SAID)
    finally:
        run.kill()
    assert run.returncode in codes
    for process in at_work.values():
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)
    assert sorted(path.name for path in out.parent.iterdir()) == [".out.lock", "out"]
    assert (out / "summary.txt").read_text("utf-8") == "before"


def publish(out: Path, text: str) -> None:
    with publishing(out) as stage:
        (stage.path / "summary.txt").write_text(text, "utf-8")
        stage.finish({"versions": {"qa_audit": "1"}})


def asked(*_: object) -> None:
    signal.raise_signal(signal.SIGINT)
    signal.raise_signal(signal.SIGTERM)


def test_results_that_are_taking_their_place_take_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    with publishing(out) as stage:
        stage.finish({"versions": {"qa_audit": "1"}})
    monkeypatch.setattr(results, "_sync", asked)
    with listening(), pytest.raises(Stopped) as stopped, publishing(out) as stage:
        (stage.path / "summary.txt").write_text("new", "utf-8")
        stage.finish({"versions": {"qa_audit": "2"}})
    assert stopped.value.published
    assert (out / "summary.txt").read_text("utf-8") == "new"
    assert sorted(path.name for path in tmp_path.iterdir()) == [".out.lock", "out"]


def test_clearing_away_is_not_broken_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    remove = shutil.rmtree

    def slowly(path: Path, *, ignore_errors: bool) -> None:
        asked()
        remove(path, ignore_errors=ignore_errors)

    with listening(), pytest.raises(Stopped) as stopped, publishing(tmp_path / "out") as stage:
        (stage.private / "chat").write_text("secret", "utf-8")
        monkeypatch.setattr(shutil, "rmtree", slowly)
        signal.raise_signal(signal.SIGINT)
    assert not stopped.value.published
    assert [path.name for path in tmp_path.iterdir()] == [".out.lock"]


def test_what_is_unbroken_runs_to_its_end_and_nothing_is_forgotten() -> None:
    done = []
    with listening():
        with pytest.raises(Stopped) as stopped, unbroken():
            with unbroken():
                asked()
                done.append("inner")
            done.append("outer")
        assert done == ["inner", "outer"]
        assert stopped.value.signal == signal.SIGINT  # the first decides
        with unbroken():
            pass  # heard once


def test_after_a_stop_a_burst_is_not_heard_but_a_later_signal_is() -> None:
    with listening():
        with pytest.raises(Stopped):
            signal.raise_signal(signal.SIGTERM)
        asked()
        with unbroken():
            asked()
        stopping._quiet_until = 0.0  # it is later, foreign code had swallowed it
        with pytest.raises(Stopped) as stopped:
            signal.raise_signal(signal.SIGINT)
    assert stopped.value.signal == signal.SIGTERM
    assert stopping.asked() is None  # forgotten with the last who listened


def test_who_listened_first_goes_on_listening() -> None:
    with listening():
        with listening(), pytest.raises(Stopped):
            signal.raise_signal(signal.SIGINT)
        assert stopping.asked() == signal.SIGINT
        asked()


IMPORTING = """
import signal
import sys

class Finder:
    def find_spec(self, name, *_):
        if name == "click":
            sys.meta_path.remove(self)
            for number in (signal.SIGTERM, signal.SIGINT):
                try:
                    signal.raise_signal(number)
                except BaseException as error:
                    raise ImportError(name) from error

from qa_audit.__main__ import main

assert "click" not in sys.modules
sys.meta_path.insert(0, Finder())
main()
"""


def test_a_stop_while_the_command_line_is_being_imported_is_one_line() -> None:
    done = subprocess.run([sys.executable, "-c", IMPORTING, "--help"], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (143, "", SAID)


def test_what_foreign_code_makes_of_a_stop_is_a_stop(qa: Qa, monkeypatch: pytest.MonkeyPatch) -> None:
    def wrapped(*_: object) -> None:
        try:
            signal.raise_signal(signal.SIGTERM)
        except Stopped as stopped:
            raise ValueError("SchemaError") from stopped

    monkeypatch.setattr(pipeline, "report_only", wrapped)
    assert qa("report", "out") == (143, "", SAID)


def test_what_the_shell_told_to_ignore_is_ignored_and_handlers_are_put_back() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with listening():
            signal.raise_signal(signal.SIGINT)
            assert signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize(
    ("published", "said"), [(False, SAID), (True, "已停止;新的结果已经发布\n")], ids=["before", "after"]
)
def test_the_command_line_says_one_line(qa: Qa, monkeypatch: pytest.MonkeyPatch, published: bool, said: str) -> None:
    def stop(*_: object) -> None:
        stopped = Stopped(signal.SIGTERM)
        stopped.published = published
        raise stopped

    monkeypatch.setattr(pipeline, "report_only", stop)
    assert qa("report", "out") == (143, "", said)


def test_a_closed_question_is_a_stop(qa: Qa, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(pipeline, "report_only", interrupted)
    done = qa("report", "out")
    assert (done.returncode, done.stderr.strip()) == (130, SAID.strip())
