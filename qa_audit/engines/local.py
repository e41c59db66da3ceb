"""Run step functions on this machine: in this process, or in spawned workers that are handed paths and ranges."""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")


def run(function: Callable[[Task], Result], tasks: Sequence[Task], jobs: int) -> Iterator[Result]:
    """Yield function(task) for each task, in the order of the tasks, whatever the number of workers.

    Workers are spawned, never forked: forking after Arrow has started its threads is unsafe.
    """
    workers = min(jobs, len(tasks))
    if workers <= 1:
        yield from map(function, tasks)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        yield from pool.map(function, tasks)
