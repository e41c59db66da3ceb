"""The JSON Schema takes what the loader takes, refuses misspelt keys, and explains every key in Chinese."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner

from qa_audit.authoring.rubric_schema import rubric_schema
from qa_audit.cli.rubric_lint import schema as schema_command
from qa_audit.shipped import rubrics_folder
from qa_audit.yaml_source import parse_yaml, read_yaml
from tests.rubric.provoking import HEAD

SCHEMA = rubric_schema()
KNOWN = {
    "$schema", "$defs", "$ref", "title", "description", "default", "type", "properties", "required",
    "additionalProperties", "patternProperties", "items", "minItems", "minLength", "pattern", "enum", "const",
    "minimum", "maximum", "exclusiveMinimum", "anyOf", "oneOf", "if", "then", "else",
}  # fmt: skip
TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}


def problems(value: Any, schema: dict[str, Any], at: str = "") -> Iterator[str]:
    """Yield what a value breaks of the parts of JSON Schema (2020-12) that the schema of rubrics uses."""
    assert set(schema) <= KNOWN, set(schema) - KNOWN
    if "$ref" in schema:
        yield from problems(value, resolved(schema["$ref"]), at)
    if "if" in schema:
        yield from problems(value, schema["else" if list(problems(value, schema["if"])) else "then"], at)
    for key, most in (("anyOf", 99), ("oneOf", 1)):
        if key in schema and not 1 <= sum(not list(problems(value, each)) for each in schema[key]) <= most:
            yield f"{at}: {key}"
    if "type" in schema and not is_type(value, schema["type"]):
        yield f"{at}: type"
        return
    if ("enum" in schema and value not in schema["enum"]) or ("const" in schema and value != schema["const"]):
        yield f"{at}: enum"
    if isinstance(value, dict):
        yield from object_problems(value, schema, at)
    if isinstance(value, list):
        if len(value) < schema.get("minItems", 0):
            yield f"{at}: minItems"
        for i, each in enumerate(value):
            yield from problems(each, schema.get("items", {}), f"{at}/{i}")
    if isinstance(value, str) and (
        len(value) < schema.get("minLength", 0) or not re.search(schema.get("pattern", ""), value)
    ):
        yield f"{at}: pattern"
    if isinstance(value, int | float) and not (
        schema.get("minimum", value) <= value <= schema.get("maximum", value)
        and value > schema.get("exclusiveMinimum", value - 1)
    ):
        yield f"{at}: limits"


def object_problems(value: dict[str, Any], schema: dict[str, Any], at: str) -> Iterator[str]:
    for key in schema.get("required", ()):
        if key not in value:
            yield f"{at}: {key} is required"
    for key, each in value.items():
        patterns = [inner for pattern, inner in schema.get("patternProperties", {}).items() if re.search(pattern, key)]
        inner = schema.get("properties", {}).get(
            key, patterns[0] if patterns else schema.get("additionalProperties", {})
        )
        if inner is False:
            yield f"{at}/{key}: unknown"
        elif inner is not True:
            yield from problems(each, inner, f"{at}/{key}")


def resolved(ref: str) -> dict[str, Any]:
    found: Any = SCHEMA
    for part in ref.removeprefix("#/").split("/"):
        found = found[part]
    return found


def is_type(value: Any, names: str | list[str]) -> bool:
    for name in [names] if isinstance(names, str) else names:
        if name in ("integer", "number"):
            if isinstance(value, int if name == "integer" else int | float) and not isinstance(value, bool):
                return True
        elif isinstance(value, TYPES[name]):
            return True
    return False


def of_text(text: str) -> list[str]:
    return list(problems(parse_yaml(text, "f").tree, SCHEMA))


@pytest.mark.parametrize(
    "name", ["standard.yaml", *(f"packs/{path.name}" for path in (rubrics_folder() / "packs").glob("*.yaml"))]
)
def test_the_shipped_files_are_valid(name: str) -> None:
    assert list(problems(read_yaml(rubrics_folder() / name).tree, SCHEMA)) == []


RIGHT = [
    "never: {words: 好, role: agent, match: 2, across: segment, first: 3, number: {from: -3}}",
    "never: {words: [好, 1], stage: pre, situation: [refund], entities: phone, kind: any}",
    "measure: rounds, bands: [{at_most: 3}, {deduct: 1.5, label: 多}], when: {not: {says: {words: 好}}}",
    "after: {words: 好}, expect: {words: 行, within: {messages: 2}}, anchors: 3, when: [{shop: 甲}, {any: [{agent: 乙}]}]",
    "flow: {steps: [{id: a, title: 甲, says: {words: 好}}], coverage: [{at_least: 1}, {deduct: 1}]}",
    "flow: {coverage: [{deduct: 1}]}, examples: {pass: [好], hit: 好}",
    "all: [{says: {words: 好}}, {measure: rounds, at_most: 3}], red_line: {cap: 60}",
]  # fmt: skip
WRONG = [
    "nver: {words: 好}", "never: {wrds: 好}", "never: {words: 好, role: boss}", "never: {words: [好, 1.5]}", "never: {words: 好, first: 0}",
    "never: {words: 好, first: '3'}", "never: {words: 好, match: most}", "measure: rounds, bands: [{at_mst: 3}]", "never: {words: 好}, when: {mesure: x}",
    "never: {words: 好}, when: [{not: {stge: pre}}]", "flow: {steps: []}", "after: {words: 好}, anchors: evry", "never: {words: 好, stage: pree}",
    "never: {words: 好, unless: {wrds: 好}}", "never: {words: 好}, severity: big", "never: {words: 好}, examples: {hits: 好}",
]  # fmt: skip


@pytest.mark.parametrize("check", RIGHT)
def test_what_is_right_is_valid(check: str) -> None:
    assert of_text(f"{HEAD}      - {{id: a, title: 甲, points: 5, {check}}}\n") == []


@pytest.mark.parametrize("check", WRONG)
def test_misspelt_keys_and_values_are_not(check: str) -> None:
    assert of_text(f"{HEAD}      - {{id: a, title: 甲, points: 5, {check}}}\n")


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("rubric: a\ninclude: p.yaml\noverride: {x: {points: 3, never: ~}}", True),
        ("rubric: a\noverride: {x: {ponts: 3}}", False),
        ("rubric: a\noverride: {x: {id: b}}", False),
        ("pack: a\nextend: {insult: {words: 好, drop: [坏]}}", True),
        ("pack: a\nclock: house", False),
        ("rubrc: a", False),
        ("rubric: a\ngrades: {优: '90'}", False),
        ("rubric: a\neffective: 12-01", False),
    ],
)
def test_heads(text: str, valid: bool) -> None:
    assert (of_text(text) == []) == valid


def test_every_key_is_explained_in_chinese() -> None:
    for name, part in SCHEMA["$defs"].items():
        for key, about in part.get("properties", {}).items():
            said = about if name != "Changes" else SCHEMA["$defs"]["Check"]["properties"][key]
            assert re.search("[\u4e00-\u9fff]", said.get("description", "")), (name, key)


def test_points_are_written_in_points() -> None:
    assert SCHEMA["$defs"]["Rubric"]["properties"]["bonus_cap"]["default"] == 10
    assert SCHEMA["$defs"]["Band"]["properties"]["deduct"]["maximum"] == 10_000


def test_the_command_prints_it() -> None:
    result = CliRunner().invoke(schema_command)
    assert result.exit_code == 0
    printed = json.loads(result.stdout)
    assert printed == SCHEMA
    assert printed["$schema"] == "https://json-schema.org/draft/2020-12/schema"
