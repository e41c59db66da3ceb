"""A rubric file, read, checked and made ready: every mistake is told as file:line:column, all at once.

rubric = load_rubric(Path("rubrics/standard.yaml"))
rubric.model.groups[0].checks[0].points
"""

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from qa_audit.clocks import Clock
from qa_audit.errors import RubricError
from qa_audit.rubric.model import Matcher, Rubric
from qa_audit.rubric.reading import QUOTED, Reader, Reading
from qa_audit.rubric.shelf import Bound
from qa_audit.shipped import standard_rubric
from qa_audit.texts.lexicon import Lexicon
from qa_audit.yaml_source import Source

__all__ = ["QUOTED", "Bound", "LoadedRubric", "load_rubric"]


@dataclass(frozen=True)
class LoadedRubric:
    """A rubric with everything it refers to.

    `model` is joined with its packs; `source` knows the file and line of every part of it. `lexicons` are scanned over
    the texts; `bound` says, for each matcher with patterns, which of them it is. `titles` says what a lexicon file is
    called, by its name without .txt: the first words of its first comment. `clock` is the one that its `clock:` names.
    `hash` covers the rubric file, packs, lexicons and clock in use. `earlier` are older versions, newest first, each on
    its own.
    """

    model: Rubric
    source: Source
    hash: str
    lexicons: tuple[Lexicon, ...]
    bound: dict[Matcher, Bound]
    titles: dict[str, str]
    clock: Clock
    earlier: tuple["LoadedRubric", ...] = ()


def load_rubric(path: Path | None = None) -> LoadedRubric:
    """Read a rubric (the shipped standard one by default); RubricError lists every mistake."""
    reading = Reader().read(path or standard_rubric())
    if reading.mistakes:
        raise RubricError(reading.mistakes)
    return _loaded(reading)


def _loaded(reading: Reading) -> LoadedRubric:
    contents = reading.contents
    assert contents is not None
    assert contents.clock is not None
    shelf = contents.shelf
    titles = {PurePosixPath(name).stem: _title(name, text) for name, text in contents.texts if name.endswith(".txt")}
    return LoadedRubric(
        contents.found.model,
        contents.composed.source,
        contents.hash,
        tuple(shelf.lexicons.values()),
        shelf.bound,
        titles,
        contents.clock,
        tuple(map(_loaded, reading.earlier)),
    )


def _title(name: str, text: str) -> str:
    found = re.match(r"#\s*([^\s(（:：。,，#]+)", text)
    return found[1] if found else PurePosixPath(name).stem
