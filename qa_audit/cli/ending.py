"""How a command ends that did not come to its end: one line, and its exit code."""

import errno
import signal
import sys
import traceback
from io import StringIO

import click

from qa_audit.cli.voice import complain
from qa_audit.errors import LockedError, QaAuditError, RubricError
from qa_audit.stopping import Stopped

_STOPPED = 128  # as shells count: and the number of the signal
_DISK = {
    errno.ENOSPC: "磁盘满了,写不进去(清出空间,或换一个 --out)",
    errno.EDQUOT: "磁盘配额用完了,写不进去(清出空间,或换一个 --out)",
    errno.EROFS: "磁盘是只读的,写不进去(换一个 --out)",
    errno.EIO: "磁盘读写出错,多半写不进去(检查磁盘,或换一个 --out)",
}
"""What the system says about a disk, which the user can mend; any other OSError that comes so far is a bug."""


def told_to_stop(number: int, published: bool = False) -> int:
    """Say that the command was stopped by a signal, and return its exit code."""
    complain("已停止;新的结果已经发布" if published else "已停止,没有发布;上一次的结果没有动", customers_in_it=False)
    return _STOPPED + number


def told(error: Exception) -> int:
    """Say what went wrong and return the exit code; with the traceback of the error being handled, when it is a bug."""
    if isinstance(error, click.Abort):
        raise Stopped(signal.SIGINT) from None
    if isinstance(error, click.ClickException):
        usage = StringIO()
        error.show(usage)
        complain(usage.getvalue().rstrip())
        return 2
    if isinstance(error, LockedError):
        complain(str(error))
        return 75
    if isinstance(error, QaAuditError):
        complain(str(error), customers_in_it=not isinstance(error, RubricError))
        return 2
    if isinstance(error, BrokenPipeError):
        sys.stderr.close()
        return 0
    if isinstance(error, OSError) and error.errno in _DISK:
        complain(f"{error.filename}: {_DISK[error.errno]}" if error.filename else _DISK[error.errno])
        return 2
    complain(traceback.format_exc().rstrip())
    complain("这是 qa-audit 的缺陷,不是您的操作问题;请把上面的内容发给维护者。")
    return 3
