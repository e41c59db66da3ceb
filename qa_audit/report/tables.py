"""The tables of checks and their small bars, as HTML by plain formatting; every text passes `escaped`."""

from collections.abc import Iterable, Mapping
from typing import Any

from qa_audit.report.display import DASH, count, fixed, number, one_line
from qa_audit.report.figures import Mean, Share
from qa_audit.report.fragments import escaped
from qa_audit.report.lines import measured
from qa_audit.report.reading import Judged
from qa_audit.report.wording import OUTCOMES, REASONS, worded

Entry = Mapping[str, Any]

_HEAD = (
    '<div class="scroll"><table class="checks">\n<thead><tr><th scope="col">检查项</th>'
    '<th scope="col" class="n">最多扣</th><th scope="col" class="n">适用</th><th scope="col" class="n">通过</th>'
    '<th scope="col">通过率</th>{everybody}'
    '<th scope="col" class="n">合计扣分</th></tr></thead>\n'
)
_EVERYBODY = '<th scope="col" class="n">全体</th>'
_TICKS = ((0, "start"), (25, "middle"), (50, "middle"), (75, "middle"), (100, "end"))


def share_html(share: Share) -> str:
    """Return a share with its fraction and note, for a tile."""
    note = f"；{escaped(share.note)}" if share.note else ""
    return f"<b>{escaped(share.text)}</b><small>{escaped(share.fraction)}{note}</small>"


def bar(share: Share, everybody: Share | None = None) -> str:
    """Return a share as a small bar; the thin line is its 95 % interval, the tick what everybody reaches."""
    if share.value is None:
        return f'<span class="none">{DASH}</span>'
    interval = tick = ""
    if share.low is not None and share.high is not None:
        interval = f'<line class="range" x1="{share.low * 84:.1f}" x2="{share.high * 84:.1f}" y1="6" y2="6"/>\n'
    if everybody is not None and everybody.value is not None:
        x = f"{everybody.value * 83 + 0.5:.1f}"
        tick = f'<line class="tick" x1="{x}" x2="{x}" y1="0" y2="12"/>\n'
    return (
        f'<svg class="bar" width="84" height="12" viewBox="0 0 84 12" role="img" aria-label="{escaped(share.text)}">\n'
        '<rect class="rail" x="0" y="2" width="84" height="8" rx="1"/>\n'
        f'<rect class="fill" x="0" y="2" width="{share.value * 84:.1f}" height="8" rx="1"/>\n{interval}{tick}</svg>\n'
    )


def scale(mean: Mean) -> str:
    """Return where a mean lies between 0 and 100, with its interval."""
    if mean.value is None:
        return f'<span class="none">{DASH}</span>'
    low, high = fixed(mean.low), fixed(mean.high)
    spread = f'<line class="spread" x1="{low}" x2="{high}" y1="6" y2="6"/>' if mean.interval else ""
    return (
        f'<svg class="bar" width="104" height="12" viewBox="-2 0 104 12" role="img" aria-label="平均分 {mean.text}">\n'
        f'<line class="axis" x1="0" x2="100" y1="6" y2="6"/>\n{spread}\n'
        f'<circle class="dot" cx="{fixed(mean.value)}" cy="6" r="3"/>\n</svg>\n'
    )


def distribution(bins: list[int]) -> str:
    """Return the scored segments per five points as columns."""
    top = max(bins)
    if not top:
        return '<p class="muted">没有计分的段，画不出分布。</p>'
    columns = "".join(_column(i, n, n * 64 / top) for i, n in enumerate(bins))
    ticks = "".join(
        f'<text class="tickno" x="{at * 3.2:.1f}" y="89" text-anchor="{anchor}">{at}</text>' for at, anchor in _TICKS
    )
    label = "、".join(map(str, bins))
    return (
        f'<svg class="bins" viewBox="0 0 320 92" role="img" aria-label="得分分布，每五分一格：{label}">\n'
        f"{columns}{ticks}\n</svg>\n"
    )


def checks_table(groups: Iterable[Entry], own: bool) -> str:
    """Return the checks by group; `own` for the page of one agent, beside everybody's shares."""
    bodies = "".join(
        f"<tbody>\n{_group(g, own)}{''.join(_check(c, own) for c in g['checks'])}</tbody>\n" for g in groups
    )
    return f"{_HEAD.format(everybody=_EVERYBODY if own else '')}{bodies}</table></div>\n"


def outcome_row(check: Entry, judged: Judged) -> str:
    """Return what one check came to in one segment, from its row of `checks`."""
    title, points = escaped(one_line(check["title"])), number(check["points"])
    if judged.outcome == "not_applicable":
        reason = escaped(worded(REASONS, judged.reason))
        return (
            f'<tr class="na"><th scope="row">{title}</th><td colspan="3">不适用：{reason}</td>'
            f'<td class="n">{points}</td></tr>\n'
        )
    label = f" · {escaped(one_line(judged.label))}" if judged.label else ""
    bonus = f" · 加 {number(judged.bonus)}" if judged.bonus else ""
    return (
        f'<tr><th scope="row">{title}</th><td>{escaped(worded(OUTCOMES, judged.outcome))}{label}{bonus}</td>'
        f'<td class="n">{measured(check["measure"], judged.value)}</td>'
        f'<td class="n">{number(judged.deducted)}</td><td class="n">{points}</td></tr>\n'
    )


def _column(i: int, n: int, height: float) -> str:
    y, shown = (76 - height, height) if n else (75, 1)
    above = f'<text x="{i * 16 + 8}" y="{72 - height:.1f}" text-anchor="middle">{n}</text>' if n else ""
    return (
        f'<rect class="{"fill" if n else "rail"}" x="{i * 16 + 1}" y="{y:.1f}" width="14" height="{shown:.1f}">'
        f"<title>{i * 5}–{i * 5 + 5} 分：{count(n)} 段</title></rect>\n{above}\n"
    )


def _group(group: Entry, own: bool) -> str:
    each = f"<small>平均每段扣 {number(group['each'])}</small>" if own and group["each"] is not None else ""
    return (
        f'<tr class="group"><th scope="rowgroup" colspan="{6 if own else 5}">{escaped(group["title"])}{each}</th>'
        f'<td class="n"><b>{number(group["deducted"])}</b></td></tr>\n'
    )


def _check(check: Entry, own: bool) -> str:
    share, red = check["share"], '<i class="redtag">红线</i>' if check["red"] else ""
    beside = f"<small>{escaped(check['note'])}</small>" if check["note"] else ""
    beside += f"<small>{escaped(check['beside'])}</small>" if own and check["beside"] else ""
    if share.value is None:
        cells = f'<td class="n">0</td><td class="n">{DASH}</td><td class="none">{DASH} {escaped(share.why)}</td>\n'
    else:
        cells = (
            f'<td class="n">{count(share.denominator)}</td><td class="n">{count(share.numerator)}</td>'
            f'<td class="rate">{bar(share, check["everybody"] if own else None)}<span>{escaped(share.text)}</span></td>'
        )
    everybody = f'<td class="n">{escaped(check["everybody"].text)}</td>\n' if own else ""
    points = DASH if check["red"] and not check["points"] else number(check["points"])
    return (
        f'<tr><th scope="row"><span title="{escaped(check["definition"])}">{escaped(check["title"])}</span>'
        f"{red}{beside}</th>\n"
        f'<td class="n">{points}</td>\n{cells}{everybody}<td class="n">{number(check["deducted"])}</td></tr>\n'
    )
