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

import numpy as np

from qa_audit.context.returns import continued
from qa_audit.context.sessions import export_end, session_rows
from qa_audit.engines.local import Run
from qa_audit.ingest import Ingested
from qa_audit.privacy.naming import named
from qa_audit.roster import Roster
from qa_audit.rubric.load import LoadedRubric
from qa_audit.rubric.versions import in_use
from qa_audit.slices import Span, judge_night, look_at_night
from qa_audit.steps import auto_replies, mark_bots, write_loads


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
        span = Span(tz, export_end(read.messages, tz, end), frozenset(read.gaps))
        found = []
        for place, rubric in enumerate(rubrics):
            work = Path(folder) / str(place)
            work.mkdir()
            found.append(_judged(work, read.messages, replace(rubric, earlier=()), roster, span, run_step))
        yield found
        found.clear()  # the tables are memory maps of files that go now


def _judged(
    work: Path, messages: Any, rubric: LoadedRubric, roster: Roster | None, span: Span, run_step: Run
) -> Verdicts:
    minutes = rubric.clock.same_session_minutes
    if minutes:
        messages, _ = continued(messages, minutes)
    sessions = named(session_rows(messages, span.tz), messages, None)
    used = in_use(rubric, sessions["night"])
    features = look_at_night(work, messages, used.lexicons, run_step, work)
    says_so = auto_replies(used, sessions, features, np.load(work / "text_ids.npy"))
    messages, _ = mark_bots(messages, sessions, says_so)
    write_loads(work, messages, sessions)
    joined = judge_night(work, messages, sessions, used, roster, span, run_step)
    return Verdicts(rubric, messages, sessions, joined["segments"], joined["findings"])
