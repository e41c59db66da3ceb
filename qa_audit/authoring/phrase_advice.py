"""Advice on phrases: what is written twice, what another phrase makes redundant, exceptions that shield nothing."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice

from qa_audit.codes import MOST_TOLD, Mistake, Place
from qa_audit.rubric.model import Matcher
from qa_audit.rubric.unmatched import LONGEST, implied
from qa_audit.texts.lexicon import Entry

_WORDS = ("words", "whole")
_WIDE = frozenset("[.\\")  # a regex with one of these may match characters that it does not spell out


def phrase_advice(entries: Mapping[Matcher, Sequence[Entry]], rubric_files: Collection[str]) -> list[Mistake]:
    """Return the advice on the phrases of all matchers; `rubric_files` are those that are no lexicons.

    Two phrases are only compared where they stand in one file, or the one in question stands in a rubric: a lexicon
    file may be right for other checks.
    """
    out: dict[tuple[Place, str], Mistake] = {}
    useless: dict[Place, Mistake] = {}
    useful: set[Place] = set()
    for matcher, found in entries.items():
        listed = [each for each in found if each.section != "options"]
        several = matcher.match not in ("any", "none")
        redundant = iter(()) if several else _redundant(listed, rubric_files)
        for mistake in (*islice(_repeated(listed, rubric_files), MOST_TOLD), *islice(redundant, MOST_TOLD)):
            out.setdefault((mistake.place, mistake.code), mistake)
        shielded = _Shielded(listed)
        for each in (each for each in listed if each.section == "excepts"):
            if shielded.by(each.text):
                useful.add(each.place)
            else:
                useless[each.place] = Mistake(each.place, "W604", {"phrase": each.written})
    return [*out.values(), *(mistake for place, mistake in useless.items() if place not in useful)]


def _repeated(entries: Sequence[Entry], rubric_files: Collection[str]) -> Iterator[Mistake]:
    first: dict[tuple[str, str], Entry] = {}
    for each in entries:
        other = first.setdefault((each.section, each.text), each)
        if other.place != each.place and _to_blame(each, other, rubric_files):
            yield Mistake(each.place, "W606", {"phrase": each.written, "other": str(other.place)})


def _redundant(entries: Sequence[Entry], rubric_files: Collection[str]) -> Iterator[Mistake]:
    """Yield the phrases that are only hit where a shorter one is; not where an exception shields only that one."""
    words = {each.text: each for each in entries if each.section == "words"}
    of_file: dict[str, dict[str, Entry]] = {}
    for each in (each for each in entries if each.section == "words"):
        of_file.setdefault(each.place.file, {})[each.text] = each
    excepts = [each.text for each in entries if each.section == "excepts"]
    for each in (each for each in entries if each.section in _WORDS):
        known = words if each.place.file in rubric_files else of_file.get(each.place.file, {})
        for shorter in implied(each.text, known, itself=each.section == "whole"):
            if not any(shorter.text in longer != shorter.text and each.text not in longer for longer in excepts):
                yield Mistake(each.place, "W603", {"phrase": each.written, "other": shorter.written})
                break


def _to_blame(entry: Entry, other: Entry, rubric_files: Collection[str]) -> bool:
    return entry.place.file == other.place.file or entry.place.file in rubric_files


class _Shielded:
    """What a matcher looks for, as far as it decides which of its exceptions can shield something."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.words = {each.text for each in entries if each.section in _WORDS}
        self.entities = any(each.section == "entities" for each in entries)
        self.spelt = set().union(*(each.text for each in entries if each.section == "regexes"))

    def by(self, exception: str) -> bool:
        """Say whether a hit may lie within an exception; one that is a phrase itself is an error told elsewhere."""
        if self.entities or self.spelt & (_WIDE | set(exception)) or exception in self.words:
            return True
        size = min(len(exception), LONGEST)
        return any(exception[a:b] in self.words for a in range(size) for b in range(a + 1, size + 1))
