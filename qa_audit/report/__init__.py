"""Results to pages and summaries; reads only the run folder, holds no clock time of the run, same bytes every time.

render(Path("reports/2026-12-01"))   # index.html, agents/*.html, sessions/*.html, summary.json, summary.txt

First the tables are read once, a row group at a time: counts of everything, rows of the sessions that are shown. Then
the pages are rendered in parts, each given the rows that it needs.
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from qa_audit.citing import shared
from qa_audit.errors import ResultsError
from qa_audit.report.parts import divided, render_part
from qa_audit.report.reading import read_results

__all__ = ["render"]


def render(
    out: Path,
    run: Mapping[str, Any] | None = None,
    *,
    lang: str = "zh",
    worst: int | None = None,
    run_step: Callable[..., Iterable[Any]] = map,
    shares: int = 1,
) -> list[Path]:
    """Write the pages and summaries of one run folder and return their paths, in a fixed order.

    `run` stands in for run.json where that is not written yet. `worst` sessions are shown per agent, all with a
    pending red line besides; without it as many as `choosing.worst_per_agent` says for so many agents. Pages of an
    earlier rendering of the same folder that are no longer shown are removed. `run_step` maps a function over parts of
    the work, made for `shares` workers. Raises ResultsError when a table is missing, does not fit, or `lang` is
    unknown.
    """
    if lang != "zh":
        raise ResultsError(f"--lang {lang}:页面目前只有中文(zh)")
    for folder in ("agents", "sessions"):
        (out / folder).mkdir(exist_ok=True)
    results, shown = read_results(out, None if run is None else shared(run), worst, run_step, shares)
    parts = list(divided(out, results, shown, shares))
    paths = (path for part in run_step(render_part, parts) for path in part)
    written = sorted(paths, key=lambda path: (path.parent != out, path))
    _remove_stale(out, set(written))
    return written


def _remove_stale(out: Path, written: set[Path]) -> None:
    for folder in ("agents", "sessions"):
        for path in (out / folder).glob("*.html"):
            if path not in written:
                path.unlink()
