"""Look back from messages to the few before them: for repetition and echo.

earlier = lookback(batch.sessions, rows, batch.from_customer, 5)      # the last five customer messages before each row
earlier.equal(values)                                                 # how many of them have the row's own value
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qa_audit.sessions.columns import Ints, Selection, as_rows
from qa_audit.sessions.groups import Groups

_NEAR = 8
"""Up to so many messages back it is quicker to look at each than to sort them all."""


@dataclass(frozen=True)
class Earlier:
    """For each row the messages among[low … high − 1], all earlier in its session: int64[k] each but `among`."""

    row: Ints
    among: Ints
    low: Ints
    high: Ints

    def equal(self, values: npt.NDArray[np.integer]) -> Ints:
        """Return for each row how many of its earlier messages have its value: int64[k].

        values: one of each message, 0 or more for those of `among`. The work does not grow with how far one looks.
        """
        if (self.high - self.low).max(initial=0) <= _NEAR:
            same = np.zeros(len(self.row), dtype=np.int64)
            for place, before in self.steps():
                same[place] += values[self.row[place]] == values[before]
            return same
        width = len(self.among) + 1
        keys = values[self.among].astype(np.int64) * width + np.arange(len(self.among))
        keys.sort()
        own = values[self.row].astype(np.int64) * width
        order = np.argsort(own + self.high)  # asked in order, the keys are read once through
        own, low, high = own[order], self.low[order], self.high[order]
        count = np.empty(len(order), dtype=np.int64)
        count[order] = np.searchsorted(keys, own + high) - np.searchsorted(keys, own + low)
        return count

    def steps(self) -> Iterator[tuple[Ints, Ints]]:
        """Yield (places in `row`, the message before them): the nearest of each row, then the next nearest …"""
        place, at = np.arange(len(self.row)), self.high - 1
        while len(place := place[at[place] >= self.low[place]]):
            yield place, self.among[at[place]]
            at = at - 1


def lookback(sessions: Groups, rows: Ints, of: Selection, messages: int) -> Earlier:
    """Return for each row the last so many messages of `of` strictly before it in its session; rows ascending."""
    among = as_rows(of)
    high = np.searchsorted(among, rows)
    begin = np.searchsorted(among, sessions.offsets[sessions.ids[rows]]) if len(rows) else high
    return Earlier(rows, among, np.maximum(begin, high - messages), high)
