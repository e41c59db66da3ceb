"""Sums over every segment of a run, per agent and over all, a row group at a time; the figures of the pages."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from qa_audit.report.choosing import Agent
from qa_audit.report.columns import codes, counted, numbers, taken
from qa_audit.statistics import interval_of_sums

Row = dict[str, Any]
Counts = Counter[tuple[Any, ...]]

BINS = 20  # of five points each, for the distribution of scores
SHARES = ("within_6s_share", "within_30s_share", "within_60s_share")
ANY_LIMIT = 30  # seconds, for the first reply of anyone
SUMMED = (
    *("first_response_seconds", "first_reply_any_seconds", "open_sessions_mean", "open_sessions_max"),
    *(f"{name}_{part}" for name in SHARES for part in ("numerator", "denominator")),
)
"""The measures that are summed up, where the results have them."""


class Load(NamedTuple):
    """The agent's other open sessions when customers asked: sum over the segments that know, how many, and the most."""

    total: float
    segments: int
    most: int


class Totals:
    """What the segments of a run add up to; `add` is given the row groups of segments.parquet in their order."""

    def __init__(self) -> None:
        self.loads: dict[Agent, Load] = {}
        """Per agent how many other sessions were open when customers asked; only who has a segment that knows."""
        self._columns: Sequence[str] = ()
        self._sums = [0, 0, 0, 0]  # segments; scored ones, their scores in hundredths, the squares of these
        self._shares = dict.fromkeys(SHARES, (0, 0))
        self._grades: Counts = Counter()
        self._reasons: Counts = Counter()
        self._timed: Counts = Counter()
        self._bins: Counter[tuple[Agent, int]] = Counter()
        self._any: Counter[tuple[Agent, bool]] = Counter()

    def add(self, segments: Any) -> None:
        """Add some more rows."""
        self._columns = segments.column_names
        names, agents = codes(segments["agent_id"])
        self._scores(segments, names, agents)
        self._grades.update(counted(segments["grade"]))
        self._reasons.update(counted(segments["agent_id"], segments["response_reason"]))
        if "first_response_seconds" in self._columns:
            known = np.flatnonzero(~np.isnan(numbers(segments["first_response_seconds"])))
            self._timed.update(counted(taken(segments.select(["agent_id"]), known)["agent_id"]))
        for name in SHARES:
            if f"{name}_denominator" in self._columns:
                parts = (numbers(segments[f"{name}_{part}"], 0) for part in ("numerator", "denominator"))
                above, below = (before + int(n.sum()) for before, n in zip(self._shares[name], parts, strict=True))
                self._shares[name] = above, below
        if "first_reply_any_seconds" in self._columns:
            self._replies(segments, names, agents)
        if {"open_sessions_mean", "open_sessions_max"} <= set(self._columns):
            self._load(segments, names, agents)

    @property
    def scores(self) -> Row:
        """The scores of the run, their mean with its interval, the grades, the shares of rounds within limits."""
        segments, scored, total, squares = self._sums
        mean, low, high = interval_of_sums(scored, total, squares)
        return {
            "segments": segments,
            "scored": scored,
            "score_mean": mean,
            "score_low": low,
            "score_high": high,
            "grades": {grade: n for (grade,), n in self._grades.items() if grade is not None},
            "round_shares": {
                name: sums if f"{name}_denominator" in self._columns else None for name, sums in self._shares.items()
            },
        }

    @property
    def reasons(self) -> dict[Agent, dict[str, int]]:
        """Per agent why a first response is null, in segments."""
        return per_agent(self._reasons)

    @property
    def timed(self) -> dict[Agent, int]:
        """Per agent the segments whose first response is known."""
        return {agent: n for (agent,), n in self._timed.items()}

    @property
    def histograms(self) -> dict[Agent, list[int]]:
        """Per agent the scored segments per five points."""
        out: dict[Agent, list[int]] = {}
        for (agent, place), n in self._bins.items():
            out.setdefault(agent, [0] * BINS)[place] = n
        return out

    @property
    def any_replies(self) -> dict[Agent, tuple[int, int]] | None:
        """Per agent the first replies of anyone within ANY_LIMIT and all of them, those nobody gave included.

        None where the results lack the measure. Automatic replies and bots count: shown beside the scored figure only.
        """
        if "first_reply_any_seconds" not in self._columns:
            return None
        agents = dict.fromkeys(agent for agent, _ in self._any)
        return {a: (self._any[a, True], self._any[a, True] + self._any[a, False]) for a in agents}

    def _scores(self, segments: Any, names: list[Agent], agents: Any) -> None:
        found = numbers(segments["score"])
        scored = ~np.isnan(found)
        known = np.rint(found[scored] * 100).astype(np.int64)
        more = (segments.num_rows, len(known), int(known.sum()), int((known * known).sum()))
        self._sums = [a + b for a, b in zip(self._sums, more, strict=True)]
        bins = np.clip(found[scored] // (100 / BINS), 0, BINS - 1).astype(np.int64)
        places, counts = np.unique(agents[scored] * BINS + bins, return_counts=True)
        pairs = ((names[place // BINS], place % BINS) for place in places.tolist())
        self._bins.update(dict(zip(pairs, counts.tolist(), strict=True)))

    def _replies(self, segments: Any, names: list[Agent], agents: Any) -> None:
        waited = numbers(segments["first_reply_any_seconds"])
        why, reason = codes(segments["response_reason"])
        missed = np.array([name == "unanswered" for name in why])[reason] & np.isnan(waited)
        judged = ~np.isnan(waited) | missed
        places, counts = np.unique(agents[judged] * 2 + (waited[judged] <= ANY_LIMIT), return_counts=True)
        pairs = ((names[place // 2], place % 2 == 1) for place in places.tolist())
        self._any.update(dict(zip(pairs, counts.tolist(), strict=True)))

    def _load(self, segments: Any, names: list[Agent], agents: Any) -> None:
        """Go on adding from the sums so far, a row after the other: so the sums are the same however rows are cut."""
        means, most = numbers(segments["open_sessions_mean"]), numbers(segments["open_sessions_max"], 0)
        known = ~np.isnan(means)
        mine = agents[known]
        before = [self.loads.get(name, Load(0.0, 0, 0)) for name in names]
        each = np.concatenate((np.arange(len(names)), mine))
        total = np.bincount(each, weights=np.concatenate(([load.total for load in before], means[known])))
        count = np.bincount(mine, minlength=len(names))
        top = np.array([load.most for load in before], np.int64)
        np.maximum.at(top, mine, most[known].astype(np.int64))
        rows = zip(names, before, total.tolist(), count.tolist(), top.tolist(), strict=True)
        self.loads |= {name: Load(all_, was.segments + n, high) for name, was, all_, n, high in rows if n}


def per_agent(counts: Counts) -> dict[Agent, dict[str, int]]:
    """Return counts of (agent, reason) as the reasons of each agent; rows without a reason are left out."""
    found: dict[Agent, dict[str, int]] = {}
    for (agent, reason), n in counts.items():
        if reason is not None:
            found.setdefault(agent, {})[reason] = n
    return found
