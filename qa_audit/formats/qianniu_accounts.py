"""千牛 accounts: which of them are of staff, and whose shop's, as far as their names say so.

A sub-account is called 店铺:子账号; the account 店铺 itself is the shop's main account. Nothing else tells staff from
customers: the mapping file's roles say it.
"""

import re
from collections.abc import Iterable

from qa_audit.formats.encoding import DAMAGED
from qa_audit.formats.headers import fold
from qa_audit.formats.mapping import Mapping
from qa_audit.formats.values import role_of

_SUB_ACCOUNT = re.compile(r"(?:cntaobao)?(?P<shop>[^:\uff1a]{1,60}?)\s*[:\uff1a]\s*\S.{0,80}")
_WIDE = "\uff1a"
_HANDS_OVER = "服务助手"
STAFF = ("agent", "auto")


def shop_of(account: str) -> str | None:
    """Return the shop of a sub-account, None for any other account."""
    found = _SUB_ACCOUNT.fullmatch(account.strip())
    return found["shop"] if found else None


def account_of(nick: str) -> str:
    """Return the account of a nick: a sub-account written with a full-width colon is the one with a plain colon."""
    return nick.replace(_WIDE, ":", 1) if _WIDE in nick and ":" not in nick and shop_of(nick) is not None else nick


def roles_of(nicks: Iterable[str], mapping: Mapping) -> dict[str, str]:
    """Return {nick: agent, auto, bot or system} of those of whom it is known: by the mapping, by words such as 机器人,
    or by the shape of their names; a nick that the mapping calls a customer is "customer"."""
    nicks = set(nicks)
    shops = _shops(nicks)
    out = {}
    for nick in nicks:
        meant = role_of(nick, mapping)
        # a customer may be called admin or 小二: where sub-accounts are there to see, such a word says nothing
        plain = meant is not None and meant[1] == "none" and meant[0] != "system" and fold(nick) not in mapping.roles
        if meant is not None and not (plain and shops):
            out[nick] = "auto" if meant == ("agent", "auto") else meant[0]
        elif nick in shops or shop_of(nick) in shops:
            out[nick] = "agent"
        elif nick == _HANDS_OVER:
            out[nick] = "system"
        elif DAMAGED in nick:
            out[nick] = nick
    return out


def one_shop(accounts: Iterable[str]) -> str | None:
    """Return the shop of the accounts when they name exactly one."""
    shops = _shops(accounts)
    return next(iter(shops)) if len(shops) == 1 else None


def _shops(nicks: Iterable[str]) -> set[str]:
    """Return the shops that sub-accounts name. A full-width colon is rather a person's (发货时间：今天): it counts
    where no account has a plain one."""
    shops = {(nick.find(_WIDE) < 0, shop) for nick in nicks if (shop := shop_of(nick)) is not None}
    plain = {shop for is_plain, shop in shops if is_plain}
    return plain or {shop for _, shop in shops}


def masked(nick: str) -> str:
    """Return a nick for an error message: its first character, as it is shown to people who need not know it."""
    first = nick[:1] if nick[:1].isprintable() else "?"
    return f"{first}**"
