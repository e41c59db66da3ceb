"""How long work shows itself on stderr: one line that is drawn over on a terminal, one line a step in a log.

with watching() as watch:
    pipeline.run(…, watch)

    读入:1,000,021 行,2.3 秒,每秒 434,792 行           in a regular file or the journal, after every step
    评分  41%  409,600/1,000,021 条  每秒 152,000 条  还要 4 秒       on a terminal, and gone at the end

A pipe is somebody's program and gets nothing. QA_AUDIT_PROGRESS=line|live|off says otherwise.
"""

import os
import stat
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import UnsupportedOperation
from math import ceil
from threading import Event, Lock, Thread
from typing import Literal, cast, get_args

from qa_audit.cli.voice import draw, say
from qa_audit.engines.tasks import telling
from qa_audit.progress import NOWATCH, Watch
from qa_audit.stopping import unbroken

Mode = Literal["line", "live", "off"]

_VARIABLE = "QA_AUDIT_PROGRESS"
_EVERY = 0.2
_SURE = 1.0
"""Seconds into a step from which its rate says anything about the rest."""


@contextmanager
def watching() -> Iterator[Watch]:
    """Yield who shows the steps of one command, as stderr and the environment ask for it."""
    mode = how()
    if mode == "off":
        yield NOWATCH
        return
    if mode == "line":
        log = Log()
        with telling(log.tell):
            yield log
        return
    live = Live()
    over = Event()
    thread = Thread(target=_redraw, args=(live, over), daemon=True)
    thread.start()
    try:
        with telling(live.tell):
            yield live
    finally:
        with unbroken():
            over.set()
            thread.join()
            live.end()


def how() -> Mode:
    """Return how progress is shown: live on a terminal, line by line in a file or the journal, else not at all."""
    for mode in get_args(Mode):
        if os.environ.get(_VARIABLE) == mode:
            return cast(Mode, mode)
    with suppress(OSError, UnsupportedOperation, AttributeError):
        status = os.fstat(sys.stderr.fileno())
        if sys.stderr.isatty():
            return "live"
        journal = stat.S_ISSOCK(status.st_mode) and os.environ.get("JOURNAL_STREAM") == (
            f"{status.st_dev}:{status.st_ino}"
        )
        if journal or stat.S_ISREG(status.st_mode):
            return "line"
    return "off"


@dataclass
class _Step:
    name: str
    total: int
    unit: str
    since: float
    done: int = 0


class Log:
    """Says one line after each step."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._step: _Step | None = None

    def begin(self, step: str, total: int, unit: str) -> None:
        """Begin a step."""
        self._step = _Step(step, total, unit, self._clock())

    def advance(self, count: int) -> None:
        """Count what is done."""
        if self._step:
            self._step.done += count

    def end(self) -> None:
        """Say how much was done in how long."""
        if step := self._step:
            took = self._clock() - step.since
            rate = f",每秒 {step.done / took:,.0f} {step.unit}" if took > 0 else ""
            say(f"{step.name}:{step.done:,} {step.unit},{took:.1f} 秒{rate}", err=True)
        self._step = None

    def tell(self, text: str) -> None:
        """Say a line between the steps'."""
        say(text, err=True)


class Live:
    """Draws one line over and over: the step, how much is done, how fast, and how long it still takes."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._drawing = Lock()
        self._step: _Step | None = None
        self._drawn = 0

    def begin(self, step: str, total: int, unit: str) -> None:
        """Begin a step and show its name at once."""
        self._step = _Step(step, total, unit, self._clock())
        self.redraw()

    def advance(self, count: int) -> None:
        """Count what is done; the next drawing shows it."""
        if self._step:
            self._step.done += count

    def end(self) -> None:
        """Take the line away: what is done needs no line."""
        self._step = None
        self.redraw()

    def tell(self, text: str) -> None:
        """Say a line that stays, above the one that is drawn over."""
        with self._drawing:
            if self._drawn:
                self._drawn = draw("", self._drawn)
            say(text, err=True)

    def redraw(self) -> None:
        """Draw the line as things are now, cut to the terminal's width; nothing between steps."""
        with self._drawing:
            line = self._line(self._step) if self._step else ""
            if line or self._drawn:
                self._drawn = draw(line, self._drawn)

    def _line(self, step: _Step) -> str:
        from qa_audit.report.display import seconds

        took, done, total = self._clock() - step.since, step.done, step.total
        parts = [step.name]
        if total:
            parts += [f"{100 * min(done, total) // total}%", f"{done:,}/{total:,} {step.unit}"]
        elif done:
            parts.append(f"{done:,} {step.unit}")
        if took >= _SURE:
            if done:
                parts.append(f"每秒 {done / took:,.0f} {step.unit}")
            left = ceil((total - done) * took / done) if done and total > done else 0
            parts.append(f"还要 {seconds(left)}" if left else f"已经 {seconds(int(took))}")
        return "  ".join(parts)


def _redraw(live: Live, over: Event) -> None:
    while not over.wait(_EVERY):
        live.redraw()
