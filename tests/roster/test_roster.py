"""The roster: read from a table, mistakes by row, and the right person at the right moment."""

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
import xlsxwriter

from qa_audit import schema
from qa_audit.errors import ExportError, MappingError
from qa_audit.roster import COLUMNS, load_roster
from qa_audit.roster.shifts import overlap, parse_date, parse_shift

ROOT = Path(__file__).resolve().parents[2]

HEADER = "子账号,花名,工号,班组,售前/售后,班次,入职日,生效日,失效日"
SHARED = f"""{HEADER}
云栖:1号,小棠,1001,甲组,售前,08:00-16:00,2026-01-05,,
云栖:1号,阿梨,1002,乙组,售前,16:00-24:00,2026-02-01,,
云栖:2号,夜猫,1003,乙组,售后,22:00-06:00,,2026-11-01,2026-12-01
云栖:3号,老周,1004,甲组,售后,,2020/3/9,,2026-11-30
云栖:3号,小吴,1005,甲组,售后,,,2026年12月1日,
"""


def write(folder: Path, text: str, name: str = "花名册.csv", encoding: str = "utf-8-sig") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def at(text: str, zone: str = "Asia/Shanghai") -> int:
    moment = dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
    return round(moment.timestamp() * 1_000_000)


@pytest.mark.parametrize(
    ("account", "time", "name"),
    [
        ("云栖:1号", "2026-12-01 08:00", "小棠"),
        ("云栖:1号", "2026-12-01 15:59:59.999999", "小棠"),
        ("云栖:1号", "2026-12-01 16:00", "阿梨"),
        ("云栖:1号", "2026-12-01 23:59:59", "阿梨"),
        ("云栖:1号", "2026-12-01 00:00", None),
        ("云栖:1号", "2026-01-20 17:00", None),  # before she joined
        ("云栖:2号", "2026-11-01 21:59", None),
        ("云栖:2号", "2026-11-01 22:00", "夜猫"),
        ("云栖:2号", "2026-11-01 05:00", None),  # the shift of the day before it began to hold
        ("云栖:2号", "2026-12-02 05:59", "夜猫"),  # the shift of the last day goes on after midnight
        ("云栖:2号", "2026-12-02 06:00", None),
        ("云栖:2号", "2026-12-02 22:00", None),
        ("云栖:3号", "2026-11-30 23:59:59", "老周"),
        ("云栖:3号", "2026-12-01 00:00", "小吴"),
        (" 云栖：1号 ", "2026-12-01 09:00", "小棠"),  # full width and spaces
        ("云栖:9号", "2026-12-01 09:00", None),
        (None, "2026-12-01 09:00", None),
    ],
)
def test_who_had_the_account(tmp_path: Path, account: str | None, time: str, name: str | None) -> None:
    person = load_roster(write(tmp_path, SHARED)).find(account, at(time))
    assert (person.name if person else None) == name


def test_days_and_shifts_are_local_time(tmp_path: Path) -> None:
    roster = load_roster(write(tmp_path, SHARED), "America/New_York")
    found = roster.find("云栖:1号", at("2026-12-01 09:00", "America/New_York"))
    assert found is not None
    assert (found.name, found.team, found.line, found.staff_no) == ("小棠", "甲组", "售前", "1001")


def test_without_a_time_only_an_account_of_one_person_is_known(tmp_path: Path) -> None:
    roster = load_roster(write(tmp_path, SHARED))
    assert roster.find("云栖:1号", None) is None
    found = roster.find("云栖:2号", None)
    assert found is not None
    assert found.name == "夜猫"


@pytest.mark.parametrize(
    ("name", "encoding", "text"),
    [
        ("r.csv", "gb18030", SHARED),
        ("r.csv", "utf-8", SHARED.replace(",", "\t")),
        ("r.csv", "utf-8", "客服花名册(12月)\n" + SHARED),
        ("r.csv", "utf-8", SHARED.replace("\n", "\r\n") + ",,,,,,,,\r\n"),
    ],
    ids=["gbk", "tabs", "title-line", "empty-last-row"],
)
def test_however_it_was_saved(tmp_path: Path, name: str, encoding: str, text: str) -> None:
    roster = load_roster(write(tmp_path, text, name, encoding))
    assert [person.name for person in roster.people] == ["小棠", "阿梨", "夜猫", "老周", "小吴"]
    assert roster.people[0].hired == dt.date(2026, 1, 5)


def test_a_workbook_with_dates_and_a_title(tmp_path: Path) -> None:
    path = tmp_path / "花名册.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["云栖旗舰店花名册"])
    sheet.write_row(1, 0, HEADER.split(","))
    sheet.write_row(2, 0, ["小棠号", "小棠", 1001, "甲组", "售前", "08:00-16:00"])
    sheet.write_datetime(2, 6, dt.datetime(2026, 1, 5), book.add_format({"num_format": "yyyy-mm-dd"}))
    book.close()
    (person,) = load_roster(path).people
    assert (person.staff_no, person.hired, person.valid_from, person.row) == (
        "1001",
        dt.date(2026, 1, 5),
        dt.date(2026, 1, 5),
        3,
    )


def test_the_staff_number_is_the_account_where_there_is_no_other(tmp_path: Path) -> None:
    roster = load_roster(write(tmp_path, "工号,班组\n1001,甲组\n"))
    assert [(person.account, person.name, person.team) for person in roster.people] == [("1001", "1001", "甲组")]


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        (["甲,小棠,,,,8点到晚上,,,"], [":2: 看不懂班次"]),
        (["甲,小棠,,,,08:00-25:00,,,"], [":2: 班次"]),
        (["甲,小棠,,,,08:00-08:00,,,"], [":2: 班次"]),
        (["甲,小棠,,,,,昨天,,"], [":2: 入职日看不懂日期"]),
        (["甲,小棠,,,,,,2026-02-30,"], [":2: 生效日没有"]),
        (["甲,小棠,,,,,,2026-12-02,2026-12-01"], [":2: 失效日"]),
        ([",小棠,,,,,,,"], [":2: 没有写客服账号"]),
        (["甲,小棠"], [":2: 这一行的列数"]),
        (["甲,小棠,,,,早班,,,", "甲,阿梨,,,,晚班,,,"], [":3: 账号 甲 同一时间已是 小棠 的(第 2 行)"]),
        (["甲,小棠,,,,08:00-16:00,,,", "甲,阿梨,,,,15:30-24:00,,,"], [":3: 账号 甲"]),
        (["甲,小棠,,,,22:00-06:00,,,", "甲,阿梨,,,,05:00-12:00,,,"], [":3: 账号 甲"]),
        (["甲,小棠,,,,,,,2026-12-01", "甲,阿梨,,,,,,2026-12-01,"], [":3: 账号 甲"]),
        ([",小棠,,,,,x,,", "乙,,,,,9:99-10:00,,,"], [":2: 没有写", ":2: 入职日", ":3: 班次"]),
    ],
)
def test_mistakes_name_their_row_all_at_once(tmp_path: Path, rows: list[str], wrong: list[str]) -> None:
    path = write(tmp_path, "\n".join([HEADER, *rows]) + "\n")
    with pytest.raises(MappingError) as caught:
        load_roster(path)
    lines = str(caught.value).splitlines()
    assert len(lines) == len(wrong)
    for line, part in zip(lines, wrong, strict=True):
        assert line.startswith(path.as_posix() + part)


@pytest.mark.parametrize(
    ("text", "error", "part"),
    [
        (
            "花名,班组\n小棠,甲组\n",
            MappingError,
            "没有客服账号一列(如 子账号、客服账号、账号)。文件里的列是:花名、班组",
        ),
        (HEADER + "\n", MappingError, "没有一行数据"),
        ("", ExportError, "空"),
    ],
)
def test_what_is_no_roster(tmp_path: Path, text: str, error: type[Exception], part: str) -> None:
    with pytest.raises(error, match=part.replace("(", r"\(").replace(")", r"\)")):
        load_roster(write(tmp_path, text))
    with pytest.raises(MappingError, match="打不开花名册"):
        load_roster(tmp_path / "没有.csv")


@pytest.mark.parametrize(
    ("cell", "shift"),
    [
        ("", ()),
        ("早班", ()),
        ("8:00~16:00", ((480, 960),)),
        ("早班(８：００-１６：００)", ((480, 960),)),
        ("08:00-12:00、13:00-17:30", ((480, 720), (780, 1050))),
        ("22:00-次日06:00", ((1320, 360),)),
        ("16:00至24:00", ((960, 1440),)),
        ("8点到16点30分", ((480, 990),)),
    ],
)
def test_shifts(cell: str, shift: object) -> None:
    assert parse_shift(cell) == shift


def test_shifts_overlap_past_midnight_but_not_at_their_ends() -> None:
    assert overlap(((1320, 360),), ((0, 60),))
    assert not overlap(((480, 960),), ((960, 1440),))
    assert overlap((), ((480, 481),))
    assert parse_date("2026-12-01 00:00:00") == dt.date(2026, 12, 1)


def segments(rows: list[tuple[str | None, str | None]]) -> pa.Table:
    keys = pa.schema([schema.SEGMENT_KEYS.field(name) for name in ("agent_id", "agent_name", "team", "started_at")])
    times = [None if time is None else at(time) for _, time in rows]
    return pa.table(
        {
            "agent_id": pa.array([agent for agent, _ in rows], pa.string()),
            "agent_name": pa.nulls(len(rows), pa.string()),
            "team": pa.nulls(len(rows), pa.string()),
            "started_at": pa.array(times, pa.int64()).cast(schema.TIME),
        },
        schema=keys,
    )


def test_segments_are_named_and_unknown_accounts_listed(tmp_path: Path) -> None:
    roster = load_roster(write(tmp_path, SHARED))
    table = segments(
        [
            ("云栖:1号", "2026-12-01 15:00"),
            ("云栖:1号", "2026-12-01 17:00"),
            ("云栖:1号", "2026-12-01 03:00"),
            ("云栖:8号", "2026-12-01 03:00"),
            ("云栖:9号", None),
            (None, "2026-12-01 03:00"),
        ]
    )
    named = roster.named(table)
    assert named["agent_name"].to_pylist() == ["小棠", "阿梨", None, None, None, None]
    assert named["team"].to_pylist() == ["甲组", "乙组", None, None, None, None]
    assert named.schema == table.schema
    unknown, nobody = roster.notices(table)
    assert unknown.code == nobody.code == "unknown_accounts"
    assert unknown.text == "花名册里没有这些客服账号(2 段会话):云栖:8号、云栖:9号"
    assert nobody.text == "账号在花名册里,但有 1 段会话不在任何人的班次或有效期内:云栖:1号"
    assert roster.notices(table.slice(0, 2)) == []
    assert roster.named(table.slice(0, 0)).num_rows == 0


def test_many_at_once_are_the_same_as_one_by_one(tmp_path: Path) -> None:
    roster = load_roster(write(tmp_path, SHARED))
    random = np.random.default_rng(7)
    agents = [["云栖:1号", "云栖:2号", "云栖:3号", "x", None][i] for i in random.integers(0, 5, 400)]
    times = (at("2026-11-29 00:00") + random.integers(0, 4 * 86_400, 400) * 1_000_000).tolist()
    found = roster.who(pa.array(agents), pa.array(times, pa.int64()).cast(schema.TIME)).tolist()
    assert len(set(found)) == 6
    for agent, time, index in zip(agents, times, found, strict=True):
        assert roster.find(agent, time) == (roster.people[index] if index >= 0 else None)


def test_every_column_is_documented() -> None:
    page = (ROOT / "docs" / "roster.md").read_text("utf-8")
    for meaning, names in COLUMNS.values():
        assert f"| {names[0]} |" in page
        assert f"| {meaning} | {'、'.join(names)} |" in page
