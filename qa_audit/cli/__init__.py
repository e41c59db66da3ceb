"""The command line: the only place that turns an error into text and an exit code.

0 fine · 1 a gate failed · 2 the user can mend it · 3 a bug (with traceback) · 75 another run holds the lock ·
130 stopped by Ctrl-C · 143 stopped by SIGTERM.
Command files import what is heavy inside their functions, so that `--help` stays quick.
"""

import signal
import sys
import traceback
from io import StringIO

import click

from qa_audit import __version__
from qa_audit.cli.clock import clock
from qa_audit.cli.config import config
from qa_audit.cli.formats import formats
from qa_audit.cli.measures import measures
from qa_audit.cli.rubric import rubric
from qa_audit.cli.run import ingest, report, run, score
from qa_audit.cli.unmask import unmask
from qa_audit.cli.voice import complain
from qa_audit.errors import LockedError, QaAuditError, RubricError
from qa_audit.stopping import Stopped, deaf, listening

_STOPPED = 128  # as shells count: and the number of the signal


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="qa-audit")
def cli() -> None:
    """审计客服聊天质量:响应时间、用语、禁语、流程、客户情绪,逐段打分并生成评分卡。

    最常用的一条:qa-audit run 聊天记录.xlsx
    """


for command in (run, ingest, score, report, rubric, clock, measures, formats, unmask, config):
    cli.add_command(command)


def main() -> None:
    """Run the command line and leave with its exit code."""
    code = outcome()
    deaf()  # nothing is left to be stopped
    sys.exit(code)


def outcome() -> int:
    """Run the command line and return its exit code."""
    try:
        with listening():
            return _outcome()
    except Stopped as stopped:
        complain(
            "已停止;新的结果已经发布" if stopped.published else "已停止,没有发布;上一次的结果没有动",
            customers_in_it=False,
        )
        return _STOPPED + stopped.signal


def _outcome() -> int:
    try:
        result = cli.main(standalone_mode=False)
        return result if isinstance(result, int) else 0
    except click.ClickException as error:
        usage = StringIO()
        error.show(usage)
        complain(usage.getvalue().rstrip())
        return 2
    except click.Abort:
        raise Stopped(signal.SIGINT) from None
    except LockedError as error:
        complain(str(error))
        return 75
    except QaAuditError as error:
        complain(str(error), customers_in_it=not isinstance(error, RubricError))
        return 2
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except Exception:
        complain(traceback.format_exc().rstrip())
        complain("这是 qa-audit 的缺陷,不是您的操作问题;请把上面的内容发给维护者。")
        return 3
