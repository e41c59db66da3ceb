"""What a matcher found, in two bounds: what may be meant, and what surely is.

A missing or minute-coarse time leaves open whether a message lies in a window of seconds: it is possible, but not sure.
What is made of both bounds (at least N, none, unless) is again possible and sure.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from qa_audit.sessions.columns import Mask
from qa_audit.sessions.groups import Groups
from qa_audit.sessions.hits import Hits
from qa_audit.sessions.tri import Tri


@dataclass(frozen=True)
class Bounds:
    """Messages in two bounds: bool[n] each, every sure one is also possible; the same array where nothing is open."""

    possible: Mask
    sure: Mask

    @classmethod
    def exactly(cls, mask: Mask) -> "Bounds":
        """Return the bounds of a selection about which nothing is open."""
        return cls(mask, mask)

    @property
    def exact(self) -> bool:
        """Whether nothing is open, as far as that is seen without counting."""
        return self.sure is self.possible

    def __and__(self, other: "Bounds") -> "Bounds":
        possible = self.possible & other.possible
        return Bounds(possible, possible if self.exact and other.exact else self.sure & other.sure)

    def __invert__(self) -> "Bounds":
        possible = ~self.sure
        return Bounds(possible, possible if self.exact else ~self.possible)


@dataclass(frozen=True)
class Found:
    """The hits of a matcher, possible ones included; sure: bool[hits]."""

    hits: Hits
    sure: Mask

    def __len__(self) -> int:
        return len(self.hits)

    @cached_property
    def certain(self) -> Hits:
        """The hits that are sure: those that may cost points."""
        return self.hits if self.sure.all() else self.hits.keep(self.sure)

    @cached_property
    def bounds(self) -> Bounds:
        """The messages with a hit."""
        possible = self.hits.mask
        return Bounds(possible, possible if self.sure.all() else self.certain.mask)

    def anywhere(self, per: Groups) -> Tri:
        """Return whether each group has a hit: unknown where it has only hits that are not sure."""
        yes = self.certain.messages(per) > 0
        return Tri.of(yes) if self.certain is self.hits else Tri.of(yes, yes | (self.hits.messages(per) == 0))

    def keep(self, keep: Mask) -> "Found":
        """Keep some of the hits: bool[hits]."""
        return Found(self.hits.keep(keep), self.sure[keep])


def found_within(hits: Hits, candidates: Bounds) -> Found:
    """Return the hits in the candidates: possible in the possible ones, sure in the sure ones."""
    hits = hits.where(candidates.possible)
    return Found(hits, candidates.sure[hits.row])


def whole_messages(candidates: Bounds) -> Found:
    """Return one hit per candidate that is the whole message: start and end −1, phrase −1."""
    rows = np.flatnonzero(candidates.possible)
    nothing = np.full(len(rows), -1, dtype=np.int32)
    return Found(Hits(rows, nothing, nothing, nothing, len(candidates.possible)), candidates.sure[rows])
