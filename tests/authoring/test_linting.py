"""Lint: every code is provoked at its place, all mistakes come at once, and nothing is said about what is right."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from qa_audit.authoring.linting import lint
from qa_audit.cli.rubric_lint import lint as lint_command
from qa_audit.codes import CATALOG, Mistake, Place
from qa_audit.errors import RubricError
from qa_audit.rubric import shelf
from qa_audit.rubric.lexicon_files import shipped_names
from qa_audit.rubric.load import load_rubric
from qa_audit.shipped import standard_rubric
from qa_audit.texts import lexicon
from tests.rubric.provoking import (
    HEAD,
    MOST_IN_LEXICON,
    MOST_IN_RUBRIC,
    PLAIN,
    PROVOKED,
    of_check,
    of_words,
    told,
    write,
)

LINE = re.compile(r"\S+:\d+:\d+: [EW]\d{3} \S.* \(\S.*\)")
HAN = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(autouse=True)
def _low_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexicon, "MOST_PHRASES", MOST_IN_LEXICON)
    monkeypatch.setattr(shelf, "MOST_PHRASES", MOST_IN_RUBRIC)


def codes(folder: Path, files: dict[str, str | bytes]) -> list[str]:
    return [each.code for each in told(folder, files)]


def test_every_code_of_the_catalog_is_provoked() -> None:
    assert list(PROVOKED) == sorted(CATALOG) == list(CATALOG)


@pytest.mark.parametrize("code", PROVOKED)
def test_each_mistake_is_told_alone_at_its_place(tmp_path: Path, code: str) -> None:
    files, place = PROVOKED[code]
    found = told(tmp_path, files)
    assert [(each.code, str(each.place).removeprefix(f"{tmp_path}/")) for each in found] == [(code, place)]
    (mistake,) = found
    for lang in ("zh", "en"):
        assert LINE.fullmatch(mistake.told(lang)), mistake.told(lang)
        assert "{" not in CATALOG[code].sentence(lang).format_map(_Any())
    assert HAN.search(mistake.message())
    assert HAN.search(mistake.hint())
    assert not HAN.search(re.sub(r"'[^']*'|: .*", "", mistake.message("en"))), mistake.message("en")


class _Any(dict):
    """Fills every field of a template, numbers too."""

    def __missing__(self, key: str) -> "_One":
        return _One()


class _One(str):
    def __format__(self, _: str) -> str:
        return "x"


@pytest.mark.parametrize("code", [code for code in PROVOKED if code[0] == "E"])
def test_an_error_stops_a_run_and_advice_does_not(tmp_path: Path, code: str) -> None:
    with pytest.raises(RubricError) as caught:
        load_rubric(write(tmp_path, PROVOKED[code][0]))
    assert code in [each.code for each in caught.value.mistakes]
    assert str(caught.value).splitlines() == [str(each) for each in caught.value.mistakes]


@pytest.mark.parametrize("code", [code for code in PROVOKED if code[0] == "W"])
def test_advice_does_not_stop_a_run(tmp_path: Path, code: str) -> None:
    assert load_rubric(write(tmp_path, PROVOKED[code][0])).model.checks


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    """Form, meaning and phrases: a malformed check hides neither its own phrases nor any other check's mistakes."""
    checks = [
        "{id: a, title: 甲, points: '5', never: {words: [烦死了, '\u200b'], rol: agent}, seeds: [XX-1]}",
        "{id: a, title: 乙, points: 5, measure: nosuch, at_most: 1, when: {measure: nosuch2, at_least: 1}}",
        "{id: c, title: 丙, points: 5, never: {words: lexicons/mine.txt}, deduct: 9}",
        "{id: d, title: 丁, points: 5, says: {lexicon: nosuch}}",
    ]
    files = {
        "rubric.yaml": f"clok: house\ngrades: {{优: 90, 良: 90}}\nclock: hause\ninclude: none.yaml\n{HEAD}"
        + "".join(f"      - {check}\n" for check in checks),
        "lexicons/mine.txt": "[正则]\n(\n好*\n",
    }
    found = {(each.code, each.place.line) for each in told(tmp_path, files)}
    errors = {(code, line) for code, line in found if code[0] == "E"}
    assert errors == {
        ("E201", 1), ("E328", 2), ("E324", 3), ("E111", 4), ("E204", 10), ("E401", 10), ("E201", 10), ("E323", 10),
        ("E320", 11), ("E321", 11), ("E308", 12), ("E402", 2), ("E403", 3), ("E322", 13),
    }  # fmt: skip
    assert [code for code, line in found if (code, line) == ("E321", 11)] == ["E321"]


def test_mistakes_stand_in_the_order_of_the_files(tmp_path: Path) -> None:
    files = of_words("烦死\n烦死了\n[坏]\n")
    files["rubric.yaml"] = "clok: house\n" + str(files["rubric.yaml"])
    places = [(Path(each.place.file).name, each.place.line) for each in told(tmp_path, files)]
    assert places == [("rubric.yaml", 1), ("mine.txt", 2), ("mine.txt", 3)]


@pytest.mark.parametrize(
    ("head", "suggested"),
    [
        ("clok: house", "是不是 clock?"),
        ("clock: hose", "是不是 house?"),
        ("scoring: deduc", "是不是 deduct?"),
        ("extend: {insul: {}}", "是不是 insult?"),
    ],
)
def test_the_nearest_known_word_is_suggested(tmp_path: Path, head: str, suggested: str) -> None:
    files = {"rubric.yaml": f"{head}\n{of_check('never: {words: [烦死了]}')['rubric.yaml']}"}
    assert suggested in told(tmp_path, files)[0].hint()


def test_the_shipped_rubric_and_every_shipped_lexicon_are_clean(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "MOST_PHRASES", 100_000)
    assert lint(standard_rubric()).mistakes == ()
    checks = "".join(
        f"      - {{id: {name.replace('_', '-')}, title: 甲, points: 1, says: {{lexicon: {name}}}, {PLAIN}}}\n"
        for name in shipped_names()
    )
    assert told(tmp_path, {"rubric.yaml": HEAD + checks}) == []


RIGHT = [
    ("女\n[例外]\n女装\n女士\n", ""),  # longer, and shields
    ("亲\n亲爱的\n[例外]\n亲爱\n", ""),  # the exception shields the shorter only
    ("vx\nvxx\n加vx\n", ""),  # Latin words count only whole
    ("好的\n[整句]\n好\n", ""),  # a whole message is not in a longer one
    ("好\n好的\n", ", match: 2"),  # two different phrases are wanted
    ("[正则]\n(?:^|[ ,])(亲)\n[例外]\n亲切\n", ""),  # a regex may be shielded
    ("[正则]\n您 ?好\\s+呀[\\t ]\n", ""),
    ("[实体]\n电话\n[例外]\n12345678901\n", ""),
]


@pytest.mark.parametrize(("content", "more"), RIGHT)
def test_nothing_is_said_about_what_is_right(tmp_path: Path, content: str, more: str) -> None:
    assert codes(tmp_path, of_words(content, more)) == []


DEAD = [
    ("never: {words: [不能退], unless: {words: [能退]}}", ["E406"]),
    ("never: {words: [不能退], unless: {words: [能退], except: [能退换]}}", []),  # 不能退换 is not ruled out
    ("never: {words: [不能退], role: agent, unless: {words: [能退], role: customer}}", []),
    ("never: {words: [不能退], unless: {words: [能退], first: 2}}", []),
    ("never: {words: [加v], unless: {words: [v]}}", []),  # 加vx has no word v
    ("never: {words: [v信], unless: {words: [v信]}}", ["E406"]),
    ("never: {regex: ['(好)的'], except: [好的]}", ["E405"]),
    ("never: {regex: ['(好)的?'], except: [好的]}", []),
    ("never: {whole: [好], except: [好]}", ["E405"]),
    ("never: {lexicon: insult, except: [你有病]}", ["E405"]),  # to take a phrase out, drop it
    ("never: {regex: ['您  好']}", ["E407"]),
    ("never: {regex: ['您\\n好']}", ["E407"]),
    ("never: {regex: ['您\\n?好', '您(?:\\n|,)好', '您\\x{200b}*好']}", []),
    ("never: {regex: ['您\\x{200b}好']}", ["E407"]),
]


@pytest.mark.parametrize(("check", "expected"), DEAD)
def test_phrases_that_can_never_be_hit(tmp_path: Path, check: str, expected: list[str]) -> None:
    assert codes(tmp_path, of_check(check)) == expected


def test_lexicons_named_together_are_not_held_against_each_other(tmp_path: Path) -> None:
    files = {
        **of_check("never: {words: [lexicons/a.txt, lexicons/b.txt]}"),
        "lexicons/a.txt": "女装\n女装店\n",
        "lexicons/b.txt": "女\n女装\n[例外]\n女装\n女士\n",
    }
    found = [(each.code, Path(each.place.file).name, each.place.line) for each in told(tmp_path, files)]
    assert sorted(found) == [("E405", "b.txt", 2), ("W603", "a.txt", 2)]


def test_a_lexicon_that_another_rubric_names_is_not_unused(tmp_path: Path) -> None:
    files = {**PROVOKED["W605"][0], "other.yaml": str(of_words("")["rubric.yaml"])}
    assert codes(tmp_path, files) == []


def test_a_pack_can_be_linted_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text(str(of_check("never: {words: [烦死了]}")["rubric.yaml"]).replace("rubric:", "pack:"), "utf-8")
    assert lint(path).mistakes == ()
    with pytest.raises(RubricError, match="E110"):
        load_rubric(path)


def test_a_check_switched_off_needs_no_examples(tmp_path: Path) -> None:
    assert codes(tmp_path, of_check("never: {words: [烦死了]}, off: true", plain="")) == []


def run(*arguments: str | Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(lint_command, [str(each) for each in arguments])
    return result.exit_code, result.stdout, result.stderr


def test_the_command_tells_findings_on_stdout_and_exits_2(tmp_path: Path) -> None:
    path = write(tmp_path, of_check("never: {words: [烦死了, '\u200b']}", plain=""))
    code, out, err = run(path)
    assert (code, err) == (2, "")
    assert [line.split(": ")[1].split()[0] for line in out.splitlines()] == ["W601", "W602", "E401"]
    code, out, _ = run(path, "--level", "error", "--lang", "en")
    assert code == 2
    assert "E401 nothing visible is in this phrase: \\u{200b} (delete it)" in out
    assert len(out.splitlines()) == 1


def test_the_command_says_one_line_for_a_file_without_findings(tmp_path: Path) -> None:
    path = write(tmp_path, of_check("never: {words: [烦死了]}", plain=""))
    good = tmp_path / "good.yaml"
    good.write_text(str(of_check("never: {words: [烦死了]}")["rubric.yaml"]), "utf-8")
    code, out, _ = run(path, good)
    assert code == 2
    assert out.splitlines()[-1].startswith(f"{good}: 没有问题(1 项检查,满扣 5 分,")
    assert run(path, "--level", "error")[0] == 0
    code, out, _ = run(good, "--lang", "en")
    assert (code, out.startswith(f"{good}: nothing wrong (1 checks, 5 points, ")) == (0, True)


def test_json_and_github(tmp_path: Path) -> None:
    path = write(tmp_path, of_check("never: {words: [烦死了], rol: a}", plain=""))
    code, out, _ = run(path, "--format", "json", "--lang", "en")
    (found,) = json.loads(out)
    assert code == 2
    assert found | {"message": "", "hint": ""} == {
        "file": str(path), "line": 6, "column": 65 - 5, "code": "E201", "level": "error", "message": "", "hint": "",
    }  # fmt: skip
    assert found["message"] == "unknown key 'rol'"
    assert found["hint"].strip() == "did you mean role?"
    code, out, _ = run(path, "--format", "github")
    assert out.startswith(f"::error file={path},line=6,col=60,title=E201::不认识的键 'rol' (是不是 role?)")
    good = write(tmp_path, of_check("never: {words: [烦死了]}"))
    assert run(good, "--format", "json") == (0, "[]\n", "")
    assert run(good, "--format", "github") == (0, "", "")


def test_github_lines_escape_what_would_end_them(tmp_path: Path) -> None:
    folder = tmp_path / "50%,a:b"
    folder.mkdir()
    path = write(folder, of_check("never: {words: [烦死了]}", plain="seeds: [RT-01]"))
    _, out, _ = run(path, "--format", "github")
    assert out.startswith(f"::warning file={tmp_path}/50%25%2Ca%3Ab/rubric.yaml,line=6,col=10,title=W601::")


def test_what_somebody_wrote_stays_on_one_short_line() -> None:
    mistake = Mistake(Place("f"), "E201", {"key": "长" * 500 + "\n", "keys": "a", "nearest": "", "nearest_en": ""})
    assert mistake.message() == f"不认识的键 '{'长' * 80}…'"
    assert Mistake(Place("f"), "E207", {"key": "a\u2028\x00", "given": "", "wanted": ""}).message().isprintable()
