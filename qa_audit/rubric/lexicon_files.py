"""The lexicon files of a rubric: each read once, with what `extend` adds to it and drops from it."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pydantic_core import PydanticCustomError

from qa_audit.codes import MOST_TOLD, Mistake, Place, near
from qa_audit.rubric.compose import Composition, Extended
from qa_audit.rubric.files import Files, Found, shown
from qa_audit.rubric.pieces import Piece, texts_in
from qa_audit.shipped import rubrics_folder
from qa_audit.texts.lexicon import Entry, cleaned, read_entries
from qa_audit.texts.normalize import normalize

SECTIONS = {"words": "words", "whole": "whole", "regex": "regexes", "except": "excepts"}
"""The section of a lexicon by the key of a matcher or of an extension."""

_MOST_REMEMBERED = 50_000  # characters of a lexicon whose phrases are kept for the next rubric


@dataclass(frozen=True)
class Extension:
    """What one file adds to a lexicon, and what it drops: (as written, where)."""

    drops: tuple[tuple[str, Place], ...]
    adds: tuple[Entry, ...]


class LexiconFiles:
    """Lexicon files by the path that they really have.

    used: those asked for. extended: the file, name and place of the first extension of each. mistakes: what is wrong
    with the files and the extensions; after MOST_TOLD of them nothing more is read.
    """

    def __init__(self, files: Files, composed: Composition) -> None:
        self.files = files
        self.used: dict[Path, Found] = {}
        self.extended: dict[Path, tuple[Found, str, Place]] = {}
        self.mistakes: list[Mistake] = []
        self._read: dict[Path, tuple[Entry, ...]] = {}
        self._extensions: dict[Path, list[Extension]] = {}
        for each in composed.extended:
            if len(self.mistakes) >= MOST_TOLD:
                break
            found = self._to_extend(each)
            if found is not None:
                key = found.real
                self._extensions.setdefault(key, []).append(self._extension(each.piece))
                self.extended.setdefault(key, (found, each.name, each.piece.place))

    def by_name(self, name: str, place: Place) -> tuple[Entry, ...]:
        """Return the phrases of a shipped lexicon; none, and a mistake, where there is no such."""
        if len(self.mistakes) >= MOST_TOLD:
            return ()
        found = shipped_lexicon(name)
        if found is None:
            known = shipped_names()
            self.mistakes.append(Mistake(place, "E322", {"name": name, "known": "、".join(known), **near(name, known)}))
            return ()
        return self._entries(found)

    def by_path(self, name: str, beside: Path, place: Place) -> tuple[Entry, ...]:
        """Return the phrases of a lexicon file that a file in the folder `beside` names."""
        if len(self.mistakes) >= MOST_TOLD:
            return ()
        found = self.files.find(name, beside, place)
        if isinstance(found, Mistake):
            self.mistakes.append(found)
            return ()
        return self._entries(found)

    def check_extensions(self) -> None:
        """Read the lexicons that are extended though nothing uses them, so that what is wrong with that is told."""
        for found, _, _ in self.extended.values():
            self._entries(found, used=False)

    def _entries(self, found: Found, *, used: bool = True) -> tuple[Entry, ...]:
        key = found.real
        if used:
            self.used.setdefault(key, found)
        if key not in self._read:
            text = self.files.read(found)
            if isinstance(text, Mistake):
                self.mistakes.append(text)
                entries: list[Entry] = []
            else:
                read = _remembered if len(text) <= _MOST_REMEMBERED else read_entries
                entries, mistakes = read(text, found.shown)
                self.mistakes += mistakes[:MOST_TOLD]
            for each in self._extensions.get(key, ()):
                entries = [*self._without(entries, each, found), *each.adds]
            self._read[key] = tuple(entries)
        return self._read[key]

    def _without(self, entries: list[Entry], extension: Extension, found: Found) -> list[Entry]:
        """Leave out what an extension drops; to drop what is not there is a mistake."""
        gone: set[str] = set()
        for phrase, place in extension.drops[:MOST_TOLD]:
            normal = normalize(phrase)
            same = {each.text for each in entries if phrase in (each.written, each.text) or each.text == normal}
            if not same:
                close = near(phrase, (each.written for each in entries))
                self.mistakes.append(Mistake(place, "E506", {"name": found.name, "phrase": phrase, **close}))
            gone |= same
        return [each for each in entries if each.text not in gone]

    def _to_extend(self, each: Extended) -> Found | None:
        """Return the file that an extension means: a path as in words, or the name of a shipped lexicon."""
        if each.name.endswith(".txt"):
            found = self.files.find(each.name, each.beside, each.piece.place)
            if isinstance(found, Found):
                return found
            self.mistakes.append(found)
        elif (named := shipped_lexicon(each.name)) is not None:
            return named
        else:
            close = near(each.name, shipped_names())
            self.mistakes.append(Mistake(each.piece.place, "E505", {"name": each.name, **close}))
        return None

    def _extension(self, piece: Piece) -> Extension:
        parts = piece.inside() if isinstance(piece.tree, dict) else {}
        adds = [
            entry
            for key, section in SECTIONS.items()
            for phrase, place in texts_in(parts.get(key))
            for entry in self.phrase(section, phrase, place)
        ]
        return Extension(tuple(texts_in(parts.get("drop"))), tuple(adds))

    def phrase(self, section: str, phrase: str, place: Place) -> list[Entry]:
        """Return a phrase written in a rubric as an entry; none, and a mistake, where it cannot be used."""
        if len(self.mistakes) >= MOST_TOLD:
            return []
        try:
            return [Entry(section, cleaned(section, phrase), place, phrase)]
        except PydanticCustomError as error:
            self.mistakes.append(Mistake(place, error.type, error.context or {}))
            return []


@lru_cache(maxsize=64)
def _remembered(text: str, shown: str) -> tuple[list[Entry], list[Mistake]]:
    """As read_entries, once for the same text: every rubric needs the lexicons of the measures."""
    return read_entries(text, shown)


def shipped_lexicon(name: str) -> Found | None:
    """Return the file of a shipped lexicon; None where there is no such name."""
    return _shipped(name, rubrics_folder(), Path.cwd())


@lru_cache(maxsize=512)
def _shipped(name: str, folder: Path, _: Path) -> Found | None:
    """As shipped_lexicon; how a file is shown depends on where we are."""
    path = folder / "lexicons" / f"{name}.txt"
    known = re.fullmatch(r"[a-z0-9_]{1,64}", name) and path.is_file()
    return Found(f"lexicons/{name}.txt", path, shown(path)) if known else None


def shipped_names() -> list[str]:
    """Return the names of the shipped lexicons, sorted."""
    return sorted(path.stem for path in (rubrics_folder() / "lexicons").glob("*.txt"))
