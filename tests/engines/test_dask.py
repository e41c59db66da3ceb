"""A real scheduler and two worker processes on loopback give what one process gives, or say why not."""

import os
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest
from distributed.client import FutureCancelledError
from distributed.comm import CommClosedError
from distributed.scheduler import KilledWorker

from qa_audit.engines import Run, engine, probing
from qa_audit.engines import dask as dask_engine
from qa_audit.engines.early import sizes
from qa_audit.engines.tasks import Place, opened, tell, telling
from qa_audit.errors import EngineError, ExportError
from qa_audit.ingest import slicing
from qa_audit.slices import cutting
from tests.accept import ROOT
from tests.benchmarks.generate import generate
from tests.cli.conftest import Qa
from tests.engines import jobs


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """Start a cluster of two workers with one thread each, as docs/scale.md says; yield its address."""
    import dask
    from distributed import LocalCluster

    settings = {
        "distributed.worker.multiprocessing-method": "spawn",
        "distributed.nanny.pre-spawn-environ.PYTHONPATH": str(ROOT),
        "distributed.worker.profile.enabled": False,
    }
    with (
        dask.config.set(settings),
        LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
    ):
        yield str(cluster.scheduler_address)


@pytest.fixture(scope="module")
def two(scheduler: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    shared = tmp_path_factory.mktemp("shared")
    with engine("dask", 1, scheduler, shared) as run:
        assert not list(shared.iterdir())  # the probe is gone
        yield run


def test_results_come_in_the_order_of_the_tasks_from_both_workers(two: Run) -> None:
    assert list(two(jobs.double, range(9))) == [2 * number for number in range(9)]
    assert list(two(jobs.double, [])) == []
    others = set(two(jobs.process_of, range(20)))
    assert len(others) == 2
    assert os.getpid() not in others


def test_a_relative_path_means_the_same_file(two: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert list(two(jobs.leave_mark, [(Path(), 1), (Path(), 2)])) == [1, 2]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1", "2"]


def test_what_a_task_raises_is_raised_here_with_its_words_and_its_place(two: Run) -> None:
    with pytest.raises(ExportError, match=r"a.csv: 值\(试试别的\)") as found:
        list(two(jobs.refuse, range(4)))
    assert "步骤 refuse 的第 2 份(共 4 份)" in found.value.__notes__


def test_a_worker_killed_in_the_middle_is_replaced_and_its_task_redone(two: Run, tmp_path: Path) -> None:
    gate, found = jobs.Gate(tmp_path), []
    taking = Thread(target=lambda: found.extend(two(jobs.wait_for, [(tmp_path, number) for number in range(6)])))
    taking.start()
    begun = [gate.who(), gate.who()]
    number, process = begun[0]
    os.kill(process, signal.SIGKILL)
    gate.let(9)
    taking.join()
    assert found == [0, 1, 2, 3, 4, 5]
    begun += [gate.who() for _ in range(5)]
    assert sorted(each for each, _ in begun) == sorted([0, 1, 2, 3, 4, 5, number])


def test_a_night_on_a_cluster_is_the_same_bytes(
    scheduler: str, qa: Qa, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (slicing, cutting):
        monkeypatch.setattr(module, "MESSAGES_PER_SLICE", 500)
    generate(tmp_path / "night.csv", 2_000)
    assert qa("run", "night.csv", "--out", "here", "--jobs", 1).returncode == 0
    done = qa("run", "night.csv", "--out", "there", "--engine", "dask", "--scheduler", scheduler)
    assert (done.returncode, done.stderr) == (0, "")
    again = qa("score", "there", "--engine", "dask", "--scheduler", scheduler)
    assert (again.returncode, again.stderr) == (0, "")
    here, there = (
        {
            path.relative_to(tmp_path / name): path.read_bytes()
            for path in (tmp_path / name).rglob("*")
            if path.is_file()
        }
        for name in ("here", "there")
    )
    assert here == there
    assert len(here) > 20


def test_a_step_that_always_fails_publishes_nothing(
    scheduler: str, qa: Qa, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    generate(tmp_path / "night.csv", 200)
    monkeypatch.setattr("qa_audit.pipeline.render", fails)
    done = qa("run", "night.csv", "--out", "there", "--engine", "dask", "--scheduler", scheduler)
    assert done.returncode == 3
    assert "步骤 break_down 的第 2 份(共 3 份)" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == [".there.lock", "night.csv"]


def fails(*arguments: Any, **options: Any) -> None:
    [run] = [each for each in (*arguments, *options.values()) if callable(each) and hasattr(each, "__self__")]
    list(run(jobs.break_down, [0, 1, 2]))


def test_nobody_at_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask_engine, "TIMEOUT", 0.2)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(EngineError, match="连不上"), engine("dask", 1, address):
            pass


def test_dask_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(EngineError, match=r"pip install 'qa-audit\[dask\]'"), engine("dask", 1, "tcp://127.0.0.1:1"):
        pass


class Workers:
    """A client of workers that answer as told."""

    status = "running"

    def __init__(self, answers: dict[str, Any], threads: int = 1) -> None:
        self.answers, self.threads = answers, threads

    def nthreads(self) -> dict[str, int]:
        return dict.fromkeys(self.answers, self.threads)

    def run(self, *_: object, **__: object) -> dict[str, Any]:
        return self.answers

    def wait_for_workers(self, *_: object, **__: object) -> None:
        raise TimeoutError


HERE = probing.facts()


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({**HERE, "qa_audit": "0.0"}, rf"w1: 版本与这台机器不同:qa_audit 0\.0 ≠ {HERE['qa_audit']}\("),
        ({**HERE, "qa_audit 的代码": "x"}, "qa_audit 的代码 x ≠"),
        ({**HERE, "pyarrow": "1", "Python": "3.9"}, "Python 3.9 ≠ .*、pyarrow 1 ≠"),
        ({}, "Python 没有 ≠ .* 等"),
        (ModuleNotFoundError("qa_audit"), "w1: 这个 worker 的 Python 里没有装 qa-audit"),
        (MemoryError("x"), "w1: 这个 worker 答不上来"),
    ],
)
def test_a_worker_that_is_not_like_this_machine(answer: Any, told: str) -> None:
    with pytest.raises(EngineError, match=told):
        probing.check_versions(Workers({"w0": HERE, "w1": answer}))


def test_workers_with_threads_and_no_workers_at_all() -> None:
    with pytest.raises(EngineError, match="w0: 每个 worker 只能有一个线程"):
        probing.check_versions(Workers({"w0": HERE}, threads=2))
    with pytest.raises(EngineError, match="集群里没有 worker"):
        dask_engine._wait_for_workers(Workers({}), "tcp://h:1")


@pytest.mark.parametrize("answer", [PermissionError("x"), "elsewhere"])
def test_a_worker_that_does_not_see_the_folder(tmp_path: Path, answer: Any) -> None:
    with pytest.raises(EngineError, match="w0: 这个 worker 读写不了"):
        probing.check_folder(Workers({"w0": answer}), tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("given", ["logs", "logs/*.csv", "logs/a.csv"])
def test_a_worker_that_does_not_find_the_logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.chdir(tmp_path)
    log = tmp_path / "logs" / "a.csv"
    log.parent.mkdir()
    log.write_bytes(b"12345")
    files = list(sizes([given, "nowhere"]))
    assert probing.first_missed([(str(path.absolute()), size) for path, size in files]) is None
    probing.check_given(Workers({"w0": None}), files)
    with pytest.raises(EngineError, match=rf"w1: 这个 worker 看不到 {log}"):
        probing.check_given(Workers({"w0": None, "w1": str(log)}), files)
    with pytest.raises(EngineError, match="w0: 这个 worker 看不到 给的文件"):
        probing.check_given(Workers({"w0": MemoryError()}), files)
    assert probing.first_missed([(str(log), 4)]) == str(log)
    assert probing.first_missed([(str(log), 5), ("gone", 5)]) == "gone"


def test_a_cluster_is_asked_for_the_logs(scheduler: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (log := tmp_path / "a.csv").write_bytes(b"12345")
    monkeypatch.setattr(dask_engine, "sizes", lambda given: [(Path(each), 4) for each in given])
    with pytest.raises(EngineError, match=r"看不到 .*a\.csv"), engine("dask", 1, scheduler, tmp_path, [str(log)]):
        pass


@pytest.mark.parametrize(
    ("address", "told"),
    [("tls://127.0.0.1:1", "distributed.comm.tls"), ("foo://x", "连不上"), ("nonsense", "连不上")],
)
def test_an_address_that_cannot_be_used_is_one_sentence(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, address: str, told: str
) -> None:
    left: list[Any] = []
    leave = dask_engine._leave
    monkeypatch.setattr(dask_engine, "_leave", lambda client: (leave(client), left.append(client)))
    with pytest.raises(EngineError, match=told), engine("dask", 1, address):
        pass
    assert [client.status for client in left] == ["closed"]  # or it would wait 20 seconds to be taken away
    assert capfd.readouterr() == ("", "")


def test_a_client_that_has_given_up_is_told_as_the_scheduler_gone() -> None:
    client = Workers({"w0": None})
    client.status = "closed"
    with pytest.raises(EngineError, match="tcp://h:1:和调度器断了"):
        dask_engine._Cluster(client, "tcp://h:1").run(jobs.double, [1, 2])


def test_nobody_left_is_told_once_while_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    answers: list[object] = [TimeoutError(), TimeoutError(), b"done"]
    heard: list[str] = []

    def result(timeout: float) -> object:
        if isinstance(found := answers.pop(0), Exception):
            raise found
        return found

    with telling(heard.append):
        pending = dask_engine._Pending(Workers({}), SimpleNamespace(result=result), Place("s", 0, 3))
        assert pending.result() == b"done"
    assert len(heard) == 1
    assert "再等 120 秒" in heard[0]
    tell("nobody listens")
    assert len(heard) == 1


def test_a_worker_that_came_later_is_checked_too() -> None:
    with pytest.raises(EngineError, match="后来的 worker"):
        opened(dask_engine._do("/", {}, b""), Place("s", 0, 1))


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (TimeoutError(), "集群里一个 worker 也没有了"),
        (KilledWorker("key", SimpleNamespace(address="w0"), 4), "做它的 worker 一再中途退出"),
        (FutureCancelledError("key", "scheduler-connection-lost"), "和调度器断了"),
        (CommClosedError("x"), "和调度器断了"),
    ],
)
def test_a_task_that_fails_for_good_is_named(monkeypatch: pytest.MonkeyPatch, error: Exception, told: str) -> None:
    def fail(timeout: float) -> None:
        raise error

    monkeypatch.setattr(dask_engine, "PATIENCE", 0.0)
    pending = dask_engine._Pending(Workers({}), SimpleNamespace(result=fail), Place("s", 0, 3))
    with pytest.raises(EngineError, match=rf"步骤 s 的第 1 份\(共 3 份\):{told}"):
        pending.result()


@pytest.mark.parametrize("options", [("--engine", "dask"), ("--scheduler", "tcp://h:1")])
@pytest.mark.parametrize("command", ["run", "score"])
def test_the_engine_and_the_address_belong_together(qa: Qa, command: str, options: tuple[str, ...]) -> None:
    done = qa(command, "x", *options)
    assert done.returncode == 2
    assert "--scheduler" in done.stderr
