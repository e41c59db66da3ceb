"""What a check says of every segment of a slice, as columns: outcome, reason, points, value, evidence.

Arrays named per segment have one entry per segment of the batch. Points are integer hundredths.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from qa_audit import schema
from qa_audit.sessions.columns import one_of

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

OUTCOME = {name: np.int8(i) for i, name in enumerate(schema.OUTCOMES)}
PASS, PARTIAL, FAIL = OUTCOME["pass"], OUTCOME["partial"], OUTCOME["fail"]
NOT_APPLICABLE, REVIEW, PENDING = OUTCOME["not_applicable"], OUTCOME["review"], OUTCOME["pending"]

MISSING = -1


@dataclass(frozen=True)
class Evidence:
    """Places in messages: one row per place, ordered by segment and message.

    `row` is the message's row in the batch; `start`/`end` are characters of its normal form, MISSING where the whole
    message, or something absent after it, is meant; `note` is an index into `notes`.
    """

    segment: Ints
    row: Ints
    start: Ints
    end: Ints
    note: Ints
    notes: tuple[str, ...] = ("",)

    @staticmethod
    def none() -> "Evidence":
        """Return evidence of nothing."""
        empty = np.empty(0, dtype=np.int64)
        return Evidence(empty, empty, empty, empty, empty)

    @staticmethod
    def of(segment: Ints, row: Ints, note: str, start: Ints | None = None, end: Ints | None = None) -> "Evidence":
        """Return one place per row, all with the same note."""
        nowhere = np.full(len(row), MISSING, dtype=np.int64)
        return Evidence(
            segment,
            row,
            nowhere if start is None else start,
            nowhere if end is None else end,
            np.zeros(len(row), dtype=np.int64),
            (note,),
        )

    @staticmethod
    def join(parts: Sequence["Evidence"]) -> "Evidence":
        """Return all places, by segment, then message, then character; earlier parts first where these are equal."""
        parts = [part for part in parts if len(part.row)]
        if not parts:
            return Evidence.none()
        notes = tuple(dict.fromkeys(note for part in parts for note in part.notes))
        code = [np.array([notes.index(note) for note in part.notes], dtype=np.int64)[part.note] for part in parts]
        segment, row, start, end = (
            np.concatenate([getattr(part, name) for part in parts]) for name in ("segment", "row", "start", "end")
        )
        return Evidence(segment, row, start, end, np.concatenate(code), notes).in_order()

    def in_order(self) -> "Evidence":
        """Return the places by segment, then message, then character; as they are where these are equal."""
        if self._in_order():
            return self
        rows, width = int(self.row.max()) + 1, int(self.start.max()) + 2
        if int(self.segment.max() + 1) * rows * width < 1 << 62:
            # one sort of what is mostly a few runs in order is quicker than three
            keys = (self.segment * rows + self.row) * width + self.start + 1
            return self._take(np.argsort(keys, kind="stable"))
        return self._take(np.lexsort((self.start, self.row, self.segment)))

    def of_segments(self, wanted: Mask) -> "Evidence":
        """Keep the places in the wanted segments."""
        if not len(self.row):
            return self
        keep = wanted[self.segment]
        return self if keep.all() else self._take(keep)

    def capped(self, most: int) -> "Evidence":
        """Keep the first `most` places of each segment."""
        beyond = np.zeros(len(self.segment), dtype=np.bool_)
        beyond[most:] = self.segment[most:] == self.segment[:-most]
        return self._take(~beyond) if beyond.any() else self

    def _in_order(self) -> bool:
        same = np.ones(max(len(self.row) - 1, 0), dtype=np.bool_)
        for column in (self.segment, self.row, self.start):
            if np.any(same & (column[1:] < column[:-1])):
                return False
            same &= column[1:] == column[:-1]
        return True

    def _take(self, keep: Mask | Ints) -> "Evidence":
        return replace(self, **{name: getattr(self, name)[keep] for name in ("segment", "row", "start", "end", "note")})


@dataclass(frozen=True)
class Charges:
    """What each offending message costs: each segment and message row once, with hundredths.

    The check's points are shared out over the messages in their order: the charges of a segment add up to what the
    check deducts there.
    """

    segment: Ints
    row: Ints
    amount: Ints

    @staticmethod
    def of(segment: Ints, row: Ints, amount: Ints) -> "Charges":
        """Return the charges with those of the same message and segment added up."""
        if np.all(segment[1:] >= segment[:-1]) and np.all(row[1:] > row[:-1]):
            return Charges(segment, row, amount)
        order = np.lexsort((row, segment))
        places = np.stack([segment[order], row[order]])
        begins = np.ones(len(row), dtype=np.bool_)
        begins[1:] = np.any(places[:, 1:] != places[:, :-1], axis=0)
        each = np.cumsum(begins) - 1
        total = np.bincount(each, weights=amount[order], minlength=int(begins.sum())).astype(np.int64)
        return Charges(places[0][begins], places[1][begins], total)

    def of_segments(self, wanted: Mask) -> "Charges":
        """Keep the charges of the wanted segments."""
        keep = wanted[self.segment]
        return Charges(self.segment[keep], self.row[keep], self.amount[keep])

    def total(self, segments: int) -> Ints:
        """Return what is charged in each of so many segments."""
        return np.bincount(self.segment, weights=self.amount, minlength=segments).astype(np.int64)


@dataclass(frozen=True)
class Judged:
    """A check's verdict on every segment.

    `reason` is an index into `reasons`, `label` into `labels`; `value` is NaN where there is no number to show.
    """

    outcome: npt.NDArray[np.int8]
    reason: Ints
    reasons: tuple[str, ...]
    deducted: Ints
    bonus: Ints
    value: npt.NDArray[np.float64]
    evidence: Evidence = field(default_factory=Evidence.none)
    label: Ints | None = None
    labels: tuple[str, ...] = ("",)
    charges: Charges | None = None

    @property
    def against(self) -> Mask:
        """Where the verdict is one that costs: bool[segments]."""
        return one_of(self.outcome, (FAIL, PARTIAL))
