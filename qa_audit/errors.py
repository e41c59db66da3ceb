"""The few errors a user can mend.

Each carries one line: what is wrong, where, and what to try. `cli` turns them into text and exit code 2;
anything else is a bug and keeps its traceback. A bad *row* is data, not an error: it goes to quarantine.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from qa_audit.citing import plain

if TYPE_CHECKING:
    from qa_audit.codes import Mistake


class QaAuditError(Exception):
    """Say what is wrong, where, and what to try; `told` has the cells that it quotes marked, as citing does."""

    def __str__(self) -> str:
        return plain(self.told)

    @property
    def told(self) -> str:
        return super().__str__()


class ExportError(QaAuditError):
    """An exported file of which nothing can be understood."""


class MappingError(QaAuditError):
    """A mapping file that is wrong in itself or does not fit the export."""


class MendingError(QaAuditError):
    """A mended quarantine file that cannot be read or does not fit the export."""


class RubricError(QaAuditError):
    """A rubric, lexicon or clock that cannot be used: a line of text, or the `mistakes` found, told one a line."""

    def __init__(self, told: "str | Iterable[Mistake]") -> None:
        from qa_audit.codes import sorted_mistakes  # 20 ms that --help need not pay

        self.mistakes = () if isinstance(told, str) else sorted_mistakes(told)
        super().__init__(told if isinstance(told, str) else "\n".join(map(str, self.mistakes)))


class ResultsError(QaAuditError):
    """A run folder that cannot be read or replaced."""


class KeyFileError(QaAuditError):
    """A file with the key of customers' codes that cannot be made, read or trusted."""


class EngineError(QaAuditError):
    """Workers that cannot be had, are not as they must be, or die."""


class LockedError(QaAuditError):
    """Another run is writing the same run folder (exit code 75)."""
