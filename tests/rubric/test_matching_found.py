"""Bounds and what is found within them: three-valued per group, and what a view keeps for the next who asks."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from qa_audit.rubric.matching import Bounds, find
from qa_audit.rubric.matching.found import found_within, whole_messages
from qa_audit.sessions.groups import Groups
from qa_audit.sessions.hits import Hits
from qa_audit.sessions.tri import NO, UNKNOWN, YES
from tests.rubric.looking import bound, view_of

_states = st.lists(st.sampled_from([NO, UNKNOWN, YES]), min_size=1, max_size=6)


def bounds(states: list[int]) -> Bounds:
    known = np.array(states)
    return Bounds(known > NO, known == YES)


def states(found: Bounds) -> list[int]:
    return (found.possible.astype(int) + found.sure).tolist()


@given(_states, st.randoms(use_true_random=False))
def test_bounds_are_three_valued(one: list[int], random: object) -> None:
    other = random.choices([NO, UNKNOWN, YES], k=len(one))  # type: ignore[attr-defined]
    assert states(bounds(one) & bounds(other)) == [min(pair) for pair in zip(one, other, strict=True)]
    assert states(~bounds(one)) == [YES - state for state in one]


def test_what_is_exact_stays_exact() -> None:
    mask = np.array([True, False])
    exact = Bounds.exactly(mask)
    assert (exact & ~exact).exact
    assert not (exact & bounds([YES, UNKNOWN])).exact
    assert states(exact & ~exact) == [NO, NO]


def test_a_group_has_a_hit_surely_possibly_or_not() -> None:
    found = whole_messages(bounds([YES, UNKNOWN, UNKNOWN, NO, NO]))
    per = Groups(np.array([0, 2, 3, 5]))
    assert found.anywhere(per).state.tolist() == [YES, UNKNOWN, NO]
    assert found.certain.row.tolist() == [0]
    assert found.hits.row.tolist() == [0, 1, 2]


def test_hits_are_as_sure_as_their_message() -> None:
    spans = np.array([0, 3, 0], dtype=np.int32)
    hits = Hits(np.array([0, 0, 2]), spans, spans + 1, spans, 3)
    found = found_within(hits, bounds([UNKNOWN, YES, YES]))
    assert found.sure.tolist() == [False, False, True]
    assert states(found.bounds) == [UNKNOWN, NO, YES]
    assert states(found_within(hits, bounds([NO, YES, YES])).bounds) == [NO, NO, YES]


def test_views_know_the_normal_forms_of_a_side() -> None:
    chat = (
        "00:00 customer: ＡＢ\n00:01 agent: ab\n00:02 agent: 好\n00:03 bot: 好\n00:04 agent: [image]\n00:05 system: ab"
    )
    loaded, matcher = bound("{words: ab}")
    view = view_of(loaded, chat)
    everyone = view.forms(True, True)
    assert everyone.texts == ("ab", "好")
    assert everyone.of.tolist() == [0, 0, 1, 1, -1, -1]
    assert everyone.lengths.tolist() == [2, 1]
    assert view.forms(True, True) is everyone
    assert view.forms(True, False).of.tolist() == [0, -1, -1, -1, -1, -1]
    assert view.forms(False, True).texts == ("ab", "好")
    assert view.normal_texts(np.array([0, -1])) == ["ab", ""]
    assert [view.normal_text(row) for row in (0, 4)] == ["ab", "[image]"]
    assert len(find(view, loaded, matcher, "any").hits) == 2


def test_a_view_makes_a_thing_once() -> None:
    loaded, _ = bound("{words: ab}")
    view, made = view_of(loaded), []
    for _ in range(2):
        assert view.once("key", lambda: made.append(1) or len(made)) == 1  # type: ignore[func-returns-value]
