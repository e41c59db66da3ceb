"""A matcher in words: whose messages, where, saying what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qa_audit.rubric.model import Anchor, Lookback, Matcher, Position, Range, Within

ROLES = {"agent": "客服", "customer": "客户", "bot": "机器人", "auto": "自动回复", "any": "任何一方"}
DIRECTIONS = {"after": "之后", "before": "之前", "around": "前后"}
STAGES = {"pre": "售前", "in": "售中", "after": "售后"}
SITUATIONS = {
    "objection": "异议", "complaint": "投诉", "hesitation": "犹豫", "refund": "退款", "logistics": "物流",
    "out_of_stock": "缺货",
}  # fmt: skip
_AUTOMATIONS = {"none": "人工发的", "auto": "自动回复", "assisted": "机器人协助", "inferred": "疑似自动回复"}
_KINDS = {
    "text": "文字", "image": "图片", "card": "卡片", "order_event": "订单动态", "transfer": "转接",
    "recall": "撤回的消息", "other": "其他消息", "any": "任何消息",
}  # fmt: skip
_ENTITIES = {
    "phone": "电话号码", "order_number": "订单号", "link": "链接", "amount": "金额", "date": "日期", "duration": "时长",
    "id_card": "身份证号", "bank_card": "银行卡号", "email": "邮箱", "wechat": "微信号", "qq": "QQ号",
    "address": "地址",
}  # fmt: skip
_PICKED = {"first": "第一次", "last": "最后一次"}
_NUMBERS = (
    ("length", "字数", ""),
    ("exclamations", "感叹号", " 个"),
    ("questions", "问号", " 个"),
    ("tone", "情绪", ""),
)
_SHOWN = 4


@dataclass(frozen=True)
class MatcherWording:
    """Words for matchers; `titles` names lexicon files (LoadedRubric.titles)."""

    titles: Mapping[str, str]

    def found(self, matcher: Matcher, role: str) -> str:
        """Return who says what: 「客服前 2 条说「您好」」; `role` is who, where the matcher does not say."""
        return f"{self.who(matcher, role)}{self.what(matcher)}"

    def who(self, matcher: Matcher, role: str) -> str:
        """Return whose messages, and where in the conversation."""
        places = [f"{'、'.join(STAGES[name] for name in matcher.stage)}时"] if matcher.stage else []
        if matcher.situation:
            places.append(f"有{'、'.join(SITUATIONS[name] for name in matcher.situation)}的那一轮里")
        if matcher.first_seconds is not None:
            places.append(f"开始 {matcher.first_seconds:g} 秒内")
        if matcher.last_seconds is not None:
            places.append(f"结束前 {matcher.last_seconds:g} 秒内")
        places += [
            self._beside(anchor, direction)
            for direction, anchor in zip(DIRECTIONS, (matcher.after, matcher.before, matcher.around), strict=True)
            if anchor is not None
        ]
        speaker = "" if not matcher.role and _is_event(matcher) else ROLES[matcher.role or role]
        if matcher.automation:
            speaker += f"({'、'.join(_AUTOMATIONS[name] for name in matcher.automation)})"
        return f"{'、'.join(places)}{',' if places else ''}{speaker}{_position(matcher)}"

    def what(self, matcher: Matcher) -> str:
        """Return what the messages say or are.

        Lexicons are named by their titles, phrases by themselves; regexes are only counted, nobody reads them.
        """
        patterns = self._patterns(matcher)
        said = _matched(matcher, patterns) if patterns else _of_kind(matcher)
        hits = [f"至少 {matcher.min_hits} 处"] if matcher.min_hits is not None else []
        hits += [f"最多 {matcher.max_hits} 处"] if matcher.max_hits is not None else []
        details = self._details(matcher, bool(patterns))
        return f"{said}{'、'.join(hits)}" + (f"({';'.join(details)})" if details else "")

    def distance(self, limit: Within | None) -> str:
        """Return how far from an anchor: 「 2 条内、30 秒内」; "" where there is no limit."""
        if limit is None:
            return ""
        parts = [f"{limit.messages} 条内"] if limit.messages is not None else []
        parts += [f"{limit.seconds:g} 秒内"] if limit.seconds is not None else []
        if limit.turns is not None:
            parts.append("同一轮内" if limit.turns == 1 else f"{limit.turns} 轮内")
        if limit.until is not None:
            parts.append(f"到{self.found(limit.until, 'any')}为止")
        parts += ["含这一条"] if limit.itself else []
        text = "、".join(parts)
        return f" {text}" if text[0].isdigit() else text

    def _beside(self, anchor: Anchor, direction: str) -> str:
        which = _PICKED.get(str(anchor.anchors), "" if anchor.anchors == "any" else f"第 {anchor.anchors} 次")
        return f"{which}{self.found(anchor.says, 'any')}{DIRECTIONS[direction]}{self.distance(anchor.within)}"

    def _patterns(self, matcher: Matcher) -> str:
        named = self._names((*matcher.lexicon, *matcher.words, *matcher.whole), matcher.lexicon)
        named += [f"【{_ENTITIES[name]}】" for name in matcher.entities]
        named += [f"规定的 {len(matcher.regex)} 种说法"] if matcher.regex else []
        return _listed(named)

    def _names(self, phrases: Sequence[str], lexicons: Sequence[str] = ()) -> list[str]:
        """Name phrases, lexicons first."""
        files = [phrase for phrase in phrases if phrase.endswith(".txt")]
        stems = [name.removesuffix(".txt").rsplit("/", 1)[-1] for name in (*lexicons, *files)]
        plain = [phrase for phrase in phrases if phrase not in lexicons and not phrase.endswith(".txt")]
        return [f"【{self.titles.get(stem, stem)}】" for stem in stems] + [f"「{phrase}」" for phrase in plain]

    def _details(self, matcher: Matcher, has_patterns: bool) -> list[str]:
        details = [
            f"{title}{limits(getattr(matcher, name))}{unit}"
            for name, title, unit in _NUMBERS
            if getattr(matcher, name) is not None
        ]
        if matcher.waited is not None:
            details.append(f"让客户等了{limits(matcher.waited)} 秒")
        if has_patterns:
            details += [text for text in (_like(matcher), *_repeated(matcher)) if text]
        if matcher.excepts:
            details.append(f"{_listed(self._names(matcher.excepts))}除外")
        if matcher.unless is not None:
            details.append(f"同一条里还{self.what(matcher.unless)}的不算")
        details += ["引用客户的话也算"] if matcher.quoted == "count" else []
        details += ["变着写的只提醒"] if matcher.evasions else []
        return details


def limits(limit: Range | None, percent: bool = False) -> str:
    """Return a range in words: 「 ≥ 1 且 ≤ 3」; "" for none."""
    if limit is None:
        return ""
    return between(limit.at_least, limit.at_most, percent=percent)


def between(at_least: float | None, at_most: float | None, *, percent: bool = False) -> str:
    """Return two limits in words, each with a space before; a share as a percentage."""
    parts = [f" ≥ {_number(at_least, percent)}"] if at_least is not None else []
    parts += [f" ≤ {_number(at_most, percent)}"] if at_most is not None else []
    return " 且".join(parts)


def _number(value: float, percent: bool) -> str:
    return f"{value * 100:.6g}%" if percent else f"{value:g}"


def _listed(names: Sequence[str]) -> str:
    return "、".join(names[:_SHOWN]) + (f"等 {len(names)} 种" if len(names) > _SHOWN else "")


def _matched(matcher: Matcher, patterns: str) -> str:
    where = {"message": "", "burst": "在连着的几条里", "segment": "在整段里"}[matcher.across]
    match matcher.match:
        case "any":
            return f"{where if matcher.min_hits or matcher.max_hits else ''}说{patterns}"
        case "all":
            return f"{where}把{patterns}都说到"
        case "none":
            return {
                "message": f"发不带{patterns}的消息",
                "burst": f"连着几条都不带{patterns}",
                "segment": f"整段都不带{patterns}",
            }[matcher.across]
    return f"{where}说到{patterns}里至少 {matcher.match} 种"


def _of_kind(matcher: Matcher) -> str:
    """Return what a message without patterns is: a repetition, like a sentence, of some kind."""
    for text in (_like(matcher), *_repeated(matcher)):
        if text:
            return text
    if not matcher.kind:
        return "发消息" if not matcher.waited else "回复"
    verb = "出现" if _is_event(matcher) else "发"
    return verb + "或".join(_KINDS[kind] for kind in matcher.kind)


def _is_event(matcher: Matcher) -> bool:
    """Say whether it looks for what nobody says: order events and transfers."""
    return bool(matcher.kind) and set(matcher.kind) <= {"order_event", "transfer"}


def _like(matcher: Matcher) -> str:
    if not matcher.like:
        return ""
    return f"说像{_listed([f'「{text}」' for text in matcher.like])}的话({matcher.similar:.0%} 以上)"


def _repeated(matcher: Matcher) -> list[str]:
    return [_again("重复自己", matcher.repeat), _again("照说对方", matcher.echo)]


def _again(verb: str, look: Lookback | None) -> str:
    if look is None:
        return ""
    details = [f"至少 {look.times} 条"] if look.times > 1 else []
    details += [f"{look.similar:.0%} 以上像"] if look.similar < 1 else []
    return f"{verb}前 {look.messages} 条里的话" + (f"({'、'.join(details)})" if details else "")


def _position(matcher: Matcher) -> str:
    if matcher.number is not None:
        return _numbered(matcher.number)
    return f"前 {matcher.first} 条" if matcher.first else (f"后 {matcher.last} 条" if matcher.last else "")


def _numbered(place: Position) -> str:
    if place.start == place.stop:
        return _place(place.start)
    if place.stop == -1:
        return f"最后 {-place.start} 条" if place.start < 0 else f"{_place(place.start)}起"
    return f"{_place(place.start)}到{_place(place.stop)}"


def _place(number: int) -> str:
    if number == -1:
        return "最后一条"
    return f"第 {number} 条" if number > 0 else f"倒数第 {-number} 条"
