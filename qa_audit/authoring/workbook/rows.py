"""A rubric as the rows of 评分表.xlsx: per sheet one mapping of column keys to plain values."""

from collections.abc import Iterator, Mapping
from typing import Any

from qa_audit.authoring.rubric_text import rubric_tree
from qa_audit.authoring.workbook.layout import BASIC, BASICS, KIND, PHRASE, POSITION, SHEETS, STANDARD_FLOW
from qa_audit.measures import MEASURES
from qa_audit.rubric.model import Rubric

Tree = dict[str, Any]

MATCHERS = ("says", "never", "share", "after", "before", "around")
"""The kinds of check whose content is a matcher."""


def rows_of(model: Rubric) -> dict[str, list[Tree]]:
    """Return the rows of every sheet; 基本 has one row with all of its keys."""
    tree = rubric_tree(model)
    rows: dict[str, list[Tree]] = {BASIC: [_basics(tree)]} | {sheet: [] for sheet in SHEETS}
    rows["等级"] = [{"name": name, "least": least} for name, least in tree.get("grades", {}).items()]
    rows["依据"] = [{"id": seed, "text": text} for seed, text in tree.get("seeds", {}).items()]
    rows["词表增减"] = [row for name, change in tree.get("extend", {}).items() for row in _changes(name, change)]
    names = group_names(tree.get("groups", []))
    for group in tree.get("groups", []):
        rows["大项"].append({key: value for key, value in group.items() if key != "checks"})
        for check in group["checks"]:
            _add_check(rows, check, names[group["id"]])
    return rows


def group_names(groups: list[Tree]) -> dict[str, str]:
    """Return what to call each group by its id: its title where that can mean no other, else the id."""
    titles = [group.get("title", "") for group in groups]
    taken = {group["id"] for group in groups}
    return {
        group["id"]: title if title and titles.count(title) == 1 and title not in taken else group["id"]
        for group, title in zip(groups, titles, strict=True)
    }


def measure_words() -> dict[str, str]:
    """Return the Chinese title of each measure, where no other has the same."""
    titles = [measure.title for measure in MEASURES.values()]
    return {name: measure.title for name, measure in MEASURES.items() if titles.count(measure.title) == 1}


def _basics(tree: Tree) -> Tree:
    own = {column.key for column in BASICS}
    elsewhere = {"grades", "seeds", "extend", "groups"}
    other = {key: value for key, value in tree.items() if key not in own | elsewhere}
    return {key: value for key, value in tree.items() if key in own} | ({"other": other} if other else {})


def _changes(name: str, change: Tree) -> Iterator[Tree]:
    rows = [{"lexicon": name, "kind": kind, "phrase": phrase} for kind in change for phrase in change[kind]]
    yield from rows or [{"lexicon": name}]


def _add_check(rows: dict[str, list[Tree]], check: Tree, group: str) -> None:
    check = dict(check)
    name = check["id"]
    kind = next(key for key in KIND if key in check)
    row: Tree = {"group": group, "kind": kind}
    if "red_line" in check:
        row["cap"] = check.pop("red_line").get("cap", 0)
    for key, texts in check.pop("examples", {}).items():
        rows["例子"] += [{"id": name, "kind": key, "text": text} for text in texts]
    bands = check.pop("bands", [])
    content = check.pop(kind)
    if kind == "flow":
        bands = content.pop("coverage")
        content = content or STANDARD_FLOW
    elif kind == "measure":
        content = measure_words().get(content, content)
    elif kind in MATCHERS:
        content = _without_phrases(rows, name, "content", content)
    rows["档位"] += [{"id": name, **band} for band in bands]
    for position in ("expect", "forbid"):
        if position in check:
            check[position] = _without_phrases(rows, name, position, check[position])
    own = {column.key for column in SHEETS["评分项"]}
    row |= {"content": content} | {key: value for key, value in check.items() if key in own}
    other = {key: value for key, value in check.items() if key not in own}
    row |= {"other": other} if other else {}
    rows["评分项"].append({key: value for key, value in row.items() if value is not None})


def _without_phrases(rows: dict[str, list[Tree]], check: str, position: str, matcher: Mapping[str, Any]) -> Tree | None:
    """Move the phrases of a matcher to their sheet; return what is left, None where nothing is."""
    assert position in POSITION
    for key in PHRASE:
        for phrase in matcher.get(key, ()):
            rows["词语"].append({"id": check, "position": position, "kind": key, "phrase": phrase})
    return {key: value for key, value in matcher.items() if key not in PHRASE} or None
