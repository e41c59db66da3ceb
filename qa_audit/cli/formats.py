"""`qa-audit formats`: what can be read."""

import click


@click.group()
def formats() -> None:
    """能读哪些导出格式。"""


@formats.command("list")
def list_formats() -> None:
    """列出能读的格式、文件后缀和认得的表头。"""
    from qa_audit.formats import FORMATS

    for name, format_ in FORMATS.items():
        click.echo(f"{name}  {format_.title}\n    {format_.description}")
