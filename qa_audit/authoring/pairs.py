"""The segments of an export under two rubrics side by side, as columns: who moved, by how much, in which order."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from qa_audit.authoring.rejudging import Verdicts
from qa_audit.report.columns import codes, numbers
from qa_audit.rubric.judged import Ints, Mask
from qa_audit.rubric.model import HUNDREDTHS

NO_GRADE, NOT_SCORED = "", "-"
"""What stands for no grade, and for a segment of which too little applies to be scored."""


@dataclass(frozen=True)
class Pairs:
    """The segments that either rubric has, side by side: [0] under the old one, [1] under the new one.

    place: int64, the row in that side's segments, −1 where there is none; score: hundredths, −1 for none; grade: a
    place in `grades`; agent: a place in `agents`, of the new side where it has one; rank, number: the order of ids.
    """

    place: tuple[Ints, Ints]
    score: tuple[Ints, Ints]
    grade: tuple[Ints, Ints]
    red_lines: tuple[Ints, Ints]
    agent: Ints
    agents: list[str | None]
    grades: list[str]
    rank: Ints
    number: Ints

    @classmethod
    def of(cls, before: Verdicts, after: Verdicts) -> "Pairs":
        sides = [before.segments, after.segments]
        sizes = [side.num_rows for side in sides]
        ids, code = codes(_joined(sides, "session_id"))
        rank = np.argsort(np.argsort(np.array([name or "" for name in ids])))[code]
        number = np.concatenate([numbers(side["segment_no"]).astype(np.int64) for side in sides])
        key = rank.astype(np.int64) * (int(number.max(initial=0)) + 1) + number
        distinct, first = np.unique(key, return_index=True)
        names, agent_of = codes(_joined(sides, "agent_id"))
        grades, grade_of = codes(_joined(sides, "grade"))
        texts = [name or NO_GRADE for name in grades] + [NOT_SCORED]
        score_of = np.rint(np.concatenate([numbers(side["score"], -1 / HUNDREDTHS) for side in sides]) * HUNDREDTHS)
        grade_of = np.where(score_of < 0, len(texts) - 1, grade_of)
        red_of = np.concatenate([numbers(side["red_lines"], 0) for side in sides])
        place = []
        for at, size in ((0, sizes[0]), (sizes[0], sizes[1])):
            rows = np.full(len(distinct), -1, dtype=np.int64)
            rows[np.searchsorted(distinct, key[at : at + size])] = np.arange(size)
            place.append(rows)
        take = [np.where(rows < 0, -1, rows + at) for rows, at in zip(place, (0, sizes[0]), strict=True)]
        agent = np.where(take[1] < 0, take[0], take[1])
        return cls(
            place=(place[0], place[1]),
            score=_both(score_of, take, -1),
            grade=_both(grade_of, take, len(texts) - 1),
            red_lines=_both(red_of, take, 0),
            agent=agent_of[agent] if len(agent) else agent,
            agents=names,
            grades=texts,
            rank=rank[first],
            number=number[first],
        )

    def scored(self, side: int) -> Mask:
        """Which segments have a score on that side."""
        mask: Mask = self.score[side] >= 0
        return mask

    @property
    def moved(self) -> Mask:
        """Which segments differ in score, grade or red lines, or are there on one side only."""
        mask: Mask = np.zeros(len(self.rank), dtype=np.bool_)
        for old, new in (self.score, self.grade, self.red_lines):
            mask |= old != new
        return mask | (self.place[0] < 0) | (self.place[1] < 0)

    def grade_counts(self, before: Verdicts, after: Verdicts) -> tuple[tuple[str, str, int], ...]:
        """Count the segments that both sides have, by both grades."""
        there = (self.place[0] >= 0) & (self.place[1] >= 0)
        found = Counter(zip(self.grade[0][there].tolist(), self.grade[1][there].tolist(), strict=True))
        ladders = [
            sorted(each.rubric.model.grades, key=lambda g: -each.rubric.model.grades[g]) for each in (before, after)
        ]
        order = {name: i for i, name in enumerate(dict.fromkeys((*ladders[0], *ladders[1], NO_GRADE, NOT_SCORED)))}
        told = [(self.grades[old], self.grades[new], count) for (old, new), count in found.items()]
        return tuple(sorted(told, key=lambda each: (order[each[0]], order[each[1]])))

    def in_order(self) -> Ints:
        """Return the segments that moved: changed red lines first, then the largest change of score, then by id."""
        moved = np.flatnonzero(self.moved)
        red = np.abs(self.red_lines[1] - self.red_lines[0])[moved]
        change = np.abs(np.maximum(self.score[1], 0) - np.maximum(self.score[0], 0))[moved]
        order: Ints = moved[np.lexsort((self.number[moved], self.rank[moved], -change, -red))]
        return order


def _joined(sides: Sequence[Any], name: str) -> Any:
    return pa.chunked_array([chunk for side in sides for chunk in side[name].chunks], type=sides[0][name].type)


def _both(values: npt.NDArray[Any], take: Sequence[Ints], missing: int) -> tuple[Ints, Ints]:
    padded = np.append(values.astype(np.int64), missing)
    return padded[take[0]], padded[take[1]]
