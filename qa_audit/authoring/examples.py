"""Run the examples of every check: a line must hit or miss, a transcript must get the outcome it stands under.

A line is judged by its words: what a matcher demands of the place (the first two messages, after a complaint, within 30
seconds) or of other messages (repetition, waiting) is left aside. Transcripts are for those.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from qa_audit.authoring.chat import ChatLine, Span, chat_lines
from qa_audit.authoring.transcript import transcript
from qa_audit.authoring.trial import look
from qa_audit.authoring.trying import Explained, Seen, try_rubric
from qa_audit.rubric.checks import judge
from qa_audit.rubric.conditions import condition_of
from qa_audit.rubric.load import LoadedRubric
from qa_audit.rubric.matching import find, suspected, whose
from qa_audit.rubric.model import AllOf, AnyOf, Check, Condition, Matcher, Not, Says
from qa_audit.schema import OUTCOMES
from qa_audit.texts.normalize import normalize, normalize_all_with_origins

_TRANSCRIPTS = {
    "passes": ("pass",), "fail": ("fail", "partial"), "review": ("review",), "not_applicable": ("not_applicable",),
}  # fmt: skip
_KEYS = {"passes": "pass"}
_OF_CONTEXT = (
    "stage", "situation", "first", "last", "number", "first_seconds", "last_seconds", "after", "before", "around",
    "waited", "repeat", "echo", "within",
)  # fmt: skip
_OF_WORDS = (
    "words", "whole", "regex", "lexicon", "entities", "like", "kind", "length", "exclamations", "questions", "tone",
)  # fmt: skip


@dataclass(frozen=True)
class Failure:
    """An example that does not behave: where it stands, under which key, what came out instead, and where that is seen.

    message: what is wrong; wanted and got: outcomes, "hit" or "miss", got "" where the example itself is at fault;
    lines: the example as a chat; seen: the characters that were hit, or the places of the finding; explained: what the
    check made of a transcript, None for a line; hint: what kept a line from being hit, "" where nothing is known.
    """

    place: str
    check: str
    title: str
    key: str
    example: str
    message: str
    wanted: str
    got: str = ""
    lines: tuple[ChatLine, ...] = ()
    seen: tuple[Seen, ...] = ()
    explained: Explained | None = None
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.place}: 检查项 '{self.check}' 的例子{self.message}:{self.example}"


def failures(rubric: LoadedRubric) -> list[Failure]:
    """Return every example of a rubric that does not behave."""
    out: list[Failure] = []
    for g, group in enumerate(rubric.model.groups):
        for c, check in enumerate(group.checks):
            loc = ("groups", g, "checks", c, "examples")
            for (key, i), wrong in _check(rubric, check):
                out.append(replace(wrong, place=rubric.source.at((*loc, key, i))))
    return out


def count(rubric: LoadedRubric) -> int:
    """Return how many examples a rubric has."""
    return sum(
        len(getattr(check.examples, key))
        for _, check in rubric.model.checks
        for key in type(check.examples).model_fields
    )


def _check(rubric: LoadedRubric, check: Check) -> Iterator[tuple[tuple[str, int], Failure]]:
    yield from _lines(rubric, check)
    for name, good in _TRANSCRIPTS.items():
        for i, text in enumerate(getattr(check.examples, name)):
            wrong = _of_transcript(rubric, check, text, _KEYS.get(name, name), good)
            if wrong:
                yield (_KEYS.get(name, name), i), wrong


def _lines(rubric: LoadedRubric, check: Check) -> Iterator[tuple[tuple[str, int], Failure]]:
    examples = check.examples
    lines = [("hit", i, line.strip()) for i, line in enumerate(examples.hit)]
    lines += [("miss", i, line.strip()) for i, line in enumerate(examples.miss)]
    looks = _of_words(check)
    texts = [line for _, _, line in lines if "\n" not in line]
    found = [dict(zip(texts, _hits(rubric, matcher, role, texts), strict=True)) for matcher, role in looks if texts]
    for key, i, line in lines:
        wrong = Failure("", check.id, check.title, key, line, "", key)
        if not looks:
            yield (key, i), replace(wrong, message="要看上下文,单独一句判断不了(改写成 pass / fail 的对话)")
        elif "\n" in line:
            yield (key, i), replace(wrong, message="不止一行(几句话的写成 pass / fail 的对话)")
        else:
            hits = [each[line] for each in found if each[line].sure or (each[line].suspected and key == "miss")]
            if bool(hits) != (key == "hit"):
                shield = "" if hits else _shield(rubric, (matcher for matcher, _ in looks), line)
                yield (key, i), _of_line(wrong, hits, shield)


def _of_line(wrong: Failure, hits: "list[_Hit]", shield: str) -> Failure:
    message, got = ("不该命中却命中了", "hit") if hits else ("没有命中", "miss")
    seen = tuple(Seen(1, each.spans, "") for each in hits)
    lines = (ChatLine(1, "--", "", wrong.example),)
    return replace(wrong, message=message, got=got, lines=lines, seen=seen, hint=shield)


def _of_transcript(rubric: LoadedRubric, check: Check, text: str, key: str, good: tuple[str, ...]) -> Failure | None:
    wrong = Failure("", check.id, check.title, key, text.strip(), "", good[0])
    try:
        messages = transcript(text)
    except ValueError as error:
        return replace(wrong, message=f"不是对话的写法({error})")
    if not messages.num_rows:
        return replace(wrong, message="里没有一句话")
    outcome = OUTCOMES[int(judge(look(messages, rubric), rubric, check).outcome[0])]
    reminds = ("review",) if "fail" in good and check.confidence == "low" else ()  # it has nothing else to fail with
    if outcome in (*good, *reminds):
        return None
    explained = try_rubric(_alone(rubric, check), messages)[0].checks[0]
    message = f"应判 {good[0]},却判了 {outcome}"
    lines = tuple(chat_lines(messages))
    return replace(wrong, message=message, got=outcome, lines=lines, seen=explained.seen, explained=explained)


def _alone(rubric: LoadedRubric, check: Check) -> LoadedRubric:
    """Return the rubric with this check only."""
    group = next(group for group in rubric.model.groups if check in group.checks)
    model = rubric.model.model_copy(update={"groups": (group.model_copy(update={"checks": (check,)}),)})
    return replace(rubric, model=model)


@dataclass(frozen=True)
class _Hit:
    """What a matcher found in a line: surely, or only what may be meant for it; where (nowhere: the whole line)."""

    sure: bool
    suspected: bool
    spans: tuple[Span, ...]


def _hits(rubric: LoadedRubric, matcher: Matcher, role: str, lines: Sequence[str]) -> list[_Hit]:
    """Hold lines against the words of a matcher, each as the only message of its speaker."""
    bare = matcher.model_copy(update={name: type(matcher).model_fields[name].default for name in _OF_CONTEXT})
    known = {bare: rubric.bound[matcher]} if matcher in rubric.bound else {}
    rubric = replace(rubric, bound={**rubric.bound, **known})
    view = look(transcript(*(f"00:00 {_speaker(bare, role)}: {line}" for line in lines)), rubric)
    sure, hints = find(view, rubric, bare, role).certain, suspected(view, rubric, bare, role)
    out = []
    for place, line in enumerate(lines):
        mine, perhaps = (hits.row == place for hits in (sure, hints))
        hits, which = (sure, mine) if mine.any() else (hints, perhaps)
        pairs = zip(hits.start[which].tolist(), hits.end[which].tolist(), strict=True)
        normal = normalize_all_with_origins([line])[0]
        spans = sorted({normal.origin(start, end) for start, end in pairs if start >= 0})
        out.append(_Hit(bool(mine.any()), bool(perhaps.any()), tuple(spans)))
    return out


def _shield(rubric: LoadedRubric, matchers: Iterable[Matcher], line: str) -> str:
    """Name the exceptions that stand in a line."""
    lexicons = {lexicon.name: lexicon for lexicon in rubric.lexicons}
    normal = normalize(line)
    excepts = [
        phrase
        for matcher in matchers
        if matcher in rubric.bound
        for phrase in lexicons[rubric.bound[matcher].lexicon].excepts
        if phrase in normal
    ]
    return f"句子里有例外{''.join(f'「{phrase}」' for phrase in dict.fromkeys(excepts))}" if excepts else ""


def _speaker(matcher: Matcher, role: str) -> str:
    """Return who says a line, in the words of a transcript."""
    if matcher.automation:
        sent = matcher.automation[0]
        return "agent" if sent == "none" else sent
    speaker = whose(matcher, role)
    return {"any": "system" if matcher.kind and speaker != role else "agent"}.get(speaker, speaker)


def _of_words(check: Check) -> list[tuple[Matcher, str]]:
    """Return the matchers that a line is held against, with whose line it is: those that look at words at all."""
    looks: Sequence[tuple[Matcher, str]]
    if check.anchor is not None:
        looks = [(check.anchor, "customer")]
    elif check.flow is not None:
        looks = [] if check.flow.steps == "standard" else [(step.says, "agent") for step in check.flow.steps]
    elif check.kind in ("all", "any", "not"):
        looks = [(matcher, "agent") for matcher in _said_in((condition_of(check),))]
    else:
        matcher = check.never or check.says or check.share
        looks = [] if matcher is None else [(matcher, "agent")]
    return [(matcher, role) for matcher, role in looks if any(getattr(matcher, name) for name in _OF_WORDS)]


def _said_in(conditions: Iterable[Condition]) -> Iterator[Matcher]:
    for condition in conditions:
        match condition:
            case Says():
                yield condition.says
            case Not():
                yield from _said_in((condition.no,))
            case AllOf():
                yield from _said_in(condition.all)
            case AnyOf():
                yield from _said_in(condition.any)
