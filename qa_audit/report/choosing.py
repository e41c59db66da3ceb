"""Which segments have their conversation on the pages: all red lines, and of each agent those that lost most."""

from collections import Counter
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from qa_audit.report.columns import codes, counted, decoded, listed, numbers, taken

Agent = str | None
SegmentKey = tuple[str, int]  # session_id, segment_no

COLUMNS = ("session_id", "segment_no", "agent_id", "score", "deducted", "red_lines")
MOST, LEAST = 10, 3
SHOWN = 900
"""Sessions shown in all: a page each, so this bounds the time and the size of a night of many agents."""


def worst_per_agent(agents: int) -> int:
    """Return how many sessions are shown per agent, red lines besides: 10, fewer where more than 90 agents share."""
    return max(LEAST, min(MOST, SHOWN // max(agents, 1)))


class Choice:
    """The segments to show, chosen while the segments pass by: what is kept is what may be shown, not the night."""

    def __init__(self, worst: int) -> None:
        self.worst = worst
        self.losing: Counter[Agent] = Counter()
        """Segments per agent that lost points or have a red line."""
        self._kept: Any = None

    def add(self, segments: Any) -> None:
        """Look at some more rows of segments.parquet."""
        lost_any = (numbers(segments["deducted"]) > 0) | (numbers(segments["red_lines"]) > 0)
        rows = taken(segments.select(list(COLUMNS)), np.flatnonzero(lost_any))
        self.losing.update({agent: n for (agent,), n in counted(rows["agent_id"]).items()})
        rows = decoded(taken(rows, _foremost(rows, self.worst)))
        self._kept = rows if self._kept is None else pa.concat_tables((self._kept, rows))
        self._kept = taken(self._kept, _in_order(self._kept, self.worst))

    def shown(self) -> dict[Agent, list[SegmentKey]]:
        """Return per agent every segment with a red line and the `worst` that lost most, red lines first.

        Ties by the lower score, then by the id.
        """
        shown: dict[Agent, list[SegmentKey]] = {}
        if self._kept is not None:
            columns = (listed(self._kept[name]) for name in ("agent_id", "session_id", "segment_no"))
            for agent, *key in zip(*columns, strict=True):
                shown.setdefault(agent, []).append((key[0], key[1]))
        return shown


def _foremost(table: Any, worst: int) -> npt.NDArray[np.int64]:
    """Return the numbers of the rows that may be shown: ids not looked at, so that all of a tie are kept."""
    names, agents, red, lost, score = _keys(table)
    order = np.lexsort((score, lost, ~red, agents))
    same = np.zeros(len(order), bool)
    if len(order):
        same[1:] = np.logical_and.reduce([k[order][1:] == k[order][:-1] for k in (agents, red, lost, score)])
    first = np.maximum.accumulate(np.where(same, 0, np.arange(len(order))))
    return np.sort(order[(_rank(first, agents[order], len(names)) < worst) | red[order]])


def _in_order(table: Any, worst: int) -> npt.NDArray[np.int64]:
    """Return the numbers of the rows that are shown, in their order on the pages."""
    names, agents, red, lost, score = _keys(table)
    ids = _alphabetical(table["session_id"])
    order = np.lexsort((numbers(table["segment_no"]), ids, score, lost, ~red, agents))
    rank = _rank(np.arange(len(order)), agents[order], len(names))
    return np.asarray(order[(rank < worst) | red[order]])


def _keys(table: Any) -> tuple[list[Agent], Any, Any, Any, Any]:
    """Return the agents and per row the agent's place, and by what rows are compared: no score comes last."""
    names, agents = codes(table["agent_id"])
    score = numbers(table["score"])
    lost = -numbers(table["deducted"])
    return names, agents, numbers(table["red_lines"]) > 0, lost, np.where(np.isnan(score), np.inf, score)


def _rank(places: Any, agents: Any, size: int) -> Any:
    """Return places in a table sorted by agent as places among the rows of the same agent."""
    sizes = np.bincount(agents, minlength=size)
    return places - (np.cumsum(sizes) - sizes)[agents]


def _alphabetical(column: Any) -> Any:
    """Return each row's rank by text, in the order of code points."""
    names, places = codes(column)
    order = sorted(range(len(names) - 1), key=lambda i: names[i] or "")
    rank = np.empty(len(names), np.int64)
    rank[order] = np.arange(len(order))
    return rank[places]
