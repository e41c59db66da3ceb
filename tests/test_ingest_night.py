"""A night read in pieces, by way of buckets, into slices is the night read into memory, whatever the pieces hold."""

import gzip
import pickle
import random
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from qa_audit.errors import ExportError, MappingError
from qa_audit.formats import csv_pieces
from qa_audit.formats.mapping import parse_mapping
from qa_audit.ingest import Ingested, IngestOptions, ingest, ingest_night, joining, night, slicing
from qa_audit.ingest.parts import RunStep

SAME = ("duplicates", "read", "sessions", "inputs", "notices", "gaps", "failed", "mended")
TABLES = ("messages", "quarantine", "ratings", "aside")
HEADER = "会话ID,发送时间,发送方,客服账号,买家,消息内容,店铺,类型"


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make pieces, buckets and slices so small that a few hundred rows have many of each."""
    monkeypatch.setattr(csv_pieces, "PIECE", 3000)
    monkeypatch.setattr(csv_pieces, "TAIL", 2500)
    monkeypatch.setattr(night, "IN_MEMORY", 0)
    monkeypatch.setattr(night, "BUCKET", 15000)
    monkeypatch.setattr(slicing, "MESSAGES_PER_SLICE", 90)


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Count the files that were read in pieces, and the nights that went through memory."""
    counts = {"pieces": 0, "memory": 0}

    def counted(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            found = function(*arguments)
            counts[name] += found is not None
            return found

        return call

    monkeypatch.setattr(joining, "_joined", counted("pieces", joining._joined))
    monkeypatch.setattr(night, "ingest_files", counted("memory", night.ingest_files))
    return counts


def sent(function: Callable[[Any], Any], tasks: Sequence[Any]) -> Iterator[Any]:
    """Do tasks as workers do: twice, if the first worker died; nothing is shared but what is pickled."""
    for task in tasks:
        pickle.loads(pickle.dumps(function))(pickle.loads(pickle.dumps(task)))
        yield pickle.loads(pickle.dumps(function(pickle.loads(pickle.dumps(task)))))


def differing(one: Ingested, other: Ingested) -> list[str]:
    found = [name for name in SAME if getattr(one, name) != getattr(other, name)]
    found += [name for name in TABLES if not getattr(one, name).equals(getattr(other, name))]
    return found + ["offsets"] * bool((one.partition_offsets != other.partition_offsets).any())


def both(tmp_path: Path, paths: list[str], options: IngestOptions | None = None, run_step: RunStep = map) -> Ingested:
    options, folder = options or IngestOptions(), tmp_path / "out"
    folder.mkdir(parents=True, exist_ok=True)
    found = ingest_night(paths, options, folder, run_step)
    assert differing(ingest(paths, options), found) == []
    assert {path.name for path in folder.iterdir()} == {each.path.name for each in found.slices}
    return found


def rows(seed: int, count: int = 400, *, sessions: bool = True, odd: float = 0.0) -> list[str]:
    """Return lines of chats, a share of them odd ones that are set aside or hard to place."""
    draw = random.Random(seed)
    out = []
    for number in range(count):
        session = draw.randrange(count // 12)
        who = draw.choice(("客户", "客服"))
        text = draw.choice(("在吗", '"您好,在的"', "有货", f"订单{number}", '"两行\n的话"', '"说""好""的"', "[图片]"))
        at = f"2026-12-{1 + session % 3:02} 10:{number // 60 % 60:02}:{number % 60:02}"
        cells = [f"S{session}", at, who, f"小{session % 5}", f"买{session}", text, "甲店" * (session % 2), ""]
        if draw.random() < odd:
            cells = draw.choice(
                (
                    [*cells[:2], "谁", *cells[3:]],
                    ["", *cells[1:4], "", *cells[5:]],
                    [cells[0], "昨天", *cells[2:]],
                    [*cells[:5], "", *cells[6:]],
                    cells[:4],
                    [*cells[:5], "多,一", *cells[6:]],
                    [*cells[:6], "", "没见过"],
                    ["1.2E+15", *cells[1:]],
                    [*cells[:6], "乙店", ""],
                    [*cells[:1], cells[1][:16], *cells[2:]],
                    [""] * len(cells),
                    HEADER.split(","),
                )
            )
        out.append(",".join(cells if sessions else cells[1:]))
    return [HEADER if sessions else HEADER.split(",", 1)[1], *out]


def put(path: Path, lines: list[str], encoding: str = "utf-8", newline: str = "\n") -> str:
    path.write_bytes((newline.join(lines) + newline).encode(encoding))
    return str(path)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("sessions", [True, False])
def test_pieces_are_the_whole(tmp_path: Path, ways: dict[str, int], seed: int, sessions: bool) -> None:
    path = put(tmp_path / "a.csv", rows(seed, sessions=sessions, odd=0.03))
    found = both(tmp_path, [path], run_step=map if seed else sent)
    assert len(found.slices) > 3
    assert found.gaps
    assert ways == {"pieces": 1, "memory": 0}


@pytest.mark.parametrize(
    ("name", "pieces"),
    [
        ("plain", 1),
        ("crlf", 1),
        ("gbk", 1),
        ("bom", 1),
        ("lone_cr", 1),
        ("title", 1),
        ("foot", 1),
        ("sum", 1),
        ("minutes", 1),
        ("accounts", 1),
        ("empty_words", 1),
        ("repeated", 1),
        ("utf16", 0),
        ("damaged", 0),
        ("late_gbk", 0),
        ("stray_quote", 0),
        ("open_quote", 0),
        ("no_time", 0),
        ("half_timed", 1),
        ("one_line", 0),
        ("strangers", 0),
        ("our_mark", 0),
        ("half_utf8", 0),
        ("crlf_quotes", 1),
    ],
)
def test_every_kind_of_file(tmp_path: Path, ways: dict[str, int], name: str, pieces: int) -> None:
    lines = rows(7, odd=0.01 if name not in ("foot", "sum") else 0.0)
    path, options, encoding, newline = tmp_path / "a.csv", IngestOptions(), "utf-8", "\n"
    match name:
        case "crlf":
            newline = "\r\n"
        case "gbk":
            encoding = "gbk"
        case "bom":
            encoding = "utf-8-sig"
        case "utf16":
            encoding = "utf-16"
        case "lone_cr":
            lines[200] = lines[300].replace(",买", "\r,买")
        case "title":
            lines = ["聊天记录导出", *lines]
        case "foot":
            lines += ["导出时间:2026-12-02,,,,,,,", "制表人:小棠"]
        case "sum":
            lines += [f"共{len(lines) - 1}条"]
        case "minutes":
            lines = [re.sub(r"(\d\d:\d\d):\d\d", r"\1:00", line) for line in lines]
        case "accounts":
            lines = [re.sub(",客户,(.*?),(.*?),", r",\2,\1,\2,", line) for line in lines]
            lines = [re.sub(",客服,(.*?),", r",\1,\1,", line) for line in lines]
        case "empty_words":
            lines = [line.removesuffix(",") + ",null" if line.endswith("店,") else line for line in lines]
        case "repeated":
            lines += lines[1:40]
        case "late_gbk":
            lines[350] = "S1,2026-12-01 10:00:00,客户,小1,买1,�,,"
        case "stray_quote":
            lines[100] = lines[100].replace(",买", ',"买', 1)
        case "open_quote":
            lines[-1] = 'S1,2026-12-01 10:00:00,客户,小1,买1,"在'
        case "no_time":
            lines = [re.sub(r"2026[^,]*", "", line) for line in lines]
        case "half_timed":
            lines = [re.sub(r"2026[^,]*", "", line) if 100 < n < 250 else line for n, line in enumerate(lines)]
        case "one_line":
            lines = [lines[0], f"S1,2026-12-01 10:00:00,客户,小1,买1,{'长' * 9000},,"]
        case "strangers":
            lines = [line.replace(",客户,", ",买1,").replace(",客服,", ",小1,") for line in lines]
            text = 'roles: {agent: [小0, 小1, 小2, 小3, 小4], customer: ["*"]}\n'
            options = IngestOptions(mapping=parse_mapping(text, "m.yaml"))
        case "our_mark":
            lines[300] = lines[300].replace(",买", "\r,买")
            lines[100] = "S1,2026-12-01 10:00:00,客户,小1,买1,有\ufdd1货,,"
        case "half_utf8":
            lines = [*lines, *(f"S{n % 9},2026-12-01 10:00:00,agent,x1,c1,有货,," for n in range(300))]
        case "crlf_quotes":
            newline = "\r\n"
            lines = [line for line in rows(7, 600) if "\n" not in line]
            lines[20] = 'S1,2026-12-01 10:00:00,客户,小1,买1,"两\n行",,'
            lines[330:330] = ['S1,2026-12-01 10:00:00,客户,小1,买1,5" 屏,,', "S1,x", 'S1,x,a"b']
    put(path, lines, encoding, newline)
    if name == "half_utf8":  # the start says one thing, most of the file another
        cut = path.read_bytes().index(b"S0,2026-12-01 10:00:00,agent")
        data = path.read_bytes()
        path.write_bytes(data[:cut].decode("utf-8").encode("gb18030") + data[cut:])
    if name == "damaged":
        path.write_bytes(path.read_bytes().replace("有货".encode(), b"\xff\xfe", 3))
    if name == "late_gbk":
        path.write_bytes(path.read_bytes().replace("�".encode(), "晚".encode("gbk")))
    both(tmp_path, [str(path)], options)
    assert ways == {"pieces": pieces, "memory": 0}


def test_a_bucket_of_which_all_rows_are_in_quarantine_is_not_forgotten(tmp_path: Path) -> None:
    head, at = HEADER.split(",", 1)[1], "2026-12-01 10:00"
    for customer in (f"客{n}" for n in range(12)):  # of some the bucket holds no row that is a message
        first = [f"S1,{at}:{n:02},{('客户', '客服')[n % 2]},小1,{customer},你好{n},甲店," for n in range(40)]
        second = [f"{at}:{n:02},{('客户', '客服')[n % 2]},小2,旁人,好{n},甲店," for n in range(40)]
        put(tmp_path / "a.csv", [HEADER, *first])
        put(tmp_path / "b.csv", [head, *second, f"{at}:30,谁,,{customer},在吗,,"])
        both(tmp_path / "out", [str(tmp_path / "a.csv"), str(tmp_path / "b.csv")])


def test_rejected_rows_are_read_as_the_rows_of_their_sheet(tmp_path: Path, ways: dict[str, int]) -> None:
    lines = [HEADER.replace("类型", "日期")]
    for line in rows(5)[1:]:
        cells = line.split(",")
        lines.append(
            line.rstrip(",") + "," * (7 - line.rstrip(",").count(",")) + cells[1][:10] if "\n" not in line else line
        )
    for n in range(40, 400, 40):
        when = "说不清" if n == 40 else f"2026-12-01 10:0{n // 100}:00"
        lines.insert(n, f",{when},客户,小1,,多,出,一,格,2026-12-01")
    both(tmp_path, [put(tmp_path / "a.csv", lines)])
    assert ways["memory"] == 0


def test_files_that_overlap_and_files_without_sessions(tmp_path: Path, ways: dict[str, int]) -> None:
    lines, more = rows(1, odd=0.02), rows(2, odd=0.03, sessions=False)
    put(tmp_path / "a.csv", lines[:300])
    put(tmp_path / "b.csv", [lines[0], *lines[200:]])
    put(tmp_path / "c.csv", more)
    put(tmp_path / "d.csv", ["没有,用处", "1,2"])
    (tmp_path / "e.csv.gz").write_bytes(gzip.compress("\n".join(rows(3, odd=0.02)).encode()))
    (tmp_path / "f.csv.gz").write_bytes(b"\x1f\x8bbroken")
    found = both(tmp_path / "out", [str(each) for each in sorted(tmp_path.glob("*.csv*"))])
    assert found.duplicates
    assert found.gaps
    assert [Path(each.path).name for each in found.failed] == ["d.csv", "f.csv.gz"]
    assert ways == {"pieces": 4, "memory": 0}


def test_what_must_be_seen_as_a_whole_is_read_into_memory(tmp_path: Path, ways: dict[str, int]) -> None:
    chats = Path(__file__).parents[1] / "sample_logs" / "chatwoot"
    put(tmp_path / "a.csv", rows(1))
    both(tmp_path / "out", [str(tmp_path / "a.csv"), str(chats)])
    assert ways["memory"] == 1


def test_ids_that_only_their_shops_tell_apart_in_several_buckets(
    tmp_path: Path, ways: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(night, "BUCKET", 3000)
    lines = [f"{s},2026-12-01 10:00:{n % 60:02},客户,小1,买{n},在吗,{shop},"
             for n, (s, shop) in enumerate([("b", "甲/a"), ("a/b", "甲"), ("b", "乙"), ("a/b", "乙")] * 200)]  # fmt: skip
    found = both(tmp_path, [put(tmp_path / "a.csv", [HEADER, *lines])])
    assert ways["memory"] == 1
    assert found.sessions == 4


def test_a_night_that_is_nothing(tmp_path: Path) -> None:
    path = put(tmp_path / "a.csv", ["没有,用处", *["1,2"] * 3000])
    with pytest.raises(ExportError) as said:
        ingest([path])
    with pytest.raises(ExportError) as told:
        ingest_night([path], IngestOptions(), tmp_path, map)
    assert str(said.value) == str(told.value)
    options = IngestOptions(mapping=parse_mapping("columns: {text: 没有这列}\n", "m.yaml"))
    put(tmp_path / "a.csv", rows(1))
    with pytest.raises(MappingError):
        ingest_night([path], options, tmp_path, map)


def test_a_small_night_is_cut_at_the_same_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(tmp_path / "a.csv", rows(5))
    large = both(tmp_path, [path])
    monkeypatch.setattr(night, "IN_MEMORY", 1 << 30)
    small = ingest_night([path], IngestOptions(), tmp_path / "out", map)
    assert small.slices == large.slices
    assert all(each.table().num_rows == each.messages for each in small.slices)
    sessions = [set(each.table()["session_id"].to_pylist()) for each in small.slices]
    assert sum(map(len, sessions)) == len(set().union(*sessions)) == small.sessions
