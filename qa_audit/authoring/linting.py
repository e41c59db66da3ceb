"""`qa-audit rubric lint`: every mistake of a rubric or pack, and advice on what works and is probably not meant.

for mistake in lint(Path("mine.yaml")).mistakes:
    print(mistake.told("en"))
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from qa_audit.authoring.phrase_advice import phrase_advice
from qa_audit.codes import Mistake, Place, sorted_mistakes
from qa_audit.rubric.files import shown
from qa_audit.rubric.model import HUNDREDTHS, Pack, Rubric
from qa_audit.rubric.reading import SHIPPED_LEXICONS, Contents, Reader
from qa_audit.shipped import rubrics_folder
from qa_audit.yaml_source import MAX_BYTES, read_text

_MOST_FILES = 200  # rubrics beside one that are searched for the names of lexicons


@dataclass(frozen=True)
class Linted:
    """What lint found in one file: mistakes and advice by place; how many checks, points and lexicons it has."""

    path: Path
    mistakes: tuple[Mistake, ...]
    checks: int
    points: float
    lexicons: int


def lint(path: Path) -> Linted:
    """Check a rubric or pack and all that it includes; nothing about its content is raised."""
    reading = Reader((Rubric, Pack)).read(path)
    contents = reading.contents
    if contents is None:
        return Linted(path, sorted_mistakes(reading.mistakes), 0, 0, 0)
    advice = (*_checks(contents), *_phrases(contents), *_unused_lexicons(path, contents), *_unused(contents))
    used = [each.check for each in contents.found.checks if not each.check.off]
    points = sum(check.points for check in used) / HUNDREDTHS
    lexicons = len(contents.shelf.lexicons)
    return Linted(path, sorted_mistakes((*reading.mistakes, *advice)), len(used), points, lexicons)


def _checks(contents: Contents) -> Iterator[Mistake]:
    for placed in contents.found.checks:
        check, place = placed.check, contents.composed.source.place((*placed.loc, "id"))
        if check.off or not placed.whole:
            continue
        if not any(getattr(check.examples, key) for key in type(check.examples).model_fields):
            yield Mistake(place, "W601", {"id": check.id})
        if not check.seeds:
            yield Mistake(place, "W602", {"id": check.id})


def _phrases(contents: Contents) -> list[Mistake]:
    return phrase_advice(contents.shelf.entries, contents.composed.folders)


def _unused(contents: Contents) -> Iterator[Mistake]:
    """Yield extensions of lexicons that nothing uses, and rules declared that no check rests on."""
    files = contents.shelf.files
    for key, (_, name, place) in files.extended.items():
        if key not in files.used:
            yield Mistake(place, "W607", {"name": name})
    named = {seed for placed in contents.found.checks for seed in placed.check.seeds}
    for seed in contents.found.model.seeds:
        if seed not in named:
            yield Mistake(contents.composed.source.place(("seeds", seed)), "W608", {"seed": seed})


def _unused_lexicons(path: Path, contents: Contents) -> Iterator[Mistake]:
    """Yield the files of `lexicons/` beside a rubric that neither it nor a rubric or pack beside it names.

    Those that measures use are named by nobody; they are only among the shipped ones.
    """
    files = contents.shelf.files
    beside = "".join(_texts_beside(path.parent))
    shipped = path.parent.resolve() == rubrics_folder().resolve()
    for file in sorted((path.parent / "lexicons").glob("*.txt")):
        names = rf"lexicons/{re.escape(file.name)}" + (rf"|(?<![\w-]){re.escape(file.stem)}" if shipped else "")
        used = file.resolve() in files.used or (shipped and file.stem in SHIPPED_LEXICONS)
        if not used and not re.search(rf"(?:{names})(?![\w-])", beside):
            yield Mistake(Place(shown(file)), "W605", {"name": file.name})


def _texts_beside(folder: Path) -> Iterator[str]:
    found = [*folder.glob("*.y*ml"), *(folder / "packs").glob("*.y*ml")]
    for file in sorted(found)[:_MOST_FILES]:
        text, _ = read_text(file, file.name, MAX_BYTES)
        yield text
