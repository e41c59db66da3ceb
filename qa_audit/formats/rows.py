"""The understood rows of one sheet as canonical columns."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from qa_audit import arrow
from qa_audit.formats.aside import NOTHING
from qa_audit.formats.coded import Coded, join, nothing
from qa_audit.formats.observed import Decided, Observed
from qa_audit.formats.sheet import Fact, Ints, Mask, Notice, Problem

Codes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Lost:
    """What is still known of quarantined rows that said something; equally long columns as in Rows.

    sent_at is NO_TIME where the time is missing, unreadable or out of range.
    """

    session: Coded
    shop: Coded
    agent: Coded
    customer: Coded
    sent_at: Ints
    source_row: Ints


def join_lost(parts: Sequence[Lost]) -> Lost:
    """Lay lost rows end to end."""
    if not parts:
        none = np.empty(0, dtype=np.int64)
        return Lost(nothing(0), nothing(0), nothing(0), nothing(0), none, none)
    coded: dict[str, Any] = {
        name: join([getattr(part, name) for part in parts]) for name in ("session", "shop", "agent", "customer")
    }
    plain: dict[str, Any] = {
        name: np.concatenate([getattr(part, name) for part in parts]) for name in ("sent_at", "source_row")
    }
    return Lost(**coded, **plain)


CODED = ("session", "message_id", "shop", "agent", "customer", "sku", "order")
PLAIN = (
    "sent_at",
    "resolution",
    "role",
    "automation",
    "kind",
    "stage",
    "withdrawn",
    "seen",
    "sequence",
    "source_row",
)
"""The columns of Rows: coded ones, and plain arrays."""


@dataclass(frozen=True)
class Rows:
    """The understood rows of one sheet, in its order; equally long columns.

    sent_at: microseconds UTC or NO_TIME; resolution, role, automation, kind: codes of the tuples in schema; stage:
    position in values.STAGES or -1; withdrawn, seen: 1, 0 or -1 for unknown; sequence: exported number or 0; text:
    string array, null where empty;
    has_sessions: whether the sheet has a session column at all; nothing: where no row was understood, what to tell;
    aside: what is known of the problems, see aside.aside; header, facts, taken_back, shops, held: as in Sheet;
    book, format: the file that the sheet is of, where it has several, and the name of its format; observed, decided:
    what the notices are made of, and what was decided by looking at all rows.
    """

    source_file: str
    has_sessions: bool
    session: Coded
    message_id: Coded
    shop: Coded
    agent: Coded
    customer: Coded
    sku: Coded
    order: Coded
    text: Any
    sent_at: Ints
    resolution: npt.NDArray[np.int8]
    role: Codes
    automation: Codes
    kind: Codes
    stage: Codes
    withdrawn: Codes
    seen: Codes
    sequence: Codes
    source_row: Ints
    problems: tuple[Problem, ...] = ()
    aside: Any = field(default_factory=lambda: NOTHING)
    notices: tuple[Notice, ...] = ()
    lost: Lost = field(default_factory=lambda: join_lost([]))
    facts: tuple[Fact, ...] = ()
    taken_back: tuple[str, ...] = ()
    shops: tuple[tuple[str, str], ...] | None = None
    held: bool | None = None
    nothing: str = ""
    header: tuple[str, ...] = ()
    book: str = ""
    format: str = ""
    observed: Observed = field(default_factory=Observed)
    decided: Decided = field(default_factory=Decided)

    @property
    def read(self) -> int:
        """Rows of the file, understood or not."""
        return len(self.source_row) + len(self.problems)

    def keep(self, mask: Mask) -> "Rows":
        """Return the rows of the mask."""
        if mask.all():
            return self
        chosen = {}
        for name in CODED:
            chosen[name] = getattr(self, name).keep(mask)
        for name in PLAIN:
            chosen[name] = getattr(self, name)[mask]
        return replace(self, text=self.text.filter(arrow.array(mask)), **chosen)
