"""What differs between two rubrics as written: checks added, removed, changed, and by which keys and phrases.

found = rule_changes(load_rubric(old), load_rubric(new))
found.changed[0].keys[0]          # Change("points", "5", "7")
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qa_audit.authoring.rubric_text import part_tree, rubric_tree
from qa_audit.authoring.yaml_text import flow
from qa_audit.rubric.load import LoadedRubric
from qa_audit.rubric.model import HUNDREDTHS, Check, Group
from qa_audit.rubric.walking import matchers
from qa_audit.texts.lexicon import Lexicon
from qa_audit.texts.normalize import normalize
from qa_audit.yaml_source import Loc

_SECTIONS = {"words": "", "whole": "整句 ", "regexes": "正则 ", "entities": "实体 ", "excepts": "例外 "}
_PHRASES = ("words", "whole", "regex", "lexicon", "entities", "except", "like")
_ELSEWHERE = ("groups", "include", "override", "extend")  # told by what they make of checks and lexicons


@dataclass(frozen=True)
class Change:
    """One key that differs: its path (bands[2].deduct), what it was and is now as YAML, None where it is not written.

    For lists of texts `added` and `removed` say which; before and after are None.
    """

    key: str
    before: str | None = None
    after: str | None = None
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """A check as it stands in one of the rubrics."""

    check: str
    title: str
    group: str
    points: float
    place: str


@dataclass(frozen=True)
class ChangedRule:
    """A check that both rubrics have but not alike: the new one, the keys, and the phrases that its files brought."""

    rule: Rule
    keys: tuple[Change, ...]
    phrases: tuple[Change, ...]


@dataclass(frozen=True)
class RuleChanges:
    """All that differs; same: how many checks do not. top: keys of the rubric; lexicons: those of measures and cues."""

    added: tuple[Rule, ...]
    removed: tuple[Rule, ...]
    changed: tuple[ChangedRule, ...]
    same: int
    top: tuple[Change, ...]
    lexicons: tuple[Change, ...]


def rule_changes(old: LoadedRubric, new: LoadedRubric) -> RuleChanges:
    """Compare two rubrics check by check, in the order of the new one."""
    before, after = _rules(old), _rules(new)
    changed, same = [], 0
    for key, (rule, group, check) in after.items():
        if key not in before:
            continue
        _, old_group, old_check = before[key]
        keys = list(_differences(_tree(old_group, old_check), _tree(group, check), ""))
        phrases = list(_phrases(old, old_check, new, check, keys))
        if keys or phrases:
            changed.append(ChangedRule(rule, tuple(keys), tuple(phrases)))
        else:
            same += 1
    return RuleChanges(
        added=tuple(rule for key, (rule, _, _) in after.items() if key not in before),
        removed=tuple(rule for key, (rule, _, _) in before.items() if key not in after),
        changed=tuple(changed),
        same=same,
        top=tuple(_differences(_top(old), _top(new), "")),
        lexicons=tuple(_shared(old, new)),
    )


def _rules(rubric: LoadedRubric) -> dict[str, tuple[Rule, Group, Check]]:
    found = {}
    for g, group in enumerate(rubric.model.groups):
        for c, check in enumerate(group.checks):
            place = rubric.source.at(("groups", g, "checks", c))
            rule = Rule(check.id, check.title, group.title or group.id, check.points / HUNDREDTHS, place)
            found[check.id] = (rule, group, check)
    return found


def _tree(group: Group, check: Check) -> dict[str, Any]:
    return {"group": group.id, "count_once": group.count_once, **part_tree(check)}


def _top(rubric: LoadedRubric) -> dict[str, Any]:
    return {key: value for key, value in rubric_tree(rubric.model).items() if key not in _ELSEWHERE}


def _differences(old: Any, new: Any, path: str) -> Iterator[Change]:
    """Yield the keys that differ, in the order of the old tree, new keys last."""
    if old == new:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys((*old, *new)):
            here = f"{path}.{key}" if path else key
            if key in _PHRASES and key in {*old, *new} and _texts(old.get(key, [])) and _texts(new.get(key, [])):
                yield from _listed(old.get(key, []), new.get(key, []), here)
            else:
                yield from _differences(old.get(key, _NOTHING), new.get(key, _NOTHING), here)
    elif isinstance(old, list) and isinstance(new, list) and _texts(old) and _texts(new):
        yield from _listed(old, new, path)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, (one, other) in enumerate(zip(old, new, strict=True), start=1):
            yield from _differences(one, other, f"{path}[{number}]")
    else:
        yield Change(path, _written(old), _written(new))


_NOTHING = object()


def _written(value: Any) -> str | None:
    return None if value is _NOTHING else flow(value)


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _listed(old: Sequence[str], new: Sequence[str], path: str) -> Iterator[Change]:
    added = tuple(each for each in dict.fromkeys(new) if each not in set(old))
    removed = tuple(each for each in dict.fromkeys(old) if each not in set(new))
    if added or removed:
        yield Change(path, added=added, removed=removed)


def _phrases(
    old: LoadedRubric, before: Check, new: LoadedRubric, after: Check, told: Sequence[Change]
) -> Iterator[Change]:
    """Yield the phrases that a check looks for now, or no more, though its own keys do not say so: files changed."""
    one, other = _looked_for(old, before), _looked_for(new, after)
    texts = {text for change in told for text in (*change.added, *change.removed)}
    already = {f"{prefix}{each}" for text in texts for each in (text, normalize(text)) for prefix in _SECTIONS.values()}
    for path in other:
        if path in one:
            added = tuple(each for each in other[path] if each not in one[path] and each not in already)
            removed = tuple(each for each in one[path] if each not in other[path] and each not in already)
            if added or removed:
                yield Change(path, added=added, removed=removed)


def _looked_for(rubric: LoadedRubric, check: Check) -> dict[str, dict[str, None]]:
    """Return the phrases of every matcher of a check, by its path."""
    lexicons = {lexicon.name: lexicon for lexicon in rubric.lexicons}
    return {
        _path(loc): dict.fromkeys(_all_phrases(lexicons[rubric.bound[matcher].lexicon]))
        for loc, matcher in matchers(check)
        if matcher in rubric.bound
    }


def _path(loc: Loc) -> str:
    out = ""
    for part in loc:
        out += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if out else part
    return out


def _all_phrases(lexicon: Lexicon) -> Iterator[str]:
    for section, prefix in _SECTIONS.items():
        for phrase in getattr(lexicon, section):
            yield f"{prefix}{phrase}"


def _shared(old: LoadedRubric, new: LoadedRubric) -> Iterator[Change]:
    """Yield the lexicons that measures, stages and the like read, where `extend` makes them differ."""
    bound = {each.lexicon for rubric in (old, new) for each in rubric.bound.values()}
    before = {lexicon.name: lexicon for lexicon in old.lexicons if lexicon.name not in bound}
    for lexicon in new.lexicons:
        if lexicon.name in before:
            one, other = list(_all_phrases(before[lexicon.name])), list(_all_phrases(lexicon))
            yield from _listed(one, other, lexicon.name)
