"""Files → messages: sessions, identities, duplicates, quarantine, order; and that every row is accounted for."""

import random
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_audit.errors import ExportError, MappingError, QaAuditError
from qa_audit.formats.mapping import parse_mapping
from qa_audit.formats.reasons import NOTICES, REASONS
from qa_audit.ingest import Ingested, IngestOptions, ingest
from qa_audit.ingest.hashing import hash_texts
from qa_audit.schema import MESSAGES, QUARANTINE

HEAD = "会话ID,发送时间,发送方,客服账号,客户ID,内容\n"


def run(tmp_path: Path, *files: str | bytes, mapping: str = "", **options: Any) -> Ingested:
    paths = []
    for i, content in enumerate(files):
        path = tmp_path / f"{i}.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        paths.append(str(path))
    if mapping:
        options["mapping"] = parse_mapping(mapping)
    found = ingest(paths, IngestOptions(**options))
    check(found)
    return found


def check(found: Ingested) -> None:
    """Hold what must always hold."""
    messages = found.messages
    messages.validate(full=True)
    assert messages.schema.equals(MESSAGES)
    assert found.quarantine.schema.equals(QUARANTINE)
    assert found.read == messages.num_rows + found.quarantine.num_rows + found.duplicates
    assert set(found.quarantine["reason"].to_pylist()) <= set(REASONS)
    assert {notice.code for notice in found.notices} <= set(NOTICES)
    sessions = messages["session_id"].to_pylist()
    assert len(set(sessions)) == found.sessions
    position = messages["position"].to_pylist()
    starts = [i for i, p in enumerate(position) if p == 0]
    assert len(starts) == found.sessions
    assert all(p == 0 or (p == position[i - 1] + 1 and sessions[i] == sessions[i - 1]) for i, p in enumerate(position))
    offsets = found.partition_offsets
    assert offsets[0] == 0
    assert offsets[-1] == messages.num_rows
    assert (np.diff(offsets) >= 0).all()
    for low, high in pairwise(offsets.tolist()):
        assert sessions[low:high] == sorted(sessions[low:high])


def column(found: Ingested, name: str) -> list[Any]:
    return found.messages[name].to_pylist()


def quarantined(found: Ingested) -> list[tuple[int, str, str | None]]:
    return [(r["source_row"], r["reason"], r["detail"]) for r in found.quarantine.to_pylist()]


def codes(found: Ingested) -> list[str]:
    return [notice.code for notice in found.notices]


def row(second: int, role: str, text: str, session: str = "s1", agent: str = "小棠", customer: str = "c1") -> str:
    return f"{session},2026-12-01 10:{second // 60:02}:{second % 60:02},{role},{agent},{customer},{text}\n"


TWO = HEAD + row(4, "买家", "在吗", agent="") + row(9, "客服", "在的", customer="")


def test_the_columns_of_a_message(tmp_path: Path) -> None:
    found = run(tmp_path, TWO)
    first, second = found.messages.to_pylist()
    names = ("session_id", "position", "role", "agent_id", "customer_id", "kind", "text", "source_row")
    assert [first[k] for k in names] == [
        "s1", 0, "customer", None, "c1", "text", "在吗", 2]  # fmt: skip
    assert [second[k] for k in ("position", "role", "automation", "agent_id", "customer_id", "time_resolution")] == [
        1, "agent", "none", "小棠", "c1", "second"]  # fmt: skip
    assert first["sent_at"].isoformat() == "2026-12-01T02:00:04+00:00"
    assert first["source_file"] == (tmp_path / "0.csv").as_posix()
    assert (found.inputs[0].rows, found.inputs[0].format, found.inputs[0].encoding) == (2, "csv", "utf-8")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-be"])
def test_encodings_give_the_same_messages(tmp_path: Path, encoding: str) -> None:
    plain = run(tmp_path, TWO).messages
    assert run(tmp_path, TWO.encode(encoding)).messages.equals(plain)


@pytest.mark.parametrize(
    ("bad", "reason", "detail"),
    [
        ("s1,昨天,客服,a,c,x\n", "bad_time", "值是 '昨天'"),
        (
            "s1,2026-12-01 晚上12:30,客服,a,c,x\n",
            "bad_time",
            "值是 '2026-12-01 晚上12:30',上午下午和钟点对不上,或分不清是当天还是第二天,请写成 24 小时制",
        ),
        (
            "s1,2026120110,客服,a,c,x\n",
            "bad_time",
            "值是 '2026120110',分不清是年月日时还是 1970 年以来的秒,请用映射文件的 time.format 写明",
        ),
        ("s1,,客服,a,c,x\n", "missing_time", None),
        ("s1,1996-01-01 00:00:00,客服,a,c,x\n", "time_out_of_range", "值是 '1996-01-01 00:00:00'"),
        ("s1,2026-12-01 10:00:00,店长,a,c,x\n", "unknown_role", "值是 '店长'"),
        ("s1,2026-12-01 10:00:00,,a,c,x\n", "missing_role", None),
        (",2026-12-01 10:00:00,客服,小棠,c,x\n", "missing_session", None),
        ("nan,2026-12-01 10:00:00,客服,a,c,x\n", "missing_session", None),
        ("s1,2026-12-01 10:00:00,客服,a,c, \n", "empty_text", None),
        ("s1,2026-12-01 10:00:00,客服,a,c\n", "wrong_columns", "应有 6 列,实有 5 列"),
        ('s1,2026-12-01 10:00:00,客服,a,c,"x\n', "unbalanced_quote", "第 6 列的引号没有配对"),
        (HEAD, "repeated_header", None),
    ],
)
def test_a_row_that_cannot_be_understood(tmp_path: Path, bad: str, reason: str, detail: str | None) -> None:
    found = run(tmp_path, TWO + bad + row(20, "客服", "后"))
    assert quarantined(found) == [(4, reason, detail)]
    assert column(found, "text") == ["在吗", "在的", "后"]
    assert column(found, "source_row") == [2, 3, 5]


@pytest.mark.parametrize(
    ("role", "text", "expected"),
    [
        ("用户", "x", ("customer", "none", "text")), ("BUYER", "x", ("customer", "none", "text")),
        ("人工客服", "x", ("agent", "none", "text")), ("机器人", "x", ("bot", "auto", "text")),
        ("自动回复", "x", ("agent", "auto", "text")), ("系统", "会话已转接给 小李", ("system", "none", "transfer")),
        ("系统", "对方撤回了一条消息", ("system", "none", "recall")), ("客服", "转接", ("agent", "none", "text")),
        ("客服", "[图片]", ("agent", "none", "image")), ("客服", ' <img src="a.png"/> ', ("agent", "none", "image")),
        ("客服", "【商品卡片】", ("agent", "none", "card")), ("客服", "看[图片]", ("agent", "none", "text")),
    ],
)  # fmt: skip
def test_roles_and_kinds(tmp_path: Path, role: str, text: str, expected: tuple[str, str, str]) -> None:
    cell = '"' + text.replace('"', '""') + '"'
    found = run(tmp_path, HEAD + row(1, role, cell))
    assert tuple(column(found, name)[0] for name in ("role", "automation", "kind")) == expected
    assert column(found, "text") == [text]


def test_kind_column_lets_empty_text_pass(tmp_path: Path) -> None:
    head = HEAD.replace("内容", "消息类型,内容")
    rows = [row(1, "客服", "图片,"), row(2, "客服", "文本,"), row(3, "客服", "火星语,"), row(4, "客服", ",好")]
    found = run(tmp_path, head + "".join(rows))
    assert list(zip(column(found, "kind"), column(found, "text"), strict=True)) == [
        ("image", None), ("other", None), ("text", "好")]  # fmt: skip
    assert quarantined(found) == [(3, "empty_text", None)]
    assert codes(found) == ["unknown_kind"]


@pytest.mark.parametrize("role", ["", "角色,"])
def test_the_senders_account_decides_the_role(tmp_path: Path, role: str) -> None:
    head = f"会话ID,发送账号,客服账号,客户ID,{role}内容\n"
    blank = "," if role else ""
    rows = [f"s,小棠,小棠,c1,{blank}好\n", f"s,c1,小棠,c1,{blank}在吗\n", f"s,谁,小棠,c1,{blank}嗯\n"]
    found = run(tmp_path, head + "".join(rows))
    assert column(found, "role") == ["agent", "customer"]
    assert quarantined(found) == [(4, "missing_role", None)]


def test_no_times_keeps_the_order_of_the_file(tmp_path: Path) -> None:
    found = run(
        tmp_path, "session_id,role,text\n" + "".join(f"s,{'user' if i % 3 else 'agent'},{i}\n" for i in range(50))
    )
    assert column(found, "text") == [str(i) for i in range(50)]
    assert set(column(found, "sent_at")) == {None}
    assert set(column(found, "time_resolution")) == {"none"}
    assert codes(found) == ["no_time"]


def test_coarse_times_are_said_loudly(tmp_path: Path) -> None:
    found = run(tmp_path, TWO.replace(":04,", ",").replace(":09,", ","))
    assert set(column(found, "time_resolution")) == {"minute"}
    assert codes(found) == ["coarse_time"]
    assert "6 秒/30 秒无法判断" in found.notices[0].text


def test_equal_times_go_by_sequence_then_by_row(tmp_path: Path) -> None:
    head = "会话ID,时间,角色,消息序号,内容\n"
    rows = [f"s,2026-12-01 10:00:00,客服,{n},{t}\n" for n, t in [(10, "丙"), (9, "乙"), (1, "甲"), (10, "丁")]]
    assert column(run(tmp_path, head + "".join(rows)), "text") == ["甲", "乙", "丙", "丁"]


@pytest.mark.parametrize("tail", ["共 2 个包裹,请查收哦", "请查收", "好,的"])
def test_the_session_of_a_text_that_goes_on_in_the_next_line_lost_a_row(tmp_path: Path, tail: str) -> None:
    found = run(tmp_path, HEAD + row(1, "客服", "好的", "s1") + row(4, "客服", "您的订单发了", "s2") + tail)
    assert (found.read, found.messages.num_rows) == (3, 2)
    assert (quarantined(found)[0][1], found.gaps) == ("wrong_columns", ("s2",))


def test_sequences_with_parts_sort_by_their_numbers(tmp_path: Path) -> None:
    head = "会话ID,时间,角色,消息序号,内容\n"
    numbers = ["10001.10", "10001.2", "10001.1", "9999", "-3"]
    rows = [f"s,2026-12-01 10:00:00,客服,{n},{n}\n" for n in numbers]
    assert column(run(tmp_path, head + "".join(rows)), "text") == numbers[::-1]


def test_what_the_automation_column_says(tmp_path: Path) -> None:
    head = "会话ID,角色,是否自动回复,内容\n"
    cells = ["系统自动", "机器人", "否", "半自动", ""]
    found = run(tmp_path, head + "".join(f"s,客服,{cell},好{cell}\n" for cell in cells))
    assert column(found, "automation") == ["auto", "auto", "none", "none", "none"]
    assert [(n.code, "半自动" in n.text) for n in found.notices][1:] == [("unknown_automation", True)]


def test_a_nickname_that_is_a_role_word_is_no_role(tmp_path: Path) -> None:
    rows = ["s,小二,小棠,c1,在吗\n"] * 3 + ["s,小棠,小棠,c1,在的\n"]
    found = run(tmp_path, "会话ID,发送方,客服账号,客户ID,内容\n" + "".join(rows))
    assert column(found, "role") == ["agent"]
    assert [reason for _, reason, _ in quarantined(found)] == ["missing_role"] * 3


NO_SESSION = "发送时间,角色,客户ID,内容\n"


def said(minute: int, second: int, text: str, customer: str = "c1") -> str:
    return f"2026-12-01 10:{minute:02}:{second:02},客户,{customer},{text}\n"


def test_sessions_are_cut_at_a_silence(tmp_path: Path) -> None:
    rows = said(0, 0, "a") + said(29, 59, "b") + said(59, 59, "c") + said(0, 1, "d", "c2")
    found = run(tmp_path, NO_SESSION + rows)
    texts: dict[str, list[str]] = {}
    for session, text in zip(column(found, "session_id"), column(found, "text"), strict=True):
        texts.setdefault(session, []).append(text)
    assert sorted(texts.values()) == [["a", "b"], ["c"], ["d"]]
    assert all(session.startswith("s-") and len(session) == 18 for session in texts)
    assert codes(found) == ["cut_sessions"]
    assert run(tmp_path, NO_SESSION + rows, gap_minutes=60).sessions == 2


def test_cut_sessions_keep_their_ids_when_later_rows_arrive(tmp_path: Path) -> None:
    early = run(tmp_path, NO_SESSION + said(0, 0, "a"))
    late = run(tmp_path, NO_SESSION + said(5, 0, "x", "c0") + said(0, 9, "b") + said(0, 0, "a"))
    assert column(early, "session_id")[0] in column(late, "session_id")
    assert column(early, "message_id")[0] in column(late, "message_id")


@pytest.mark.parametrize(
    ("head", "rows", "sessions"),
    [
        ("角色,客户ID,店铺,内容", ["客户,c1,甲,x", "客户,c1,乙,x", "客户,c1,甲,y"], 2),
        ("角色,客户ID,客服,内容", ["客户,c1,甲,x", "客户,c1,乙,x", "客服,c1,甲,y"], 2),
        ("角色,客户ID,客服,内容", ["客户,c1,,x", "客服,c1,甲,x", "客服,c1,乙,y"], 1),
        ("角色,客户ID,内容", ["客户,c1,x", "客户,c2,x", ",c1,y"], 2),
    ],
)
def test_what_keys_a_session_without_id(tmp_path: Path, head: str, rows: list[str], sessions: int) -> None:
    assert run(tmp_path, "\n".join([head, *rows])).sessions == sessions


def test_two_shops_with_one_session_id(tmp_path: Path) -> None:
    head = "会话ID,店铺,角色,客户ID,内容\n"
    found = run(tmp_path, head + "7,甲,客户,c1,a\n7,乙,客户,c2,b\n7,甲,客服,,c\n8,,客户,c3,d\n8,甲,客服,,e\n")
    assert set(column(found, "session_id")) == {"8", "乙/7", "甲/7"}
    by_text = dict(zip(column(found, "text"), column(found, "customer_id"), strict=True))
    assert by_text == {"a": "c1", "b": "c2", "c": "c1", "d": "c3", "e": "c3"}
    assert "shared_session_ids" in codes(found)


def test_shop_names_that_look_like_session_ids_stay_apart(tmp_path: Path) -> None:
    head = "会话ID,店铺,角色,内容\n"
    found = run(tmp_path, head + "c,a/b,客户,1\nc,x,客户,2\nb/c,a,客户,3\nb/c,y,客户,4\na/b/c,z,客户,5\n")
    assert found.sessions == 5


def test_equal_rows_in_one_file_are_two_messages_and_overlap_is_not(tmp_path: Path) -> None:
    twice = HEAD + row(1, "买家", "嗯") * 2 + row(5, "客服", "好")
    assert run(tmp_path, twice).messages.num_rows == 3
    found = run(tmp_path, twice, HEAD + row(1, "买家", "嗯") * 3 + row(9, "客服", "后"))
    assert sorted(column(found, "text")) == sorted(["嗯"] * 3 + ["好", "后"])
    assert found.duplicates == 2
    assert len(set(column(found, "message_id"))) == 5


def test_a_shared_message_id_is_one_message_within_its_session(tmp_path: Path) -> None:
    head = "会话ID,消息ID,角色,内容\n"
    found = run(tmp_path, head + "s,m1,客户,a\ns,m1,客户,a\nt,m1,客户,a\ns,,客户,b\n")
    assert found.duplicates == 1
    assert codes(found) == ["no_time"]
    assert sorted(column(found, "message_id"))[1:] == ["m1", "m1"]
    conflicting = run(tmp_path, head + "s,0,客户,a\ns,0,客户,b\n")
    assert conflicting.duplicates == 1
    assert "conflicting_ids" in codes(conflicting)


def test_ids_do_not_depend_on_names_or_places(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one = run(tmp_path / "a", HEAD + row(1, "买家", "嗯") * 2 + row(2, "客服", "好"))
    other = run(tmp_path / "b", HEAD + row(2, "客服", "好"), HEAD + "\n" + row(1, "买家", "嗯") * 2)
    drop = ["source_file", "source_row"]
    assert one.messages.drop_columns(drop).equals(other.messages.drop_columns(drop))


def test_order_of_arguments_changes_nothing(tmp_path: Path) -> None:
    rng = random.Random(5)
    rows = [
        row(rng.randrange(300), rng.choice(["买家", "客服"]), rng.choice("嗯好啊"), f"s{rng.randrange(9)}")
        for _ in range(200)
    ]
    paths = []
    for i in range(4):
        path = tmp_path / f"{i}.csv"
        path.write_text(HEAD + "".join(rng.sample(rows, 120)), encoding="utf-8")
        paths.append(str(path))
    first = ingest(paths)
    check(first)
    for _ in range(3):
        rng.shuffle(paths)
        again = ingest([*paths, paths[0], str(tmp_path)])
        assert again.messages.equals(first.messages)
        assert again.inputs == first.inputs


def test_folders_globs_and_files_that_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("in/a.csv", "in/deep/b.CSV", "in/.hidden.csv", "in/.git/c.csv", "in/~$d.xlsx", "in/e.docx", "log.dat"):
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(TWO.replace("s1", name), encoding="utf-8")
    found = ingest(["in"])
    assert [item.path for item in found.inputs] == ["in/a.csv", "in/deep/b.CSV"]
    assert codes(found) == ["skipped_files"]
    assert "in/e.docx" in found.notices[0].text
    assert [item.path for item in ingest(["in/*.csv", "in/../in/a.csv", "./in/a.csv"]).inputs] == ["in/../in/a.csv"]
    assert [item.path for item in ingest(["log.dat"]).inputs] == ["log.dat"]


@pytest.mark.parametrize("paths", [[], ["没有.csv"], ["没有/*.csv"], ["a\x00b"], ["x" * 5000], ["empty"]])
def test_nothing_to_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, paths: list[str]) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty").mkdir()
    with pytest.raises(ExportError):
        ingest(paths)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "空的"),
        ("甲,乙,丙\n1,2,3\n", "甲、乙、丙"),
        ("会话ID,角色\ns,客服\n", "text"),
        ("会话ID,内容\ns,好\n", "role"),
        ("角色,内容\n客服,好\n", "customer_id"),
        ("会话ID,角色,内容\ns,甲方,好\n", "--mapping"),
        (HEAD, "没有数据行"),
        ("\x00\x01\x1b[2J" * 100, "delimiter"),
    ],
)
def test_a_file_of_which_nothing_is_understood(tmp_path: Path, content: str, says: str) -> None:
    with pytest.raises(ExportError, match=says) as error:
        run(tmp_path, content)
    assert "0.csv" in str(error.value)
    assert str(error.value).isprintable()


@pytest.mark.parametrize(
    "options",
    [{"tz": "Mars/Base"}, {"gap_minutes": 0}, {"gap_minutes": float("nan")}, {"format": "word"}, {"encoding": "x"}],
)
def test_bad_options(tmp_path: Path, options: dict[str, Any]) -> None:
    with pytest.raises(ExportError):
        run(tmp_path, TWO, **options)


def test_a_mapping_for_a_file_without_header(tmp_path: Path) -> None:
    mapping = """
header: none
delimiter: tab
quoting: none
columns: {session_id: 1, customer_id: 2, role: 3, text: 7}
roles: {customer: ["0"], agent: ["1"]}
"""
    found = run(tmp_path, 's\tU1\t0\t0\t0\tnan\t"在吗\ns\tU1\t1\t0\t0\tnan\t在"的"\n', mapping=mapping)
    assert column(found, "text") == ['"在吗', '在"的"']
    assert column(found, "role") == ["customer", "agent"]


def test_a_mapping_that_does_not_fit(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r"columns\.role.*'who'.*会话ID"):
        run(tmp_path, TWO, mapping="columns: {role: who}")


def test_a_mapping_can_switch_a_column_off_and_name_the_zone(tmp_path: Path) -> None:
    found = run(tmp_path, TWO, mapping="columns: {agent_id: null}\ntime: {zone: UTC}")
    assert column(found, "agent_id") == [None, None]
    assert column(found, "sent_at")[0].isoformat() == "2026-12-01T10:00:04+00:00"


def test_date_and_clock_in_two_columns(tmp_path: Path) -> None:
    found = run(tmp_path, "会话ID,日期,时间,角色,内容\ns,2026/12/1,10:00:04,客服,好\n")
    assert column(found, "sent_at")[0].isoformat() == "2026-12-01T02:00:04+00:00"


cell = st.sampled_from(
    ["", "s1", "s2", "客服", "买家", "2026-12-01 10:00:04", "x", '"', '"a\nb"', "a,b", "[图片]", "nan", "\x00", "'"]
)


@settings(max_examples=70, deadline=None)
@given(
    st.permutations(["会话ID", "消息ID", "发送时间", "发送方", "客服账号", "客户ID", "店铺", "内容"]),
    st.integers(2, 8),
    st.lists(st.lists(cell, min_size=6, max_size=9), max_size=12),
)
def test_hostile_tables_are_accounted_for_or_refused(
    tmp_path_factory: Any, header: list[str], width: int, rows: list[list[str]]
) -> None:
    folder = tmp_path_factory.mktemp("fuzz")
    body = "\n".join(",".join(found[:width]) for found in rows)
    (folder / "a.csv").write_text(",".join(header[:width]) + "\n" + body, encoding="utf-8")
    (folder / "b.csv").write_text(",".join(header[:width]) + "\n" + body + "\n", encoding="utf-8")
    try:
        found = ingest([str(folder)])
    except QaAuditError as error:
        assert ".csv" in str(error)
        return
    check(found)
    assert found.duplicates >= found.messages.num_rows


def test_hashes_depend_on_the_text_alone() -> None:
    texts = [
        "",
        "a",
        "a\x00",
        "abcdefgh",
        "abcdefg",
        "abcdefghi",
        "好" * 9,
        "长" * 5000,
        "长" * 5001,
        "\x00",
        "\x00\x00",
    ]
    together = hash_texts(pa.array(texts))
    assert len(set(together.tolist())) == len(texts)
    assert [hash_texts(pa.array([text]))[0] for text in texts] == together.tolist()
    assert hash_texts(pa.array(texts).slice(3)).tolist() == together[3:].tolist()
    assert hash_texts(pa.array([], pa.string())).tolist() == []


OK = HEAD + row(4, "买家", "在吗") + row(9, "客服", "在的") + row(4, "买家", "在吗", "s2") + row(9, "客服", "在", "s2")


@pytest.mark.parametrize(
    ("bad", "gaps"),
    [
        ("s1,昨天,客服,a,c,x\n", ("s1",)),
        ("s2,,客服,a,c,x\n", ("s2",)),
        ("s1,1996-01-01 00:00:00,客服,a,c,x\n", ("s1",)),
        ("s1,2026-12-01 10:00:00,店长,a,c,x\n", ("s1",)),
        (" s1 ,2026-12-01 10:00:00,,a,c,x\n", ("s1",)),
        ("s1,2026-12-01 10:00:00,客服,a,c\n", ("s1",)),
        ("s1,2026-12-01 10:00:00,客服,a,c,好,的\ns2,2026\n", ("s1", "s2")),
        ('s1,2026-12-01 10:00:00,客服,a,c,"x\n', ("s1",)),
        ('"s2,2026-12-01 10:00:00,客服,a,c,x\n', ("s2",)),
        ("s1,2026-12-01 10:00:00,客服,a,c, \n", ("s1",)),
        ("s1,2026-12-01 10:00:00,,a,c,\n", ("s1",)),
        ("s1,2026-12-01 10:00:00,店长,a,c,\n", ("s1",)),
        ("s1,2026-12-01 10:00:00,客户,a,c, \n", ()),
        ("s1,2026-12-01 10:00:00,系统,,c, \n", ()),
        (",2026-12-01 10:00:00,客服,小棠,c,x\n", ("s1", "s2")),
        (",昨天,客服,小棠,c,x\n", ("s1", "s2")),
        (",2026-12-01 10:30:09,客服,小棠,c,x\n", ("s1", "s2")),
        (",2026-12-01 10:30:10,客服,小棠,c,x\n", ("s1",)),
        (",2026-12-01 10:30:21,客服,小棠,c,x\n", ()),
        (",2026-12-01 10:00:00,客服,b,c,x\n", ()),
        (",2026-12-01 10:00:00,客服,,,x\n", ("s1", "s2")),
        (",2026-12-01 10:00:00,客户,,c,\n", ()),
        ("s9,2026-12-01 10:00:00,店长,a,c,x\n", ()),
        (HEAD, ()),
        ("", ()),
    ],
)
def test_sessions_that_lost_a_row_are_named(tmp_path: Path, bad: str, gaps: tuple[str, ...]) -> None:
    assert run(tmp_path, OK + bad + row(20, "客服", "后")).gaps == gaps


def test_a_damaged_row_names_its_session_unless_that_is_damaged(tmp_path: Path) -> None:
    bad = row(20, "客服", "好", "s2").encode().replace("好".encode(), b"\xff\xfe")
    assert run(tmp_path, OK.encode() + bad).gaps == ("s2",)
    assert run(tmp_path, OK.encode() + bad.replace(b"s2", b"s\xff")).gaps == ("s1", "s2")


def test_gaps_bear_the_shops_name_as_the_messages_do(tmp_path: Path) -> None:
    head = "会话ID,店铺,角色,客户ID,内容\n"
    rows = "7,甲,客户,c1,a\n7,乙,客户,c2,b\n8,丙,客户,c3,c\n"
    found = run(tmp_path, head + rows + "7,甲,店长,c1,x\n8,,店长,,x\n7,,店长,,说不清\n")
    assert found.gaps == ("8", "乙/7", "甲/7")
    assert set(found.gaps) <= set(column(found, "session_id"))


@pytest.mark.parametrize(
    ("bad", "lost"),
    [
        ("2026-12-01 10:31:00,店长,c1,x\n", "b"),
        ("2026-12-01 10:12:00,店长,c1,x\n", "a"),
        ("2026-12-01 11:59:00,店长,c1,x\n", "b"),
        ("昨天,客户,c1,x\n", "b"),
        ("2026-12-01 10:12:00,客户,c1\n", "a"),
        ("2026-12-01 10:12:00,客户,c1,x,y\n", "a"),
        ("昨天,客户,c2,x\n", "d"),
        ("2026-12-01 10:31:00,店长,c9,x\n", ""),
        ("2026-12-01 10:31:00,店长,,x\n", "b"),
        ("2026-12-01 10:12:00,店长,,x\n", "abd"),
        ("2026-12-01 11:09:00,客服,,x\n", "b"),
        ("昨天,客服,,x\n", "abd"),
    ],
)
def test_a_row_lost_from_a_cut_session_belongs_to_the_nearest(tmp_path: Path, bad: str, lost: str) -> None:
    found = run(tmp_path, NO_SESSION + said(0, 1, "d", "c2") + said(0, 0, "a") + said(40, 0, "b") + bad)
    by_text = dict(zip(column(found, "text"), column(found, "session_id"), strict=True))
    assert found.gaps == tuple(sorted(by_text[each] for each in lost))


def test_without_times_a_lost_row_of_a_customer_belongs_to_the_only_session(tmp_path: Path) -> None:
    found = run(tmp_path, "角色,客户ID,内容\n客户,c1,x\n店长,c1,y\n客户,c2,z\n")
    assert found.gaps == (column(found, "session_id")[column(found, "text").index("x")],)


def test_a_broken_json_line_names_its_session_where_that_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    good = '{"session_id": "%s", "role": "user", "text": "x"}\n'
    path.write_text(
        good % "s1" + good % "s2" + '{"session_id": "s2", "role": "agent", "te\n{"session_id": "s', encoding="utf-8"
    )
    found = ingest([str(path)])
    assert found.gaps == ("s1", "s2")  # the last row is of nobody knows whom
    assert [problem[1] for problem in quarantined(found)] == ["bad_json", "bad_json"]
    path.write_text(path.read_text("utf-8").rpartition("\n")[0], encoding="utf-8")
    assert ingest([str(path)]).gaps == ("s2",)


ASKED = "发送时间,角色,客服账号,客户ID,内容\n"
ALONE = {
    "a": "2026-12-01 10:00:00,客户,,c1,在吗\n2026-12-01 10:00:05,客服,a,c1,在\n",
    "b": "2026-12-01 10:01:00,客户,,c2,在吗\n2026-12-01 10:01:05,客服,b,c2,在\n",
    "": "2026-12-01 10:02:00,客户,,c3,在吗\n",
    "later": "2026-12-01 15:00:00,客户,,c4,在吗\n",
}


@pytest.mark.parametrize(
    ("reply", "owners"),
    [
        ("2026-12-01 10:02:30,客服,a,,好的\n", {"c1", "c3"}),
        ("2026-12-01 10:02:30,客服,b,,好的\n", {"c2", "c3"}),
        ("2026-12-01 10:02:30,客服,x,,好的\n", {"c3"}),
        ("2026-12-01 10:02:30,客服,,,好的\n", {"c1", "c2", "c3"}),
        ("2026-12-01 10:02:30,店长,a,,好的\n", {"c1", "c3"}),
        ("2026-12-01 10:02:30,客服,a,,\n", {"c1", "c3"}),
        ("2026-12-01 10:02:30,客户,a,,\n", set()),
        ("?,客服,a,,好的\n", {"c1", "c3", "c4"}),
        ("2026-12-01 12:30:00,客服,a,,好的\n", set()),
        ("2026-12-01 14:30:00,客服,a,,好的\n", {"c4"}),
    ],
)
def test_a_reply_to_nobody_may_be_the_one_that_a_session_lacks(tmp_path: Path, reply: str, owners: set[str]) -> None:
    found = run(tmp_path, ASKED + "".join(ALONE.values()) + reply, ASKED + "2026-12-01 10:02:00,客户,a,c9,在\n")
    customers = dict(zip(column(found, "session_id"), column(found, "customer_id"), strict=True))
    assert {customers[session] for session in found.gaps} == owners


@pytest.mark.parametrize(
    ("head", "used", "ignored", "mapping"),
    [
        ("会话ID,角色,消息内容,消息内容", "第 3 列“消息内容”", "第 4 列“消息内容”", ""),
        ("会话ID,角色,text,消息内容", "第 4 列“消息内容”", "第 3 列“text”", ""),
        ("会话ID,角色,消息内容,会话ID", "第 1 列“会话ID”", "第 4 列“会话ID”", ""),
        ("会话ID,角色,话,话", "第 3 列“话”", "第 4 列“话”", "columns: {text: 话}"),
        ("会话ID,角色,消息内容,消息内容", "", "", "columns: {text: 4}"),
        ("会话ID,角色,消息内容,备注", "", "", ""),
    ],
)
def test_columns_that_mean_the_same_are_said_loudly(
    tmp_path: Path, head: str, used: str, ignored: str, mapping: str
) -> None:
    found = run(tmp_path, head + "\ns,客户,甲,乙\n", mapping=mapping)
    said_of = [notice.text for notice in found.notices if notice.code == "duplicate_columns"]
    assert len(said_of) == bool(used)
    assert all(f"用了{used}" in text and f"没有用{ignored}" in text for text in said_of)


@pytest.mark.parametrize(
    "text", ["", "   ", "\u200b", "\x00", "\u2060\ufeff", "\x1b\x07", "\u3164", "\ufe0f", "\u3000\u200d"]
)
def test_text_that_nobody_can_see_is_empty(tmp_path: Path, text: str) -> None:
    found = run(tmp_path, TWO + row(20, "客服", text) + row(21, "客服", "[图片]") + row(22, "客服", "👍\ufe0f"))
    assert quarantined(found) == [(4, "empty_text", None)]
    assert found.gaps == ("s1",)


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n\n"])
@pytest.mark.parametrize("before", ["", row(20, "客服", '5" 屏'), row(20, "客服", '"两\n行"')])
def test_a_quote_left_open_in_the_last_row(tmp_path: Path, before: str, end: str) -> None:
    last = row(30, "客服", '"最后一行没关').rstrip("\n")
    found = run(tmp_path, TWO + before + last + end)
    assert [reason for _, reason, _ in quarantined(found)] == ["unbalanced_quote"]
    assert found.quarantine["raw"].to_pylist()[0].rstrip() == last
    assert found.gaps == ("s1",)
    assert column(found, "text")[:2] == ["在吗", "在的"]
    assert found.messages.num_rows == 2 + bool(before)


@pytest.mark.parametrize("end", ["", "\n"])
@pytest.mark.parametrize("text", ['"好"', '5" 屏', '"说""好"""', "平"])
def test_a_sound_last_row_is_a_message(tmp_path: Path, text: str, end: str) -> None:
    found = run(tmp_path, TWO + row(30, "客服", text).rstrip("\n") + end)
    assert found.messages.num_rows == 3


def test_a_file_that_only_bears_the_name_of_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"not a zip")
    with pytest.raises(ExportError, match="这不是一个 xlsx 文件"):
        ingest([str(path)])
    path.write_text(TWO, encoding="utf-8")
    assert ingest([str(path)]).messages.num_rows == 2


@pytest.mark.parametrize("format", ["auto", "csv", "jsonl", "xlsx"])
def test_a_file_of_nothing_but_nul(tmp_path: Path, format: str) -> None:
    with pytest.raises(ExportError, match="NUL"):
        run(tmp_path, b"\0" * 5000, format=format)


@pytest.mark.parametrize(
    ("written", "given"),
    [
        ("utf-8", "gbk"), ("utf-8-sig", "gbk"), ("utf-8", "big5"), ("utf-8", "latin-1"), ("gb18030", "utf-8"),
        ("gb18030", "big5"), ("gb18030", "utf-16"), ("utf-8", "utf-16"), ("utf-16", "gbk"), ("gb18030", "latin-1"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("by_mapping", [False, True])
def test_a_wrong_encoding_is_named(tmp_path: Path, written: str, given: str, by_mapping: bool) -> None:
    said_so: dict[str, Any] = {"mapping": f"encoding: {given}"} if by_mapping else {"encoding": given}
    with pytest.raises(ExportError, match="请去掉 --encoding") as error:
        run(tmp_path, TWO.encode(written), **said_so)
    assert given in str(error.value)


def test_a_right_encoding_with_some_damage_is_noticed(tmp_path: Path) -> None:
    data = (
        (TWO + row(20, "客服", "好") * 20).encode("gb18030") + row(40, "客服", "坏").encode("gb18030")[:-2] + b"\xff\n"
    )
    found = run(tmp_path, data, encoding="gbk")
    assert codes(found) == ["damaged_text"]
    assert "gbk" in found.notices[0].text
    assert "1 行" in found.notices[0].text
    assert codes(run(tmp_path, data)) == []


@pytest.mark.parametrize("role", ["", "流转员"])
def test_a_hand_over_of_nobody_comes_from_the_system(tmp_path: Path, role: str) -> None:
    head = HEAD.replace("内容", "消息类型,内容")
    found = run(tmp_path, head + row(1, "客户", "文本,在吗") + row(2, role, "转接,转给小李") + row(3, "客服", "转接,x"))
    assert list(zip(column(found, "role"), column(found, "kind"), strict=True)) == [
        ("customer", "text"), ("system", "transfer"), ("agent", "transfer")]  # fmt: skip
    assert found.quarantine.num_rows == 0


@pytest.mark.parametrize(
    ("zone", "times", "count"),
    [
        ("America/New_York", ["2026-11-01 01:30:00", "2026-11-01 02:00:05"], 1),
        ("America/New_York", ["2026-03-08 02:30:00", "2026-03-08 02:59:59"], 2),
        ("America/New_York", ["2026-11-01 00:59:58", "2026-11-01 01:00:02-05:00"], 0),
        ("Asia/Shanghai", ["2026-11-01 01:30:00", "2026-03-08 02:30:00"], 0),
    ],
)
def test_local_times_shown_twice_or_never_are_counted(tmp_path: Path, zone: str, times: list[str], count: int) -> None:
    rows = "".join(f"s,{time},客户,a,c,x\n" for time in times)
    found = run(tmp_path, HEAD + rows, tz=zone)
    said_of = [notice.text for notice in found.notices if notice.code == "ambiguous_time"]
    assert len(said_of) == bool(count)
    assert all(f"{count} 条" in text and zone in text for text in said_of)


def test_the_first_of_two_local_times_counts(tmp_path: Path) -> None:
    found = run(tmp_path, HEAD + "s,2026-11-01 01:30:00,客户,a,c,x\n", tz="America/New_York")
    assert found.messages["sent_at"][0].as_py().isoformat() == "2026-11-01T05:30:00+00:00"


@pytest.mark.parametrize("encoding", ["utf-8", "big5"])
def test_traditional_headers_and_values(tmp_path: Path, encoding: str) -> None:
    text = (
        "會話ID,發送時間,角色,客服,買家,訊息類型,訊息內容\n"
        "s,2026-12-01 10:00:00,買家,甲,c1,文字,請問\ns,2026-12-01 10:00:03,賣家,甲,c1,圖片,\n"
        "s,2026-12-01 10:00:04,系統,,c1,,會話已轉接\ns,2026-12-01 10:00:05,機器人,,c1,,您好\n"
    )
    found = run(tmp_path, text.encode(encoding), encoding=None if encoding == "utf-8" else encoding)
    assert list(zip(column(found, "role"), column(found, "kind"), column(found, "customer_id"), strict=True)) == [
        ("customer", "text", "c1"), ("agent", "image", "c1"), ("system", "transfer", "c1"), ("bot", "text", "c1")]  # fmt: skip
    assert column(found, "text")[0] == "請問"
    assert found.notices == ()
