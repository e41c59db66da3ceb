"""What agents/<slug>.html shows: the score, where the points went, and the sessions that lost most."""

from typing import Any

from qa_audit.report.choosing import SegmentKey
from qa_audit.report.display import count, number, one_line, seconds, span
from qa_audit.report.editions import editions
from qa_audit.report.figures import (
    Share,
    agent_mean,
    any_share,
    check_share,
    counted_reasons,
    first_share,
    histogram,
    load,
    round_counts,
    unanswered,
    why_no_first,
    why_no_wait,
)
from qa_audit.report.overall import Overall
from qa_audit.report.reading import Row
from qa_audit.report.site import Site, place

Context = dict[str, Any]


def agent_context(site: Site, row: Row, everybody: Overall) -> Context:
    """Return what templates/agent.html needs for one row of agents.parquet."""
    results, agent = site.results, row["agent_id"]
    keys = results.shown.get(agent, [])
    rank = everybody.ranks.get(agent)
    return {
        "name": site.names[agent],
        "team": one_line(row["team"] or ""),
        "unassigned": agent is None,
        "row": row,
        "mean": agent_mean(row),
        "rank": f"第 {rank} / {len(everybody.ranks)} 名" if rank else "",
        "all": everybody.figures,
        "warnings": everybody.warnings,
        "within_30s": first_share(results, [row], "first_within_30s"),
        "within_6s": first_share(results, [row], "first_within_6s"),
        "first_p50": seconds(row["first_response_p50"]),
        "why_no_first": "" if row["first_response_p50"] is not None else why_no_first(results, [agent]),
        "waits": [
            (n, seconds(row[k])) for n, k in (("中位", "wait_p50"), ("90 分位", "wait_p90"), ("最长", "wait_max"))
        ],
        "why_no_wait": "" if row["wait_p50"] is not None else why_no_wait(results, [row]),
        "unanswered": unanswered([row]),
        "any_30s": any_share(results, [agent]),
        "load": load(results, [agent]),
        "uncounted_rounds": round_counts(results, [agent]),
        "bins": histogram(results, [agent]),
        "groups": _groups(site, row, everybody.checks),
        "not_applicable": _not_applicable(site, row),
        "sessions": [_session(site, key) for key in keys],
        "losing": results.losing.get(agent, 0),
    }


def _groups(site: Site, row: Row, everybody: dict[str, Share]) -> list[Context]:
    mine = {found["check"]: found for found in row["checks"] or []}
    groups: dict[str, Context] = {}
    for check in site.checks:
        group = groups.setdefault(
            check["group"], {"title": one_line(check["group_title"]), "deducted": 0.0, "checks": []}
        )
        found = mine.get(check["check"])
        deducted = found["deducted"] if found else 0.0
        group["deducted"] += deducted
        group["checks"].append(
            {
                "title": one_line(check["title"]),
                "points": check["points"],
                "red": check["red_line_cap"] is not None,
                "definition": one_line(check["definition"]),
                "note": check["note"],
                "share": check_share(found),
                "everybody": everybody.get(check["check"]) or check_share(None),
                "deducted": deducted,
                "beside": _beside(site, row["agent_id"], check["check"]),
            }
        )
    for group in groups.values():
        group["each"] = group["deducted"] / row["segments"] if row["segments"] else None
    return list(groups.values())


def _beside(site: Site, agent: str | None, check: str) -> str:
    """Count the outcomes that neither pass nor fail: partial, to be judged by a person, not known yet."""
    counts: dict[str, int] = {}
    for (outcome, _), n in site.results.outcomes.get(agent, {}).get(check, {}).items():
        counts[outcome] = counts.get(outcome, 0) + n
    names = {"partial": "部分达标", "review": "疑似", "pending": "待补全"}
    return "、".join(f"{name} {count(counts[o])}" for o, name in names.items() if counts.get(o))


def _not_applicable(site: Site, row: Row) -> list[Context]:
    """Say for each check how many segments it did not apply to, and why."""
    out = []
    for check in site.checks:
        found = site.results.outcomes.get(row["agent_id"], {}).get(check["check"], {})
        reasons: dict[str, int] = {}
        for (outcome, reason), n in found.items():
            if outcome == "not_applicable":
                reasons[reason or "没有记录原因"] = reasons.get(reason or "没有记录原因", 0) + n
        if reasons:
            out.append(
                {"title": one_line(check["title"]), "n": sum(reasons.values()), "why": counted_reasons(reasons, most=5)}
            )
    return out


def _session(site: Site, key: SegmentKey) -> Context:
    part = site.part(key)
    several = len(site.results.segments[key[0]]) > 1
    return {
        "title": f"{part['customer']}" + (f" · 第 {part['segment_no']} 段" if several else ""),
        "session_id": one_line(part["session_id"]),
        "href": f"../sessions/{site.session_files[key[0]]}.html",
        "when": span(part["started_at"], part["ended_at"]),
        "place": one_line(place(part)),
        "score": number(part["score"]),
        "grade": part["grade"] or "",
        "red": part["red_lines"],
        "rating": one_line(part["rating"] or "")[:40],
        "edition": f"评分表第 {part['rubric_version']} 版" if len(editions(site.results.run)) > 1 else "",
        "receipt": site.receipt(part),
        "lines": site.lines(key),
        "rounds": site.rounds(key),
        "chat": site.chat([key], part["first_position"], part["last_position"]),
    }
