"""`qa-audit clock`: response clocks in words, the receipt of a session, one night under several clocks."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from qa_audit.cli.options import EXPORT_END, LOGS, ROSTER, reading, reading_options

if TYPE_CHECKING:
    from qa_audit.authoring.night import Export
    from qa_audit.clocks import Clock


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
        click.echo("\n" * bool(place) + "  ".join(filter(None, (each.name, each.title, dated))))
        click.echo(f"    出处:{each.source or '没有写'}")
        click.echo(f"    {definition(each)}")


@clock.command()
@LOGS
@click.option("--session", "session_id", required=True, metavar="ID", help="哪个会话。")
@click.option("--clock", "name", default="house", show_default=True, metavar="NAME|FILE", help="用哪只时钟。")
@reading
@ROSTER
@EXPORT_END
def explain(logs: tuple[str, ...], session_id: str, name: str, **options: Any) -> None:
    """一个会话的收据:每一段、每一轮,谁几点问、谁几点答、计不计、为什么,加起来就是显示的数字。

    \b
    qa-audit clock explain 昨天.xlsx --session 1024
    qa-audit clock explain 昨天.xlsx --session 1024 --clock jd-30s
    """
    from qa_audit.authoring.explaining import explain as working
    from qa_audit.clocks import load_clock

    chosen = load_clock(name)
    for line in working(_export(logs, **options), chosen, session_id):
        click.echo(line)


@clock.command()
@LOGS
@click.option("--clock", "names", multiple=True, required=True, metavar="NAME|FILE", help="至少写两次;第一只是基准。")
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
    within_seconds: float | None,
    show: int,
    as_json: bool,
    **options: Any,
) -> None:
    """同一夜在几只时钟下的数字,全部的和每位客服的;哪些会话换了边、两边各等多久、为什么。

    \b
    qa-audit clock compare 昨天.xlsx --clock house --clock jd-30s
    """
    from qa_audit.authoring import comparing, comparison_text

    clocks = _several(names)
    export = _export(logs, **options)
    found = comparing.compare(export, clocks, within_seconds=within_seconds, most=show or None)
    if as_json:
        click.echo(comparison_text.as_json(found))
        return
    for line in comparison_text.as_text(found):
        click.echo(line)


def _several(names: Sequence[str]) -> "list[Clock]":
    """Load the clocks; QaAuditError for less than two, or two that cannot be told apart."""
    from qa_audit.clocks import load_clock
    from qa_audit.errors import QaAuditError

    clocks = [load_clock(name) for name in names]
    if len(clocks) < 2:
        raise QaAuditError("--clock 至少写两次,如 --clock house --clock jd-30s")
    if len({each.name for each in clocks}) < len(clocks):
        raise QaAuditError(f"--clock {'、'.join(names)}: 有两只同名(去掉重复的,或给自己的文件换个 name)")
    return clocks


def _export(logs: Sequence[str], roster: Path | None, export_end: str | None, **options: Any) -> "Export":
    """Read the exports; what was not understood is told on stderr."""
    from qa_audit.authoring.night import read_export
    from qa_audit.roster import load_roster

    read = reading_options(**options)
    people = load_roster(roster, read.tz) if roster else None
    export = read_export(logs, read, roster=people, end=export_end)
    if export.read.quarantine.num_rows:
        click.echo(
            f"注意:读到 {export.read.read} 行,其中 {export.read.quarantine.num_rows} 行看不懂,没有算在内", err=True
        )
    return export
