"""What pydantic found wrong, told to a QA lead: file:line:column, what is wrong, what to try."""

from typing import Any

from pydantic import BaseModel, ValidationError

from qa_audit.yaml_source import Loc, Source

_TYPES = {
    "missing": "缺少 {key}",
    "string_type": "要写文字(数字请加引号)",
    "int_type": "要写整数",
    "int_parsing": "要写整数",
    "int_from_float": "要写整数",
    "float_type": "要写数字",
    "float_parsing": "要写数字",
    "finite_number": "要写一个有限的数",
    "bool_type": "要写 true 或 false",
    "bool_parsing": "要写 true 或 false",
    "tuple_type": "要写成列表(每行以 - 开头)",
    "dict_type": "要写成 键: 值 的形式",
    "model_type": "要写成 键: 值 的形式",
    "model_attributes_type": "要写成 键: 值 的形式",
    "too_short": "不能为空",
    "string_too_short": "不能为空",
    "string_pattern_mismatch": "写法不对,要符合 {pattern}",
    "greater_than": "要大于 {gt}",
    "greater_than_equal": "不能小于 {ge}",
    "less_than_equal": "不能大于 {le}",
    "literal_error": "只能是 {expected}",
}


def tell(error: ValidationError, source: Source, model: type[BaseModel]) -> list[str]:
    """Return one line per mistake, in the order of the file."""
    told = []
    for item in error.errors(include_url=False):
        loc = _yaml_loc(item["loc"], source.tree)
        if item["type"] == "too_short" and item["input"]:
            continue  # pydantic does not count the parts that are wrong themselves
        told.append((source.places.get(loc, (0, 0)), f"{source.at(loc)}: {_sentence(item, model)}"))
    return [line for _, line in sorted(told)]


def _sentence(item: Any, model: type[BaseModel]) -> str:
    key, kind, context = item["loc"][-1] if item["loc"] else "", item["type"], item.get("ctx", {})
    if kind == "value_error":
        return str(context.get("error", item["msg"]))
    if kind == "extra_forbidden":
        return f"不认识的键 '{key}'(可用:{'、'.join(_keys(item['loc'], model))})"
    words = _TYPES.get(kind)
    return (
        f"'{key}' {words.format(key=key, **context)}"
        if words and kind != "missing"
        else (words or item["msg"]).format(key=key)
    )


def _keys(loc: Loc, model: type[BaseModel]) -> list[str]:
    """Find the keys that may stand where the unknown one does, by following the field names of the path."""
    current: Any = model
    for part in loc[:-1]:
        for name, found in _parts(current).items():
            if part == name:
                current = found
                break
    return [field.alias or name for name, field in current.model_fields.items()]


def _parts(model: type[BaseModel]) -> dict[str, type[BaseModel]]:
    out = {}
    for name, field in model.model_fields.items():
        found = _model_in(field.annotation)
        if found is not None:
            out[field.alias or name] = found
    return out


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        found = _model_in(argument)
        if found is not None:
            return found
    return None


def _yaml_loc(loc: Loc, tree: Any) -> Loc:
    """Drop from pydantic's path what is not in the file: union tags, and indexes of things written without a list."""
    out: list[str | int] = []
    for part in loc:
        in_list = isinstance(tree, list) and isinstance(part, int) and part < len(tree)
        if in_list or (isinstance(tree, dict) and part in tree):
            out.append(part)
            tree = tree[part]
    return tuple(out)
