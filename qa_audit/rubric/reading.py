"""Reading a rubric as far as it goes: files, composition, form, meaning and phrases in one pass, all mistakes together.

reading = Reader().read(Path("mine.yaml"))
reading.mistakes or reading.found.model
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from qa_audit.clocks import SHIPPED, Clock, load_clock
from qa_audit.clocks.load import unknown_clock
from qa_audit.codes import Mistake, Place
from qa_audit.errors import RubricError
from qa_audit.measures import MEASURE_LEXICONS
from qa_audit.measures.situations import SITUATION_LEXICONS
from qa_audit.measures.stages import STAGE_LEXICONS
from qa_audit.rubric.compose import Composition, compose
from qa_audit.rubric.files import Files, Found, shown
from qa_audit.rubric.lexicon_files import LexiconFiles
from qa_audit.rubric.meaning import meaningless
from qa_audit.rubric.model import Composed, Pack, Rubric
from qa_audit.rubric.pieces import Piece, texts_in
from qa_audit.rubric.salvage import Validated, validated
from qa_audit.rubric.shelf import Shelf
from qa_audit.rubric.walking import matchers, parts
from qa_audit.yaml_source import Source, open_text

QUOTED = "quoted"
_ALWAYS = (*MEASURE_LEXICONS, QUOTED, "auto_reply")
SHIPPED_LEXICONS = frozenset((*_ALWAYS, *STAGE_LEXICONS, *SITUATION_LEXICONS))
"""The shipped lexicons that are used whatever a rubric says."""

_MOST_VERSIONS = 50
_NO_RUBRIC = {
    "what": "评分表", "what_en": "a rubric", "keys": "rubric、groups", "example": "rubrics/standard.yaml",
}  # fmt: skip


@dataclass(frozen=True)
class Contents:
    """What is in a rubric or pack that could be parsed: its parts as far as they are well formed."""

    composed: Composition
    found: Validated
    shelf: Shelf
    clock: Clock | None
    texts: tuple[tuple[str, str], ...]

    @property
    def hash(self) -> str:
        """Return a digest of the file, of the packs and lexicons in use, and of the clock."""
        clock = self.clock.model_dump_json() if self.clock else ""
        return hashlib.sha256(repr((self.texts, clock)).encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True)
class Reading:
    """A file as far as it could be read: `contents` None where it is no rubric at all.

    earlier: the readings of earlier versions, newest first, without mistakes of their own.
    """

    path: Path
    contents: Contents | None
    mistakes: tuple[Mistake, ...]
    earlier: tuple["Reading", ...] = ()


class Reader:
    """Reads rubrics, each file once however many versions name it."""

    def __init__(self, kinds: tuple[type[Composed], ...] = (Rubric,)) -> None:
        self.kinds = kinds
        self._read: dict[Path, Reading] = {}

    def read(self, path: Path, above: tuple[Found, ...] = ()) -> Reading:
        """Read a rubric and its earlier versions; `above` are the versions that led here."""
        key = path.resolve()
        if key not in self._read:
            self._read[key] = self._whole(Found(path.name, path, shown(path)), above)
        return self._read[key]

    def _whole(self, root: Found, above: tuple[Found, ...]) -> Reading:
        files = Files(root.path.parent)
        text = files.read(root)
        source = open_text(text, root.shown) if isinstance(text, str) else Source(root.shown, mistakes=[text])
        kind = self._kind(source.tree)
        if kind is None:
            return Reading(root.path, None, tuple(source.mistakes or [Mistake(Place(root.shown), "E110", _NO_RUBRIC)]))
        composed = compose(root, source, files)
        contents, mistakes = _contents(root, files, composed, kind)
        listed = Piece(composed.source.tree, composed.source.places).inside().get("earlier")
        earlier, more = self._earlier(root, files, listed, above)
        reading = Reading(root.path, contents, (*mistakes, *more), tuple(each for each, _ in earlier))
        return replace(reading, mistakes=(*reading.mistakes, *_not_falling(reading, earlier)))

    def _kind(self, tree: Any) -> type[Composed] | None:
        """Return what a tree is meant to be; None where it is no mapping, or one of another kind."""
        if not isinstance(tree, dict) or (Rubric not in self.kinds and "pack" not in tree):
            return None
        if "pack" in tree and "rubric" not in tree:
            return Pack if Pack in self.kinds else None
        return Rubric

    def _earlier(
        self, root: Found, files: Files, listed: Piece | None, above: tuple[Found, ...]
    ) -> tuple[list[tuple[Reading, Place]], list[Mistake]]:
        """Read the earlier versions and, after each, those that it names itself; with the places that led to them."""
        chain = (*above, root)
        found: dict[Path, tuple[Reading, Place]] = {}
        mistakes: list[Mistake] = []
        for name, place in texts_in(listed):
            file = files.find(name, root.path.parent, place)
            if isinstance(file, Mistake):
                mistakes.append(file)
                continue
            told = {"chain": " → ".join(each.path.name for each in (*chain, file))}
            if file.real in [each.real for each in chain] or len(self._read) > _MOST_VERSIONS:
                mistakes.append(Mistake(place, "E508", told))
                continue
            reading = self.read(file.path, chain)
            mistakes += reading.mistakes
            for each in (reading, *reading.earlier):
                found.setdefault(each.path.resolve(), (replace(each, earlier=()), place))
        return list(found.values()), mistakes


def _not_falling(reading: Reading, earlier: Iterable[tuple[Reading, Place]]) -> Iterator[Mistake]:
    """Yield a mistake where a version is not older than the one before it; only the oldest may have no date."""
    newer = reading
    for older, place in earlier:
        dates = [
            getattr(each.contents.found.model, "effective", None) if each.contents else "" for each in (newer, older)
        ]
        if "" not in dates and (dates[0] is None or (dates[1] is not None and dates[1] >= dates[0])):
            names = {"newer": newer.path.name, "older": older.path.name}
            yield Mistake(place, "E507", {**names, "newer_date": dates[0] or "?", "older_date": dates[1] or "?"})
        newer = older


def _contents(
    root: Found, files: Files, composed: Composition, kind: type[Composed]
) -> tuple[Contents, tuple[Mistake, ...]]:
    source = composed.source
    found = validated(source, kind)
    lexicons = LexiconFiles(files, composed)
    shelf = Shelf(lexicons, composed)
    shelf.put(_ALWAYS)
    for placed in found.checks:
        for loc, matcher in matchers(placed.check, placed.loc):
            shelf.bind(loc, matcher)
        within = [part for _, part in parts(placed.check)]
        if any(getattr(part, "stage", ()) for part in within):
            shelf.put(STAGE_LEXICONS)
        if any(getattr(part, "situation", ()) for part in within):
            shelf.put(SITUATION_LEXICONS)
    clock, told = (None, []) if kind is Pack else _clock(found.model.clock, root, files, source)
    lexicons.check_extensions()
    mistakes = (*composed.mistakes, *found.mistakes, *meaningless(source, found), *lexicons.mistakes, *shelf.mistakes)
    others = sorted((each.name, text) for path, (each, text) in files.texts.items() if path != root.real)
    texts = (("", files.texts[root.real][1]), *others)
    if not found.checks and not mistakes:
        told.append(Mistake(source.place(()), "E336"))
    return Contents(composed, found, shelf, clock, texts), (*mistakes, *told)


def _clock(name: str, root: Found, files: Files, source: Source) -> tuple[Clock | None, list[Mistake]]:
    """Return the clock that a rubric names: a shipped one, or that of a file in a folder that rubrics may read."""
    place = source.place(("clock",))
    if name not in SHIPPED and not name.endswith((".yaml", ".yml")):
        return None, [Mistake(place, "E324", unknown_clock(name))]
    found = name if name in SHIPPED else files.find(name, root.path.parent, place)
    if isinstance(found, Mistake):
        return None, [found]
    try:
        return load_clock(found if isinstance(found, str) else found.path.as_posix()), []
    except RubricError as error:
        return None, list(error.mistakes)
