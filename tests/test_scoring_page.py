"""docs/scoring.md is true: every worked example on it is judged and comes out as it says."""

import re
import textwrap
from dataclasses import replace

import numpy as np
import pytest

from qa_audit.authoring.transcript import transcript
from qa_audit.authoring.trial import look
from qa_audit.context.sessions import export_end
from qa_audit.rubric.checks import judge
from qa_audit.schema import OUTCOMES
from qa_audit.scoring import NO_SCORE, claims, score
from tests.accept import ROOT
from tests.rubric.rubrics import load_text

PAGE = (ROOT / "docs" / "scoring.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```\n\n```对话\n(.*?)^```\n\n```结果\n(.*?)^```", PAGE, re.M | re.S)
KEYS = ("导出截止", "第 2 段", "得分", "等级", "红线", "人确认")


def as_rubric(text: str) -> str:
    if text.startswith("- "):
        text = "groups:\n  - id: g\n    title: 组\n    checks:\n" + textwrap.indent(text, "      ")
    return f"rubric: page\n{text}"


def points(hundredths: int) -> str:
    return "不计分" if hundredths == NO_SCORE else f"{hundredths / 100:g}"


def came_out(rubric_text: str, chat: str, expected: str) -> list[str]:
    """Return what comes out, in the words of the page and for the lines that it has."""
    loaded, messages = load_text(as_rubric(rubric_text)), transcript(chat)
    view, model = look(messages, loaded), loaded.model
    out: list[str] = []
    judged, segment = None, 0
    for line in expected.splitlines():
        word, _, rest = line.partition(" ")
        if word == "导出截止":
            view = replace(view, setting=replace(view.setting, export_end=export_end(messages, "Asia/Shanghai", rest)))
        if judged is None:
            judged = claims(model.checks, [judge(view, loaded, check) for _, check in model.checks])
        scores = score(model, judged)
        if line.startswith("第 "):
            segment = int(line.split()[1]) - 1
        ids = [check.id for _, check in model.checks]
        if word in ids:
            verdict = judged[ids.index(word)]
            outcome, reason = OUTCOMES[verdict.outcome[segment]], verdict.reasons[int(verdict.reason[segment])]
            why = f" {reason}" if outcome in ("not_applicable", "pending") or reason == "counted_elsewhere" else ""
            line = f"{word} {outcome} 扣 {points(int(verdict.deducted[segment]))}{why}"
        elif word == "得分":
            line = f"得分 {points(int(scores.score[segment]))}"
        elif word == "等级":
            line = f"等级 {scores.grades[int(scores.grade[segment])]}"
        elif word == "红线":
            line = f"红线 {scores.red_lines[segment]}"
        elif word == "人确认":
            named = rest.split(" 后")[0]
            confirmed = {name: np.ones(len(scores.score), dtype=np.bool_) for name in named.split("、")}
            line = f"人确认 {named} 后得分 {points(int(score(model, judged, confirmed).score[segment]))}"
        else:
            assert line.startswith(KEYS), line
        out.append(line)
    return out


@pytest.mark.parametrize(("rubric_text", "chat", "expected"), EXAMPLES, ids=[str(i) for i in range(len(EXAMPLES))])
def test_every_worked_example_comes_out(rubric_text: str, chat: str, expected: str) -> None:
    assert came_out(rubric_text, chat, expected) == expected.splitlines()


def test_every_example_is_run() -> None:
    assert PAGE.count("```结果") == len(EXAMPLES) >= 15
    for rubric_text, _, expected in EXAMPLES:
        ids = [check.id for _, check in load_text(as_rubric(rubric_text)).model.checks]
        assert {*ids, "得分"} <= {line.split()[0] for line in expected.splitlines()}
