"""Results to pages and summaries; reads only the run folder, holds no clock time of the run, same bytes every time.

render(Path("reports/2026-12-01"))   # index.html, agents/*.html, sessions/*.html, summary.json, summary.txt
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa_audit.citing import shared
from qa_audit.errors import ResultsError
from qa_audit.report.agent_page import agent_context, shared_context
from qa_audit.report.editions import edition_name, editions
from qa_audit.report.html import template
from qa_audit.report.index_page import index_context
from qa_audit.report.reading import read_results
from qa_audit.report.session_page import session_context
from qa_audit.report.site import Site
from qa_audit.report.summary import summary_json, summary_text
from qa_audit.results import write_json

__all__ = ["render", "render_share"]


@dataclass(frozen=True)
class Share:
    """One worker's share of the pages: of all agents and sessions, every `of`-th from the `number`-th."""

    out: Path
    run: Mapping[str, Any] | None
    worst: int | None
    number: int
    of: int


def render(
    out: Path,
    run: Mapping[str, Any] | None = None,
    *,
    lang: str = "zh",
    worst: int | None = None,
    run_step: Callable[..., Iterable[list[Path]]] = map,
    shares: int = 1,
) -> list[Path]:
    """Write the pages and summaries of one run folder and return their paths, in a fixed order.

    `run` stands in for run.json where that is not written yet. `worst` sessions are shown per agent, all with a
    pending red line besides; without it as many as `choosing.worst_per_agent` says for so many agents. Pages of an
    earlier rendering of the same folder that are no longer shown are removed. `run_step` maps a function over the
    `shares` of the work. Raises ResultsError when a table is missing, does not fit, or `lang` is unknown.
    """
    if lang != "zh":
        raise ResultsError(f"--lang {lang}:页面目前只有中文(zh)")
    for folder in ("agents", "sessions"):
        (out / folder).mkdir(exist_ok=True)
    run = None if run is None else shared(run)
    tasks = [Share(out, run, worst, number, shares) for number in range(shares)]
    paths = (path for part in run_step(render_share, tasks) for path in part)
    written = sorted(paths, key=lambda path: (path.parent != out, path))
    _remove_stale(out, set(written))
    return written


def render_share(share: Share) -> list[Path]:
    """Write one share of the pages, the first one also the index and the summaries; return their paths."""
    out, site = share.out, Site(read_results(share.out, share.run, share.worst))
    written = [*_agents(share, site), *_sessions(share, site)]
    if share.number == 0:
        written.append(_write(out / "index.html", "index.html", index_context(site) | _common(site)))
        write_json(out / "summary.json", summary_json(site))
        (out / "summary.txt").write_text(summary_text(site), encoding="utf-8")
        written += [out / "summary.json", out / "summary.txt"]
    return written


def _agents(share: Share, site: Site) -> list[Path]:
    shared, common = shared_context(site), _common(site)
    return [
        _write(
            share.out / "agents" / f"{site.agent_files[row['agent_id']]}.html",
            "agent.html",
            agent_context(site, row, shared) | common,
        )
        for row in list(site.results.agents)[share.number :: share.of]
    ]


def _sessions(share: Share, site: Site) -> list[Path]:
    common = _common(site)
    return [
        _write(
            share.out / "sessions" / f"{site.session_files[key]}.html",
            "session.html",
            common | session_context(site, key),
        )
        for key in list(site.sessions)[share.number :: share.of]
    ]


def _common(site: Site) -> dict[str, Any]:
    return {"period": site.period, "worst": site.results.worst, "rubric": edition_name(editions(site.results.run))}


def _write(path: Path, name: str, context: Mapping[str, Any]) -> Path:
    path.write_bytes(template(name).render(context).encode())
    return path


def _remove_stale(out: Path, written: set[Path]) -> None:
    for folder in ("agents", "sessions"):
        for path in (out / folder).glob("*.html"):
            if path not in written:
                path.unlink()
