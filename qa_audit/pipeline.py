"""Which step reads and writes which file of a run folder, in which order.

    ingest   exported files              → private/messages, private/quarantine
    score    private/messages + rubric   → private/messages (auto-replies inferred, returns joined), private/features,
             (+ roster)                    private/rounds, segments, findings, checks, agents
    report   all of these                → pages, summary

Slices are cut at fixed message counts, never by the number of workers, and their results are laid end to end: so the
results are the same bytes whatever runs where.
"""

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc

from qa_audit.agents import agent_rows
from qa_audit.clocks import load_clock
from qa_audit.context.returns import continued
from qa_audit.context.sessions import export_end, session_rows
from qa_audit.drift import read_night, with_drift, write_proposals
from qa_audit.engines.local import Run, workers
from qa_audit.errors import ResultsError
from qa_audit.gates import forget_refused, refused_folder, too_many_quarantined
from qa_audit.ingest import Ingested, IngestOptions, Notice, total_bytes
from qa_audit.keeping import carry_over, copied, incomplete_sessions, keep_read
from qa_audit.manifest import (
    inferred_notices,
    nights_part,
    read_part,
    roster_part,
    rubric_part,
    version_notices,
    with_notices,
)
from qa_audit.privacy.key import CustomerKey, key_part, load_key
from qa_audit.privacy.naming import named, private_sessions, published
from qa_audit.privacy.telling import masked_manifest
from qa_audit.ratings import moved, rated
from qa_audit.report import render
from qa_audit.results import Stage, publishing, read_manifest, read_table, write_table
from qa_audit.roster import Roster, load_roster
from qa_audit.rubric.load import LoadedRubric, load_rubric
from qa_audit.rubric.versions import editions, in_force, in_use
from qa_audit.slices import Span, judge_night, look_at_night
from qa_audit.steps import auto_replies, mark_bots, write_loads
from qa_audit.tables import check_rows

ALONE = 4_000_000  # bytes of exports

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Options:
    """What a run is asked to do; `out` None means reports/<night>."""

    ingest: IngestOptions
    rubric: Path | None = None
    out: Path | None = None
    jobs: int = 1
    roster: Path | None = None
    clock: str | None = None
    export_end: str | None = None
    max_quarantine: float | None = None
    customer_key: Path | None = None
    history: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Rules:
    """What messages are judged by: all versions of a rubric, each session by the one of its night.

    `export_end` is as typed, local time, None where it is taken from the messages; `key` gives customers their codes.
    """

    rubric: LoadedRubric
    roster: Roster | None
    export_end: str | None = None
    key: CustomerKey | None = None

    @classmethod
    def of(cls, options: Options, tz: str) -> "Rules":
        """Read the files that the options name; the roster's shifts are local time in `tz`."""
        key = load_key(options.customer_key) if options.customer_key else None
        rubric = load_rubric(options.rubric)
        if options.clock:
            clock = load_clock(options.clock, Path())
            earlier = tuple(replace(each, clock=clock) for each in rubric.earlier)
            rubric = replace(rubric, clock=clock, earlier=earlier)
        roster = load_roster(options.roster, tz) if options.roster else None
        return cls(rubric, roster, options.export_end, key)


def run(paths: Iterable[str], options: Options, tell: Tell) -> tuple[Path, dict[str, Any]]:
    """Audit exported files as one period and publish one folder; return it with its manifest."""
    rules = Rules.of(options, options.ingest.tz)
    given = list(paths)
    with workers(_jobs(total_bytes(given), options.jobs)) as run_step:
        tell("读入")
        read = read_night(given, options.ingest, compared=bool(options.history))
        out, manifest = _opened(read, options)
        if manifest["status"] == "not_published":
            return _refuse(out, read, manifest)
        with publishing(out, copied(read)) as stage:
            keep_read(stage, read)
            manifest = _score(stage, rules, read.messages, manifest, run_step, tell)
            _report(stage, manifest, run_step, options.jobs, tell)
    forget_refused(out, copied(read), options.ingest.mapping)
    return out, manifest


def ingest_only(paths: Iterable[str], options: Options, tell: Tell) -> tuple[Path, dict[str, Any]]:
    """Read exported files into the private tables of a run folder, and nothing more."""
    tell("读入")
    read = read_night(list(paths), options.ingest, compared=bool(options.history))
    out, manifest = _opened(read, options)
    if manifest["status"] == "not_published":
        return _refuse(out, read, manifest)
    with publishing(out, copied(read)) as stage:
        write_table(read.messages, stage.private / "messages.parquet")
        keep_read(stage, read)
        stage.finish(manifest)
    forget_refused(out, copied(read), options.ingest.mapping)
    return out, manifest


def _opened(read: Ingested, options: Options) -> tuple[Path, dict[str, Any]]:
    """Return where the night goes, and what its manifest says so far: its status is `not_published` where refused."""
    nights = _nights(session_rows(read.messages, options.ingest.tz))
    out = options.out or Path("reports") / _folder(nights)
    manifest = {**read_part(read, options.ingest.gap_minutes), **nights_part(nights, options.ingest.tz)}
    manifest["incomplete_sessions"] = len(read.gaps)
    manifest = with_drift(manifest, read, options.ingest, options.history, out, refused_folder(out))
    refused = too_many_quarantined(read, options.max_quarantine)
    if refused:
        manifest |= {"status": "not_published", "reasons": [*manifest["reasons"], *refused]}
    return out, masked_manifest(manifest, read.messages["customer_id"])


def _refuse(out: Path, read: Ingested, manifest: dict[str, Any]) -> tuple[Path, dict[str, Any]]:
    """Leave the last good results alone and put what a person needs to mend the export beside them."""
    folder = refused_folder(out)
    with publishing(folder, copied(read)) as stage:
        keep_read(stage, read)
        manifest = write_proposals(stage.path, manifest, folder)
        stage.finish(manifest)
    return folder, manifest


def score_only(folder: Path, options: Options, tell: Tell) -> tuple[Path, dict[str, Any]]:
    """Judge the messages of a run folder again, by another rubric or after an edit, and render it anew."""
    manifest = read_manifest(folder)
    rules = Rules.of(options, manifest["tz"])
    size = sum(path.stat().st_size for path in (folder / "private").glob("messages.parquet"))
    with workers(_jobs(4 * size, options.jobs)) as run_step, publishing(folder) as stage:
        carry_over(folder, stage, _copy)
        messages = read_table(folder / "private" / "messages.parquet")
        manifest = _score(stage, rules, messages, manifest, run_step, tell)
        _report(stage, manifest, run_step, options.jobs, tell)
    return folder, manifest


def report_only(folder: Path, tell: Tell) -> tuple[Path, dict[str, Any]]:
    """Render the pages of a run folder anew from its tables."""
    manifest = read_manifest(folder)
    if "rubric" not in manifest:
        raise ResultsError(f"{folder}: 只读入过、还没有评分(先运行 qa-audit score {folder})")
    with publishing(folder) as stage:
        for path in sorted((*folder.glob("*.parquet"), *(folder / "private").iterdir())):
            _copy(path, stage.path / path.relative_to(folder))
        _report(stage, manifest, map, 1, tell)
    return folder, manifest


def _jobs(size: int, jobs: int) -> int:
    """Work alone on small nights: starting workers takes longer than the work."""
    return jobs if size >= ALONE else 1


def _score(
    stage: Stage, rules: Rules, messages: Any, manifest: dict[str, Any], run_step: Run, tell: Tell
) -> dict[str, Any]:
    """Fill the stage with everything that follows from messages and rules; return the completed manifest."""
    work, tz = stage.private / "work", manifest["tz"]
    work.mkdir()
    exported = messages
    messages, notices = _join_returns(messages, rules.rubric, tz)
    ratings = moved(stage.private / "ratings.parquet", exported, messages)
    sessions = named(session_rows(messages, tz), messages, rules.key)
    used = in_use(rules.rubric, sessions["night"])
    tell("看文本")
    features = look_at_night(work, messages, used.lexicons, run_step, stage.private)
    says_so = auto_replies(used, sessions, features, np.load(work / "text_ids.npy"))
    messages, inferred = mark_bots(messages, sessions, says_so)
    write_table(messages, stage.private / "messages.parquet")
    write_loads(work, messages, sessions)
    tell("评分")
    span = Span(tz, export_end(messages, tz, rules.export_end), incomplete_sessions(stage))
    joined = judge_night(work, messages, sessions, used, rules.roster, span, run_step)
    joined["segments"], differing = rated(joined["segments"], ratings)
    joined = published(joined, sessions)
    write_table(private_sessions(sessions), stage.private / "sessions.parquet")
    checks = check_rows(version.rubric for version in used.versions)
    ids = list(dict.fromkeys(checks["check"].to_pylist()))
    agents = agent_rows(joined["segments"], joined["findings"], joined["rounds"], ids)
    write_table(joined["segments"], stage.path / "segments.parquet")
    write_table(joined["findings"], stage.path / "findings.parquet")
    write_table(joined["rounds"], stage.private / "rounds.parquet")
    write_table(agents, stage.path / "agents.parquet")
    write_table(checks, stage.path / "checks.parquet")
    counts = {
        **manifest["counts"],
        "sessions": sessions.num_rows,
        "inferred": inferred,
        "segments": joined["segments"].num_rows,
        "agents": agents.num_rows - agents["agent_id"].null_count,
    }
    notices += [*differing, *inferred_notices(messages, inferred), *version_notices(used)]
    notices += rules.roster.notices(joined["segments"]) if rules.roster else []
    manifest = {**with_notices(manifest, notices), **nights_part(_nights(sessions), tz), "counts": counts}
    joined.clear()  # the tables are memory maps of the files that go now
    shutil.rmtree(work)
    manifest |= {**roster_part(rules.roster), **rubric_part(used), **key_part(rules.key)}
    return masked_manifest(manifest, sessions["customer_id"])


def _join_returns(messages: Any, rubric: LoadedRubric, tz: str) -> tuple[Any, list[Notice]]:
    """Join the sessions of customers who came back as soon as the clock of the earlier session's night says."""
    rubrics = editions(rubric)
    minutes = np.array([float(each.clock.same_session_minutes or 0) for each in rubrics])
    if not minutes.any():
        return messages, []
    if len(set(minutes)) > 1:
        messages, moved = continued(messages, minutes[in_force(rubrics, session_rows(messages, tz)["night"])])
    else:
        messages, moved = continued(messages, minutes[0])
    clocks = dict.fromkeys((each.clock.name, n) for each, n in zip(rubrics, minutes.tolist(), strict=True) if n)
    said = "、".join(f"{n:g} 分钟内又来,按时钟 {name}" for name, n in clocks)
    return messages, [Notice("continued_sessions", f"{moved} 个会话是客户在 {said} 并入上一个会话")] if moved else []


def _report(stage: Stage, manifest: dict[str, Any], run_step: Run, jobs: int, tell: Tell) -> None:
    tell("写评分卡")
    render(stage.path, manifest, run_step=run_step, shares=1 if run_step is map else jobs)
    stage.finish(manifest)


def _nights(sessions: Any) -> list[str]:
    dates = pc.unique(sessions["night"]).drop_null().to_pylist()
    return sorted(date.isoformat() for date in dates)


def _folder(nights: list[str]) -> str:
    if not nights:
        return "undated"
    return nights[0] if len(nights) == 1 else f"{nights[0]}_{nights[-1]}"


def _copy(source: Path, target: Path) -> None:
    if not source.is_file():
        raise ResultsError(f"{source}: 没有这个文件(重新运行 qa-audit run)")
    shutil.copyfile(source, target)
