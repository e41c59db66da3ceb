"""Task functions for tests of engines: workers import them by name."""

import os
import signal
from pathlib import Path
from typing import NoReturn

from qa_audit.citing import cited
from qa_audit.errors import ExportError


def double(task: int) -> int:
    return 2 * task


def process_of(_: int) -> int:
    return os.getpid()


def leave_mark(task: tuple[Path, int]) -> int:
    """Mark that the task was begun."""
    folder, number = task
    (folder / str(number)).touch()
    return number


def die(task: tuple[Path, int, int]) -> int:
    """Kill the own process at task 2, as often as told; every death leaves a file."""
    folder, number, deaths = task
    if number == 2 and len(list(folder.iterdir())) < deaths:
        (folder / str(len(list(folder.iterdir())))).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number


class Gate:
    """Where tasks of `wait_for` say that they are being done, and wait to be let through; no clock is asked."""

    def __init__(self, folder: Path) -> None:
        for name in ("said", "go"):
            os.mkfifo(folder / name)
        self._said, self._go = (os.open(folder / name, os.O_RDWR) for name in ("said", "go"))

    def who(self) -> tuple[int, int]:
        """Wait until one more task is being done; return its number and its process."""
        line = b""
        while not line.endswith(b"\n"):
            line += os.read(self._said, 1)
        number, process = map(int, line.split())
        return number, process

    def let(self, count: int) -> None:
        """Let so many through."""
        os.write(self._go, b"." * count)


def wait_for(task: tuple[Path, int]) -> int:
    """Tell the gate in the folder that the task is being done and by whom, and wait to be let through."""
    folder, number = task
    told = os.open(folder / "said", os.O_WRONLY)
    os.write(told, f"{number} {os.getpid()}\n".encode())
    os.close(told)
    go = os.open(folder / "go", os.O_RDONLY)
    os.read(go, 1)
    os.close(go)
    return number


def wait_deaf(task: tuple[Path, int]) -> int:
    """The same, under the number −1 by a process that would hear Ctrl-C."""
    folder, number = task
    return wait_for((folder, number if signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ()) else -1))


def refuse(task: int) -> int:
    if task == 1:
        raise ExportError(f"a.csv: {cited('值')}(试试别的)")
    return task


def load(path: Path) -> object:
    from qa_audit.rubric.load import load_rubric  # not for every worker

    return load_rubric(path)


def break_down(task: int) -> int:
    return 1 // (task - 1)


class UnpackableError(Exception):
    def __init__(self, one: int, two: int) -> None:
        super().__init__(f"{one} {two}")


def raise_unpackable(_: int) -> NoReturn:
    raise UnpackableError(1, 2)


def unpackable(_: int) -> object:
    return lambda: None
