"""What a long run says about itself while it works: which step, how far; shown by whoever watches, or by nobody.

watch.begin("评分", 1_000_021, "条")
watch.advance(98_304)           # as often as something is done
watch.end()
"""

from typing import Protocol


class Watch(Protocol):
    """Somebody who is told how the work goes. Steps do not overlap; an error or a stop leaves the last one unended."""

    def begin(self, step: str, total: int, unit: str) -> None:
        """Begin a step of `total` units of work; 0 when nobody knows yet how much it is."""

    def advance(self, count: int) -> None:
        """Tell that `count` more units are done."""

    def end(self) -> None:
        """End the step; what was done is the sum of what `advance` told."""


class _Nobody:
    def begin(self, step: str, total: int, unit: str) -> None:
        pass

    def advance(self, count: int) -> None:
        pass

    def end(self) -> None:
        pass


NOWATCH: Watch = _Nobody()
