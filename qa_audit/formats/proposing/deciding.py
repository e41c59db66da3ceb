"""Which column is what: by name and content together, each column for one thing and each thing for one column."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from qa_audit.formats.headers import COLUMNS, candidates
from qa_audit.formats.proposing import names
from qa_audit.formats.proposing.content import Column, exchanged, parts, varies_within
from qa_audit.formats.proposing.dates import format_of
from qa_audit.formats.proposing.fitting import AGAINST, FITS, Fit, fit, says_roles
from qa_audit.formats.proposing.proposal import Guess

MOST_COLUMNS = 300
_BY_CONTENT = ("text", "sent_at")
"""What a column can be for sure by its content alone, where it is the only such column."""


class Deciding:
    """The columns of a sample, what is taken already, and what each canonical column was given.

    agreed: the columns that a person has named, of which nothing is doubted.
    """

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns = columns
        self.found: dict[str, Guess] = {}
        self.time_format: Guess | None = None
        self.agreed: set[int] = set()
        self._taken: set[int] = set()

    def take(self, canonical: str, index: int, sure: bool, why: str) -> None:
        """Give a column to a canonical column."""
        self.found[canonical] = Guess(index, self.columns[index].name, sure, why)
        self._taken.add(index)

    @property
    def free(self) -> list[Column]:
        """The columns that are nothing yet, of the first MOST_COLUMNS."""
        return [column for column in self.columns[:MOST_COLUMNS] if column.index not in self._taken]

    def by_known_names(self) -> None:
        """Give out what reading recognises by itself; unsure where the content is something else."""
        known = candidates(["" if column.index in self._taken else column.name for column in self.columns])
        for canonical, indices in known.items():
            if canonical in self.found:
                continue
            fits = {index: self.fits(canonical, self.columns[index]) for index in indices}
            best = max(indices, key=lambda index: (fits[index][0], -indices.index(index)))
            good, why = fits[best]
            doubt = good == AGAINST or (canonical == "text" and not self.columns[best].talk)
            said = f",但{why}" if doubt and why else f",{why}" if why else ""
            if len(indices) > 1:
                others = "、".join(f"第 {index + 1} 列" for index in indices if index != best)
                said += f";{others}也像{COLUMNS[canonical][0]}"
            self.take(canonical, best, not doubt and best == indices[0], f"认得这个列名{said}")

    def fits(self, canonical: str, column: Column) -> Fit:
        """Return how the content suits, with what the session column and a format of its own say about it."""
        found = fit(canonical, column)
        if canonical == "sent_at" and found[0] == AGAINST and column.said:
            return self._own_format(column) or found
        session = self.found.get("session_id")
        if canonical == "customer_id" and session and varies_within(self.columns[session.index], column):
            return AGAINST, "同一会话里有好几个,像发送方"
        return found

    def _own_format(self, column: Column) -> Fit | None:
        if (column.clocks > 0.9 and "date" in self.found) or column.clocks > 0.9:
            return 1, "只有时刻,要与日期列合用"
        found = format_of(column)
        if found is None:
            return None
        self.time_format = found
        return FITS if column.distinct > 0.5 else 1, found.why

    def by_words(self) -> None:
        """Give out columns whose names hold a telling word or are nearly a known name."""
        for canonical in _ORDER:
            if canonical in self.found:
                continue
            ranked = sorted(self._ranked(canonical), reverse=True, key=lambda each: (each[0], each[1], -each[2].index))
            if not ranked:
                continue
            (good, spoken, column, why), rivals = ranked[0], ranked[1:]
            alone = not any(other[1] == spoken and other[0] >= good for other in rivals)
            sure = good == FITS and alone
            said = "列名像" if spoken == names.NEAR else "列名说的像"
            others = "" if alone else ";还有别的列也像:" + "、".join(f"第 {r[2].index + 1} 列" for r in rivals[:3])
            self.take(canonical, column.index, sure, f"{said}{COLUMNS[canonical][0]},{why or '内容看不出'}{others}")

    def _ranked(self, canonical: str) -> Iterable[tuple[int, int, Column, str]]:
        for column in self.free:
            spoken = names.level(column.name, canonical)
            if spoken == names.SILENT:
                continue
            good, why = self.fits(canonical, column)
            if good != AGAINST:
                yield good, spoken, column, why

    def by_content(self) -> None:
        """Give out what the content alone says: said things, times, codes that alternate, ids in runs."""
        for canonical in _BY_CONTENT:
            suited = [column for column in self.free if self._might_be(canonical, column)]
            if canonical in self.found or not suited:
                continue
            best = max(
                suited, key=lambda column: (column.length if canonical == "text" else column.distinct, -column.index)
            )
            sure = len(suited) == 1 and len(best.said) >= 20 and canonical == "text"
            why = fit(canonical, best)[1]
            others = "" if len(suited) == 1 else f";像的列有 {len(suited)} 个"
            self.take(canonical, best.index, sure, f"{why}{others}")
        if not {"role", "sender"} & set(self.found):
            self._role()
        if "session_id" not in self.found:
            self._session()
        self._sender()
        self._receiver()
        customer, session = self.found.get("customer_id"), self.found.get("session_id")
        if customer and customer.sure and session and self._is_senders(session.index, customer.index):
            why = "认得这个列名,但同一会话里有好几个,像发送方"
            self.found["customer_id"] = replace(customer, sure=False, why=why)

    def _is_senders(self, session: int, customer: int) -> bool:
        return customer not in self.agreed and varies_within(self.columns[session], self.columns[customer])

    def _might_be(self, canonical: str, column: Column) -> bool:
        if names.opposed(column.name, canonical):
            return False
        return self.fits(canonical, column)[0] == FITS and (canonical != "text" or column.filled > 0.6)

    def _role(self) -> None:
        suited = [column for column in self.free if column.filled > 0.8 and fit("role", column)[0] == FITS]
        session = self.found.get("session_id")
        suited = [
            column
            for column in suited
            if not names.opposed(column.name, "role")
            and (session is None or varies_within(self.columns[session.index], column))
        ]
        if suited and "text" in self.found:
            best = max(suited, key=lambda column: (-len(column.counts), column.changes, -column.index))
            others = "" if len(suited) == 1 else f";像的列有 {len(suited)} 个"
            self.take("role", best.index, False, f"{fit('role', best)[1]}{others}")

    def _sender(self) -> None:
        """Doubt that a few senders who take turns are accounts, where no account is there to compare them with."""
        sender = self.found.get("sender")
        if sender is None or {"role", "agent_id", "customer_id"} & set(self.found) or sender.index in self.agreed:
            return
        column = self.columns[sender.index]
        if column.codes and not says_roles(column):
            del self.found["sender"]
            self.take("role", sender.index, False, f"列名像发送方,但只有 {len(column.counts)} 种值,也许就是角色")

    def _receiver(self) -> None:
        """Propose the receiver as the customer: the mapping's roles say which of the two is the agent."""
        sender = self.found.get("sender")
        if sender is None or {"role", "agent_id", "customer_id"} & set(self.found):
            return
        for column in self.free:
            if exchanged(self.columns[sender.index], column):
                self.take("customer_id", column.index, False, "像接收方:和发送方的值互换")
                return

    def _session(self) -> None:
        """Take the ids in runs; of several the finest that the others go by, and another then is the customer."""
        suited = [c for c in self.free if fit("session_id", c)[0] == FITS and not names.opposed(c.name, "session_id")]
        suited = [column for column in suited if not column.codes or len(column.counts) > 4]
        if not suited:
            return
        best = max(suited, key=lambda column: (len(column.counts), -column.index))
        self.take("session_id", best.index, False, fit("session_id", best)[1])
        whose = [column for column in suited if column is not best and parts(best, column)]
        whose = [column for column in whose if not names.opposed(column.name, "customer_id")]
        if whose and "customer_id" not in self.found:
            self.take("customer_id", whose[0].index, False, "编号连着几行相同,一个会话只有一个")


_ORDER = (
    *("session_id", "sent_at", "text", "role", "message_id", "sender", "customer_id", "agent_id", "kind", "sequence"),
    *("automation", "withdrawn", "seen", "sku_id", "order_id", "shop", "stage", "date"),
)
assert set(_ORDER) == set(COLUMNS)
