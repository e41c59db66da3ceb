"""Which segments and agents another rubric moves, on exports of a few lines."""

from pathlib import Path

import pytest

from qa_audit import pipeline
from qa_audit.authoring.diff_text import as_text
from qa_audit.authoring.rejudging import rejudged
from qa_audit.authoring.rule_changes import rule_changes
from qa_audit.authoring.score_changes import ScoreChanges, score_changes
from qa_audit.ingest import IngestOptions, ingest
from qa_audit.report.display import width
from qa_audit.results import read_table
from qa_audit.rubric.load import LoadedRubric, load_rubric
from qa_audit.shipped import standard_rubric
from tests.accept import SAMPLES

TZ = "Asia/Shanghai"
OLD = """\
rubric: r
version: 1
grades: {优: 95, 良: 90, 差: 0}
groups:
  - id: g
    title: 组
    checks:
      - {id: rude, title: 反问, points: 20, deduct: 5, never: {words: [说过了]}}
      - {id: greet, title: 问好, points: 5, bonus: 2, says: {words: [您好]}}
"""
CHATS = {
    "s1": ["客户 在吗", "甲 您好,不是说过了吗,13800138000"],  # 95 + 2: rude
    "s2": ["客户 在吗", "乙 您好"],  # 100
    "s3": ["客户 在吗", "乙 自己看"],  # 95
    "s4": ["客户 在吗", "甲 您好", "客户 骗子", "甲 说过了", "甲 说过了"],
}


def export(folder: Path, chats: dict[str, list[str]] = CHATS) -> Path:
    lines = ["会话ID,发送时间,角色,客服,买家,内容\n"]
    for name, chat in chats.items():
        agent = next((line.split()[0] for line in chat if not line.startswith("客户")), "甲")
        for i, line in enumerate(chat):
            who, text = line.split(maxsplit=1)
            role = "客户" if who == "客户" else "客服"
            held = agent if who == "客户" else who
            lines.append(f'{name},2026-12-01 10:00:{i * 4:02},{role},{held},买家{name},"{text}"\n')
    path = folder / "night.csv"
    path.write_text("".join(lines), "utf-8")
    return path


def rubric(folder: Path, text: str) -> LoadedRubric:
    path = folder / f"r{len(list(folder.iterdir()))}.yaml"
    path.write_text(text, "utf-8")
    return load_rubric(path)


def effect(
    folder: Path, new: str, old: str = OLD, most: int | None = 20, chats: dict[str, list[str]] = CHATS
) -> ScoreChanges:
    read = ingest([str(export(folder, chats))], IngestOptions())
    with rejudged(read, [rubric(folder, old), rubric(folder, new)], TZ) as (before, after):
        return score_changes(before, after, TZ, most)


def test_the_same_rubric_moves_nothing(tmp_path: Path) -> None:
    found = effect(tmp_path, OLD)
    assert (found.total, found.moved, found.agents, found.checks, found.segments) == (4, 0, (), (), ())
    assert found.mean_before == found.mean_after == pytest.approx((97 + 100 + 95 + 92) / 4)


def test_who_moves_by_how_much_and_by_which_words(tmp_path: Path) -> None:
    found = effect(tmp_path, OLD.replace("deduct: 5", "deduct: 8"))
    assert (found.moved, found.higher, found.lower, found.only_before, found.only_after) == (2, 0, 2, 0, 0)
    assert [(each.session_id, each.agent) for each in found.segments] == [("s4", "甲"), ("s1", "甲")]
    first = found.segments[0]
    assert first.before is not None
    assert first.after is not None
    assert (first.before.score, first.before.grade, first.after.score, first.after.grade) == (92, "良", 86, "差")
    (check,) = first.checks
    assert (check.check, check.before and check.before.deducted, check.after and check.after.deducted) == (
        "rude",
        10,
        16,
    )
    assert check.quotes == ("10:00:12 客服说「【说过了】」", "10:00:16 客服说「【说过了】」")
    (agent,) = found.agents
    assert (agent.agent, agent.segments, agent.moved, agent.mean_before, agent.mean_after) == ("甲", 2, 2, 94.5, 90)
    assert found.grades == (("优", "优", 2), ("优", "良", 1), ("良", "差", 1))
    (total,) = found.checks
    assert (total.check, total.against_before, total.against_after, total.deducted_before, total.deducted_after) == ("rude", 2, 2, 15, 24)  # fmt: skip


def test_quotes_are_masked(tmp_path: Path) -> None:
    found = effect(tmp_path, OLD.replace("deduct: 5", "deduct: 8"))
    (quote,) = found.segments[1].checks[0].quotes
    assert quote == "10:00:04 客服说「您好,不是【说过了】吗,138****8000」"
    assert all("买家" not in each.customer for each in found.segments)


@pytest.mark.parametrize(
    ("new", "moved"),
    [
        # a new check, one that is gone, one switched off, a red line, a bonus, a grade, no score any more
        (OLD + "      - {id: new, title: 新, points: 5, says: {words: [再见]}}\n", {"s1", "s2", "s3", "s4"}),
        (OLD.replace("      - {id: rude", "      - {id: rude2"), set()),
        (OLD.replace("points: 20,", "points: 20, off: true,"), {"s1", "s4"}),
        (OLD.replace("points: 20,", "points: 20, red_line: {cap: 0},"), {"s1", "s4"}),
        (OLD.replace("bonus: 2", "bonus: 1"), {"s1", "s4"}),
        (OLD.replace("优: 95", "优: 96"), {"s3"}),
        (OLD.replace("version: 1", "min_applicable: 30"), {"s1", "s2", "s3", "s4"}),
        (OLD.replace("[说过了]", "[说过了, 自己看]"), {"s3"}),
    ],
)
def test_what_counts_as_moved(tmp_path: Path, new: str, moved: set[str]) -> None:
    assert {each.session_id for each in effect(tmp_path, new).segments} == moved


def test_red_lines_come_first_and_ties_by_id(tmp_path: Path) -> None:
    new = (
        OLD.replace("[您好]", "[您好呀]")
        + "      - {id: red, title: 红, red_line: {cap: 0}, never: {words: [自己看]}}\n"
    )
    assert [each.session_id for each in effect(tmp_path, new).segments] == ["s3", "s1", "s4", "s2"]


def test_only_so_many_are_told(tmp_path: Path) -> None:
    found = effect(tmp_path, OLD.replace("bonus: 2", "bonus: 1").replace("deduct: 5", "deduct: 6"), most=1)
    assert (found.moved, [each.session_id for each in found.segments]) == (2, ["s4"])


def test_a_clock_that_joins_sessions_leaves_segments_of_one_side(tmp_path: Path) -> None:
    chats = {"s1": ["客户 在吗", "甲 您好"], "s2": ["客户 在吗", "甲 说过了"]}
    path = tmp_path / "night.csv"
    joined = OLD.replace("version: 1", "clock: jd-30s")
    read = ingest([str(export(tmp_path, chats))], IngestOptions())
    text = path.read_text("utf-8").replace("买家s2", "买家s1").replace("s2,2026-12-01 10:00", "s2,2026-12-01 10:05")
    path.write_text(text, "utf-8")
    read = ingest([str(path)], IngestOptions())
    with rejudged(read, [rubric(tmp_path, OLD), rubric(tmp_path, joined)], TZ) as (before, after):
        found = score_changes(before, after, TZ)
    assert (found.total, found.only_before, found.only_after) == (2, 1, 0)
    assert ("s2", None) in [(each.session_id, each.after) for each in found.segments]


def test_dates_do_not_matter_here(tmp_path: Path) -> None:
    old = rubric(tmp_path, OLD)
    new = OLD.replace("version: 1", f"version: 2\neffective: '2030-01-01'\nearlier: {Path(old.source.file).name}")
    found = effect(tmp_path, new.replace("deduct: 5", "deduct: 8"))
    assert found.moved == 2


def test_it_says_what_a_run_says(tmp_path: Path) -> None:
    new = rubric(tmp_path, OLD.replace("deduct: 5", "deduct: 8"))
    log = export(tmp_path)
    with rejudged(ingest([str(log)], IngestOptions()), [new], TZ) as (found,):
        judged = found.segments.to_pylist(), found.findings.to_pylist()
    options = pipeline.Options(IngestOptions(), Path(new.source.file), tmp_path / "out")
    pipeline.run([str(log)], options)
    assert judged == tuple(
        read_table(tmp_path / "out" / f"{name}.parquet").to_pylist() for name in ("segments", "findings")
    )


def test_the_samples_in_words_are_aligned(tmp_path: Path) -> None:
    standard = load_rubric()
    text = standard_rubric().read_text("utf-8")
    new = rubric(
        tmp_path, text.replace("{at_most: 60, deduct: 5, label: 偏慢}", "{at_most: 60, deduct: 7, label: 偏慢}")
    )
    read = ingest([str(SAMPLES / "table")], IngestOptions())
    with rejudged(read, [standard, new], TZ) as (before, after):
        found = score_changes(before, after, TZ, 3)
    lines = list(as_text(standard, new, rule_changes(standard, new), found))
    assert "规则:加 0 项,去 0 项,改 1 项,没变" in "\n".join(lines)
    head = next(i for i, line in enumerate(lines) if line.split()[:2] == ["客服", "段数"])
    assert len({width(line) for line in lines[head : head + 1 + len(found.agents)]}) == 1
    assert "(列出 3 段,--most 0 列出全部)" in "\n".join(lines)
    changes = [abs((s.after.score or 0) - (s.before.score or 0)) for s in found.segments if s.after and s.before]
    assert changes == sorted(changes, reverse=True)
