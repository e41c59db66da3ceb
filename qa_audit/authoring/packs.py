"""A pack by itself, made ready like a rubric, so that its author can run its examples and try it on a chat."""

from pathlib import Path

from qa_audit.clocks import house
from qa_audit.errors import RubricError
from qa_audit.rubric.load import LoadedRubric, load_rubric
from qa_audit.rubric.model import Pack, Rubric
from qa_audit.rubric.reading import Reader


def load_rubric_or_pack(path: Path) -> LoadedRubric:
    """Read a rubric, or a pack as a rubric of its own by the house clock; RubricError lists every mistake."""
    reading = Reader((Rubric, Pack)).read(path)
    contents = reading.contents
    if contents is None or reading.mistakes:
        raise RubricError(reading.mistakes)
    pack = contents.found.model
    if isinstance(pack, Rubric):
        return load_rubric(path)
    tree = {"rubric": pack.pack, "title": pack.title}
    model = Rubric.model_validate(tree).model_copy(update={"groups": pack.groups})
    shelf = contents.shelf
    lexicons = tuple(shelf.lexicons.values())
    return LoadedRubric(model, contents.composed.source, contents.hash, lexicons, shelf.bound, {}, house())
