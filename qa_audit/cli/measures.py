"""`qa-audit measures`: every measure with its definition, unit and null case."""

import click

from qa_audit.cli.voice import say


@click.command()
@click.argument("names", nargs=-1)
def measures(names: tuple[str, ...]) -> None:
    """列出全部指标:定义、单位、什么时候为空。给出名字就只列这些。"""
    from qa_audit.errors import QaAuditError
    from qa_audit.measures import MEASURES

    unknown = [name for name in names if name not in MEASURES]
    if unknown:
        raise QaAuditError(f"没有指标 {'、'.join(unknown)}(不带名字运行 qa-audit measures 列出全部)")
    for name, measure in MEASURES.items():
        if not names or name in names:
            say(f"{name}  {measure.title}({measure.unit})\n    {measure.definition}\n    为空:{measure.null_case}")
