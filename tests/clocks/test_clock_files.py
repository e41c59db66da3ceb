"""Clock files: the shipped ones, one's own on top of another, and every mistake with its place."""

from pathlib import Path

import numpy as np
import pytest

from qa_audit.clocks import SHIPPED, definition, house, load_clock, shipped_clocks
from qa_audit.clocks.hours import Hours
from qa_audit.errors import QaAuditError, RubricError
from qa_audit.rubric.load import load_rubric
from qa_audit.shipped import rubrics_folder, standard_rubric


def write(folder: Path, text: str, name: str = "my.yaml") -> Path:
    (folder / name).write_text(text, "utf-8")
    return folder / name


def test_every_shipped_clock_loads_under_its_own_name() -> None:
    clocks = shipped_clocks()
    assert tuple(clocks) == SHIPPED
    assert [clock.name for clock in clocks.values()] == list(SHIPPED)
    assert all(clock.dated and clock.source and clock.title for clock in clocks.values())
    assert {path.stem for path in (rubrics_folder() / "clocks").glob("*.yaml")} == set(SHIPPED)
    assert len({definition(clock) for clock in clocks.values()}) == len(SHIPPED)


def test_extends_changes_only_the_keys_given(tmp_path: Path) -> None:
    write(tmp_path, "name: base\nextends: jd-30s\nwithin_seconds: 45\n", "base.yaml")
    mine = load_clock(write(tmp_path, "name: mine\nextends: base.yaml\nstaffed: [{from: '10:00', to: '22:00'}]\n"))
    jd = load_clock("jd-30s")
    assert (mine.name, mine.within_seconds, mine.rounds, mine.start) == ("mine", 45, jd.rounds, jd.start)
    assert [(shift.opens, shift.closes) for shift in mine.staffed or ()] == [(600, 1320)]
    assert load_clock("my.yaml", tmp_path) == mine


def test_a_rubric_names_its_clock(tmp_path: Path) -> None:
    rubric = standard_rubric().read_text("utf-8")
    assert load_rubric().clock == house()
    write(tmp_path, "name: mine\nextends: house\nhours: always\n")
    assert load_rubric(write(tmp_path, rubric.replace("clock: house", "clock: my.yaml"), "r.yaml")).clock.name == "mine"
    with pytest.raises(RubricError, match=r"r\.yaml:\d+:1: E324 没有时钟 'hause' \(是不是 house\?可用:house、"):
        load_rubric(write(tmp_path, rubric.replace("clock: house", "clock: hause"), "r.yaml"))


MISTAKES = [
    ("", "1:1: E110 不是时钟文件"),
    ("- a\n", "1:1: E110 不是时钟文件"),
    ("title: x\n", "1:1: E202 缺少 name"),
    ("name: a b\n", "1:1: E207 'name' 写法不对"),
    ("name: x\nstats: pooled\n", "2:1: E201 不认识的键 'stats' (是不是 start?)"),
    ("name: x\nstart: queue\n", "2:1: E203 'start' 只能是"),
    ("name: x\nstops: bots\n", "2:1: E203 'stops' 只能是"),
    ("name: x\nhours: office\n", "2:1: E203 'hours' 只能是"),
    ("name: x\nwithin_seconds: 0\n", "2:1: E206 'within_seconds' 不能小于 1"),
    ("name: x\nwithin_seconds: 半分钟\n", "2:1: E204 'within_seconds' 要写整数"),
    ("name: x\nunanswered: capped\n", "1:1: E346 unanswered: capped 要同时写 cap_seconds"),
    ("name: x\nstaffed: []\n", "2:1: E208 'staffed' 不能为空"),
    ("name: x\nstaffed:\n  - {from: '9点', to: '18:00'}\n", "3:6: E341 要写成 时:分,不是 '9点'"),
    ("name: x\nstaffed:\n  - {from: '09:00', to: '24:30'}\n", "3:21: E341 要写成 时:分"),
    ("name: x\nstaffed:\n  - {from: '09:00', to: '09:60'}\n", "3:21: E341 要写成 时:分"),
    ("name: x\nstaffed:\n  - {from: '09:00'}\n", "3:5: E202 缺少 to"),
    ("name: x\nstaffed:\n  - {from: '09:00', to: '09:00'}\n", "3:5: E344 from 和 to 相同"),
    ("name: x\nstaffed:\n  - {days: [monday], from: '09:00', to: '18:00'}\n", "3:13: E203 'days' 只能是"),
    (
        "name: x\nstaffed:\n  - {days: all, from: '09:00', to: '18:00', note: a}\n",
        "3:45: E201 不认识的键 'note' (可用:days、from、to)",
    ),
    ("name: x\nholidays: [10-01]\n", "2:12: E342 要写成日期,不是 '10-01'"),
    (
        "name: x\nholidays: [2026-10-01]\nopen_days: [2026-10-01]\n",
        "1:1: E347 2026-10-01 既写在 holidays 又写在 open_days",
    ),
    ("name: x\nexceptions: {2026-10-01: [['09:00', '09:00']]}\n", "2:1: E344 from 和 to 相同"),
    ("name: x\nexceptions: {国庆: []}\n", "2:14: E342 要写成日期"),
    ("name: x\nwindows: [{from: 2026-11-11 00:00, to: 2026-11-11 00:00, mode: exempt}]\n", "2:11: E345 to 要晚于 from"),
    (
        "name: x\nwindows: [{from: 2026-11-11T00:00+08:00, to: 2026-11-12 00:00, mode: exempt}]\n",
        "2:12: E343 要写成日期和时间,不带时区",
    ),
    ("name: x\nwindows: [{from: 双十一, to: 2026-11-12 00:00, mode: exempt}]\n", "2:12: E343 要写成日期和时间"),
    ("name: x\nwindows: [{from: 2026-11-11 00:00, to: 2026-11-12 00:00, mode: skip}]\n", "2:58: E203 'mode' 只能是"),
    (
        "name: x\nwindows: [{from: 2026-11-11 00:00, to: 2026-11-12 00:00, mode: relaxed, factor: 0.5}]\n",
        "2:73: E206 'factor' 不能小于 1 ",
    ),
    (
        "name: x\nwindows: [{from: 2026-11-11 00:00, to: 2026-11-12 00:00, mode: exempt}, {from: 2026-11-11 12:00, to: 2026-11-13 00:00, mode: apart}]\n",
        "1:1: E348 windows 里 2026-11-11 00:00:00 和 2026-11-11 12:00:00 开始的两段重叠",
    ),
    ("name: x\nshops: {云栖: [{from: '25:00', to: '26:00'}]}\n", "2:15: E341 要写成 时:分"),
    ("name: x\nshops: {云栖: []}\n", "2:9: E208 '云栖' 不能为空"),
    ("name: x\nextends: hause\n", "2:1: E324 没有时钟 'hause' (是不是 house?可用:house、"),
    ("name: x\nextends: other.yaml\n", "2:1: E111 找不到文件 'other.yaml'"),
    ("name: x\nextends: my.yaml\n", "2:1: E349 extends 绕回了自己"),
    ("name: x\nname: y\n", "2:1: E107 键 'name' 写了两次"),
    ("name: [x\n", "2:1: E104 不是合法的 YAML"),
]


@pytest.mark.parametrize(("text", "message"), MISTAKES, ids=[message for _, message in MISTAKES])
def test_mistakes_are_told_with_their_place(tmp_path: Path, text: str, message: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(RubricError) as told:
        load_clock(path)
    assert f"{path.as_posix()}:" in str(told.value)
    assert message in str(told.value)


def test_all_mistakes_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(RubricError) as told:
        load_clock(write(tmp_path, "name: x\nstops: bots\nrounds: last\nwithin: 3\n"))
    assert [line.split("my.yaml:")[1].split(":")[0] for line in str(told.value).splitlines()] == ["2", "3", "4"]


def test_a_mistake_in_the_file_extended_is_told_there(tmp_path: Path) -> None:
    write(tmp_path, "name: b\nstops: bots\n", "b.yaml")
    with pytest.raises(RubricError, match=r"b\.yaml:2:1: E203 'stops' 只能是"):
        load_clock(write(tmp_path, "name: x\nextends: b.yaml\n"))


def test_two_files_that_extend_each_other(tmp_path: Path) -> None:
    write(tmp_path, "name: b\nextends: my.yaml\n", "b.yaml")
    with pytest.raises(RubricError, match="extends 绕回了自己"):
        load_clock(write(tmp_path, "name: x\nextends: b.yaml\n"))


@pytest.mark.parametrize("name", ["hause", "", "淘宝"])
def test_an_unknown_name_lists_the_known(name: str) -> None:
    with pytest.raises(RubricError, match=r"没有时钟 '.*'\((?:是不是 house\?)?可用:house、taobao-3min、"):
        load_clock(name)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RubricError, match=r"none\.yaml:1:1: E101 打不开"):
        load_clock(tmp_path / "none.yaml")


def test_an_unknown_zone_is_an_error_of_the_user() -> None:
    with pytest.raises(QaAuditError, match="--tz Mars/Olympus"):
        Hours.of(load_clock("jd-30s"), "Mars/Olympus", np.array([0], dtype=np.int64))
