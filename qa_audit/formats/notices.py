"""What a person must be told about a file: coarse or missing times, damaged ids, values nobody knows."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pyarrow.compute as pc

from qa_audit import arrow
from qa_audit.citing import cited
from qa_audit.formats.coded import Coded
from qa_audit.formats.headers import COLUMNS
from qa_audit.formats.layout import Layout
from qa_audit.formats.observed import SHOWN, Observed
from qa_audit.formats.reasons import REASONS
from qa_audit.formats.rows import Rows
from qa_audit.formats.sheet import Mask, Notice, Problem
from qa_audit.formats.times import DAY, MINUTE, NO_TIME


def nothing_understood(rows: Rows, layout: Layout) -> str:
    """Return what to say of a file of which no row is left: what was wrong, what was found, what to try."""
    counts = Counter(_what(problem) for problem in rows.problems)
    worst = ";".join(
        f"{what} {count} 行" for what, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:3]
    )
    used = "、".join(f"{column}={layout.name(column)}" for column in layout.columns)
    roles = sorted({problem.detail for problem in rows.problems if problem.reason == "unknown_role" and problem.detail})
    example = f",例如 roles: {{customer: [{cited(roles[0].removeprefix('值是 '))}]}}" if len(roles) == 1 else ""
    if {problem.reason for problem in rows.problems} == {"bad_json"}:
        return f"{rows.source_file}: 没有一行能看懂({worst})。{REASONS['bad_json'][1]}"
    return (
        f"{rows.source_file}: 没有一行能看懂({worst or '没有数据行'})。表头是:{layout.shown()};认作:{used}。"
        f"请用 --mapping 写明哪一列、哪个值是什么{example}"
    )


def _what(problem: Problem) -> str:
    """Say what is wrong with a row, and what stands there, unless that are only figures."""
    detail = problem.detail if problem.reason == "wrong_columns" else cited(problem.detail)
    return f"{problem.reason} {detail}" if problem.detail else problem.reason


def observed(rows: Rows, ids: dict[str, Coded], unknown: dict[str, list[str]], ambiguous: Mask) -> Observed:
    """Observe understood rows; ids: the columns of codes that a spreadsheet may have damaged; ambiguous: the rows whose
    local time the clocks show twice or never."""
    return Observed(
        bool((rows.sent_at != NO_TIME).any()),
        int(((rows.resolution == MINUTE) | (rows.resolution == DAY)).sum()),
        int(ambiguous.sum()),
        tuple((column, count) for column, coded in ids.items() if (count := _scientific(coded))),
        tuple((code, tuple(sorted(values)[:SHOWN])) for code, values in unknown.items() if values),
    )


def notices(found: Observed, layout: Layout, zone: str, file: str) -> list[Notice]:
    """Return the notices about the understood rows of a sheet, whose naive times are in `zone`."""
    out = []
    if not found.timed:
        out.append(Notice("no_time", f"{file}: 没有发送时间,所有等待时间都为空", file))
    elif found.coarse:
        text = f"{file}: {found.coarse} 条消息的时间只到分钟,6 秒/30 秒无法判断;请重新导出带秒的时间"
        out.append(Notice("coarse_time", text, file))
    out += [_duplicated(column, layout, file) for column in layout.ignored]
    damaged, unknown = dict(found.damaged), dict(found.unknown)
    for column in (name for name in IDS if name in damaged):
        text = (
            f"{file}: {layout.name(column)} 列有 {damaged[column]} 个编号是科学记数,末几位已丢失;请在导出时设为文本格式"
        )
        out.append(Notice("damaged_ids", text, file))
    for code in (name for name in _UNKNOWN if name in unknown):
        out.append(Notice(code, f"{file}: 不认识的{_UNKNOWN[code]}:{_some(unknown[code])}", file))
    if found.ambiguous:
        text = (
            f"{file}: {found.ambiguous} 条消息的当地时间在 {zone} 因夏令时出现两次或不存在,按第一次算,等待可能差一小时;"
            "请导出带时区的时间"
        )
        out.append(Notice("ambiguous_time", text, file))
    return out


IDS = ("session_id", "message_id", "customer_id", "agent_id", "sender")
"""Columns of codes that a spreadsheet may have damaged."""

_UNKNOWN = {
    "unknown_kind": "消息类型",
    "unknown_stage": "阶段",
    "unknown_automation": "“是否自动回复”的值(当作人工回复;请在导出里改成 是 或 否)",
}


def _duplicated(column: str, layout: Layout, file: str) -> Notice:
    used, *others = (
        f"第 {index + 1} 列“{layout.title(index)}”" for index in (layout.columns[column], *layout.ignored[column])
    )
    text = (
        f"{file}: {len(others) + 1} 列都像{COLUMNS[column][0]}:用了{used},没有用{'、'.join(others)};"
        f"用错了请在映射文件里写 columns: {{{column}: 第几列}}"
    )
    return Notice("duplicate_columns", text, file)


def _scientific(column: Coded) -> int:
    hits = arrow.truths(pc.match_substring_regex(column.values, r"^\d(\.\d+)?[eE]\+\d\d$"))
    return int(np.append(hits, False)[column.codes].sum())


def _some(found: Sequence[str]) -> str:
    return "、".join(cited(repr(value[:20])) for value in found)
