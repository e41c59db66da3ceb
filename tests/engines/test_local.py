"""Tasks are done once each or once more, in any process; results come in order; nothing outlives the run."""

import multiprocessing
import os
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from qa_audit.engines import Run, engine, local
from qa_audit.engines.local import AHEAD, workers
from qa_audit.engines.tasks import _step, answer, in_order
from qa_audit.errors import EngineError, ExportError, RubricError
from tests.engines import jobs


@pytest.fixture(scope="module", autouse=True)
def cold() -> Iterator[None]:
    """The tasks here need none of the steps."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(local, "WARM", ("qa_audit.errors",))
        yield


@pytest.fixture(scope="module")
def two(cold: None) -> Iterator[Run]:
    with engine("local", 2) as run:
        yield run


@pytest.mark.parametrize("count", [0, 1, 2, 9])
def test_results_come_in_the_order_of_the_tasks(two: Run, count: int) -> None:
    assert list(two(jobs.double, range(count))) == [2 * number for number in range(count)]


def test_one_worker_is_this_process_and_two_are_others(two: Run) -> None:
    with engine("local", 1) as run:
        assert list(run(jobs.process_of, [0, 1])) == [os.getpid()] * 2
    others = set(two(jobs.process_of, range(20)))
    assert others
    assert os.getpid() not in others
    assert len(others) <= 2


def test_two_steps_can_be_read_in_turn(two: Run) -> None:
    assert list(zip(two(jobs.double, range(5)), two(jobs.double, range(5, 10)), strict=True))[-1] == (8, 18)


def test_only_a_few_tasks_are_ahead_of_who_takes_the_results(two: Run, tmp_path: Path) -> None:
    results = iter(two(jobs.leave_mark, [(tmp_path, number) for number in range(30)]))
    assert not list(tmp_path.iterdir())
    for taken in range(1, 4):
        next(results)
        begun = {int(path.name) for path in tmp_path.iterdir()}
        assert max(begun) < taken + 2 * AHEAD


class Waiting:
    """What was submitted, answered at once; remembers what was cancelled."""

    def __init__(self, packed: bytes, cancelled: list[bytes]) -> None:
        self.packed, self.cancelled = packed, cancelled

    def result(self) -> bytes:
        return answer(self.packed)

    def cancel(self) -> None:
        self.cancelled.append(self.packed)


def test_what_is_still_waiting_is_cancelled_when_a_task_fails_or_nobody_takes_the_rest() -> None:
    cancelled: list[bytes] = []
    results = in_order(jobs.refuse, [0, 1, 2, 3, 4], lambda _, packed: Waiting(packed, cancelled), 3)
    assert next(results) == 0
    with pytest.raises(ExportError):
        next(results)
    assert len(cancelled) == 2  # 2 and 3; 4 was never handed over
    results = in_order(jobs.double, range(9), lambda _, packed: Waiting(packed, cancelled), 4)
    next(results)
    results.close()  # type: ignore[attr-defined]
    assert len(cancelled) == 2 + 3


def test_what_a_task_raises_is_raised_here_with_its_words_and_its_place(two: Run) -> None:
    with pytest.raises(ExportError) as found:
        list(two(jobs.refuse, range(4)))
    assert found.value.told == ExportError("a.csv: \ufdd0值\ufdd1(试试别的)").told  # with the marks of the quotation
    with pytest.raises(ZeroDivisionError) as bug:
        list(two(jobs.break_down, range(3)))
    told = "".join(traceback.format_exception(bug.value))
    assert "步骤 break_down 的第 2 份(共 3 份)" in told
    assert "jobs.py" in told.split("在工作进程里:")[1]  # where it really happened
    assert list(two(jobs.double, range(3))) == [0, 2, 4]  # the workers live


@pytest.mark.parametrize(
    ("module", "step"),
    [
        ("qa_audit.ingest.understanding", "读入"),
        ("qa_audit.ingest", "读入"),
        ("qa_audit.steps.looking", "看文本"),
        ("qa_audit.steps.marking", "认自动回复"),
        ("qa_audit.steps.judging", "评分"),
        ("qa_audit.report.pages", "写评分卡"),
        ("qa_audit.reporting", "task"),
    ],
)
def test_a_step_is_called_as_its_progress_is(module: str, step: str) -> None:
    def task(_: int) -> None: ...

    task.__module__ = module
    assert _step(task) == step


def test_all_mistakes_of_a_rubric_come_back(two: Run, tmp_path: Path) -> None:
    (rubric := tmp_path / "r.yaml").write_text("rubric: x\nscoring: no\ngroups: 3\n", "utf-8")
    with pytest.raises(RubricError) as there:
        list(two(jobs.load, [rubric, rubric]))
    with pytest.raises(RubricError) as here:
        jobs.load(rubric)
    assert there.value.mistakes == here.value.mistakes
    assert len(here.value.mistakes) > 1
    assert str(there.value) == str(here.value)


@pytest.mark.parametrize(
    ("function", "said"), [(jobs.raise_unpackable, "UnpackableError: 1 2"), (jobs.unpackable, "lambda")]
)
def test_what_cannot_be_packed_is_told_in_words(two: Run, function: Callable[[Any], Any], said: str) -> None:
    with pytest.raises(Exception, match=said):
        list(two(function, [0, 1]))


def test_a_dead_worker_is_replaced_and_its_task_done_once_more(two: Run, tmp_path: Path) -> None:
    assert list(two(jobs.die, [(tmp_path, number, 1) for number in range(6)])) == list(range(6))
    assert list(two(jobs.double, range(3))) == [0, 2, 4]


def test_a_second_death_names_the_task_and_what_to_try(two: Run, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"步骤 die 的第 3 份\(共 6 份\).*--jobs 1"):
        list(two(jobs.die, [(tmp_path, number, 2) for number in range(6)]))


def test_leaving_kills_the_workers_in_the_middle_of_their_tasks(tmp_path: Path) -> None:
    before = set(multiprocessing.active_children())
    gate = jobs.Gate(tmp_path)

    def take(run: Run) -> None:
        with pytest.raises(EOFError):
            list(run(jobs.wait_for, [(tmp_path, 0), (tmp_path, 1)]))

    with workers(2) as run:
        taking = Thread(target=take, args=(run,))
        taking.start()
        at_work = [gate.who()[1] for _ in range(2)]
    taking.join()
    assert set(multiprocessing.active_children()) == before
    for process in at_work:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)


@pytest.mark.parametrize(("name", "scheduler"), [("dask", None), ("local", "tcp://127.0.0.1:1")])
def test_a_cluster_needs_its_address_and_the_other_way_round(name: str, scheduler: str | None) -> None:
    with pytest.raises(EngineError, match="要一起用"):
        engine(name, 2, scheduler)
