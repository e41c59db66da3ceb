"""Rubrics drawn by hypothesis: valid by construction, every key of every part among what may be drawn."""

from typing import Any

from hypothesis import strategies as st

from qa_audit.measures import MEASURES
from qa_audit.rubric import model as m
from qa_audit.rubric.model.matcher import Automation, EntityKind, MessageKind, Situation, Stage

Tree = dict[str, Any]

AWKWARD = (
    "烦", "加微信", "=1+1", " 前后有空格 ", "a\nb", "no", "9:30", "08", "1e3", "~", '"引号"', "{a: b}", "[词]", "- x", "#号",
    "😀\u200d👩", "\x07响铃", "\r\n", "\n", "", " ", "'", "\u2028", "a: b", "x #y", "true", "2026-12-01", "\t制表", "\ufeff",
    "00:00 客户: 在吗\n00:05 客服: 您好\n", "# s1 date=2026-12-02\n\n00:00 客户: 在\n", "第一行\n  第二行 \n", "\ufffe", "词表.txt",
)  # fmt: skip
texts = st.sampled_from(AWKWARD) | st.text(max_size=12)
phrases = st.lists(texts, min_size=1, max_size=3)
idents = st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,12}", fullmatch=True)
points = st.integers(0, 10_000).map(lambda hundredths: hundredths / 100)
counts = st.integers(1, 10_000)
numbers = st.integers(-5, 500) | st.floats(-1e6, 1e6, allow_nan=False)
days = st.dates().map(lambda day: day.isoformat())


def some(keys: dict[str, st.SearchStrategy[Any]], *needed: str) -> st.SearchStrategy[Tree]:
    """Draw a mapping with the needed keys and any of the others."""
    return st.fixed_dictionaries(
        {key: keys[key] for key in needed}, optional={key: each for key, each in keys.items() if key not in needed}
    )


def several(*values: object) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True)


def words_of(literal: Any) -> st.SearchStrategy[list[Any]]:
    return several(*literal.__args__)


@st.composite
def ranges(draw: st.DrawFn) -> Tree:
    low, high = sorted((draw(numbers), draw(numbers)))
    return draw(st.sampled_from([{"at_least": low}, {"at_most": high}, {"at_least": low, "at_most": high}]))


@st.composite
def positions(draw: st.DrawFn) -> Tree:
    return draw(st.sampled_from([{"from": 2}, {"to": 5}, {"from": -3, "to": -1}, {"from": 2, "to": -2}, {}]))


lookbacks = some(
    {"messages": counts, "similar": st.floats(0.5, 1), "min_length": counts, "times": counts},
)
matchers: st.SearchStrategy[Tree] = st.deferred(lambda: MATCHER.map(_sound))
within = st.deferred(lambda: some(WITHIN, "messages"))
anchors = st.deferred(lambda: some(ANCHOR, "says"))

WITHIN: dict[str, st.SearchStrategy[Any]] = {
    "messages": counts, "seconds": st.floats(0.01, 1e5), "turns": counts, "until": matchers, "itself": st.booleans(),
}  # fmt: skip
ANCHOR: dict[str, st.SearchStrategy[Any]] = {
    "says": matchers, "within": within, "anchors": st.sampled_from(["any", "first", "last", 3]),
}  # fmt: skip
MATCHER_KEYS: dict[str, st.SearchStrategy[Any]] = {
    "words": phrases, "whole": phrases, "regex": phrases, "lexicon": phrases, "entities": words_of(EntityKind),
    "like": phrases, "similar": st.floats(0.5, 1), "except": phrases, "evasions": st.booleans(),
    "match": st.sampled_from(["any", "all", "none", 2]), "across": st.sampled_from(["message", "burst", "segment"]),
    "min_hits": st.integers(1, 5), "max_hits": st.integers(5, 9),
    "role": st.sampled_from(["agent", "customer", "bot", "auto", "any"]), "automation": words_of(Automation),
    "kind": words_of(MessageKind), "stage": words_of(Stage), "situation": words_of(Situation),
    "quoted": st.sampled_from(["skip", "count"]), "first": counts, "last": counts, "number": positions(),
    "first_seconds": st.floats(0, 1e5), "last_seconds": st.integers(0, 500), "after": anchors, "before": anchors,
    "around": anchors, "length": ranges(), "exclamations": ranges(), "questions": ranges(), "tone": ranges(),
    "waited": ranges(), "repeat": lookbacks, "echo": lookbacks, "unless": matchers, "within": within,
}  # fmt: skip


@st.composite
def _few_keys(draw: st.DrawFn) -> Tree:
    names = draw(st.lists(st.sampled_from(sorted(MATCHER_KEYS)), max_size=4, unique=True))
    return {name: draw(MATCHER_KEYS[name]) for name in names}


MATCHER = _few_keys()


def _sound(matcher: Tree) -> Tree:
    """Make a matcher that finds something."""
    if not {"whole", "regex", "lexicon", "entities"} & set(matcher):
        matcher = {"words": ["烦"], **matcher}
    if "kind" in matcher:
        matcher = {**matcher, "kind": sorted({*matcher["kind"], "text"})}
    return {**matcher, "role": "customer"} if "tone" in matcher else matcher


conditions: st.SearchStrategy[Tree] = st.deferred(
    lambda: st.one_of(
        st.builds(lambda limits, name: {**limits, "measure": name}, ranges(), idents),
        some({"says": matchers}, "says"),
        some({"stage": words_of(Stage)}, "stage"),
        some({"situation": words_of(Situation)}, "situation"),
        some({"shop": phrases}, "shop"),
        some({"agent": phrases}, "agent"),
        some({"not": conditions}, "not"),
        some({"any": st.lists(conditions, min_size=1, max_size=2)}, "any"),
        some({"all": st.lists(conditions, min_size=1, max_size=2)}, "all"),
    )
)
several_conditions = st.lists(conditions, min_size=1, max_size=2)


@st.composite
def ladders(draw: st.DrawFn) -> list[Tree]:
    edges = draw(st.lists(numbers, max_size=3, unique=True))
    costs = sorted(draw(st.lists(points, min_size=len(edges) + 1, max_size=len(edges) + 1)))
    falling = draw(st.booleans())
    key, edges = ("at_least", sorted(edges, reverse=True)) if falling else ("at_most", sorted(edges))
    bands = [{key: edge} for edge in edges] + [{}]
    extra = some({"label": texts, "bonus": points})
    return [{**band, "deduct": cost, **draw(extra)} for band, cost in zip(bands, costs, strict=True)]


counts_of_hits = points.map(lambda cost: [{"at_most": 0}, {"at_most": 2, "label": "少"}, {"deduct": cost}])
steps = some({"id": idents, "title": texts, "says": matchers, "when": several_conditions}, "id", "title", "says")
flows = some(
    {
        "steps": st.just("standard") | st.lists(steps, min_size=1, max_size=2),
        "ordered": st.booleans(),
        "coverage": ladders(),
    },
    "coverage",
)
EXAMPLES = dict.fromkeys(("hit", "miss", "pass", "fail", "review", "not_applicable"), phrases)
KINDS: dict[str, st.SearchStrategy[Any]] = {
    "measure": st.sampled_from(sorted(MEASURES)) | idents, "says": matchers, "never": matchers, "share": matchers,
    "after": matchers, "before": matchers, "around": matchers, "flow": flows, "all": several_conditions,
    "any": several_conditions, "not": conditions,
}  # fmt: skip
CHECK: dict[str, st.SearchStrategy[Any]] = {
    "title": texts.filter(bool), "off": st.booleans(), "seeds": phrases,
    "severity": st.sampled_from(["minor", "major", "critical"]), "confidence": st.sampled_from(["high", "medium", "low"]),
    "remedy": texts, "when": several_conditions, "red_line": some({"cap": points}), "deduct": points, "bonus": points,
    "examples": some(EXAMPLES),
}  # fmt: skip
OF_KIND: dict[str, st.SearchStrategy[Any]] = {
    "bands": ladders(), "at_least": numbers, "at_most": numbers, "unanswered": st.sampled_from(["fail", "skip"]),
    "per": st.sampled_from(["message", "span", "segment"]), "expect": matchers, "forbid": matchers,
    "anchors": st.sampled_from(["every", "first", "last", "any", 2]),
}  # fmt: skip


@st.composite
def checks(draw: st.DrawFn) -> Tree:
    kind = draw(st.sampled_from(sorted(KINDS)))
    check = draw(some(CHECK, "title")) | {"points": 100, kind: draw(KINDS[kind])}
    if kind in ("measure", "share"):
        check |= draw(
            st.sampled_from([{"bands": draw(ladders())}, {"at_least": draw(numbers)}, {"at_most": draw(numbers)}])
        )
    if kind == "measure":
        check |= draw(some({"unanswered": OF_KIND["unanswered"]}))
    if kind == "never":
        check |= draw(some({"per": OF_KIND["per"], "bands": counts_of_hits}))
    if kind in ("after", "before", "around"):
        wanted = draw(st.sampled_from(["expect", "forbid"]))
        check |= {wanted: draw(OF_KIND[wanted])} | draw(some({"anchors": OF_KIND["anchors"]}))
    return check


EXTENSION = dict.fromkeys(("words", "whole", "regex", "except", "drop"), phrases)
GROUP = {"title": texts, "points": points, "count_once": st.booleans()}
TOP: dict[str, st.SearchStrategy[Any]] = {
    "rubric": idents, "title": texts, "version": st.integers(1, 10**18 - 1), "effective": days, "earlier": phrases,
    "scoring": st.sampled_from(["deduct", "ratio"]), "points": points, "min_applicable": points, "bonus_cap": points,
    "clock": texts, "grades": st.dictionaries(texts, points, max_size=4), "include": phrases,
    "override": st.dictionaries(idents, st.dictionaries(texts, st.none() | points | texts | phrases, max_size=2), max_size=2),
    "extend": st.dictionaries(texts, some(EXTENSION), max_size=2), "seeds": st.dictionaries(texts, texts, max_size=3),
}  # fmt: skip


@st.composite
def rubrics(draw: st.DrawFn) -> m.Rubric:
    """Draw a rubric with any of its keys."""
    tree = draw(some(TOP, "rubric"))
    names = iter(draw(st.lists(idents, min_size=8, max_size=8, unique=True)))
    tree["groups"] = [
        {
            "id": group_id,
            **draw(some(GROUP)),
            "checks": [{"id": next(names), **each} for each in draw(st.lists(checks(), min_size=1, max_size=2))],
        }
        for group_id in draw(st.lists(idents, max_size=3, unique=True))
    ]
    return m.Rubric.model_validate(tree)


DRAWN: dict[type[m.Part], set[str]] = {
    m.Rubric: {*TOP, "groups"}, m.Group: {*GROUP, "id", "checks"}, m.Check: {*CHECK, *KINDS, *OF_KIND, "id", "points"},
    m.Matcher: set(MATCHER_KEYS), m.Within: set(WITHIN), m.Anchor: set(ANCHOR), m.Examples: set(EXAMPLES),
    m.Extension: set(EXTENSION), m.Lookback: {"messages", "similar", "min_length", "times"}, m.Position: {"from", "to"},
    m.Flow: {"steps", "ordered", "coverage"}, m.FlowStep: {"id", "title", "says", "when"}, m.RedLine: {"cap"},
    m.Band: {"at_most", "at_least", "deduct", "bonus", "label"}, m.Range: {"at_least", "at_most"},
    m.Limits: {"measure", "at_least", "at_most"},
}  # fmt: skip
"""The keys that may be drawn, by part: a test holds them equal to those of the model."""
