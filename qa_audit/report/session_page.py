"""What sessions/<slug>.html shows: one conversation whole, every segment's receipt and every check's outcome."""

from typing import Any

from qa_audit.report.display import number, one_line
from qa_audit.report.lines import measured
from qa_audit.report.reading import Row
from qa_audit.report.site import Site, place, receipt
from qa_audit.report.transcript import WHOLE_SESSION, agent_name
from qa_audit.report.wording import OUTCOMES, REASONS, worded

Context = dict[str, Any]


def session_context(site: Site, session_id: str) -> Context:
    """Return what templates/session.html needs for one shown session."""
    parts = site.results.segments[session_id]
    session = site.sessions[session_id]
    keys = [(session_id, part["segment_no"]) for part in parts]
    first, last = min(session.messages, default=0), max(session.messages, default=-1)
    started = [part["started_at"] for part in parts if part["started_at"] is not None]
    ended = [part["ended_at"] for part in parts if part["ended_at"] is not None]
    return {
        "session_id": one_line(session_id),
        "customer": parts[0]["customer"],
        "place": one_line(place(parts[0])),
        "when": site.span(min(started, default=None), max(ended, default=None)),
        "size": len(session.messages),
        "several": len(parts) > 1,
        "parts": [_part(site, part) for part in parts],
        "chat": site.chat(keys, first, last, WHOLE_SESSION),
    }


def _part(site: Site, part: Row) -> Context:
    key = (part["session_id"], part["segment_no"])
    rubric_order = {check: i for i, check in enumerate(site.results.checks)}
    ordered = sorted(
        site.results.findings.get(key, ()), key=lambda f: (rubric_order.get(f["check"], -1), f["finding_id"])
    )
    return {
        "no": part["segment_no"],
        "agent": agent_name(part["agent_id"]),
        "href": f"../agents/{site.agent_files[part['agent_id']]}.html" if part["agent_id"] in site.agent_files else "",
        "score": number(part["score"]),
        "grade": part["grade"] or "",
        "red": part["red_lines"],
        "receipt": receipt(part, (site.results.run.get("rubric") or {}).get("scoring") or "deduct"),
        "lines": site.lines(key),
        "checks": [_check(site, f) for f in ordered if f["outcome"] != "not_applicable"],
        "not_applicable": [_check(site, f) for f in ordered if f["outcome"] == "not_applicable"],
    }


def _check(site: Site, finding: Row) -> Context:
    check = site.check(finding["check"])
    return {
        "title": one_line(check["title"]),
        "outcome": finding["outcome"],
        "outcome_text": worded(OUTCOMES, finding["outcome"]),
        "label": one_line(finding["label"] or ""),
        "value": measured(check["measure"], finding["value"]),
        "reason": worded(REASONS, finding["reason"]),
        "points": check["points"],
        "deducted": finding["deducted"],
        "bonus": finding["bonus"],
    }
