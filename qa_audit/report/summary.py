"""The run in one screen: summary.txt is what the terminal prints, summary.json is the same for machines."""

from typing import Any

from qa_audit.report.display import DASH, count, fixed, pad, seconds, width
from qa_audit.report.editions import editions, shares
from qa_audit.report.figures import Mean, Share
from qa_audit.report.index_page import agent_rows, check_groups, completeness
from qa_audit.report.overall import figures
from qa_audit.report.site import Site

AGENTS = 30  # in the text; the page and the JSON hold all
RED_LINES = 10
NAME = 20  # columns
_EDITION = ("version", "effective", "hash", "sessions")


def summary_text(site: Site) -> str:
    """Return the summary for a terminal, columns aligned with wide characters; ends with a newline."""
    data, numbers = completeness(site), figures(site.results)
    parts = [
        [f"客服质检  {site.period}", *(f"评分表：{text}" for text in [shares(site.results.run)] if text)],
        _data(data),
        _figures(numbers),
        _red_lines(site),
        _agents(agent_rows(site)),
        ["详情：index.html"],
    ]
    return "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"


def summary_json(site: Site) -> dict[str, Any]:
    """Return the summary for machines; null is unknown, never 0."""
    run, numbers, data = site.results.run, figures(site.results), completeness(site)
    return {
        "period": site.period,
        "status": data["status"],
        "reasons": data["reasons"],
        "warnings": data["warnings"],
        "notices": [n["text"] for n in data["notices"]],
        "counts": dict(data["counts"]),
        "quarantine_reasons": {code: n for _, _, code, n in data["quarantine"]},
        "rubric": {k: (run.get("rubric") or {}).get(k) for k in ("name", "version", "hash")}
        | {"versions": [{k: row.get(k) for k in _EDITION} for row in editions(run)]},
        "clock": (run.get("clock") or {}).get("name"),
        "score": _mean(numbers["mean"]),
        "first_within_30s": _share(numbers["within_30s"]),
        "first_within_6s": _share(numbers["within_6s"]),
        "unanswered_rounds": _share(numbers["unanswered"]),
        "wait_seconds": {k: site.results.totals[f"wait_{k}"] for k in ("p50", "p90", "max")},
        "red_lines": [
            {"finding_id": line.finding, "agent_id": f["agent_id"], "session_id": f["session_id"], "check": f["check"]}
            for f, line in site.red_lines
        ],
        "agents": [_agent(site, row) for row in site.results.agents],
        "checks": [
            {"title": c["title"], "group": g["title"], "deducted": c["deducted"], "passed": _share(c["share"])}
            for g in check_groups(site)
            for c in g["checks"]
        ],
    }


def _data(data: dict[str, Any]) -> list[str]:
    counts = data["counts"]
    lines = [f"数据：{data['headline']}", *(f"  ! {text}" for text in (*data["reasons"], *data["warnings"]))]
    if data["known"]:
        read, kept, aside, twice = (count(counts[k]) for k in ("read", "messages", "quarantined", "duplicates"))
        lines.append(
            f"  读到 {read} 行 = 消息 {kept} + 隔离 {aside} + 重复 {twice}" + ("" if data["holds"] else "  ! 对不上")
        )
    if data["quarantine"]:
        reasons = "、".join(f"{text} {count(n)}" for text, _, _, n in data["quarantine"])
        lines.append(f"  隔离原因：{reasons}（逐行见 private/quarantine.csv）")
    return lines + [f"  ! {n['text']}" + (f"（{n['file']}）" if n["file"] else "") for n in data["notices"]]


def _figures(numbers: dict[str, Any]) -> list[str]:
    mean: Mean = numbers["mean"]
    beside = (
        mean.why
        or (f"95% 区间 {mean.interval}，" if mean.interval else "样本太少，没有区间，") + f"n = {count(mean.n)}"
    )
    rows = [("平均分", mean.text, beside)]
    shares = (("首次响应 ≤ 30 秒", "within_30s"), ("首次响应 ≤ 6 秒", "within_6s"), ("未回复的轮次", "unanswered"))
    for title, key in shares:
        share: Share = numbers[key]
        rows.append((title, share.text, share.fraction + (f"；{share.note}" if share.note else "")))
    waits = dict(numbers["waits"])
    spread = numbers["why_no_wait"] or f"中位；90 分位 {waits['90 分位']}；最长 {waits['最长']}"
    rows.append(("等待（按轮）", waits["中位"], spread))
    return [f"{pad(a, 18)}{pad(b, 14, right=True)}  {c}" for a, b, c in rows]


def _red_lines(site: Site) -> list[str]:
    found = site.red_lines
    if not found:
        return ["红线待确认：0"]
    lines = [f"红线待确认：{len(found)}"] + [
        f"  {pad(site.names[f['agent_id']], NAME)}  {line.text}" for f, line in found[:RED_LINES]
    ]
    return lines + ([f"  ……另有 {len(found) - RED_LINES} 条，见 index.html"] if len(found) > RED_LINES else [])


def _agents(rows: list[dict[str, Any]]) -> list[str]:
    head = ("名次", "客服", "平均分", "95% 区间", "计分", "首响≤30秒", "首响≤6秒", "等待中位", "未回复", "红线")
    table = [head, *(_cells(row) for row in rows[:AGENTS])]
    columns = [min(max(width(row[i]) for row in table), NAME) for i in range(len(head))]
    lines = [
        "  ".join(pad(c, n, right=i != 1) for i, (c, n) in enumerate(zip(row, columns, strict=True))).rstrip()
        for row in table
    ]
    return lines + ([f"……另有 {len(rows) - AGENTS} 位客服，见 index.html"] if len(rows) > AGENTS else [])


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    mean: Mean = row["mean"]
    rank = str(row["rank"]) if row["rank"] else DASH if row["unassigned"] else "样本太少"
    shares = (
        f"{s.text} {s.fraction.replace(' ', '')}" if s.value is not None else DASH
        for s in (row["within_30s"], row["within_6s"])
    )
    missed = row["unanswered"]
    left = DASH if missed.value is None else missed.fraction.replace(" ", "")
    interval = mean.interval or DASH
    return (
        rank,
        row["name"],
        fixed(mean.value),
        interval,
        count(mean.n),
        *shares,
        seconds(row["wait_p50"]),
        left,
        str(row["red_lines"]),
    )


def _share(share: Share) -> dict[str, Any]:
    known = share.value is not None
    return {
        "share": None if share.value is None else round(share.value, 6),
        "numerator": share.numerator if known else None,
        "denominator": share.denominator if known else None,
        "why": share.why or None,
    }


def _mean(mean: Mean) -> dict[str, Any]:
    return {"mean": mean.value, "low": mean.low, "high": mean.high, "n": mean.n, "few": mean.few}


def _agent(site: Site, row: dict[str, Any]) -> dict[str, Any]:
    kept = (
        "agent_id",
        "agent_name",
        "segments",
        "scored_segments",
        "rounds",
        "unanswered_rounds",
        "wait_p50",
        "wait_p90",
        "wait_max",
        "red_lines",
    )
    mean = {"score_mean": row["score_mean"], "score_low": row["score_low"], "score_high": row["score_high"]}
    return {k: row[k] for k in kept} | mean | {"page": f"agents/{site.agent_files[row['agent_id']]}.html"}
