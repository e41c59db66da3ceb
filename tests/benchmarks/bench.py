"""`make bench`: whole runs of `qa-audit run` on a synthetic night, beside the obvious loop, on the same machine in one go.

Prints a table and writes reports/bench.json. `python -m tests.benchmarks.bench 200000 3` sets messages and repetitions.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.generate import generate
from tests.benchmarks.obvious import obvious_rate

OBVIOUS_MESSAGES = 3_000


def main(messages: int = 200_000, times: int = 3) -> None:
    """Time runs with repeated and with distinct texts, with one and with two workers."""
    rows = []
    with TemporaryDirectory() as folder:
        for name, repeats in (("63% repeats", 0.45), ("all distinct", 0.0)):
            path = Path(folder) / f"{repeats}.csv"
            generate(path, messages, repeats)
            baseline = obvious_rate(path, OBVIOUS_MESSAGES)
            for jobs in (1, os.cpu_count() or 1):
                seconds, peak = zip(*(timed(path, Path(folder) / "out", jobs) for _ in range(times)), strict=True)
                middle = statistics.median(seconds)
                rate = messages / middle
                rows.append({"texts": name, "jobs": jobs, "messages": messages, "seconds": round(middle, 2), "all_seconds": [round(s, 2) for s in seconds],
                             "messages_per_second": round(rate), "obvious_per_second": round(baseline), "ratio": round(rate / baseline), "peak_mb": max(peak)})  # fmt: skip
                print(" ".join(f"{key}={value}" for key, value in rows[-1].items()), flush=True)
    print("qa-audit --help: median", round(statistics.median(help_milliseconds() for _ in range(5))), "ms")
    target = Path("reports/bench.json")
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(rows, indent=1))


def timed(path: Path, out: Path, jobs: int) -> tuple[float, int]:
    """Return seconds and peak resident megabytes (largest process) of one whole run in a fresh process."""
    command = [sys.executable, "-m", "qa_audit", "run", str(path), "--out", str(out), "--jobs", str(jobs)]
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(command)} failed")
    return time.perf_counter() - started, usage.ru_maxrss // 1024


def help_milliseconds() -> float:
    """Return the time of `qa-audit --help`."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "qa_audit", "--help"], stdout=subprocess.DEVNULL, check=True)
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
