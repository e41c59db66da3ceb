"""Run the examples of every check: a line must hit or miss, a transcript must pass, fail or not apply."""

from collections.abc import Iterator
from dataclasses import dataclass

from qa_audit.authoring.transcript import transcript
from qa_audit.authoring.trial import Trial, attempt
from qa_audit.rubric.load import LoadedRubric
from qa_audit.rubric.matchers import find
from qa_audit.rubric.model import Check, Matcher

_TRANSCRIPTS = {"passes": ("pass",), "fail": ("fail", "partial", "review"), "not_applicable": ("not_applicable",)}
_KEYS = {"passes": "pass"}


@dataclass(frozen=True)
class Failure:
    """An example that does not behave: where it stands, what it is, what came out instead."""

    place: str
    check: str
    example: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: 检查项 '{self.check}' 的例子{self.message}:{self.example}"


def failures(rubric: LoadedRubric) -> list[Failure]:
    """Return every example of a rubric that does not behave."""
    out: list[Failure] = []
    for g, group in enumerate(rubric.model.groups):
        for c, check in enumerate(group.checks):
            loc = ("groups", g, "checks", c, "examples")
            for (key, i), example, message in _check(rubric, check):
                out.append(Failure(rubric.source.at((*loc, key, i)), check.id, example.strip(), message))
    return out


def count(rubric: LoadedRubric) -> int:
    """Return how many examples a rubric has."""
    return sum(
        len(getattr(check.examples, key))
        for _, check in rubric.model.checks
        for key in type(check.examples).model_fields
    )


def _check(rubric: LoadedRubric, check: Check) -> Iterator[tuple[tuple[str, int], str, str]]:
    for wanted, key in ((True, "hit"), (False, "miss")):
        for i, line in enumerate(getattr(check.examples, key)):
            if _hits(rubric, check, line) != wanted:
                yield (key, i), line, "没有命中" if wanted else "不该命中却命中了"
    for key, good in _TRANSCRIPTS.items():
        for i, text in enumerate(getattr(check.examples, key)):
            try:
                outcome = attempt(transcript(text), rubric).outcome(check.id)
            except ValueError as error:
                yield (_KEYS.get(key, key), i), text, f"不是对话的写法({error})"
                continue
            if outcome not in good:
                yield (_KEYS.get(key, key), i), text, f"应判 {good[0]},却判了 {outcome}"


def _hits(rubric: LoadedRubric, check: Check, line: str) -> bool:
    """Say whether the check's main matcher finds something in a message of its speaker."""
    matcher, role = _main(check)
    speaker = {"any": "agent"}.get(matcher.role or role, matcher.role or role)
    trial: Trial = attempt(transcript(f"00:00 {speaker}: {line}"), rubric)
    return len(find(trial.view, rubric, matcher, role)) > 0


def _main(check: Check) -> tuple[Matcher, str]:
    if check.after is not None:
        return check.after, "customer"
    matcher = check.never or check.says
    if matcher is None:
        raise ValueError(f"{check.id}: hit and miss lines need says, never or after")
    return matcher, "agent"
