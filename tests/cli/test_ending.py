"""A disk that is full or broken is the user's to mend, in this process or in a worker; other errors are bugs."""

import errno

import pytest

from qa_audit import pipeline
from qa_audit.engines.tasks import Place, answer_with, opened
from tests.cli.conftest import Qa


@pytest.mark.parametrize("in_worker", [False, True])
@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (OSError(errno.ENOSPC, "No space", "out/a"), 2, "out/a: 磁盘满了,写不进去(清出空间,或换一个 --out)\n"),
        (OSError(errno.ENOSPC, "[Errno 28] Error writing bytes"), 2, "磁盘满了,写不进去(清出空间,或换一个 --out)\n"),
        (OSError(errno.EDQUOT, "Quota"), 2, "磁盘配额用完了,写不进去(清出空间,或换一个 --out)\n"),
        (OSError(errno.EROFS, "Read-only", "x"), 2, "x: 磁盘是只读的,写不进去(换一个 --out)\n"),
        (OSError(errno.EIO, "I/O"), 2, "磁盘读写出错,多半写不进去(检查磁盘,或换一个 --out)\n"),
        (OSError(errno.EMFILE, "Too many"), 3, None),
    ],
)
def test_a_disk_that_does_not_take_it(
    qa: Qa, monkeypatch: pytest.MonkeyPatch, error: OSError, code: int, said: str | None, in_worker: bool
) -> None:
    def fail(*_: object) -> None:
        if in_worker:
            opened(answer_with(error), Place("评分", 0, 1))
        raise error

    monkeypatch.setattr(pipeline, "report_only", fail)
    done = qa("report", "out")
    assert done.returncode == code
    assert done.stderr == said if said else "Traceback" in done.stderr
