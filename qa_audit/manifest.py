"""What run.json says of a run: counts, notices, inputs, and by what it was judged; never a clock time or duration."""

from collections.abc import Iterable
from typing import Any

import pyarrow.compute as pc

from qa_audit import __version__
from qa_audit.clocks import definition
from qa_audit.ingest import Ingested, Notice
from qa_audit.roster import Roster
from qa_audit.rubric.load import LoadedRubric


def read_part(read: Ingested, gap_minutes: float) -> dict[str, Any]:
    """What was read, and what became of every row."""
    reasons = pc.value_counts(read.quarantine["reason"]).to_pylist()
    return {
        "status": "ok",
        "reasons": [],
        "notices": _told(read.notices),
        "counts": {
            "read": read.read,
            "messages": read.messages.num_rows,
            "quarantined": read.quarantine.num_rows,
            "duplicates": read.duplicates,
            "sessions": read.sessions,
        },
        "quarantine_reasons": {
            each["values"]: each["counts"] for each in sorted(reasons, key=lambda each: str(each["values"]))
        },
        "inputs": [
            {
                "path": each.path,
                "size": each.size,
                "sha256": each.sha256,
                "format": each.format,
                "encoding": each.encoding,
                "rows": each.rows,
            }
            for each in read.inputs
        ],
        "gap_minutes": gap_minutes,
        "versions": {"qa_audit": __version__, "schema": 1},
    }


def nights_part(nights: list[str], tz: str) -> dict[str, Any]:
    """The local dates on which sessions began, and the zone of those dates."""
    return {"night": nights[0] if len(nights) == 1 else None, "nights": nights, "tz": tz}


def rubric_part(rubric: LoadedRubric) -> dict[str, Any]:
    """By which rubric and clock was judged."""
    model = rubric.model
    return {
        "rubric": {
            "name": model.rubric,
            "title": model.title or model.rubric,
            "version": model.version,
            "hash": rubric.hash,
            "scoring": model.scoring,
            "grades": {name: least / 100 for name, least in model.grades.items()},
        },
        "clock": {"name": rubric.clock.name, "definition": definition(rubric.clock)},
        "null_measures": [],
    }


def roster_part(roster: Roster | None) -> dict[str, Any]:
    """Which roster named people; null without one."""
    if roster is None:
        return {"roster": None}
    return {"roster": {"path": roster.path, "sha256": roster.sha256, "people": len(roster.people)}}


def inferred_notices(messages: Any, inferred: int) -> list[Notice]:
    """Say how many messages of agents were taken for auto-replies; `messages` have the marks."""
    if not inferred:
        return []
    marked = messages.filter(pc.equal(messages["automation"], "inferred"))
    agents, texts = (pc.count_distinct(marked[name]).as_py() for name in ("agent_id", "text"))
    text = f"{inferred} 条客服消息没有标明、但像自动回复({agents} 个账号、{texts} 句不同的话)"
    return [Notice("inferred_bots", text + ",已按自动回复处理,不算人工回复")]


def with_notices(manifest: dict[str, Any], found: list[Notice]) -> dict[str, Any]:
    """Replace the notices of an earlier scoring by those of this one; sessions joined earlier stay joined."""
    again = {"inferred_bots", "unknown_accounts", *(each.code for each in found)}
    kept = [each for each in manifest["notices"] if each["code"] not in again]
    return {**manifest, "notices": [*kept, *_told(found)]}


def _told(notices: Iterable[Notice]) -> list[dict[str, Any]]:
    return [{"code": each.code, "text": each.text, "file": each.file} for each in notices]
