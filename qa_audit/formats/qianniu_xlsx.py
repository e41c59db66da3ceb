"""千牛 workbook: a sheet per customer and the sheet 导出汇总, as a tool writes it that walks through the chat page.

    客户名 | 消息序号 | 发送时间 | 发送内容 | 发送账号 | 账号类型

All sheets together are one source. 导出汇总 is no message: it says how many messages each customer should have and
whose chats could not be exported, and both are told when they do not agree with what is there.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from qa_audit.citing import cited
from qa_audit.errors import ExportError
from qa_audit.formats.headers import fold
from qa_audit.formats.qianniu_accounts import one_shop, roles_of
from qa_audit.formats.sheet import Notice, Sheet, Source, from_rows, settle
from qa_audit.formats.sniffing import Head, Verdict
from qa_audit.formats.values import role_of
from qa_audit.formats.workbook import Page, cell_text, open_pages, sheet_names

SUMMARY = "导出汇总"
COLUMNS = ("客户名", "消息序号", "发送时间", "发送内容", "发送账号", "账号类型")
HEADER = ("位置", "customer_id", "sequence", "sent_at", "text", "agent_id", "role", "shop")
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?")
_SKEW = 60
_SOME = 5

Cells = list[str]


def sniff_qianniu_xlsx(head: Head) -> Verdict | None:
    """Recognise the workbook by its sheet 导出汇总."""
    if head.data.startswith(b"PK\x03\x04") and re.search(rf"name=[\"']{SUMMARY}[\"']", sheet_names(head.data)):
        return Verdict(True, f"工作簿里有“{SUMMARY}”这张表,是千牛逐个客户导出的")
    return None


def read_qianniu_xlsx(source: Source) -> list[Sheet]:
    """Read all customers' sheets as one. Raise ExportError for a broken workbook and for one without such sheets."""
    out = _Collected(source)
    for page in open_pages(source, out.notices):
        out.add(page)
    if not out.rows:
        raise ExportError(
            f"{source.path}: 没有一张表的表头是 {'、'.join(COLUMNS)}。若不是千牛逐个客户导出的工作簿,请用 --format xlsx"
        )
    texts = {row[3] or "" for row in out.rows}
    undated = all(_CLOCK.fullmatch(text) for text in texts if text) and source.mapping.time_date is None
    if undated:
        out.rows = [(*row[:3], None, *row[4:]) for row in out.rows]
        text = f"{source.path}: 发送时间只有时刻,没有日期,没有用。请用映射文件写明是哪一天:time: {{date: 2026-12-01}}"
        out.notices.append(Notice("no_time", text, source.path))
    columns = from_rows(out.rows, len(HEADER))
    numbers = np.arange(1, len(out.rows) + 1, dtype=np.int64)
    sheet = Sheet(source.path, HEADER, columns, numbers, notices=(*out.notices, *out.disagreements()), held=False)
    return [settle(sheet)]


@dataclass
class _Collected:
    """The rows of all sheets, what the summary says, and what must be told."""

    source: Source
    rows: list[tuple[str | None, ...]] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    summary: list[tuple[int, dict[str, str]]] = field(default_factory=list)

    def add(self, page: Page) -> None:
        """Take a sheet for what its header says it is."""
        texts = [[cell_text(cell).strip() for cell in row] for row in page.rows[:1]]
        if page.name == SUMMARY:
            names = texts[0]
            for number, row in enumerate(page.rows[1:], page.above + 2):
                self.summary.append((number, dict(zip(names, map(cell_text, row), strict=False))))
        elif all(name in texts[0] for name in COLUMNS[:4]):
            self._messages(page, texts[0])
        else:
            text = f"{self.source.path}: 有一张表没有读({len(page.rows)} 行):表头不是 {'、'.join(COLUMNS)}"
            self.notices.append(Notice("skipped_sheet", text, self.source.path))

    def _messages(self, page: Page, names: Cells) -> None:
        order = [names.index(name) if name in names else None for name in COLUMNS]
        chat = [
            ["" if place is None else cell_text(row[place]) for place in order]
            for row in page.rows[1:]
            if any(cell != "" for cell in row)
        ]
        accounts = {row[4].strip() for row in chat} - {"", *(row[0].strip() for row in chat)}
        shop, latest, broken = one_shop(accounts), -1, False
        roles = roles_of(accounts, self.source.mapping)
        numbers = [n for n, row in enumerate(page.rows[1:], page.above + 2) if any(cell != "" for cell in row)]
        for number, (customer, sequence, time, text, account, said) in zip(numbers, chat, strict=True):
            self.counts[customer.strip()] += 1
            seconds = _seconds(time)
            broken |= seconds is not None and seconds < latest - _SKEW
            latest = latest if seconds is None else max(latest, seconds)
            when = f"跨天 {time}" if broken and seconds is not None and self.source.mapping.time_date else time
            role = self._role(customer.strip(), account.strip(), said, roles)
            meant = role_of(role, self.source.mapping)
            agent = account.strip() if meant is not None and meant[0] == "agent" else None
            place = f"{page.name}!{number}"
            self.rows.append((place, customer, sequence, when or None, text, agent, role or None, shop))

    def _role(self, customer: str, account: str, said: str, roles: dict[str, str]) -> str:
        """Return the role: by the account, else by the word of the export where the account does not speak against it;
        "" where nothing is said, the account where nobody knows it."""
        meant = role_of(said, self.source.mapping)
        if account == customer and account:
            return "customer"
        if account in roles:
            return roles[account]
        if meant is None:
            return said.strip() or account
        # the tool calls everybody a customer whom it does not know
        return account if meant[0] == "customer" and account and not _is_masked(customer, account) else said

    def disagreements(self) -> list[Notice]:
        """Tell where the summary does not agree with the sheets."""
        path, out = self.source.path, []
        failed = [
            (n, row) for n, row in self.summary if row.get("失败原因", "").strip() or row.get("状态", "") == "失败"
        ]
        if failed:
            reasons = dict.fromkeys(row.get("失败原因", "").strip()[:40] for _, row in failed)
            why = "、".join(cited(each) if each else "没有写原因" for each in reasons)
            text = f"{path}: {len(failed)} 位客户没有导出({_places(failed)},原因:{why})。请重新导出这些客户"
            out.append(Notice("missing_messages", text, path))
        return out if self._uncomparable(out) else [*out, *self._counted()]

    def _uncomparable(self, out: list[Notice]) -> bool:
        """Tell when the summary does not say how many messages each customer has: somebody named its columns anew."""
        lacking = [name for _, row in self.summary[:1] for name in ("客户名", "消息数") if name not in row]
        if lacking:
            path, wanted = self.source.path, "、".join(lacking)
            text = f"{path}: {SUMMARY}的表头里没有 {wanted},条数没有核对。请把表头改回来,或重新导出"
            out.append(Notice("missing_messages", text, path))
        return bool(lacking)

    def _counted(self) -> list[Notice]:
        """Tell where the numbers of the summary are not those of the sheets."""
        path, out = self.source.path, []
        wanted: Counter[str] = Counter()
        for _, row in self.summary:
            count = row.get("消息数", "").strip()
            wanted[row.get("客户名", "").strip()] += int(count) if re.fullmatch(r"[0-9]{1,9}", count) else 0
        off = [
            (n, row) for n, row in self.summary if wanted[name := row.get("客户名", "").strip()] != self.counts[name]
        ]
        if off:
            sides = [(wanted[row["客户名"].strip()], self.counts[row["客户名"].strip()]) for _, row in off[:1]]
            text = (
                f"{path}: {len(off)} 位客户的条数和{SUMMARY}不同({_places(off)};头一位汇总写 {sides[0][0]} 条,"
                f"读到 {sides[0][1]} 条)。工作簿多半没有存全或改过,请重新导出"
            )
            out.append(Notice("missing_messages", text, path))
        unlisted = sum(name not in wanted for name in self.counts) if self.summary else 0
        if unlisted:
            text = f"{path}: {unlisted} 位客户有消息,{SUMMARY}里却没有。请核对"
            out.append(Notice("missing_messages", text, path))
        return out


def _places(rows: Sequence[tuple[int, dict[str, str]]]) -> str:
    """Say which lines of the summary are meant: customers are not named outside of private/."""
    shown = "、".join(str(number) for number, _ in rows[:_SOME])
    return f"{SUMMARY}第 {shown} 行" + ("等" if len(rows) > _SOME else "")


def _is_masked(one: str, other: str) -> bool:
    """Tell whether two names are the same one, of which one has stars in the middle."""
    stars, plain = (one, other) if "*" in one else (other, one)
    head, tail = re.match(r"([^*]*)", stars), re.search(r"([^*]*)$", stars)
    same = head is not None and tail is not None and plain.startswith(head[1]) and plain.endswith(tail[1])
    return "*" in stars and same and fold(stars) != ""


def _seconds(time: str) -> int | None:
    clock = _CLOCK.fullmatch(time.strip())
    return int(clock[1]) * 3600 + int(clock[2]) * 60 + int(clock[3] or 0) if clock else None
