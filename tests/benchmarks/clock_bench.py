"""Time one clock alone on a synthetic night: `python -m tests.benchmarks.clock_bench 1000000`.

Prints, per shipped clock, seconds for the rounds of all sessions (median of three) and the peak of memory beyond the
batch.
"""

import statistics
import sys
import time
import tracemalloc
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from qa_audit.clocks import Cues, Setting, shipped_clocks, waits
from qa_audit.ingest import ingest
from qa_audit.sessions.batch import SessionBatch
from tests.benchmarks.generate import generate


def main(messages: int = 1_000_000) -> None:
    """Measure every shipped clock on the same batch."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "night.csv"
        generate(path, messages)
        batch = SessionBatch.from_messages(ingest([str(path)]).messages)
    cues = Cues(needs_answer=batch.from_customer, asks_human=np.zeros(batch.n, dtype=np.bool_))
    for name, clock in shipped_clocks().items():
        seconds = []
        for _ in range(3):
            started = time.perf_counter()
            found = waits(batch, clock, cues, Setting())
            seconds.append(time.perf_counter() - started)
        tracemalloc.start()
        waits(batch, clock, cues, Setting())
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        print(f"{name:16} {statistics.median(seconds):.2f} s  {len(found)} rounds  peak {peak / 1e6:.0f} MB")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
