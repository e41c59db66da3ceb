"""What pydantic found wrong, told to a QA lead: file:line:column, what is wrong, what to try."""

import re
from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, Tag, ValidationError
from pydantic_core import PydanticCustomError

from qa_audit.codes import CATALOG, MOST_TOLD, Mistake, near, near_or_all
from qa_audit.yaml_source import Loc, Source, written

_TEXT = ("文字(数字请加引号)", "text (put numbers in quotes)")
_WHOLE = ("整数", "a whole number")
_NUMBER = ("数字", "a number")
_TRUTH = (" true 或 false", "true or false")
_LIST = ("成列表,每行以 - 开头", "a list, each item on a line that starts with -")
_MAPPING = ("成 键: 值 的形式", "a mapping (key: value)")
_WANTED = {
    "string_type": _TEXT, "int_type": _WHOLE, "int_parsing": _WHOLE, "int_from_float": _WHOLE,
    "float_type": _NUMBER, "float_parsing": _NUMBER, "finite_number": ("有限的数", "a finite number"),
    "bool_type": _TRUTH, "bool_parsing": _TRUTH, "tuple_type": _LIST, "dict_type": _MAPPING, "model_type": _MAPPING,
    "model_attributes_type": _MAPPING, "int_parsing_size": _WHOLE,
}  # fmt: skip
_LIMITS = {
    "greater_than": ("要大于 {gt}", "must be above {gt}"),
    "greater_than_equal": ("不能小于 {ge}", "must not be below {ge}"),
    "less_than_equal": ("不能大于 {le}", "must not be above {le}"),
}
_FORMS = {
    r"^\d{4}-\d{2}-\d{2}$": ("写成 2026-12-01 这样的日期", "write a date such as 2026-12-01"),
    r"^[A-Za-z][A-Za-z0-9_-]{0,63}$": (
        "以英文字母开头,只用英文字母、数字、- 和 _,最多 64 个",
        "start with a letter; only ASCII letters, digits, - and _, at most 64 of them",
    ),
    r"^\w[\w-]{0,63}$": ("只用文字、数字、- 和 _,最多 64 个", "only letters, digits, - and _, at most 64 of them"),
}
_COUNT = (",或 1 到 10000 的整数", ", or a whole number from 1 to 10000")
_UNIONS = {"match": _COUNT, "anchors": _COUNT, "steps": (",或自己写的步骤列表", ", or a list of steps of your own")}
"""What else may stand where a word is chosen."""


def mistake(code: str, **context: Any) -> PydanticCustomError:
    """Return the error of a mistake by its code, to be raised; `context` fills its sentences."""
    return PydanticCustomError(code, CATALOG[code].zh, context)


def tell(error: ValidationError, source: Source, model: type[BaseModel], loc: Loc = ()) -> list[Mistake]:
    """Return the mistakes that pydantic found in the part of the source at `loc`, validated as `model`."""
    tree = source.tree
    for step in loc:
        tree = tree[step]
    told = []
    for item in _sifted(error.errors(include_url=False)[:MOST_TOLD], tree, model):
        code, context = _said(item, tree, model)
        told.append(Mistake(source.place(_pointed(item, tree, loc, source)), code, context))
    return told


def _sifted(items: list[Any], tree: Any, model: type[BaseModel]) -> Iterator[Any]:
    """Leave out what another error says better: members of a union not meant, what is missing because misspelt."""
    unions = {item["loc"][:-1] for item in items if _is_choice(item)}
    parts = {loc for loc in unions if any(_is_part(item, loc) for item in items)}
    for item in items:
        union = next((loc for loc in unions if item["loc"][: len(loc)] == loc), None)
        if item["type"] == "too_short" and item["input"]:
            continue  # pydantic does not count the parts that are wrong themselves
        if union is not None and _is_choice(item) == (union in parts):
            continue
        if item["type"] == "missing":
            *above, key = item["loc"]
            unknown = [str(each["loc"][-1]) for each in items if _is_unknown(each, tuple(above))]
            if any(near(each, [str(key)])["nearest"] for each in unknown) or (unknown and _tags_at(item, tree, model)):
                continue
        yield item


def _is_choice(item: Any) -> bool:
    """Say whether an error is about the member of a union that lists words to choose from."""
    return item["type"] == "literal_error" and str(item["loc"][-1]).startswith("literal[")


def _is_part(item: Any, union: Loc) -> bool:
    """Say whether an error is about a list or mapping, or what is in it, in place of a word of a union."""
    inside = item["loc"][: len(union)] == union and not _is_choice(item)
    return bool(inside) and (len(item["loc"]) > len(union) + 1 or item["type"] == "too_short")


def _is_unknown(item: Any, above: Loc) -> bool:
    return bool(item["type"] == "extra_forbidden" and item["loc"][:-1] == above)


def _said(item: Any, tree: Any, model: type[BaseModel]) -> tuple[str, dict[str, Any]]:
    """Return the code of an error and what fills its sentences."""
    kind, raw, given = item["type"], item["loc"], item["input"]
    context: dict[str, Any] = {"key": _key(item, tree), "given": _brief(given)}
    if kind in CATALOG:
        return kind, {**context, **item.get("ctx", {})}
    if kind == "missing":
        tags = _tags_at(item, tree, model)
        return "E202", {**context, "key": " / ".join(tags)} if tags else context
    if kind == "extra_forbidden":
        keys = [*_tags_at(item, tree, model), *_keys_at(raw, model)]
        return "E201", {**context, **near_or_all(context["key"], keys)}
    if kind == "literal_error":
        choices = re.findall(r"'([^']*)'", item["ctx"]["expected"])
        more = next((words for name, words in _UNIONS.items() if context["key"] == name and _is_choice(item)), ("", ""))
        listed = {"choices": "、".join(choices) + more[0], "choices_en": ", ".join(choices) + more[1]}
        return "E203", {**context, **near(str(given), choices), **listed}
    if kind in _LIMITS:
        limits = {name: f"{limit:g}" for name, limit in item["ctx"].items()}
        zh, en = (words.format(**limits) for words in _LIMITS[kind])
        return "E206", {**context, "limit": zh, "limit_en": en}
    if kind == "string_pattern_mismatch":
        zh, en = _FORMS[item["ctx"]["pattern"]]
        return "E207", {**context, "given": str(given), "wanted": zh, "wanted_en": en}
    if kind in ("too_short", "string_too_short"):
        return "E208", context
    zh, en = _WANTED[kind]
    return "E204", {**context, "wanted": zh, "wanted_en": en}


def _key(item: Any, tree: Any) -> str:
    """Return the key that an error is about: the last one on its path that is written, or that is missing."""
    if item["type"] in ("missing", "extra_forbidden"):
        return str(item["loc"][-1])
    return next((part for part in reversed(written(item["loc"], tree)) if isinstance(part, str)), "")


def _brief(value: Any) -> str:
    """Return a value as it might be written in YAML, lists and mappings without what is in them."""
    if isinstance(value, str):
        return f"'{value}'"
    if isinstance(value, list | tuple):
        return "[…]" if value else "[]"
    if isinstance(value, dict):
        return "{…}" if value else "{}"
    return {None: "null", True: "true", False: "false"}.get(value, str(value))


def _pointed(item: Any, tree: Any, above: Loc, source: Source) -> Loc:
    """Return the loc of what is to be mended: the key or the band that a mistake names, where it is written."""
    loc = (*above, *written(item["loc"], tree))
    context = item.get("ctx", {}) if item["type"] in CATALOG else {}
    wanted: list[Loc] = [(*loc, context["key"])] if "key" in context else []
    if "band" in context:
        wanted = [(*loc, *path, context["band"] - 1) for path in (("bands",), ("flow", "coverage"))]
    return next((each for each in wanted if each in source.places), loc)


def _keys_at(loc: Loc, model: type[BaseModel]) -> list[str]:
    """Return the keys that may stand beside the last one of pydantic's path."""
    current, _ = _followed(loc[:-1], model)
    return [key for each in current for key in _fields(each)]


def _tags_at(item: Any, tree: Any, model: type[BaseModel]) -> list[str]:
    """Return the keys that tell the members of a union apart, where the mapping of an error has none of them."""
    above = item["loc"][:-1]
    _, tags = _followed(above, model)
    for part in written(above, tree):
        tree = tree[part]
    return tags if isinstance(tree, dict) and not any(tag in tree for tag in tags) else []


def _followed(loc: Loc, model: type[BaseModel]) -> tuple[list[Any], list[str]]:
    """Follow pydantic's path: what may stand at its end, and the tags of the union whose member its last part names."""
    current: list[Any] = [model]
    tags: list[str] = []
    for part in loc:
        tagged = {tag: each for tag, each in _members(current) if tag}
        tags = list(tagged) if part in tagged else []
        current = [tagged[str(part)]] if tags else [found for each in current for found in _inside(each, part)]
    return current, tags


def _members(annotations: list[Any]) -> Iterator[tuple[str, Any]]:
    """Yield (tag, annotation) of everything that the annotations may be; the tag is "" without one."""
    for annotation in annotations:
        if get_origin(annotation) is Annotated:
            inner, *metadata = get_args(annotation)
            tag = next((each.tag for each in metadata if isinstance(each, Tag)), "")
            yield from ((tag or below, each) for below, each in _members([inner]))
        elif get_origin(annotation) in (Union, UnionType):
            yield from _members(list(get_args(annotation)))
        else:
            yield "", annotation


def _inside(annotation: Any, part: str | int) -> list[Any]:
    """Return what may stand at a key or index within something; itself where the part only names a member of it."""
    found = []
    for _, each in _members([annotation]):
        arguments = get_args(each)
        if isinstance(each, type) and issubclass(each, BaseModel):
            named = (field.annotation for name, field in each.model_fields.items() if part in (name, field.alias))
            found += list(named) or [each]
        elif get_origin(each) is tuple and arguments:
            found.append(arguments[0] if isinstance(part, int) else each)
        elif get_origin(each) is dict:
            found.append(arguments[1])
    return found


def _fields(annotation: Any) -> Iterator[str]:
    for _, each in _members([annotation]):
        if isinstance(each, type) and issubclass(each, BaseModel):
            yield from (field.alias or name for name, field in each.model_fields.items())
