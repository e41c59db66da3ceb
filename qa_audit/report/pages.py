"""The pages of one part of a run, and its index, written as files."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qa_audit.report.agent_page import agent_context
from qa_audit.report.editions import edition_name, editions
from qa_audit.report.html import template
from qa_audit.report.index_page import index_context
from qa_audit.report.overall import Overall
from qa_audit.report.parts import Part
from qa_audit.report.session_page import session_context
from qa_audit.report.site import Site
from qa_audit.report.summary import summary_json, summary_text
from qa_audit.results import write_json


def write_pages(part: Part, everybody: Overall) -> list[Path]:
    """Write the pages of a part's agents and sessions and return their paths."""
    site = _site(part)
    common, agents, sessions = _common(site), part.out / "agents", part.out / "sessions"
    written = [
        _write(
            agents / f"{site.agent_files[row['agent_id']]}.html",
            "agent.html",
            agent_context(site, row, everybody) | common,
        )
        for row in site.results.agents
    ]
    return written + [
        _write(sessions / f"{site.session_files[key]}.html", "session.html", common | session_context(site, key))
        for key in part.sessions
    ]


def write_index(part: Part) -> list[Path]:
    """Write the index and the summaries and return their paths."""
    site, out = _site(part), part.out
    page = _write(out / "index.html", "index.html", index_context(site) | _common(site))
    write_json(out / "summary.json", summary_json(site))
    (out / "summary.txt").write_text(summary_text(site), encoding="utf-8")
    return [page, out / "summary.json", out / "summary.txt"]


def _site(part: Part) -> Site:
    return Site(part.shown.details(part.results), part.agent_files, part.session_files)


def _common(site: Site) -> dict[str, Any]:
    return {"period": site.period, "worst": site.results.worst, "rubric": edition_name(editions(site.results.run))}


def _write(path: Path, name: str, context: Mapping[str, Any]) -> Path:
    path.write_bytes(template(name).render(context).encode())
    return path
