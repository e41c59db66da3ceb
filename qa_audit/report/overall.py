"""What the pages of single agents compare with: the figures of the whole run, made once."""

from dataclasses import dataclass
from typing import Any

from qa_audit.report.choosing import Agent
from qa_audit.report.display import seconds
from qa_audit.report.figures import (
    Mean,
    Share,
    all_checks,
    any_share,
    check_share,
    first_share,
    load,
    overall_mean,
    ranks,
    round_counts,
    round_share,
    time_warnings,
    unanswered,
    why_no_wait,
)
from qa_audit.report.reading import Results


@dataclass(frozen=True)
class Overall:
    """The figures of the run as `figures` returns them, everybody's share of each check, ranks and warnings."""

    figures: dict[str, Any]
    mean: Mean
    checks: dict[str, Share]
    ranks: dict[Agent, int]
    warnings: list[str]


def overall(results: Results) -> Overall:
    """Return what every agent's page compares with, of the results of all agents."""
    return Overall(
        figures=figures(results),
        mean=overall_mean(results),
        checks={check: check_share(row) for check, row in all_checks(results).items()},
        ranks=ranks(results),
        warnings=time_warnings(results),
    )


def figures(results: Results) -> dict[str, Any]:
    """Return the figures of the whole run, each with what it was counted over."""
    rows, totals = results.agents, results.totals
    agents = [row["agent_id"] for row in rows]
    return {
        "mean": overall_mean(results),
        "within_30s": first_share(results, rows, "first_within_30s"),
        "within_6s": first_share(results, rows, "first_within_6s"),
        "any_30s": any_share(results, agents),
        "load": load(results, agents),
        "uncounted": round_counts(results, agents),
        "unanswered": unanswered(rows),
        "rounds": [(limit, round_share(results, f"within_{limit}s_share")) for limit in (6, 30, 60)],
        "waits": [
            (name, seconds(totals[key]))
            for name, key in (("中位", "wait_p50"), ("90 分位", "wait_p90"), ("最长", "wait_max"))
        ],
        "why_no_wait": "" if totals["wait_p50"] is not None else why_no_wait(results, rows),
        "segments": totals["segments"],
        "scored": totals["scored"],
    }
