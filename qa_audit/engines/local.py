"""Run tasks on this machine: in this process, or in spawned workers that are handed paths and ranges.

with workers(jobs=2) as run:
    for result in run(function, tasks):     # in the order of the tasks, whatever the number of workers
        ...

A worker that dies is replaced and its task done once more; leaving the context, however, ends all workers at once.
"""

import importlib
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any

from qa_audit.engines.tasks import Place, answer, in_order
from qa_audit.engines.tasks import Run as Run
from qa_audit.errors import EngineError
from qa_audit.stopping import unbroken

AHEAD = 2
"""Tasks under way or waiting to be taken, for each worker."""
_TRIES = 2
_LOOK = 0.5
"""Seconds of waiting after which this process looks whether it was asked to stop: a signal that comes just before it
waits, or to another thread, does not wake it."""
WARM = ("qa_audit.ingest", "qa_audit.steps.looking", "qa_audit.steps.judging", "qa_audit.report.pages")
"""What a new worker imports while it has nothing to do."""
_CONTEXT = multiprocessing.get_context("spawn")  # forking after Arrow has started its threads is unsafe


@contextmanager
def workers(jobs: int) -> Iterator[Run]:
    """Yield a function that maps a step over its tasks; the workers of one night serve all its steps."""
    if jobs <= 1:
        yield map
        return
    pool = _Pool(jobs)
    try:
        pool.open()
        yield pool.run
    finally:
        with unbroken():
            pool.close()


class _Pool:
    """Workers, each with at most one task, and as many threads of this process, each waiting for one worker."""

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs
        self._threads = ThreadPoolExecutor(jobs)
        self._idle: SimpleQueue[_Worker] = SimpleQueue()
        self._alive: set[_Worker] = set()
        self._changing = Lock()
        self._closed = False

    def open(self) -> None:
        for _ in range(self.jobs):
            self._start()

    def run(self, function: Callable[[Any], Any], tasks: Sequence[Any]) -> Iterable[Any]:
        if len(tasks) <= 1:
            return map(function, tasks)
        return in_order(function, tasks, self._submit, AHEAD * self.jobs)

    def close(self) -> None:
        """Kill the workers: what they have not finished nobody waits for, and their files are never half there."""
        with self._changing:
            self._closed = True
            for worker in self._alive:
                worker.kill()
        self._threads.shutdown(cancel_futures=True)
        for worker in self._alive:
            worker.join()

    def _submit(self, place: Place, packed: bytes) -> "_Pending":
        return _Pending(self._threads.submit(self._do, place, packed))

    def _do(self, place: Place, packed: bytes) -> bytes:
        for _ in range(_TRIES):
            worker = self._idle.get()
            try:
                answered = worker.do(packed)
            except (EOFError, OSError):  # it has died
                self._replace(worker)
                continue
            self._idle.put(worker)
            return answered
        raise EngineError(
            f"{place}:工作进程两次中途被系统终止,多半是内存不够(少用几个进程,如 --jobs 1,或换内存更大的机器)"
        )

    def _start(self) -> None:
        with self._changing:
            if self._closed:
                raise EOFError
            worker = _Worker()
            self._alive.add(worker)
        self._idle.put(worker)

    def _replace(self, worker: "_Worker") -> None:
        with self._changing:
            self._alive.discard(worker)
        worker.kill()
        worker.join()
        self._start()


class _Pending:
    """A task that one of the threads has or will have."""

    def __init__(self, answering: "Future[bytes]") -> None:
        self._answering = answering

    def result(self) -> bytes:
        """Wait for the answer, never so fast asleep that a stop is not heard."""
        while not wait([self._answering], timeout=_LOOK).done:
            pass
        return self._answering.result()

    def cancel(self) -> bool:
        return self._answering.cancel()


class _Worker:
    """A spawned process and the pipe to it."""

    def __init__(self) -> None:
        self._pipe, theirs = _CONTEXT.Pipe()
        self._process = _CONTEXT.Process(target=_serve, args=(theirs, WARM), daemon=True)
        with _deaf():
            self._process.start()
        theirs.close()

    def do(self, packed: bytes) -> bytes:
        """Do one task; EOFError or OSError when the process has died."""
        self._pipe.send_bytes(packed)
        return self._pipe.recv_bytes()

    def kill(self) -> None:
        self._process.kill()

    def join(self) -> None:
        self._process.join()
        self._pipe.close()


@contextmanager
def _deaf() -> Iterator[None]:
    """Start what is started within deaf to Ctrl-C, from its first instruction on: this process decides and kills it."""
    resource_tracker.ensure_running()  # multiprocessing's own; as it starts, it makes this thread hear again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(pipe: Connection, warm: Sequence[str]) -> None:
    """Do task after task until the main process has gone; import what will be needed while there is nothing to do."""
    Thread(target=_follow, daemon=True).start()
    cold = list(warm)
    try:
        while True:
            while cold and not pipe.poll():
                importlib.import_module(cold.pop(0))
            pipe.send_bytes(answer(pipe.recv_bytes()))
    except (EOFError, OSError):
        return


def _follow() -> None:
    """End this process, in the middle of whatever it does, when the main process has ended."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
