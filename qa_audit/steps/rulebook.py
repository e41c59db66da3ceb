"""By what all tasks of a run judge, on its way to workers: packed once a run, unpacked once a worker."""

import pickle
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from qa_audit.roster import Roster
from qa_audit.rubric.load import LoadedRubric
from qa_audit.rubric.versions import Version, in_force
from qa_audit.sessions.columns import Floats, Ints
from qa_audit.texts.lexicon import Lexicon


@dataclass(frozen=True)
class Rulebook:
    """The versions of a rubric that may judge sessions of a night, newest first, and what their texts are scanned for.

    tz: the zone of nights and hours; roster: by whose team's hours each segment is measured, and who people are.
    """

    versions: tuple[Version, ...]
    lexicons: tuple[Lexicon, ...]
    tz: str = "Asia/Shanghai"
    roster: Roster | None = None

    @property
    def rubrics(self) -> tuple[LoadedRubric, ...]:
        """The rubric of each version."""
        return tuple(version.rubric for version in self.versions)

    @property
    def checks(self) -> list[str]:
        """The ids of all checks of all versions, each once."""
        return list(dict.fromkeys(check.id for rubric in self.rubrics for _, check in rubric.model.checks))

    def in_force(self, nights: Any) -> Ints:
        """Return the place of the version that judges each night; see `versions.in_force`."""
        return in_force(self.rubrics, nights)

    @property
    def same_session_minutes(self) -> Floats:
        """Within how many minutes a customer who returns goes on with the session, by version; 0 for never."""
        return np.array([float(each.clock.same_session_minutes or 0) for each in self.rubrics])


class Handed:
    """A rulebook as a part of a task: it is pickled once, however many tasks there are."""

    def __init__(self, rules: Rulebook) -> None:
        self.rules = rules

    @cached_property
    def _packed(self) -> bytes:
        return pickle.dumps(self.rules)

    def __reduce__(self) -> tuple[Any, ...]:
        return _unpacked, (self._packed,)


@lru_cache(maxsize=1)
def _unpacked(packed: bytes) -> Handed:
    return Handed(pickle.loads(packed))
