"""What differs between two rubrics as written."""

import pytest

from qa_audit.authoring.rule_changes import Change, rule_changes
from tests.rubric.rubrics import load_text

HEAD = "rubric: r\ntitle: 甲\n{top}groups:\n  - id: g\n    title: 组\n    checks:\n{checks}"
RUDE = "{id: rude, title: 反问, points: 5, never: {words: [烦, 说过了]}}"
GREET = "{id: greet, title: 问好, points: 5, says: {words: [您好]}}"


def loaded(*checks: str, top: str = ""):  # type: ignore[no-untyped-def]
    return load_text(HEAD.format(top=top, checks="".join(f"      - {check}\n" for check in checks)))


def test_added_removed_changed_and_same() -> None:
    found = rule_changes(
        loaded(RUDE, GREET, "{id: bye, title: 告别, points: 2, says: {words: [再见]}}"),
        loaded(GREET, RUDE.replace("5", "7"), "{id: new, title: 新的, points: 3, says: {words: [亲]}}"),
    )
    assert [(rule.check, rule.title, rule.group, rule.points) for rule in found.added] == [("new", "新的", "组", 3)]
    assert [rule.check for rule in found.removed] == ["bye"]
    assert [(each.rule.check, each.keys) for each in found.changed] == [("rude", (Change("points", "5", "7"),))]
    assert (found.same, found.top, found.lexicons) == (1, (), ())
    assert found.added[0].place.endswith("rubric.yaml:9:9")


@pytest.mark.parametrize(
    ("old", "new", "keys"),
    [
        (RUDE, RUDE.replace("烦, ", "烦, 真烦, "), [Change("never.words", added=("真烦",))]),
        (RUDE, RUDE.replace("烦, ", ""), [Change("never.words", removed=("烦",))]),
        (RUDE, RUDE.replace("words: [烦, 说过了]", "regex: '烦.{0,3}'"), [Change("never.words", removed=("烦", "说过了")), Change("never.regex", added=("烦.{0,3}",))]),
        (RUDE, RUDE.replace("烦, 说过了", "说过了, 烦"), []),
        (RUDE, RUDE.replace("title: 反问", "title: 质问"), [Change("title", "反问", "质问")]),
        (RUDE, RUDE.replace("points: 5", "points: 5.0"), []),
        (RUDE, RUDE.replace("points: 5", "points: 5, deduct: 2.5"), [Change("deduct", None, "2.5")]),
        (RUDE, RUDE.replace("points: 5", "points: 5, off: true"), [Change("off", None, "true")]),
        (RUDE, RUDE.replace("points: 5", "points: 5, when: {measure: rounds, at_least: 2}"), [Change("when", None, "[{measure: rounds, at_least: 2}]")]),
        (
            "{id: a, title: 甲, points: 9, measure: first_response_seconds, bands: [{at_most: 6}, {deduct: 5}]}",
            "{id: a, title: 甲, points: 9, measure: first_response_seconds, bands: [{at_most: 10}, {deduct: 5, label: 慢}]}",
            [Change("bands[1].at_most", "6", "10"), Change("bands[2].label", None, "慢")],
        ),
        (
            "{id: a, title: 甲, points: 9, measure: first_response_seconds, bands: [{at_most: 6}, {deduct: 5}]}",
            "{id: a, title: 甲, points: 9, measure: first_response_seconds, bands: [{deduct: 5}]}",
            [Change("bands", "[{at_most: 6}, {deduct: 5}]", "[{deduct: 5}]")],
        ),
    ],
)  # fmt: skip
def test_which_keys_changed(old: str, new: str, keys: list[Change]) -> None:
    found = rule_changes(loaded(old), loaded(new))
    told = [change for each in found.changed for change in each.keys]
    assert sorted(told, key=str) == sorted(keys, key=str)
    assert [each.phrases for each in found.changed] == [()] * len(found.changed)


def test_the_head_of_the_rubric() -> None:
    found = rule_changes(loaded(RUDE, top="bonus_cap: 5\ngrades: {优: 95}\n"), loaded(RUDE, top="clock: jd-30s\ngrades: {优: 90}\n"))  # fmt: skip
    assert found.top == (
        Change("bonus_cap", "5", "10"), Change("clock", "house", "jd-30s"), Change("grades.优", "95", "90"),
    )  # fmt: skip


def test_phrases_that_lexicons_brought() -> None:
    check = "{id: a, title: 甲, points: 5, never: {lexicon: insult, words: [笨, ＢＥＮ]}}"
    old = loaded(check)
    new = loaded(check.replace("笨", "蠢"), top="extend: {insult: {words: [猪头三], drop: [傻逼]}}\n")
    (changed,) = rule_changes(old, new).changed
    assert changed.keys == (Change("never.words", added=("蠢",), removed=("笨",)),)
    assert changed.phrases == (Change("never", added=("猪头三",), removed=("傻逼",)),)


def test_a_lexicon_that_only_measures_read() -> None:
    found = rule_changes(loaded(GREET), loaded(GREET, top="extend: {courtesy: {whole: [谢谢亲亲么么]}}\n"))
    assert (found.same, found.changed) == (1, ())
    (lexicon,) = found.lexicons
    assert (lexicon.key, lexicon.added, lexicon.removed) == ("courtesy", ("整句 谢谢亲亲么么",), ())


def test_a_check_that_moved_to_another_group() -> None:
    old = "rubric: r\ngroups:\n  - {id: g, title: 组, checks: [" + RUDE + ", " + GREET + "]}\n"
    new = "rubric: r\ngroups:\n  - {id: g, title: 组, checks: [" + GREET + "]}\n  - {id: h, title: 组二, count_once: true, checks: [" + RUDE + "]}\n"  # fmt: skip
    (changed,) = rule_changes(load_text(old), load_text(new)).changed
    assert changed.keys == (Change("group", "g", "h"), Change("count_once", "false", "true"))
