"""Which segments have their conversation on the pages: all red lines, and of each agent those that lost most."""

from typing import Any

import numpy as np

from qa_audit.report.columns import codes, listed, numbers, taken

Agent = str | None
SegmentKey = tuple[str, int]  # session_id, segment_no

_COLUMNS = ("session_id", "segment_no", "agent_id", "score", "deducted", "red_lines")
MOST, LEAST = 10, 3
SHOWN = 900
"""Sessions shown in all: a page each, so this bounds the time and the size of a night of many agents."""


def worst_per_agent(agents: int) -> int:
    """Return how many sessions are shown per agent, red lines besides: 10, fewer where more than 90 agents share."""
    return max(LEAST, min(MOST, SHOWN // max(agents, 1)))


def choose(segments: Any, worst: int) -> tuple[dict[Agent, list[SegmentKey]], dict[Agent, int]]:
    """Pick per agent every segment with a red line and the `worst` that lost most; ties by score, then by id.

    Returns the segments shown per agent, red lines first, and the number of segments that lost anything.
    """
    lost_any = (numbers(segments["deducted"]) > 0) | (numbers(segments["red_lines"]) > 0)
    table = taken(segments.select(list(_COLUMNS)), np.flatnonzero(lost_any))
    red = numbers(table["red_lines"]) > 0
    names, agents = codes(table["agent_id"])
    order = np.lexsort(
        (
            numbers(table["segment_no"]),
            _alphabetical(table["session_id"]),
            numbers(table["score"]),
            -numbers(table["deducted"]),
            ~red,
            agents,
        )
    )
    sizes = np.bincount(agents, minlength=len(names))
    rank = np.arange(len(order)) - (np.cumsum(sizes) - sizes)[agents[order]]
    kept = taken(table, order[(rank < worst) | red[order]])
    shown: dict[Agent, list[SegmentKey]] = {}
    for agent, *key in zip(*(listed(kept[c]) for c in ("agent_id", "session_id", "segment_no")), strict=True):
        shown.setdefault(agent, []).append((key[0], key[1]))
    return shown, {name: n for name, n in zip(names, sizes.tolist(), strict=True) if n}


def _alphabetical(column: Any) -> Any:
    """Return each row's rank by text, in the order of code points."""
    names, places = codes(column)
    order = sorted(range(len(names) - 1), key=lambda i: names[i] or "")
    rank = np.empty(len(names), np.int64)
    rank[order] = np.arange(len(order))
    return rank[places]
