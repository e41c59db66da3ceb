"""What a check says of every segment of a slice, as columns: outcome, reason, points, value, evidence.

Arrays named per segment have one entry per segment of the batch. Points are integer hundredths.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from qa_audit import schema

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
        columns = [
            np.concatenate([getattr(part, name) for part in parts]) for name in ("segment", "row", "start", "end")
        ]
        note = np.concatenate(code)
        order = np.lexsort((columns[2], columns[1], columns[0]))
        segment, row, start, end = (column[order] for column in columns)
        return Evidence(segment, row, start, end, note[order], notes)

    def of_segments(self, wanted: Mask) -> "Evidence":
        """Keep the places in the wanted segments."""
        return self._take(wanted[self.segment])

    def capped(self, most: int) -> "Evidence":
        """Keep the first `most` places of each segment."""
        first = np.searchsorted(self.segment, self.segment, side="left")
        keep = np.arange(len(self.segment)) - first < most
        return self._take(keep)

    def _take(self, keep: Mask) -> "Evidence":
        return replace(self, **{name: getattr(self, name)[keep] for name in ("segment", "row", "start", "end", "note")})


@dataclass(frozen=True)
class Charges:
    """What each offending message costs before caps: rows of (segment, message row, hundredths)."""

    segment: Ints
    row: Ints
    amount: Ints

    def of_segments(self, wanted: Mask) -> "Charges":
        """Keep the charges of the wanted segments."""
        keep = wanted[self.segment]
        return Charges(self.segment[keep], self.row[keep], self.amount[keep])


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
