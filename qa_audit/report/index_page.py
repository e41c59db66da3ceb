"""What index.html shows: is the data complete, red lines, the figures of the run, agents, checks, definitions."""

from typing import Any

from qa_audit.report import editions
from qa_audit.report.display import count, one_line
from qa_audit.report.figures import (
    agent_mean,
    all_checks,
    check_share,
    first_share,
    histogram,
    ranks,
    time_warnings,
    unanswered,
    why_no_wait,
)
from qa_audit.report.overall import figures
from qa_audit.report.reading import Row
from qa_audit.report.site import Site
from qa_audit.report.transcript import agent_name

Context = dict[str, Any]


def index_context(site: Site) -> Context:
    """Return what templates/index.html needs."""
    results = site.results
    return {
        "data": completeness(site),
        "red_lines": [_red_line(site, finding, line) for finding, line in site.red_lines],
        "figures": figures(results),
        "bins": histogram(results, [row["agent_id"] for row in results.agents]),
        "grades": [(g, n, results.totals["grades"].get(g, 0)) for g, n in editions.grades(results.run).items()],
        "agents": agent_rows(site),
        "teams": any(row["team"] for row in results.agents),
        "groups": check_groups(site),
        "definitions": definitions(site),
    }


def completeness(site: Site) -> Context:
    """Say what was read, what was set aside and why, and what the run itself has to say about it."""
    run = site.results.run
    counts = run.get("counts") or {}
    known = {"read", "messages", "quarantined", "duplicates"} <= counts.keys()
    aside = counts.get("quarantined", 0)
    reasons = sorted((run.get("quarantine_reasons") or {}).items(), key=lambda item: (-item[1], item[0]))
    status, warnings = run.get("status") or "ok", time_warnings(site.results)
    holds = known and counts["read"] == counts["messages"] + aside + counts["duplicates"]
    return {
        "status": status,
        "headline": _headline(status, known, holds, bool(warnings), aside, _unread(run)),
        "bad": status != "ok" or not holds or bool(warnings),
        "reasons": [one_line(each["text"]) for each in run.get("reasons") or []],
        "warnings": warnings,
        "notices": [{"text": one_line(n["text"]), "file": _elsewhere(n)} for n in run.get("notices") or []],
        "counts": counts,
        "known": known,
        "holds": holds,
        "quarantine": _quarantine(reasons),
        "null_measures": list(run.get("null_measures") or []),
    }


def _elsewhere(notice: Row) -> str:
    """Return the file of a notice, unless its text names it."""
    file = notice.get("file") or ""
    return "" if file in notice["text"] else one_line(file)


def _quarantine(reasons: list[tuple[str, int]]) -> list[tuple[str, str, str, int]]:
    """Return what each reason means and what to do about it, its code and the number of rows."""
    if not reasons:
        return []
    from qa_audit.formats.reasons import REASONS as ROW_REASONS  # brings every format with it: 0.1 s, rarely needed

    return [(*ROW_REASONS.get(code, (code, "")), code, n) for code, n in reasons]


def _unread(run: Any) -> int:
    """Count the files that could not be read at all."""
    return sum(each.get("code") == "unreadable_file" for each in run.get("reasons") or [])


def _headline(status: str, known: bool, holds: bool, untimed: bool, aside: int, unread: int) -> str:
    """Answer the first question of the page in one phrase, the worst first."""
    if known and not holds:
        return "对不上，请不要使用这份结果"
    if unread:
        return f"不完整：有 {count(unread)} 个文件没有读成，里面的消息都没有算"
    if status != "ok" or not known:
        return "不完整，请先看下面的说明"
    if untimed:
        return "缺时间，请先看下面的说明"
    return f"有 {count(aside)} 行看不懂，已隔离，其余完整" if aside else "完整"


def agent_rows(site: Site) -> list[Context]:
    """Return one row per agent: ranked ones by rank, then those with too few sessions by name, unassigned last."""
    ranked = ranks(site.results)
    rows = [_agent_row(site, row, ranked.get(row["agent_id"])) for row in site.results.agents]
    return sorted(rows, key=lambda r: (r["unassigned"], r["rank"] is None, r["rank"] or 0, r["name"]))


def _agent_row(site: Site, row: Row, rank: int | None) -> Context:
    mean = agent_mean(row)
    why = "" if row["wait_p50"] is not None else why_no_wait(site.results, [row])
    return {
        "name": site.names[row["agent_id"]],
        "team": one_line(row["team"] or ""),
        "href": f"agents/{site.agent_files[row['agent_id']]}.html",
        "unassigned": row["agent_id"] is None,
        "rank": rank,
        "mean": mean,
        "segments": row["segments"],
        "within_30s": first_share(site.results, [row], "first_within_30s"),
        "within_6s": first_share(site.results, [row], "first_within_6s"),
        "wait_p50": row["wait_p50"],
        "wait_p90": row["wait_p90"],
        "why_no_wait": why,
        "unanswered": unanswered([row]),
        "red_lines": row["red_lines"],
    }


def check_groups(site: Site) -> list[Context]:
    """Return the checks by group in the order of the rubric, with what they cost over all agents."""
    found = all_checks(site.results)
    groups: dict[str, Context] = {}
    for check in site.checks:
        group = groups.setdefault(
            check["group"], {"title": one_line(check["group_title"]), "deducted": 0.0, "checks": []}
        )
        row = found.get(check["check"])
        deducted = row["deducted"] if row else 0.0
        group["deducted"] += deducted
        entry = {"title": one_line(check["title"]), "points": check["points"], "red": check["red_line_cap"] is not None}
        group["checks"].append(
            entry
            | {"share": check_share(row), "deducted": deducted}
            | {"definition": check["definition"], "note": check["note"]}
        )
    return list(groups.values())


def definitions(site: Site) -> Context:
    """Return what every number on the pages was measured by: rubric, clock, versions, inputs."""
    run = site.results.run
    rules = editions.rules(run)
    clocks = {rule["clock"]: rule["clock_definition"] for rule in rules}
    return {
        "rubric": editions.edition_name(editions.editions(run)),
        "editions": rules,
        "shares": editions.shares(run),
        "clock": "、".join(filter(None, clocks)),
        "clock_definitions": list(clocks.values()),
        "inferred": (run.get("counts") or {}).get("inferred"),
        "tz": run.get("tz") or "Asia/Shanghai",
        "versions": sorted((str(k), str(v)) for k, v in (run.get("versions") or {}).items()),
        "inputs": [_input(i) for i in run.get("inputs") or []],
    }


def _input(found: Any) -> Context:
    rows = found.get("rows")
    return {
        "path": one_line(found["path"]),
        "format": found.get("format") or "",
        "size": f"{count(found['size'])} 字节",
        "rows": "" if rows is None else f"{count(rows)} 行",
        "sha256": found.get("sha256") or "",
    }


def _red_line(site: Site, finding: Row, line: Any) -> Context:
    part = site.part((finding["session_id"], finding["segment_no"]))
    return {
        "line": line,
        "agent": agent_name(finding["agent_id"], part["agent_name"]),
        "agent_href": f"agents/{site.agent_files[finding['agent_id']]}.html",
        "session_href": f"sessions/{site.session_files[finding['session_id']]}.html",
        "customer": part["customer"],
        "session_id": one_line(finding["session_id"]),
    }
