"""Telling hashes that come for the first time from those that came before."""

import numpy as np

from qa_audit.identity import Hashes
from qa_audit.sessions.columns import Mask


class Distinct:
    """Which hashes come for the first time; keeps eight bytes for each, in sorted runs of which each is the longer."""

    def __init__(self) -> None:
        self._runs: list[Hashes] = []

    def new(self, hashes: Hashes) -> Mask:
        """Return which of these (distinct) hashes are new, and remember them."""
        fresh = np.ones(len(hashes), dtype=np.bool_)
        for run in self._runs:
            fresh &= run[np.minimum(np.searchsorted(run, hashes), len(run) - 1)] != hashes
        last = np.sort(hashes[fresh])
        while self._runs and len(self._runs[-1]) <= len(last):
            last = np.sort(np.concatenate([self._runs.pop(), last]), kind="stable")
        if len(last):
            self._runs.append(last)
        return fresh
