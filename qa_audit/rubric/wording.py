"""A check in words: the definition that stands beside every figure, generated from its fields."""

from collections.abc import Mapping
from dataclasses import dataclass

from qa_audit.measures import MEASURES
from qa_audit.rubric.matcher_wording import DIRECTIONS, SITUATIONS, STAGES, MatcherWording, between
from qa_audit.rubric.model import (
    HUNDREDTHS,
    AllOf,
    AnyOf,
    Band,
    Check,
    Condition,
    Conditions,
    Flow,
    InShop,
    InSituation,
    InStage,
    Limits,
    Not,
    OfAgent,
    Says,
)

_ANCHORS = {"every": "每次", "first": "第一次", "last": "最后一次", "any": "只要有一次"}
_UNITS = {"message": "每条", "span": "每处", "segment": "一段"}


@dataclass(frozen=True)
class Wording:
    """Words for the checks of one rubric; `titles` names its lexicon files (LoadedRubric.titles)."""

    titles: Mapping[str, str]

    def definition(self, check: Check) -> str:
        """Return one Chinese sentence that says when the check applies, what passes and what it costs."""
        kinds = {
            "measure": _measure, "says": self._says, "never": self._never, "share": self._share, "after": self._near,
            "before": self._near, "around": self._near, "flow": self._flow, "all": self._conditions,
            "any": self._conditions, "not": self._conditions,
        }  # fmt: skip
        parts = [kinds[check.kind](check)]
        if check.when:
            parts.insert(0, f"适用:{self._all(check.when)}")
        if check.red_line is not None:
            parts.append(f"红线:人工确认后得分不超过 {_points(check.red_line.cap)}")
        if check.confidence == "low":
            parts.append("只提醒,不扣分")
        if check.bonus:
            parts.append(f"做到加 {_points(check.bonus)} 分")
        return ";".join(parts)

    @property
    def _of(self) -> MatcherWording:
        return MatcherWording(self.titles)

    def _says(self, check: Check) -> str:
        assert check.says is not None
        cost = f",没有则扣 {_cost(check)} 分" if _costs(check) else ""
        return f"{self._of.who(check.says, 'agent')}要{self._of.what(check.says)}{cost}"

    def _never(self, check: Check) -> str:
        assert check.never is not None
        never = f"{self._of.who(check.never, 'agent')}不能{self._of.what(check.never)}"
        per = check.per or ("segment" if check.never.across == "segment" else "message")
        if check.bands:
            return f"{never},按{ {'message': '条', 'span': '处', 'segment': '段'}[per] }数:{_bands(check.bands)}"
        if not _costs(check):
            return never
        most = "" if per == "segment" else f",最多 {_points(check.points)}"
        return f"{never},{_UNITS[per]}扣 {_cost(check)} 分{most}"

    def _share(self, check: Check) -> str:
        assert check.share is not None
        share = f"{self._of.who(check.share, 'agent')}的消息里,{self._of.what(check.share)}的占比"
        return _held(share, check, percent=True)

    def _near(self, check: Check) -> str:
        wanted = check.expect or check.forbid
        assert check.anchor is not None
        assert wanted is not None
        which = _ANCHORS.get(str(check.anchors), f"第 {check.anchors} 次")
        verb = "要" if check.expect else "不能"
        each = "每次" if check.anchors == "every" else ""
        most = f",最多 {_points(check.points)}" if check.anchors == "every" else ""
        cost = f",否则{each}扣 {_cost(check)} 分{most}" if _costs(check) else ""
        return (
            f"{self._of.found(check.anchor, 'customer')}{DIRECTIONS[check.kind]}({which}),"
            f"{self._of.who(wanted, 'agent')}{self._of.distance(wanted.within)}{verb}{self._of.what(wanted)}{cost}"
        )

    def _flow(self, check: Check) -> str:
        assert check.flow is not None
        order = ",要按先后" if check.flow.ordered else ""
        taken = f"{self._steps(check.flow)}的覆盖率(适用的步骤里做到了几步{order})"
        return f"{taken}:{_bands(check.flow.coverage, percent=True)}"

    def _steps(self, flow: Flow) -> str:
        if flow.steps == "standard":
            return "接待八步"
        return "、".join(f"{step.title}({self._all(step.when)}时)" if step.when else step.title for step in flow.steps)

    def _conditions(self, check: Check) -> str:
        if check.no is not None:
            text = f"不能有:{self.condition(check.no)}"
        elif check.any is not None:
            text = f"至少要有一样:{'或'.join(self.condition(each) for each in check.any)}"
        else:
            text = f"都要有:{self._all(check.all or ())}"
        return text + (f",否则扣 {_cost(check)} 分" if _costs(check) else "")

    def _all(self, conditions: Conditions) -> str:
        return "且".join(self.condition(each) for each in conditions)

    def condition(self, condition: Condition) -> str:
        """Return one condition in words."""
        match condition:
            case Limits():
                return f"{MEASURES[condition.measure].title}{between(condition.at_least, condition.at_most)}"
            case Says():
                return self._of.found(condition.says, "any")
            case InStage():
                return f"到过{'或'.join(STAGES[name] for name in condition.stage)}"
            case InSituation():
                return f"出现过{'或'.join(SITUATIONS[name] for name in condition.situation)}"
            case InShop():
                return f"店铺是{'或'.join(condition.shop)}"
            case OfAgent():
                return f"客服账号是{'或'.join(condition.agent)}"
            case Not():
                return f"不是({self.condition(condition.no)})"
            case AnyOf():
                return f"({'或'.join(self.condition(each) for each in condition.any)})"
            case AllOf():
                return f"({self._all(condition.all)})"


def _measure(check: Check) -> str:
    assert check.measure is not None
    text = _held(MEASURES[check.measure].title, check)
    return text + (";没有回复按最差一档" if check.unanswered == "fail" else "")


def _held(name: str, check: Check, *, percent: bool = False) -> str:
    """Return a figure held against bands or limits."""
    if check.bands:
        return f"{name}:{_bands(check.bands, percent=percent)}"
    cost = f",否则扣 {_cost(check)} 分" if _costs(check) else ""
    return f"{name}要{between(check.at_least, check.at_most, percent=percent)}{cost}"


def _bands(bands: tuple[Band, ...], *, percent: bool = False) -> str:
    return ",".join(_band(band, percent) for band in bands)


def _band(band: Band, percent: bool) -> str:
    limit = between(band.at_least, band.at_most, percent=percent).strip() or "其余"
    return f"{limit} {_effect(band)}" + (f"({band.label})" if band.label else "")


def _effect(band: Band) -> str:
    if band.deduct:
        return f"扣 {_points(band.deduct)}"
    return f"加 {_points(band.bonus)}" if band.bonus else "不扣"


def _costs(check: Check) -> bool:
    return check.points > 0 and check.confidence != "low"


def _cost(check: Check) -> str:
    return _points(check.points if check.deduct is None else check.deduct)


def _points(hundredths: int) -> str:
    return f"{hundredths / HUNDREDTHS:g}"
