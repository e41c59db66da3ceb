"""Packs, overrides, extensions and earlier versions: what is joined, where each part came from, what is refused."""

from pathlib import Path
from typing import Any

import pytest

from qa_audit.authoring.linting import lint
from qa_audit.errors import RubricError
from qa_audit.rubric import compose
from qa_audit.rubric.load import LoadedRubric, load_rubric
from qa_audit.shipped import standard_rubric
from tests.rubric.provoking import Files, write


def check(name: str, more: str = "points: 5, never: {words: [烦死了]}") -> str:
    return f"{{id: {name}, title: {name}, {more}}}"


def pack(name: str, *checks: str, group: str = "g", head: str = "") -> str:
    listed = "".join(f"      - {each}\n" for each in checks)
    return f"pack: {name}\n{head}\ngroups:\n  - id: {group}\n    title: 组\n    checks:\n{listed}"


def rubric(head: str, *checks: str) -> str:
    listed = "".join(f"      - {each}\n" for each in checks)
    groups = f"groups:\n  - id: own\n    title: 本店\n    checks:\n{listed}" if checks else ""
    return f"rubric: test\n{head}\n{groups}"


def load(folder: Path, files: Files) -> LoadedRubric:
    return load_rubric(write(folder, files))


def refused(folder: Path, files: Files) -> list[str]:
    with pytest.raises(RubricError) as caught:
        load(folder, files)
    return [str(each).removeprefix(f"{folder}/") for each in caught.value.mistakes]


def ids(loaded: LoadedRubric) -> dict[str, list[str]]:
    return {group.id: [check.id for check in group.checks] for group in loaded.model.groups}


def test_packs_come_first_in_order_and_groups_with_one_id_are_one(tmp_path: Path) -> None:
    loaded = load(
        tmp_path,
        {
            "rubric.yaml": rubric("include: [packs/one.yaml, packs/two.yaml]", check("c")).replace("own", "g"),
            "packs/one.yaml": pack("one", check("a")),
            "packs/two.yaml": pack("two", check("b")) + pack("", check("d"), group="h").split("groups:\n")[1],
        },
    )
    assert ids(loaded) == {"g": ["a", "b", "c"], "h": ["d"]}
    assert [group.title for group in loaded.model.groups] == ["本店", "组"]


def test_what_a_later_file_says_about_a_group_holds(tmp_path: Path) -> None:
    own = "rubric: r\ninclude: p.yaml\ngroups: [{id: g, count_once: true, points: 10, checks: [%s]}]\n"
    loaded = load(tmp_path, {"rubric.yaml": own % check("b"), "p.yaml": pack("p", check("a"))})
    (group,) = loaded.model.groups
    assert (group.title, group.count_once, group.points) == ("组", True, 1000)


def test_every_part_knows_the_file_it_came_from(tmp_path: Path) -> None:
    files = {
        "rubric.yaml": rubric("include: p.yaml\noverride: {a: {points: 3}}", check("b")),
        "p.yaml": pack("p", check("a")),
    }
    loaded = load(tmp_path, files)
    at = [loaded.source.at(("groups", 0, *loc)).removeprefix(f"{tmp_path}/") for loc in [
        ("id",), ("checks", 0, "title"), ("checks", 0, "points"), ("checks", 0, "never", "words", 0),
    ]]  # fmt: skip
    assert at == ["p.yaml:4:5", "p.yaml:7:17", "rubric.yaml:3:16", "p.yaml:7:54"]
    assert loaded.source.at(("groups", 1, "checks", 0)).endswith("rubric.yaml:8:9")
    assert loaded.source.tree["groups"][0]["checks"][0]["points"] == 3


def test_the_same_pack_twice_is_taken_once(tmp_path: Path) -> None:
    files = {
        "rubric.yaml": rubric("include: [one.yaml, two.yaml, ./base.yaml]"),
        "one.yaml": "pack: one\ninclude: base.yaml\n",
        "two.yaml": "pack: two\ninclude: base.yaml\n",
        "base.yaml": pack("base", check("a")),
    }
    assert ids(load(tmp_path, files)) == {"g": ["a"]}


def test_a_rubric_can_be_included_for_its_checks(tmp_path: Path) -> None:
    files = {"rubric.yaml": rubric("include: standard.yaml\noverride: {insult: {off: true}}\nmin_applicable: 7")}
    loaded = load(tmp_path, files)
    standard = load_rubric(standard_rubric())
    assert [each.id for _, each in loaded.model.checks] == [
        each.id for _, each in standard.model.checks if each.id != "insult"
    ]
    assert (loaded.model.rubric, loaded.model.min_applicable, loaded.model.grades) == ("test", 700, {})
    assert loaded.source.at(("groups", 0)).split(":")[0].endswith("standard.yaml")


OVERRIDES: list[tuple[str, dict[str, Any]]] = [
    ("points: 3", {"points": 300}),
    ("severity: major, title: 新", {"severity": "major", "title": "新"}),
    ("off: true", {"off": True}),
    ("never: ~, measure: rounds, at_most: 3", {"never": None, "measure": "rounds", "at_most": 3}),
    ("points: 8, never: ~, measure: rounds, bands: [{at_most: 3}, {deduct: 8}]", {"points": 800}),
]


@pytest.mark.parametrize(("written", "expected"), OVERRIDES)
def test_an_override_changes_the_keys_it_names(tmp_path: Path, written: str, expected: dict[str, Any]) -> None:
    files = {
        "rubric.yaml": rubric(f"include: p.yaml\noverride: {{a: {{{written}}}}}", check("b")),
        "p.yaml": pack("p", check("a")),
    }
    found = load(tmp_path, files).model.groups[0].checks[0]
    assert {key: getattr(found, key) for key in expected} == expected
    assert found.id == "a"


def test_the_file_that_includes_overrides_last(tmp_path: Path) -> None:
    files = {
        "rubric.yaml": rubric("include: two.yaml\noverride: {a: {points: 3}}"),
        "two.yaml": "pack: two\ninclude: one.yaml\noverride: {a: {points: 4, remedy: 好}}\n",
        "one.yaml": pack("one", check("a")),
    }
    (found,) = load(tmp_path, files).model.groups[0].checks
    assert (found.points, found.remedy) == (300, "好")


def test_mistakes_of_an_override_are_told_where_it_is_written(tmp_path: Path) -> None:
    files = {
        "rubric.yaml": rubric(
            "include: p.yaml\noverride:\n  a: {points: x}\n  aa: {points: 1}\n  b: {never: {wrds: 1}}"
        ),
        "p.yaml": pack("p", check("a"), check("b")),
    }
    assert [line.split(" (")[0] for line in refused(tmp_path, files)] == [
        "rubric.yaml:4:7: E204 'points' 要写一个数,如 5 或 2.5",
        "rubric.yaml:5:3: E503 没有检查项 'aa' 可改",
        "rubric.yaml:6:15: E201 不认识的键 'wrds'",
    ]


@pytest.mark.parametrize("value", ["[1]", "x", "{a: 1}", "{a: [x]}", "{'1': {}}", "~"])
def test_an_override_that_is_no_override_is_told(tmp_path: Path, value: str) -> None:
    files = {"rubric.yaml": rubric(f"include: p.yaml\noverride: {value}"), "p.yaml": pack("p", check("a"))}
    assert all(line.startswith("rubric.yaml:3:") for line in refused(tmp_path, files))


def test_mistakes_of_a_pack_are_told_in_its_file(tmp_path: Path) -> None:
    files = {
        "rubric.yaml": rubric("include: p.yaml", check("b")),
        "p.yaml": pack("p", check("a", "points: 5, never: {words: [x], rol: y}, seeds: XX-1"), head="clock: house"),
    }
    assert [line.split(" ", 2)[:2] for line in refused(tmp_path, files)] == [
        ["p.yaml:2:1:", "E201"], ["p.yaml:7:58:", "E201"], ["p.yaml:7:67:", "E323"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    "groups", ["x", "{}", "[1]", "[{id: g}]", "[{id: g, checks: 1}]", "[{id: g, checks: [1]}]", "~"]
)
def test_malformed_groups_of_a_pack_are_told_in_its_file(tmp_path: Path, groups: str) -> None:
    files = {"rubric.yaml": rubric("include: p.yaml", check("b")), "p.yaml": f"pack: p\ngroups: {groups}\n"}
    told = refused(tmp_path, files)
    assert told
    assert all(line.startswith("p.yaml:2:") for line in told), told


def test_circles_and_depth_are_told_with_the_chain(tmp_path: Path) -> None:
    files = {
        "rubric.yaml": rubric("include: a.yaml", check("x")),
        "a.yaml": "pack: a\ninclude: b.yaml\n",
        "b.yaml": "pack: b\ninclude: [a.yaml, rubric.yaml]\n",
    }
    told = refused(tmp_path, files)
    assert "E501 包含绕回了自己:rubric.yaml → a.yaml → b.yaml → a.yaml" in told[0]
    assert "rubric.yaml → a.yaml → b.yaml → rubric.yaml" in told[1]
    deep = {f"p{i}.yaml": f"pack: p\ninclude: p{i + 1}.yaml\n" for i in range(20)}
    (line,) = refused(tmp_path, {**deep, "rubric.yaml": rubric("include: p0.yaml", check("x"))})
    assert line.startswith("p7.yaml:2:1: E502 ")
    assert " → p7.yaml → p8.yaml(" in line


def test_there_is_a_limit_to_the_files_included(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compose, "_MOST_FILES", 3)
    files = {f"p{i}.yaml": "pack: p\n" for i in range(4)}
    files["rubric.yaml"] = rubric("include: [p0.yaml, p1.yaml, p2.yaml]", check("x"))
    assert "E502" in refused(tmp_path, files)[0]


OUTSIDE = [
    "../secret.yaml",
    "/etc/passwd",
    "a/../../secret.yaml",
    "..\\secret.yaml",
    "C:/secret.yaml",
    "link.yaml",
    "down/secret.yaml",
]


@pytest.mark.parametrize("name", OUTSIDE)
@pytest.mark.parametrize("head", ["include: '{}'", "earlier: '{}'", "clock: '{}.yaml'"])
def test_nothing_outside_the_folder_is_read(tmp_path: Path, name: str, head: str) -> None:
    (tmp_path / "secret.yaml").write_text("SECRET: [", "utf-8")
    (tmp_path / "secret.yaml.yaml").write_text("SECRET: [", "utf-8")
    inside = tmp_path / "shop"
    inside.mkdir()
    for link in ("link.yaml", "link.yaml.yaml"):
        (inside / link).symlink_to(tmp_path / "secret.yaml")
    (inside / "down").symlink_to(tmp_path)
    (line,) = refused(inside, {"rubric.yaml": rubric(head.format(name), check("x"))})
    assert line.startswith(f"rubric.yaml:2:1: E112 '{name}"), line
    assert "SECRET" not in line


def test_a_link_within_the_folder_may_be_followed(tmp_path: Path) -> None:
    write(tmp_path, {"packs/p.yaml": pack("p", check("a"))})
    (tmp_path / "link.yaml").symlink_to(tmp_path / "packs" / "p.yaml")
    assert ids(load(tmp_path, {"rubric.yaml": rubric("include: [link.yaml, packs/p.yaml]")})) == {"g": ["a"]}


@pytest.mark.parametrize(
    ("content", "code"),
    [("x", "E110"), ("- 1", "E110"), ("name: x", "E110"), ("pack: ]", "E104"), (b"\xff", "E103"), ("pack: 1a", "E207")],
)
def test_what_is_no_pack_is_refused(tmp_path: Path, content: str | bytes, code: str) -> None:
    told = refused(tmp_path, {"rubric.yaml": rubric("include: p.yaml", check("x")), "p.yaml": content})
    assert [line.split()[1] for line in told] == [code]
    assert told[0].startswith("p.yaml:1:")


def test_names_are_looked_for_beside_the_file_then_the_rubric_then_the_shipped(tmp_path: Path) -> None:
    files = {
        "rubric.yaml": rubric("include: packs/p.yaml", check("c", "points: 1, says: {words: lexicons/x.txt}")),
        "packs/p.yaml": pack(
            "p",
            check("a", "points: 1, says: {words: lexicons/x.txt, first: 1}"),
            check("b", "points: 1, says: {words: lexicons/y.txt}"),
            check("d", "points: 1, says: {words: lexicons/insult.txt}"),
        ),
        "packs/lexicons/x.txt": "甲\n",
        "lexicons/x.txt": "乙\n",
        "lexicons/y.txt": "丙\n",
    }
    loaded = load(tmp_path, files)
    lexicons = {each.name: each for each in loaded.lexicons}
    words = {
        check.id: lexicons[loaded.bound[check.says].lexicon].words[0] for _, check in loaded.model.checks if check.says
    }
    assert words == {"a": "甲", "b": "丙", "d": "傻逼", "c": "乙"}


def words_of(loaded: LoadedRubric) -> tuple[str, ...]:
    lexicons = {each.name: each for each in loaded.lexicons}
    (bound,) = loaded.bound.values()
    return lexicons[bound.lexicon].words


@pytest.mark.parametrize("name", ["lexicons/x.txt", "./lexicons/x.txt"])
def test_a_lexicon_is_extended_in_the_order_of_the_files(tmp_path: Path, name: str) -> None:
    files = {
        "rubric.yaml": rubric(f"include: p.yaml\nextend: {{'{name}': {{words: [丁, 甲], drop: [乙, 戊]}}}}"),
        "p.yaml": pack(
            "p",
            check("a", "points: 1, says: {words: lexicons/x.txt}"),
            head="extend: {lexicons/x.txt: {words: [戊, 己]}}",
        ),
        "lexicons/x.txt": "甲乙\n乙\n丙\n",
    }
    assert words_of(load(tmp_path, files)) == ("甲乙", "丙", "己", "丁", "甲")


def test_a_shipped_lexicon_is_extended_for_checks_and_measures(tmp_path: Path) -> None:
    head = "extend: {thanks: {words: [多谢亲], drop: [谢啦], except: [多谢合作], regex: [感恩.], whole: [3q]}}"
    loaded = load(tmp_path, {"rubric.yaml": rubric(head, check("a", "points: 1, says: {lexicon: thanks}"))})
    (bound,) = loaded.bound.values()
    for name in ("thanks", bound.lexicon):
        (lexicon,) = [each for each in loaded.lexicons if each.name == name]
        assert "多谢亲" in lexicon.words
        assert "谢啦" not in lexicon.words
        assert (lexicon.regexes, lexicon.whole) == (("感恩.",), ("3q",))
        assert "多谢合作" in lexicon.excepts
    assert load_rubric().titles["thanks"] == loaded.titles["thanks"]


def test_by_file_and_by_name_is_the_same_lexicon(tmp_path: Path) -> None:
    head = "extend: {lexicons/thanks.txt: {words: [多谢亲]}}"
    loaded = load(tmp_path, {"rubric.yaml": rubric(head, check("a", "points: 1, says: {lexicon: thanks}"))})
    assert "多谢亲" in words_of(loaded)


def test_what_is_dropped_is_found_by_its_normal_form(tmp_path: Path) -> None:
    files = {
        "rubric.yaml": rubric(
            "extend: {x.txt: {drop: [沒問題, '[a-z]+号']}}", check("a", "points: 1, says: {words: x.txt}")
        ),
        "x.txt": "没问题\n好\n[正则]\n[a-z]+号\n",
    }
    assert words_of(load(tmp_path, files)) == ("好",)


@pytest.mark.parametrize(
    ("extension", "code"),
    [
        ("{x.txt: {words: ['\u200b']}}", "E401"), ("{x.txt: {regex: ['(']}}", "E402"), ("{x.txt: {wrds: [x]}}", "E201"),
        ("{x.txt: {words: [~]}}", "E204"), ("{x.txt: 1}", "E204"), ("[x]", "E204"), ("{y.txt: {words: x}}", "E111"),
        ("{../y.txt: {words: x}}", "E112"), ("{x.txt: {drop: 好的呀}}", "E506"), ("{nosuch: {}}", "E505"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("file", ["rubric.yaml", "p.yaml"])
def test_mistakes_of_an_extension_are_told_where_it_is_written(
    tmp_path: Path, extension: str, code: str, file: str
) -> None:
    head = {"rubric.yaml": "", "p.yaml": ""} | {file: f"\nextend: {extension}"}
    files = {
        "rubric.yaml": rubric(f"include: p.yaml{head['rubric.yaml']}", check("b", "points: 1, says: {words: x.txt}")),
        "p.yaml": pack("p", check("a"), head=head["p.yaml"]),
        "x.txt": "好\n",
    }
    told = refused(tmp_path, files)
    assert [line.split()[1] for line in told] == [code], told
    assert told[0].startswith(f"{file}:3:")


def test_seeds_of_packs_and_the_shop_are_joined(tmp_path: Path) -> None:
    files = {
        "rubric.yaml": rubric(
            "include: p.yaml\nseeds: {店-1: 甲}", check("b", "points: 1, says: {words: 好}, seeds: [店-1, 包-1]")
        ),
        "p.yaml": pack("p", check("a"), head="seeds: {包-1: 乙}"),
    }
    assert load(tmp_path, files).model.seeds == {"包-1": "乙", "店-1": "甲"}


def version(number: int, effective: str, earlier: str = "") -> str:
    dated = f"effective: {effective}\n" if effective else ""
    listed = f"earlier: [{earlier}]\n" if earlier else ""
    return rubric(f"version: {number}\n{dated}{listed}", check("a"))


def test_earlier_versions_come_newest_first_each_once(tmp_path: Path) -> None:
    files = {
        "rubric.yaml": version(3, "2026-12-01", "v2.yaml, v1.yaml"),
        "v2.yaml": version(2, "2026-11-01", "v1.yaml"),
        "v1.yaml": version(1, ""),
    }
    loaded = load(tmp_path, files)
    assert [each.model.version for each in loaded.earlier] == [2, 1]
    assert [each.earlier for each in loaded.earlier] == [(), ()]
    alone = load_rubric(tmp_path / "v1.yaml")
    assert (loaded.earlier[1].hash, loaded.earlier[1].model) == (alone.hash, alone.model)


@pytest.mark.parametrize(
    ("newest", "v2", "v1", "place"),
    [
        ("2026-12-01", "2026-12-01", "2026-10-01", "2:1"), ("2026-12-01", "2026-11-01", "2026-11-01", "2:2"),
        ("2026-12-01", "2026-12-02", "", "2:1"), ("", "2026-12-01", "2026-11-01", "2:1"), ("2026-12-01", "", "", "2:2"),
    ],
)  # fmt: skip
def test_dates_that_do_not_fall_are_mistakes(tmp_path: Path, newest: str, v2: str, v1: str, place: str) -> None:
    line = "earlier: [v2.yaml,\n  v1.yaml]"
    files = {
        "rubric.yaml": rubric(f"{line}\n" + (f"effective: {newest}" if newest else ""), check("a")),
        "v2.yaml": version(2, v2),
        "v1.yaml": version(1, v1),
    }
    (told,) = refused(tmp_path, files)
    row = {"2:1": "rubric.yaml:2:", "2:2": "rubric.yaml:3:"}[place]
    assert told.startswith(row), told
    assert "E507" in told


def test_versions_that_lead_back_are_told(tmp_path: Path) -> None:
    files = {"rubric.yaml": version(2, "2026-12-01", "v1.yaml"), "v1.yaml": version(1, "2026-11-01", "rubric.yaml")}
    (told,) = refused(tmp_path, files)
    assert told.startswith("v1.yaml:4:11: E508 ")
    assert "rubric.yaml → v1.yaml → rubric.yaml" in told


def test_many_versions_that_all_name_each_other_are_read_once_each(tmp_path: Path) -> None:
    files = {
        f"v{i}.yaml": version(i, f"2026-10-{i:02}", ", ".join(f"v{j}.yaml" for j in range(i - 1, 0, -1)))
        for i in range(1, 26)
    }
    files["rubric.yaml"] = version(26, "2026-10-26", ", ".join(f"v{j}.yaml" for j in range(25, 0, -1)))
    assert [each.model.version for each in load(tmp_path, files).earlier] == list(range(25, 0, -1))


def test_mistakes_of_an_earlier_version_are_told(tmp_path: Path) -> None:
    files = {"rubric.yaml": version(2, "2026-12-01", "v1.yaml"), "v1.yaml": version(1, "").replace("points", "ponts")}
    assert refused(tmp_path, files)[0].startswith("v1.yaml:")


def test_joining_is_the_same_every_time(tmp_path: Path) -> None:
    files = {
        "rubric.yaml": rubric("include: [two.yaml, one.yaml]\noverride: {b: {points: 2}, a: {points: 3}}", check("c")),
        "one.yaml": pack("one", check("a")),
        "two.yaml": pack("two", check("b")),
    }
    one, again = load(tmp_path, files), load(tmp_path, files)
    assert (one.hash, one.source.tree, one.source.places) == (again.hash, again.source.tree, again.source.places)
    assert lint(tmp_path / "rubric.yaml").mistakes == lint(tmp_path / "rubric.yaml").mistakes
