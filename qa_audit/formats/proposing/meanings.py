"""What the values of a role column probably mean: who answers second, who is polite, how few the accounts are.

None of it is ever sure: which of 0 and 1 is the agent is for a person to say.
"""

import re
from collections.abc import Sequence

from qa_audit.formats.mapping import Mapping
from qa_audit.formats.proposing.content import Column
from qa_audit.formats.proposing.names import words_of
from qa_audit.formats.proposing.proposal import Guess
from qa_audit.formats.values import role_of

_MOST_VALUES = 12
_SERVICE = re.compile(
    r"亲|您好|你好,|请稍等|稍等|为您|帮您|给您|抱歉|不好意思|感谢您|祝您|请问|麻烦您|核实|"
    r"(?i:how (?:can|may) (?:i|we)|sorry|apolog|thank you for|please|let us know|happy to help|\bdm us\b)"
)
_OURS = frozenset(("isagent", "issender", "isself", "issend", "issent", "waitersend", "outbound", "isstaff"))
_THEIRS = frozenset(("inbound", "iscustomer", "isuser", "isbuyer", "isfromcustomer"))
_YES, _NO = frozenset(("1", "true", "yes", "y", "t", "是")), frozenset(("0", "false", "no", "n", "f", "否"))
_SIDES = ("agent", "customer")


def role_values(found: dict[str, Guess], columns: Sequence[Column], mapping: Mapping) -> dict[str, Guess]:
    """Return {value: guess} of the values of the role column that neither the mapping nor reading knows."""
    place = found.get("role")
    if place is None:
        return {}
    column = columns[place.index]
    values = sorted(column.counts, key=lambda value: (-column.counts[value], value))[:_MOST_VALUES]
    known = {value: said[0] for value in values if (said := role_of(value, mapping)) is not None}
    unknown = [value for value in values if value not in known]
    if not unknown or (not column.codes and not known):
        return {}
    votes = _votes(column, found, columns)
    if len(values) == 2:
        meant = _pair(values, known, votes)
    else:
        best = max(unknown, key=lambda value: (votes[value][0], value))
        meant = {best: "agent"} if votes[best][0] > 1 and "agent" not in known.values() else {}
    return {
        value: Guess(column.index, meant.get(value, ""), False, ";".join(votes[value][1]) or "看不出是谁")
        for value in unknown
    }


def _pair(values: Sequence[str], known: dict[str, str], votes: dict[str, tuple[int, list[str]]]) -> dict[str, str]:
    """Of two values one is the agent and the other the customer, if anything speaks for it."""
    a, b = values
    if len(known) == 1:
        (said,) = known.values()
        (other,) = (value for value in values if value not in known)
        return {other: _SIDES[1 - _SIDES.index(said)]} if said in _SIDES else {}
    balance = votes[a][0] - votes[b][0]
    if balance == 0:
        return {}
    return {a: "agent", b: "customer"} if balance > 0 else {a: "customer", b: "agent"}


def _votes(column: Column, found: dict[str, Guess], columns: Sequence[Column]) -> dict[str, tuple[int, list[str]]]:
    """Return {value: (how much speaks for the agent, what does)}."""
    votes: dict[str, tuple[int, list[str]]] = {value: (0, []) for value in column.counts}

    def vote(value: str, weight: int, why: str) -> None:
        votes[value] = (votes[value][0] + weight, [*votes[value][1], why])

    for value in column.counts:
        yes = _by_name(column.name, value)
        if yes is not None:
            vote(value, 2 if yes else -2, f"列名的意思是{'客服' if yes else '客户'}发的")
    polite = _polite(column, columns[found["text"].index]) if "text" in found else {}
    if polite and max(polite.values()) > 2 * min(polite.values(), default=0) and max(polite.values()) > 0.1:
        most = max(polite, key=lambda value: (polite[value], value))
        vote(most, 2, f"{100 * polite[most]:.0f}% 的话里有“您好”“请稍等”这类客服用语")
    first = _first(column, columns[found["session_id"].index]) if "session_id" in found else {}
    if first and max(first.values()) > 0.6:
        opener = max(first, key=lambda value: (first[value], value))
        vote(opener, -1, f"{100 * first[opener]:.0f}% 的会话由它开口")
    accounts = _accounts(column, columns[found["sender"].index]) if "sender" in found else {}
    if accounts and 2 * min(accounts.values()) < max(accounts.values()):
        fewest = min(accounts, key=lambda value: (accounts[value], value))
        vote(fewest, 1, f"只有 {accounts[fewest]} 个账号")
    return votes


def _by_name(name: str, value: str) -> bool | None:
    """Return whether a yes or no in a column such as IsSender or inbound is the agent's; None where it says nothing."""
    words, folded = words_of(name), value.casefold()
    if folded not in _YES | _NO or not words & (_OURS | _THEIRS):
        return None
    return (folded in _YES) == bool(words & _OURS)


def _polite(column: Column, text: Column) -> dict[str, float]:
    said: dict[str, list[bool]] = {}
    for value, cell in zip(column.cells, text.cells, strict=True):
        if value is not None and cell is not None:
            said.setdefault(value, []).append(_SERVICE.search(cell) is not None)
    return {value: sum(hits) / len(hits) for value, hits in said.items() if len(hits) >= 3}


def _first(column: Column, session: Column) -> dict[str, float]:
    opened: dict[str, str] = {}
    for key, value in zip(session.cells, column.cells, strict=True):
        if key is not None and value is not None:
            opened.setdefault(key, value)
    if len(opened) < 5:
        return {}
    return {value: sum(each == value for each in opened.values()) / len(opened) for value in column.counts}


def _accounts(column: Column, sender: Column) -> dict[str, int]:
    found: dict[str, set[str]] = {}
    for value, account in zip(column.cells, sender.cells, strict=True):
        if value is not None and account is not None:
            found.setdefault(value, set()).add(account)
    return {value: len(each) for value, each in found.items()} if len(found) > 1 else {}
