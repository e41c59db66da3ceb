"""The pages divided into parts that workers can render apart: some agents with their sessions each, and the index.

Light to import: what renders is imported by the workers.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from qa_audit.report.choosing import Agent
from qa_audit.report.columns import among, listed, taken
from qa_audit.report.display import slugs
from qa_audit.report.overall import Overall, overall
from qa_audit.report.reading import Results, Shown


@dataclass(frozen=True)
class Part:
    """One task: the agents whose pages to write are those of `results`, the sessions whose pages to write `sessions`.

    Without `everybody` it is the index and the summaries instead; `shown` has the rows of the sessions it needs.
    """

    out: Path
    results: Results
    shown: Shown
    agent_files: Mapping[Agent, str]
    session_files: Mapping[str | None, str]
    sessions: tuple[str, ...] = ()
    everybody: Overall | None = None


def divided(out: Path, results: Results, shown: Shown, shares: int) -> Iterator[Part]:
    """Yield the parts: the index first; several for each of several workers, so that all end at the same time."""
    agents = slugs((row["agent_id"] for row in results.agents), "agent")
    files = slugs(shown.sessions, "session")
    red = _red(results, shown)
    yield Part(out, results, shown.of(red), agents, {name: files[name] for name in red})
    everybody = overall(results)
    left = dict.fromkeys(shown.sessions)  # whose page no part writes yet
    many = 1 if shares <= 1 else 2 * shares
    for number in range(min(many, len(results.agents))):
        mine = results.of(results.agents[number::many])
        needed: dict[str | None, str] = {key[0]: files[key[0]] for keys in mine.shown.values() for key in keys}
        fresh = tuple(name for name in left if name in needed)
        left = {name: None for name in left if name not in needed}
        yield Part(out, mine, shown.of(needed), agents, needed, fresh, everybody)


def render_part(part: Part) -> list[Path]:
    """Write the pages of one part and return their paths."""
    from qa_audit.report.pages import write_index, write_pages  # brings the templates and what masks texts

    return write_index(part) if part.everybody is None else write_pages(part, part.everybody)


def _red(results: Results, shown: Shown) -> set[str]:
    """Return the sessions that may have a red line to list in the index."""
    if "findings" not in shown.tables:
        return set()
    red = {check for (_, check), row in results.checks.items() if row["red_line_cap"] is not None}
    findings = shown.tables["findings"].select(["session_id", "check"])
    return set(listed(taken(findings, among(findings["check"], red))["session_id"]))
