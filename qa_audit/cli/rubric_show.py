"""`qa-audit rubric show` and `import`: a rubric as one file, and as a workbook for those who will not touch YAML."""

from pathlib import Path

import click

from qa_audit.cli.voice import hand_over, say

_FORCE = click.option("--force", is_flag=True, help="已经有这个文件时覆盖它。")


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path), metavar="[FILE]")
@click.option(
    "--xlsx", "workbook", type=click.Path(path_type=Path), metavar="OUT.xlsx", help="写成 Excel 工作簿,不印 YAML。"
)
@_FORCE
def show(file: Path | None, workbook: Path | None, force: bool) -> None:
    """印出合并好的评分表(YAML):包含、改写都已并入,注释说明每一项来自哪个文件哪一行。不写 FILE 就是自带的。

    \b
    qa-audit rubric show 我的评分表.yaml > 合并.yaml
    qa-audit rubric show 我的评分表.yaml --xlsx 评分表.xlsx
    """
    from qa_audit.authoring.showing import merge

    merged = merge(file)
    if workbook is None:
        hand_over(merged.yaml, nl=False)
        return
    from qa_audit.authoring.workbook import write_workbook

    _not_over(workbook, "--xlsx", force)
    write_workbook(merged.model, workbook)
    say(f"写好了 {workbook.as_posix()};改完运行 qa-audit rubric import {workbook.as_posix()} -o 评分表.yaml")


@click.command("import")
@click.argument("workbook", type=click.Path(path_type=Path), metavar="FILE.xlsx")
@click.option("-o", "--out", type=click.Path(path_type=Path), metavar="OUT.yaml", help="写到这个文件;不写就印出来。")
@_FORCE
def import_workbook(workbook: Path, out: Path | None, force: bool) -> None:
    """把 rubric show --xlsx 写出、在 Excel 里改过的评分表读回成 YAML;有错时逐条列出 文件:工作表!单元格,以 2 退出。

    \b
    qa-audit rubric import 评分表.xlsx -o 评分表.yaml
    """
    from qa_audit.authoring.rubric_text import rubric_yaml
    from qa_audit.authoring.workbook import read_workbook
    from qa_audit.errors import RubricError

    if out is not None:
        _not_over(out, "-o", force)
    text = rubric_yaml(read_workbook(workbook, beside=(out or workbook).parent))
    if out is None:
        hand_over(text, nl=False)
        return
    try:
        out.write_text(text, "utf-8")
    except OSError as error:
        raise RubricError(f"{out.as_posix()}: 写不了({error.strerror or error});检查路径和权限") from None
    say(f"写好了 {out.as_posix()};接着运行 qa-audit rubric lint {out.as_posix()}")


def _not_over(path: Path, option: str, force: bool) -> None:
    from qa_audit.errors import RubricError

    if path.exists() and not force:
        raise RubricError(f"{option} {path.as_posix()}: 已经有这个文件(换个名字,或加 --force 覆盖它)")
