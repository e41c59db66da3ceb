"""What the cells of code columns mean: who sent a message, whether a machine wrote it, what kind it is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from qa_audit import arrow
from qa_audit.formats.coded import Coded
from qa_audit.formats.headers import (
    AUTOMATION_VALUES,
    FLAG_VALUES,
    KIND_VALUES,
    RECALL_WORDING,
    STAGE_VALUES,
    TEXT_MARKERS,
    TRANSFER_WORDING,
    fold,
    lookup,
)
from qa_audit.formats.layout import KNOWN_ROLES
from qa_audit.formats.mapping import Mapping
from qa_audit.schema import AUTOMATIONS, KINDS, ROLES

Codes = npt.NDArray[np.int64]

MISSING, UNKNOWN = -1, -2
CUSTOMER, AGENT, SYSTEM = ROLES.index("customer"), ROLES.index("agent"), ROLES.index("system")
TEXT, TRANSFER, RECALL, OTHER = (KINDS.index(kind) for kind in ("text", "transfer", "recall", "other"))
STAGES = ("pre", "in", "after")

_AUTOMATIONS = lookup(AUTOMATION_VALUES)
_KINDS = lookup(KIND_VALUES)
_STAGES = lookup(STAGE_VALUES)
_FLAGS = {word: int(meaning == "yes") for word, meaning in lookup(FLAG_VALUES).items()}


@dataclass(frozen=True)
class Senders:
    """role: code of schema.ROLES, MISSING or UNKNOWN per row; automation: code of schema.AUTOMATIONS per row."""

    role: Codes
    automation: Codes


def role_of(value: str, mapping: Mapping) -> tuple[str, str] | None:
    """Return (role, automation) of a role value; the mapping's word counts before the known ones."""
    folded = fold(value)
    if folded in mapping.roles:
        meant = mapping.roles[folded]
        return ("agent", "auto") if meant == "auto" else (meant, "auto" if meant == "bot" else "none")
    return KNOWN_ROLES.get(folded)


def is_role_column(column: Coded, mapping: Mapping, accounts: Sequence[Coded] = ()) -> bool:
    """Tell whether most cells of a sender column are words like 客服 and 买家 and not accounts: where other cells of it
    are accounts of their rows, the words are nicknames (小二)."""
    known = column.look_up(lambda value: role_of(value, mapping) is not None, 0) == 1
    if int(known.sum()) * 2 <= len(known):
        return False
    return not any((_equal(column, account) & ~known).any() for account in accounts)


def senders(role: Coded, sender: Coded, agent: Coded, customer: Coded, kind: Codes, mapping: Mapping) -> Senders:
    """Decide who sent each row: by the role's word, else by whose account the sender's equals; a hand-over of which
    that is not known comes from the system."""
    codes = role.look_up(lambda value: _role_code(value, mapping), MISSING)
    automation = role.look_up(lambda value: AUTOMATIONS.index((role_of(value, mapping) or ("", "none"))[1]), 0)
    is_agent, is_customer = _equal(sender, agent), _equal(sender, customer)
    undecided = (codes == MISSING) & (is_agent != is_customer)
    codes = np.where(undecided, np.where(is_agent, AGENT, CUSTOMER), codes)
    return Senders(np.where((codes < 0) & (kind == TRANSFER), SYSTEM, codes), automation)


def automations(column: Coded, known: Codes) -> tuple[Codes, list[str]]:
    """Read the automation column; what the role's word says already (自动回复, 机器人) stays. Also return the unknown
    values, which count as none."""
    read = column.look_up(lambda value: AUTOMATIONS.index(_AUTOMATIONS.get(fold(value), "none")), 0)
    unknown = [value for value in column.values.to_pylist() if fold(value) not in _AUTOMATIONS]
    return np.where(known != 0, known, read), unknown


def kinds(column: Coded, mapping: Mapping) -> tuple[Codes, list[str]]:
    """Return (code of schema.KINDS per row, unknown values); unknown is other, null is text."""

    def known(value: str) -> str | None:
        return mapping.kinds.get(fold(value)) or _KINDS.get(fold(value))

    unknown = [value for value in column.values.to_pylist() if known(value) is None]
    return column.look_up(lambda value: KINDS.index(known(value) or "other"), TEXT), unknown


def kinds_by_text(kind: Codes, text: Any, role: Codes) -> Codes:
    """Refine `text` by what the whole text says: [图片], [卡片], a system line about a transfer or a recall."""
    kind = kind.copy()
    opens = arrow.truths(pc.match_substring_regex(text, r"^\s*[\[【<]"))
    bracketed = np.flatnonzero(opens & (kind == TEXT))
    for meaning, pattern in TEXT_MARKERS.items():
        kind[_matching(text, bracketed, pattern)] = KINDS.index(meaning)
    said_by_system = np.flatnonzero((role == SYSTEM) & ((kind == TEXT) | (kind == OTHER)))
    kind[_matching(text, said_by_system, TRANSFER_WORDING)] = KINDS.index("transfer")
    kind[_matching(text, said_by_system, RECALL_WORDING)] = KINDS.index("recall")
    return kind


def stages(column: Coded) -> tuple[Codes, list[str]]:
    """Return (position in STAGES or -1 per row, unknown values)."""
    unknown = [value for value in column.values.to_pylist() if fold(value) not in _STAGES]
    return column.look_up(
        lambda value: STAGES.index(_STAGES[fold(value)]) if fold(value) in _STAGES else -1, -1
    ), unknown


def flags(column: Coded) -> Codes:
    """Read a yes-or-no column: 1, 0, or -1 where the cell is empty or no known word."""
    return column.look_up(lambda value: _FLAGS.get(fold(value), -1), -1)


def sequences(column: Coded) -> Codes:
    """Read exported sequence numbers as numbers that sort as they do, 10001.2 before 10001.10; 0 for anything else."""
    return column.look_up(_sequence, 0)


def _sequence(value: str) -> int:
    found = re.fullmatch(r"(-?)(\d{1,18})(?:\.(\d{1,6}))?", value, re.ASCII)
    if found is None:
        return 0
    whole = int(found[2])
    # long numbers have no parts that matter, and come after all that have some
    place = whole * _PARTS + int(found[3] or 0) if whole < _LONG else _LONG * _PARTS + whole
    return -place if found[1] else place


_PARTS, _LONG = 10**6, 10**12


def _role_code(value: str, mapping: Mapping) -> int:
    found = role_of(value, mapping)
    return UNKNOWN if found is None else ROLES.index(found[0])


def _equal(a: Coded, b: Coded) -> npt.NDArray[np.bool_]:
    """Compare two columns row by row; null equals nothing."""
    if a.null.all() or b.null.all():
        return np.zeros(len(a.codes), dtype=bool)
    theirs = arrow.numbers(pc.index_in(a.values, value_set=b.values), -2)
    return np.asarray(np.append(theirs, -2)[a.codes] == b.codes)


def _matching(text: Any, rows: Codes, pattern: str) -> Codes:
    hits = pc.match_substring_regex(text.take(arrow.array(rows)), pattern)
    return np.asarray(rows[arrow.truths(hits)], dtype=np.int64)
