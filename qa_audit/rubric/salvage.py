"""Validating a rubric part by part, so that what is malformed in one place hides nothing in another.

found = validated(source, Rubric)
found.model.clock, [each.check.id for each in found.checks], found.mistakes
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, get_args

from pydantic import BaseModel, TypeAdapter, ValidationError

from qa_audit.codes import Mistake
from qa_audit.mistakes import tell
from qa_audit.rubric.model import Check, Composed, Part
from qa_audit.yaml_source import Loc, Source

UNREADABLE = "?"
"""Stands for a name that is required and missing or malformed."""


@dataclass(frozen=True)
class Placed:
    """A check with its place in the tree; `whole` unless parts of it had to be left out."""

    loc: Loc
    check: Check
    whole: bool


@dataclass(frozen=True)
class Validated:
    """A rubric or pack as far as it is well formed, and what is not.

    model: whole where there are no mistakes, else without groups and without the keys that are malformed.
    """

    model: Any
    checks: tuple[Placed, ...]
    mistakes: list[Mistake]


def validated(source: Source, kind: type[Composed]) -> Validated:
    """Validate a tree, which is a mapping, as a rubric or a pack."""
    try:
        model = kind.model_validate(source.tree)
    except ValidationError as error:
        head = {key: value for key, value in source.tree.items() if key != "groups"}
        return Validated(salvaged(kind, head), tuple(_checks(source.tree.get("groups"))), tell(error, source, kind))
    placed = (
        Placed(("groups", g, "checks", c), check, True)
        for g, group in enumerate(model.groups)
        for c, check in enumerate(group.checks)
    )
    return Validated(model, tuple(placed), [])


def salvaged(kind: type[BaseModel], tree: dict[str, Any]) -> Any:
    """Return a part with what is well formed of it; what is required and is not there reads ?."""
    values: dict[str, Any] = {}
    for name, field in kind.model_fields.items():
        key = field.alias or name
        if key in tree:
            try:
                values[name] = _adapter(kind, name).validate_python(tree[key])
            except ValidationError:
                inner = _part_in(field.annotation)
                if inner is not None and isinstance(tree[key], dict):
                    values[name] = salvaged(inner, tree[key])
        if field.is_required():
            values.setdefault(name, UNREADABLE)
    return kind.model_construct(**values)


def _checks(groups: Any) -> Iterator[Placed]:
    for g, group in enumerate(groups if isinstance(groups, list) else ()):
        checks = group.get("checks") if isinstance(group, dict) else None
        for c, tree in enumerate(checks if isinstance(checks, list) else ()):
            loc = ("groups", g, "checks", c)
            if not isinstance(tree, dict):
                continue
            try:
                yield Placed(loc, Check.model_validate(tree), True)
            except ValidationError:
                yield Placed(loc, salvaged(Check, tree), False)


@lru_cache(maxsize=256)
def _adapter(kind: type[BaseModel], name: str) -> TypeAdapter[Any]:
    field = kind.model_fields[name]
    annotation: Any = field.annotation
    for metadata in field.metadata:
        annotation = Annotated[annotation, metadata]
    return TypeAdapter(annotation)


def _part_in(annotation: Any) -> type[BaseModel] | None:
    """Return the part that a field holds, if it holds one and not a list."""
    for each in (annotation, *get_args(annotation)):
        if isinstance(each, type) and issubclass(each, Part):
            return each
    return None
