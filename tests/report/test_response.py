"""What the pages say about response: the clock, names and teams, any reply beside the scored one, load, open ends."""

import html
import re
from pathlib import Path

from qa_audit.report import render
from qa_audit.results import read_table
from tests.report.synthetic_rounds import PEOPLE
from tests.report.synthetic_run import build


def _text(page: Path) -> str:
    source = re.sub(r"<(style|script|title)\b.*?</\1>", " ", page.read_text("utf-8"), flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", source)))


def _agent(folder: Path, name: str) -> Path:
    return next(p for p in (folder / "agents").iterdir() if f"<h1><bdi>{name}" in p.read_text("utf-8"))


def test_every_shown_segment_has_its_receipt(folder: Path) -> None:
    for page in (folder / "sessions").iterdir():
        source = page.read_text("utf-8")
        assert source.count('<details class="receipt" open>') == source.count('<h2 id="part-')
        assert source.count("合计：") >= 1
        assert "对不上" not in source
    for page in (folder / "agents").iterdir():
        source = page.read_text("utf-8")
        assert source.count('<details class="receipt">') == source.count("<article>")
        assert "对不上" not in source


def test_the_front_page_says_by_which_clock(folder: Path) -> None:
    text = _text(folder / "index.html")
    assert "这些数字按哪只时钟量的：house 从第一条未答的客户消息起,到人工回复止;自动回复不停表" in text
    assert "按内容推断为自动回复的客服消息 12 条：已按自动回复处理，不停表，不算人工回复。" in text
    assert "花名册里没有这些客服账号(30 段会话):阿木、<b>甲</b> 花名册.csv" in text


def test_any_reply_stands_beside_the_scored_first_response(folder: Path) -> None:
    rows = read_table(folder / "segments.parquet").to_pylist()
    known = [r["first_reply_any_seconds"] for r in rows if r["first_reply_any_seconds"] is not None]
    total = len(known) + sum(r["response_reason"] == "unanswered" for r in rows)
    fraction = f"{sum(v <= 30 for v in known)} / {total}"
    assert re.search(rf"含自动回复 [\d.]+%（{fraction}），仅供参考", _text(folder / "index.html"))
    assert "仅供参考" in _text(_agent(folder, "阿木"))


def test_where_no_reply_can_be_known_the_share_says_so(untimed: Path) -> None:
    assert re.search(r"含自动回复 0%（0 / \d+），仅供参考", _text(untimed / "index.html"))  # the unassigned, unanswered
    assert "含自动回复 —（没有能判断的会话），仅供参考" in _text(_agent(untimed, "阿木"))


def test_open_ends_and_out_of_hours_rounds_are_counted_where_there_are_any(folder: Path, tmp_path: Path) -> None:
    rounds = read_table(folder / "private" / "rounds.parquet").to_pylist()
    for page, mine in (
        (folder / "index.html", rounds),
        (_agent(folder, "阿木"), [r for r in rounds if r["agent_id"] == "阿木"]),
    ):
        closed, open_ = (sum(r["reason"] == reason for r in mine) for reason in ("out_of_hours", "pending"))
        assert closed
        assert open_
        text = _text(page)
        assert f"服务时间外的轮次 {closed} ，不计入响应；待补全的轮次 {open_} ：导出到此为止" in text
    render(tmp_path / "out", build(tmp_path / "out", sessions=1, agents=["甲"]))
    assert "服务时间外" not in _text(tmp_path / "out" / "index.html")
    assert "待补全" not in _text(tmp_path / "out" / "index.html")


def test_load_stands_beside_speed(folder: Path) -> None:
    rows = [r for r in read_table(folder / "segments.parquet").to_pylist() if r["agent_id"] == "阿木"]
    mean = sum(r["open_sessions_mean"] for r in rows) / len(rows)
    most = max(r["open_sessions_max"] for r in rows)
    shown = re.search(r"同时接待（另有） ([\d.]+) 平均；最多 (\d+) 个", _text(_agent(folder, "阿木")))
    assert shown is not None
    assert (float(shown[1]), int(shown[2])) == (round(mean, 2), most)


def test_names_and_teams_of_a_roster(folder: Path) -> None:
    index = _text(folder / "index.html")
    assert "客服 班组 名次" in index
    assert re.search(r"糖糖\(小棠\) 夜班一组 ", index)
    page = _text(_agent(folder, "糖糖(小棠)"))
    assert "夜班一组 · 标准接待质检" in page
    assert "<title>糖糖(小棠) · 客服质检" in _agent(folder, "糖糖(小棠)").read_text("utf-8")
    said = [p for p in (folder / "sessions").iterdir() if "糖糖(小棠)" in _text(p)]
    assert said
    for path in said:
        assert '<bdi class="name">糖糖(小棠)</bdi>' in path.read_text("utf-8")  # in the transcript
        assert "夜班一组 · 100 − " in _text(path)
    assert "阿木(" not in index  # not in the roster: the account alone
    hostile = (folder / "index.html").read_text("utf-8")
    assert "</script><b>花名" not in hostile
    assert "&lt;/script&gt;&lt;b&gt;花名‹U+202E›(con)" in hostile


def test_without_teams_there_is_no_column_for_them(tmp_path: Path) -> None:
    assert "甲" not in PEOPLE
    render(tmp_path / "out", build(tmp_path / "out", sessions=2, agents=["甲"]))
    assert "班组" not in _text(tmp_path / "out" / "index.html")
