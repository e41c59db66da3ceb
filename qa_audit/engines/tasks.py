"""A task on its way to a worker and back, the same for every engine: packed, done, answered, opened.

The order of the results is that of the tasks, and few of them are ever under way, so that memory stays flat.
"""

import pickle
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

Run = Callable[[Callable[[Any], Any], Sequence[Any]], Iterable[Any]]
"""Map a top-level function over picklable tasks; results lazily and in the order of the tasks."""


_listeners: list[Callable[[str], None]] = []


@contextmanager
def telling(listener: Callable[[str], None]) -> Iterator[None]:
    """Let the listener be told, while the block runs, what makes engines wait; otherwise nobody is."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


def tell(text: str) -> None:
    """Tell whoever listens what makes this engine wait."""
    for listener in _listeners:
        listener(text)


_STEPS = {
    "qa_audit.ingest": "读入",
    "qa_audit.steps.looking": "看文本",
    "qa_audit.steps.marking": "认自动回复",
    "qa_audit.steps.judging": "评分",
    "qa_audit.report": "写评分卡",
}
"""What the steps are called where their progress is shown, by where their functions are."""


class Pending(Protocol):
    """A task that was handed to a worker."""

    def result(self) -> bytes:
        """Wait for its answer."""

    def cancel(self) -> object:
        """Do not begin it, if it has not begun."""


@dataclass(frozen=True)
class Place:
    """Which task of which step: `number` from 0, of `count`."""

    step: str
    number: int
    count: int

    def __str__(self) -> str:
        return f"步骤 {self.step} 的第 {self.number + 1} 份(共 {self.count} 份)"


def in_order(
    function: Callable[[Any], Any], tasks: Sequence[Any], submit: Callable[[Place, bytes], Pending], ahead: int
) -> Iterator[Any]:
    """Yield the results of the tasks in their order, never more than `ahead` under way or waiting to be taken."""
    places = [Place(_step(function), number, len(tasks)) for number in range(len(tasks))]
    under_way: deque[tuple[Place, Pending]] = deque()

    def taken() -> Any:
        place, pending = under_way.popleft()
        return opened(pending.result(), place)

    try:
        for place, task in zip(places, tasks, strict=True):
            if len(under_way) == ahead:
                yield taken()
            under_way.append((place, submit(place, pickle.dumps((function, task)))))
        while under_way:
            yield taken()
    finally:
        for _, pending in under_way:
            pending.cancel()


def _step(function: Callable[[Any], Any]) -> str:
    module = f"{function.__module__}."
    return next((step for room, step in _STEPS.items() if module.startswith(f"{room}.")), function.__name__)


def answer(packed: bytes) -> bytes:
    """Do a packed task, in the worker; what it raises is an answer too."""
    try:
        function, task = pickle.loads(packed)
        return pickle.dumps((True, function(task)))
    except Exception as error:  # handed on, not swallowed: `opened` raises it in the main process
        error.add_note(f"在工作进程里:\n{traceback.format_exc().rstrip()}")
        return answer_with(error)


def answer_with(error: Exception) -> bytes:
    """Answer with an error; one that cannot be packed, or not be unpacked, as a RuntimeError with all its text."""
    try:
        packed = pickle.dumps((False, error))
        pickle.loads(packed)
    except Exception:
        return pickle.dumps((False, RuntimeError("".join(traceback.format_exception(error)))))
    return packed


def opened(packed: bytes, place: Place) -> Any:
    """Return what a task answered, in the main process, or raise what it raised, with a note of its place."""
    fine, value = pickle.loads(packed)
    if fine:
        return value
    value.add_note(str(place))
    raise value
