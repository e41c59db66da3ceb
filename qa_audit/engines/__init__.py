"""Where steps run; each engine gets the same functions and the same tasks, and returns results in their order.

with engine("local", jobs=2) as run:
    for result in run(function, tasks):
        ...

A task is done at least once, in any process: it writes its file under a temporary name and renames it.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from qa_audit.engines.tasks import Run
from qa_audit.errors import EngineError

__all__ = ["ENGINES", "Run", "engine"]

ENGINES = ("local", "dask")


def engine(
    name: str, jobs: int, scheduler: str | None = None, shared: Path | None = None, given: Sequence[str] = ()
) -> AbstractContextManager[Run]:
    """Return the context in which steps run: `jobs` processes of this machine, or the workers of a Dask `scheduler`.

    `shared` is a folder that every worker must read and write by the same path; `given` are the files,
    folders and globs that every worker must find as this machine does; only a cluster is asked whether it can.
    EngineError when a cluster is not there or not as it must be, and when a worker dies at the same task again.
    """
    if (name == "dask") != (scheduler is not None):
        raise EngineError("--engine dask 和 --scheduler 要一起用(如 --engine dask --scheduler tcp://HOST:8786)")
    if scheduler is None:
        from qa_audit.engines.local import workers

        return workers(jobs)
    from qa_audit.engines.dask import cluster

    return cluster(scheduler, shared, given)
