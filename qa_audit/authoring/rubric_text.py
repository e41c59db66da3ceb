"""A rubric written down again: its model as a plain tree, and as YAML that loads to the same model."""

from collections.abc import Mapping
from typing import Any

from qa_audit.authoring.yaml_text import Loc, yaml_lines
from qa_audit.rubric.model import Rubric
from qa_audit.rubric.model.parts import Part

_ORDER = (
    "rubric", "title", "version", "effective", "earlier", "scoring", "points", "min_applicable", "bonus_cap", "clock",
    "grades", "include", "override", "extend", "seeds", "groups",
)  # fmt: skip
_ALWAYS = ("version", "scoring", "min_applicable", "bonus_cap", "clock")
_OPEN, _SPREAD = frozenset({"bands", "coverage", "steps", "extend"}), frozenset({"groups", "checks"})


def part_tree(part: Part) -> dict[str, Any]:
    """Return a part of a rubric as its file would say it, points in points; what is as by default is left out."""
    tree: dict[str, Any] = _readable(part.model_dump(mode="json", by_alias=True, exclude_defaults=True))
    return tree


def rubric_tree(model: Rubric) -> dict[str, Any]:
    """Return a rubric as its file would say it, in the order of a file; the scoring is said even where by default."""
    tree = part_tree(model) | model.model_dump(mode="json", include=set(_ALWAYS))
    return {key: tree[key] for key in _ORDER if key in tree}


def rubric_yaml(model: Rubric, comments: Mapping[Loc, str] | None = None) -> str:
    """Return a rubric as YAML; `comments` stand above the parts they are for (by place, as `yaml_source.Source`)."""
    return "".join(f"{line}\n" for line in yaml_lines(rubric_tree(model), comments, _OPEN, _SPREAD))


def _readable(tree: Any) -> Any:
    """Put the measure of a condition before its limits, and say the cap of a red line even where it is 0."""
    if isinstance(tree, list):
        return [_readable(each) for each in tree]
    if not isinstance(tree, dict):
        return tree
    first = ("measure",) if "measure" in tree and "id" not in tree else ()
    out = {key: _readable(tree[key]) for key in dict.fromkeys((*first, *tree))}
    return out | ({"red_line": {"cap": 0}} if "id" in tree and tree.get("red_line") == {} else {})
