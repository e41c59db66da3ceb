"""`qa-audit rubric lint` and `schema`: what is wrong with a rubric file, and what one may say."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from qa_audit.cli.voice import hand_over, reveal

if TYPE_CHECKING:
    from qa_audit.authoring.linting import Linted
    from qa_audit.codes import Lang, Mistake


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="用哪种语言说。")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="text 给人读;json 给程序读;github 让 GitHub Actions 标在出错的行上。",
)
@click.option(
    "--level",
    type=click.Choice(["error", "advice"]),
    default="advice",
    show_default=True,
    help="error 只查会让评分停下的错误(E);advice 也查写得可疑的地方(W)。",
)
@click.pass_context
def lint(context: click.Context, files: tuple[Path, ...], lang: "Lang", format_: str, level: str) -> None:
    """检查评分表和评分项包的写法,一次列出全部问题;有问题时以 2 退出。

    每个问题一行,写到标准输出:文件:行:列: 代码 哪里不对 (怎么改)。代码见 docs/rubric-mistakes.md。
    不写 FILE 就检查自带的标准评分表。
    """
    from qa_audit.authoring.linting import lint as lint_file
    from qa_audit.codes import sorted_mistakes
    from qa_audit.shipped import standard_rubric

    linted = [lint_file(file) for file in files or (standard_rubric(),)]
    found = sorted_mistakes(mistake for each in linted for mistake in each.mistakes)
    found = tuple(each for each in found if level == "advice" or each.level == "error")
    if format_ == "json":
        import json

        hand_over(json.dumps([_as_json(each, lang) for each in found], ensure_ascii=False, indent=1))
    elif format_ == "github":
        for each in found:
            reveal(_as_github(each, lang))
    else:
        for each in found:
            reveal(each.told(lang))
        for one in linted:
            if not any(level == "advice" or each.level == "error" for each in one.mistakes):
                reveal(_clean(one, lang))
    if found:
        context.exit(2)


@click.command()
def schema() -> None:
    """打印评分表的 JSON Schema,键的说明是中文;编辑器用它补全和提示(docs/rubric-language.md)。"""
    import json

    from qa_audit.authoring.rubric_schema import rubric_schema

    hand_over(json.dumps(rubric_schema(), ensure_ascii=False, indent=2))


def _clean(one: "Linted", lang: "Lang") -> str:
    if lang == "en":
        return f"{one.path}: nothing wrong ({one.checks} checks, {one.points:g} points, {one.lexicons} lexicons)"
    return f"{one.path}: 没有问题({one.checks} 项检查,满扣 {one.points:g} 分,{one.lexicons} 个词表)"


def _as_json(mistake: "Mistake", lang: "Lang") -> dict[str, str | int]:
    file, line, column = mistake.place
    return {
        "file": file, "line": line, "column": column, "code": mistake.code, "level": mistake.level,
        "message": mistake.message(lang), "hint": mistake.hint(lang),
    }  # fmt: skip


def _as_github(mistake: "Mistake", lang: "Lang") -> str:
    file, line, column = mistake.place
    kind = "error" if mistake.level == "error" else "warning"
    message = _escaped(f"{mistake.message(lang)} ({mistake.hint(lang)})")
    return f"::{kind} file={_escaped(file, ':,')},line={line},col={column},title={mistake.code}::{message}"


def _escaped(text: str, more: str = "") -> str:
    """Write what ends a command, or a property of one, in the way that GitHub reads it back."""
    for char in f"%\r\n{more}":
        text = text.replace(char, f"%{ord(char):02X}")
    return text
