"""`qa-audit rubric`: write, check, try, compare and show rubric files."""

import click

from qa_audit.cli.rubric_diff import diff
from qa_audit.cli.rubric_lint import lint, schema
from qa_audit.cli.rubric_show import import_workbook, show
from qa_audit.cli.rubric_try import test_examples, try_chat


@click.group()
def rubric() -> None:
    """评分表:检查写法、跑例子、拿对话试、比较两版、合并、与 Excel 互转(docs/rubric-authoring.md)。"""


for command in (lint, test_examples, try_chat, diff, show, import_workbook, schema):
    rubric.add_command(command)
