"""The figures of the pages: shares with both numbers, means with their interval, and why a figure is missing."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from qa_audit.report.choosing import Agent
from qa_audit.report.display import DASH, count, fixed, percent
from qa_audit.report.reading import Results, Row
from qa_audit.report.totals import BINS, Load
from qa_audit.report.wording import REASONS, ROUND_REASONS, worded

FEW = 20  # fewer scored segments than this: "样本太少", no rank
_NO_CLOCK = ("no_time", "coarse_time")  # the reasons for which a wait exists but nobody can know it


@dataclass(frozen=True)
class Share:
    """A part of a whole, with both numbers; `why` says why there is none."""

    numerator: int
    denominator: int
    why: str = ""
    note: str = ""
    low: float | None = None
    high: float | None = None

    @property
    def value(self) -> float | None:
        """The share 0–1, null when unknown."""
        return None if self.why or not self.denominator else self.numerator / self.denominator

    @property
    def text(self) -> str:
        """The share in per cent, "—" when unknown."""
        return DASH if self.value is None else percent(self.numerator, self.denominator)

    @property
    def fraction(self) -> str:
        """Numerator and denominator, or the reason why there is no share."""
        return self.why if self.value is None else f"{count(self.numerator)} / {count(self.denominator)}"


@dataclass(frozen=True)
class Mean:
    """A mean score with its 95 % interval and the number of segments behind it."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    segments: int

    @property
    def text(self) -> str:
        """The mean with one decimal, "—" when nothing was scored."""
        return fixed(self.value)

    @property
    def interval(self) -> str:
        """The 95 % interval, or "" when there is none."""
        return "" if self.low is None or self.high is None else f"{fixed(self.low)}–{fixed(self.high)}"

    @property
    def few(self) -> bool:
        """Too few scored segments to compare with anybody."""
        return self.n < FEW

    @property
    def why(self) -> str:
        """Why there is no mean; "" when there is one."""
        return "" if self.value is not None else "没有接待" if not self.segments else "都不计分"


def overall_mean(results: Results) -> Mean:
    """Return the mean over all scored segments, each weighing the same, with Student's 95 % interval."""
    t = results.totals
    return Mean(t["score_mean"], t["score_low"], t["score_high"], t["scored"], t["segments"])


def agent_mean(row: Row) -> Mean:
    """The mean of one row of agents.parquet."""
    return Mean(row["score_mean"], row["score_low"], row["score_high"], row["scored_segments"], row["segments"])


def first_share(results: Results, rows: Iterable[Row], field: str) -> Share:
    """Share of first responses within a limit over these agents; unknown where the export has no usable times."""
    rows = list(rows)
    within, total = sum(r[field] for r in rows), sum(r["first_total"] for r in rows)
    unknown = sum(results.reasons.get(r["agent_id"], {}).get(code, 0) for r in rows for code in _NO_CLOCK)
    timed = sum(results.timed.get(r["agent_id"], 0) for r in rows)
    why = ""
    if not total or (unknown and not timed):
        why = why_no_first(results, [r["agent_id"] for r in rows])
    note = f"另有 {count(unknown)} 段时间不够细，没有算进去" if unknown and not why else ""
    return Share(within, total, why, note)


def any_share(results: Results, agents: Iterable[Agent]) -> Share | None:
    """Share of first replies of anyone within 30 s, automatic ones and bots included; None where not measured."""
    if results.any_replies is None:
        return None
    found = [results.any_replies.get(agent, (0, 0)) for agent in agents]
    total = sum(n for _, n in found)
    return Share(sum(n for n, _ in found), total, "" if total else "没有能判断的会话")


def load(results: Results, agents: Iterable[Agent]) -> Load | None:
    """Other sessions open when customers asked, over these agents; None where nobody knows."""
    found = [results.loads[agent] for agent in agents if agent in results.loads]
    if not found:
        return None
    return Load(sum(f.total for f in found), sum(f.segments for f in found), max(f.most for f in found))


def uncounted(results: Results, agents: Iterable[Agent]) -> dict[str, int]:
    """Rounds of these agents that are not counted, by reason, the most frequent first."""
    counts: dict[str, int] = {}
    for agent in agents:
        for reason, n in results.uncounted.get(agent, {}).items():
            counts[reason] = counts.get(reason, 0) + n
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def round_counts(results: Results, agents: Iterable[Agent]) -> dict[str, Any]:
    """Return what the pages say about rounds that are not counted: out of hours, still open, and all by reason."""
    found = uncounted(results, agents)
    return {
        "out_of_hours": found.get("out_of_hours", 0),
        "pending": found.get("pending", 0),
        "all": sum(found.values()),
        "why": [(worded(ROUND_REASONS, reason), n) for reason, n in found.items()],
    }


def why_no_first(results: Results, agents: Iterable[Agent]) -> str:
    """Say why these agents have no first response: the reasons, the most frequent first."""
    counts: dict[str, int] = {}
    for agent in agents:
        for code, n in results.reasons.get(agent, {}).items():
            counts[code] = counts.get(code, 0) + n
    return counted_reasons(counts) or "没有需要首次响应的会话"


def counted_reasons(counts: Mapping[str, int], *, most: int = 3) -> str:
    """Render reasons with their counts, the most frequent first."""
    order = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    if len(order) == 1:
        return worded(REASONS, order[0][0])
    parts = [f"{worded(REASONS, code)} {count(n)}" for code, n in order[:most]]
    rest = sum(n for _, n in order[most:])
    return "、".join(parts + ([f"其他 {count(rest)}"] if rest else []))


def why_no_wait(results: Results, rows: Iterable[Row]) -> str:
    """Say why the waits of these agents are null."""
    rows = list(rows)
    total = sum(r["rounds"] for r in rows)
    if not total:
        return "没有需要回复的轮次"
    if total == sum(r["unanswered_rounds"] for r in rows):
        return "一轮也没有回复"
    return worded(REASONS, "no_time" if set(results.totals["resolutions"]) <= {"none"} else "coarse_time")


def time_warnings(results: Results) -> list[str]:
    """Say loudly what missing or coarse times make unknown; empty when every time is known to the second."""
    found = results.totals["resolutions"]
    total = sum(found.values())
    none, coarse = found.get("none", 0), found.get("minute", 0) + found.get("day", 0)
    warnings = []
    if none and none == total:
        warnings.append("导出里没有时间：等待、首次响应、6 秒 / 30 秒都无法判断，一律显示为「—」，不当作 0。")
    elif none:
        warnings.append(f"{count(total)} 条消息中有 {count(none)} 条没有时间：相关的等待无法判断，显示为「—」。")
    if coarse:
        warnings.append(
            f"{count(total)} 条消息中有 {count(coarse)} 条的时间只精确到分钟："
            "6 秒、30 秒无法判断，显示为「—」。请从平台重新导出带秒的文件（不要用 Excel 另存）。"
        )
    return warnings


def unanswered(rows: Iterable[Row]) -> Share:
    """Share of rounds that nobody answered."""
    rows = list(rows)
    total = sum(r["rounds"] for r in rows)
    return Share(sum(r["unanswered_rounds"] for r in rows), total, "" if total else "没有需要回复的轮次")


def round_share(results: Results, name: str) -> Share | None:
    """Share of rounds answered within a limit over the run; None when the measure is not in the results."""
    sums = results.totals["round_shares"][name]
    return None if sums is None else Share(sums[0], sums[1], "" if sums[1] else "没有能判断的轮次")


def check_share(found: Row | None) -> Share:
    """Pass share of one check, from a row of `checks` in agents.parquet."""
    if found is None or not found["applicable"]:
        return Share(0, 0, "没有适用的段")
    return Share(found["passed"], found["applicable"], low=found["low"], high=found["high"])


def all_checks(results: Results) -> dict[str, Row]:
    """Sum the checks of all agents; no interval, since segments of one agent are alike."""
    out: dict[str, Row] = {}
    for agent in results.agents:
        for row in agent["checks"] or []:
            into: dict[str, Any] = out.setdefault(
                row["check"], {"applicable": 0, "passed": 0, "deducted": 0.0, "low": None, "high": None}
            )
            for name in ("applicable", "passed", "deducted"):
                into[name] += row[name]
    return out


def histogram(results: Results, agents: Iterable[Agent]) -> list[int]:
    """Scored segments per bin of five points, lowest first."""
    bins = [0] * BINS
    for agent in agents:
        bins = [a + b for a, b in zip(bins, results.histograms.get(agent, [0] * BINS), strict=True)]
    return bins


def ranks(results: Results) -> dict[Agent, int]:
    """Rank of each agent with enough scored segments, best mean first; equal means share a rank."""
    known = [(row["score_mean"], row["agent_id"]) for row in results.agents if not agent_mean(row).few]
    known = [(mean, agent) for mean, agent in known if agent is not None and mean is not None]
    means = sorted(mean for mean, _ in known)
    return {agent: 1 + len(means) - bisect_right(means, mean) for mean, agent in known}
