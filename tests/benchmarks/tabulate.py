"""Tables of results on a terminal, with columns that are right where Chinese characters take two cells; comparisons."""

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from qa_audit.report.display import pad, width

MOVED = 0.1
"""Share by which a figure must differ to be marked."""

_COLUMNS = ("", "秒", "每秒条数", "CPU 秒", "峰值 MB", "倍数")


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows of cells as lines, the first column at the left, the others at the right; the first row is the head."""
    widths = [max(width(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join(
        "  ".join([pad(row[0], widths[0])] + [" " * (widths[i] - width(row[i])) + row[i] for i in range(1, len(row))])
        for row in rows
    )


def told(result: dict[str, Any]) -> str:
    """Return the table of a result of `make bench`."""
    rows = [_COLUMNS]
    for line in result["lines"]:
        rows.append(
            (
                line["name"],
                f"{line['seconds']:.3f}" if line["seconds"] < 1 else f"{line['seconds']:.2f}",
                f"{line['messages'] / line['seconds']:,.0f}" if line["messages"] else "",
                _shown(line.get("cpu_seconds"), ".2f"),
                _shown(line.get("peak_mb"), ",.0f"),
                _shown(line.get("times_obvious"), ",.0f"),
            )
        )
        rows.extend(
            (f"    {step['name']}", f"{step['seconds']:.1f}", f"{step['count'] / step['seconds']:,.0f}", "", "", "")
            for step in line.get("steps", ())
            if step["seconds"]
        )
    return "\n".join([table(rows), "", *result["notes"]])


def compared(before: dict[str, Any], after: dict[str, Any]) -> str:
    """Return two results side by side, line by line: seconds, ratio, peak memory, ratio; what moved is marked."""
    rows = [("", "秒 A", "秒 B", "B/A", "", "MB A", "MB B", "B/A", "")]
    lines = {line["name"]: line for line in before["lines"]}
    for line in after["lines"]:
        if other := lines.pop(line["name"], None):
            rows.append((line["name"], *_pair(other, line, "seconds"), *_pair(other, line, "peak_mb")))
    only = [f"只在 A:{name}" for name in lines]
    only += [
        f"只在 B:{line['name']}" for line in after["lines"] if line["name"] not in {x["name"] for x in before["lines"]}
    ]
    facts = [
        f"{key}: {before['facts'][key]} → {value}"
        for key, value in after["facts"].items()
        if before["facts"].get(key, value) != value
    ]
    return "\n".join([table(rows), *only, *facts])


def _pair(before: dict[str, Any], after: dict[str, Any], key: str) -> tuple[str, str, str, str]:
    one, other = before.get(key), after.get(key)
    if not one or not other:
        return _shown(one, ",.2f"), _shown(other, ",.2f"), "", ""
    ratio = other / one
    mark = "" if abs(ratio - 1) <= MOVED else "↑" if ratio > 1 else "↓"
    return f"{one:,.2f}", f"{other:,.2f}", f"{ratio:.2f}", mark


def _shown(value: float | None, form: str) -> str:
    return "" if value is None else format(value, form)


def main(paths: Iterable[str]) -> None:
    """Compare two JSON files of `make bench`."""
    try:
        before, after = (json.loads(Path(path).read_text("utf-8")) for path in paths)
    except (OSError, ValueError) as error:
        sys.exit(f"{error}: 要两个 make bench 写的 JSON(make bench-compare A=… B=…)")
    print(compared(before, after))


if __name__ == "__main__":
    main(sys.argv[1:])
