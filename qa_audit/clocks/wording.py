"""A clock's definition in Chinese words, made from its fields alone: what a report prints beside the numbers."""

from collections.abc import Sequence
from datetime import date

from qa_audit.clocks.model import DAYS, Clock, Shift

_START = {
    "first_unanswered": "从客户第一条未答的消息起",
    "last_unanswered": "从客户最后一条未答的消息起",
    "session_start": "首轮从会话开始(客户或系统的第一条消息)起",
    "joined": "从客服加入(上一次回复之后的第一个转接事件,或后面一段的开头)起,没有记录的从客户第一条未答的消息起",
}
_STOPS = {
    "human": "到人工客服的第一条回复止(图片、卡片也算回复);自动回复和机器人不停表",
    "human_or_assisted": "到人工客服或辅助机器人的第一条回复止(图片、卡片也算回复);纯自动回复和全自动机器人不停表",
    "any": "到任何一方的第一条回复止,自动回复和机器人也算",
}
_AFTER_BOT = {
    "handoff": "机器人先接待的,从转人工起算,没有转人工时从人工回复前机器人的最后一条起算;机器人独自接待完的不计",
    "ask": "机器人先接待的也不改起点;机器人独自接待完的不计",
}
_COURTESY = {
    "exempt": "会话末尾只有“谢谢”“好的”这类客套话的不算未回复",
    "counts": "会话末尾的“谢谢”“好的”也要回复",
}
_TRANSFER = {
    ("holder", "counts"): "等待记在客户发消息时持有会话的那位客服名下",
    ("holder", "dropped"): "等待记在客户发消息时持有会话的那位客服名下",
    ("answerer", "counts"): "等待记在回复的那位客服名下;没回复就转走的,记那位一轮未回复,接手的从转接起算",
    ("answerer", "dropped"): "整段等待记在回复的那位客服名下;没回复就转走的不记",
}
_HOURS = {
    "session_start": "在服务时间内开始的会话才计",
    "message": "起算那一刻在服务时间内的才计",
    "clipped": "只数服务时间内的秒,整段都在服务时间外的不计",
}
_UNIT = {
    "round": "达标率按轮次",
    "session": "达标率按会话(平均等待不超过才算,有一轮未回复就不算)",
    "person_day": "达标率按每人每天(有一轮没做到就不算)",
}
_STATISTIC = {"pooled": "平均是各轮一起平均", "session_mean": "平均是先算每个会话的平均,再平均", "median": "看中位数"}
_WINDOW = {"exempt": "不计", "relaxed": "时限放宽到 {factor:g} 倍", "apart": "单列、不进数字"}
_DAY_NAMES = dict(zip(DAYS, "一二三四五六日", strict=True))


def definition(clock: Clock) -> str:
    """Return the definition as one line of sentences; the same fields always give the same words."""
    sentences = [
        f"{_start(clock)},{_STOPS[clock.stops]}",
        _AFTER_BOT[clock.after_bot] if clock.stops != "any" else "",
        "只看客户开口的首轮" if clock.rounds == "first" else "",
        _COURTESY[clock.courtesy],
        _TRANSFER[clock.transfer, clock.transferred_unanswered],
        *_hours(clock),
        *_figures(clock),
    ]
    return f"{clock.name}:" + "".join(f"{sentence}。" for sentence in sentences if sentence)


def _start(clock: Clock) -> str:
    later = clock.start == "session_start" and clock.rounds == "all"
    return _START[clock.start] + (",以后各轮从客户第一条未答的消息起" if later else "")


def _hours(clock: Clock) -> list[str]:
    windows = [
        f"{w.begins:%Y-%m-%d %H:%M} 到 {w.ends:%Y-%m-%d %H:%M} {_WINDOW[w.mode].format(factor=w.factor)}"
        for w in sorted(clock.windows, key=lambda w: w.begins)
    ]
    shown = ["特殊时段:" + ";".join(windows)] if windows else []
    if clock.hours == "always":
        return ["不分服务时间,全天都计", *shown]
    own = [
        f"{kind}“{name}”:{_shifts(each)}"
        for kind, named in (("班组", clock.teams), ("店铺", clock.shops))
        for name, each in named.items()
    ]
    if clock.staffed is None and not own:
        return [f"{_HOURS[clock.hours]};没有设置服务时间,全天都计", *shown]
    default = _shifts(clock.staffed) if clock.staffed else "没有设置,全天都计"
    return [f"{_HOURS[clock.hours]};服务时间:{default}", ";".join(own), *_dates(clock), *shown]


def _shifts(shifts: Sequence[Shift]) -> str:
    return "、".join(f"{_days(shift.days)} {_time(shift.opens)}–{_ends(shift.opens, shift.closes)}" for shift in shifts)


def _days(days: Sequence[str]) -> str:
    if set(days) == set(DAYS):
        return "每天"
    places = sorted({DAYS.index(day) for day in days})
    if len(places) > 2 and places == list(range(places[0], places[-1] + 1)):
        return f"周{_DAY_NAMES[DAYS[places[0]]]}至周{_DAY_NAMES[DAYS[places[-1]]]}"
    return "周" + "、".join(_DAY_NAMES[DAYS[place]] for place in places)


def _time(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _ends(opens: int, closes: int) -> str:
    return _time(closes) if closes > opens else f"次日 {_time(closes)}"


def _dates(clock: Clock) -> list[str]:
    other = [
        f"{day} " + ("、".join(f"{_time(a)}–{_ends(a, b)}" for a, b in spans) or "关门")
        for day, spans in sorted(clock.exceptions.items())
    ]
    return [
        _listed("放假", clock.holidays),
        _listed("调休上班", clock.open_days),
        "另排:" + ";".join(other) if other else "",
    ]


def _listed(title: str, days: Sequence[date]) -> str:
    return f"{title}:" + "、".join(str(day) for day in sorted(days)) if days else ""


def _figures(clock: Clock) -> list[str]:
    unanswered = {
        "failed": "未回复的算没做到",
        "capped": f"未回复的按 {clock.cap_seconds} 秒计",
        "dropped": "未回复的不计",
    }[clock.unanswered]
    cap = f";等得超过 {clock.cap_seconds} 秒的按 {clock.cap_seconds} 秒计" if clock.cap_seconds else ""
    within = f"{clock.within_seconds} 秒以内算做到,恰好 {clock.within_seconds} 秒也算"
    share = f"{within};{_UNIT[clock.unit]}" if clock.within_seconds else ""
    same = f"客户在 {clock.same_session_minutes} 分钟内回来算同一会话" if clock.same_session_minutes else ""
    return [f"{unanswered}{cap}", share, _STATISTIC[clock.statistic], same]
