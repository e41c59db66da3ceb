"""Small rubrics for tests: the checks given, in one group, judged on a transcript."""

import textwrap
from pathlib import Path
from tempfile import TemporaryDirectory

from qa_audit.authoring.transcript import transcript
from qa_audit.authoring.trial import Trial, attempt
from qa_audit.rubric.load import LoadedRubric, load_rubric

HEAD = (
    "rubric: test\nscoring: {scoring}\nmin_applicable: {least}\ngroups:\n  - id: g\n    title: 组\n{once}    checks:\n"
)


def rubric(
    checks: str, *, scoring: str = "deduct", least: float = 0, count_once: bool = False, extra: str = ""
) -> LoadedRubric:
    """Load a rubric whose checks are written as a YAML list."""
    once = "    count_once: true\n" if count_once else ""
    body = textwrap.indent(textwrap.dedent(checks).strip("\n"), "      ")
    return load_text(extra + HEAD.format(scoring=scoring, least=least, once=once) + body + "\n")


def load_text(text: str) -> LoadedRubric:
    """Load a rubric from its text, as a file named rubric.yaml."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rubric.yaml"
        path.write_text(text, "utf-8")
        return load_rubric(path)


def tried(checks: str, *chats: str, **options: object) -> Trial:
    """Judge chats (see transcript) by a rubric of these checks."""
    return attempt(transcript(*chats), rubric(checks, **options))  # type: ignore[arg-type]
