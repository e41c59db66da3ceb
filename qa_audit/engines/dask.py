"""Run tasks on the workers of a Dask cluster, which share a folder with this machine (docs/scale.md).

with cluster("tcp://HOST:8786", Path("/shared/reports")) as run:
    for result in run(function, tasks):
        ...

Dask carries packed tasks and packed answers and redoes what a dead worker had; what tasks raise, it never sees.
"""

import logging
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

from qa_audit.engines.early import sizes
from qa_audit.engines.probing import check_folder, check_given, check_versions, facts
from qa_audit.engines.tasks import Place, Run, answer, answer_with, in_order, tell
from qa_audit.errors import EngineError
from qa_audit.stopping import unbroken

AHEAD = 2
"""Tasks under way or waiting to be taken, for each worker."""
TIMEOUT = 10.0
"""Seconds in which the scheduler has to answer, and a first worker to be there."""
PATIENCE = 120.0
"""Seconds without a single worker after which nobody is expected any more."""
_LOOK = 5.0


@contextmanager
def cluster(scheduler: str, shared: Path | None, given: Sequence[str] = ()) -> Iterator[Run]:
    """Yield a function that maps a step over its tasks on the workers of the cluster.

    EngineError when the cluster is not there, its workers are not like this machine, do not share the folder or do
    not find the given files, or none is left; when workers died at the same task as often as the scheduler allows,
    naming the task.
    """
    client = _connected(scheduler)
    try:
        with _talking(f"--scheduler {scheduler}"):
            _wait_for_workers(client, scheduler)
            check_versions(client)
            if shared is not None:
                check_folder(client, shared)
            check_given(client, sizes(given))
        yield _Cluster(client, scheduler).run
    finally:
        _leave(client)


class _Cluster:
    def __init__(self, client: Any, scheduler: str) -> None:
        self._client, self._scheduler = client, scheduler
        self._key = f"qa-audit-{uuid4().hex}"  # a cluster knows tasks by their keys: never those of another run
        self._steps = 0
        self._facts = facts()

    def run(self, function: Callable[[Any], Any], tasks: Sequence[Any]) -> Iterable[Any]:
        step, self._steps = self._steps, self._steps + 1
        here = str(Path.cwd())

        def submit(place: Place, packed: bytes) -> "_Pending":
            key = f"{self._key}-{step}-{place.number}"
            with _talking(place):
                handed = self._client.submit(_do, here, self._facts, packed, key=key, pure=False)
            return _Pending(self._client, handed, place)

        with _talking(f"--scheduler {self._scheduler}"):
            workers = len(_threads(self._client))
        return in_order(function, tasks, submit, AHEAD * max(1, workers))


class _Pending:
    """A task somewhere on the cluster."""

    def __init__(self, client: Any, handed: Any, place: Place) -> None:
        self._client, self._handed, self._place = client, handed, place

    def result(self) -> bytes:
        """Wait for the answer, as long as there are workers that may give it."""
        lonely = 0.0
        while True:
            began = time.monotonic()
            with _talking(self._place):
                try:
                    answered: bytes = self._handed.result(timeout=_LOOK)
                    return answered
                except TimeoutError:
                    if _threads(self._client):
                        lonely = 0.0
                        continue
            if not lonely:
                tell(f"集群里一个 worker 也没有了,再等 {PATIENCE:.0f} 秒(重新启动 worker 就接着做)")
            lonely += time.monotonic() - began
            if lonely >= PATIENCE:
                raise EngineError(f"{self._place}:集群里一个 worker 也没有了(重新启动 worker,再跑一次)")

    def cancel(self) -> object:
        with suppress(OSError):
            self._handed.cancel()
        return None


@contextmanager
def _talking(place: Place | str) -> Iterator[None]:
    """Say in our words why the cluster does not answer."""
    from distributed.client import ClosedClientError, FutureCancelledError
    from distributed.scheduler import KilledWorker

    try:
        yield
    except KilledWorker as error:
        raise EngineError(
            f"{place}:做它的 worker 一再中途退出,多半是内存不够(给每个 worker 更多内存,或每台少开几个)"
        ) from error
    except (ClosedClientError, FutureCancelledError, OSError) as error:
        raise EngineError(f"{place}:和调度器断了(看调度器还在不在,再跑一次)") from error


def _threads(client: Any) -> Any:
    """Return the threads of each worker; OSError from a client that has given up."""
    if client.status == "closed":  # its own answer to that is an AttributeError
        raise ConnectionError
    return client.nthreads()


def _do(folder: str, wanted: dict[str, str], packed: bytes) -> bytes:
    """Do a task on a worker: where the user stands, so that a relative path means the same file."""
    if facts() != wanted:  # a worker that came after the others were checked
        return answer_with(EngineError("有一个后来的 worker 装的版本与这台机器不同(各台装同样的版本,再跑一次)"))
    with suppress(OSError):  # paths that matter are on the shared folder
        os.chdir(folder)
    return answer(packed)


def _connected(scheduler: str) -> Any:
    try:
        from distributed import Client
    except ImportError as error:
        raise EngineError("没有安装 dask(pip install 'qa-audit[dask]')") from error
    _silence()

    class OfOurs(Client):  # type: ignore[misc]  # it has no types
        def start(self, **options: Any) -> None:
            try:
                super().start(**options)
            except BaseException:  # nobody else has hold of what is half made
                _leave(self)
                raise

    try:
        return OfOurs(scheduler, timeout=TIMEOUT, set_as_default=False)
    except (OSError, ValueError) as error:
        raise EngineError(
            f"--scheduler {scheduler}: 连不上(地址写成 tcp://HOST:8786;看 dask scheduler 是否在运行、防火墙是否放行)"
        ) from error
    except TypeError as error:  # as it says that it has no certificate
        raise EngineError(
            f"--scheduler {scheduler}: 没有 TLS 的证书(在 dask 的配置 distributed.comm.tls 里写好)"
        ) from error


def _silence() -> None:
    """Keep what the cluster's libraries log from the user: what goes wrong is told by our own errors."""
    for name in ("distributed", "asyncio", "tornado", *logging.root.manager.loggerDict):  # these have their own levels
        if name.partition(".")[0] in ("distributed", "asyncio", "tornado"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def _leave(client: Any) -> None:
    """Close a client without waiting for who no longer answers; nor does it when it is taken away."""
    with unbroken():
        with suppress(OSError):
            client.close(timeout=1)
        client.status = "closed"


def _wait_for_workers(client: Any, scheduler: str) -> None:
    try:
        client.wait_for_workers(1, timeout=TIMEOUT)
    except TimeoutError as error:
        raise EngineError(
            f"--scheduler {scheduler}: 集群里没有 worker(在每台机器上运行 dask worker {scheduler} --nthreads 1)"
        ) from error
