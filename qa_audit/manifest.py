"""What run.json says of a run: counts, notices, inputs, and by what it was judged; never a clock time or duration."""

from collections.abc import Iterable
from typing import Any

import pyarrow.compute as pc

from qa_audit import __version__
from qa_audit.clocks import definition
from qa_audit.gates import unreadable_files
from qa_audit.ingest import Ingested, Notice
from qa_audit.roster import Roster
from qa_audit.rubric.load import LoadedRubric
from qa_audit.rubric.versions import InUse, repeated

_OF_SCORING = (
    *("inferred_bots", "unknown_accounts", "before_effective", "undated_sessions", "same_version"),
    "several_ratings",
)


def read_part(read: Ingested, gap_minutes: float) -> dict[str, Any]:
    """What was read, and what became of every row."""
    reasons = pc.value_counts(read.quarantine["reason"]).to_pylist()
    return {
        "status": "degraded" if read.failed else "ok",
        "reasons": unreadable_files(read),
        "notices": _told(read.notices),
        "counts": {
            "read": read.read,
            "messages": read.message_count,
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
        ]
        + _mended_inputs(read),
        **_mended_part(read),
        "gap_minutes": gap_minutes,
        "versions": {"qa_audit": __version__, "schema": 1},
    }


def _mended_inputs(read: Ingested) -> list[dict[str, Any]]:
    """The mended files among the inputs; their rows are rows of the exports, counted there."""
    return [
        {
            "path": each.path,
            "size": len(each.data),
            "sha256": each.sha256,
            "format": "mended",
            "encoding": each.encoding,
            "rows": len(each.mends),
        }
        for each in (read.mended.files if read.mended else ())
    ]


def _mended_part(read: Ingested) -> dict[str, Any]:
    """How many quarantined rows were mended, still cannot be understood, were not changed; nothing without --mended."""
    if read.mended is None:
        return {}
    return {"mended": {"rows": read.mended.rows, "still": read.mended.still, "unchanged": read.mended.unchanged}}


def nights_part(nights: list[str], tz: str) -> dict[str, Any]:
    """The local dates on which sessions began, and the zone of those dates."""
    return {"night": nights[0] if len(nights) == 1 else None, "nights": nights, "tz": tz}


def rubric_part(used: InUse) -> dict[str, Any]:
    """By which rubric and clock was judged: those of the newest version in use, then every version in use."""
    newest = used.versions[0].rubric
    versions = [
        {
            "version": version.rubric.model.version,
            "effective": version.rubric.model.effective,
            "sessions": sessions,
            **_version(version.rubric),
            "clock": _clock(version.rubric),
        }
        for version, sessions in zip(used.versions, used.sessions, strict=True)
    ]
    named = {"name": newest.model.rubric, "version": newest.model.version}
    return {
        "rubric": {**named, **_version(newest), "versions": versions},
        "clock": _clock(newest),
        "null_measures": [],
    }


def _version(rubric: LoadedRubric) -> dict[str, Any]:
    model = rubric.model
    grades = {name: least / 100 for name, least in model.grades.items()}
    title = model.title or model.rubric
    return {"title": title, "hash": rubric.hash, "scoring": model.scoring, "grades": grades}


def _clock(rubric: LoadedRubric) -> dict[str, str]:
    return {"name": rubric.clock.name, "definition": definition(rubric.clock)}


def version_notices(used: InUse) -> list[Notice]:
    """Say which sessions no version was in force for, and which versions differ in nothing but their number."""
    rubrics = [version.rubric for version in used.versions]
    oldest = rubrics[-1].model
    as_oldest = f"按最早的一版(第 {oldest.version} 版)评;若不对,在评分表的 earlier 里写上当时的一版"
    found = []
    if used.early:
        text = f"{used.early} 个会话早于评分表生效的日子({oldest.effective}),{as_oldest}"
        found.append(Notice("before_effective", text))
    if used.undated:
        found.append(Notice("undated_sessions", f"{used.undated} 个会话没有日期,不知道该按哪一版,{as_oldest}"))
    return found + [
        Notice("same_version", f"评分表第 {new} 版和第 {old} 版评的完全一样,只有版本号和日期不同(是不是忘了改内容?)")
        for new, old in repeated(rubrics)
    ]


def roster_part(roster: Roster | None) -> dict[str, Any]:
    """Which roster named people; null without one."""
    if roster is None:
        return {"roster": None}
    return {"roster": {"path": roster.path, "sha256": roster.sha256, "people": len(roster.people)}}


def inferred_notices(inferred: int, agents: int, texts: int) -> list[Notice]:
    """Say how many messages were taken for auto-replies, of how many accounts, and how many different texts that is."""
    if not inferred:
        return []
    text = f"{inferred} 条客服消息没有标明、但像自动回复({agents} 个账号、{texts} 句不同的话)"
    return [Notice("inferred_bots", text + ",已按自动回复处理,不算人工回复")]


def with_notices(manifest: dict[str, Any], found: list[Notice]) -> dict[str, Any]:
    """Replace the notices of an earlier scoring by those of this one; sessions joined earlier stay joined."""
    again = {*_OF_SCORING, *(each.code for each in found)}
    kept = [each for each in manifest["notices"] if each["code"] not in again]
    return {**manifest, "notices": [*kept, *_told(found)]}


def _told(notices: Iterable[Notice]) -> list[dict[str, Any]]:
    return [{"code": each.code, "text": each.text, "file": each.file} for each in notices]
