"""How well each kind of personal data is found, on labelled sentences: `python -m tests.benchmarks.entity_table`.

tests/texts/entities_labelled.txt says what its parts are and when each was written; nicknames_labelled.txt holds how a
customer's own nickname stands in the texts of his session. An entity counts as found only to the character.
"""

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from qa_audit.texts.entities import KINDS, PERSONAL, Entity, find_entities, nickname_spans

TEXTS = Path(__file__).resolve().parent.parent / "texts"
_MARK = re.compile(rf"\[({'|'.join(KINDS)}):([^\]]*)\]")


class Line(NamedTuple):
    """A labelled sentence of a part of its file; `hard` when it holds something that only looks like an entity."""

    text: str
    marks: frozenset[Entity]
    hard: bool
    part: str
    customer: str = ""


class Tally(NamedTuple):
    """Entities of a kind found rightly, found wrongly, and missed."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """The share of what was found that is right; 1 where nothing was found."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """The share of what is there that was found; 1 where nothing is there."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


def labelled(name: str = "entities_labelled.txt") -> Iterator[Line]:
    """Read a labelled file, whose head describes its marks and its parts; with a tab, the customer stands before it."""
    part = ""
    for line in (TEXTS / name).read_text("utf-8").splitlines():
        if line.startswith("== "):
            part = line.removeprefix("== ")
        if not line or line.startswith(("#", "==")):
            continue
        customer, _, source = line.removeprefix("!").rpartition("\t")
        text, marks, at = "", [], 0
        for match in _MARK.finditer(source):
            text += source[at : match.start()]
            marks.append(Entity(match[1], len(text), len(text) + len(match[2])))
            text, at = text + match[2], match.end()
        yield Line(text + source[at:], frozenset(marks), line.startswith("!"), part, customer)


def tally(lines: Iterable[Line], find: Callable[[Line], Iterable[Entity]]) -> dict[str, Tally]:
    """Return the tally of every kind over labelled lines."""
    right, wrong, missed = Counter[str](), Counter[str](), Counter[str]()
    for line in lines:
        found = frozenset(find(line))
        right.update(entity.kind for entity in found & line.marks)
        wrong.update(entity.kind for entity in found - line.marks)
        missed.update(entity.kind for entity in line.marks - found)
    return {kind: Tally(right[kind], wrong[kind], missed[kind]) for kind in KINDS}


def own_nicknames(line: Line) -> list[Entity]:
    """Return where the customer's own nickname stands in a line of nicknames_labelled.txt."""
    return [Entity("nickname", *span) for span in nickname_spans(line.text, line.customer)]


def table(parts: Iterable[str] = ()) -> str:
    """Return the table of the kinds that are masked, over some parts of the files or all of them."""
    wanted = frozenset(parts)
    lines = [line for line in labelled() if not wanted or line.part in wanted]
    own = [line for line in labelled("nicknames_labelled.txt") if not wanted or line.part in wanted]
    found = tally(lines, lambda line: find_entities(line.text))
    rows = [(kind, found[kind]) for kind in PERSONAL]
    rows.append(("own nickname", tally(own, own_nicknames)["nickname"]))
    head = f"{len(lines)} + {len(own)} lines, to the character\nkind             right wrong missed precision recall\n"
    return head + "".join(
        f"{name:16} {each.right:5} {each.wrong:5} {each.missed:6} {each.precision:9.3f} {each.recall:6.3f}\n"
        for name, each in rows
        if sum(each)
    )


if __name__ == "__main__":
    sys.stdout.write(table(sys.argv[1:]))
