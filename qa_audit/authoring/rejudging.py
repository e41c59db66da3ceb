"""One export judged by several rubrics, each by itself whatever its dates; read once, nothing published.

with rejudged(ingest(logs, options), [old, new], "Asia/Shanghai") as (before, after):
    after.segments["score"]
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa

from qa_audit import schema
from qa_audit.context.sessions import end_of_export
from qa_audit.engines import Run
from qa_audit.ingest import Ingested
from qa_audit.interim import read_ipc
from qa_audit.roster import Roster
from qa_audit.rubric.load import LoadedRubric
from qa_audit.slices import Rules, judge_night, look_at_night, mark_night
from qa_audit.slices.cutting import cut
from qa_audit.steps.judging import end_to_end
from qa_audit.tables import segments_schema


@dataclass(frozen=True)
class Verdicts:
    """What a rubric makes of an export: its messages, sessions (`privacy.named`), segments and findings.

    The findings stand segment by segment, within one in rubric order; the tables lie in files as long as the context
    of `rejudged` lasts.
    """

    rubric: LoadedRubric
    messages: Any
    sessions: Any
    segments: Any
    findings: Any


@contextmanager
def rejudged(
    read: Ingested,
    rubrics: Sequence[LoadedRubric],
    tz: str,
    *,
    roster: Roster | None = None,
    end: str | None = None,
    run_step: Run = map,
) -> Iterator[list[Verdicts]]:
    """Judge what was read by each rubric; `end` is where the export ends as typed (`context.sessions.export_end`)."""
    with TemporaryDirectory(prefix="qa-audit-") as folder:
        parts = cut(read.tables(), Path(folder))
        found = []
        for place, rubric in enumerate(rubrics):
            work = Path(folder) / str(place)
            work.mkdir()
            rules = Rules(replace(rubric, earlier=()), roster)
            found.append(_judged(work, parts, rules, tz, read.gaps, end, run_step))
        yield found
        found.clear()  # the tables are memory maps of files that go now


def _judged(
    work: Path, parts: Sequence[Path], rules: Rules, tz: str, lost: Sequence[str], end: str | None, run_step: Run
) -> Verdicts:
    night = look_at_night(work, parts, rules, tz, lost, run_step)
    mark_night(night, run_step)
    verdicts = list(judge_night(night, end_of_export(night.latest, tz, end), run_step, shared=False))
    tables = end_to_end(verdicts, {"segments": segments_schema(), "findings": schema.FINDINGS})
    messages = pa.concat_tables([schema.MESSAGES.empty_table(), *(read_ipc(each.marked) for each in night.slices)])
    return Verdicts(rules.rubric, messages, night.sessions, tables["segments"], tables["findings"])
