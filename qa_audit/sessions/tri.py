"""Three-valued answers (Kleene): what a missing time leaves open is unknown, never no."""

from dataclasses import dataclass

import numpy as np

from qa_audit.sessions.columns import Codes, Mask

NO, UNKNOWN, YES = 0, 1, 2


@dataclass(frozen=True)
class Tri:
    """One answer per entry: `state` is int8, NO < UNKNOWN < YES, so that `and` is the smaller and `or` the larger."""

    state: Codes

    @classmethod
    def of(cls, answer: Mask, known: Mask | None = None) -> "Tri":
        """Return yes where `answer`, no elsewhere, unknown where not `known`."""
        state = np.where(answer, YES, NO).astype(np.int8)
        return cls(state if known is None else np.where(known, state, UNKNOWN).astype(np.int8))

    def __len__(self) -> int:
        return len(self.state)

    def __and__(self, other: "Tri") -> "Tri":
        return Tri(np.minimum(self.state, other.state))

    def __or__(self, other: "Tri") -> "Tri":
        return Tri(np.maximum(self.state, other.state))

    def __invert__(self) -> "Tri":
        return Tri((YES - self.state).astype(np.int8))

    @property
    def yes(self) -> Mask:
        """Where the answer is known to be yes."""
        return np.equal(self.state, YES)

    @property
    def no(self) -> Mask:
        """Where the answer is known to be no."""
        return np.equal(self.state, NO)

    @property
    def unknown(self) -> Mask:
        """Where the answer cannot be known."""
        return np.equal(self.state, UNKNOWN)
