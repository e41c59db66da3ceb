"""Who a round is charged to; and where a clock says so, a round passed on without a reply cut at each hand-over."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qa_audit.clocks.model import Clock
from qa_audit.sessions import algebra
from qa_audit.sessions.batch import SessionBatch
from qa_audit.sessions.columns import NONE, Ints, Mask


@dataclass(frozen=True)
class Pieces:
    """One entry per round, or per agent who held it: of is the round; segment: int32, who is charged.

    started, answered: rows, NONE where that agent did not answer; stop: the row at which the next one took over, else
    the end of the session; first, final: the round's first and last piece.
    """

    of: Ints
    segment: npt.NDArray[np.int32]
    started: Ints
    answered: Ints
    stop: Ints
    first: Mask
    final: Mask


def cut(batch: SessionBatch, clock: Clock, rounds: algebra.Rounds, started: Ints) -> Pieces:
    """Charge each round to who held the session when asked; where the clock credits who answers, cut at hand-overs.

    Every agent to whom the round belonged gets a piece, and only the last one's may be answered. With
    `transferred_unanswered: counts` a later piece starts at its hand-over, where that is recorded by a line before the
    answer; else at the start of the whole round.
    """
    end = batch.sessions.offsets[rounds.session + 1]
    if clock.transfer == "holder" or not len(rounds):
        every = np.ones(len(rounds), dtype=np.bool_)
        of = np.arange(len(rounds))
        return Pieces(of, batch.segments.ids[rounds.asked], started, rounds.answered, end, every, every)
    low = batch.segments.ids[np.maximum(rounds.asked, started)]
    high = batch.segments.ids[np.where(rounds.answered >= 0, rounds.answered, end - 1)]
    size = high - low + 1
    of = np.repeat(np.arange(len(rounds)), size)
    place = np.arange(len(of)) - np.repeat(np.cumsum(size) - size, size)
    segment = (low[of] + place).astype(np.int32)
    first, final = place == 0, place == size[of] - 1
    handover = batch.segments.first[segment]
    stop = np.where(rounds.answered >= 0, rounds.answered, end)[of]
    fresh = ~first & (handover < stop) & (clock.transferred_unanswered == "counts")
    return Pieces(
        of=of,
        segment=segment,
        started=np.where(fresh, handover, started[of]),
        answered=np.where(final, rounds.answered[of], NONE),
        stop=np.where(final, end[of], batch.segments.last[segment] + 1),
        first=first,
        final=final,
    )
