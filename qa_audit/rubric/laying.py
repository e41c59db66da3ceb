"""Lay the evidence of all checks out finding by finding, in characters of the exported text.

laid = laid_out(judged, segments)
laid.row[laid.offsets[k]:laid.offsets[k + 1]]        # the messages of finding k = segment × checks + check
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qa_audit.rubric.judged import MISSING, Ints, Judged
from qa_audit.rubric.view import View
from qa_audit.texts.normalize import keep_places, normalize_all_with_origins

Int32 = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Laid:
    """The evidence of findings, in the order of messages within each; see `judged.Evidence` for the columns.

    offsets: int64[findings + 1], where the evidence of each finding begins.
    """

    offsets: Ints
    row: Ints
    start: Int32
    end: Int32
    note: Int32
    notes: tuple[str, ...]


def laid_out(judged: Sequence[Judged], segments: int) -> Laid:
    """Return the evidence of all checks by segment, then check; nothing is sorted but what a check left unsorted."""
    parts = [each.evidence.in_order() for each in judged]
    counts = np.zeros((len(parts), segments), dtype=np.int32)
    for i, part in enumerate(parts):
        if len(part.row):
            counts[i] = np.bincount(part.segment, minlength=segments)
    offsets = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counts.T, dtype=np.int64)])
    begins = np.ascontiguousarray(offsets[:-1].reshape(segments, len(parts)).T)
    row = np.empty(offsets[-1], dtype=np.int64)
    start, end, note = (np.empty(len(row), dtype=np.int32) for _ in range(3))
    number = {name: i for i, name in enumerate(dict.fromkeys(name for part in parts for name in part.notes))}
    for i, part in enumerate(parts):
        if not len(part.row):
            continue
        moved = begins[i] - (np.cumsum(counts[i]) - counts[i])
        place = np.arange(len(part.row)) + moved[part.segment]
        row[place], start[place], end[place] = part.row, part.start, part.end
        note[place] = np.array([number[name] for name in part.notes], dtype=np.int32)[part.note]
    return Laid(offsets, row, start, end, note, tuple(number))


def exported_spans(view: View, laid: Laid) -> tuple[Int32, Int32]:
    """Map spans of the normal form to the outermost characters of the exported text; MISSING stays.

    Most texts keep the place of every character. Of the others each distinct span is mapped once.
    """
    start, end = laid.start.copy(), laid.end.copy()
    spans = np.flatnonzero(start != MISSING)
    text_id = view.batch.text_id[laid.row[spans]]
    quoted = np.zeros(int(text_id.max(initial=0)) + 1, dtype=np.bool_)
    quoted[text_id] = True
    ids = np.flatnonzero(quoted)
    quoted[ids] = ~keep_places([view.texts[i] for i in ids.tolist()])
    spans = spans[quoted[text_id]]
    if not len(spans):
        return start, end
    keys = np.stack([view.batch.text_id[laid.row[spans]], start[spans], end[spans]])
    distinct, back = np.unique(keys, axis=1, return_inverse=True)
    ids, which = np.unique(distinct[0], return_inverse=True)
    normals = normalize_all_with_origins([view.texts[i] for i in ids.tolist()])
    origins = [normals[k].origin(a, b) for k, a, b in zip(which.tolist(), *distinct[1:].tolist(), strict=True)]
    mapped = np.array(origins, dtype=np.int32).T
    start[spans], end[spans] = mapped[0][back.ravel()], mapped[1][back.ravel()]
    return start, end
