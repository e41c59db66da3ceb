"""A check in words: the definition that stands beside every figure, generated from its fields."""

from collections.abc import Mapping
from dataclasses import dataclass

from qa_audit.measures import MEASURES
from qa_audit.rubric.model import HUNDREDTHS, AllOf, AnyOf, Band, Check, Condition, Limits, Matcher, Not, Says, Within

_ROLES = {"agent": "客服", "customer": "客户", "bot": "机器人", "auto": "自动回复", "any": "任何一方"}
_KINDS = {"image": "图片", "card": "卡片", "text": "文字", "any": "任何消息"}
_SHOWN = 4


@dataclass(frozen=True)
class Wording:
    """Words for the checks of one rubric; `titles` names its lexicon files (LoadedRubric.titles)."""

    titles: Mapping[str, str]

    def definition(self, check: Check) -> str:
        """Return one Chinese sentence that says when the check applies, what passes and what it costs."""
        kinds = {"measure": _measure, "says": self._says, "never": self._never, "after": self._after, "flow": _flow}
        parts = [kinds[check.kind](check)]
        if check.when:
            parts.insert(0, f"适用:{'且'.join(self._condition(each) for each in check.when)}")
        if check.red_line is not None:
            parts.append(f"红线:人工确认后得分不超过 {_points(check.red_line.cap)}")
        if check.confidence == "low":
            parts.append("只提醒,不扣分")
        if check.bonus:
            parts.append(f"做到加 {_points(check.bonus)} 分")
        return ";".join(parts)

    def _says(self, check: Check) -> str:
        assert check.says is not None
        cost = f",没有则扣 {_cost(check)} 分" if check.points else ""
        return f"{_who(check.says, 'agent')}要{self._what(check.says)}{cost}"

    def _never(self, check: Check) -> str:
        assert check.never is not None
        each = "每处" if check.per == "span" else "每条"
        cost = f",{each}扣 {_cost(check)} 分,最多 {_points(check.points)}" if check.points else ""
        return f"{_who(check.never, 'agent')}不能{self._what(check.never)}{cost}"

    def _after(self, check: Check) -> str:
        wanted = check.expect or check.forbid
        assert check.after is not None
        assert wanted is not None
        anchors = {"every": "每次", "first": "第一次", "any": "只要有一次"}[check.anchors]
        verb = "要" if check.expect else "不能"
        cost = f",否则每次扣 {_cost(check)} 分,最多 {_points(check.points)}" if check.points else ""
        return (
            f"{_who(check.after, 'customer')}{self._what(check.after)}之后({anchors}),"
            f"{_who(wanted, 'agent')}{_near(wanted.within)}{verb}{self._what(wanted)}{cost}"
        )

    def _condition(self, condition: Condition) -> str:
        match condition:
            case Limits():
                return f"{MEASURES[condition.measure].title}{_limits(condition.at_least, condition.at_most)}"
            case Says():
                return f"{_who(condition.says, 'any')}{self._what(condition.says)}"
            case Not():
                return f"不是({self._condition(condition.no)})"
            case AnyOf():
                return f"({'或'.join(self._condition(each) for each in condition.any)})"
            case AllOf():
                return f"({'且'.join(self._condition(each) for each in condition.all)})"

    def _what(self, matcher: Matcher) -> str:
        """Name lexicons by their titles, phrases by themselves; regexes are only counted, nobody reads them."""
        lexicons = [*matcher.lexicon, *(word for word in matcher.words if word.endswith(".txt"))]
        stems = [name.removesuffix(".txt").rsplit("/", 1)[-1] for name in lexicons]
        named = [f"【{self.titles.get(stem, stem)}】" for stem in stems]
        named += [f"「{word}」" for word in (*matcher.words, *matcher.whole) if not word.endswith(".txt")]
        if not named and matcher.regex:
            named = [f"规定的 {len(matcher.regex)} 种说法"]
        if not named:
            return f"发{_KINDS[matcher.kind or 'text']}"
        return f"说{'、'.join(named[:_SHOWN])}" + (f"等 {len(named)} 种" if len(named) > _SHOWN else "")


def _measure(check: Check) -> str:
    assert check.measure is not None
    name = MEASURES[check.measure].title
    if check.bands:
        text = f"{name}:{_bands(check.bands)}"
    else:
        text = f"{name}要{_limits(check.at_least, check.at_most)}" + (
            f",否则扣 {_cost(check)} 分" if check.points else ""
        )
    return text + (";没有回复按最差一档" if check.unanswered == "fail" else "")


def _flow(check: Check) -> str:
    assert check.flow is not None
    steps = "接待八步" if check.flow.steps == "standard" else "、".join(step.title for step in check.flow.steps)
    return f"{steps}的覆盖率(适用的步骤里做到了几步):{_bands(check.flow.coverage)}"


def _bands(bands: tuple[Band, ...]) -> str:
    return ",".join(map(_band, bands))


def _band(band: Band) -> str:
    limit = _limits(band.at_least, band.at_most).strip() or "其余"
    return f"{limit} {_effect(band)}" + (f"({band.label})" if band.label else "")


def _effect(band: Band) -> str:
    if band.deduct:
        return f"扣 {_points(band.deduct)}"
    return f"加 {_points(band.bonus)}" if band.bonus else "不扣"


def _limits(at_least: float | None, at_most: float | None) -> str:
    parts = [f" ≥ {at_least:g}"] if at_least is not None else []
    parts += [f" ≤ {at_most:g}"] if at_most is not None else []
    return " 且".join(parts)


def _near(limit: Within | None) -> str:
    if limit is None:
        return ""
    parts = [f"{limit.messages} 条内"] if limit.messages is not None else []
    parts += [f"{limit.seconds:g} 秒内"] if limit.seconds is not None else []
    return f" {'、'.join(parts)}"


def _who(matcher: Matcher, role: str) -> str:
    where = f"前 {matcher.first} 条" if matcher.first else (f"后 {matcher.last} 条" if matcher.last else "")
    return f"{_ROLES[matcher.role or role]}{where}"


def _cost(check: Check) -> str:
    return _points(check.points if check.deduct is None else check.deduct)


def _points(hundredths: int) -> str:
    return f"{hundredths / HUNDREDTHS:g}"
