"""评分表.xlsx, for those who will not touch YAML: a rubric written as a workbook, and read back from one.

write_workbook(load_rubric().model, Path("评分表.xlsx"))
read_workbook(Path("评分表.xlsx")) == load_rubric().model
"""

from collections.abc import Iterator
from pathlib import Path

from qa_audit.authoring.workbook.layout import BASIC, SHEETS
from qa_audit.authoring.workbook.sheets import Book, Where, read_book
from qa_audit.authoring.workbook.tree import Assembly
from qa_audit.authoring.workbook.writing import write_workbook
from qa_audit.codes import Mistake, Place
from qa_audit.errors import RubricError
from qa_audit.rubric.compose import Composition, Extended
from qa_audit.rubric.files import Files
from qa_audit.rubric.lexicon_files import LexiconFiles
from qa_audit.rubric.meaning import meaningless
from qa_audit.rubric.model import Rubric
from qa_audit.rubric.pieces import Piece
from qa_audit.rubric.salvage import Validated, validated
from qa_audit.rubric.shelf import Shelf
from qa_audit.rubric.walking import matchers
from qa_audit.yaml_source import Source

__all__ = ["read_workbook", "write_workbook"]

_ROWS = 1 << 21  # more rows than a sheet has
_NAMES = (BASIC, *SHEETS)


def read_workbook(path: Path, beside: Path | None = None) -> Rubric:
    """Return the rubric that a workbook holds; RubricError lists every mistake as 文件:工作表!单元格.

    beside: the folder in which the rubric will lie; with it measures, lexicons and phrases are looked up too.
    """
    book = read_book(path)
    assembly = Assembly(book)
    assembly.put_together()
    places = {loc: _coded(book, where) for loc, where in assembly.places.items()}
    source = Source(book.file, assembly.tree, places)
    found = validated(source, Rubric)
    mistakes = [*found.mistakes, *(_meaning(source, found, beside) if beside is not None else ())]
    told, elsewhere = assembly.spoiled, []
    for mistake in mistakes:
        if mistake.place.file != book.file:
            elsewhere.append(str(mistake))
            continue
        where = _decoded(mistake.place)
        if assembly.of_row.get(where[:2]) not in told:  # else it may only follow from what was told
            book.wrong(where, f"{mistake.message()}({mistake.hint()})")
    lines = [*book.told(), *dict.fromkeys(elsewhere)]
    if lines:
        raise RubricError("\n".join(lines))
    rubric: Rubric = found.model
    return rubric


def _meaning(source: Source, found: Validated, beside: Path) -> Iterator[Mistake]:
    """Yield what is well formed and means nothing, as for a rubric file of that folder; with packs `lint` says it."""
    if "include" in source.tree:
        return
    yield from meaningless(source, found)
    extend = Piece(source.tree, source.places).inside().get("extend")
    extended = [Extended(name, beside, piece) for name, piece in (extend.inside() if extend else {}).items()]
    composed = Composition(source, {source.file: beside}, extended)
    lexicons = LexiconFiles(Files(beside), composed)
    shelf = Shelf(lexicons, composed)
    for placed in found.checks:
        for loc, matcher in matchers(placed.check, placed.loc):
            shelf.bind(loc, matcher)
    yield from (*lexicons.mistakes, *shelf.mistakes)


def _coded(book: Book, where: Where) -> Place:
    """Return a cell as the place in a file that mistakes know; its line numbers the rows of all sheets."""
    sheet, row, column = where
    return Place(book.file, _NAMES.index(sheet) * _ROWS + row + 1, column + 1)


def _decoded(place: Place) -> Where:
    sheet, row = divmod(place.line - 1, _ROWS)
    return _NAMES[sheet], row, place.column - 1
