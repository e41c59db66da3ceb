"""Being asked to stop, by Ctrl-C or by SIGTERM: where that takes effect at once, and where it has to wait.

listen()                        # the command line, once, before it imports anything
with listening():               # the same for a while
    ...                         # raises Stopped as soon as the process is asked to stop
    with unbroken():            # what must not be left half done: taking a place, clearing away
        ...                     # Stopped is raised at its end

The first signal decides, however many follow: what a stop clears away is not broken off by the next one.
"""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_QUIET = 2.0
"""Seconds after a stop in which nobody is heard. Who asks later is: foreign code may have swallowed the first."""
_unbroken = 0
_asked: int | None = None
_quiet_until = 0.0
_deaf = False


class Stopped(BaseException):
    """The process was asked to stop; no error of ours or of the user's. `signal` is the number; `published` when the
    results had just taken their place."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.signal = number
        self.published = False


def listen() -> dict[int, Any]:
    """Raise Stopped in the main thread from now on when the process is asked to stop; return the handlers until now.

    What the shell told us to ignore stays ignored; where this is not the main thread, whoever has that one listens.
    """
    before: dict[int, Any] = {}
    for number in _SIGNALS:
        if signal.getsignal(number) is signal.SIG_IGN:
            continue
        try:
            before[number] = signal.signal(number, _stop)
        except ValueError:
            break
    return before


@contextmanager
def listening() -> Iterator[None]:
    """Listen while the block runs; then what was asked is forgotten, unless somebody listened before and still does."""
    global _asked, _quiet_until
    before = listen()
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if _stop not in before.values():
            _asked, _quiet_until = None, 0.0


def asked() -> int | None:
    """Return the signal that first asked to stop; None when nobody has."""
    return _asked


@contextmanager
def unbroken() -> Iterator[None]:
    """Let the block run to its end; whoever asks to stop meanwhile is heard then, however often they ask."""
    global _unbroken
    already = _asked
    _unbroken += 1
    try:
        yield
    finally:
        _unbroken -= 1
        if not _unbroken and _asked is not None and already is None:
            _raise()


def deaf() -> None:
    """Hear nothing any more: all is done, or has been stopped."""
    global _deaf
    _deaf = True
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _stop(number: int, _: FrameType | None) -> None:
    global _asked
    if _deaf:
        return
    if _asked is None:
        _asked = number
    if not _unbroken and time.monotonic() >= _quiet_until:
        _raise()


def _raise() -> None:
    global _quiet_until
    _quiet_until = time.monotonic() + _QUIET
    raise Stopped(_asked or signal.SIGTERM)
