"""What checks read: a slice, its measures computed once, and the words of messages where they must be compared."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt

from qa_audit.measures import compute
from qa_audit.measures.measure import Column
from qa_audit.measures.night_slice import NightSlice
from qa_audit.sessions.columns import NONE, Ints, Mask, frozen
from qa_audit.texts.normalize import normalize, normalize_all
from qa_audit.texts.similarity import Likeness


class Texts(Protocol):
    """The distinct texts of a night, as exported, by text id."""

    def __getitem__(self, text_id: int, /) -> str: ...


@dataclass(frozen=True)
class Forms:
    """The different normal forms among some messages: two texts that differ in case or width have one.

    of: int32[n], the form of each message, NONE where it has no text or is none of those messages; texts: the forms.
    """

    of: npt.NDArray[np.int32]
    texts: tuple[str, ...]

    @cached_property
    def lengths(self) -> Ints:
        """The number of characters of each form: int64[forms]."""
        return np.fromiter(map(len, self.texts), np.int64, len(self.texts))

    @cached_property
    def likeness(self) -> Likeness:
        """How alike the forms are."""
        return Likeness(self.texts)


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

    def forms(self, customer: bool, agents: bool) -> Forms:
        """Return the normal forms of what the customers wrote, the agents' side, or both; made once for each."""
        return self.once(("forms", customer, agents), lambda: self._forms(customer, agents))

    def _forms(self, customer: bool, agents: bool) -> Forms:
        batch = self.batch
        said = (batch.from_customer & customer) | (batch.from_agent_side & agents)
        rows = np.flatnonzero(said & batch.has_text & (batch.text_id >= 0))
        ids, which = np.unique(batch.text_id[rows], return_inverse=True)
        number: dict[str, int] = {}
        form = np.array([number.setdefault(text, len(number)) for text in self.normal_texts(ids)], dtype=np.int32)
        of = np.full(batch.n, NONE, dtype=np.int32)
        of[rows] = form[which]
        return Forms(frozen(of), tuple(number))

    def normal_text(self, row: int) -> str:
        """Return the normal form of one message; "" where it has no text."""
        text_id = int(self.batch.text_id[row])
        return normalize(self.texts[text_id]) if text_id >= 0 else ""

    def normal_texts(self, ids: npt.NDArray[np.integer]) -> list[str]:
        """Return the normal forms of texts by their ids, all at once; "" for NONE."""
        return normalize_all([self.texts[text_id] if text_id >= 0 else "" for text_id in ids.tolist()])
