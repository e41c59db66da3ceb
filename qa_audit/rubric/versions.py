"""Which version of a rubric judges which session: the one in force on the night on which the session began.

used = in_use(rubric, sessions["night"])
used.versions[used.of_session[0]].rubric.model.version
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from qa_audit import arrow
from qa_audit.errors import RubricError
from qa_audit.rubric.load import LoadedRubric
from qa_audit.sessions.columns import Ints
from qa_audit.texts.features import TextFeatures
from qa_audit.texts.lexicon import Lexicon

_SUSPECTED = "~"  # ends the name under which a lexicon's suspected hits are kept


@dataclass(frozen=True)
class Version:
    """One version of a rubric, ready to judge; `scanned` gives its own name of a lexicon by the one of the scan."""

    rubric: LoadedRubric
    scanned: dict[str, str]

    def seen(self, features: TextFeatures) -> TextFeatures:
        """Return the features under the names that this version knows; what only other versions look for has none."""
        return replace(features, names=tuple(map(self._own, features.names)))

    def _own(self, name: str) -> str:
        base = name.removesuffix(_SUSPECTED)
        return self.scanned[base] + name[len(base) :] if base in self.scanned else ""


@dataclass(frozen=True)
class InUse:
    """The versions that judge the sessions of a run, newest first.

    of_session: int64[sessions], the place in `versions` of the one that judges each session.
    lexicons: what the texts are scanned for, once for all versions.
    early, undated: how many sessions began before the first day of every version, and without a known date although
    there are several versions.
    """

    versions: tuple[Version, ...]
    of_session: Ints
    lexicons: tuple[Lexicon, ...]
    early: int
    undated: int

    @property
    def sessions(self) -> list[int]:
        """How many sessions each version judges."""
        counts: list[int] = np.bincount(self.of_session, minlength=len(self.versions)).tolist()
        return counts


def editions(rubric: LoadedRubric) -> tuple[LoadedRubric, ...]:
    """Return a rubric and its earlier versions, newest first, each on its own.

    RubricError where two have the same number: tables and pages tell versions apart by it.
    """
    found = tuple(replace(each, earlier=()) for each in (rubric, *rubric.earlier))
    places: dict[int, str] = {}
    for each in found:
        number, place = each.model.version, each.source.at(("version",))
        if number in places:
            raise RubricError(f"{places[number]}: 版本号 {number} 和 {place} 的相同(每个版本写不同的 version)")
        places[number] = place
    return found


def in_force(rubrics: Sequence[LoadedRubric], nights: Any) -> Ints:
    """Return for each night (date32, null without a date) the place of the version that judges it: int64[nights].

    That is the first of the rubrics, so the newest, whose `effective` is not later than the night; a version without
    `effective` is always in force. Nights before all of them, and null, belong to the last, the oldest.
    """
    found: Ints = np.minimum(_places(rubrics, nights), len(rubrics) - 1)
    return found


def in_use(rubric: LoadedRubric, nights: Any) -> InUse:
    """Return the versions of a rubric that judge sessions of these nights; the newest where there are no sessions."""
    rubrics = editions(rubric)
    place, early = in_force(rubrics, nights), _places(rubrics, nights.drop_null()) == len(rubrics)
    used = np.unique(place) if len(place) else np.zeros(1, dtype=np.int64)
    lexicons, scanned = _united([rubrics[i].lexicons for i in used.tolist()])
    return InUse(
        versions=tuple(Version(rubrics[i], names) for i, names in zip(used.tolist(), scanned, strict=True)),
        of_session=np.searchsorted(used, place).astype(np.int64),
        lexicons=lexicons,
        early=int(early.sum()),
        undated=nights.null_count if len(rubrics) > 1 else 0,
    )


def repeated(rubrics: Sequence[LoadedRubric]) -> list[tuple[int, int]]:
    """Return the numbers of versions, newer and older, that judge alike: only number, title and dates differ."""
    said = [(each.model.version, _rules(each)) for each in rubrics]
    return [(newer, older) for i, (newer, new) in enumerate(said) for older, old in said[i + 1 :] if new == old]


def _places(rubrics: Sequence[LoadedRubric], nights: Any) -> Ints:
    """Return the place of the version in force on each night, len(rubrics) where none is; null is before all nights."""
    coded = nights.combine_chunks() if hasattr(nights, "combine_chunks") else nights
    coded = coded.dictionary_encode()
    days = ["" if day is None else day.isoformat() for day in (*coded.dictionary.to_pylist(), None)]
    begins = [each.model.effective or "" for each in rubrics]
    place = [next((i for i, begin in enumerate(begins) if begin <= day), len(begins)) for day in days]
    codes = arrow.numbers(coded.indices, len(days) - 1).astype(np.int64)
    found: Ints = np.array(place, dtype=np.int64)[codes]
    return found


def _united(each: Sequence[tuple[Lexicon, ...]]) -> tuple[tuple[Lexicon, ...], list[dict[str, str]]]:
    """Return the lexicons of all versions, those that look for the same once, and for each version its names of them.

    With one version these are its own lexicons. Versions may give one name to different phrases: then the later one is
    scanned under a name of its own.
    """
    united: dict[str, Lexicon] = {}
    alike: dict[Lexicon, list[str]] = {}
    scanned: list[dict[str, str]] = []
    for lexicons in each:
        names: dict[str, str] = {}
        for lexicon in lexicons:
            same = alike.setdefault(_phrases(lexicon), [])
            name = next((found for found in same if found not in names), None)
            if name is None:
                name = lexicon.name if lexicon.name not in united else f"{lexicon.name} {len(united)}"
                united[name] = replace(lexicon, name=name)
                same.append(name)
            names[name] = lexicon.name
        scanned.append(names)
    return tuple(united.values()), scanned


def _phrases(lexicon: Lexicon) -> Lexicon:
    """Return what a lexicon looks for, whatever it is called and wherever it is written."""
    return replace(lexicon, name="", filename="", lines=())


_NOT_RULES: dict[str, Any] = {
    "version": 1, "effective": None, "earlier": (), "title": "", "include": (), "override": {}, "extend": {},
    "seeds": {},
}  # fmt: skip
"""What a rubric may say differently and still judge alike: names, dates, and by which files it came together."""


def _rules(rubric: LoadedRubric) -> tuple[Any, ...]:
    """Return all that a version judges by, to be compared with that of another."""
    phrases = {lexicon.name: _phrases(lexicon) for lexicon in rubric.lexicons}
    bound = {matcher: phrases[each.lexicon] for matcher, each in rubric.bound.items()}
    shipped = {name: each for name, each in phrases.items() if name not in {b.lexicon for b in rubric.bound.values()}}
    return rubric.model.model_copy(update=_NOT_RULES), rubric.clock, bound, shipped
