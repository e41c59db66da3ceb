"""The header of a plain table and what is no message around the rows: two header lines, repeated headers, a foot.

会话 |      | 客户 |    | 消息内容          merged cells, the groups over the names
会话ID | 序号 | 昵称 | ID |               → 会话ID, 序号, 客户昵称, 客户ID, 消息内容
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow.compute as pc

from qa_audit import arrow
from qa_audit.citing import cited
from qa_audit.formats.headers import candidates
from qa_audit.formats.layout import Layout, shown
from qa_audit.formats.sheet import HEADER_DEPTH, Notice, Problem, Sheet, find_header

Merged = tuple[tuple[int, int], tuple[int, int]]

_FOOT = re.compile(
    r"\s*(?:(?:合计|总计|小计|汇总|总数|总条数|导出时间|导出日期|导出人|导出账号|制表人|制表时间|制表日期|打印时间|打印人|审核人|数据来源)\s*(?:[:\uff1a].*|[0-9].*)?"
    r"|共\s*[0-9,]+\s*(?:条|行|页|个|笔).*|总共\s*[0-9,]+.*|第\s*[0-9]+\s*页.*)",
    re.DOTALL,
)
# a line of fewer cells may as well be the rest of a text that was not quoted: only what cannot be one is a foot
_FOOT_LINE = re.compile(
    r"\s*(?:(?:总条数|导出时间|导出日期|导出人|导出账号|制表人|制表时间|制表日期|打印时间|打印人|审核人|数据来源)\s*(?:[:\uff1a].*)?"
    r"|第\s*[0-9]+\s*页(?:\s*[,\uff0c/]?\s*共\s*[0-9]+\s*页)?\s*)"
)
_SUM_LINE = re.compile(
    r"\s*(?:(?:合计|总计|小计|汇总|总数)\s*[:\uff1a]?|共)\s*([0-9,]+)?\s*(?:[条行](?:记录|消息|数据|聊天记录)?)?\s*。?\s*"
)
_FOOT_ROWS, _FOOT_CELLS = 10, 6


@dataclass(frozen=True)
class Heading:
    """names: the header; above: how many rows stand over it; lines: its one or two rows as they are in the file, ()
    where the mapping file names the columns; score: how many of the names are known."""

    names: tuple[str, ...]
    above: int
    lines: tuple[tuple[str, ...], ...]
    score: int


def find_heading(
    rows: Sequence[Sequence[str]], known: Callable[[Sequence[str]], int], merged: Sequence[Merged] = ()
) -> Heading:
    """Find the header among the first rows: one row, or two where more names are known of both together.

    merged: the ranges of a workbook; where there are none, a group stands over the empty cells to its right.
    """
    found = find_header(rows, known)
    best = Heading(tuple(rows[found]), found, (tuple(rows[found]),), known(rows[found]))
    for upper in range(max(0, min(len(rows) - 1, HEADER_DEPTH))):
        lower = rows[upper + 1]
        groups = _spread(rows[upper], upper, lower, merged)
        names = _joined(groups, lower)
        score = known(names)
        more = score > best.score or (score == best.score and upper == best.above and _all_names(groups, lower, names))
        if more and score > 1 and _is_group(rows[upper]):
            best = Heading(tuple(names), upper, (tuple(rows[upper]), tuple(lower)), score)
    return best


def both(upper: Sequence[str], lower: Sequence[str], number: int = 0, merged: Sequence[Merged] = ()) -> tuple[str, ...]:
    """Return the names of two header rows together, as reading takes them; number: the place of the upper row."""
    return tuple(_joined(_spread(upper, number, lower, merged), lower))


def _all_names(groups: Sequence[str], lower: Sequence[str], names: Sequence[str]) -> bool:
    """Tell whether the lower row holds names that go with the groups above them, and nothing else."""
    cells = [(groups[index].strip(), cell.strip(), names[index]) for index, cell in enumerate(lower) if cell.strip()]
    known = _known([name for _, _, name in cells])
    return bool(cells) and all(
        name in known and (name != cell or cell.startswith(group)) for group, cell, name in cells
    )


def _is_group(row: Sequence[str]) -> bool:
    return sum(bool(cell.strip()) for cell in row) > 1 and all(len(cell) < 40 for cell in row)


def _spread(row: Sequence[str], number: int, below: Sequence[str], merged: Sequence[Merged]) -> list[str]:
    """Give the names of groups to all columns that they stand over."""
    out = list(row) + [""] * (len(below) - len(row))
    if not any(top <= number <= bottom for (top, _), (bottom, _) in merged):
        for index in range(1, len(out)):
            if not out[index].strip() and index < len(below) and below[index].strip():
                out[index] = out[index - 1]
        return out
    for (top, left), (bottom, right) in merged:
        if top <= number <= bottom and 0 <= left < len(out):
            for index in range(left + 1, min(right, len(out) - 1) + 1):
                out[index] = out[left]
    return out


def _joined(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Join the names of two rows: 客户 over 昵称 is 客户昵称, but 客户 over 会话ID is 会话ID."""
    out = []
    for index, group in enumerate(upper):
        name = lower[index].strip() if index < len(lower) else ""
        group = group.strip()
        both = group + name
        if not group or not name or group == name:
            out.append(group or name)
        else:
            out.append(name if _known([name]) and not _known([both]) else both)
    return out


def _known(names: Sequence[str]) -> set[str]:
    return {names[index] for indices in candidates(names).values() for index in indices}


def tidy(sheet: Sheet, heading: Heading, layout: Layout) -> Sheet:
    """Set repeated header rows aside, and leave out the foot, quoting it in a notice."""
    sheet = repeats_aside(sheet, heading.lines)
    return without_foot(sheet, find_foot(sheet, layout))


def repeats_aside(sheet: Sheet, lines: Sequence[Sequence[str]]) -> Sheet:
    """Set the rows aside that are the header again."""
    problems: list[Problem] = []
    for line in lines:
        if not any(cell.strip() for cell in line):
            continue
        same = np.ones(len(sheet.rows), dtype=bool)
        for index, column in enumerate(sheet.columns):
            if not same.any():
                break
            wanted = line[index] if index < len(line) else ""
            same &= arrow.truths(pc.equal(pc.fill_null(column, arrow.scalar("", column.type)), arrow.scalar(wanted)))
        indices = np.flatnonzero(same)
        problems += [
            Problem(int(sheet.rows[i]), "repeated_header", "", raw)
            for i, raw in zip(indices.tolist(), sheet.raw(indices), strict=True)
        ]
        sheet = sheet.keep(~same)
    return replace(sheet, problems=(*sheet.problems, *problems)) if problems else sheet


@dataclass(frozen=True)
class Foot:
    """The last rows of a table that are no messages, from the last one up; whole: whether a row above them is one."""

    rows: tuple["_Last", ...]
    whole: bool


def find_foot(sheet: Sheet, layout: Layout, before: tuple[int, int] = (0, 0)) -> Foot:
    """Find the last rows that are a sum or a word about the export; before: how many rows, and how many rows set aside,
    the table has above the sheet, where this is only its end."""
    last = range(max(0, len(sheet.rows) - _FOOT_ROWS), len(sheet.rows))
    cells = sheet.cells(np.array(last, dtype=np.int64))
    rows = [_Last(int(sheet.rows[i]), row, index=i) for i, row in zip(last, cells, strict=True)]
    # a foot of a text file has fewer cells than the table
    short = [problem for problem in sheet.problems if problem.reason == "wrong_columns"][-_FOOT_ROWS:]
    rows += [_Last(problem.row, problem.cells, problem=problem) for problem in short]
    text = layout.columns.get("text", -1)
    foot: list[_Last] = []
    for row in sorted(rows, key=lambda each: -each.number):
        above = before[0] + int(np.searchsorted(sheet.rows, row.number))
        aside = before[1] + sum(each.row < row.number for each in sheet.problems)
        if not row.is_foot(text, (above, above + aside)):
            return Foot(tuple(foot), whole=True)
        foot.append(row)
    return Foot(tuple(foot), whole=False)


def without_foot(sheet: Sheet, found: Foot) -> Sheet:
    """Leave the foot out, quoting it in a notice: never a row that has a text."""
    foot = found.rows
    if not foot:
        return sheet
    kept = np.ones(len(sheet.rows), dtype=bool)
    kept[[row.index for row in foot if row.problem is None]] = False
    gone = [row.problem for row in foot]
    quoted = ";".join(f"“{cited(row.quoted())}”" for row in reversed(foot))
    notice = Notice(
        "skipped_rows", f"{sheet.source_file}: 表尾 {len(foot)} 行不是消息,没有读:{quoted}", sheet.source_file
    )
    problems = tuple(problem for problem in sheet.problems if problem not in gone)
    return replace(sheet.keep(kept), problems=problems, notices=(*sheet.notices, notice))


@dataclass(frozen=True)
class _Last:
    """One of the last rows: its number and cells, its index into the sheet or the problem that it is."""

    number: int
    cells: tuple[str | None, ...]
    index: int = -1
    problem: Problem | None = None

    def is_foot(self, text: int, above: tuple[int, ...]) -> bool:
        """Tell whether the row is no message; above: how many rows the table may have."""
        full = [cell for cell in self.cells if cell and cell.strip()]
        if not full or len(full) > _FOOT_CELLS or _FOOT.fullmatch(full[0][:200]) is None:
            return False
        if self.problem is None:
            return text < 0 or (self.cells[text] or "").strip() == ""
        return _FOOT_LINE.fullmatch(full[0][:200]) is not None or self._counts(full, above)

    def _counts(self, full: list[str], above: tuple[int, ...]) -> bool:
        """Tell whether the row says how many rows there are."""
        found = _SUM_LINE.fullmatch(full[0][:200])
        said = (found[1] or (full[1].strip() if len(full) == 2 else "")).replace(",", "") if found else ""
        return len(full) < 3 and said.isascii() and said.isdigit() and int(said[:9]) in above

    def quoted(self) -> str:
        return shown([cell for cell in self.cells if cell and cell.strip()])
