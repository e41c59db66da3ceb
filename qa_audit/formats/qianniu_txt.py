"""千牛 text: chats copied from the workbench or exported as text, one message below each line of nick and time.

    云栖家纺:小棠2026-12-1 10:00:04
    在的亲
    已读

Who is staff is told by 店铺:子账号 or by the mapping file; everybody else in a text with staff is a customer. What has
no nick and time of its own (a recall, what the cut left over at the top) is set aside, not placed by guess.
"""

import math
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qa_audit.citing import cited
from qa_audit.errors import ExportError
from qa_audit.formats.encoding import DAMAGED, decode
from qa_audit.formats.headers import recognise
from qa_audit.formats.qianniu_accounts import STAFF, account_of, masked, one_shop, roles_of
from qa_audit.formats.qianniu_bodies import Part, parts_of, seen_of
from qa_audit.formats.qianniu_lines import Entry, Script, cut, headers, is_recall, lines_of
from qa_audit.formats.sheet import Notice, Problem, Sheet, Source, from_rows, settle
from qa_audit.formats.sniffing import Head, Verdict

HEADER = ("sent_at", "role", "agent_id", "customer_id", "shop", "kind", "seen", "text")
_SHOWN_LINES = 5
_TITLE_LINES = 5


def sniff_qianniu_txt(head: Head) -> Verdict | None:
    """Recognise the text by its lines of nick and time; surely when it begins with one."""
    if head.data.startswith((b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0")):
        return None
    lines = [line for line in lines_of(head.text) if line.strip()][:2_000]
    found = [each for each in headers(lines) if not re.search(r'[,\t;|"]', each.nick)]
    if not found or any(len(recognise(re.split(r"[,\t;|]", line[:2000]))) > 1 for line in lines[:_TITLE_LINES]):
        return None
    # [晚风] 2026-12-01 10:00:00 opens like JSON and is none; in a quoted cell of a table anything may stand
    if (head.is_json and found[0].line) or sum(line.count('"') for line in lines[: found[0].line]) % 2:
        return None
    where = f"第 {found[0].line + 1} 行是“昵称 时间”,下面是正文,像千牛的聊天记录"
    if found[0].line < _TITLE_LINES and found[0].body < len(lines):
        return Verdict(True, where)
    return Verdict(False, where) if len(found) > 1 else None


def read_qianniu_txt(source: Source) -> list[Sheet]:
    """Read a text. Raise ExportError for one without such lines, or of which nobody can say who is staff."""
    decoded = decode(source.data, source.encoding or source.mapping.encoding, source.path)
    script = cut(lines_of(decoded.data.decode("utf-8")), source.mapping)
    if not script.entries:
        raise ExportError(f"{source.path}: 没有找到“昵称 2026-12-01 10:00:00”这样的行。请从千牛连同昵称和时间一起复制")
    cast = _cast(script, source)
    rows, numbers = [], []
    for entry in script.entries:
        for number, cells in cast.rows(entry):
            rows.append(cells)
            numbers.append(number + 1)
    if not any(row[3] for row in rows):
        raise ExportError(
            f"{source.path}: 看不出客户是谁(只有客服的话,或有几位客户)。请连同客户的消息复制,每位客户存成一个文件"
        )
    sheet = Sheet(
        source.path,
        HEADER,
        from_rows(rows, len(HEADER)),
        np.array(numbers, dtype=np.int64),
        tuple(_stray(number, lines, cast) for number, lines in _grouped(script.strays)),
        decoded.name,
        tuple(_notices(script, rows, cast, source.path)),
        held=False,
    )
    return [settle(sheet, damaged=decoded.damaged)]


@dataclass(frozen=True)
class _Cast:
    """Who is who in a text: roles of the nicks that are no customers, the customer of each block, the line of each
    block from which somebody else speaks than its title says, the only shop."""

    roles: dict[str, str]
    customers: dict[int, str | None]
    mixed: dict[int, float]
    shop: str | None

    def rows(self, entry: Entry) -> list[tuple[int, tuple[str | None, ...]]]:
        """Return (line number from 0, cells) of an entry, which may be a card and a message."""
        header = entry.header
        role = self.roles.get(header.nick, "customer")
        other = None if header.to is None else self.roles.get(header.to, "customer")
        customer = self.customers[entry.block] if header.line < self.mixed[entry.block] else None
        if role == "customer":
            customer = header.nick
        elif other == "customer":
            customer = header.to
        body, seen = seen_of(entry.lines) if role in STAFF else (entry.lines, None)
        moved = role != "customer" and other in STAFF
        parts = parts_of(body, header.line, f"{header.nick} --> {header.to}" if moved else None)
        return [(part.line, self._cells(entry, part, part.role or role, customer, seen)) for part in parts]

    def _cells(
        self, entry: Entry, part: Part, role: str, customer: str | None, seen: str | None
    ) -> tuple[str | None, ...]:
        agent = account_of(entry.header.nick) if role in STAFF else None
        return (entry.header.time, role, agent, customer, self.shop, part.kind, seen, part.text)


def _cast(script: Script, source: Source) -> _Cast:
    """Tell who is who. Raise ExportError when no nick is known to be of staff."""
    first: dict[str, int] = {}
    for entry in script.entries:
        for nick in filter(None, (entry.header.nick, entry.header.to)):
            first.setdefault(nick, entry.header.line + 1)
    roles = roles_of(first, source.mapping)
    if not set(roles.values()) & {*STAFF, "bot"}:
        some = "、".join(f"第 {line} 行的“{cited(masked(nick))}”" for nick, line in list(first.items())[:_SHOWN_LINES])
        raise ExportError(
            f"{source.path}: 看不出谁是客服(没有“店铺:子账号”这样的昵称)。昵称有 {len(first)} 个:{some}。"
            "请用 --mapping 写明,例如 roles: {agent: [客服的昵称]}"
        )
    speakers: dict[int, set[str]] = defaultdict(set)
    mixed: dict[int, float] = defaultdict(lambda: math.inf)
    for entry in script.entries:
        for nick in filter(None, (entry.header.nick, entry.header.to)):
            if roles.get(nick, "customer") == "customer":
                speakers[entry.block].add(nick)
                if script.titles[entry.block] not in (None, nick):
                    mixed.setdefault(entry.block, entry.header.line)
    customers = {block: _customer(title, speakers[block]) for block, title in enumerate(script.titles)}
    return _Cast({n: r for n, r in roles.items() if r != "customer"}, customers, mixed, one_shop(first))


def _customer(title: str | None, speakers: set[str]) -> str | None:
    """Return the customer that a block is about: whom its title names, unless only others speak; else the only one."""
    if title is not None and (not speakers or title in speakers):
        return title
    return next(iter(speakers)) if len(speakers) == 1 and title is None else None


def _grouped(strays: Sequence[tuple[int, str]]) -> list[tuple[int, list[str]]]:
    """Join lines that stand together; a recall stands alone."""
    out: list[tuple[int, list[str]]] = []
    last = -2
    for number, line in strays:
        if number == last + 1 and not is_recall(line) and not is_recall(out[-1][1][-1]):
            out[-1][1].append(line)
        else:
            out.append((number, [line]))
        last = number
    return out


def _stray(number: int, lines: Sequence[str], cast: _Cast) -> Problem:
    recall = is_recall(lines[0])
    detail = "撤回提示,没有写时间" if recall else "没有昵称和时间"
    only = cast.customers.get(0) if len(cast.customers) == 1 else None
    text = "\n".join(lines).replace(DAMAGED, "\ufffd")
    # a recall says nothing; of other lines the session that lacks them may be told by the customer
    known = (None, None, "recall") if recall else (only, cast.shop, None)
    cells = (None, None, None, *known, None, text)
    reason = "bad_encoding" if any(DAMAGED in line for line in lines) else "no_header"
    return Problem(number + 1, reason, detail, text, cells)


def _notices(script: Script, rows: Sequence[tuple[str | None, ...]], cast: _Cast, path: str) -> list[Notice]:
    out = []
    if script.skipped:
        text = f"{path}: {_lines(script.skipped)}是“聊天对象”之类的标题,没有当作消息"
        out.append(Notice("skipped_rows", text, path))
    if script.as_text:
        text = f"{path}: {_lines(script.as_text)}像“昵称 时间”,但时间和上下文对不上,当作正文;若是有人说话,请核对"
        out.append(Notice("unsure_headers", text, path))
    if script.backwards:
        text = f"{path}: {_lines(script.backwards)}的时间比上一条早,可能是正文里粘贴了别的聊天记录;请核对是谁说的"
        out.append(Notice("unsure_headers", text, path))
    lost = sum(not row[3] for row in rows)
    if lost:
        first = {entry.header.nick: entry.header.line for entry in script.entries[::-1]}
        told = _lines(sorted(line for nick, line in first.items() if nick not in cast.roles))
        text = (
            f"{path}: 有几位客户(头一句在{told}),{lost} 条客服消息看不出是对谁说的,已隔离;"
            "请每位客户存成一个文件。若其中一行其实是正文,请把它的时间改个写法再跑"
        )
        out.append(Notice("mixed_customers", text, path))
    return out


def _lines(numbers: Sequence[int]) -> str:
    shown = "、".join(str(number + 1) for number in numbers[:_SHOWN_LINES])
    return f"第 {shown} 行" + (f"等 {len(numbers)} 行" if len(numbers) > _SHOWN_LINES else "")
