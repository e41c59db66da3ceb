"""Being asked to stop, by Ctrl-C or by SIGTERM: where that takes effect at once, and where it has to wait.

with listening():               # the command line, once
    ...                         # raises Stopped as soon as the process is asked to stop
    with unbroken():            # what must not be left half done: taking a place, clearing away
        ...                     # Stopped is raised at its end
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_unbroken = 0
_asked: int | None = None


class Stopped(BaseException):
    """The process was asked to stop; no error of ours or of the user's. `signal` is the number; `published` when the
    results had just taken their place."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.signal = number
        self.published = False


@contextmanager
def listening() -> Iterator[None]:
    """Raise Stopped in the main thread when the process is asked to stop; what the shell told us to ignore stays so."""
    before = {}
    for number in _SIGNALS:
        if signal.getsignal(number) is signal.SIG_IGN:
            continue
        try:
            before[number] = signal.signal(number, _stop)
        except ValueError:  # not in the main thread: whoever has that one listens
            break
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def unbroken() -> Iterator[None]:
    """Let the block run to its end; whoever asks to stop meanwhile is heard then, however often they ask."""
    global _unbroken, _asked
    _unbroken += 1
    try:
        yield
    finally:
        _unbroken -= 1
        if not _unbroken and _asked is not None:
            number, _asked = _asked, None
            raise Stopped(number)


def deaf() -> None:
    """Hear nothing any more: all is done, or has been stopped."""
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _stop(number: int, _: FrameType | None) -> None:
    global _asked
    if not _unbroken:
        raise Stopped(number)
    _asked = number
