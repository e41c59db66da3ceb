"""Mended quarantined rows take their place in the export, so that it is read as if it had been right from the start.

Rows are known by source_file and source_row. A cell that a spreadsheet only wrote in another way counts as untouched
and keeps the export's own meaning; a row without a changed cell stays in quarantine.
"""

import os
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pyarrow as pa

from qa_audit import arrow
from qa_audit.errors import MendingError
from qa_audit.formats.amending import Change, amend, without_place
from qa_audit.formats.headers import COLUMNS
from qa_audit.formats.mapping import Mapping as ColumnMapping
from qa_audit.formats.rows import Rows
from qa_audit.formats.sheet import Notice, Problem, Sheet
from qa_audit.formats.table import interpret
from qa_audit.formats.times import MINUTE
from qa_audit.ingest.lookalikes import TypedId, new_ids
from qa_audit.ingest.mended_file import Mend, MendedFile, read_mended
from qa_audit.ingest.spreadsheet import cut, returned, untouched

_SHOWN = 5


@dataclass(frozen=True)
class Mends:
    """The mended files in the order given, and their rows by the file and row that they mend."""

    files: tuple[MendedFile, ...] = ()
    rows: Mapping[str, Mapping[int, Sequence[Mend]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Fit:
    """What became of the mends of one sheet: places that were found, places whose raw text is another one; numbers of
    rows that changed, that are still in quarantine, that are as they were, and whose typed times lack seconds; typed
    ids that the sheet has not."""

    found: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    changed: int = 0
    still: int = 0
    same: int = 0
    coarse: int = 0
    ids: tuple[TypedId, ...] = ()


@dataclass(frozen=True)
class Mended:
    """What mending came to: the files, and how many rows are messages now, still in quarantine, unchanged."""

    files: tuple[MendedFile, ...]
    rows: int
    still: int
    unchanged: int
    notices: tuple[Notice, ...]


def load_mends(paths: Sequence[str | os.PathLike[str]]) -> Mends:
    """Read mended files. Raise MendingError as read_mended does."""
    files = tuple(map(read_mended, paths))
    rows: dict[str, dict[int, list[Mend]]] = defaultdict(lambda: defaultdict(list))
    for file in files:
        for mend in file.mends:
            rows[mend.file][mend.row].append(mend)
    return Mends(files, rows)


def understood(sheet: Sheet, mapping: ColumnMapping, zone: str, mends: Mends) -> tuple[Rows, Fit]:
    """Interpret a sheet, with the mended cells of its quarantined rows. Raise as `interpret` does, and MendingError for
    a mended row that cannot be put into the sheet."""
    rows = interpret(sheet, mapping, zone)
    wanted = mends.rows.get(sheet.source_file)
    if not wanted:
        return rows, Fit()
    found, foreign, same = [], [], 0
    changes: dict[int, Change] = {}
    typed: dict[str, Change] = {}
    absent = without_place(sheet, mapping)
    here = [index for index, problem in enumerate(rows.problems) if problem.row in wanted]
    for index, known in zip(here, rows.aside.take(arrow.array(here, pa.int64())).to_pylist(), strict=True):
        problem = rows.problems[index]
        matching = [mend for mend in wanted[problem.row] if _same_row(mend, problem)]
        foreign += [mend.place for mend in wanted[problem.row] if mend not in matching]
        found += [mend.place for mend in matching]
        change = _change(matching, known)
        if change or any(mend.sound for mend in matching):
            _refuse(matching[-1], problem, [column for column in change if change[column] and column in absent])
            changes[problem.row] = change
            typed[matching[-1].place] = change
        elif matching:
            same += 1
    if not changes:
        return rows, Fit(tuple(found), tuple(foreign), same=same)
    raws = {problem.row: problem.raw for problem in rows.problems}
    again = interpret(amend(sheet, changes, mapping, zone), mapping, zone)
    problems = tuple(replace(each, raw=raws.get(each.row, each.raw)) for each in again.problems)
    still = sum(problem.row in changes for problem in problems)
    fit = Fit(tuple(found), tuple(foreign), len(changes), still, same, _coarse(again, changes), new_ids(typed, rows))
    return replace(again, problems=problems), fit


def _same_row(mend: Mend, problem: Problem) -> bool:
    """Tell whether the exported row is the one that was mended: source_row alone may mean another in a later export."""
    return untouched("".join(cut(problem.raw).split()), "".join(mend.raw.split()))


def _change(mends: Sequence[Mend], known: Change) -> Change:
    """Return the changed cells of a row; of several files the last one that changed the row counts."""
    out: Change = {}
    file = ""
    for mend in mends:
        typed = {column: returned(known[column], cell, words=column == "text") for column, cell in mend.cells.items()}
        change: Change = {column: cell.strip() and cell for column, cell in typed.items() if cell is not None}
        own = mend.place.rpartition(" 第 ")[0]
        if not change:
            continue
        if file == own and out != change:
            raise MendingError(f"{mend.place}: {mend.name} 第 {mend.row} 行在这个文件里改了两次,改得不一样。请删掉一行")
        out, file = change, own
    return out


def _refuse(mend: Mend, problem: Problem, absent: Sequence[str]) -> None:
    row = f"{mend.name} 第 {mend.row} 行"
    if problem.rest:
        raise MendingError(
            f"{mend.place}: {row}里不止一条消息(引号或文件断在这里),在一行里改不回来。请重新导出,并删掉这一行"
        )
    for column in absent:
        raise MendingError(
            f"{mend.place}: {mend.name} 里没有用作 {column}({COLUMNS[column][0]})的列,不能只给一行补上。请清空这一格"
        )


def _coarse(rows: Rows, changes: Mapping[int, Change]) -> int:
    """Count rows whose typed time has no seconds where the others have: a spreadsheet saves the times that it shows."""
    typed = {row for row, change in changes.items() if change.get("sent_at")}
    minutes = rows.resolution == MINUTE
    if minutes.all():
        return 0
    return sum(row in typed for row in rows.source_row[minutes].tolist())


def settled(mends: Mends, fits: Sequence[Fit], read: Collection[str], failed: Collection[str]) -> Mended | None:
    """Return what mending came to, None without mended files. Raise MendingError naming the rows that fit nothing."""
    if not mends.files:
        return None
    found = Counter(place for fit in fits for place in fit.found)
    foreign = {place for fit in fits for place in fit.foreign}
    wrong = []
    for mend in (mend for file in mends.files for mend in file.mends):
        if not found[mend.place]:
            wrong.append(f"{mend.place}: {_why(mend, mend.place in foreign, read, failed)}")
        elif found[mend.place] > 1:
            wrong.append(f"{mend.place}: {mend.name} 有几处第 {mend.row} 行,分不清是哪一行。请改导出文件本身")
    if wrong:
        more = [f"……这样的还有 {len(wrong) - _SHOWN} 行"] if len(wrong) > _SHOWN else []
        raise MendingError("\n".join([*wrong[:_SHOWN], *more]))
    changed, still, same = (sum(getattr(fit, name) for fit in fits) for name in ("changed", "still", "same"))
    text = f"改好收回 {changed - still} 行,改了仍有问题 {still} 行,没有改 {same} 行"
    notices = [Notice("mended_rows", text)]
    if coarse := sum(fit.coarse for fit in fits):
        text = f"{coarse} 行改好的时间只到分钟:Excel 存成 CSV 会丢掉秒。请写上秒,另存为 .xlsx 再收"
        notices.append(Notice("mended_minutes", text))
    return Mended(mends.files, changed - still, still, same, tuple(notices))


def _why(mend: Mend, foreign: bool, read: Collection[str], failed: Collection[str]) -> str:
    row = f"{mend.name} 第 {mend.row} 行"
    if mend.file in failed:
        return f"{mend.name} 这次没有读成,收不回这一行。请先让它读得出来"
    if mend.file not in read:
        some = "、".join(sorted(read)[:3])
        return f"这次读的文件里没有 {mend.name}(有 {some})。请写和上次一样的路径,或删掉这一行"
    if foreign:
        return f"{row}的原文与导出文件里的不一样:导出换过,或 raw 被改了(raw 只供查看)。请从最新的 quarantine.csv 改起"
    return f"{row}没有被隔离(本来就读懂了,或行号写错了)。请删掉这一行"
