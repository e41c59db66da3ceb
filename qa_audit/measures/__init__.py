"""The measures: numbers per segment, each with its definition, unit and null case, in one explicit registry.

    night = NightSlice(batch, features)
    column = compute(night, "first_response_seconds")
    column.values[column.reason == 0]

A new measure is a function in `measures/<family>.py`, an entry in that file's MEASURES, and its test.
"""

import numpy as np

from qa_audit.measures import activity, flow, forbidden, holds, load, politeness, response, sentiment, waiting
from qa_audit.measures.measure import CODE, REASON_TEXTS, REASONS, Column, Measure
from qa_audit.measures.night_slice import NightSlice

__all__ = [
    "MEASURES",
    "MEASURE_LEXICONS",
    "REASONS",
    "REASON_TEXTS",
    "Column",
    "Measure",
    "NightSlice",
    "compute",
    "compute_all",
]

FAMILIES = (response, waiting, holds, load, activity, politeness, forbidden, flow, sentiment)

MEASURES: dict[str, Measure] = {measure.name: measure for family in FAMILIES for measure in family.MEASURES}
"""Every measure by name, in the order of the columns of `segments`."""

MEASURE_LEXICONS: tuple[str, ...] = tuple(dict.fromkeys(name for m in MEASURES.values() for name in m.lexicons))
"""The shipped lexicons that measures need the texts to be scanned for."""

_OPTIONAL = frozenset(("courtesy", "ask_human"))  # without them no text is a courtesy, or asks for a human


def compute(night: NightSlice, name: str) -> Column:
    """Return one measure; all null (`not_computed`) where the texts were not scanned for a lexicon that it needs."""
    measure = MEASURES[name]
    if all(night.has(lexicon) for lexicon in measure.lexicons if lexicon not in _OPTIONAL):
        return measure.compute(night)
    size = len(night.batch.segments)
    zeros = np.zeros(size, dtype=np.int64) if measure.kind == "ratio" else None
    return Column(np.full(size, np.nan), np.full(size, CODE["not_computed"], dtype=np.int8), zeros, zeros)


def compute_all(night: NightSlice) -> dict[str, Column]:
    """Return every measure by name, in the order of the registry."""
    return {name: compute(night, name) for name in MEASURES}
