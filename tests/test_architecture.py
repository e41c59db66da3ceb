"""The house is built as DESIGN says: imports run one way, rooms stay small, everything users meet is documented."""

import ast
import re
from pathlib import Path

import click
import pytest

from qa_audit import clocks
from qa_audit.cli import cli
from qa_audit.formats import FORMATS, SUFFIXES
from qa_audit.formats.reasons import NOTICES, REASONS
from qa_audit.measures import MEASURES
from qa_audit.shipped import rubrics_folder
from qa_audit.texts.lexicon import parse_lexicon
from tests.accept import PAGES, ROOT, commands

PACKAGE = ROOT / "qa_audit"
DOCS = ROOT / "docs"

ROOMS = [
    "arrow", "interim", "codes", "citing", "errors", "stopping", "progress", "engines", "identity", "schema", "statistics", "shipped", "yaml_source", "mistakes", "patterns", "formats", "roster", "ingest", "sessions", "context", "texts", "privacy", "drift", "clocks", "measures", "rubric",
    "scoring", "tables", "agents", "ratings", "steps", "results", "gates", "manifest", "keeping", "opening", "unmasking", "report", "slices", "pipeline", "authoring", "cli",
]  # fmt: skip
"""From the ground up: a room may import what stands before it (and itself)."""

MOST_LINES = 320


def rooms() -> list[tuple[Path, str]]:
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        if parts[0] not in ("__init__", "__main__"):
            found.append((path, parts[0]))
    return found


def imported(path: Path) -> set[str]:
    """Return the rooms that a file imports, also inside functions and for types."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = (
                [f"{node.module}.{alias.name}" for alias in node.names] if node.module == "qa_audit" else [node.module]
            )
        found |= {name.split(".")[1] for name in names if name.startswith("qa_audit.")}
    return found - {"__version__"}


@pytest.mark.parametrize(
    ("path", "room"), rooms(), ids=lambda value: str(value.relative_to(PACKAGE)) if isinstance(value, Path) else ""
)
def test_imports_run_one_way(path: Path, room: str) -> None:
    above = {name for name in imported(path) if ROOMS.index(name) > ROOMS.index(room)}
    assert not above


def test_files_and_functions_stay_small() -> None:
    for path, _ in rooms():
        text = path.read_text("utf-8")
        assert len(text.splitlines()) <= MOST_LINES, path
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                assert (node.end_lineno or 0) - node.lineno <= 55, (path, node.name)


def test_every_module_and_public_definition_says_what_it_is_for() -> None:
    for path, _ in rooms():
        tree = ast.parse(path.read_text("utf-8"))
        assert ast.get_docstring(tree), path
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                assert ast.get_docstring(node), (path, node.name)


@pytest.mark.parametrize("name", PAGES)
def test_generated_pages_are_up_to_date(name: str) -> None:
    assert (DOCS / name).read_text("utf-8") == PAGES[name](), "run make accept and read the diff"


def test_every_command_is_documented() -> None:
    page = (DOCS / "cli.md").read_text("utf-8")
    for path, command in commands(cli, "qa-audit"):
        assert f"## {path}\n" in page
        assert command.help
        assert all(option.help for option in command.params if isinstance(option, click.Option)), path


def test_every_measure_clock_and_format_is_documented() -> None:
    measures, formats = (DOCS / "measures.md").read_text("utf-8"), (DOCS / "formats.md").read_text("utf-8")
    assert all(f"`{name}`" in measures for name in MEASURES)
    assert clocks.definition(clocks.house()) in measures
    page = (DOCS / "clocks.md").read_text("utf-8")
    assert all(clocks.definition(clock) in page for clock in clocks.shipped_clocks().values())
    assert all(name in formats for name in FORMATS)
    assert all(suffix in formats for suffix in SUFFIXES)
    assert all(f"`{code}`" in formats for code in (*REASONS, *NOTICES))


def test_every_check_of_the_standard_rubric_is_documented() -> None:
    page = (DOCS / "standard-rubric.md").read_text("utf-8")
    for check in re.findall(r"^      - id: (\S+)", (ROOT / "rubrics" / "standard.yaml").read_text("utf-8"), re.M):
        assert check in page


def test_links_between_pages_lead_somewhere() -> None:
    for page in (ROOT / "README.md", *DOCS.glob("*.md")):
        for target in re.findall(r"\]\((?!http)([^)#]+)\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), (page, target)


def test_forbidden_is_the_union_of_what_it_is_made_of() -> None:
    folder = rubrics_folder() / "lexicons"
    names = (
        "insult",
        "threat",
        "off_platform",
        "confront",
        "rhetorical",
        "impatience",
        "blame",
        "shirk",
        "absolute_guarantee",
    )
    parts = [parse_lexicon(name, (folder / f"{name}.txt").read_text("utf-8"), name) for name in names]
    whole = parse_lexicon("forbidden", (folder / "forbidden.txt").read_text("utf-8"), "forbidden")
    for kind in ("words", "whole", "regexes"):
        assert set(getattr(whole, kind)) == {phrase for part in parts for phrase in getattr(part, kind)}, kind


def test_nothing_names_a_registry_or_a_path_of_a_machine() -> None:
    for path in (*ROOT.glob("*.*"), *DOCS.glob("*.md"), *PACKAGE.rglob("*.py")):
        if path.is_file() and path.suffix in (".py", ".md", ".toml", ".txt"):
            assert not re.search(r"index[-]url|/(?:root|home|work)/", path.read_text("utf-8")), path
