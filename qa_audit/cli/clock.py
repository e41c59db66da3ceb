"""`qa-audit clock`: response clocks in words, the receipt of a session, one night under several clocks."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from qa_audit.cli.options import EXPORT_END, LOGS, ROSTER, reading, reading_options
from qa_audit.cli.voice import say

if TYPE_CHECKING:
    from qa_audit.authoring.night import Export
    from qa_audit.clocks import Clock
    from qa_audit.rubric.load import LoadedRubric

_RUBRIC = click.option(
    "--rubric", type=click.Path(path_type=Path), metavar="FILE", help="用这张评分表的时钟:会话那天有效的一版的。"
)


@click.group()
def clock() -> None:
    """响应时钟:等待从哪里起算、谁停表、哪些时间算、记给谁(docs/clocks.md)。"""


@clock.command("list")
@click.argument("names", nargs=-1, metavar="[NAME|FILE]...")
def list_clocks(names: tuple[str, ...]) -> None:
    """列出自带的时钟和用话写出的定义;给出名字或自己的文件就只列这些。"""
    from qa_audit.clocks import SHIPPED, definition, load_clock

    for place, each in enumerate(load_clock(name) for name in names or SHIPPED):
        dated = f"整理于 {each.dated}" if each.dated else "没有写日期"
        say("\n" * bool(place) + "  ".join(filter(None, (each.name, each.title, dated))))
        say(f"    出处:{each.source or '没有写'}")
        say(f"    {definition(each)}")


@clock.command()
@LOGS
@click.option("--session", "session_id", required=True, metavar="ID", help="哪个会话。")
@click.option("--clock", "name", metavar="NAME|FILE", help="用哪只时钟;不写用 house。")
@_RUBRIC
@reading
@ROSTER
@EXPORT_END
def explain(logs: tuple[str, ...], session_id: str, name: str | None, rubric: Path | None, **options: Any) -> None:
    """一个会话的收据:每一段、每一轮,谁几点问、谁几点答、计不计、为什么,加起来就是显示的数字。

    \b
    qa-audit clock explain 昨天.xlsx --session 1024
    qa-audit clock explain 昨天.xlsx --session 1024 --clock jd-30s
    qa-audit clock explain 昨天.xlsx --session 1024 --rubric 我的评分表.yaml
    """
    from qa_audit.authoring.explaining import explain as working
    from qa_audit.clocks import load_clock
    from qa_audit.errors import QaAuditError

    if name and rubric:
        raise QaAuditError("--clock 和 --rubric 都说了用哪只时钟(只写一个)")
    judged_by = _rubric(rubric)
    chosen = load_clock(name or "house")
    export = _export(logs, **options)
    for line in working(export, export.clock_of(judged_by, session_id) if judged_by else chosen, session_id):
        say(line)


@clock.command()
@LOGS
@click.option("--clock", "names", multiple=True, metavar="NAME|FILE", help="至少写两次;第一只是基准。")
@_RUBRIC
@click.option(
    "--within",
    "within_seconds",
    type=click.FloatRange(min=0, min_open=True, max=86_400),
    metavar="SECONDS",
    help="几秒以内算做到;不写按各只时钟自己的,没有的按另一只的。",
)
@click.option(
    "--show", type=click.IntRange(min=0), default=20, show_default=True, help="换边的会话每只时钟列出几个;0 是全部。"
)
@click.option("--json", "as_json", is_flag=True, help="写成 JSON,给程序读。")
@reading
@ROSTER
@EXPORT_END
def compare(
    logs: tuple[str, ...],
    names: tuple[str, ...],
    rubric: Path | None,
    within_seconds: float | None,
    show: int,
    as_json: bool,
    **options: Any,
) -> None:
    """同一夜在几只时钟下的数字,全部的和每位客服的;哪些会话换了边、两边各等多久、为什么。

    \b
    qa-audit clock compare 昨天.xlsx --clock house --clock jd-30s
    qa-audit clock compare 昨天.xlsx --rubric 我的评分表.yaml --clock jd-30s    # 评分表的时钟是基准
    """
    from qa_audit.authoring import comparing, comparison_text

    judged_by = _rubric(rubric)
    clocks = _several(names, judged_by)
    export = _export(logs, **options)
    if judged_by:
        clocks.insert(0, export.clock_of(judged_by))
    _tell_apart(clocks)
    found = comparing.compare(export, clocks, within_seconds=within_seconds, most=show or None)
    if as_json:
        say(comparison_text.as_json(found))
        return
    for line in comparison_text.as_text(found):
        say(line)


def _several(names: Sequence[str], rubric: "LoadedRubric | None") -> "list[Clock]":
    """Load the clocks that are named; QaAuditError for less than two, that of the rubric included."""
    from qa_audit.clocks import load_clock
    from qa_audit.errors import QaAuditError

    clocks = [load_clock(name) for name in names]
    if len(clocks) + (rubric is not None) < 2:
        raise QaAuditError("--clock 至少写两次,如 --clock house --clock jd-30s(写了 --rubric 时至少一次)")
    _tell_apart(clocks)
    return clocks


def _tell_apart(clocks: "Sequence[Clock]") -> None:
    """Raise QaAuditError for clocks of one name."""
    from qa_audit.errors import QaAuditError

    names = [each.name for each in clocks]
    if len(set(names)) < len(names):
        raise QaAuditError(f"--clock {'、'.join(names)}: 有两只同名(去掉重复的,或给自己的文件换个 name)")


def _rubric(path: Path | None) -> "LoadedRubric | None":
    from qa_audit.rubric.load import load_rubric

    return load_rubric(path) if path else None


def _export(logs: Sequence[str], roster: Path | None, export_end: str | None, **options: Any) -> "Export":
    """Read the exports; what was not understood is told on stderr."""
    from qa_audit.authoring.night import read_export
    from qa_audit.roster import load_roster

    read = reading_options(**options)
    people = load_roster(roster, read.tz) if roster else None
    export = read_export(logs, read, roster=people, end=export_end)
    if export.read.quarantine.num_rows:
        say(f"注意:读到 {export.read.read} 行,其中 {export.read.quarantine.num_rows} 行看不懂,没有算在内", err=True)
    return export
