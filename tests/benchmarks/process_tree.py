"""Run a command and weigh it: wall clock, CPU of it and all its children, and peak memory of the whole process tree.

Memory is PSS, which counts a page that several processes share once, sampled from /proc; where /proc has none it is the
sum of resident sizes, which counts such pages for each. Where there is no /proc at all it is unknown.
"""

import os
import re
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Any

EVERY = 0.08
"""Seconds between two samples."""

_PROC = Path("/proc")
_STEP = re.compile(r"^(?P<step>[^\s:\uff1a]+)[:\uff1a](?P<count>[\d,]+) \S+?[,\uff0c](?P<seconds>[\d.]+) 秒")


@dataclass(frozen=True)
class Step:
    """One step as the run's log tells it: how much it did in how many seconds."""

    name: str
    count: int
    seconds: float


@dataclass(frozen=True)
class Weighed:
    """What one run cost. seconds: wall clock; cpu_seconds: user and system of the tree; peak_mb: null when unknown."""

    seconds: float
    cpu_seconds: float
    peak_mb: float | None
    memory: str  # pss, rss or unknown
    steps: tuple[Step, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class RunFailedError(RuntimeError):
    """A command that was to be timed ended with an error; it says its own words."""


def weigh(command: Sequence[str], environment: Mapping[str, str], log: Path) -> Weighed:
    """Run a command to its end, its standard error written to `log`. RunFailedError when it fails."""
    with log.open("w", encoding="utf-8") as errors:
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors, env=dict(environment))
        watched = _Watched(process.pid)
        _, status, usage = os.wait4(process.pid, 0)  # of the children that it has waited for, too
        seconds = time.perf_counter() - started
        peak, kind = watched.stop()
    process.returncode = os.waitstatus_to_exitcode(status)
    told = log.read_text("utf-8", "replace")
    if process.returncode:
        raise RunFailedError(f"{' '.join(command)} ended with {process.returncode}:\n{told}")
    return Weighed(seconds, usage.ru_utime + usage.ru_stime, peak, kind, steps(told))


def steps(log: str) -> tuple[Step, ...]:
    """Return the steps of a run from its log (读入:1,000,021 条,2.3 秒,…); () when it has none."""
    found = filter(None, map(_STEP.match, log.splitlines()))
    return tuple(Step(each["step"], int(each["count"].replace(",", "")), float(each["seconds"])) for each in found)


class _Watched:
    """Samples the memory of a process and all that come from it, until stopped."""

    def __init__(self, root: int) -> None:
        self._root, self._over, self._peak = root, Event(), 0
        self._thread = Thread(target=self._sample, daemon=True)
        self._thread.start()

    def stop(self) -> tuple[float | None, str]:
        """Return the peak in MB (10^6 bytes) and what was summed."""
        self._over.set()
        self._thread.join()
        return (self._peak / 1e6, _MEMORY) if self._peak else (None, "unknown")

    def _sample(self) -> None:
        while not self._over.is_set():
            self._peak = max(self._peak, sum(map(memory, tree(self._root))))
            self._over.wait(EVERY)


def tree(root: int) -> set[int]:
    """Return a process and all that come from it."""
    parents = dict(filter(None, map(_parent, _PROC.glob("[0-9]*"))))
    found, more = {root}, {root}
    while more:
        more = {child for child, parent in parents.items() if parent in more} - found
        found |= more
    return found


def memory(process: int) -> int:
    """Return the bytes of a process, as PSS where this machine tells it; 0 for one that is gone."""
    name, row = ("smaps_rollup", "Pss") if _MEMORY == "pss" else ("status", "VmRSS")
    found = re.search(rf"^{row}:\s+(\d+) kB", _read(_PROC / str(process) / name), re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


def _parent(process: Path) -> tuple[int, int] | None:
    fields = _read(process / "stat").rpartition(")")[2].split()  # the name before it may hold anything
    return (int(process.name), int(fields[1])) if fields else None


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""  # it has ended meanwhile


_MEMORY = "pss" if (_PROC / "self" / "smaps_rollup").exists() else "rss"
