"""Which step reads and writes which file of a run folder, in which order.

    ingest   exported files              → private/messages, private/quarantine
    score    private/messages + rubric   → private/messages (auto-replies inferred, returns joined), private/features,
             (+ roster)                    private/rounds, segments, findings, checks, agents
    report   all of these                → pages, summary

Slices are cut at fixed message counts, never by the number of workers, and their results are laid end to end: so the
results are the same bytes whatever runs where.
"""

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from qa_audit.agents import agent_rows
from qa_audit.clocks import load_clock
from qa_audit.context.sessions import end_of_export
from qa_audit.drift import read_night
from qa_audit.engines import Run, engine
from qa_audit.engines.early import early
from qa_audit.errors import ResultsError
from qa_audit.gates import forget_refused
from qa_audit.ingest import Ingested, IngestOptions, Notice, rows_understood
from qa_audit.keeping import carry_over, copied, follow_joined, incomplete_sessions, keep_read, kept, ratings_for
from qa_audit.manifest import (
    inferred_notices,
    nights_part,
    roster_part,
    rubric_part,
    version_notices,
    with_notices,
)
from qa_audit.opening import dates, opened, parent_of, refuse
from qa_audit.privacy.key import key_part, load_key
from qa_audit.privacy.naming import private_sessions
from qa_audit.privacy.telling import masked_manifest
from qa_audit.progress import NOWATCH, Watch
from qa_audit.ratings import several_ratings
from qa_audit.report import render
from qa_audit.results import Stage, publishing, read_manifest, reserved, row_groups, scratch, write_table
from qa_audit.roster import load_roster
from qa_audit.rubric.load import LoadedRubric, load_rubric
from qa_audit.rubric.versions import editions
from qa_audit.slices import Night, Rules, judge_night, look_at_night, mark_night
from qa_audit.slices.cutting import cut
from qa_audit.tables import check_rows


@dataclass(frozen=True)
class Options:
    """What a run is asked to do; `out` None means reports/<night>; jobs: processes of the local engine; scheduler: the
    address of a cluster's, for the engine dask."""

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
    engine: str = "local"
    scheduler: str | None = None


def run(
    paths: Iterable[str], options: Options, watch: Watch = NOWATCH, started: Run | None = None
) -> tuple[Path, dict[str, Any]]:
    """Audit exported files as one period and publish one folder; return it with its manifest.

    started: what runs the steps, where workers have been started already.
    """
    rules = _rules(options, options.ingest.tz)
    given = list(paths)
    with _place(options.out) as folder, _working(given, options, folder, started) as run_step:
        read = _read(given, options, folder, run_step, watch)
        out, manifest = opened(read, options.ingest, options.out, options.history, options.max_quarantine)
        if manifest["status"] == "not_published":
            return refuse(out, read, manifest)
        with publishing(out, copied(read)) as stage:
            keep_read(stage, read)
            parts = [each.path for each in read.slices]
            manifest = _score(stage, rules, options, parts, manifest, run_step, watch)
            _report(stage, manifest, run_step, options, watch)
    forget_refused(out, copied(read), options.ingest.mapping)
    return out, manifest


def ingest_only(paths: Iterable[str], options: Options, watch: Watch = NOWATCH) -> tuple[Path, dict[str, Any]]:
    """Read exported files into the private tables of a run folder, and nothing more."""
    given = list(paths)
    with _place(options.out) as folder, _working(given, options, folder) as run_step:
        read = _read(given, options, folder, run_step, watch)
        out, manifest = opened(read, options.ingest, options.out, options.history, options.max_quarantine)
        if manifest["status"] == "not_published":
            return refuse(out, read, manifest)
        with publishing(out, copied(read)) as stage:
            with kept(stage, ("messages",)) as tables:
                for table in read.tables():
                    tables.add("messages", table)
            keep_read(stage, read)
            stage.finish(manifest)
    forget_refused(out, copied(read), options.ingest.mapping)
    return out, manifest


def score_only(folder: Path, options: Options, watch: Watch = NOWATCH) -> tuple[Path, dict[str, Any]]:
    """Judge the messages of a run folder again, by another rubric or after an edit, and render it anew."""
    manifest = read_manifest(folder)
    rules = _rules(options, manifest["tz"])
    path = folder / "private" / "messages.parquet"
    with publishing(folder) as stage, _working([path], options, stage.private) as run_step:
        carry_over(folder, stage, _copy)
        work = stage.private / "work"
        work.mkdir()
        parts = cut(row_groups(path), work)
        manifest = _score(stage, rules, options, parts, manifest, run_step, watch)
        _report(stage, manifest, run_step, options, watch)
    return folder, manifest


def report_only(folder: Path, watch: Watch = NOWATCH) -> tuple[Path, dict[str, Any]]:
    """Render the pages of a run folder anew from its tables."""
    manifest = read_manifest(folder)
    if "rubric" not in manifest:
        raise ResultsError(f"{folder}: 只读入过、还没有评分(先运行 qa-audit score {folder})")
    with publishing(folder) as stage:
        for path in sorted((*folder.glob("*.parquet"), *(folder / "private").iterdir())):
            _copy(path, stage.path / path.relative_to(folder))
        _report(stage, manifest, map, None, watch)
    return folder, manifest


def _rules(options: Options, tz: str) -> Rules:
    """Read the files that the options name; the roster's shifts are local time in `tz`."""
    key = load_key(options.customer_key) if options.customer_key else None
    rubric = load_rubric(options.rubric)
    if options.clock:
        clock = load_clock(options.clock, Path())
        earlier = tuple(replace(each, clock=clock) for each in rubric.earlier)
        rubric = replace(rubric, clock=clock, earlier=earlier)
    return Rules(rubric, load_roster(options.roster, tz) if options.roster else None, key)


@contextmanager
def _place(out: Path | None) -> Iterator[Path]:
    """Yield where to work, and hold the place of the results meanwhile, where it is known before the night is."""
    with scratch(parent_of(out)) as folder, reserved(out) if out else nullcontext():
        yield folder


@contextmanager
def _working(given: Sequence[str | Path], options: Options, shared: Path, started: Run | None = None) -> Iterator[Run]:
    """Yield what runs the steps; on this machine small nights are done alone: starting workers takes longer."""
    if started is not None:
        yield started
    elif options.engine == "local":
        with early(list(map(str, given)), options.jobs) as run_step:
            yield run_step or map
    else:
        with engine(options.engine, options.jobs, options.scheduler, shared, list(map(str, given))) as run_step:
            yield run_step


def _read(given: list[str], options: Options, folder: Path, run_step: Run, watch: Watch) -> Ingested:
    """Read exported files into slices; the rows are counted as they are understood."""
    told = 0

    def counted(function: Callable[[Any], Any], tasks: Sequence[Any]) -> Iterator[Any]:
        nonlocal told
        for result in run_step(function, tasks):
            rows = rows_understood(result)
            watch.advance(rows)
            told += rows
            yield result

    watch.begin("读入", 0, "行")
    read = read_night(given, options.ingest, folder, counted, compared=bool(options.history))
    watch.advance(max(read.read - told, 0))
    watch.end()
    return read


def _score(
    stage: Stage,
    rules: Rules,
    options: Options,
    parts: Sequence[Path],
    manifest: dict[str, Any],
    run_step: Run,
    watch: Watch,
) -> dict[str, Any]:
    """Fill the stage with everything that follows from messages and rules; return the completed manifest."""
    work, tz = stage.private / "work", manifest["tz"]
    work.mkdir(exist_ok=True)
    with kept(stage) as tables:
        night = look_at_night(
            work, parts, rules, tz, incomplete_sessions(stage), run_step, watch=watch, keep=tables.add
        )
        inferred = mark_night(night, run_step, watch=watch, keep=tables.add)
        follow_joined(stage, night.joined)
        end = end_of_export(night.latest, tz, options.export_end)
        ratings = ratings_for(stage, work)
        verdicts = judge_night(night, end, run_step, watch=watch, ratings=ratings)
        summed = tables.add_all(verdicts)
    write_table(private_sessions(night.sessions), stage.private / "sessions.parquet")
    checks = check_rows(version.rubric for version in night.used.versions)
    agents = agent_rows(summed.parts, night.handed.rules.checks, list(dict.fromkeys(checks["check"].to_pylist())))
    write_table(agents, stage.path / "agents.parquet")
    write_table(checks, stage.path / "checks.parquet")
    counts = {
        **manifest["counts"],
        "sessions": night.sessions.num_rows,
        "inferred": inferred.messages,
        "segments": tables.rows["segments"],
        "agents": agents.num_rows - agents["agent_id"].null_count,
    }
    notices = [*_joined_notices(rules.rubric, night), *several_ratings(summed.several_ratings)]
    notices += inferred_notices(inferred.messages, inferred.agents, inferred.texts)
    notices += version_notices(night.used)
    notices += rules.roster.notices(summed.strangers) if rules.roster else []
    manifest = {**with_notices(manifest, notices), **nights_part(dates(night.sessions["night"]), tz), "counts": counts}
    shutil.rmtree(work)
    manifest |= {**roster_part(rules.roster), **rubric_part(night.used), **key_part(rules.key)}
    return masked_manifest(manifest, [night.sessions["customer_id"]])


def _joined_notices(rubric: LoadedRubric, night: Night) -> list[Notice]:
    """Say by which clocks customers who came back soon went on with their session."""
    minutes = [(each.clock.name, each.clock.same_session_minutes) for each in editions(rubric)]
    said = "、".join(f"{n:g} 分钟内又来,按时钟 {name}" for name, n in dict.fromkeys(minutes) if n)
    if not night.joined:
        return []
    text = f"{len(night.joined)} 个会话是客户在 {said} 并入上一个会话"
    return [Notice("continued_sessions", text)]


def _report(stage: Stage, manifest: dict[str, Any], run_step: Run, options: Options | None, watch: Watch) -> None:
    watch.begin("写评分卡", 0, "页")
    alone = run_step is map or options is None
    pages = render(stage.path, manifest, run_step=run_step, shares=1 if alone or options is None else options.jobs)
    watch.advance(len(pages))
    watch.end()
    stage.finish(manifest)


def _copy(source: Path, target: Path) -> None:
    if not source.is_file():
        raise ResultsError(f"{source}: 没有这个文件(重新运行 qa-audit run)")
    shutil.copyfile(source, target)
