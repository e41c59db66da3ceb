"""The JSON Schema (draft 2020-12) of rubric files, for editors: every key with its Chinese description."""

from typing import Any

from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import core_schema

from qa_audit.rubric.model import CONDITIONS, HUNDREDTHS, Pack, Rubric
from qa_audit.rubric.model.parts import listed

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_LIMITS = {"ge": "minimum", "le": "maximum", "gt": "exclusiveMinimum"}
"""What pydantic writes where a validator of ours stands before a limit."""


class _Schema(GenerateJsonSchema):
    """As pydantic's own, but one thing may stand where a list of it may."""

    def function_before_schema(self, schema: core_schema.BeforeValidatorFunctionSchema) -> dict[str, Any]:
        inner = super().function_before_schema(schema)
        if schema["function"]["function"] is listed and "items" in inner:
            return {"anyOf": [inner["items"], inner]}
        return inner


def rubric_schema() -> dict[str, Any]:
    """Return the schema of a file that is a rubric or, with the key `pack`, a pack."""
    rubric, pack = (kind.model_json_schema(schema_generator=_Schema) for kind in (Rubric, Pack))
    parts = {**rubric.pop("$defs"), **pack.pop("$defs"), "Rubric": rubric, "Pack": pack}
    conditions = [{"$ref": f"#/$defs/{kind.__name__}"} for kind in CONDITIONS.values()]
    named = {name: _plain(part, conditions) for name, part in sorted(parts.items())}
    for kind in ("Rubric", "Pack"):
        named[kind]["properties"]["override"]["patternProperties"] = {".": {"$ref": "#/$defs/Changes"}}
    return {
        "$schema": _DRAFT,
        "title": "评分表或评分项包",
        "if": {"required": ["pack"]},
        "then": {"$ref": "#/$defs/Pack"},
        "else": {"$ref": "#/$defs/Rubric"},
        "$defs": {**named, "Condition": {"oneOf": conditions}, "Changes": _changes(named["Check"])},
    }


def _changes(check: dict[str, Any]) -> dict[str, Any]:
    """Return what an override may say: any key of a check but its id; null takes a key away."""
    keys = (key for key in check["properties"] if key != "id")
    either = {key: {"anyOf": [{"$ref": f"#/$defs/Check/properties/{key}"}, {"type": "null"}]} for key in keys}
    return {"additionalProperties": False, "properties": either, "type": "object"}


def _plain(schema: Any, conditions: list[dict[str, str]]) -> Any:
    """Leave out what says nothing to an editor: titles made from names, English docstrings, nulls, repetition."""
    if isinstance(schema, list):
        return [_plain(each, conditions) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "multipleOf" in schema and "default" in schema:  # points, which the model keeps in hundredths
        schema = {**schema, "default": schema["default"] / HUNDREDTHS}
    out = {_LIMITS.get(key, key): _plain(value, conditions) for key, value in schema.items() if _matters(key, schema)}
    if out.get("oneOf") == conditions:
        out = {"$ref": "#/$defs/Condition", **{key: value for key, value in out.items() if key != "oneOf"}}
    members = [each for each in out.get("anyOf", ()) if each != {"type": "null"}]
    if members:
        out["anyOf"] = members
    if len(members) == 1:
        out = {**members[0], **{key: value for key, value in out.items() if key != "anyOf"}}
    return out


def _matters(key: str, schema: dict[str, Any]) -> bool:
    value = schema[key]
    if key == "description":
        return "properties" not in schema
    if key == "default":
        return value not in (None, [], {}, "")
    return key not in ("discriminator", "multipleOf") and not (key == "title" and isinstance(value, str))
