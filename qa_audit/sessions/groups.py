"""Levels of grouping: every message belongs to one session, one segment, one burst and one turn."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from qa_audit.sessions.columns import Ints, Mask, frozen

Level = Literal["session", "segment", "burst", "turn"]


@dataclass(frozen=True)
class Groups:
    """Consecutive messages that belong together; no group is empty and every message is in one.

    offsets: int64[groups + 1], the first row of each group and, last, the number of messages.
    """

    offsets: Ints

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def n(self) -> int:
        """The number of messages."""
        return int(self.offsets[-1])

    @cached_property
    def ids(self) -> npt.NDArray[np.int32]:
        """The group of each message: int32[messages]."""
        return frozen(np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self.offsets)))

    @property
    def first(self) -> Ints:
        """The first row of each group."""
        return self.offsets[:-1]

    @property
    def last(self) -> Ints:
        """The last row of each group."""
        return self.offsets[1:] - 1


def groups_from_starts(starts: Mask) -> Groups:
    """Return the groups that begin where `starts` is true; the first message always begins one."""
    rows = np.flatnonzero(starts)
    if len(starts) and (not len(rows) or rows[0] != 0):
        rows = np.concatenate([np.zeros(1, dtype=np.int64), rows])
    return Groups(frozen(np.append(rows, len(starts)).astype(np.int64)))


def bursts(sessions: Groups, customer: Mask, human: Mask) -> Groups:
    """Cut where the word passes: a burst is consecutive messages of the customer, or of humans.

    Bot, automatic and system lines belong to the burst before them; those that open a session join its first burst.
    """
    return groups_from_starts(_passes(sessions, customer, human, customer | human))


def turns(sessions: Groups, customer: Mask, human: Mask) -> Groups:
    """Cut where the customer takes the word: a turn is a customer's burst and the replies to it.

    What comes before the first customer message of a session is a turn of its own if a human wrote in it, else it
    joins the first turn.
    """
    return groups_from_starts(_passes(sessions, customer, human, customer))


def _passes(sessions: Groups, customer: Mask, human: Mask, begins: Mask) -> Mask:
    """Mark session starts, and the messages in `begins` whose side differs from the last one that spoke."""
    starts = np.zeros(sessions.n, dtype=np.bool_)
    spoken = np.flatnonzero(customer | human)
    side, session = customer[spoken], sessions.ids[spoken]
    change = (side[1:] != side[:-1]) & (session[1:] == session[:-1])
    starts[spoken[1:][change & begins[spoken[1:]]]] = True
    starts[sessions.first] = True
    return starts
