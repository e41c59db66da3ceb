"""What is well formed and means nothing: unknown names, sums that do not add up, keys that contradict each other."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any

from qa_audit.codes import MOST_TOLD, Mistake, near
from qa_audit.measures import MEASURES
from qa_audit.rubric.model import HUNDREDTHS, Check, Flow, Limits, Lookback, Matcher
from qa_audit.rubric.model.parts import given
from qa_audit.rubric.salvage import UNREADABLE, Placed, Validated
from qa_audit.rubric.seeds import seeds
from qa_audit.rubric.walking import parts
from qa_audit.texts.normalize import normalize
from qa_audit.yaml_source import Loc, Source


def meaningless(source: Source, found: Validated) -> list[Mistake]:
    """Return the mistakes of meaning in a rubric or pack, as far as it is well formed."""
    kinds = (_head(source, found), _sums(source, found), _ids(source, found.checks), _checks(source, found))
    return [mistake for kind in kinds for mistake in islice(kind, MOST_TOLD)]


def _head(source: Source, found: Validated) -> Iterator[Mistake]:
    effective = getattr(found.model, "effective", None)
    if effective is not None and not _is_day(effective):
        yield Mistake(source.place(("effective",)), "E330", {"date": effective})
    starts: dict[int, str] = {}
    for name, points in getattr(found.model, "grades", {}).items():
        if points in starts:
            context = {"one": starts[points], "other": name, "points": _points(points)}
            yield Mistake(source.place(("grades", name)), "E328", context)
        starts.setdefault(points, name)


def _sums(source: Source, found: Validated) -> Iterator[Mistake]:
    """Points are held against what is declared only where every check counted is well formed."""
    groups: dict[int, list[Placed]] = {}
    for each in found.checks:
        groups.setdefault(int(each.loc[1]), []).append(each)
    for number, checks in groups.items():
        tree, loc = source.tree["groups"][number], ("groups", number)
        if not tree.get("title"):
            yield Mistake(source.place((*loc, "id")), "E329", {"id": str(tree.get("id", ""))})
        yield from _sum(source, (*loc, "points"), tree.get("points"), checks, "E326", {"id": str(tree.get("id", ""))})
    yield from _sum(source, ("points",), source.tree.get("points"), found.checks, "E325", {})


def _sum(
    source: Source, loc: Loc, declared: Any, checks: Sequence[Placed], code: str, context: dict[str, str]
) -> Iterator[Mistake]:
    if isinstance(declared, bool) or not isinstance(declared, int | float) or not all(each.whole for each in checks):
        return
    total = sum(each.check.points for each in checks if not each.check.off)
    if total != declared * HUNDREDTHS:
        yield Mistake(source.place(loc), code, {**context, "declared": f"{declared:g}", "total": _points(total)})


def _ids(source: Source, checks: Sequence[Placed]) -> Iterator[Mistake]:
    seen: dict[str, Loc] = {}
    for each in checks:
        loc = (*each.loc, "id")
        if each.check.id in seen:
            yield Mistake(source.place(loc), "E320", {"id": each.check.id, "other": source.at(seen[each.check.id])})
        elif each.check.id != UNREADABLE:
            seen[each.check.id] = loc


def _checks(source: Source, found: Validated) -> Iterator[Mistake]:
    known = {**seeds(), **getattr(found.model, "seeds", {})}
    for each in found.checks:
        loc, check = each.loc, each.check
        for i, seed in enumerate(check.seeds):
            if seed not in known:
                yield Mistake(source.place((*loc, "seeds", i)), "E323", {"seed": seed, **near(seed, known)})
        if each.whole and _weightless(check):
            yield Mistake(source.place((*loc, "id")), "E327", {"id": check.id})
        if check.measure is not None:
            yield from _measure(source, (*loc, "measure"), check.measure)
        for here, part in parts(check, loc):
            if isinstance(part, Limits):
                yield from _measure(source, (*here, "measure"), part.measure)
            elif isinstance(part, Flow):
                yield from _steps(source, here, part)
            elif isinstance(part, Lookback) and part.times > part.messages:
                yield Mistake(source.place((*here, "times")), "E333", {"key": "times", "other": "messages"})
            elif isinstance(part, Matcher):
                expected = len(here) == len(loc) + 1 and here[-1] in ("expect", "forbid")
                yield from _matcher(source, here, part, expected)


def _weightless(check: Check) -> bool:
    """Say whether a check can neither cost nor give anything, nor is meant only to point things out."""
    if check.red_line is not None or check.bonus or check.confidence == "low":
        return False
    if check.ladder:
        return not any(band.deduct or band.bonus for band in check.ladder)
    return not (check.points if check.deduct is None else check.deduct)


def _measure(source: Source, loc: Loc, name: str) -> Iterator[Mistake]:
    if name not in MEASURES:
        yield Mistake(source.place(loc), "E321", {"name": name, **near(name, MEASURES)})


def _steps(source: Source, loc: Loc, flow: Flow) -> Iterator[Mistake]:
    seen: set[str] = set()
    for i, step in enumerate(flow.steps if isinstance(flow.steps, tuple) else ()):
        if step.id in seen:
            yield Mistake(source.place((*loc, "steps", i, "id")), "E331", {"id": step.id})
        seen.add(step.id)


def _matcher(source: Source, loc: Loc, matcher: Matcher, expected: bool) -> Iterator[Mistake]:
    """Yield what a matcher says in vain; `expected` where it is what a check expects or forbids."""
    if matcher.within is not None and not expected:
        yield Mistake(source.place((*loc, "within")), "E332")
    for name in () if matcher.has_patterns else given(matcher, "excepts", "evasions"):
        key = "except" if name == "excepts" else name
        yield Mistake(source.place((*loc, key)), "E314", {"key": key})
    for key in given(matcher, "automation", "waited") if matcher.role == "customer" else ():
        yield Mistake(source.place((*loc, key)), "E333", {"key": key, "other": "role: customer"})
    for i, sentence in enumerate(matcher.like):
        if not normalize(sentence):
            yield Mistake(source.place((*loc, "like", i)), "E401", {"phrase": sentence})
    if "similar" in matcher.model_fields_set and not matcher.like:
        yield Mistake(source.place((*loc, "similar")), "E335", {"key": "similar", "needs": "like"})
    alone = not matcher.has_patterns and matcher.across == "message"
    if alone and matcher.min_hits is not None and matcher.min_hits > 1:
        yield Mistake(source.place((*loc, "min_hits")), "E335", {"key": "min_hits", "needs": "across: burst / segment"})


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _points(hundredths: int) -> str:
    return f"{hundredths / HUNDREDTHS:g}"
