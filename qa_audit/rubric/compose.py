"""One tree from a rubric and the packs that it includes, each part still knowing the file and line it came from.

Packs come first, in the order in which they are included, each once; groups with one id become one group, in which
what a later file says about the group itself holds. `override` then changes checks by their id (a key set to null is
taken away), `extend` is collected for the lexicons, `seeds` are joined. Everything else is the rubric's own.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from qa_audit.codes import MOST_TOLD, Mistake, Place, near
from qa_audit.mistakes import tell
from qa_audit.rubric.files import Files, Found
from qa_audit.rubric.model import Pack, Rubric
from qa_audit.rubric.pieces import Piece, joined, mapping, texts_in
from qa_audit.yaml_source import Source, open_text

_DEEPEST = 8
_MOST_FILES = 50


@dataclass(frozen=True)
class Extended:
    """What one file says about a lexicon: the name as written, the folder of the file, the extension as written."""

    name: str
    beside: Path
    piece: Piece


@dataclass
class Composition:
    """A rubric or pack with all that it includes.

    source: the joined tree, whose places lie in several files; of `extend` it has what the rubric itself says.
    folders: the folder of each file, by the file as shown. extended: what the files say about lexicons, in order.
    mistakes: those of files and of composing.
    """

    source: Source
    folders: dict[str, Path]
    extended: list[Extended] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)


@dataclass
class _Group:
    """A group being joined: what is said of it besides its checks, and those; a malformed one stays as it is."""

    head: dict[Any, Piece]
    place: Place
    listed: Place
    checks: list[Piece]
    malformed: Piece | None = None

    def piece(self) -> Piece:
        if self.malformed is not None:
            return self.malformed
        return joined({**self.head, "checks": joined(self.checks, self.listed)}, self.place)


def compose(found: Found, source: Source, files: Files) -> Composition:
    """Join a parsed rubric or pack, whose tree is a mapping, with what it includes."""
    composer = _Composer(files)
    composer.take(found, source, ())
    own = Piece(source.tree, source.places).inside()
    if composer.seeds:
        place = source.places.get(("seeds",), Place(source.file))
        own["seeds"] = joined(composer.seeds, place)
    if composer.groups or isinstance(source.tree.get("groups"), list):
        place = source.places.get(("groups",), Place(source.file))
        own["groups"] = joined([each.piece() for each in composer.groups.values()], place)
    whole = joined(own, Place(source.file))
    tree = Source(source.file, whole.tree, whole.places)
    return Composition(tree, composer.folders, composer.extended, composer.mistakes)


class _Composer:
    def __init__(self, files: Files) -> None:
        self.files = files
        self.folders: dict[str, Path] = {}
        self.groups: dict[Any, _Group] = {}
        self.seeds: dict[Any, Piece] = {}
        self.extended: list[Extended] = []
        self.mistakes: list[Mistake] = []
        self._taken: set[Path] = set()

    def take(self, found: Found, source: Source, above: tuple[Found, ...]) -> None:
        """Take in a file after all that it includes; `above` are the files that led to it."""
        self._taken.add(found.real)
        self.folders[source.file] = found.path.parent
        self.mistakes += source.mistakes
        parts = Piece(source.tree, source.places).inside()
        include = parts.get("include")
        for name, place in texts_in(include):
            self._include(name, place, (*above, found))
        for each in parts["groups"].inside().values() if "groups" in parts else ():
            self._join(each)
        self._override_all(parts.get("override"))
        self.extended += [Extended(key, found.path.parent, each) for key, each in mapping(parts.get("extend"))]
        self.seeds |= dict(mapping(parts.get("seeds")))

    def _include(self, name: str, place: Place, chain: tuple[Found, ...]) -> None:
        if len(self.mistakes) >= MOST_TOLD:
            return
        found = self.files.find(name, chain[-1].path.parent, place)
        if isinstance(found, Mistake):
            self.mistakes.append(found)
            return
        key = found.real
        told = " → ".join(each.path.name for each in (*chain, found))
        if key in [each.real for each in chain]:
            self.mistakes.append(Mistake(place, "E501", {"chain": told}))
        elif key in self._taken:
            return
        elif len(chain) > _DEEPEST or len(self._taken) >= _MOST_FILES:
            self.mistakes.append(Mistake(place, "E502", {"chain": told, "deep": _DEEPEST, "many": _MOST_FILES}))
        else:
            self._read(found, chain)

    def _read(self, found: Found, chain: tuple[Found, ...]) -> None:
        text = self.files.read(found)
        if isinstance(text, Mistake):
            self.mistakes.append(text)
            return
        source = open_text(text, found.shown)
        if not isinstance(source.tree, dict) or not {"pack", "rubric"} & set(source.tree):
            self.mistakes += source.mistakes or [Mistake(Place(found.shown), "E110", NO_PACK)]
            return
        self.mistakes += _head_mistakes(source)
        self.take(found, source, chain)

    def _join(self, piece: Piece) -> None:
        """Take in a group; one that is malformed stays by itself, to be told when the whole is validated."""
        parts = piece.inside() if isinstance(piece.tree, dict) else {}
        checks = parts.pop("checks", None)
        key = piece.tree.get("id") if parts else None
        if not isinstance(key, str) or checks is None or not isinstance(checks.tree, list):
            self.groups[id(piece)] = _Group({}, piece.place, piece.place, [], piece)
            return
        group = self.groups.setdefault(key, _Group({}, piece.place, checks.place, []))
        group.head |= parts
        group.checks += checks.inside().values()

    def _override_all(self, overrides: Piece | None) -> None:
        checks = {each.tree["id"]: each for each in self._checks()} if overrides else {}
        for key, each in mapping(overrides):
            if key in checks:
                self._override(checks[key], each)
            elif len(self.mistakes) < MOST_TOLD:
                self.mistakes.append(Mistake(each.place, "E503", {"id": key, **near(key, checks)}))

    def _override(self, check: Piece, piece: Piece) -> None:
        parts = check.inside()
        for name, each in mapping(piece):
            if name == "id":
                self.mistakes.append(Mistake(each.place, "E504"))
            elif each.tree is None:
                parts.pop(name, None)
            else:
                parts[name] = each
        changed = joined(parts, check.place)
        check.tree, check.places = changed.tree, changed.places

    def _checks(self) -> Iterator[Piece]:
        for group in self.groups.values():
            for each in group.checks:
                if isinstance(each.tree, dict) and isinstance(each.tree.get("id"), str):
                    yield each


def _head_mistakes(source: Source) -> list[Mistake]:
    """Return what is wrong with an included file apart from its groups, which are validated with the whole."""
    model = Rubric if "rubric" in source.tree else Pack
    head = {key: value for key, value in source.tree.items() if key != "groups" or not isinstance(value, list)}
    try:
        model.model_validate(head)
    except ValidationError as error:
        return tell(error, source, model)
    return []


NO_PACK = {
    "what": "可以包含的文件", "what_en": "a file to include", "keys": "pack、groups",
    "example": "docs/rubric-language.md",
}  # fmt: skip
