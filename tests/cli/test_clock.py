"""`qa-audit clock`: definitions, receipts and comparisons as a user meets them, from a CSV to the lines printed."""

import json
from pathlib import Path

import pytest

from qa_audit.clocks import definition, shipped_clocks
from qa_audit.report.display import width
from qa_audit.shipped import standard_rubric
from tests.accept import SAMPLES
from tests.cli.conftest import Qa

HEAD = "会话ID,发送时间,角色,客服,买家,内容\n"
ROLES = {"C": "客户", "A": "客服", "B": "客服", "R": "自动回复"}


def export(folder: Path, *sessions: str, customers: str = "abcdefgh") -> Path:
    """Write sessions such as "10:00:00 C, 10:00:05 A" as a CSV: ids s1, s2 …, agents 甲 (A) and 乙 (B)."""
    lines = []
    for number, (session, customer) in enumerate(zip(sessions, customers, strict=False), start=1):
        for i, line in enumerate(session.split(", ")):
            time, who = line.rsplit(" ", 1)
            day = "2026-12-02" if time.startswith("+") else "2026-12-01"
            said = "谢谢" if who == "c" else f"第{i}句"
            agent = "乙" if who == "B" else "甲"
            lines.append(f"s{number},{day} {time.lstrip('+')},{ROLES[who.upper()]},{agent},买家{customer},{said}\n")
    path = folder / "night.csv"
    path.write_text(HEAD + "".join(lines), "utf-8")
    return path


def compared(qa: Qa, log: Path, *arguments: object) -> dict:
    done = qa("clock", "compare", log, "--json", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def by_name(found: dict) -> dict[str, dict]:
    return {each["name"]: each["overall"] for each in found["clocks"]}


def test_list_says_every_shipped_clock_in_words(qa: Qa) -> None:
    done = qa("clock", "list")
    assert (done.returncode, done.stderr) == (0, "")
    for clock in shipped_clocks().values():
        assert f"{clock.name}  {clock.title}  整理于 {clock.dated}\n    出处:{clock.source}\n" in done.stdout
        assert f"    {definition(clock)}\n" in done.stdout


def test_list_of_a_file_of_ones_own(qa: Qa, tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text('name: 本店\nextends: house\nstaffed: [{from: "09:00", to: "12:00"}]\n', "utf-8")
    done = qa("clock", "list", own, "jd-30s")
    assert (done.returncode, "服务时间:每天 09:00–12:00" in done.stdout) == (0, True)
    assert [line.split()[0] for line in done.stdout.splitlines() if line and line[0] != " "] == ["本店", "jd-30s"]


@pytest.mark.parametrize(
    ("session", "clock", "lines"),
    [
        ("10:10:15 C, 10:15:20 C, 10:18:10 A", "taobao-3min", ["等待 475 秒;计入", "180 秒以内做到 0 / 1"]),
        ("10:10:15 C, 10:15:20 C, 10:18:10 A, 10:18:30 C, 10:19:00 A", "taobao-3min", ["等待 30 秒", "180 秒以内做到 1 / 2"]),
        (", ".join(f"10:00:{i:02} C" for i in range(10)), "taobao-3min", ["(共 10 条);没有回复;计入,算未回复", "做到 0 / 1"]),
        ("08:56:00 C, 09:01:00 A", "jd-30s", ["等待 300 秒;不计:不在服务时间内", "计入 0 轮", "做到 0 / 0"]),
        ("10:00:00 C, 10:00:01 R, 10:00:20 A", "house", ["等待 20 秒;计入;自动回复 1 条,不停表;含自动回复是 1 秒,只供参考"]),
        ("23:59:50 C, +00:00:05 A", "house", ["等待 15 秒;计入", "平均 15 秒,最长 15 秒"]),
        ("10:00:00 C, 10:00:05 A, 10:00:09 c", "house", ["不计:客户只说了客套话,不需要回复", "计入 1 轮,未回复 0 轮"]),
    ],
)  # fmt: skip
def test_the_golden_vectors_explained(qa: Qa, tmp_path: Path, session: str, clock: str, lines: list[str]) -> None:
    done = qa("clock", "explain", export(tmp_path, session), "--session", "s1", "--clock", clock)
    assert (done.returncode, done.stderr) == (0, "")
    assert all(line in done.stdout for line in lines), done.stdout
    assert "会话 s1  顾客0001  2026-12-01\n" in done.stdout
    assert "买家a" not in done.stdout


def test_explain_tells_every_segment_and_the_sums_add_up(qa: Qa, tmp_path: Path) -> None:
    log = export(tmp_path, "10:00:00 C, 10:00:05 A, 10:01:00 C, 10:01:40 B, 10:02:00 C, 10:02:20 B, 10:03:00 C")
    told = qa("clock", "explain", log, "--session", "s1").stdout.splitlines()
    assert [line for line in told if line.startswith("第")] == ["第 1 段  客服 甲", "第 2 段  客服 乙"]
    assert [line for line in told if line.startswith("  合计")] == [
        "  合计:2 轮要回复,0 轮未回复;2 轮等待共 45 秒,平均 22.5 秒,最长 40 秒",
        "  合计:2 轮要回复,1 轮未回复;1 轮等待共 20 秒,平均 20 秒,最长 20 秒",
    ]
    assert told[-1] == "整个会话:计入 4 轮,未回复 1 轮;平均 21.666667 秒,最长 40 秒"


def test_a_session_that_the_clock_joins_is_told_as_part_of_the_first(qa: Qa, tmp_path: Path) -> None:
    log = export(tmp_path, "10:00:00 C, 10:00:05 A", "10:05:00 C, 10:06:00 A", customers="aa")
    joined = qa("clock", "explain", log, "--session", "s2", "--clock", "jd-30s").stdout
    assert joined.startswith("会话 s1  ")
    assert "客户在 10 分钟内又来:会话 s2 按这只时钟并入它" in joined
    assert "等待 60 秒;不计:不是首轮,这只时钟只看首轮" in joined
    assert "会话 s2  " in qa("clock", "explain", log, "--session", "s2").stdout


def test_the_end_of_the_export_leaves_a_round_pending(qa: Qa, tmp_path: Path) -> None:
    log = export(tmp_path, "10:00:00 C, 10:00:05 A, 10:10:00 C")
    assert "算未回复" in qa("clock", "explain", log, "--session", "s1").stdout
    done = qa("clock", "explain", log, "--session", "s1", "--export-end", "2026-12-01 10:20")
    assert "待补全" in done.stdout


def test_house_and_jd_take_sides(qa: Qa, tmp_path: Path) -> None:
    log = export(
        tmp_path,
        "10:00:00 C, 10:00:10 A",  # both pass
        "10:00:00 C, 10:00:10 A, 10:01:00 C, 10:02:00 A",  # a later round is slow: house only
        "08:56:00 C, 08:56:05 A",  # began out of hours: jd leaves it out
        "10:00:00 C",  # both fail
    )
    found = compared(qa, log, "--clock", "house", "--clock", "jd-30s")
    figures = by_name(found)
    assert (figures["house"]["passed"], figures["house"]["total"]) == (3, 5)
    assert (figures["jd-30s"]["passed"], figures["jd-30s"]["total"]) == (2, 3)
    assert figures["jd-30s"]["left_out"] == {"not_first": 1, "out_of_hours": 1}
    assert [each["limit_seconds"] for each in found["clocks"]] == [30, 30]
    (changes,) = found["changes"]
    assert (changes["from"], changes["to"], changes["total"]) == ("house", "jd-30s", 2)
    sides = {each["session_id"]: (each["before"], each["after"]) for each in changes["sessions"]}
    assert {
        key: (a["verdict"], a["wait_seconds"], b["verdict"], b["wait_seconds"]) for key, (a, b) in sides.items()
    } == {
        "s2": ("failed", 60, "passed", 10),
        "s3": ("passed", 5, "left_out", None),
    }
    assert sides["s3"][1]["reason"] == "out_of_hours"
    assert sides["s2"][0]["working"].endswith("客服 甲 回复;等待 60 秒;计入")


def test_compare_in_text_is_aligned_and_masked(qa: Qa, tmp_path: Path) -> None:
    log = export(tmp_path, "10:00:00 C, 10:00:10 A, 10:01:00 C, 10:02:00 A", "08:56:00 C, 08:56:05 B")
    done = qa("clock", "compare", log, "--clock", "house", "--clock", "jd-30s")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    head = lines.index("全部") + 1
    assert len({width(line) for line in lines[head : head + 3]}) == 1
    head = lines.index("每位客服(按各只时钟的规则记账)") + 1
    assert len({width(line) for line in lines[head : head + 5]}) == 1
    assert [line.split()[0] for line in lines[head : head + 5]] == ["客服", "乙", "jd-30s", "甲", "jd-30s"]
    assert "house → jd-30s:2 个会话换边" in lines
    assert "    jd-30s  做到(10 秒)  第 1 轮:" in done.stdout
    assert "    house   没做到(60 秒)  第 2 轮:" in done.stdout
    assert "不计(不在服务时间内)" in done.stdout
    assert "买家" not in done.stdout


def test_one_limit_for_all_and_none_at_all(qa: Qa, tmp_path: Path) -> None:
    log = export(tmp_path, "10:00:00 C, 10:00:10 A", "10:00:00 C, 10:00:05 A, 10:00:09 C")
    five = compared(qa, log, "--clock", "house", "--clock", "qiyu", "--within", 5)
    assert [each["overall"]["passed"] for each in five["clocks"]] == [1, 1]
    free = compared(qa, log, "--clock", "house", "--clock", "qiyu")
    assert [each["overall"]["share"] for each in free["clocks"]] == [None, None]
    (changed,) = free["changes"][0]["sessions"]
    assert (changed["before"]["verdict"], changed["before"]["reason"], changed["after"]["verdict"]) == (
        "failed",
        "unanswered",
        "passed",
    )
    assert "没有时限:回复了就算做到" in qa("clock", "compare", log, "--clock", "house", "--clock", "qiyu").stdout


def test_show_limits_what_is_told_not_what_is_counted(qa: Qa, tmp_path: Path) -> None:
    log = export(tmp_path, *["08:56:00 C, 08:56:05 A"] * 4)
    command = ("--clock", "house", "--clock", "jd-30s", "--show")
    for show, told in ((3, 3), (0, 4)):
        (changes,) = compared(qa, log, *command, show)["changes"]
        assert (changes["total"], len(changes["sessions"])) == (4, told)
    assert "4 个会话换边,列出 3 个(--show 0 列出全部)" in qa("clock", "compare", log, *command, 3).stdout


def test_figures_per_agent_sum_to_the_night(qa: Qa) -> None:
    done = qa("clock", "compare", SAMPLES / "table", *(f"--clock={name}" for name in shipped_clocks()), "--json")
    assert done.returncode == 0
    found = json.loads(done.stdout)
    assert [each["name"] for each in found["clocks"]] == list(shipped_clocks())
    for each in found["clocks"]:
        for key in ("rounds", "unanswered", "waits"):
            assert sum(agent[key] for agent in each["agents"]) == each["overall"][key], (each["name"], key)
    assert len(found["changes"]) == len(found["clocks"]) - 1


def test_explain_says_what_run_wrote(qa: Qa, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    assert qa("run", SAMPLES / "table", "--out", tmp_path / "o").returncode == 0
    rows = pq.read_table(tmp_path / "o" / "private" / "rounds.parquet").to_pylist()
    ids = sorted({row["session_id"] for row in rows})[::9]
    for session_id in ids:
        told = qa("clock", "explain", SAMPLES / "table", "--session", session_id).stdout
        mine = [row for row in rows if row["session_id"] == session_id]
        assert told.count("  第 ") == len(mine)
        assert f"计入 {sum(row['counted'] for row in mine)} 轮" in told


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["explain", "{log}", "--session", "s9"], "--session s9: 没有这个会话(共 2 个,如 s1、s2"),
        (["explain", "{log}"], "--session"),
        (["explain", "{log}", "--session", "s1", "--clock", "hause"], "没有时钟 'hause'(是不是 house?可用:house、"),
        (["explain", "{log}", "--session", "s1", "--clock", "{broken}"], "broken.yaml:2:"),
        (["explain", "nosuch.csv", "--session", "s1"], "nosuch.csv"),
        (["explain", "{log}", "--session", "s1", "--export-end", "晚上"], "--export-end 晚上"),
        (["explain", "{log}", "--session", "s1", "--roster", "nosuch.csv"], "nosuch.csv"),
        (["explain", "{unread}", "--session", "s1"], "unread.csv"),
        (["compare", "{log}"], "--clock"),
        (["compare", "{log}", "--clock", "house"], "--clock 至少写两次"),
        (["compare", "{log}", "--clock", "house", "--clock", "house"], "同名"),
        (["compare", "{log}", "--rubric", "{rubric}"], "--clock 至少写两次"),
        (["compare", "{log}", "--rubric", "{rubric}", "--clock", "house"], "同名"),
        (["explain", "{log}", "--session", "s1", "--rubric", "{rubric}", "--clock", "house"], "只写一个"),
        (["explain", "{log}", "--session", "s1", "--rubric", "{broken}"], "broken.yaml:"),
        (["compare", "{log}", "--clock", "house", "--clock", "{broken}"], "broken.yaml:2:"),
        (["compare", "{log}", "--clock", "house", "--clock", "jd-30s", "--within", "0"], "--within"),
        (["compare", "{log}", "--clock", "house", "--clock", "jd-30s", "--tz", "Mars/Base"], "Mars/Base"),
        (["list", "hause"], "没有时钟 'hause'"),
        (["list", "{broken}"], "broken.yaml:2:"),
        (["list", "nosuch.yaml"], "nosuch.yaml"),
    ],
)
def test_what_a_user_can_mend_is_exit_2(qa: Qa, tmp_path: Path, arguments: list[str], words: str) -> None:
    broken, unread = tmp_path / "broken.yaml", tmp_path / "unread.csv"
    broken.write_text("name: x\nstats: human\n", "utf-8")
    unread.write_text(HEAD + "1,昨天晚上,外星人,甲,乙,在吗\n", "utf-8")
    log = export(tmp_path, "10:00:00 C, 10:00:05 A", "10:00:00 C")
    names = {"log": log, "broken": broken, "unread": unread, "rubric": standard_rubric()}
    done = qa("clock", *(argument.format(**names) for argument in arguments))
    assert (done.returncode, "Traceback" in done.stderr, done.stdout) == (2, False, "")
    assert words in done.stderr, done.stderr


def test_rows_that_were_not_understood_are_told_on_stderr(qa: Qa, tmp_path: Path) -> None:
    log = export(tmp_path, "10:00:00 C, 10:00:05 A")
    with log.open("a", encoding="utf-8") as file:
        file.write("s2,2026-12-01 10:00:00,外星人,甲,乙,在吗\n")
    done = qa("clock", "explain", log, "--session", "s1")
    assert (done.returncode, done.stderr) == (0, "注意:读到 3 行,其中 1 行看不懂,没有算在内\n")


def test_hours_of_a_team_go_by_the_roster(qa: Qa, tmp_path: Path) -> None:
    own, roster = tmp_path / "own.yaml", tmp_path / "roster.csv"
    hours = 'staffed: [{from: "09:00", to: "12:00"}]\nteams: {夜班: [{from: "22:00", to: "02:00"}]}\n'
    own.write_text(f"name: own\nextends: house\n{hours}", "utf-8")
    roster.write_text("子账号,花名,班组\n甲,小甲,夜班\n", "utf-8")
    command = ("clock", "explain", export(tmp_path, "23:00:00 C, 23:00:05 A"), "--session", "s1", "--clock", own)
    assert "不计:不在服务时间内" in qa(*command).stdout
    assert "等待 5 秒;计入" in qa(*command, "--roster", roster).stdout


RUBRIC = """
rubric: shop
version: {version}
{head}
clock: {clock}
groups: [{{id: g, title: g, checks: [{{id: greeting, title: 问候, points: 5, says: {{words: 您好}}}}]}}]
"""


def test_the_clock_of_a_rubric_is_that_of_the_version_of_the_session_s_night(qa: Qa, tmp_path: Path) -> None:
    head = 'effective: "2026-12-02"\nearlier: [old.yaml]'
    for name, text in (
        ("old.yaml", RUBRIC.format(version=1, head="", clock="taobao-3min")),
        ("new.yaml", RUBRIC.format(version=2, head=head, clock="jd-30s")),
    ):
        (tmp_path / name).write_text(text, "utf-8")
    log = export(tmp_path, "10:00:00 C, 10:00:40 A", "+10:00:00 C, +10:00:40 A")
    told = [
        qa("clock", "explain", log, "--session", name, "--rubric", tmp_path / "new.yaml").stdout
        for name in ("s1", "s2")
    ]
    assert ["180 秒以内做到 1 / 1" in told[0], "30 秒以内做到 0 / 1" in told[1]] == [True, True]
    found = compared(qa, log, "--rubric", tmp_path / "new.yaml", "--clock", "house")
    assert [each["name"] for each in found["clocks"]] == ["jd-30s", "house"]
