"""Nothing planted in a night comes out of private/: not in a file, not on the terminal, not in an error."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.accept import ROOT
from tests.cli.conftest import Qa, qa
from tests.formats.workbooks import workbook
from tests.privacy.planted import ACCOUNT, KEPT, NICKNAME, SECRETS, leaks, write_night

__all__ = ["qa"]


def published_texts(out: Path) -> dict[str, str]:
    """Return every file outside private/ as text, and its name; tables as JSON."""
    texts = {}
    for path in sorted(out.rglob("*")):
        name = path.relative_to(out).as_posix()
        if path.is_dir() or "private/" in name:
            continue
        data = (
            json.dumps(pq.read_table(path).to_pylist(), ensure_ascii=False, default=str)
            if path.suffix == ".parquet"
            else path.read_text("utf-8")
        )
        texts[name] = f"{name}\n{data}"
    return texts


def test_nothing_leaves_private(qa: Qa, tmp_path: Path) -> None:
    night = write_night(tmp_path / "logs")
    done = qa("run", night, "--out", "out", "--jobs", 1)
    assert done.returncode == 1, done.stderr  # one file cannot be read
    assert leaks(done.stdout + done.stderr) == {}
    texts = published_texts(tmp_path / "out")
    assert {name: found for name, text in texts.items() if (found := leaks(text))} == {}
    pages = "".join(text for name, text in texts.items() if name.endswith(".html"))
    assert all(tail in pages for tail in KEPT)
    assert "亲爱的******" in pages
    assert set(leaks("".join(path.read_text("utf-8") + path.name for path in night.iterdir()))) == {*SECRETS} - {
        "name of a column"
    }
    private = "".join(
        path.read_bytes().decode("utf-8", "replace") for path in (tmp_path / "out" / "private").glob("*.csv")
    )
    assert "13700001188" in private  # what was planted was read
    assert len(SECRETS) >= 25
    page = (ROOT / "docs" / "privacy.md").read_text("utf-8")
    assert all(f"`{path.name}`" in page for path in (tmp_path / "out" / "private").iterdir())


DIFFERING = """
rubric: r
version: 1
scoring: deduct
groups:
  - id: manners
    checks:
      - id: insult
        title: 辱骂
        points: {points}
        never: {{words: [你有病吧], role: agent}}
      - id: contact
        title: 留电话
        points: 5
        never: {{words: [打我手机, 手机], role: [agent, customer]}}
"""

CHAT = f"""# W-{ACCOUNT} customer={ACCOUNT}
00:00 客户: 我手机13912340077,邮箱wang.xiaoming@example.com
00:09 客服(小棠): 亲爱的{ACCOUNT},你有病吧,打我手机13800004455

# s-2 customer={NICKNAME}
00:00 客户: 订单号4012667890123456789
00:09 客服(小棠): {NICKNAME}您好,你有病吧
"""


@pytest.fixture
def night(tmp_path: Path) -> Path:
    return write_night(tmp_path / "logs")


@pytest.mark.parametrize(
    "command",
    [
        ["ingest", "logs", "--out", "out"],
        ["run", "logs", "--out", "out", "--jobs", 1, "--max-quarantine", "0%"],
        ["run", "logs/导出_13700004411.csv", "--out", "out", "--jobs", 1, "--format", "jsonl"],
        ["run", "logs/坏的_13700005522.csv", "--out", "out"],
        ["run", "logs/没有_13700004411.csv"],
        ["run", "logs", "--fail-under", "13700004411"],
        ["rubric", "try", "chat.txt"],
        ["rubric", "try", "chat.txt", "--format", "json"],
        ["rubric", "try", "logs/导出_13700004411.csv"],
        ["rubric", "diff", "rubric.yaml", "other.yaml", "--logs", "logs/导出_13700004411.csv", "--jobs", 1],
        [
            "rubric",
            "diff",
            "rubric.yaml",
            "other.yaml",
            "--logs",
            "logs/导出_13700004411.csv",
            "--jobs",
            1,
            "--format",
            "json",
        ],
        ["clock", "explain", "logs/导出_13700004411.csv", "--session", f"{ACCOUNT}_20261201"],
        ["clock", "explain", "logs/导出_13700004411.csv", "--session", "20261201-顾客0001-1"],
        ["clock", "explain", "logs/导出_13700004411.csv", "--session", "x"],
        ["clock", "compare", "logs/导出_13700004411.csv", "--clock", "house", "--clock", "jd-30s", "--within", "1"],
        ["clock", "compare", "logs/导出_13700004411.csv", "--clock", "house", "--clock", "jd-30s", "--json"],
        ["formats", "sniff", "logs/导出_13700004411.csv"],
        ["formats", "sniff", "logs/坏的_13700005522.csv"],
        ["formats", "map", "logs/坏的_13700005522.csv"],
    ],
    ids=lambda command: " ".join(map(str, command)),
)
def test_no_command_prints_it(qa: Qa, night: Path, tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "chat.txt").write_text(CHAT, "utf-8")
    for name, points in (("rubric.yaml", "20"), ("other.yaml", "10")):
        (tmp_path / name).write_text(DIFFERING.format(points=points), "utf-8")
    done = qa(*command)
    assert done.returncode in (0, 1, 2), done.stderr
    assert done.stdout or done.stderr
    assert leaks(done.stdout + done.stderr) == {}
    for out in (tmp_path / "out", tmp_path / "out.not-published"):
        assert {name: found for name, text in published_texts(out).items() if (found := leaks(text))} == {}


def test_nothing_leaves_a_night_that_is_refused_for_a_lost_column(qa: Qa, night: Path, tmp_path: Path) -> None:
    """Its proposal, its reasons and the comparison with the night before quote cells too."""
    log = night / "导出_13700004411.csv"
    assert qa("run", log, "--out", "reports/1", "--jobs", 1).returncode == 0
    log.write_text(log.read_text("utf-8").replace(",角色,", ",谁13700009966,", 1), "utf-8")
    done = qa("run", log, "--out", "reports/2", "--jobs", 1, "--history", "reports")
    assert done.returncode == 1, done.stderr
    assert list((tmp_path / "reports").glob("2.not-published/*.yaml"))
    assert leaks(done.stdout + done.stderr) == {}
    assert {name: found for name, text in published_texts(tmp_path / "reports").items() if (found := leaks(text))} == {}


def test_another_score_with_a_key_and_other_pages_leak_nothing(qa: Qa, night: Path, tmp_path: Path) -> None:
    assert qa("config", "customer-key", "k").returncode == 0
    assert qa("ingest", night / "导出_13700004411.csv", "--out", "out").returncode == 0
    for command in (["score", "out", "--customer-key", "k"], ["report", "out"]):
        done = qa(*command)
        assert done.returncode == 0, done.stderr
        assert leaks(done.stdout + done.stderr) == {}
        texts = published_texts(tmp_path / "out")
        assert {name: found for name, text in texts.items() if (found := leaks(text))} == {}
        assert "顾客0" not in "".join(texts.values())
    secret = (tmp_path / "k").read_text("utf-8").split()[-1]
    everything = b"".join(path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file())
    assert secret.encode() not in everything
    assert bytes.fromhex(secret) not in everything


WHO, WHAT = "买家李雷雷", "得了肝癌晚期"
HEAD = "会话ID,时间,角色,客服账号,客户ID,消息内容,消息类型,阶段"
SOUND = "s1,2026-12-01 10:00:00,客户,小棠,u1,在吗,text,售前\ns1,2026-12-01 10:00:05,客服,小棠,u1,在的亲,text,售前\n"
JD = {"data": [{"sid": f"{WHO}_0001", "waiter": "小棠", "degree": 75, "evaluation": "还行"}]}


def table(customer: str, kind: str = "text") -> list[list[str]]:
    said = [["10:00:00", "客户", "在吗"], ["10:00:05", "客服", "在的亲"]]
    rows = [[f"{customer}1", f"2026-12-01 {at}", role, "小棠", customer, text, kind, ""] for at, role, text in said]
    return [HEAD.split(","), *rows]


QUOTING: dict[str, tuple[str, bytes]] = {
    "no header": ("b.csv", f"{WHO},2026-12-01 10:00:00,客户,我叫{WHO}\n{WHO},{WHAT},客户,x\n".encode()),
    "one column": ("b.csv", f"{WHO}说他{WHAT}\n第二行\n".encode()),
    "no line understood": ("b.csv", f"{HEAD}\ns,{WHO},{WHAT},,u2,x,,\n".encode()),
    "kind and stage": ("b.csv", f"{HEAD}\n{SOUND[:-1].replace('text,售前', f'{WHO},{WHAT}')}\n".encode()),
    "foot": ("b.csv", f"{HEAD}\n{SOUND}合计,{WHO},{WHAT},,,,,\n".encode()),
    "unknown names": ("b.csv", f"{WHO},{WHAT},a\n1,2,3\n".encode()),
    "sheets": (
        "b.xlsx",
        workbook({WHO: table(WHO, "怪"), "李 雷雷": table("李 雷雷", "怪"), f"{WHAT}2": [[WHO, WHAT]]}),
    ),
    "sheet that goes on": ("b.xlsx", workbook({"一": table("u3"), WHAT: table("u3")[1:]})),
    "sheet of a file that is not read": ("b.xlsx", workbook({WHO: [HEAD.replace("角色", WHAT).split(","), ["x"] * 8]})),
    "unmatched": ("b.json", json.dumps(JD, ensure_ascii=False).encode()),
}


@pytest.mark.parametrize("name", QUOTING)
def test_what_a_notice_quotes_stays_on_the_terminal(qa: Qa, tmp_path: Path, name: str) -> None:
    file, data = QUOTING[name]
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "a.csv").write_text(f"{HEAD}\n{SOUND}", "utf-8")
    (tmp_path / "logs" / file).write_bytes(data)
    done = qa("run", "logs", "--out", "out", "--jobs", 1)
    assert done.returncode in (0, 1), done.stderr
    assert not {*"\ufdd0\ufdd1"} & {*done.stdout, *done.stderr}
    texts = published_texts(tmp_path / "out")
    assert "「…」" in texts["run.json"] or "#*****" in texts["run.json"]
    for secret in (WHO, WHAT, "李 雷雷"):
        assert [where for where, text in texts.items() if secret in text] == [], secret
    told = done.stdout + done.stderr
    assert "「…」" not in told, told
    if not name.startswith("sheets"):
        assert WHO in told or WHAT in told


def test_a_night_without_its_header_quotes_no_row(qa: Qa, tmp_path: Path) -> None:
    log = tmp_path / "a.csv"
    log.write_text(f"{HEAD}\n" + SOUND * 4, "utf-8")
    assert qa("run", log, "--out", "reports/1", "--jobs", 1).returncode == 0
    log.write_text(SOUND.replace("s1", WHO).replace("在吗", f"我{WHAT}") * 4, "utf-8")
    done = qa("run", log, "--out", "reports/2", "--jobs", 1, "--history", "reports")
    assert done.returncode == 1, done.stderr
    assert f"我{WHAT}" in done.stderr
    told = (tmp_path / "reports" / "2.not-published" / "run.json").read_text("utf-8")
    assert "现在的列是:「…」" in told
    assert not [secret for secret in (WHO, WHAT) if secret in told]
