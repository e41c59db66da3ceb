"""The rendered run: what managers and QA leads read, from tables to pages."""

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest

from qa_audit.errors import ResultsError
from qa_audit.report import render
from qa_audit.report.display import width
from qa_audit.results import read_table
from tests.report.synthetic_chat import AGENTS, LONG
from tests.report.synthetic_run import build


def _text(page: Path) -> str:
    """The text of a page without tags, styles and scripts, white space as one space."""
    source = re.sub(r"<(style|script|title)\b.*?</\1>", " ", page.read_text("utf-8"), flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", source)))


def _pages(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.html"))


def _agent(folder: Path, name: str) -> str:
    return next(t for p in (folder / "agents").iterdir() if (t := _text(p)).strip().startswith(f"← 全部客服 {name} "))


def test_every_agent_has_a_page_and_names_stay_inside_the_folder(folder: Path) -> None:
    assert len(list((folder / "agents").iterdir())) == len(AGENTS)
    found = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.suffix in (".html", ".txt")}
    assert all(re.fullmatch(r"(index\.html|summary\.txt|(agents|sessions)/[a-z0-9-]{9,41}\.html)", p) for p in found)


def test_every_link_leads_somewhere(folder: Path) -> None:
    for page in _pages(folder):
        source = page.read_text("utf-8")
        ids = re.findall(r'\bid="([^"]+)"', source)
        assert len(ids) == len(set(ids)), page.name
        for href in re.findall(r'href="([^"]+)"', source):
            if href.startswith("#"):
                assert href[1:] in ids, (page.name, href)
            elif href != "data:,":
                assert (page.parent / href).is_file(), (page.name, href)


def test_hostile_text_is_text(folder: Path) -> None:
    for page in _pages(folder):
        source = page.read_text("utf-8")
        # Only the sortable table has a script; elsewhere the policy allows none at all.
        scripts = int(page.name == "index.html")
        assert source.count("<script") == source.count("</script") == scripts
        assert ("script-src &#39;none&#39;" in source) == (not scripts)
        assert "<img" not in source
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", source)
        assert "49" not in re.findall(r"下一行 (\S+)", source)
        assert "13812345678" not in source
        assert not re.search(r'(?:src|action)="|url\(|@import|https?://', source)
    assert "<script>alert(1)</script>" in _text(folder / "index.html")
    assert LONG in (folder / "index.html").read_text("utf-8")


def test_the_index_accounts_for_every_row(folder: Path) -> None:
    text = _text(folder / "index.html")
    counts = json.loads((folder / "summary.json").read_text("utf-8"))["counts"]
    assert f"读到 {counts['read']} 行 = 消息 {counts['messages']} + 隔离 9 + 重复 3 ✓ 对得上" in text
    assert "不认识这个角色 4 在映射文件的 roles 里写明" in text
    assert "code_of_tomorrow 2" in text
    assert "sentiment_change" in text
    assert "<b>order</b>" in text


def test_rows_that_do_not_add_up_are_an_alarm(tmp_path: Path) -> None:
    run = build(tmp_path / "out", sessions=4)
    run["counts"]["read"] += 1
    render(tmp_path / "out", run)
    assert "对不上，请不要使用这份结果" in _text(tmp_path / "out" / "index.html")
    assert "对不上" in (tmp_path / "out" / "summary.txt").read_text("utf-8")


def test_shares_carry_numerator_and_denominator(folder: Path) -> None:
    agents = read_table(folder / "agents.parquet").to_pylist()
    within, total = (sum(a[k] for a in agents) for k in ("first_within_30s", "first_total"))
    text = _text(folder / "index.html")
    assert f"首次响应 ≤ 30 秒{100 * within / total:.1f}%{within} / {total}" in text


def test_small_samples_are_not_ranked(folder: Path) -> None:
    rows = re.findall(
        r'<tr>\n<th scope="row" data-v="(.*?)".*?</tr>', (folder / "index.html").read_text("utf-8"), re.DOTALL
    )
    body = {r["agent_id"]: r for r in read_table(folder / "agents.parquet").to_pylist()}
    few = [a for a, r in body.items() if a is not None and r["scored_segments"] < 20]
    text = _text(folder / "index.html")
    assert text.count("样本太少") >= len(few)
    assert len(few) >= 6
    assert html.unescape(rows[0]) == "阿木"
    assert body["阿木"]["scored_segments"] >= 20
    assert html.unescape(rows[-1]) == "未分配"


@pytest.mark.parametrize(
    ("name", "warning", "reason"),
    [("untimed", "导出里没有时间", "没有时间"), ("coarse", "时间只精确到分钟：6 秒、30 秒无法判断", "时间只到分钟")],
)
def test_missing_seconds_are_loud_and_never_zero(
    name: str, warning: str, reason: str, request: pytest.FixtureRequest
) -> None:
    out: Path = request.getfixturevalue(name)
    text = _text(out / "index.html")
    assert warning in text
    assert text.index(warning) < text.index("红线待确认")
    assert f"首次响应 ≤ 30 秒—{reason}" in text
    assert f"首次响应 ≤ 6 秒—{reason}" in _agent(out, "阿木")
    summary = json.loads((out / "summary.json").read_text("utf-8"))
    assert summary["first_within_30s"]["share"] is summary["wait_seconds"]["p50"] is None
    assert warning in (out / "summary.txt").read_text("utf-8")


def test_untimed_sessions_name_places(untimed: Path) -> None:
    text = _agent(untimed, "阿木")
    assert "没有时间 · " in text
    assert re.search(r"第 \d+ 条 你说「", text)
    assert not re.search(r"\d\d:\d\d:\d\d", text)


def test_times_are_shown_in_the_zone_of_the_run(tmp_path: Path) -> None:
    run = build(tmp_path / "out", sessions=4, agents=["a"]) | {"tz": "UTC"}
    render(tmp_path / "out", run)
    assert "01:23:03" in "".join(_text(p) for p in (tmp_path / "out" / "sessions").iterdir())
    with pytest.raises(ResultsError, match="时区"):
        render(tmp_path / "out", run | {"tz": "Mars/Base"})


def test_the_agent_reads_fact_quote_reason_and_better_wording(folder: Path) -> None:
    text = _agent(folder, "阿木")
    line = r"【扣6分】反问、质问客户\(扣分编号 K\d{7}\)\s?\d\d:\d\d:\d\d 你说"
    quote = r"「不是跟您说过了吗,48小时内发货,您没看到吗」。建议:「抱歉,我再说明一次」"
    assert re.search(line + quote, text)
    assert "客户说「都等了三天了,太差劲了」之后 2 条内没有安抚或致歉" in text
    assert "【加2分】主动致谢" in text
    assert "没有出现需要这样做的场合" in text  # why something does not apply


def test_what_a_person_must_judge_costs_nothing(folder: Path) -> None:
    text = "".join(_text(p) for p in (folder / "sessions").iterdir())
    assert re.search(r"【提醒·疑似】语气冷淡[^【]+「哦」（不扣分，请人工判断）", text)


def test_evidence_is_marked_at_its_characters(folder: Path) -> None:
    source = "".join(p.read_text("utf-8") for p in (folder / "agents").iterdir())
    assert re.search(r'<mark class="deduct">不是跟您说过了吗</mark><a class="ref" href="#f-(K\d{7})">\1</a>', source)
    assert re.search(r'<mark class="red">加我微信 w\*{8}</mark>', source)  # accounts are masked


def test_red_lines_come_first_and_all_have_a_page(tmp_path: Path) -> None:
    run = build(tmp_path / "out", sessions=60, agents=["甲", "乙"])
    render(tmp_path / "out", run, worst=1)
    parts = read_table(tmp_path / "out" / "segments.parquet").to_pylist()
    red = {p["session_id"] for p in parts if p["red_lines"]}
    pages = "".join(_text(p) for p in (tmp_path / "out" / "sessions").iterdir())
    assert len(red) > 2
    assert all(session in pages for session in red if session.startswith("S"))
    text = _agent(tmp_path / "out", "甲")
    assert "扣分最多的 1 段和全部有待确认红线的段" in text
    shown = re.findall(r"(红线待确认)?[^红]{0,40}\d\d:\d\d · 云栖家纺", text)
    assert shown[0] == "红线待确认"
    assert len(shown) <= len(red) + 1


def test_receipts_add_up(folder: Path) -> None:
    text = "".join(_text(p) for p in (folder / "sessions").iterdir())
    receipts = re.findall(r"100 − ([\d.]+)(?: \+ ([\d.]+))? = ([\d.]+)", text)
    assert receipts
    assert all(100 - float(d) + float(b or 0) == float(s) for d, b, s in receipts)


def test_rendering_twice_gives_the_same_bytes_and_drops_stale_pages(tmp_path: Path) -> None:
    out = tmp_path / "out"
    run = build(out, sessions=30)
    paths = render(out, run)
    first = {p: p.read_bytes() for p in paths}
    (out / "sessions" / "old-page.html").write_text("stale")
    assert {p: p.read_bytes() for p in render(out, run)} == first
    assert not (out / "sessions" / "old-page.html").exists()


def test_the_run_may_come_from_its_manifest(tmp_path: Path) -> None:
    run = build(tmp_path / "out", sessions=3)
    with pytest.raises(ResultsError, match=r"run\.json"):
        render(tmp_path / "out")
    (tmp_path / "out" / "run.json").write_text(json.dumps(run), "utf-8")
    assert render(tmp_path / "out")[0].name == "index.html"


@pytest.mark.parametrize("name", ["segments", "findings", "checks", "agents", "private/messages", "private/rounds"])
def test_a_missing_table_is_named(tmp_path: Path, name: str) -> None:
    run = build(tmp_path / "out", sessions=3)
    (tmp_path / "out" / f"{name}.parquet").unlink()
    with pytest.raises(ResultsError, match=name):
        render(tmp_path / "out", run)


def test_a_bare_manifest_and_an_empty_night_still_render(tmp_path: Path) -> None:
    build(tmp_path / "out", sessions=0, agents=["甲"])
    render(tmp_path / "out", {})
    text = _text(tmp_path / "out" / "index.html")
    assert "没有读取行数的记录" in text
    assert "平均分—没有接待" in text


def test_summary_columns_are_aligned(folder: Path) -> None:
    lines = (folder / "summary.txt").read_text("utf-8").splitlines()
    head = next(i for i, line in enumerate(lines) if line.lstrip().startswith("名次"))
    table = lines[head : head + 1 + len(AGENTS)]
    assert len({width(line) for line in table}) == 1
    assert max(width(line) for line in table) <= 120


def test_unknown_language_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match="xx"):
        render(tmp_path, {}, lang="xx")


def test_summary_json_is_strict(folder: Path) -> None:
    def refuse(value: str) -> Any:
        raise AssertionError(value)

    summary = json.loads((folder / "summary.json").read_text("utf-8"), parse_constant=refuse)
    assert [a["agent_id"] for a in summary["agents"]][-1] is None
    assert len(summary["red_lines"]) == sum(a["red_lines"] for a in summary["agents"])
