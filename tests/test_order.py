"""The same messages with the same ids and places come out whatever the order, the names and the grouping of files."""

import random
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa_audit.ingest import Ingested, ingest

ROWS = 24
SAME = ["session_id", "message_id", "position", "sent_at", "role", "agent_id", "customer_id", "kind", "text"]


def read(folder: Path, head: str, files: list[list[str]], names: list[str] | None = None) -> Ingested:
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for i, rows in enumerate(files):
        (folder / f"{names[i] if names else i}.csv").write_text("\n".join([head, *rows]) + "\n", "utf-8")
    found = ingest([str(folder)])
    assert found.read == sum(map(len, files)) == found.messages.num_rows + found.duplicates + found.quarantine.num_rows
    return found


def same(a: Ingested, b: Ingested) -> bool:
    return bool(a.messages.select(SAME).equals(b.messages.select(SAME)))


def chats(ids: bool, sequence: bool, sessions: bool, draw: random.Random) -> tuple[str, list[str]]:
    """Sessions that run side by side; clocks that jump back by seconds, messages of one second, equal words."""
    head = (
        ["会话ID"] * sessions
        + ["消息ID"] * ids
        + ["序号"] * sequence
        + ["发送时间", "角色", "客服账号", "客户ID", "内容"]
    )
    rows = []
    for i in range(ROWS):
        customer, second = i % 3, 2 * i + draw.choice([-3, 0, 0, 1])
        at = f"2026-12-01 10:{(second + 60) // 60:02}:{second % 60:02}"
        role = draw.choice(["客户", "客服"])
        cells = [f"s{customer}"] * sessions + [f"m{i}"] * ids + [str(i)] * sequence
        rows.append(",".join([*cells, at, role, "小棠", f"c{customer}", f"第{i}句"]))
    return ",".join(head), rows


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 10**6), ids=st.booleans(), sequence=st.booleans(), sessions=st.booleans(),
    cuts=st.lists(st.tuples(st.integers(0, ROWS), st.integers(0, ROWS)), max_size=5),
)  # fmt: skip
def test_any_cut_any_overlap_any_names(
    tmp_path: Path, seed: int, ids: bool, sequence: bool, sessions: bool, cuts: list[tuple[int, int]]
) -> None:
    draw = random.Random(seed)
    head, rows = chats(ids, sequence, sessions, draw)
    whole = read(tmp_path / "whole", head, [rows])
    spans = [(min(cut), max(cut)) for cut in cuts if cut[0] != cut[1]]
    edges = sorted({0, ROWS, *draw.sample(range(ROWS + 1), 3)})
    files = [rows[a:b] for a, b in [*pairwise(edges), *spans]]
    names = draw.sample([*"abcdefgh", "导出", "导出(1)", "导出(2)"], len(files))
    assert same(read(tmp_path / "cut", head, files, names), whole)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), ids=st.booleans(), parts=st.integers(1, 4))
def test_rows_in_any_order_in_any_files_with_a_sequence(tmp_path: Path, seed: int, ids: bool, parts: int) -> None:
    draw = random.Random(seed)
    head, rows = chats(ids, True, True, draw)
    whole = read(tmp_path / "whole", head, [rows])
    mixed = draw.sample(rows, len(rows))
    files = [mixed[part::parts] + draw.sample(rows, draw.randrange(9)) * (parts > 1) for part in range(parts)]
    files = [list(dict.fromkeys(file)) for file in files]
    assert same(read(tmp_path / "mixed", head, files), whole)


HEAD = "会话ID,发送时间,角色,客服账号,客户ID,内容"


def said(second: int, text: str, role: str = "客户", session: str = "s") -> str:
    return f"{session},2026-12-01 10:00:{second:02},{role},小棠,c,{text}"


@pytest.mark.parametrize("names", [["a", "b"], ["b", "a"], ["导出", "导出(1)"], ["导出(1)", "导出"]])
def test_an_export_cut_within_a_second(tmp_path: Path, names: list[str]) -> None:
    rows = [said(1, "在吗"), said(5, "这款"), said(5, "有货吗"), said(5, "有的", "客服"), said(9, "好")]
    for cut in range(1, 5):
        found = read(tmp_path / "x", HEAD, [rows[:cut], rows[cut:]], names)
        assert found.messages["text"].to_pylist() == ["在吗", "这款", "有货吗", "有的", "好"]


def test_equal_rows_count_by_the_file_that_has_most(tmp_path: Path) -> None:
    twice = [said(1, "在吗"), said(1, "在吗")]
    for files, count in (
        ([twice], 2),
        ([twice, twice], 2),
        ([twice, twice[:1]], 2),
        ([twice[:1], [*twice, said(2, "?")]], 3),
    ):
        assert read(tmp_path / "x", HEAD, files).messages.num_rows == count


def test_ids_stay_when_a_later_export_has_more(tmp_path: Path) -> None:
    rows = [said(3 * i, f"第{i}句", session=f"s{i % 2}") for i in range(12)]
    early = read(tmp_path / "early", HEAD, [rows[:7]]).messages
    late = read(tmp_path / "late", HEAD, [rows[5:], rows[:6]]).messages
    ids = dict(zip(late["text"].to_pylist(), late["message_id"].to_pylist(), strict=True))
    assert [ids[text] for text in early["text"].to_pylist()] == early["message_id"].to_pylist()
    assert set(early["session_id"].to_pylist()) == set(late["session_id"].to_pylist())


@pytest.mark.parametrize("cut", range(1, 6))
def test_who_holds_a_customer_does_not_hang_on_where_the_export_was_cut(tmp_path: Path, cut: int) -> None:
    head = "发送时间,角色,客服账号,客户ID,内容"
    agents = ["小棠", "小棠", "", "小米", "小棠", "小米"]
    rows = [f"2026-12-01 10:00:0{i},{('客户', '客服')[i % 2]},{agent},c,第{i}句" for i, agent in enumerate(agents)]
    assert same(read(tmp_path / "cut", head, [rows[:cut], rows[cut:]]), read(tmp_path / "whole", head, [rows]))


def test_a_clock_that_runs_backwards_orders_by_time_and_is_the_same_anywhere(tmp_path: Path) -> None:
    rows = [said(9, "三"), said(1, "一"), said(5, "二", "客服"), said(59, "四")]
    expected = ["一", "二", "三", "四"]
    for files in ([rows], [rows[:2], rows[2:]], [rows[::-1]], [[row] for row in rows]):
        assert read(tmp_path / "x", HEAD, files).messages["text"].to_pylist() == expected
