"""A comparison of clocks for a terminal, aligned for wide characters, and as JSON for programs."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from qa_audit.authoring.comparing import Changes, Comparison, Measured, Side
from qa_audit.clocks import REASON_TEXTS, definition
from qa_audit.clocks.figures import Figures
from qa_audit.report.display import number, one_line, pad, percent, width

_UNITS = {"round": "轮", "session": "会话", "person_day": "人天"}
_VERDICTS = {"passed": "做到", "failed": "没做到", "left_out": "不计"}
_HEAD = ("时钟", "做到", "达标率", "轮次", "未回复", "不计", "平均(秒)", "p50", "p90", "最长")
_NOBODY = "未分配"


def as_json(found: Comparison) -> str:
    """Return the comparison as one JSON document; seconds are null where nothing was measured."""
    document = {
        "clocks": [
            {
                "name": each.clock.name,
                "title": each.clock.title,
                "definition": definition(each.clock),
                "unit": each.clock.unit,
                "limit_seconds": each.limit,
                "overall": _figures(each.overall),
                "agents": [{"agent_id": agent, **_figures(one)} for agent, one in each.agents.items()],
            }
            for each in found.clocks
        ],
        "changes": [{"from": found.clocks[0].clock.name, **_renamed(asdict(each))} for each in found.changes],
    }
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)


def as_text(found: Comparison) -> Iterator[str]:
    """Yield the comparison line by line: definitions, the night, each agent, the sessions that change sides."""
    for each in found.clocks:
        yield definition(each.clock)
    yield ""
    yield from _notes(found.clocks)
    yield "全部"
    yield from _table([(_HEAD), *(_row(each.clock.name, each, each.overall) for each in found.clocks)])
    yield ""
    yield "每位客服(按各只时钟的规则记账)"
    yield from _table([("客服", *_HEAD), *_agents(found.clocks)], left=2)
    for changes in found.changes:
        yield ""
        yield from _changed(found.clocks[0].clock.name, changes)


def _figures(one: Figures) -> dict[str, Any]:
    return {**asdict(one), "share": one.share}


def _renamed(changes: dict[str, Any]) -> dict[str, Any]:
    return {"to": changes.pop("clock"), **changes}


def _notes(clocks: Sequence[Measured]) -> Iterator[str]:
    for each in clocks:
        if each.limit is None:
            yield f"{each.clock.name} 没有时限:回复了就算做到(--within 秒数 另定)"
        elif each.limit != each.clock.within_seconds:
            yield f"{each.clock.name} 在这里按 {number(each.limit, 6)} 秒算做到"


def _agents(clocks: Sequence[Measured]) -> Iterator[tuple[str, ...]]:
    everyone = sorted({agent for each in clocks for agent in each.agents}, key=lambda name: (name is None, name or ""))
    for agent in everyone:
        name = _NOBODY if agent is None else one_line(agent)
        for each in clocks:
            if agent in each.agents:
                yield (name, *_row(each.clock.name, each, each.agents[agent]))
                name = ""


def _row(name: str, measured: Measured, one: Figures) -> tuple[str, ...]:
    passed = "—" if one.passed is None else str(one.passed)
    return (
        one_line(name),
        f"{passed} / {one.total} {_UNITS[measured.clock.unit]}",
        "—" if one.passed is None else percent(one.passed, one.total),
        str(one.rounds),
        str(one.unanswered),
        str(sum(one.left_out.values())),
        *(number(value) for value in (one.mean_seconds, one.p50_seconds, one.p90_seconds, one.max_seconds)),
    )


def _table(rows: Sequence[tuple[str, ...]], left: int = 1) -> Iterator[str]:
    """Align columns: the first `left` to the left, numbers to the right."""
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [pad(cell, columns, right=i >= left) for i, (cell, columns) in enumerate(zip(row, widths, strict=True))]
        yield ("  " + "  ".join(cells)).rstrip()


def _changed(first: str, changes: Changes) -> Iterator[str]:
    shown = len(changes.sessions)
    rest = f",列出 {shown} 个(--show 0 列出全部)" if shown < changes.total else ""
    yield f"{first} → {changes.clock}:{changes.total} 个会话换边{rest}"
    names = max(width(first), width(changes.clock))
    for each in changes.sessions:
        who = _NOBODY if each.agent is None else f"客服 {one_line(each.agent)}"
        yield f"  会话 {one_line(each.session_id)}  {each.customer}  {who}" + (f"  {each.night}" if each.night else "")
        for name, side in ((first, each.before), (changes.clock, each.after)):
            yield f"    {pad(name, names)}  {_side(side)}  {one_line(side.working)}"


def _side(side: Side) -> str:
    if side.wait_seconds is not None:
        return f"{_VERDICTS[side.verdict]}({number(side.wait_seconds, 6)} 秒)"
    if side.verdict == "left_out":
        return _VERDICTS[side.verdict] + (f"({REASON_TEXTS[side.reason]})" if side.reason in REASON_TEXTS else "")
    return f"{_VERDICTS[side.verdict]}(未回复)"
