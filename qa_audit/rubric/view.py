"""What checks read: a slice, its measures computed once, and the words of a message where they must be compared."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

import numpy as np

from qa_audit.measures import compute
from qa_audit.measures.measure import Column
from qa_audit.measures.night_slice import NightSlice
from qa_audit.sessions.columns import Mask
from qa_audit.texts.normalize import normalize


class Texts(Protocol):
    """The distinct texts of a night, as exported, by text id."""

    def __getitem__(self, text_id: int, /) -> str: ...


@dataclass(frozen=True, eq=False)
class View(NightSlice):
    """A slice with its texts; `measure` computes each measure at most once.

    lost: the ids of sessions of which rows lie in quarantine.
    """

    texts: Texts = ()  # a field after one with a default needs one
    lost: frozenset[str] = frozenset()
    _columns: dict[str, Column] = field(default_factory=dict, repr=False)

    def measure(self, name: str) -> Column:
        """Return a measure's column over the segments; KeyError when there is no such measure."""
        if name not in self._columns:
            self._columns[name] = compute(self, name)
        return self._columns[name]

    @cached_property
    def incomplete(self) -> Mask:
        """Whether rows of each segment's session lie in quarantine: bool[segments]."""
        sessions = np.array([name in self.lost for name in self.batch.session_ids], dtype=np.bool_)
        mask: Mask = sessions[self.batch.segment_session]
        return mask

    def normal_text(self, row: int) -> str:
        """Return the normal form of one message; "" where it has no text."""
        text_id = int(self.batch.text_id[row])
        return normalize(self.texts[text_id]) if text_id >= 0 else ""
