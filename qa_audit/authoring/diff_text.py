"""Two rubrics compared, for a terminal and as JSON: the rules that differ, then the segments and agents that move."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from qa_audit.authoring.pairs import NO_GRADE, NOT_SCORED
from qa_audit.authoring.rule_changes import Change, Rule, RuleChanges
from qa_audit.authoring.score_changes import MovedSegment, ScoreChanges, Standing, Verdict
from qa_audit.report.display import DASH, number, one_line, pad, width
from qa_audit.report.wording import OUTCOMES, UNASSIGNED
from qa_audit.rubric.load import LoadedRubric

Rows = list[tuple[str, ...]]

_SHOWN = 6  # phrases of a list
_AGENTS = 30
_LONG = 60  # characters of a value


def as_json(old: LoadedRubric, new: LoadedRubric, rules: RuleChanges, effect: ScoreChanges | None) -> str:
    """Return everything as one JSON document; `effect` is null where no logs were given."""
    document = {
        "old": _named(old),
        "new": _named(new),
        "rules": asdict(rules),
        "effect": None if effect is None else asdict(effect),
    }
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)


def as_text(old: LoadedRubric, new: LoadedRubric, rules: RuleChanges, effect: ScoreChanges | None) -> Iterator[str]:
    """Yield the comparison line by line."""
    yield f"旧 {_title(old)}"
    yield f"新 {_title(new)}"
    yield ""
    yield from _rules(rules)
    if effect is not None:
        yield ""
        yield from _effect(effect)


def _named(rubric: LoadedRubric) -> dict[str, object]:
    model = rubric.model
    return {"file": rubric.source.file, "rubric": model.rubric, "version": model.version, "hash": rubric.hash}


def _title(rubric: LoadedRubric) -> str:
    model = rubric.model
    return f"{one_line(rubric.source.file)}  {one_line(model.title or model.rubric)},第 {model.version} 版"


def _rules(rules: RuleChanges) -> Iterator[str]:
    counts = f"加 {len(rules.added)} 项,去 {len(rules.removed)} 项,改 {len(rules.changed)} 项,没变 {rules.same} 项"
    yield f"规则:{counts}"
    for sign, listed in (("+", rules.added), ("-", rules.removed)):
        for rule in listed:
            yield f"  {sign} {_rule(rule)}"
    for changed in rules.changed:
        yield f"  ~ {_rule(changed.rule)}"
        yield from _changes(changed.keys, "      ")
        yield from _changes(changed.phrases, "      词表 ")
    for title, changes in (("评分表", rules.top), ("指标、阶段用的词表", rules.lexicons)):
        if changes:
            yield f"  ~ {title}"
            yield from _changes(changes, "      ")


def _rule(rule: Rule) -> str:
    what = f"{one_line(rule.title)}({rule.check}),{one_line(rule.group)},最多扣 {number(rule.points)} 分"
    return f"{what}  {one_line(rule.place)}"


def _changes(changes: Sequence[Change], indent: str) -> Iterator[str]:
    for change in changes:
        if change.before is None and change.after is None:
            parts = [f"加 {_some(change.added)}"] if change.added else []
            parts += [f"去 {_some(change.removed)}"] if change.removed else []
            yield f"{indent}{one_line(change.key)}:{';'.join(parts)}"
        else:
            yield f"{indent}{one_line(change.key)}:{_value(change.before)} → {_value(change.after)}"


def _some(texts: Sequence[str]) -> str:
    shown = "".join(f"「{_cut(text)}」" for text in texts[:_SHOWN])
    return shown + (f"等 {len(texts)} 个" if len(texts) > _SHOWN else "")


def _value(text: str | None) -> str:
    return "没有写" if text is None else _cut(text)


def _cut(text: str) -> str:
    flat = one_line(text)
    return flat if len(flat) <= _LONG else flat[:_LONG] + "…"


def _effect(effect: ScoreChanges) -> Iterator[str]:
    means = f"平均 {number(effect.mean_before)} → {number(effect.mean_after)}"
    yield f"影响:{effect.total} 段里 {effect.moved} 段变了(分数升 {effect.higher},降 {effect.lower});{means}"
    if effect.only_before or effect.only_after:
        yield f"  分段不同(时钟并会话的办法变了):只在旧的 {effect.only_before} 段,只在新的 {effect.only_after} 段"
    if not effect.moved and not effect.checks:
        return
    if effect.agents:
        yield ""
        yield from _agents(effect)
    if any(old != new for old, new, _ in effect.grades):
        yield ""
        yield from _grades(effect)
    if effect.checks:
        yield ""
        yield from _checks(effect)
    if effect.segments:
        yield ""
        cut = len(effect.segments) < effect.moved
        yield f"变了的段,变得多的在前{f'(列出 {len(effect.segments)} 段,--most 0 列出全部)' if cut else ''}"
        for each in effect.segments:
            yield from _segment(each)


def _agents(effect: ScoreChanges) -> Iterator[str]:
    rows: Rows = [("客服", "段数", "变了", "旧平均", "新平均", "变化", "旧红线", "新红线")]
    rows += [
        (
            _name(each.agent), str(each.segments), str(each.moved), number(each.mean_before), number(each.mean_after),
            _change(each.mean_before, each.mean_after), str(each.red_lines_before), str(each.red_lines_after),
        )
        for each in effect.agents[:_AGENTS]
    ]  # fmt: skip
    yield from _table(rows)
    if len(effect.agents) > _AGENTS:
        yield f"  ……共 {len(effect.agents)} 位客服变了(--format json 列出全部)"


def _grades(effect: ScoreChanges) -> Iterator[str]:
    names = list(dict.fromkeys([*(old for old, _, _ in effect.grades), *(new for _, new, _ in effect.grades)]))
    names.sort(key=lambda name: (name == NOT_SCORED, name == NO_GRADE))
    counts = {(old, new): count for old, new, count in effect.grades}
    yield "等级(行是旧的,列是新的)"
    rows: Rows = [("", *map(_grade, names))]
    rows += [(_grade(old), *(str(counts.get((old, new), 0)) for new in names)) for old in names]
    yield from _table(rows)


def _checks(effect: ScoreChanges) -> Iterator[str]:
    rows: Rows = [("评分项", "旧不通过", "新不通过", "旧共扣", "新共扣")]
    for each in effect.checks:
        against = (each.against_before, each.against_after, each.deducted_before, each.deducted_after)
        rows.append((f"{one_line(each.title)}({each.check})", *map(number, against)))
    yield from _table(rows)


def _segment(each: MovedSegment) -> Iterator[str]:
    night = f"  {each.night}" if each.night else ""
    who = f"会话 {one_line(each.session_id)} 第 {each.segment_no} 段  {each.customer}  {_agent(each.agent)}{night}"
    yield f"  {who}  {_standing(each.before)} → {_standing(each.after)}{_delta(each)}"
    for check in each.checks:
        yield f"    {one_line(check.title)}({check.check}):{_verdict(check.before)} → {_verdict(check.after)}"
        for quote in check.quotes:
            yield f"      {one_line(quote)}"


def _standing(standing: Standing | None) -> str:
    if standing is None:
        return "没有这一段"
    if standing.score is None:
        return "不计分"
    red = f",红线 {standing.red_lines}" if standing.red_lines else ""
    return f"{number(standing.score)}{f' {standing.grade}' if standing.grade else ''}{red}"


def _delta(each: MovedSegment) -> str:
    if each.before is None or each.after is None or each.before.score is None or each.after.score is None:
        return ""
    return f"({_change(each.before.score, each.after.score)})"


def _verdict(verdict: Verdict | None) -> str:
    if verdict is None:
        return "没有这一项"
    parts = [f"扣 {number(verdict.deducted)}"] if verdict.deducted else []
    parts += [f"加 {number(verdict.bonus)}"] if verdict.bonus else []
    return OUTCOMES[verdict.outcome] + (f"({','.join(parts)})" if parts else "")


def _change(before: float | None, after: float | None) -> str:
    if before is None or after is None:
        return DASH
    change = round(after - before, 2)
    return f"+{number(change)}" if change > 0 else number(change).replace("-", "−")


def _grade(name: str) -> str:
    return {NO_GRADE: "无等级", NOT_SCORED: "不计分"}.get(name, one_line(name))


def _name(agent: str | None) -> str:
    return UNASSIGNED if agent is None else one_line(agent)


def _agent(agent: str | None) -> str:
    return UNASSIGNED if agent is None else f"客服 {one_line(agent)}"


def _table(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Align columns: the first to the left, numbers to the right."""
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [pad(cell, columns, right=i > 0) for i, (cell, columns) in enumerate(zip(row, widths, strict=True))]
        yield ("  " + "  ".join(cells)).rstrip()
