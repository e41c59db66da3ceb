"""`qa-audit formats`: what can be read."""

import click


@click.group()
def formats() -> None:
    """能读哪些导出格式。"""


@formats.command("list")
def list_formats() -> None:
    """列出能读的格式和文件后缀;认得的表头见 docs/formats.md。"""
    from qa_audit.formats import FORMATS

    for name, format_ in FORMATS.items():
        click.echo(f"{name}  {format_.title}  {' '.join(format_.suffixes)}")
