"""find and pairs against the plain-Python oracle, on random nights and random matchers."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from types import SimpleNamespace
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_audit.rubric.matching import counted, find, pairs
from qa_audit.rubric.model import Matcher, Part, Within
from qa_audit.rubric.shelf import Bound
from qa_audit.rubric.view import View
from qa_audit.texts.features import compute
from qa_audit.texts.lexicon import build_lexicon
from tests.rubric import matching_oracle as oracle
from tests.sessions.oracle import build

LEXICONS = [
    build_lexicon("".join(words), words) for size in (1, 2, 3) for words in combinations(oracle.WORDS, size)
] + [build_lexicon("quoted", ["引用"])]
FEATURES = compute(oracle.TEXTS, np.zeros(len(oracle.TEXTS), dtype=np.bool_), LEXICONS, None)


def matchers_in(part: Part) -> Iterator[Matcher]:
    if isinstance(part, Matcher):
        yield part
    for name in type(part).model_fields:
        inner = getattr(part, name)
        if isinstance(inner, Part):
            yield from matchers_in(inner)


def rubric_of(matcher: Part) -> Any:
    """Return a stand-in for a loaded rubric: the matcher, and those within it, bound to LEXICONS."""
    bound = {}
    for each in matchers_in(matcher):
        if each.words:
            words = sorted(each.words, key=oracle.WORDS.index)
            bound[each] = Bound("".join(words), tuple((i,) for i in range(len(words))), len(words))
    return SimpleNamespace(hash="", bound=bound)


def night(drawn: Any) -> tuple[View, oracle.Night]:
    batch, plain = build(drawn)
    tags = np.array([m["tags"] for session in plain for m in session], dtype=np.int32)
    batch = replace(batch, text_id=tags)
    view = View(batch, FEATURES, texts=oracle.TEXTS)  # type: ignore[arg-type]
    ids = [batch.groups(level).ids.tolist() if batch.n else [] for level in ("segment", "burst", "turn")]  # type: ignore[arg-type]
    return view, oracle.night(plain, *ids)


@settings(max_examples=60, deadline=None)
@given(oracle.sessions, oracle.matchers, st.sampled_from(["agent", "customer"]))
def test_find(drawn: Any, written: dict[str, Any], role: str) -> None:
    view, plain = night(drawn)
    matcher = Matcher.model_validate(written)
    found = find(view, rubric_of(matcher), matcher, role)
    columns = (found.hits.row, found.hits.start, found.hits.end, found.sure)
    assert list(zip(*(column.tolist() for column in columns), strict=True)) == oracle.find(plain, written, role)
    assert (found.bounds.sure <= found.bounds.possible).all()


@settings(max_examples=40, deadline=None)
@given(oracle.sessions, oracle.matchers, st.none() | oracle.withins, st.sampled_from(["after", "before", "around"]))
def test_pairs(drawn: Any, written: dict[str, Any], limits: dict[str, Any] | None, direction: Any) -> None:
    view, plain = night(drawn)
    matcher = Matcher.model_validate(written)
    within = None if limits is None else Within.model_validate(limits)
    rubric = rubric_of(matcher)
    if within is not None:
        rubric.bound |= rubric_of(within).bound
    anchors = np.arange(view.batch.n)
    target = find(view, rubric, matcher, "agent")
    near = pairs(view, rubric, anchors, target, within, counted(view, matcher, "agent"), direction)
    role = written.get("role", "agent")
    flat = [m for session in plain for m in session]
    sure, possible = target.bounds.sure, target.bounds.possible
    for anchor, found, state in zip(anchors.tolist(), near.found.tolist(), near.answer.state.tolist(), strict=True):
        states = {
            m["row"]: min(oracle.reaches(plain, anchor, m, limits or {}, direction, role), int(sure[m["row"]]) + 1)
            for m in flat
            if possible[m["row"]]
        }
        assert state == max(states.values(), default=oracle.NO)
        best = [row for row, each in states.items() if each == state and each]
        assert (found in best) if best else (found == -1)
        if direction != "around" and best:
            assert abs(found - anchor) == min(abs(row - anchor) for row in best)
