"""A roster file (CSV, XLSX, …) → Roster; every mistake is told as file:row, all at once.

roster = load_roster("花名册.xlsx")
roster.find("云栖:小棠", 1796090404000000)
"""

import datetime as dt
import hashlib
import os
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import pyarrow as pa

from qa_audit.errors import MappingError
from qa_audit.formats import choose
from qa_audit.formats.headers import EMPTY_WORDS, fold
from qa_audit.formats.layout import shown
from qa_audit.formats.sheet import HEADER_DEPTH, Sheet, Source, find_header
from qa_audit.roster.roster import Person, Roster, key
from qa_audit.roster.shifts import Shift, parse_date, parse_shift

# column: (what it is, in Chinese; names in order of preference)
COLUMNS: dict[str, tuple[str, tuple[str, ...]]] = {
    "account": ("客服账号,与聊天记录里的一致", ("子账号", "客服账号", "账号", "旺旺", "agent_id", "account")),
    "name": ("花名,评分卡上显示的名字", ("花名", "姓名", "昵称", "客服", "name", "agent_name")),
    "staff_no": ("工号", ("工号", "员工编号", "staff_no", "staff_id")),
    "team": ("班组", ("班组", "小组", "组别", "组", "团队", "team", "group")),
    "line": ("售前或售后", ("售前/售后", "售前售后", "岗位", "业务线", "line")),
    "shift": ("班次,如 08:00-16:00", ("班次", "班", "shift")),
    "hired": ("入职日", ("入职日", "入职日期", "入职时间", "hired")),
    "valid_from": ("生效日,当天算", ("生效日", "生效日期", "开始日期", "valid_from")),
    "valid_to": ("失效日,当天算", ("失效日", "失效日期", "截止日期", "离职日", "离职日期", "valid_to")),
}
_NAMES = {fold(name): (column, rank) for column, (_, names) in COLUMNS.items() for rank, name in enumerate(names)}


def load_roster(path: str | os.PathLike[str], tz: str = "Asia/Shanghai") -> Roster:
    """Read and check a roster; its days and shifts are local time in `tz`.

    MappingError when a row is wrong, has no account, or two people would have one account at the same time;
    ExportError when the file is no table.
    """
    name = Path(path).as_posix()
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise MappingError(f"{name}: 打不开花名册({error.strerror or error})。请检查 --roster 后面的路径") from None
    mistakes: list[str] = []
    people: list[Person] = []
    for sheet in choose("auto", data, name).read(Source(name, data)):
        mistakes += [f"{name}:{each.row}: 这一行的列数与表头不同" for each in sheet.problems]
        people += _people(sheet, name, mistakes)
    if not people and not mistakes:
        raise MappingError(f"{name}: 花名册里没有一行数据。请检查是不是选错了文件")
    mistakes += _clashes(people, name)
    if mistakes:
        raise MappingError("\n".join(mistakes))
    return Roster(tuple(people), tz, name, hashlib.sha256(data).hexdigest())


def _people(sheet: Sheet, name: str, mistakes: list[str]) -> list[Person]:
    cells = [column.cast(pa.string()).to_pylist() for column in sheet.columns]
    rows = [list(sheet.header), *([cell or "" for cell in row] for row in zip(*cells, strict=True))]
    numbers = [0, *sheet.rows.tolist()]
    found = find_header(rows[:HEADER_DEPTH], lambda row: len(_columns(row)))
    columns = _columns(rows[found])
    if "account" not in columns and "staff_no" in columns:
        columns["account"] = columns["staff_no"]  # some shops have no other account
    if "account" not in columns:
        wanted = "、".join(COLUMNS["account"][1][:3])
        raise MappingError(f"{name}: 花名册里没有客服账号一列(如 {wanted})。文件里的列是:{shown(rows[found])}")
    people = []
    for row, number in zip(rows[found + 1 :], numbers[found + 1 :], strict=True):
        given = {column: _cell(row[index]) for column, index in columns.items()}
        if any(given.values()):
            people += _person(given, number, f"{name}:{number}", mistakes)
    return people


def _person(given: dict[str, str], row: int, place: str, mistakes: list[str]) -> list[Person]:
    """Return the person of a row, or nothing and the mistakes."""
    before = len(mistakes)
    if not given["account"]:
        mistakes.append(f"{place}: 没有写客服账号")
    shift = _read_shift(given, place, mistakes)
    days = {column: _read_date(given, column, place, mistakes) for column in ("hired", "valid_from", "valid_to")}
    starts = days["valid_from"] or days["hired"]
    if starts and days["valid_to"] and days["valid_to"] < starts:
        mistakes.append(f"{place}: 失效日 {days['valid_to']} 早于生效日 {starts}")
    if len(mistakes) > before:
        return []
    return [
        Person(
            account=given["account"],
            name=given.get("name") or given.get("staff_no") or given["account"],
            staff_no=given.get("staff_no") or None,
            team=given.get("team") or None,
            line=given.get("line") or None,
            shift=shift,
            hired=days["hired"],
            valid_from=starts,
            valid_to=days["valid_to"],
            row=row,
        )
    ]


def _read_shift(given: dict[str, str], place: str, mistakes: list[str]) -> Shift:
    try:
        return parse_shift(given.get("shift", ""))
    except ValueError as error:
        mistakes.append(f"{place}: {error}")
        return ()


def _read_date(given: dict[str, str], column: str, place: str, mistakes: list[str]) -> dt.date | None:
    try:
        return parse_date(given.get(column, ""))
    except ValueError as error:
        mistakes.append(f"{place}: {COLUMNS[column][1][0]}{error}")
        return None


def _clashes(people: Sequence[Person], name: str) -> list[str]:
    """Name each pair of rows that give one account to two people at the same time."""
    by_account: dict[str, list[Person]] = {}
    for person in people:
        by_account.setdefault(key(person.account), []).append(person)
    return [
        f"{name}:{b.row}: 账号 {b.account} 同一时间已是 {a.name} 的(第 {a.row} 行):用 班次 或 生效日、失效日 把两人分开"
        for mine in by_account.values()
        for a, b in combinations(mine, 2)
        if a.clashes(b)
    ]


def _columns(row: Sequence[str]) -> dict[str, int]:
    """Return {column: index} of the names that are known; of two for one column the preferred one."""
    best: dict[str, tuple[int, int]] = {}
    for index, cell in enumerate(row):
        known = _NAMES.get(fold(cell)) if len(cell) < 100 else None
        if known is not None:
            column, rank = known
            best[column] = min(best.get(column, (rank, index)), (rank, index))
    return {column: index for column, (_, index) in best.items()}


def _cell(cell: str) -> str:
    text = cell.strip()
    return "" if text.casefold() in EMPTY_WORDS else text
