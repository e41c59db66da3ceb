"""Hits: spans kept with their messages, counted per group, spread from texts to messages."""

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_audit.sessions.groups import groups_from_starts
from qa_audit.sessions.hits import Hits, Holders, no_hits, spread, union

N = 12
_hit = st.tuples(st.integers(0, N - 1), st.integers(0, 5), st.integers(6, 9), st.integers(0, 3))


def hits_of(found: list[tuple[int, int, int, int]]) -> Hits:
    columns = np.array(sorted(found), dtype=np.int32).reshape(-1, 4).T
    return Hits(columns[0].astype(np.int64), columns[1], columns[2], columns[3], N)


def tuples(hits: Hits) -> list[tuple[int, ...]]:
    return list(zip(hits.row.tolist(), hits.start.tolist(), hits.end.tolist(), hits.phrase.tolist(), strict=True))


@settings(deadline=None)
@given(st.lists(_hit), st.lists(st.booleans(), min_size=N, max_size=N), st.lists(st.booleans(), min_size=N, max_size=N))
def test_hits_per_group(found: Any, starts: list[bool], chosen: list[bool]) -> None:
    per, hits = groups_from_starts(np.array(starts)), hits_of(found)
    kept = hits.where(np.array(chosen))
    assert tuples(kept) == [hit for hit in sorted(found) if chosen[hit[0]]]
    assert kept.mask.tolist() == [any(hit[0] == row for hit in found) and chosen[row] for row in range(N)]
    groups: list[list[Any]] = [[hit for hit in found if per.ids[hit[0]] == g] for g in range(len(per))]
    assert hits.count(per).tolist() == [len(group) for group in groups]
    assert hits.messages(per).tolist() == [len({hit[0] for hit in group}) for group in groups]
    assert hits.distinct(per).tolist() == [len({hit[3] for hit in group}) for group in groups]


@settings(deadline=None)
@given(st.lists(_hit), st.lists(_hit))
def test_union(one: Any, other: Any) -> None:
    assert tuples(union([hits_of(one), hits_of(other)], N)) == sorted(one + other)
    assert tuples(union([], N)) == []
    assert union([], N).mask.tolist() == [False] * N


_texts = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 5), st.integers(6, 9), st.integers(0, 3)))


@settings(deadline=None)
@given(_texts, st.lists(st.tuples(st.integers(-1, 6), st.booleans()), min_size=1, max_size=N))
def test_spread_gives_each_selected_message_the_hits_of_its_text(in_texts: Any, messages: Any) -> None:
    columns = np.array(sorted(in_texts), dtype=np.int32).reshape(-1, 4).T
    text_id = np.array([text for text, _ in messages], dtype=np.int32)
    hits = spread(*columns, Holders.of(text_id), np.array([chosen for _, chosen in messages]))
    expected = [
        (row, *hit[1:])
        for row, (text, chosen) in enumerate(messages)
        for hit in sorted(in_texts)
        if chosen and hit[0] == text
    ]
    assert tuples(hits) == expected


def test_nothing() -> None:
    per = groups_from_starts(np.array([True, False, True]))
    nothing = no_hits(3)
    assert len(nothing) == 0
    assert nothing.count(per).tolist() == nothing.distinct(per).tolist() == nothing.messages(per).tolist() == [0, 0]
