"""What sessions/<slug>.html shows: one conversation whole, every segment's receipt and every check's outcome."""

from typing import Any

from markupsafe import Markup

from qa_audit.report.display import number, one_line, span
from qa_audit.report.reading import Row
from qa_audit.report.site import Site, place
from qa_audit.report.transcript import WHOLE_SESSION, agent_name

Context = dict[str, Any]

_RATING = 40  # characters; exports give a number or a word


def session_context(site: Site, session_id: str) -> Context:
    """Return what templates/session.html needs for one shown session."""
    parts = site.results.segments[session_id]
    session = site.sessions[session_id]
    keys = [(session_id, part["segment_no"]) for part in parts]
    first, last = min(session.messages, default=0), max(session.messages, default=-1)
    started = [part["started_at"] for part in parts if part["started_at"]]
    ended = [part["ended_at"] for part in parts if part["ended_at"]]
    return {
        "session_id": one_line(session_id),
        "rubric": site.edition(session_id),
        "customer": parts[0]["customer"],
        "place": one_line(place(parts[0])),
        "when": span(min(started, default=""), max(ended, default="")),
        "size": len(session.messages),
        "several": len(parts) > 1,
        "parts": [_part(site, part) for part in parts],
        "chat": site.chat(keys, first, last, WHOLE_SESSION),
    }


def _part(site: Site, part: Row) -> Context:
    key = (part["session_id"], part["segment_no"])
    rows = site.outcomes(key)
    applicable = [row for outcome, row in rows if outcome != "not_applicable"]
    not_applicable = [row for outcome, row in rows if outcome == "not_applicable"]
    return {
        "no": part["segment_no"],
        "agent": agent_name(part["agent_id"], part["agent_name"]),
        "team": one_line(part["team"] or ""),
        "rounds": site.rounds(key),
        "href": f"../agents/{site.agent_files[part['agent_id']]}.html" if part["agent_id"] in site.agent_files else "",
        "score": number(part["score"]),
        "grade": part["grade"] or "",
        "red": part["red_lines"],
        "rating": one_line(part["rating"] or "")[:_RATING],
        "receipt": site.receipt(part),
        "lines": site.lines(key),
        "applicable": len(applicable),
        "not_applicable": len(not_applicable),
        "rows": Markup("".join(applicable + not_applicable)),  # escaped in tables
    }
