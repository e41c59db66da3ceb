"""What the cells of a sample column look like: times, free text, ids that come in runs, a few codes."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from qa_audit import arrow
from qa_audit.formats import times
from qa_audit.formats.headers import EMPTY_WORDS

_MOST_CHARACTERS = 500  # of a cell that are looked at
_FREE = re.compile(r"[\u3400-\u9fff]{2}|[^\W\d_]+[ ,.!?']+[^\W\d_]{2}|[\u3400-\u9fff][,。!?~,]")
_ID = re.compile(r"[\w@.:#*/|=+-]{1,128}")
_NUMBER = re.compile(r"-?\d+(\.0+)?", re.ASCII)
_FLAGS = frozenset(("0", "1", "true", "false", "yes", "no", "y", "n", "t", "f", "是", "否", "有", "无"))
_CLOCK = re.compile(r"\d{1,2}:\d{2}(:\d{2})?([.,]\d+)?")
_DAY = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?([ T]0?0:00(:00)?)?")
_SOME = 0.3
_SURROGATE = re.compile("[\ud800-\udfff]")
_FIRST, _LAST = 1_104_537_600_000_000, 2_208_988_800_000_000  # 2005 and 2040: a narrower gate than that of reading


@dataclass(frozen=True)
class Column:
    """A column of the sample: its place, its name in the file ("" where it has none) and its cells, None for empty."""

    index: int
    name: str
    cells: tuple[str | None, ...]

    @cached_property
    def said(self) -> tuple[str, ...]:
        """The cells that hold something."""
        return tuple(cell for cell in self.cells if cell is not None)

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each value stands there."""
        return Counter(self.said)

    @property
    def filled(self) -> float:
        """Share of the rows in which something stands; 0 without rows."""
        return len(self.said) / max(1, len(self.cells))

    @property
    def distinct(self) -> float:
        """Share of different values among the cells that hold something."""
        return len(self.counts) / max(1, len(self.said))

    @cached_property
    def changes(self) -> float:
        """Share of the steps from one filled cell to the next at which the value changes; 0 for less than two."""
        pairs = list(zip(self.said, self.said[1:], strict=False))
        return sum(a != b for a, b in pairs) / max(1, len(pairs))

    @cached_property
    def length(self) -> float:
        """Mean number of characters of the cells that hold something."""
        return sum(map(len, self.said)) / max(1, len(self.said))

    @cached_property
    def numbers(self) -> float:
        """Share of whole numbers."""
        return self._share(lambda cell: _NUMBER.fullmatch(cell) is not None)

    @cached_property
    def free(self) -> float:
        """Share of the cells that read like something said: two Han in a row, or words with a space between."""
        return self._share(lambda cell: not cell.startswith(("http", "{")) and _FREE.search(cell) is not None)

    @cached_property
    def ids(self) -> float:
        """Share of the cells that could be an id: short, without white space."""
        return self._share(lambda cell: _ID.fullmatch(cell) is not None)

    @cached_property
    def times(self) -> float:
        """Share of points in time between 2005 and 2040, with an hour."""
        return self.times_by(None)

    def times_by(self, layout: str | None) -> float:
        """Share of points in time as `times`, of cells written by a strptime format."""
        if not self.counts:
            return 0.0
        micros = times.parse(arrow.array(list(self.counts)), "UTC", layout).micros
        good = ((micros >= _FIRST) & (micros < _LAST)).tolist()
        points = {value for value, is_good in zip(self.counts, good, strict=True) if is_good}
        return self._share(lambda cell: cell in points and _DAY.fullmatch(cell) is None)

    @cached_property
    def days(self) -> float:
        """Share of bare dates."""
        return self._share(lambda cell: _DAY.fullmatch(cell) is not None)

    @cached_property
    def clocks(self) -> float:
        """Share of bare times of day."""
        return self._share(lambda cell: _CLOCK.fullmatch(cell) is not None)

    @property
    def talk(self) -> bool:
        """Whether the cells read like a chat, if only some of them do: many say no more than 嗯 or 😊."""
        return self.free > _SOME

    @property
    def flags(self) -> bool:
        """Whether nothing but yes and no stands there."""
        return bool(self.said) and all(value.casefold() in _FLAGS for value in self.counts)

    @property
    def codes(self) -> bool:
        """Whether a few short values come again and again: at least two, each said about five times on average."""
        most = min(12, max(2, len(self.said) // 5))
        return 2 <= len(self.counts) <= most and max(map(len, self.counts)) <= 24

    def _share(self, test: Callable[[str], bool]) -> float:
        return sum(count for value, count in self.counts.items() if test(value)) / max(1, len(self.said))

    def samples(self, count: int = 2) -> tuple[str, ...]:
        """Return the first different values."""
        return tuple(list(self.counts)[:count])


def column(index: int, name: str, cells: Sequence[str | None]) -> Column:
    """Make a column of its cells as read; null words and white space are nothing."""
    trimmed = (None if cell is None else _sound(cell[:_MOST_CHARACTERS]).strip() for cell in cells)
    return Column(
        index, name, tuple(None if cell is None or cell.casefold() in EMPTY_WORDS else cell for cell in trimmed)
    )


def _sound(text: str) -> str:
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def parts(finer: Column, coarser: Column) -> bool:
    """Tell whether each value of the one goes with only one value of the other, as sessions do with customers."""
    found: dict[str, str] = {}
    for a, b in zip(finer.cells, coarser.cells, strict=True):
        if a is not None and b is not None and found.setdefault(a, b) != b:
            return False
    return bool(found)


def exchanged(sender: Column, other: Column) -> bool:
    """Tell whether the same accounts stand in both columns, in one row hardly ever: the other is the receiver."""
    both = len(sender.counts.keys() & other.counts.keys())
    if both < 2 or both * 2 <= min(len(sender.counts), len(other.counts)):
        return False
    return sum(a is not None and a == b for a, b in zip(sender.cells, other.cells, strict=True)) * 20 < len(other.said)


def varies_within(whole: Column, part: Column) -> bool:
    """Tell whether a column takes several values within most groups of another that have several rows."""
    groups: dict[str, list[str]] = {}
    for key, value in zip(whole.cells, part.cells, strict=True):
        if key is not None and value is not None:
            groups.setdefault(key, []).append(value)
    several = [values for values in groups.values() if len(values) > 1]
    return bool(several) and sum(len(set(values)) > 1 for values in several) * 2 > len(several)
