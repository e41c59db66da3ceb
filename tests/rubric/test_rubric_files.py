"""A rubric is read whole or refused with every mistake at file:line:column; what is read knows its phrases."""

import pickle
import re
from pathlib import Path

import pytest

from qa_audit import clocks
from qa_audit.codes import CATALOG
from qa_audit.errors import RubricError
from qa_audit.measures.situations import SITUATION_LEXICONS
from qa_audit.measures.stages import STAGE_LEXICONS
from qa_audit.rubric import model
from qa_audit.rubric.load import Bound, LoadedRubric, load_rubric
from qa_audit.rubric.seeds import seeds
from tests.rubric.provoking import of_check, of_head, write
from tests.rubric.rubrics import load_text, rubric

GOOD = "- {id: a, title: 甲, points: 5, never: {words: [烦死了]}}"


def mistakes(text: str) -> list[str]:
    with pytest.raises(RubricError) as caught:
        load_text(text)
    return [f"{each.place.line}:{each.place.column} {each.code}" for each in caught.value.mistakes]


def check(written: str) -> str:
    return str(of_check(written, line="id: a, title: 甲", plain="")["rubric.yaml"])


def test_the_shipped_rubric_has_no_mistake() -> None:
    assert len(load_rubric().model.checks) >= 15


REFUSED = [
    ("points: 5", "E301"),
    ("points: 5, nver: {words: [x]}", "E201"),
    ("points: true, never: {words: [x]}", "E204"),
    ("points: -5, never: {words: [x]}", "E205"),
    ("points: 1.0e+999, never: {words: [x]}", "E205"),
    ("points: 99999, never: {words: [x]}", "E205"),
    ("points: 5, never: {words: [x], first: true}", "E204"),
    ("points: 5, never: {words: [x], first: '3'}", "E204"),
    ("points: 5, never: {words: [x], first: 1.5}", "E204"),
    ("points: 5, never: {words: [x], first: 99999999999999999999}", "E204"),
    ("points: 5, never: {words: [x], first_seconds: 1.0e+999}", "E204"),
    ("points: 5, never: {words: [x, ~]}", "E204"),
    ("points: 5, never: {words: [x, 1.5]}", "E204"),
    ("points: 5, never: {excepts: [x], words: [xx]}", "E201"),  # the key is except
    ("points: 5, never: {words: [x], match: most}", "E203"),
    ("points: 5, never: {words: [x], match: 0}", "E203"),
    ("points: 5, never: {words: [x], stage: preen}", "E203"),
    ("points: 5, never: {words: /etc/passwd.txt}", "E112"),
    ("points: 5, never: {words: 'C:\\secret.txt'}", "E112"),
    ('points: 5, never: {words: "a\\0.txt"}', "E112"),
    ("points: 5, never: {words: .txt}", "E111"),
    ("points: 5, never: {regex: ['(']}", "E402"),
    ("points: 5, never: {regex: ['x*']}", "E403"),
    ("points: 5, measure: rounds, bands: []", "E303"),
    ("points: 5, after: {words: [x]}, expect: {words: [y]}, forbid: {words: [z]}", "E316"),
    ("points: 5, flow: {steps: [], coverage: [{deduct: 1}]}", "E208"),
    ("points: 5, flow: {steps: standrd, coverage: [{deduct: 1}]}", "E203"),
    ("points: 5, flow: {steps: [{id: a, says: {words: x}}], coverage: [{deduct: 1}]}", "E202"),
    ("points: 5, after: {words: [x]}, expect: {words: [y]}, anchors: evry", "E203"),
    ("points: 5, never: {words: [x]}, when: {measure: nosuch, at_most: 1}", "E321"),
    ("points: 5, never: {words: [x]}, when: {any: [{not: {measure: nosuch, at_most: 1}}]}", "E321"),
    ("points: 5, never: {words: [x]}, when: {any: [{measure: rounds}]}", "E303"),
    ("points: 5, never: {words: [x]}, when: {mesure: rounds, at_least: 1}", "E201"),
    ("points: 5, never: {words: [x]}, when: {}", "E202"),
    ("points: 5, never: {words: [x]}, when: [rounds]", "E204"),
    ("points: 5, never: {words: [x], repeat: {messages: 2, times: 3}}", "E333"),
    ("points: 5, never: {length: {at_most: 2}, min_hits: 2}", "E335"),
    ("points: 5, deduct: 0, never: {words: [x]}", "E327"),
    ("points: 5, measure: rounds, bands: [{at_most: 3}, {label: 多}]", "E327"),
]


@pytest.mark.parametrize(("written", "code"), REFUSED, ids=[written for written, _ in REFUSED])
def test_each_mistake_is_told_once(written: str, code: str) -> None:
    assert [line.split()[1] for line in mistakes(check(written))] == [code]


@pytest.mark.parametrize(
    "text", ["", "[]", "just words", "rubric: x", "rubric: x\ngroups: []", "pack: x", "a: [", "\x00"]
)
def test_what_is_no_rubric_is_refused(text: str) -> None:
    assert mistakes(text)


@pytest.mark.parametrize("key", ["1: x", "~: x", "null: x", "true: x", "1.5: x", "'': x", "<<: {a: 1}"])
def test_keys_that_are_no_names_are_unknown(key: str) -> None:
    text = f"{key}\n{of_check('never: {words: [烦死了]}')['rubric.yaml']}"
    assert mistakes(text) == ["1:1 E201"]


@pytest.mark.parametrize(
    ("key", "told"), [("at_mst", r"\(是不是 at_most\?\)"), ("longer", r"\(可用:at_least、at_most\)")]
)
def test_an_unknown_key_is_told_the_one_most_like_it_else_all(key: str, told: str) -> None:
    with pytest.raises(RubricError, match=rf"E201 不认识的键 '{key}' {told}"):
        load_text(check(f"points: 5, never: {{words: [x], length: {{{key}: 3}}}}"))


@pytest.mark.parametrize(
    "part", ["never: {words: 烦, after: {says: {wrods: x}}}", "not: {says: {words: 烦, around: {says: {wrods: x}}}}"]
)
def test_a_mistake_within_an_anchor_is_told(part: str) -> None:
    with pytest.raises(RubricError, match="E201 不认识的键 'wrods'"):
        load_text(check(f"points: 5, {part}"))


def test_the_hash_covers_every_file_in_use_and_the_clock(tmp_path: Path) -> None:
    files = {
        **of_check("never: {words: w.txt}"),
        "w.txt": "烦死了\n",
        "p.yaml": "pack: p\ngroups: []\n",
        "unused.txt": "好\n",
        "my.yaml": "name: x\nextends: house\n",
    }
    files["rubric.yaml"] = "include: p.yaml\nclock: my.yaml\n" + str(files["rubric.yaml"])
    path = write(tmp_path, files)
    before = load_rubric(path).hash
    assert load_rubric(path).hash == before
    for name, content in files.items():
        write(tmp_path, {name: f"{content}# 注释\n" if name != "my.yaml" else f"{content}title: 新\n"})
        assert (load_rubric(path).hash == before) == (name == "unused.txt"), name
        write(tmp_path, {name: content})
    assert load_rubric(path).hash == before


def test_the_hash_does_not_depend_on_where_the_files_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {**of_check("never: {words: w.txt}"), "w.txt": "烦死了\n"}
    one, other = write(tmp_path / "a", files), write(tmp_path / "b" / "c", files)
    monkeypatch.chdir(one.parent)
    assert load_rubric(Path("rubric.yaml")).hash == load_rubric(other).hash


def test_a_mistake_in_a_lexicon_file_names_that_file(tmp_path: Path) -> None:
    path = write(tmp_path, {**of_check("never: {words: w.txt}"), "w.txt": "好\n[正则]\n(\n"})
    with pytest.raises(RubricError, match=r"w\.txt:3:1: E402 "):
        load_rubric(path)


def test_equal_matchers_share_a_lexicon_named_by_place_and_content() -> None:
    loaded = rubric(
        """
        - {id: a, title: 甲, points: 1, never: {words: [烦死了]}}
        - {id: b, title: 乙, points: 1, says: {words: [烦死了], role: customer}}
        """
    )
    (name,) = {bound.lexicon for bound in loaded.bound.values()}
    assert re.fullmatch(r"rubric\.yaml:8:38#[0-9a-f]{12}", name)


def bound_of(matcher: str) -> tuple[LoadedRubric, Bound, tuple[str, ...]]:
    loaded = rubric(f"- {{id: a, title: 甲, points: 1, says: {matcher}}}")
    bound = loaded.bound[loaded.model.checks[0][1].says]
    (lexicon,) = [each for each in loaded.lexicons if each.name == bound.lexicon]
    return loaded, bound, lexicon.phrases


def test_two_contents_at_one_place_have_two_names() -> None:
    assert bound_of("{words: 好的}")[1].lexicon != bound_of("{words: 好呀}")[1].lexicon


@pytest.mark.parametrize(
    ("matcher", "phrases", "patterns", "count"),
    [
        ("{words: [好, 行]}", ("好", "行"), (), 0),
        ("{words: [好, 行], match: none}", ("好", "行"), (), 0),
        ("{words: [好, 行], whole: [在], regex: [在.], entities: phone, match: all}", ("好", "行", "在", "在.", "phone"), ((0,), (1,), (2,), (3,), (4,)), 5),
        ("{words: [好, 好, 行], match: 2}", ("好", "行"), ((0,), (1,)), 2),
    ],
)  # fmt: skip
def test_patterns_are_numbered_where_several_are_wanted(
    matcher: str, phrases: tuple[str, ...], patterns: tuple[tuple[int, ...], ...], count: int
) -> None:
    _, bound, found = bound_of(matcher)
    assert (found, bound.patterns, bound.count) == (phrases, patterns, count)


def test_a_lexicon_named_is_one_pattern_and_a_phrase_may_be_of_two() -> None:
    loaded, bound, phrases = bound_of("{lexicon: [empathy, apology], words: [抱歉, 没事的], match: 2}")
    assert bound.count == 4
    assert dict(zip(phrases, bound.patterns, strict=True))["理解您"] == (0,)
    assert dict(zip(phrases, bound.patterns, strict=True))["抱歉"] == (1, 2)
    assert dict(zip(phrases, bound.patterns, strict=True))["没事的"] == (3,)
    assert next(each for each in loaded.lexicons if each.name == bound.lexicon).nested


def test_phrases_of_a_file_in_words_are_a_pattern_each(tmp_path: Path) -> None:
    path = write(tmp_path, {**of_check("never: {words: [w.txt, 甲], match: all}"), "w.txt": "好\n行\n[例外]\n好的\n"})
    loaded = load_rubric(path)
    (bound,) = loaded.bound.values()
    assert (bound.patterns, bound.count) == (((0,), (1,), (2,)), 3)


def test_evasions_of_the_matcher_or_of_a_file_hold_for_all_its_phrases(tmp_path: Path) -> None:
    _, bound, _ = bound_of("{words: [加我], evasions: true}")
    path = write(tmp_path, {**of_check("never: {words: [w.txt, 加我]}"), "w.txt": "[选项]\n规避\n[词]\n微信\n"})
    for loaded in (bound_of("{words: [加我], evasions: true}")[0], load_rubric(path)):
        (bound,) = loaded.bound.values()
        assert next(each for each in loaded.lexicons if each.name == bound.lexicon).evasions


def test_a_file_among_the_exceptions_gives_its_words(tmp_path: Path) -> None:
    path = write(tmp_path, {**of_check("never: {words: [好], except: [w.txt, 好呀]}"), "w.txt": "好的\n[例外]\n好吧\n"})
    loaded = load_rubric(path)
    (bound,) = loaded.bound.values()
    assert next(each for each in loaded.lexicons if each.name == bound.lexicon).excepts == ("好的", "好吧", "好呀")


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("says: {words: 好}", ()),
        ("says: {words: 好, stage: pre}", STAGE_LEXICONS),
        ("says: {words: 好}, when: {not: {stage: after}}", STAGE_LEXICONS),
        ("says: {words: 好}, when: {any: [{situation: refund}]}", SITUATION_LEXICONS),
        ("after: {situation: complaint, role: customer}, expect: {words: 好}", SITUATION_LEXICONS),
    ],
)
def test_lexicons_of_stages_and_situations_join_where_they_are_used(written: str, wanted: tuple[str, ...]) -> None:
    names = {each.name for each in rubric(f"- {{id: a, title: 甲, points: 1, {written}}}").lexicons}
    measured = {each.name for each in rubric(GOOD).lexicons if "#" not in each.name}
    assert {name for name in names if "#" not in name} == measured | set(wanted)


def test_what_is_loaded_can_be_handed_to_a_worker() -> None:
    loaded = load_rubric()
    again = pickle.loads(pickle.dumps(loaded))
    assert (again.model, again.bound, again.lexicons) == (loaded.model, loaded.bound, loaded.lexicons)
    with pytest.raises(RubricError) as caught:
        load_text("rubric: [")
    assert pickle.loads(pickle.dumps(caught.value)).mistakes == caught.value.mistakes


def test_titles_of_lexicons_are_the_first_words_of_their_comments() -> None:
    assert load_rubric().titles["insult"] == "辱骂"


def test_the_catalog_of_rules_has_275_in_16_families() -> None:
    known = seeds()
    assert len(known) == 275
    assert len({seed[:2] for seed in known}) == 16
    assert {"FL-00", "FL-21", "RT-01", "CR-13"} <= set(known)
    assert not {"RT-00", "RT-19", "CR-14"} & set(known)
    loaded = load_text(str(of_head("seeds: {店-1: 本店的规矩}")["rubric.yaml"]).replace("[RT-01]", "[RT-01, 店-1]"))
    assert loaded.model.seeds == {"店-1": "本店的规矩"}


def test_every_code_that_the_model_raises_is_in_the_catalog() -> None:
    folders = (Path(model.__file__).parent, Path(clocks.__file__).parent)
    source = "".join(path.read_text("utf-8") for folder in folders for path in folder.rglob("*.py"))
    raised = set(re.findall(r'mistake\(\s*"([EW]\d{3})"', source))
    assert len(raised) > 20
    assert raised <= set(CATALOG)
