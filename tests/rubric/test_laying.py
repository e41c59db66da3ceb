"""The evidence of all checks, finding by finding, in characters of the exported text."""

from types import SimpleNamespace
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from qa_audit.rubric.judged import MISSING, Evidence
from qa_audit.rubric.laying import exported_spans, laid_out

SEGMENTS = 4
_place = st.tuples(st.integers(0, SEGMENTS - 1), st.integers(0, 9), st.integers(MISSING, 5), st.sampled_from("甲乙"))
_checks = st.lists(st.lists(_place, max_size=8), min_size=1, max_size=4)


def evidence(places: list[tuple[int, int, int, str]]) -> Evidence:
    segment, row, start = (np.array([each[i] for each in places], dtype=np.int64) for i in range(3))
    note = np.array(["甲乙".index(each[3]) for each in places], dtype=np.int64)
    return Evidence(segment, row, start, start + 1, note, ("甲", "乙"))


def laid(checks: list[list[tuple[int, int, int, str]]]) -> Any:
    return laid_out([SimpleNamespace(evidence=evidence(each)) for each in checks], SEGMENTS)


@given(_checks)
def test_each_finding_has_its_evidence_in_order(checks: Any) -> None:
    found = laid(checks)
    assert len(found.offsets) == SEGMENTS * len(checks) + 1
    for k in range(SEGMENTS * len(checks)):
        here = slice(found.offsets[k], found.offsets[k + 1])
        notes = [found.notes[code] for code in found.note[here].tolist()]
        columns = (found.row[here], found.start[here], found.end[here])
        segment, check = divmod(k, len(checks))
        mine = [(row, start, start + 1, note) for at, row, start, note in checks[check] if at == segment]
        expected = sorted(mine, key=lambda place: place[:2])
        assert list(zip(*(each.tolist() for each in columns), notes, strict=True)) == expected


@given(st.lists(_place), st.integers(0, 1))
def test_places_far_apart_are_ordered_all_the_same(places: Any, far: int) -> None:
    stretched = [(segment, row << 40 * far, start, note) for segment, row, start, note in places]
    found = evidence(stretched).in_order()
    columns = (found.segment, found.row, found.start)
    expected = sorted(stretched, key=lambda place: place[:3])
    assert list(zip(*(each.tolist() for each in columns), strict=True)) == [place[:3] for place in expected]


def test_spans_are_those_of_the_exported_text() -> None:
    texts = ("亲,加微信", "亲\u200b, 加微信", "㎏")
    view: Any = SimpleNamespace(texts=texts, batch=SimpleNamespace(text_id=np.array([0, 1, 2, 1, -1])))
    places = [(0, 0, 2), (0, 1, 3), (1, 2, 1), (2, 3, 0), (3, 4, MISSING)]
    segment, row, start = (np.array(each, dtype=np.int64) for each in zip(*places, strict=True))
    end = np.where(start == MISSING, MISSING, start + 1)
    each = SimpleNamespace(evidence=Evidence(segment, row, start, end, np.zeros_like(row)))
    spans = exported_spans(view, laid_out([each], SEGMENTS))
    assert list(zip(*(each.tolist() for each in spans), strict=True)) == [(2, 3), (4, 5), (0, 1), (0, 1), (-1, -1)]
