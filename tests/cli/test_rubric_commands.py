"""`qa-audit rubric test | try | show | import | diff` as an author meets them: output, exit codes, mistakes."""

import io
import json
import sys
from pathlib import Path

import pytest

from qa_audit.rubric.load import load_rubric
from tests.cli.conftest import Qa

RUBRIC = """\
rubric: r
title: 我的
grades: {优: 95, 差: 0}
groups:
  - id: g
    title: 用语
    checks:
      - id: rude
        title: 反问
        points: 7
        deduct: 3
        never: {words: [说过了], role: agent}
        examples: {hit: [说过了], miss: [好的]}
"""
CHAT = "00:00 客户: 在吗\n00:05 客服(小棠): 不是说过了吗\n"


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """Return the files that commands are tried on, by the names used in the tables below."""
    texts = {
        "good.yaml": RUBRIC,
        "new.yaml": RUBRIC.replace("deduct: 3", "deduct: 5"),
        "broken.yaml": RUBRIC.replace("points", "ponts"),
        "bad.yaml": RUBRIC.replace("miss: [好的]", "miss: [好的, 真说过了吗], pass: '00:00 客服: 说过了'"),
        "chat.txt": CHAT,
        "oops.txt": CHAT + "你好\n",
        "empty.txt": "\n\n",
        "log.csv": "会话ID,发送时间,角色,客服,买家,内容\n1,2026-12-01 10:00:00,客户,甲,乙,在吗\n1,2026-12-01 10:00:05,客服,甲,乙,不是说过了吗13800138000\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "gbk.txt").write_bytes(CHAT.encode("gbk"))
    return {name.replace(".", "_"): tmp_path / name for name in [*texts, "gbk.txt"]}


def test_examples_of_the_shipped_rubric_behave(qa: Qa) -> None:
    done = qa("rubric", "test")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith(" 个例子,0 个不符\n")


def test_an_example_that_does_not_behave_is_told_with_its_place_and_marks(qa: Qa, files: dict[str, Path]) -> None:
    done = qa("rubric", "test", "good.yaml", "bad.yaml")
    assert (done.returncode, done.stderr) == (2, "")
    lines = done.stdout.splitlines()
    assert [line for line in lines if "个例子" in line] == [
        "good.yaml: 2 个例子,0 个不符",
        "bad.yaml: 4 个例子,2 个不符",
    ]
    assert "bad.yaml:13:43: 反问(rude)的 miss 例子:要 不命中,却 命中" in lines
    assert "    「真【说过了】吗」" in lines
    found = json.loads(qa("rubric", "test", "bad.yaml", "--format", "json").stdout)
    assert [each["key"] for each in found[0]["failures"]] == ["miss", "pass"]


def test_a_pack_is_tested_and_tried_by_itself(qa: Qa, files: dict[str, Path], tmp_path: Path) -> None:
    pack = RUBRIC.replace("rubric: r\n", "pack: p\n").replace("grades: {优: 95, 差: 0}\n", "")
    (tmp_path / "pack.yaml").write_text(pack.replace("miss: [好的]", "miss: [说过了]"), "utf-8")
    done = qa("rubric", "test", "pack.yaml")
    assert (done.returncode, "pack.yaml: 2 个例子,1 个不符" in done.stdout) == (2, True)
    assert "扣 3 分(最多 7)" in qa("rubric", "try", "pack.yaml", "chat.txt").stdout


def test_a_broken_rubric_hides_no_other(qa: Qa, files: dict[str, Path]) -> None:
    done = qa("rubric", "test", "broken.yaml", "good.yaml")
    assert (done.returncode, done.stdout) == (2, "good.yaml: 2 个例子,0 个不符\n")
    assert "broken.yaml:" in done.stderr


@pytest.mark.parametrize("chat", ["chat.txt", "gbk.txt"])
def test_try_from_a_file(qa: Qa, files: dict[str, Path], chat: str) -> None:
    done = qa("rubric", "try", "good.yaml", chat)
    assert (done.returncode, done.stderr) == (0, "")
    assert "未通过     反问(rude)  扣 3 分(最多 7)" in done.stdout
    assert "  得分 100 − 3 + 0 = 97,等级 优" in done.stdout


def test_try_a_chat_by_the_shipped_rubric(qa: Qa, files: dict[str, Path]) -> None:
    done = qa("rubric", "try", "chat.txt", "--format", "json")
    assert done.returncode == 0
    (segment,) = json.loads(done.stdout)["segments"]
    assert {check["check"] for check in segment["checks"]} == {c.id for _, c in load_rubric().model.checks}


class Typed(io.TextIOWrapper):
    """Standard input with this text, typed by hand or not."""

    def __init__(self, text: str, *, by_hand: bool) -> None:
        super().__init__(io.BytesIO(text.encode()), "utf-8")
        self.by_hand = by_hand

    def isatty(self) -> bool:
        return self.by_hand


@pytest.mark.parametrize(("arguments", "by_hand"), [(["good.yaml"], True), (["good.yaml", "-"], False), (["-"], False)])
def test_try_from_standard_input(
    qa: Qa, files: dict[str, Path], monkeypatch: pytest.MonkeyPatch, arguments: list[str], by_hand: bool
) -> None:
    monkeypatch.setattr(sys, "stdin", Typed(CHAT, by_hand=by_hand))
    done = qa("rubric", "try", *arguments)
    assert (done.returncode, "【" in done.stdout) == (0, True)
    assert done.stderr.startswith("等着读对话") == by_hand


def test_show_is_the_same_rubric(qa: Qa, files: dict[str, Path], tmp_path: Path) -> None:
    done = qa("rubric", "show", "good.yaml")
    assert (done.returncode, done.stderr) == (0, "")
    (tmp_path / "again.yaml").write_text(done.stdout, "utf-8")
    assert load_rubric(tmp_path / "again.yaml").model == load_rubric(files["good_yaml"]).model
    assert "      # 来自 good.yaml:8:9\n      - id: rude\n" in done.stdout


def test_to_excel_and_back(qa: Qa, files: dict[str, Path], tmp_path: Path) -> None:
    assert qa("rubric", "show", "good.yaml", "--xlsx", "评分表.xlsx").returncode == 0
    printed = qa("rubric", "import", "评分表.xlsx")
    assert printed.returncode == 0
    done = qa("rubric", "import", "评分表.xlsx", "-o", "again.yaml")
    assert (done.returncode, "rubric lint again.yaml" in done.stdout) == (0, True)
    assert (tmp_path / "again.yaml").read_text("utf-8") == printed.stdout
    assert load_rubric(tmp_path / "again.yaml").model == load_rubric(files["good_yaml"]).model


def test_nothing_is_overwritten_unasked(qa: Qa, files: dict[str, Path]) -> None:
    qa("rubric", "show", "good.yaml", "--xlsx", "x.xlsx")
    for arguments in (["show", "good.yaml", "--xlsx", "x.xlsx"], ["import", "x.xlsx", "-o", "new.yaml"]):
        done = qa("rubric", *arguments)
        assert (done.returncode, "--force" in done.stderr) == (2, True)
        assert qa("rubric", *arguments, "--force").returncode == 0


def test_a_workbook_that_means_nothing_is_told_by_cell(qa: Qa, files: dict[str, Path], tmp_path: Path) -> None:
    text = RUBRIC.replace("never: {words: [说过了], role: agent}", "never: {lexicon: rhetorical}")
    (tmp_path / "r.yaml").write_text(text, "utf-8")
    from qa_audit.authoring.workbook import write_workbook
    from qa_audit.rubric.model import Rubric
    from qa_audit.yaml_source import read_yaml

    tree = read_yaml(tmp_path / "r.yaml").tree
    tree["groups"][0]["checks"][0]["never"] = {"lexicon": ["rhetorcal"], "regex": ["(a"]}
    tree["groups"][0]["checks"].append({"id": "m", "title": "指标", "points": 5, "measure": "round", "at_most": 3})
    write_workbook(Rubric.model_validate(tree), tmp_path / "x.xlsx")
    done = qa("rubric", "import", "x.xlsx")
    assert (done.returncode, done.stdout) == (2, "")
    assert {line.split(": ")[0] for line in done.stderr.splitlines()} == {"x.xlsx:评分项!L3", "x.xlsx:词语!D2", "x.xlsx:词语!D3"}  # fmt: skip


def test_diff_of_rules_alone(qa: Qa, files: dict[str, Path]) -> None:
    done = qa("rubric", "diff", "good.yaml", "new.yaml")
    assert (done.returncode, done.stderr) == (0, "")
    assert "规则:加 0 项,去 0 项,改 1 项,没变 0 项" in done.stdout
    assert "      deduct:3 → 5" in done.stdout
    assert "影响" not in done.stdout
    assert json.loads(qa("rubric", "diff", "good.yaml", "new.yaml", "--format", "json").stdout)["effect"] is None


def test_diff_on_logs(qa: Qa, files: dict[str, Path], tmp_path: Path) -> None:
    before = {path.name for path in tmp_path.iterdir()}
    done = qa("rubric", "diff", "good.yaml", "new.yaml", "--logs", "log.csv")
    assert (done.returncode, done.stderr) == (0, "")
    assert "影响:1 段里 1 段变了(分数升 0,降 1);平均 97 → 95" in done.stdout
    assert "会话 1 第 1 段  顾客0001  客服 甲  2026-12-01  97 优 → 95 优(−2)" in done.stdout
    assert "10:00:05 客服说「不是【说过了】吗138****8000」" in done.stdout
    assert {path.name for path in tmp_path.iterdir()} == before


def test_diff_is_the_same_whatever_the_order_of_files(qa: Qa, files: dict[str, Path]) -> None:
    other = files["log_csv"].read_text("utf-8").replace("\n1,", "\n2,")
    files["log_csv"].with_name("other.csv").write_text(other, "utf-8")
    told = set()
    for order in (("log.csv", "other.csv"), ("other.csv", "log.csv")):
        given = [argument for log in order for argument in ("--logs", log)]
        told.add(qa("rubric", "diff", "good.yaml", "new.yaml", "--format", "json", *given).stdout)
    assert len(told) == 1
    assert json.loads(told.pop())["effect"]["total"] == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["test", "broken.yaml"], "broken.yaml:"),
        (["test", "nosuch.yaml"], "nosuch.yaml"),
        (["test", "chat.txt"], "chat.txt"),
        (["try", "broken.yaml", "chat.txt"], "broken.yaml:"),
        (["try", "nosuch.yaml", "chat.txt"], "nosuch.yaml"),
        (["try", "good.yaml", "nosuch.txt"], "nosuch.txt: 打不开"),
        (["try", "good.yaml", "oops.txt"], "oops.txt:3: 看不懂「你好」(每行写成 时间 谁: 说了什么"),
        (["try", "good.yaml", "empty.txt"], "empty.txt: 没有一句话"),
        (["try", "good.yaml", "log.csv"], "log.csv:1: 看不懂"),
        (["try", "chat.txt", "good.yaml"], "chat.txt: 不是评分表"),
        (["try", "good.yaml", "."], "打不开"),
        (["show", "broken.yaml"], "broken.yaml:"),
        (["show", "good.yaml", "--xlsx", "none/x.xlsx"], "none/x.xlsx: 写不了"),
        (["import", "good.yaml"], "good.yaml: 不是 .xlsx 工作簿"),
        (["import", "nosuch.xlsx"], "nosuch.xlsx: 打不开"),
        (["diff", "good.yaml"], "NEW"),
        (["diff", "good.yaml", "broken.yaml"], "broken.yaml:"),
        (["diff", "nosuch.yaml", "good.yaml"], "nosuch.yaml"),
        (["diff", "good.yaml", "new.yaml", "--logs", "nosuch.csv"], "nosuch.csv"),
        (["diff", "good.yaml", "new.yaml", "--logs", "chat.txt", "--log-format", "nosuch"], "nosuch"),
        (["diff", "good.yaml", "new.yaml", "--logs", "log.csv", "--tz", "Mars/Base"], "Mars/Base"),
        (["diff", "good.yaml", "new.yaml", "--logs", "log.csv", "--roster", "nosuch.csv"], "nosuch.csv"),
        (["diff", "good.yaml", "new.yaml", "--logs", "log.csv", "--export-end", "晚上"], "--export-end 晚上"),
    ],
)
def test_what_a_user_can_mend_is_exit_2(qa: Qa, files: dict[str, Path], arguments: list[str], words: str) -> None:
    done = qa("rubric", *arguments)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False), done.stderr
    assert words in done.stderr, done.stderr
    assert done.stdout == ""
