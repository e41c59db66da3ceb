"""A proposed mapping: which column probably is what, how sure that is and why, and the mapping file that says it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

Mask = Callable[[str], str]


@dataclass(frozen=True)
class Guess:
    """What a column or a value probably is.

    index: of the column, from 0; name: of a column its name in the file ("" where it has none), of a role value the
    word of mapping.ROLE_KEYS that it means ("" where nothing can be said), of a time column with a format of its own
    that format; why: in Chinese.
    """

    index: int
    name: str
    sure: bool
    why: str


@dataclass(frozen=True)
class Proposal:
    """What `propose` found.

    columns: {canonical: guess}; missing: required canonical columns (text; role; session_id) without any candidate;
    roles: {value as exported: guess}, of the role column's values that nobody knows by themselves; time_format: the
    strptime format of the time column where times.parse does not know how it is written; headless: the first line is
    no header; unused: columns that are nothing; samples: {index: two values}, as exported; settings: keys of a mapping
    file to open with, such as {"delimiter": "tab"}.
    """

    header: tuple[str, ...]
    columns: dict[str, Guess]
    missing: tuple[str, ...]
    roles: dict[str, Guess]
    time_format: Guess | None = None
    headless: bool = False
    unused: tuple[int, ...] = ()
    samples: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)

    def title(self, index: int) -> str:
        """Return the file's own name of a column, 第 n 列 where it has none."""
        name = "" if self.headless else " ".join(self.header[index].split())
        return name or f"第 {index + 1} 列"

    def opened_with(self, **settings: str) -> "Proposal":
        """Return the proposal with settings for the top of its mapping file."""
        return replace(self, settings={**self.settings, **settings})

    @property
    def unsure(self) -> tuple[tuple[str, Guess], ...]:
        """The columns that a person has to look at: (canonical, guess)."""
        return tuple((name, guess) for name, guess in self.columns.items() if not guess.sure)
