"""The receipt of one session: every segment, each round, what counted and why not, and the figures they add up to."""

import difflib
from collections.abc import Iterator

import numpy as np

from qa_audit.authoring.night import Export, Night
from qa_audit.clocks import Clock, definition
from qa_audit.clocks.figures import Figures, figures
from qa_audit.clocks.receipt import lines
from qa_audit.errors import QaAuditError
from qa_audit.report.display import number, one_line

_NAMED = 5


def explain(export: Export, clock: Clock, session_id: str) -> Iterator[str]:
    """Yield the working of one session line by line; QaAuditError names a few sessions where there is no such one.

    `session_id` is as exported or as the pages show it (`privacy.naming`); lines have it as the pages do.

    A session that the clock joins to an earlier one is told as part of that one.
    """
    ids, shown = (export.sessions[name].to_pylist() for name in ("session_id", "shown_id"))
    if session_id not in ids and session_id not in shown:
        raise QaAuditError(_unknown(session_id, shown))
    night = export.under(clock)
    batch = night.cut.batch
    home = (ids if session_id in ids else shown).index(session_id)
    row = int(np.flatnonzero(night.cut.home == home)[0])
    session = int(batch.sessions.ids[row])
    facts = night.cut.sessions.slice(session, 1).to_pylist()[0]
    yield "  ".join(
        [
            f"会话 {one_line(shown[ids.index(facts['session_id'])])}",
            facts["customer"],
            str(facts["night"] or "没有日期"),
        ]
        + ([f"店铺 {one_line(facts['shop'])}"] if facts["shop"] else [])
    )
    if facts["session_id"] != ids[home]:
        yield f"客户在 {clock.same_session_minutes} 分钟内又来:会话 {one_line(shown[home])} 按这只时钟并入它"
    yield f"时钟 {definition(clock)}"
    segments = np.flatnonzero(batch.segment_session == session)
    for place, segment in enumerate(segments.tolist(), start=1):
        agent = batch.segment_agent[segment]
        yield ""
        yield f"第 {place} 段  " + (f"客服 {one_line(batch.agents[agent])}" if agent >= 0 else "未分配")
        for line in lines(batch, night.waits, clock, segment, export.tz):
            yield f"  {one_line(line)}"
    yield ""
    yield _figure(night, export.tz, session)


def _figure(night: Night, tz: str, session: int) -> str:
    """Say the clock's figures for the session, over all of its segments."""
    mine = night.waits.session == session
    found = figures(night.cut.batch, night.waits, night.clock, customers=night.cut.people, tz=tz, among=mine)
    share = ""
    if found.passed is not None:
        share = f";{night.clock.within_seconds} 秒以内做到 {found.passed} / {found.total}"
    return f"整个会话:计入 {found.rounds} 轮,未回复 {found.unanswered} 轮;{_waits(found)}{share}"


def _waits(found: Figures) -> str:
    if found.mean_seconds is None:
        return "没有量出的等待"
    longest = "" if found.max_seconds is None else f",最长 {number(found.max_seconds, 6)} 秒"
    return f"平均 {number(found.mean_seconds, 6)} 秒{longest}"


def _unknown(wanted: str, ids: list[str]) -> str:
    near = difflib.get_close_matches(wanted, ids[:20_000], n=_NAMED)
    named = list(dict.fromkeys([*near, *sorted(ids[:20_000])]))[:_NAMED]
    return f"--session {one_line(wanted)}: 没有这个会话(共 {len(ids)} 个,如 {'、'.join(map(one_line, named))})"
