"""Results to pages and summaries; reads only the run folder, holds no clock time of the run, same bytes every time.

render(Path("reports/2026-12-01"))   # index.html, agents/*.html, sessions/*.html, summary.json, summary.txt
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qa_audit.errors import ResultsError
from qa_audit.report.agent_page import agent_context, shared_context
from qa_audit.report.html import template
from qa_audit.report.index_page import definitions, index_context
from qa_audit.report.reading import read_results
from qa_audit.report.session_page import session_context
from qa_audit.report.site import Site
from qa_audit.report.summary import summary_json, summary_text
from qa_audit.results import write_json

__all__ = ["render"]


def render(
    out: Path, run: Mapping[str, Any] | None = None, *, lang: str = "zh", worst: int | None = None
) -> list[Path]:
    """Write the pages and summaries of one run folder and return their paths, in a fixed order.

    `run` stands in for run.json where that is not written yet. `worst` sessions are shown per agent, all with a
    pending red line besides; without it as many as `choosing.worst_per_agent` says for so many agents. Pages of an
    earlier rendering of the same folder that are no longer shown are removed. Raises ResultsError when a table is
    missing, does not fit, or `lang` is unknown.
    """
    if lang != "zh":
        raise ResultsError(f"--lang {lang}:页面目前只有中文(zh)")
    site = Site(read_results(out, run, worst))
    written = [_write(out / "index.html", "index.html", index_context(site) | _common(site))]
    written += _agents(out, site)
    written += _sessions(out, site)
    _remove_stale(out, set(written))
    write_json(out / "summary.json", summary_json(site))
    (out / "summary.txt").write_text(summary_text(site), encoding="utf-8")
    return [*written, out / "summary.json", out / "summary.txt"]


def _agents(out: Path, site: Site) -> list[Path]:
    (out / "agents").mkdir(exist_ok=True)
    shared, common = shared_context(site), _common(site)
    return [
        _write(
            out / "agents" / f"{site.agent_files[row['agent_id']]}.html",
            "agent.html",
            agent_context(site, row, shared) | common,
        )
        for row in site.results.agents
    ]


def _sessions(out: Path, site: Site) -> list[Path]:
    (out / "sessions").mkdir(exist_ok=True)
    common = _common(site)
    return [
        _write(
            out / "sessions" / f"{site.session_files[key]}.html", "session.html", session_context(site, key) | common
        )
        for key in site.sessions
    ]


def _common(site: Site) -> dict[str, Any]:
    return {"period": site.period, "worst": site.results.worst, "rubric": definitions(site)["rubric"]}


def _write(path: Path, name: str, context: Mapping[str, Any]) -> Path:
    path.write_bytes(template(name).render(context).encode())
    return path


def _remove_stale(out: Path, written: set[Path]) -> None:
    for folder in ("agents", "sessions"):
        for path in (out / folder).glob("*.html"):
            if path not in written:
                path.unlink()
