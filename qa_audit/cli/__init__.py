"""The command line: the only place that turns an error into text and an exit code.

0 fine · 1 a gate failed · 2 the user can mend it · 3 a bug (with traceback) · 75 another run holds the lock ·
130 stopped by Ctrl-C · 143 stopped by SIGTERM.
Command files import what is heavy inside their functions, so that `--help` stays quick.
"""

import click

from qa_audit import __version__
from qa_audit.cli.clock import clock
from qa_audit.cli.config import config
from qa_audit.cli.ending import told, told_to_stop
from qa_audit.cli.formats import formats
from qa_audit.cli.measures import measures
from qa_audit.cli.rubric import rubric
from qa_audit.cli.run import ingest, report, run, score
from qa_audit.cli.unmask import unmask
from qa_audit.stopping import Stopped, asked, listening


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="qa-audit")
def cli() -> None:
    """审计客服聊天质量:响应时间、用语、禁语、流程、客户情绪,逐段打分并生成评分卡。

    最常用的一条:qa-audit run 聊天记录.xlsx
    """


for command in (run, ingest, score, report, rubric, clock, measures, formats, unmask, config):
    cli.add_command(command)


def outcome() -> int:
    """Run the command line and return its exit code."""
    try:
        with listening():
            return _outcome()
    except Stopped as stopped:
        return told_to_stop(stopped.signal, stopped.published)


def _outcome() -> int:
    try:
        result = cli.main(standalone_mode=False)
        return result if isinstance(result, int) else 0
    except Exception as error:
        number = asked()
        if number is not None:  # what a stop has become on its way through foreign code
            raise Stopped(number) from None
        return told(error)
