"""Sums over every segment and round of a run, per agent and over all; what the figures of the pages are made of."""

from typing import Any, NamedTuple

import numpy as np

from qa_audit.report.choosing import Agent
from qa_audit.report.columns import codes, counted, listed, numbers, taken
from qa_audit.statistics import mean_interval

Row = dict[str, Any]

BINS = 20  # of five points each, for the distribution of scores
SHARES = ("within_6s_share", "within_30s_share", "within_60s_share")
ANY_LIMIT = 30  # seconds, for the first reply of anyone


class Load(NamedTuple):
    """The agent's other open sessions when customers asked: sum over the segments that know, how many, and the most."""

    total: float
    segments: int
    most: int


def scores(segments: Any) -> Row:
    """Return the scores of the run, their mean with its interval, the grades, the shares of rounds within limits."""
    found = numbers(segments["score"])
    known = np.rint(found[~np.isnan(found)] * 100).astype(np.int64)
    mean, low, high = mean_interval(known)
    grades = {grade: n for (grade,), n in counted(segments["grade"]).items() if grade is not None}
    return {
        "segments": segments.num_rows,
        "scored": len(known),
        "score_mean": mean,
        "score_low": low,
        "score_high": high,
        "grades": grades,
        "round_shares": {name: _share_sums(segments, name) for name in SHARES},
    }


def _share_sums(segments: Any, name: str) -> tuple[int, int] | None:
    if f"{name}_denominator" not in segments.column_names:
        return None
    above, below = (int(numbers(segments[f"{name}_{part}"], 0).sum()) for part in ("numerator", "denominator"))
    return above, below


def reasons(segments: Any) -> dict[Agent, dict[str, int]]:
    """Return per agent why a first response is null, in segments."""
    counts: dict[Agent, dict[str, int]] = {}
    for (agent, reason), n in counted(segments["agent_id"], segments["response_reason"]).items():
        if reason is not None:
            counts.setdefault(agent, {})[reason] = n
    return counts


def timed(segments: Any) -> dict[Agent, int]:
    """Return per agent the segments whose first response is known."""
    if "first_response_seconds" not in segments.column_names:
        return {}
    known = np.flatnonzero(~np.isnan(numbers(segments["first_response_seconds"])))
    return {agent: n for (agent,), n in counted(taken(segments, known)["agent_id"]).items()}


def histograms(segments: Any) -> dict[Agent, list[int]]:
    """Return per agent the scored segments per five points."""
    found, agents = numbers(segments["score"]), listed(segments["agent_id"])
    known = ~np.isnan(found)
    bins = np.clip(np.where(known, found, 0) // (100 / BINS), 0, BINS - 1).astype(np.int64).tolist()
    out: dict[Agent, list[int]] = {}
    for agent, place, scored in zip(agents, bins, known.tolist(), strict=True):
        if scored:
            out.setdefault(agent, [0] * BINS)[place] += 1
    return out


def any_replies(segments: Any) -> dict[Agent, tuple[int, int]] | None:
    """Return per agent the first replies of anyone within ANY_LIMIT and all of them, those nobody gave included.

    None where the results lack the measure. Automatic replies and bots count: shown beside the scored figure only.
    """
    if "first_reply_any_seconds" not in segments.column_names:
        return None
    waited = numbers(segments["first_reply_any_seconds"])
    names, agents = codes(segments["agent_id"])
    why, reason = codes(segments["response_reason"])
    missed = np.array([name == "unanswered" for name in why])[reason] & np.isnan(waited)
    total = np.bincount(agents[~np.isnan(waited) | missed], minlength=len(names))
    within = np.bincount(agents[waited <= ANY_LIMIT], minlength=len(names))
    pairs = zip(names, within.tolist(), total.tolist(), strict=True)
    return {name: (soon, among) for name, soon, among in pairs if among}


def loads(segments: Any) -> dict[Agent, Load]:
    """Return per agent how many other sessions were open when customers asked; only who has a segment that knows."""
    if not {"open_sessions_mean", "open_sessions_max"} <= set(segments.column_names):
        return {}
    means, most = numbers(segments["open_sessions_mean"]), numbers(segments["open_sessions_max"], 0)
    names, agents = codes(segments["agent_id"])
    known = ~np.isnan(means)
    total = np.bincount(agents[known], weights=means[known], minlength=len(names))
    count = np.bincount(agents[known], minlength=len(names))
    top = np.zeros(len(names), np.int64)
    np.maximum.at(top, agents[known], most[known].astype(np.int64))
    rows = zip(names, total.tolist(), count.tolist(), top.tolist(), strict=True)
    return {name: Load(all_, n, highest) for name, all_, n, highest in rows if n}


def round_reasons(rounds: Any) -> dict[Agent, dict[str, int]]:
    """Return per agent the rounds that are not counted, by reason."""
    found: dict[Agent, dict[str, int]] = {}
    for (agent, reason), n in counted(rounds["agent_id"], rounds["reason"]).items():
        if reason is not None:
            found.setdefault(agent, {})[reason] = n
    return found
