"""`qa-audit run` and its steps one by one: `ingest`, `score`, `report`."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from qa_audit.citing import shared
from qa_audit.cli.engines import JOBS, engines
from qa_audit.cli.options import CUSTOMER_KEY, EXPORT_END, LOGS, ROSTER, reading, reading_options
from qa_audit.cli.voice import say
from qa_audit.cli.watching import watching

if TYPE_CHECKING:
    from qa_audit.pipeline import Options

_FOLDER = click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
_RUBRIC = click.option("--rubric", type=click.Path(path_type=Path), help="评分表;不写用自带的 standard.yaml。")
_CLOCK = click.option("--clock", metavar="NAME|FILE", help="响应时钟;不写用评分表的(qa-audit clock list 列出)。")
_OUT = click.option("--out", type=click.Path(path_type=Path), help="结果文件夹;不写是 reports/<日期>/。")


def _share(_: click.Context, __: click.Parameter, value: str | None) -> float | None:
    """Read 1% or 0.01 as a share."""
    if value is None:
        return None
    from decimal import Decimal, InvalidOperation

    number = value.strip().removesuffix("%")
    try:  # in decimals: 0.7% of 1,000 rows is exactly 7
        share = Decimal(number) / (100 if number != value.strip() else 1)
    except InvalidOperation:
        share = Decimal(-1)
    if not (share.is_finite() and 0 <= share <= 1):
        raise click.BadParameter("写成 1% 或 0.01 这样,在 0 到 100% 之间")
    return float(share)


_MAX_QUARANTINE = click.option(
    "--max-quarantine",
    metavar="SHARE",
    callback=_share,
    help="隔离的行超过这个比例(如 1%)就不发布,以 1 退出,上一次的结果不动。",
)


_MENDED = click.option(
    "--mended",
    multiple=True,
    type=click.Path(),
    metavar="FILE",
    help="改好的 quarantine.csv(CSV 或 XLSX):其中改过的行收回;可写几次,同一行以后写的为准。",
)


_HISTORY = click.option(
    "--history",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="放着前几夜结果的文件夹(如 reports/):导出少了列就不发布,数字差得远就提醒(docs/drift.md);可写几次。",
)


@click.command()
@LOGS
@reading
@_RUBRIC
@_CLOCK
@ROSTER
@EXPORT_END
@_OUT
@engines
@_MAX_QUARANTINE
@_MENDED
@_HISTORY
@CUSTOMER_KEY
@click.option("--fail-under", type=click.FloatRange(0, 100), metavar="MEAN", help="平均分低于它时以 1 退出(给 CI 用)。")
def run(logs: tuple[str, ...], fail_under: float | None, **options: Any) -> int:
    """读入聊天记录,评分,写出评分卡。LOG 可以是文件、文件夹或通配符。

    \b
    qa-audit run 昨天.xlsx
    qa-audit run logs/ --rubric 我的评分表.yaml --out reports/12月1日
    """
    from qa_audit.engines.early import early

    with early(logs, options["jobs"] if options["engine"] == "local" else 1) as run_step:
        from qa_audit import pipeline

        with watching() as watch:
            out, manifest = pipeline.run(logs, _options(**options), watch, run_step)
    failed = _told(out, manifest)
    if manifest["status"] == "not_published":
        return failed
    _show(out, manifest)
    return failed or _gate(out, fail_under)


@click.command()
@LOGS
@reading
@_OUT
@JOBS
@_MAX_QUARANTINE
@_MENDED
@_HISTORY
def ingest(logs: tuple[str, ...], **options: Any) -> int:
    """只读入:写出规范化的消息和隔离区,不评分。"""
    from qa_audit import pipeline

    with watching() as watch:
        out, manifest = pipeline.ingest_only(logs, _options(**options), watch)
    counts = manifest["counts"]
    say("读入 {read} = 消息 {messages} + 隔离 {quarantined} + 重复 {duplicates};会话 {sessions}".format(**counts))
    for notice in (each for each in manifest["notices"] if each["code"] != "drift"):
        say(f"注意:{notice['text']}")
    say(f"写在 {out}/private/")
    return _told(out, manifest)


@click.command()
@_FOLDER
@_RUBRIC
@_CLOCK
@ROSTER
@EXPORT_END
@engines
@CUSTOMER_KEY
def score(folder: Path, **options: Any) -> None:
    """对已读入的结果文件夹重新评分(改了评分表之后)。"""
    from qa_audit import pipeline
    from qa_audit.ingest import IngestOptions

    with watching() as watch:
        scored = pipeline.score_only(folder, pipeline.Options(IngestOptions(), out=folder, **options), watch)
    _show(*scored)


@click.command()
@_FOLDER
def report(folder: Path) -> None:
    """对已评分的结果文件夹重新写出页面。"""
    from qa_audit import pipeline

    with watching() as watch:
        rendered = pipeline.report_only(folder, watch)
    _show(*rendered)


def _options(
    format_: str,
    mapping: Path | None,
    encoding: str | None,
    gap_minutes: float,
    tz: str,
    mended: tuple[str, ...],
    **options: Any,
) -> "Options":
    from qa_audit import pipeline

    read = replace(reading_options(format_, mapping, encoding, gap_minutes, tz), mended=mended)
    return pipeline.Options(read, **options)


def _told(out: Path, manifest: dict[str, Any]) -> int:
    """Tell why a night is degraded or not published, and return the exit code that follows."""
    for reason in manifest["reasons"]:
        say(reason["text"], err=True)
    for notice in (each for each in manifest["notices"] if each["code"] == "drift"):
        say(f"注意:{notice['text']}", err=True)
    if manifest["status"] == "not_published":
        rows = f";隔离的行在 {out / 'private' / 'quarantine.csv'}" if manifest["counts"]["quarantined"] else ""
        say(f"没有发布,上一次的结果没有动{rows}", err=True)
        if manifest.get("proposals"):
            from qa_audit.cli.again import with_mapping

            say("核对建议的映射文件,再这样跑(以后每夜都要用它的话,请另存到别处):", err=True)
            say(f"  {with_mapping(out / next(iter(manifest['proposals'])))}", err=True)
    elif manifest["status"] == "degraded":
        failed = sum(reason["code"] == "unreadable_file" for reason in manifest["reasons"])
        say(f"有 {failed} 个文件没有读成,其余的照常处理(结果不完整)", err=True)
    return int(manifest["status"] != "ok")


def _show(out: Path, manifest: dict[str, Any]) -> None:
    """Print the summary, with the cells that its sentences quote: in the file itself there are none."""
    text = (out / "summary.txt").read_text("utf-8").rstrip()
    for each in (*manifest["reasons"], *manifest["notices"]):
        if (out_there := shared(each["text"])) != each["text"]:
            text = text.replace(out_there, each["text"])
    say(text)
    say(f"\n打开 {out / 'index.html'}")


def _gate(out: Path, fail_under: float | None) -> int:
    if fail_under is None:
        return 0
    import json

    mean = json.loads((out / "summary.json").read_text("utf-8"))["score"]["mean"]
    if mean is not None and mean >= fail_under:
        return 0
    say(f"没有达标:平均分 {'—' if mean is None else format(mean, '.2f')} < {fail_under:g}", err=True)
    return 1
