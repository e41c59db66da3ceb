"""Which versions of the rubric a run was judged by, and what the pages say where there are several."""

from collections.abc import Iterable, Mapping
from typing import Any

from qa_audit.report.display import count, number, one_line

Row = dict[str, Any]


def editions(run: Mapping[str, Any]) -> list[Row]:
    """Return the versions in use, newest first, with number, first day, sessions, hash, scoring, grades and clock."""
    rubric = run.get("rubric") or {}
    return list(
        rubric.get("versions") or [{"sessions": 0, "effective": None, "clock": run.get("clock") or {}} | rubric]
    )


def edition_name(found: Iterable[Row]) -> str:
    """Return what versions of a rubric are called: 标准接待质检（第 2 版、第 1 版）."""
    rows = list(found)
    title = one_line(rows[0].get("title") or rows[0].get("name") or "")
    return f"{title}（{'、'.join(_numbered(row) for row in rows)}）"


def shares(run: Mapping[str, Any]) -> str:
    """Say how many sessions each version judged; "" where there is one version."""
    found = editions(run)
    if len(found) < 2:
        return ""
    since = [f"（{row['effective']} 起）" if row.get("effective") else "" for row in found]
    return "，".join(
        f"{_numbered(row)}{day}评了 {count(row['sessions'])} 个会话" for row, day in zip(found, since, strict=True)
    )


def scoring(run: Mapping[str, Any], version: int | None = None) -> str:
    """Return how a version adds up points, that of the newest by default: deduct or ratio."""
    found = editions(run)
    mine = [row for row in found if row.get("version") == version] or found
    return str(mine[0].get("scoring") or "deduct")


def grades(run: Mapping[str, Any]) -> dict[str, float | None]:
    """Return the grades with their lowest scores, best first; null where versions draw the line differently."""
    found = [row.get("grades") or {} for row in editions(run)]
    lowest: dict[str, set[float]] = {}
    for each in found:
        for name, low in sorted(each.items(), key=lambda item: -item[1]):
            lowest.setdefault(name, set()).add(low)
    return {name: lows.pop() if len(lows) == 1 else None for name, lows in lowest.items()}


def rules(run: Mapping[str, Any]) -> list[Row]:
    """Return what each version judged by, for the definitions: its name, scoring, grades, hash and clock."""
    return [
        {
            "name": _numbered(row),
            "scoring": row.get("scoring") or "deduct",
            "grades": _ladder(row.get("grades") or {}),
            "hash": str(row.get("hash") or ""),
            "clock": one_line((row.get("clock") or {}).get("name") or ""),
            "clock_definition": one_line((row.get("clock") or {}).get("definition") or ""),
        }
        for row in editions(run)
    ]


def merged_checks(checks: Mapping[tuple[int, str], Row]) -> list[Row]:
    """Return one row per check id, that of the newest version that has it, in rubric order; `note` says what differs.

    checks: rows of checks.parquet by version and id, newest version first.
    """
    versions = list(dict.fromkeys(version for version, _ in checks))
    by_id: dict[str, dict[int, Row]] = {}
    for (version, check), row in checks.items():
        by_id.setdefault(check, {})[version] = row
    return [_merged(found, versions) for found in by_id.values()]


def _merged(found: dict[int, Row], versions: list[int]) -> Row:
    newest, *older = found.items()
    row = newest[1]
    notes = [] if len(found) == len(versions) else [f"只在{'、'.join(f'第 {v} 版' for v in found)}"]
    definition = row["definition"]
    changed = [(version, each) for version, each in older if each["definition"] != row["definition"]]
    notes += [f"第 {v} 版最多扣 {number(each['points'])} 分" for v, each in older if each["points"] != row["points"]]
    if changed:
        told = [(newest[0], row), *changed]
        definition = "；".join(f"第 {version} 版：{each['definition']}" for version, each in told)
        if not any(each["points"] != row["points"] for _, each in changed):
            notes.append(f"{'、'.join(f'第 {version} 版' for version, _ in changed)}判法不同")
    return row | {"definition": definition, "note": "；".join(notes)}


def _numbered(row: Row) -> str:
    return f"第 {row.get('version', '?')} 版"


def _ladder(grades: Mapping[str, float]) -> str:
    return "、".join(f"{name} ≥ {number(low)}" for name, low in sorted(grades.items(), key=lambda item: -item[1]))
