"""`qa-audit rubric test` and `try`: whether the examples behave, and what a rubric makes of a chat."""

import sys
from pathlib import Path

import click

from qa_audit.cli.voice import say

TEXT_OR_JSON = click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="text 给人读;json 给程序读。",
)
_RUBRICS = (".yaml", ".yml")


@click.command("test")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
@TEXT_OR_JSON
def test_examples(files: tuple[Path, ...], format_: str) -> int:
    """跑评分表(或评分项包)里每一项自带的例子(hit / miss 的句子,其余是对话);不符的印出来,命中的字在【】里,以 2 退出。

    不写 FILE 就跑自带的标准评分表。
    """
    from qa_audit.authoring.examples import count, failures
    from qa_audit.authoring.examples_text import as_json, as_text
    from qa_audit.authoring.packs import load_rubric_or_pack
    from qa_audit.errors import RubricError
    from qa_audit.shipped import standard_rubric

    done, broken = [], []
    for file in files or (standard_rubric(),):
        try:
            rubric = load_rubric_or_pack(file)
        except RubricError as error:
            broken.append(str(error))
            continue
        done.append((rubric.source.file, count(rubric), failures(rubric)))
        if format_ == "text":
            say("\n".join(as_text(*done[-1])))
    if format_ == "json":
        say(as_json(done))
    if broken:
        raise RubricError("\n".join(broken))
    return 2 if any(found for _, _, found in done) else 0


@click.command("try")
@click.argument("file", metavar="FILE")
@click.argument("chat", required=False, metavar="[CHAT]")
@TEXT_OR_JSON
def try_chat(file: str, chat: str | None, format_: str) -> None:
    """拿一段对话试评分表:每一项的结果、扣几分、证据(命中的字在【】里)、为什么适用或不适用,分数怎么加减出来。

    FILE 是评分表(.yaml);对话在 CHAT 里,不写或写 - 就从标准输入读。FILE 不是 .yaml 时就是对话,用自带的标准评分表。

    \b
    qa-audit rubric try 我的评分表.yaml 对话.txt
    qa-audit rubric try 对话.txt
    """
    from qa_audit.authoring.chat import HOW, STDIN, read_chat
    from qa_audit.authoring.packs import load_rubric_or_pack
    from qa_audit.authoring.trying import try_rubric
    from qa_audit.authoring.trying_text import as_json, as_text
    from qa_audit.errors import QaAuditError
    from qa_audit.shipped import standard_rubric

    own = Path(file).suffix.lower() in _RUBRICS
    if not own and chat is not None:
        raise QaAuditError(f"{file}: 不是评分表(要写成 qa-audit rubric try 评分表.yaml {chat})")
    rubric = load_rubric_or_pack(Path(file) if own else standard_rubric())
    name = (chat or STDIN) if own else file
    if name == STDIN and sys.stdin.isatty():
        say(f"等着读对话:粘贴或输入,写完按 Ctrl+D(Windows 按 Ctrl+Z 再回车)。{HOW}", err=True)
    parts = try_rubric(rubric, read_chat(name))
    if format_ == "json":
        say(as_json(rubric, parts))
        return
    for line in as_text(rubric, parts):
        say(line)
