"""The shop of messages that do not name it, by the account of staff: for exports that say which account is whose.

All files of a run are looked at together, so that it does not matter how the messages are spread over them.
"""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from qa_audit import arrow
from qa_audit.formats.coded import Coded, encode
from qa_audit.formats.rows import Rows

Ints = npt.NDArray[np.int64]


def by_account(parts: Sequence[Rows], file: Ints, shop: Coded, agent: Coded) -> tuple[Coded, Coded]:
    """Return shop and agent of the rows; only those of parts that state whose accounts are whose are touched.

    An empty shop becomes that of the account, where this is one. The account of a shop itself is no agent.
    """
    stating = np.array([part.shops is not None for part in parts], dtype=bool)[file]
    if not stating.any():
        return shop, agent
    names, only = _shops(parts)
    accounts, here = agent.strings(), arrow.array(stating)
    wanted = arrow.array([*map(only.get, agent.values.to_pylist()), None], pa.string())
    found = wanted.take(arrow.array(np.where(agent.null, len(wanted) - 1, agent.codes)))
    shops = pc.if_else(here, pc.coalesce(shop.strings(), found), shop.strings())
    of_shop = pc.and_(here, pc.is_in(accounts, arrow.array(sorted(names), pa.string())))
    accounts = pc.if_else(of_shop, arrow.scalar(None, pa.string()), accounts)
    return encode(shops, trim=False), encode(accounts, trim=False)


def _shops(parts: Sequence[Rows]) -> tuple[set[str], dict[str, str]]:
    """Return the shops that are named, and the shop of each account that has one only."""
    stating = [part for part in parts if part.shops is not None]
    names = {name for part in stating for name in part.shop.values.to_pylist()}
    known: dict[str, set[str]] = defaultdict(set)
    for account, name in (pair for part in stating for pair in part.shops or ()):
        if name in names:
            known[account].add(name)
    return names, {name: name for name in names} | {a: min(shops) for a, shops in known.items() if len(shops) == 1}
