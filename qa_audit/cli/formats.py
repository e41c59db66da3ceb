"""`qa-audit formats`: what can be read, what an export is taken for, a mapping file for one that nobody knows."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qa_audit.cli.options import LOGS, opening, reading, reading_options
from qa_audit.cli.voice import complain, hand_over, say

if TYPE_CHECKING:
    from qa_audit.authoring.mapping_proposal import Proposed

_LEAST_COLUMNS = 60


@click.group()
def formats() -> None:
    """能读哪些导出格式;一个文件认作什么;给不认识的表提议映射文件。"""


@formats.command("list")
def list_formats() -> None:
    """列出能读的格式和文件后缀;认得的表头见 docs/formats.md。"""
    from qa_audit.formats import FORMATS
    from qa_audit.ingest.archives import SUFFIXES
    from qa_audit.report.display import pad, width

    rows = [(name, each.title, " ".join(each.suffixes)) for name, each in FORMATS.items()]
    first, second = (max(width(row[i]) for row in rows) for i in (0, 1))
    for name, title, suffixes in rows:
        say(f"{pad(name, first)}  {pad(title, second)}  {suffixes}")
    say("\n文件夹:连子文件夹一起读上面这些后缀的文件,别的跳过并提示。")
    say(f"压缩包({' '.join(SUFFIXES)}):里面的文件照样读,名字写成“包.zip!/里面的.csv”。")
    say("一个文件认作什么:qa-audit formats sniff 文件;列名不认识的表:qa-audit formats map 文件")


@formats.command()
@LOGS
@reading
def sniff(
    logs: tuple[str, ...], format_: str, mapping: Path | None, encoding: str | None, gap_minutes: float, tz: str
) -> int:
    """看一个文件会被读成什么:格式、编码、列、行数、隔离,和前十条消息。什么也不写。

    LOG 和 run 的一样,可以是文件、文件夹、通配符、压缩包。很大的文本只看开头一段。

    \b
    qa-audit formats sniff 昨天.xlsx
    qa-audit formats sniff 昨天.csv --mapping mapping.yaml
    """
    from qa_audit.authoring.sniff_text import as_text, clean, next_command
    from qa_audit.ingest.files import expand
    from qa_audit.ingest.first_look import first_look

    options = reading_options(format_, mapping, encoding, gap_minutes, tz)
    columns = max(_LEAST_COLUMNS, shutil.get_terminal_size((100, 24)).columns)
    found = expand(logs)
    zone = (options.mapping.time_zone if options.mapping else None) or tz
    errors = [failed.message for failed in found.failed]
    for number, file in enumerate(found.files):
        seen = first_look(file, options)
        say("\n" * bool(number) + "\n".join(as_text(seen, zone, columns)))
        errors += [seen.error] if seen.error else []
    for notice in found.notices:
        say(f"注意:{clean(notice.text)}", err=True)
    for error in errors:
        complain("\n".join(map(clean, error.split("\n"))))
    if errors:
        return 2
    typed = [*_typed("--format", format_, "auto"), *_typed("--mapping", mapping), *_typed("--encoding", encoding)]
    say("\n下一步:" + next_command("run", logs, typed))
    return 0


def _typed(option: str, value: object, default: object = None) -> list[str]:
    from qa_audit.formats import typed

    return [] if value in (None, default) else [option, typed(str(value))]


@formats.command("map")
@click.argument("log", metavar="FILE")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="写到这个文件;不写就打印出来。")
@click.option("--force", is_flag=True, help="--out 的文件已经有了也盖掉。")
@opening
def map_columns(
    log: str, out: Path | None, force: bool, format_: str, mapping: Path | None, encoding: str | None
) -> None:
    """给列名不认识的表提议一份映射文件:确定的直接写上,不确定的写成注释,等您核对。

    \b
    qa-audit formats map 昨天.csv                       # 先看看
    qa-audit formats map 昨天.csv --out mapping.yaml
    """
    from qa_audit.authoring.mapping_proposal import proposed, the_file, unsure
    from qa_audit.errors import MappingError

    if out is not None and out.exists() and not force:
        raise MappingError(f"{out}: 已经有这个文件了,没有改动它。换个名字,或加 --force 盖掉")
    found = proposed(the_file(log), reading_options(format_, mapping, encoding))
    if out is None:
        hand_over(found.text, nl=False)
    else:
        _write(out, found.text)
        say(f"写在 {out}")
    for line in (*_about(found), *unsure(found)):
        say(line, err=out is None)
    from qa_audit.authoring.sniff_text import next_command

    command = next_command("formats sniff", [log], _typed("--mapping", out or "mapping.yaml"))
    todo = "" if out else "存成 mapping.yaml(或加 --out mapping.yaml),"
    check = "核对不确定的几处," if unsure(found) else ""
    say(f"下一步:{todo}{check}再 {command}", err=out is None)


def _about(found: "Proposed") -> list[str]:
    from qa_audit.authoring.sniff_text import clean

    sure = sum(guess.sure for guess in found.proposal.columns.values())
    lines = [f"{clean(found.path)}:确定 {sure} 列,不确定 {len(found.proposal.unsure)} 列"]
    if found.sheet:
        lines.append(f"有几张表,看的是行数最多的 {clean(found.sheet)}")
    if found.needless:
        lines.append("这张表不用映射文件也读得懂")
    return lines


def _write(out: Path, text: str) -> None:
    from qa_audit.errors import MappingError

    try:
        out.write_text(text, "utf-8")
    except OSError as error:
        raise MappingError(f"{out}: 写不了({error.strerror or error})。请换个地方") from None
