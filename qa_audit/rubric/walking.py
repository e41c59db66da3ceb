"""Every part within a rubric, with its place in the tree."""

from collections.abc import Iterator

from qa_audit.rubric.model import Matcher, Part
from qa_audit.yaml_source import Loc


def parts(part: Part, loc: Loc = ()) -> Iterator[tuple[Loc, Part]]:
    """Yield a part and all parts within it, from the top, with their places."""
    yield loc, part
    for name, field in type(part).model_fields.items():
        value = getattr(part, name)
        here = (*loc, field.alias or name)
        if isinstance(value, Part):
            yield from parts(value, here)
        elif isinstance(value, tuple):
            for i, item in enumerate(value):
                if isinstance(item, Part):
                    yield from parts(item, (*here, i))


def matchers(part: Part, loc: Loc = ()) -> Iterator[tuple[Loc, Matcher]]:
    """Yield every matcher within a part of a rubric, with its place."""
    for here, each in parts(part, loc):
        if isinstance(each, Matcher):
            yield here, each
