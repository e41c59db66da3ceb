"""`qa-audit rubric diff`: what a changed rubric would move, before it is rolled out."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from qa_audit.cli.options import EXPORT_END, ROSTER, reading_logs, reading_options
from qa_audit.cli.rubric_try import TEXT_OR_JSON
from qa_audit.cli.voice import say

if TYPE_CHECKING:
    from qa_audit.authoring.score_changes import ScoreChanges
    from qa_audit.rubric.load import LoadedRubric


@click.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option(
    "--logs", multiple=True, metavar="LOG", help="拿这些聊天记录各评一遍比较(文件、文件夹或通配符,可写几次)。"
)
@click.option("--most", type=click.IntRange(min=0), default=20, show_default=True, help="变了的段列出几段;0 是全部。")
@TEXT_OR_JSON
@reading_logs
@ROSTER
@EXPORT_END
@click.option(
    "--jobs", type=click.IntRange(1, 256), default=lambda: os.cpu_count() or 1, help="用几个进程;不写是核数。"
)
def diff(old: Path, new: Path, logs: tuple[str, ...], most: int, format_: str, **options: Any) -> None:
    """比较两份评分表:加了、去了、改了哪些项;给出聊天记录时,再说哪些客服、哪些段的得分、等级、红线会变,变多少,凭哪几句话。

    两份都按自己评全部会话,不看起用日期;不写出任何结果。

    \b
    qa-audit rubric diff 旧.yaml 新.yaml
    qa-audit rubric diff 旧.yaml 新.yaml --logs 昨天.xlsx
    """
    from qa_audit.authoring.diff_text import as_json, as_text
    from qa_audit.authoring.rule_changes import rule_changes
    from qa_audit.rubric.load import load_rubric

    before, after = load_rubric(old), load_rubric(new)
    rules = rule_changes(before, after)
    effect = _effect(before, after, logs, most, **options) if logs else None
    if format_ == "json":
        say(as_json(before, after, rules, effect))
        return
    for line in as_text(before, after, rules, effect):
        say(line)


def _effect(
    before: "LoadedRubric",
    after: "LoadedRubric",
    logs: tuple[str, ...],
    most: int,
    roster: Path | None,
    export_end: str | None,
    jobs: int,
    log_format: str,
    **options: Any,
) -> "ScoreChanges":
    from qa_audit.authoring.rejudging import rejudged
    from qa_audit.authoring.score_changes import score_changes
    from qa_audit.engines.early import early
    from qa_audit.ingest import ingest
    from qa_audit.roster import load_roster

    read_by = reading_options(format_=log_format, **options)
    people = load_roster(roster, read_by.tz) if roster else None
    read = ingest(logs, read_by)
    if read.quarantine.num_rows:
        say(f"注意:读到 {read.read} 行,其中 {read.quarantine.num_rows} 行看不懂,没有算在内", err=True)
    with (
        early(logs, jobs) as run,
        rejudged(read, (before, after), read_by.tz, roster=people, end=export_end, run_step=run or map) as (one, other),
    ):
        return score_changes(one, other, read_by.tz, most or None)
