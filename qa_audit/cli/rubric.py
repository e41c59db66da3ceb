"""`qa-audit rubric`: look at and check rubric files."""

from pathlib import Path

import click


@click.group()
def rubric() -> None:
    """检查评分表。"""


@rubric.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="FILE...")
def lint(files: tuple[Path, ...]) -> None:
    """检查评分表的写法;有错时逐条列出 文件:行:列,以 2 退出。不写 FILE 就检查自带的。"""
    from qa_audit.errors import RubricError
    from qa_audit.rubric.load import load_rubric
    from qa_audit.shipped import standard_rubric

    mistakes = []
    for file in files or (standard_rubric(),):
        try:
            loaded = load_rubric(file)
        except RubricError as error:
            mistakes.append(str(error))
            continue
        checks = loaded.model.checks
        total = sum(check.points for _, check in checks) / 100
        click.echo(f"{file}: 没有错误({len(checks)} 项检查,满扣 {total:g} 分,{len(loaded.lexicons)} 个词表)")
    if mistakes:
        raise RubricError("\n".join(mistakes))


@rubric.command("test")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="FILE...")
def test_examples(files: tuple[Path, ...]) -> None:
    """跑评分表里每一项自带的例子(hit / miss 的句子,pass / fail / not_applicable 的对话);有不符的以 2 退出。"""
    from qa_audit.authoring.examples import count, failures
    from qa_audit.errors import RubricError
    from qa_audit.rubric.load import load_rubric
    from qa_audit.shipped import standard_rubric

    wrong = []
    for file in files or (standard_rubric(),):
        loaded = load_rubric(file)
        found = failures(loaded)
        wrong += [str(each) for each in found]
        click.echo(f"{file}: {count(loaded)} 个例子,{len(found)} 个不符")
    if wrong:
        raise RubricError("\n".join(wrong))
