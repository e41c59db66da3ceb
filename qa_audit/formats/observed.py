"""What is known of a sheet only when all of its rows were seen: counts to tell of, and what pieces of it must agree on.

A large text table is understood in pieces. What each piece observed is added up; what it had to decide for itself must
be what the whole sheet would decide, or the sheet is read as a whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from qa_audit.formats.times import COARSE_ROWS

SHOWN = 5
"""Unknown values of a column that are named; the first in order."""


@dataclass(frozen=True)
class Observed:
    """What a person may have to be told: whether a message has a time, how many have one to the minute only, how many
    an ambiguous local one; (column, damaged ids); (code of a notice, the first SHOWN unknown values)."""

    timed: bool = False
    coarse: int = 0
    ambiguous: int = 0
    damaged: tuple[tuple[str, int], ...] = ()
    unknown: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True)
class Decided:
    """What was decided for all rows of a sheet by looking at them: whether the sender column is the role, whether the
    clock stands apart from the date, whether no row has a time; None where that was not asked. times, whole_minutes:
    number of times, and whether all stand at :00 seconds; alone: whether rows of other pieces may have a say; headless:
    whether the sheet begins with rows set aside, which may go on with a row before."""

    role_column: bool | None = None
    clock_apart: bool | None = None
    timeless: bool | None = None
    times: int = 0
    whole_minutes: bool = True
    alone: bool = False
    headless: bool = False

    @property
    def coarse(self) -> bool:
        """Whether the times count as minute-coarse, as times.parse has it."""
        return self.times >= COARSE_ROWS and self.whole_minutes


def added(parts: Sequence[Observed]) -> Observed:
    """Add up what pieces of one sheet observed."""
    damaged = {column: 0 for part in parts for column, _ in part.damaged}
    unknown: dict[str, set[str]] = {code: set() for part in parts for code, _ in part.unknown}
    for part in parts:
        for column, count in part.damaged:
            damaged[column] += count
        for code, values in part.unknown:
            unknown[code].update(values)
    return Observed(
        any(part.timed for part in parts),
        sum(part.coarse for part in parts),
        sum(part.ambiguous for part in parts),
        tuple(damaged.items()),
        tuple((code, tuple(sorted(values)[:SHOWN])) for code, values in unknown.items()),
    )


def agreed(parts: Sequence[Decided]) -> bool:
    """Tell whether pieces of one sheet decided as the whole sheet would."""
    for name in ("role_column", "clock_apart", "timeless"):
        if len({getattr(part, name) for part in parts} - {None}) > 1:
            return False
    whole = Decided(times=sum(part.times for part in parts), whole_minutes=all(part.whole_minutes for part in parts))
    timed = [part for part in parts if part.times]
    apart = any(part.alone for part in parts) or any(part.headless for part in parts[1:])
    return not apart and all(part.coarse == whole.coarse for part in timed)
