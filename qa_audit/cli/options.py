"""Options that several commands share: which files to read, and how."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from qa_audit.ingest import IngestOptions

Command = Callable[..., Any]

LOGS = click.argument("logs", nargs=-1, required=True, metavar="LOG...")
ROSTER = click.option(
    "--roster",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="花名册(CSV、XLSX 等):账号是谁、哪个班组、什么班次(docs/roster.md)。",
)
CUSTOMER_KEY = click.option(
    "--customer-key",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="客户代号的密钥(qa-audit config customer-key 写一个):同一位客户每夜都是同一个代号,如 C-8F3K。",
)
EXPORT_END = click.option(
    "--export-end",
    metavar="TIME",
    help="导出截止的当地时间,如 '2026-12-01 23:50';不写按最后一条消息当天的 24 点。截止前 30 分钟内未了的会话待补全。",
)


def reading(command: Command) -> Command:
    """Add the options that say how exported files are read."""
    return _reading(command, "--format", "format_")


def opening(command: Command) -> Command:
    """Add the options that say how one exported file is opened, whatever becomes of its rows."""
    return _with(command, _opening("--format", "format_"))


def reading_logs(command: Command) -> Command:
    """Add the same to a command whose --format says how it answers: there the export's is --log-format."""
    return _reading(command, "--log-format", "log_format")


def _reading(command: Command, *format_option: str) -> Command:
    gap = click.option(
        "--gap",
        "gap_minutes",
        type=click.FloatRange(min=0, min_open=True),
        default=30.0,
        show_default=True,
        help="没有会话ID时,静默多少分钟算新会话。",
    )
    zone = click.option(
        "--tz", default="Asia/Shanghai", show_default=True, help="没写时区的时间属于哪个时区;也决定日期。"
    )
    return _with(command, [*_opening(*format_option), gap, zone])


def _opening(*format_option: str) -> list[Command]:
    return [
        click.option(
            *format_option,
            default="auto",
            metavar="NAME",
            help="导出格式;auto 自动识别(qa-audit formats list)。",
        ),
        click.option("--mapping", type=click.Path(path_type=Path), help="列名、角色、时间的对照文件(YAML)。"),
        click.option("--encoding", help="强制按这种编码读,如 gb18030。"),
    ]


def _with(command: Command, options: list[Command]) -> Command:
    for option in reversed(options):
        command = option(command)
    return command


def reading_options(
    format_: str,
    mapping: Path | None,
    encoding: str | None,
    gap_minutes: float = 30.0,
    tz: str = "Asia/Shanghai",
) -> "IngestOptions":
    """Return what the options of `reading` ask for; MappingError for a mapping that cannot be read."""
    from qa_audit.formats.mapping import load_mapping
    from qa_audit.ingest import IngestOptions

    return IngestOptions(load_mapping(mapping) if mapping else None, format_, encoding, tz, gap_minutes)
