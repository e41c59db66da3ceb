"""A chat judged by a rubric, for a terminal: the lines, each check with what it saw and why, how the points add up."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from qa_audit.authoring.chat import ChatLine, Span, marked
from qa_audit.authoring.trying import Asked, Explained, Part, Seen, Summed
from qa_audit.report.display import number, one_line, pad, width
from qa_audit.report.lines import measured
from qa_audit.report.wording import OUTCOMES, REASONS, UNASSIGNED, worded
from qa_audit.rubric.load import LoadedRubric

ANSWERS = {"yes": "成立", "no": "不成立", "unknown": "不知道"}
_MEASURED = {"measure": None, "share": "x_share", "flow": "flow_coverage"}
_PLAIN: dict[tuple[str, str | None], str] = {
    ("never", "not_said"): "没有人这样说",
    ("never", "said"): "说了不该说的",
    ("says", "said"): "说了",
}
_OUTCOME = max(map(width, OUTCOMES.values()))
_INDENT = " " * (_OUTCOME + 4)


def as_json(rubric: LoadedRubric, parts: Sequence[Part]) -> str:
    """Return everything as one JSON document; spans are characters of the line's text."""
    model = rubric.model
    segments = [
        {
            **{key: value for key, value in asdict(part).items() if key != "groups"},
            "checks": [{"group": title, **asdict(check)} for title, checks in part.groups for check in checks],
        }
        for part in parts
    ]
    named = {"rubric": model.rubric, "version": model.version, "clock": rubric.clock.name, "hash": rubric.hash}
    return json.dumps({**named, "segments": segments}, ensure_ascii=False, indent=2, allow_nan=False)


def as_text(rubric: LoadedRubric, parts: Sequence[Part]) -> Iterator[str]:
    """Yield what the rubric says of each segment, line by line."""
    model = rubric.model
    yield f"评分表 {one_line(model.title or model.rubric)},第 {model.version} 版,时钟 {one_line(rubric.clock.name)}"
    texts = {line.number: line for part in parts for line in part.lines}
    for part in parts:
        yield ""
        agent = UNASSIGNED if part.agent is None else f"客服 {one_line(part.agent)}"
        yield f"会话 {one_line(part.session_id)}  第 {part.segment_no} 段  {agent}"
        yield from chat_text(part.lines, _spans(part))
        for title, checks in part.groups:
            yield ""
            yield f"  {one_line(title)}"
            for check in checks:
                yield from _check(check, texts)
        yield ""
        yield f"  {sum_text(part.sum)}"


def chat_text(lines: Sequence[ChatLine], spans: dict[int, list[Span]], indent: str = "  ") -> Iterator[str]:
    """Yield chat lines with their numbers, aligned, the characters of the spans (by line number) in 【】."""
    numbers, names = (max(map(width, column)) for column in (
        [str(line.number) for line in lines], [one_line(line.who) for line in lines]
    ))  # fmt: skip
    for line in lines:
        about = f"({line.about})" if line.about else ""
        text = marked(line.text, spans.get(line.number, ()))
        who = pad(one_line(line.who), names)
        place = pad(str(line.number), numbers, right=True)
        yield f"{indent}{place}  {pad(line.time, 8)}  {who}  {about}{text}".rstrip()


def sum_text(total: Summed) -> str:
    """Return how the points of a segment add up: 得分 100 − 5 + 2 = 97,等级 优."""
    tail = f",等级 {total.grade}" if total.grade else ""
    tail += f";红线 {total.red_lines} 条待人确认" if total.red_lines else ""
    if total.score is None:
        least = f",不到 {number(total.least)} 分" if total.applicable else ""
        return f"不计分:适用的只有 {number(total.applicable)} 分{least}{tail}"
    full, taken, given = number(total.applicable), number(total.deducted), number(total.bonus)
    capped = f"(加分到 {number(total.bonus_cap)} 封顶)" if total.bonus and total.bonus >= total.bonus_cap else ""
    if total.scoring == "ratio":
        raw = 100 * max(total.applicable - total.deducted, 0) / total.applicable + total.bonus
        sum_ = f"100 × ({full} − {taken}) ÷ {full} + {given}"
    else:
        raw = 100 - total.deducted + total.bonus
        sum_ = f"100 − {taken} + {given}"
    beyond = f"(算出来是 {number(raw).replace('-', '−')},得分在 0 到 100 之间)" if not 0 <= round(raw, 2) <= 100 else ""
    return f"得分 {sum_} = {number(total.score)}{beyond}{capped}{tail}"


def why(check: Explained) -> str:
    """Return why a check came out as it did, in words; "" where its conditions say so."""
    if check.outcome == "not_applicable" and check.reason in ("condition", "condition_unknown"):
        return ""
    parts = []
    if check.value is not None and check.kind in _MEASURED:
        parts.append(f"量得 {measured(check.measure or _MEASURED[check.kind], check.value)}")
    parts += [f"属于「{one_line(check.label)}」"] if check.label else []
    if not parts or check.outcome not in ("pass", "partial", "fail"):
        parts.append(_PLAIN.get((check.kind, check.reason), "") or worded(REASONS, check.reason, ""))
    return ",".join(filter(None, parts))


def explained_text(check: Explained, texts: dict[int, ChatLine], indent: str) -> Iterator[str]:
    """Yield the rule in words, why it came out so, its conditions, and where it was seen."""
    yield f"{indent}规则:{one_line(check.definition)}"
    reason = why(check)
    if reason:
        yield f"{indent}原因:{reason}"
    if not reason or check.outcome != "not_applicable":
        for asked in check.conditions:
            yield f"{indent}条件{ANSWERS[asked.answer]}:{asked_text(asked)}"
    for seen in check.seen:
        yield f"{indent}{_seen(seen, texts)}"


def _check(check: Explained, texts: dict[int, ChatLine]) -> Iterator[str]:
    outcome = pad(OUTCOMES.get(check.outcome, check.outcome), _OUTCOME)
    yield f"    {outcome}  {one_line(check.title)}({check.check}){_cost(check)}"
    yield from explained_text(check, texts, f"{_INDENT}  ")


def _cost(check: Explained) -> str:
    parts = [f"扣 {number(check.deducted)} 分(最多 {number(check.points)})"] if check.deducted else []
    parts += [f"加 {number(check.bonus)} 分"] if check.bonus else []
    if check.red_line is not None and check.outcome in ("fail", "partial"):
        parts.append(f"红线:人确认后最高 {number(check.red_line)} 分")
    return "".join(f"  {part}" for part in parts)


def asked_text(asked: Asked) -> str:
    """Return a condition with what was seen, and what the conditions within it came to."""
    inner = ";".join(f"{ANSWERS[part.answer]}:{asked_text(part)}" for part in asked.parts)
    seen = asked.seen or inner
    return one_line(asked.condition) + (f"({seen})" if seen else "")


def _seen(seen: Seen, texts: dict[int, ChatLine]) -> str:
    line = texts.get(seen.line)
    quote = f" 「{marked(line.text, seen.spans)}」" if line is not None and seen.spans else ""
    return f"第 {seen.line} 行{quote}{f' {one_line(seen.note)}' if seen.note else ''}"


def _spans(part: Part) -> dict[int, list[Span]]:
    """Return what to mark in the chat: the characters of whatever is not plainly as it should be, else of all."""
    out: dict[int, list[Span]] = {}
    for check in part.checks:
        for seen in check.seen if check.outcome in ("fail", "partial", "review") else ():
            out.setdefault(seen.line, []).extend(seen.spans)
    return out
