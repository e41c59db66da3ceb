"""Run step functions on this machine: in this process, or in spawned workers that are handed paths and ranges.

with workers(jobs=2) as run:
    for result in run(function, tasks):     # in the order of the tasks, whatever the number of workers
        ...
"""

import importlib
import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any

Run = Callable[[Callable[[Any], Any], Sequence[Any]], Iterable[Any]]


@contextmanager
def workers(jobs: int) -> Iterator[Run]:
    """Yield a function that maps a step over its tasks; the workers of one night serve all its steps.

    Workers are spawned, never forked: forking after Arrow has started its threads is unsafe.
    """
    if jobs <= 1:
        yield map
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=_prepare) as pool:
        for _ in range(jobs):
            pool.submit(_prepare)  # workers start and import while this process reads
        yield lambda function, tasks: pool.map(function, tasks) if len(tasks) > 1 else map(function, tasks)


def _prepare() -> None:
    importlib.import_module("qa_audit.steps")
    importlib.import_module("qa_audit.report")
