"""Each session is judged by the version of the rubric in force on its night, whatever else the run holds."""

import hashlib
import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from qa_audit import pipeline
from qa_audit.ingest import IngestOptions, slicing
from qa_audit.pipeline import Options, ingest_only, report_only, run, score_only
from qa_audit.rubric.load import load_rubric
from qa_audit.slices import cutting

RUBRIC = """
rubric: shop
title: 本店质检
version: {version}
{head}
clock: {clock}
grades: {{好: {good}, 差: 0}}
groups:
  - id: manners
    title: 用语
    checks:
      - {{id: greeting, title: 问候, points: {points}, says: {{words: 您好, first: 1}}}}
      - {{id: rude, title: 质问, points: 20, deduct: {deduct}, never: {{words: [{rude}]}}}}
{more}
"""
LATER = (
    "      - {id: apology, title: 致歉, points: 3, says: {words: 抱歉}, when: {says: {words: 坏了, role: customer}}}"
)
CLOCKS = {"early": "23:00", "late": "09:00"}  # staffed from then on
HEADER = "会话ID,发送时间,角色,客服,买家,店铺,内容\n"


def rubric(folder: Path, version: int, head: str = "", **said: Any) -> Path:
    """Write a version of the rubric with a clock of its own in the same folder."""
    given = {"points": 5, "deduct": 4, "rude": "自己看", "good": 90, "clock": "house", "more": ""} | said
    path = folder / f"v{version}.yaml"
    path.write_text(RUBRIC.format(version=version, head=head, **given), "utf-8")
    return path


def two(folder: Path, begins: str = "2026-12-02", **said: Any) -> Path:
    """Write version 1, and version 2 from a day on: stricter, with a check more."""
    rubric(folder, 1)
    head = f'effective: "{begins}"\nearlier: [v1.yaml]'
    return rubric(folder, 2, head, **{"points": 10, "deduct": 6, "good": 95, "more": LATER} | said)


def session(name: str, *lines: str, day: str = "2026-12-01", shop: str = "") -> str:
    """Write "10:00:05 A 您好" as a row; +00:01:00 is on the next day."""
    rows = []
    for line in lines:
        at, who, text = line.split(" ", 2)
        on = day if at[0] != "+" else f"{day[:-2]}{int(day[-2:]) + 1:02}"
        role = {"C": "客户", "A": "客服", "B": "客服"}[who]
        rows.append(f"{name},{on} {at.lstrip('+')},{role},{'乙' if who == 'B' else '甲'},买家{name},{shop},{text}\n")
    return "".join(rows)


def log(folder: Path, *sessions: str) -> Path:
    path = folder / "log.csv"
    path.write_text(HEADER + "".join(sessions), "utf-8")
    return path


def nights(folder: Path, each: int = 6) -> Path:
    """Write as many sessions on either side of the second of December; every other agent is rude."""
    said = ("您好", "自己看")
    return log(
        folder,
        *(
            session(f"{day}-{i}", "10:00:00 C 东西坏了", f"10:00:{5 + i:02} A {said[i % 2]}", day=f"2026-12-0{day}")
            for i in range(each)
            for day in (1, 2)
        ),
    )


def audit(source: Path, rules: Path, out: Path, jobs: int = 1, **read: Any) -> dict[str, Any]:
    return run([str(source)], Options(IngestOptions(**read), rules, out, jobs))[1]


def fingerprint(out: Path) -> dict[str, str]:
    files = sorted(path for path in out.rglob("*") if path.is_file())
    return {str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def rows(out: Path, table: str) -> list[dict[str, Any]]:
    return pq.read_table(out / f"{table}.parquet").to_pylist()


def versions(out: Path) -> dict[str, int]:
    return {row["session_id"]: row["rubric_version"] for row in rows(out, "segments")}


def notices(manifest: dict[str, Any]) -> dict[str, str]:
    return {each["code"]: each["text"] for each in manifest["notices"]}


def test_points_and_checks_are_those_of_the_night(tmp_path: Path) -> None:
    manifest = audit(nights(tmp_path), two(tmp_path), tmp_path / "out")
    out = tmp_path / "out"
    assert versions(out) == {f"{day}-{i}": day for day in (1, 2) for i in range(6)}
    assert {(r["session_id"][0], r["score"], r["grade"]) for r in rows(out, "segments")} == {
        ("1", 100.0, "好"), ("1", 91.0, "好"), ("2", 97.0, "好"), ("2", 81.0, "差"),
    }  # fmt: skip
    found = {(r["session_id"], r["check"]): (r["points"], r["deducted"]) for r in rows(out, "findings")}
    assert [found["1-1", "greeting"], found["1-1", "rude"]] == [(5.0, 5.0), (20.0, 4.0)]
    assert [found["2-1", "greeting"], found["2-1", "rude"]] == [(10.0, 10.0), (20.0, 6.0)]
    assert {check for id_, check in found if id_[0] == "1"} == {"greeting", "rude"}
    assert {check for id_, check in found if id_[0] == "2"} == {"greeting", "rude", "apology"}
    assert [(r["check"], r["rubric_version"], r["points"]) for r in rows(out, "checks")] == [
        ("greeting", 2, 10.0), ("rude", 2, 20.0), ("apology", 2, 3.0), ("greeting", 1, 5.0), ("rude", 1, 20.0),
    ]  # fmt: skip
    told = manifest["rubric"]
    assert (told["name"], told["version"], told["hash"]) == ("shop", 2, load_rubric(tmp_path / "v2.yaml").hash)
    assert [(v["version"], v["effective"], v["sessions"]) for v in told["versions"]] == [
        (2, "2026-12-02", 6),
        (1, None, 6),
    ]
    assert len({v["hash"] for v in told["versions"]}) == 2
    assert not {"before_effective", "undated_sessions", "same_version"} & notices(manifest).keys()


def test_versions_that_share_a_pack_and_override_its_points(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text(
        "pack: manners\ngroups: [{id: g, title: 用语, checks: [{id: greeting, title: 问候, points: 5, says: {words: 您好}}]}]\n",
        "utf-8",
    )
    head = "rubric: shop\ninclude: [pack.yaml]\nversion: {}\n"
    (tmp_path / "v1.yaml").write_text(head.format(1), "utf-8")
    (tmp_path / "v2.yaml").write_text(
        head.format(2) + 'effective: "2026-12-02"\nearlier: [v1.yaml]\noverride: {greeting: {points: 8}}\n', "utf-8"
    )
    manifest = audit(nights(tmp_path), tmp_path / "v2.yaml", tmp_path / "out")
    lost = {(row["session_id"][0], row["deducted"]) for row in rows(tmp_path / "out", "segments")}
    assert lost == {("1", 0.0), ("1", 5.0), ("2", 0.0), ("2", 8.0)}
    assert "same_version" not in notices(manifest)


def test_an_agent_s_figures_are_sums_over_the_versions(tmp_path: Path) -> None:
    audit(nights(tmp_path), two(tmp_path), tmp_path / "out")
    (agent,) = rows(tmp_path / "out", "agents")
    checks = {check["check"]: (check["applicable"], check["passed"], check["deducted"]) for check in agent["checks"]}
    assert checks == {"greeting": (12, 6, 45.0), "rude": (12, 6, 30.0), "apology": (6, 0, 18.0)}


def test_rows_lie_in_the_order_of_sessions_not_of_versions(tmp_path: Path) -> None:
    audit(nights(tmp_path), two(tmp_path), tmp_path / "out")
    order = {name: [row["session_id"] for row in rows(tmp_path / "out", name)] for name in ("segments", "findings")}
    ids = list(dict.fromkeys(row["session_id"] for row in rows(tmp_path / "out", "private/messages")))
    assert order["segments"] == ids
    assert list(dict.fromkeys(order["findings"])) == ids
    rounds = [row["session_id"] for row in rows(tmp_path / "out", "private/rounds")]
    assert rounds == [id_ for id_ in ids if id_ in set(rounds)]


def test_slices_and_steps_change_no_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, rules = nights(tmp_path, 9), two(tmp_path)
    audit(source, rules, tmp_path / "once")
    options = Options(IngestOptions(), rules, tmp_path / "steps")
    ingest_only([str(source)], options)
    score_only(tmp_path / "steps", options)
    report_only(tmp_path / "steps")
    monkeypatch.setattr(cutting, "MESSAGES_PER_SLICE", 7)
    monkeypatch.setattr(slicing, "MESSAGES_PER_SLICE", 7)
    audit(source, rules, tmp_path / "cut")
    once = fingerprint(tmp_path / "once")
    assert fingerprint(tmp_path / "cut") == once
    assert fingerprint(tmp_path / "steps") == once


@pytest.mark.parametrize(
    ("lines", "tz", "version"),
    [
        (["23:59:59 C 在吗", "+00:00:01 A 您好"], "Asia/Shanghai", 1),
        (["+00:00:00 C 在吗", "+00:00:01 A 您好"], "Asia/Shanghai", 2),
        (["23:59:59 C 在吗", "+09:00:00 C 还在吗", "+09:00:09 B 您好", "+23:00:00 B 在的"], "Asia/Shanghai", 1),
        (["15:59:59+00:00 C 在吗", "16:00:09+00:00 A 您好"], "Asia/Shanghai", 1),
        (["16:00:00+00:00 C 在吗", "16:00:09+00:00 A 您好"], "Asia/Shanghai", 2),
        (["16:00:00+00:00 C 在吗", "16:00:09+00:00 A 您好"], "UTC", 1),
        (["+00:30:00+09:00 C 在吗", "+00:30:09+09:00 A 您好"], "Asia/Shanghai", 1),
    ],
)
def test_the_night_is_the_local_date_on_which_the_session_began(
    tmp_path: Path, lines: list[str], tz: str, version: int
) -> None:
    audit(log(tmp_path, session("s", *lines)), two(tmp_path), tmp_path / "out", tz=tz)
    found = rows(tmp_path / "out", "segments")
    assert {row["rubric_version"] for row in found} == {version}
    assert {row["night"] for row in found} == {date(2026, 12, version)}


def test_each_version_brings_its_clock(tmp_path: Path) -> None:
    for name, opens in CLOCKS.items():
        (tmp_path / f"{name}.yaml").write_text(
            f'name: {name}\nextends: house\nstaffed: [{{from: "{opens}", to: "23:59"}}]\n', "utf-8"
        )
    rubric(tmp_path, 1, clock="early.yaml")
    rules = rubric(tmp_path, 2, 'effective: "2026-12-02"\nearlier: [v1.yaml]', clock="late.yaml")
    manifest = audit(nights(tmp_path, 2), rules, tmp_path / "out")
    waits = {(row["session_id"][0], row["reason"], row["counted"]) for row in rows(tmp_path / "out", "private/rounds")}
    assert waits == {("1", "out_of_hours", False), ("2", None, True)}
    assert {(r["session_id"][0], r["out_of_hours_rounds"]) for r in rows(tmp_path / "out", "segments")} == {
        ("1", 1),
        ("2", 0),
    }
    assert manifest["clock"]["name"] == "late"
    assert [version["clock"]["name"] for version in manifest["rubric"]["versions"]] == ["late", "early"]
    page = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert "计时口径 late、early" in page
    assert all(version["clock"]["definition"] in page for version in manifest["rubric"]["versions"])
    options = Options(IngestOptions(), rules, tmp_path / "out", clock="house")
    _, again = score_only(tmp_path / "out", options)
    assert [version["clock"]["name"] for version in again["rubric"]["versions"]] == ["house", "house"]


def test_who_comes_back_continues_the_session_by_the_clock_of_its_night(tmp_path: Path) -> None:
    joined = [("1", "23:00:00", "23:20:00"), ("2", "10:00:00", "10:20:00"), ("3", "23:55:00", "+00:05:00")]
    lines = [
        session(f"{n}{part}", f"{at} C 在吗", f"{at[:-2]}05 A 您好", day=f"2026-12-0{2 if n == '2' else 1}").replace(
            f"买家{n}{part}", f"买家{n}"
        )
        for n, *parts in joined
        for part, at in zip("ab", parts, strict=True)
    ]
    (tmp_path / "back.yaml").write_text("name: back\nextends: house\nsame_session_minutes: 30\n", "utf-8")
    rubric(tmp_path, 1, clock="back.yaml")
    rules = rubric(tmp_path, 2, 'effective: "2026-12-02"\nearlier: [v1.yaml]')
    manifest = audit(log(tmp_path, *lines), rules, tmp_path / "out")
    assert versions(tmp_path / "out") == {"1a": 1, "2a": 2, "2b": 2, "3a": 1}
    assert notices(manifest)["continued_sessions"].startswith("2 个会话是客户在 30 分钟内又来,按时钟 back ")


def test_pages_show_the_check_of_the_session_s_version(tmp_path: Path) -> None:
    audit(nights(tmp_path), two(tmp_path), tmp_path / "out")
    index, summary = ((tmp_path / "out" / name).read_text("utf-8") for name in ("index.html", "summary.txt"))
    shares = "第 2 版（2026-12-02 起）评了 6 个会话，第 1 版评了 6 个会话"
    assert shares in index
    assert f"评分表：{shares}\n" in summary
    assert "本店质检（第 2 版、第 1 版）" in index
    assert "好 <b>9</b>" in index  # the versions draw the line at 90 and at 95
    assert "<small>第 1 版最多扣 5 分</small>" in index
    assert "<small>只在第 2 版</small>" in index
    pages = [path.read_text("utf-8") for path in (tmp_path / "out" / "sessions").glob("*.html")]
    for day, points in (("1", 5), ("2", 10)):
        (page,) = (page for page in pages if f"会话 <bdi>{day}-1</bdi>" in page)
        assert f"本店质检（第 {day} 版）" in page
        assert f"没有则扣 {points} 分" in page
        assert f"没有则扣 {15 - points} 分" not in page
    (agent,) = (path.read_text("utf-8") for path in (tmp_path / "out" / "agents").glob("*.html"))
    assert agent.count("评分表第 1 版") == agent.count("评分表第 2 版") - 3 == 3
    told = json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))
    assert [(v["version"], v["sessions"]) for v in told["rubric"]["versions"]] == [(2, 6), (1, 6)]


def test_the_receipt_follows_the_scoring_of_the_version(tmp_path: Path) -> None:
    rules = two(tmp_path)
    rules.write_text(rules.read_text("utf-8").replace("grades:", "scoring: ratio\ngrades:"), "utf-8")
    audit(nights(tmp_path, 2), rules, tmp_path / "out")
    pages = "".join(path.read_text("utf-8") for path in (tmp_path / "out" / "sessions").glob("*.html"))
    assert "100 − 9 = 91" in pages
    assert "适用 33 分，扣 19，得 42.42" in pages


def test_versions_not_in_use_change_no_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new, old = load_rubric(two(tmp_path, "2026-12-01")), load_rubric(tmp_path / "v1.yaml")
    source = nights(tmp_path)
    for name, earlier in (("alone", ()), ("with", (old,))):
        loaded = replace(new, earlier=earlier)
        monkeypatch.setattr(pipeline, "load_rubric", lambda _, found=loaded: found)
        manifest = audit(source, tmp_path / "v2.yaml", tmp_path / name)
        assert [(v["version"], v["sessions"]) for v in manifest["rubric"]["versions"]] == [(2, 12)]
    assert fingerprint(tmp_path / "alone") == fingerprint(tmp_path / "with")
    assert "每个会话按" not in (tmp_path / "alone" / "index.html").read_text("utf-8")


def test_notices(tmp_path: Path) -> None:
    source = nights(tmp_path, 2)
    early = audit(source, rubric(tmp_path, 7, 'effective: "2026-12-02"'), tmp_path / "early")
    assert notices(early)["before_effective"].startswith(
        "2 个会话早于评分表生效的日子(2026-12-02),按最早的一版(第 7 版)评"
    )
    assert notices(early)["before_effective"] in (tmp_path / "early" / "index.html").read_text("utf-8")
    rubric(tmp_path, 1, 'effective: "2026-11-01"')
    same = audit(source, rubric(tmp_path, 2, 'effective: "2026-12-02"\nearlier: [v1.yaml]'), tmp_path / "same")
    assert {"same_version"} == {"same_version", "before_effective"} & notices(same).keys()
    assert notices(same)["same_version"].startswith("评分表第 2 版和第 1 版评的完全一样")
    rubric(tmp_path, 1, rude="你自己看")
    other = audit(source, tmp_path / "v2.yaml", tmp_path / "same")
    assert "same_version" not in notices(other)
    again = score_only(tmp_path / "early", Options(IngestOptions(), tmp_path / "v1.yaml"))[1]
    assert "before_effective" not in notices(again)


def test_sessions_without_a_date_belong_to_the_oldest_version_and_it_is_said(tmp_path: Path) -> None:
    source = tmp_path / "undated.csv"
    source.write_text("会话ID,角色,客服,内容\n1,客户,甲,在吗\n1,客服,甲,自己看\n", "utf-8")
    manifest = audit(source, two(tmp_path), tmp_path / "out")
    assert versions(tmp_path / "out") == {"1": 1}
    assert notices(manifest)["undated_sessions"].startswith("1 个会话没有日期")
    assert "undated_sessions" not in notices(audit(source, tmp_path / "v1.yaml", tmp_path / "one"))
