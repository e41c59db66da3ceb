"""Accounts of customers compared with ids and names of files, a column at a time: most are told apart without Python.

plain, lower = lowered(pa.array(["TB12345", "晴天", "ｔｂ1"]))      # [True, True, False], ["tb12345", "晴天", "ｔｂ1"]

Where `plain` is true, `lower` is the account as `nickname_core` makes it; the others are left to that function.
"""

import re
from collections.abc import Collection, Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from qa_audit import arrow
from qa_audit.texts.entities import nickname_core

# ASCII and common Chinese characters fold to themselves but for A-Z; anything else may fold in its own way
_PLAIN = r"^[!-~\x{4e00}-\x{9fff}](?:[ -~\x{4e00}-\x{9fff}]*[!-~\x{4e00}-\x{9fff}])?$"
_PLATFORM = r"(?i)^(?:cn)?(?:taobao|alichn|tmall)"  # nickname_core takes it away
_LONG = 5  # characters of an account that are no chance wherever they stand; fewer count as a word of their own
_GRAM = 3  # characters; an account that counts anywhere in a text has as many or more, else it is a piece by itself


def lowered(column: Any) -> tuple[npt.NDArray[np.bool_], Any]:
    """Return which ids or accounts of a column are plain, and the column with A-Z in lower case."""
    texts = arrow.plain(column)
    plain = pc.and_not(pc.match_substring_regex(texts, _PLAIN), pc.match_substring_regex(texts, _PLATFORM))
    return arrow.truths(plain), pc.ascii_lower(texts)


def holding(ids: Any, customers: Any) -> npt.NDArray[np.bool_]:
    """Say of each id whether it holds the account of its customer: anywhere when it is long, as a word of its own
    otherwise. Equal columns of texts; False where the customer is null."""
    (plain_id, low_id), (plain_customer, low_customer) = lowered(ids), lowered(customers)
    certain = (plain_id & plain_customer).tolist()
    told = [
        who is not None and ((not sure) or who in each)
        for each, who, sure in zip(low_id.to_pylist(), low_customer.to_pylist(), certain, strict=True)
    ]
    out = np.array(told, dtype=np.bool_)
    doubtful = np.flatnonzero(out)
    some = (arrow.plain(column).take(arrow.array(doubtful)).to_pylist() for column in (ids, customers))
    out[doubtful] = [_holds(*pair) for pair in zip(*some, strict=True)]
    return out


def worth_looking_for(columns: Iterable[Any], pieces: Collection[str], texts: Iterable[str]) -> set[str]:
    """Return the accounts, as exported, that may be one of the pieces or a part of one of the texts.

    `columns` are columns of accounts; pieces and texts are folded as `nickname_core` does it. None that is one of the
    pieces, or that stands in a text and has three characters or more, is left out; some may be in it for nothing.
    """
    grams = {text[i : i + _GRAM] for text in texts for i in range(len(text) - _GRAM + 1)}
    sets = _values(pieces), _values(grams)
    found: set[str] = set()
    for column in columns:
        accounts = arrow.plain(column).unique().drop_null()
        plain, lower = lowered(accounts)
        whole, first, last = (
            pc.is_in(part, value_set=known)
            for part, known in (
                (lower, sets[0]),
                (pc.utf8_slice_codeunits(lower, 0, _GRAM), sets[1]),
                (pc.utf8_slice_codeunits(lower, -_GRAM), sets[1]),
            )
        )
        wanted = ~plain | arrow.truths(pc.or_(whole, pc.and_(first, last)))
        found.update(accounts.filter(arrow.array(wanted)).to_pylist())
    return found


def _values(texts: Collection[str]) -> Any:
    whole = (each for each in texts if each.encode("utf-8", "ignore").decode() == each)  # names of files may hold less
    return arrow.array(sorted(whole), pa.string())


def _holds(session_id: str, customer: str) -> bool:
    core, text = nickname_core(customer), nickname_core(session_id)
    if not core or core not in text:
        return False
    if len(core) >= _LONG or not core.isascii():
        return True
    return re.search(rf"(?<![a-z0-9]){re.escape(core)}(?![a-z0-9])", text) is not None
