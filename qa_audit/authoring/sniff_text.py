"""What `formats sniff` found, as lines for a terminal: masked, nothing that steers it, aligned for wide text."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from qa_audit.citing import plain
from qa_audit.formats import TABULAR, typed
from qa_audit.formats.headers import COLUMNS
from qa_audit.formats.proposing.writing import starred
from qa_audit.formats.reasons import REASONS
from qa_audit.ingest.first_look import FirstLook, SheetSeen
from qa_audit.privacy.telling import cores, masked_text
from qa_audit.report.display import count, one_line, pad, width
from qa_audit.report.wording import ROLES
from qa_audit.texts.entities import find_entities, mask, mask_entities, mask_nickname

_DELIMITERS = {",": "逗号", "\t": "制表符", ";": "分号", "|": "竖线"}
_RESOLUTIONS = {"microsecond": "小数秒", "second": "秒", "minute": "分", "day": "天", "none": "没有"}
_KINDS = {
    "text": "文本",
    "image": "图片",
    "card": "卡片",
    "order_event": "订单",
    "transfer": "转接",
    "recall": "撤回",
    "other": "其他",
}
_HEAD = ("会话", "时间", "精度", "谁", "账号", "类型", "正文")
_WIDEST = (16, 23, 6, 6, 14, 4)
_LEAST_TEXT = 16
_WITH_HEADER = ("csv", "xlsx")
_MOST_COLUMNS, _MOST_ROWS, _MOST_SHEETS, _MOST_NOTICES = 40, 5, 20, 30
_LABEL = 10
_PRECISE = ("mobile", "id_card", "email")
"""What is starred out of ids and accounts, which are no text: a long number of theirs is no bank card."""


def as_text(seen: FirstLook, zone: str, columns: int) -> Iterator[str]:
    """Yield what was seen of one file, for a terminal of so many columns; zone: in which times are shown."""
    yield path_of(seen) + (f"({count(seen.size)} 字节)" if seen.size else "")
    if not seen.whole:
        yield _line("注意", "文件很大,只看了开头的一段:下面的行数、编码和提示只说这一段")
    if seen.format and seen.verdict:
        how = "" if seen.given else "确定," if _sure(seen) else "多半是,"
        yield _line("格式", f"{seen.format.name}({seen.format.title});{how}{_why(seen)}")
    for name, verdict in seen.others.items():
        yield _line("也像", f"{name}:{'确定,' if verdict.sure else '可能,'}{clean(verdict.why)}")
    if seen.encoding:
        yield _line("编码", f"{seen.encoding}:{seen.why_encoding}")
    if seen.delimiter:
        yield _line("分隔符", _DELIMITERS.get(seen.delimiter, repr(seen.delimiter)))
    for sheet in seen.sheets[:_MOST_SHEETS]:
        yield from _sheet(sheet, seen)
    if len(seen.sheets) > _MOST_SHEETS:
        yield _line("表", f"还有 {len(seen.sheets) - _MOST_SHEETS} 张没有列出")
    yield from _rows(seen)
    yield from _notices(seen)
    if seen.first.num_rows:
        yield f"  前 {seen.first.num_rows} 条消息(个人信息已打码)"
        yield from _messages(seen.first.to_pylist(), zone, columns)


def path_of(seen: FirstLook) -> str:
    """Return the file's name with the accounts of the customers in it masked, as far as they are among those shown."""
    return masked_text(clean(seen.path), cores(seen.first["customer_id"].to_pylist()))


def _line(label: str, text: str) -> str:
    return f"  {pad(label, _LABEL)}{text}"


def _sure(seen: FirstLook) -> bool:
    """Tell whether there is no doubt: the sniffer has none, or the header and the rows were understood."""
    assert seen.verdict is not None
    return seen.verdict.sure or (seen.error is None and seen.messages > 0)


def _why(seen: FirstLook) -> str:
    assert seen.verdict is not None
    assert seen.format is not None
    known = max((len(sheet.used) for sheet in seen.sheets), default=0)
    columns = f",认得 {known} 个列名" if known and seen.format.name in TABULAR else ""
    return clean(seen.verdict.why) + columns


def _sheet(sheet: SheetSeen, seen: FirstLook) -> Iterator[str]:
    assert seen.format is not None
    if len(seen.sheets) > 1:
        yield _line("表", f"{clean(sheet.name)}:{count(sheet.rows)} 行")
    if seen.format.name not in TABULAR:
        names = "、".join(COLUMNS[name][0].split("(")[0].split(";")[0] for name in sheet.used if name in COLUMNS)
        yield _line("字段", f"由格式决定:{names}")
        return
    if seen.format.name in _WITH_HEADER:
        yield _line("表头", "没有" if sheet.header_row is None else f"第 {sheet.header_row} 行")
    if sheet.headless:
        yield _line("", "这一行像数据,不像列名:多半没有表头")
    used = sorted(sheet.used.items(), key=lambda each: (each[1], each[0]))
    titles = [_title(sheet, index) for _, index in used]
    widest = min(24, max(map(width, titles), default=0))
    for (column, _), name in zip(used, titles, strict=True):
        yield _line("列", f"{pad(name, widest)} → {column} {COLUMNS[column][0]}")
    unused = [_title(sheet, index) for index in range(len(sheet.header)) if index not in sheet.used.values()]
    if unused:
        more = f" 等 {len(unused)} 列" if len(unused) > _MOST_COLUMNS else ""
        yield _line("没用的列", "、".join(pad(name, min(24, width(name))) for name in unused[:_MOST_COLUMNS]) + more)


def _title(sheet: SheetSeen, index: int) -> str:
    return clean(mask(sheet.header[index])) or f"第 {index + 1} 列"


def _rows(seen: FirstLook) -> Iterator[str]:
    if seen.read:
        counts = f"读入 {count(seen.read)} = 消息 {count(seen.messages)} + 隔离 {count(len(seen.quarantined))}"
        yield _line("行数", f"{counts} + 重复 {count(seen.duplicates)}")
    if seen.ratings:
        yield _line("评价", f"{count(seen.ratings)} 条评价或会话资料(不是消息)")
    by_reason: dict[str, list[tuple[str, int, str, str]]] = {}
    for each in seen.quarantined:
        by_reason.setdefault(each[2], []).append(each)
    for reason, found in sorted(by_reason.items(), key=lambda each: (-len(each[1]), each[0])):
        what, remedy = REASONS[reason]
        places = "、".join(str(row) for _, row, _, _ in found[:_MOST_ROWS])
        more = "等" * (len(found) > _MOST_ROWS)
        detail = next((clean(mask(detail)) for *_, detail in found if detail), "")
        said = f"{what}" + (f"({detail})" if detail else "")
        yield _line("隔离", f"{reason} {count(len(found))} 行(第 {places} 行{more}):{said}。怎么办:{remedy}")


def _notices(seen: FirstLook) -> Iterator[str]:
    known = cores(seen.first["customer_id"].to_pylist())
    told = list(dict.fromkeys(clean(mask(masked_text(notice.text, known))) for notice in seen.notices))
    for text in told[:_MOST_NOTICES]:
        yield _line("注意", text)
    if len(told) > _MOST_NOTICES:
        yield _line("注意", f"还有 {len(told) - _MOST_NOTICES} 条没有列出")


def _messages(messages: Sequence[dict[str, Any]], zone: str, columns: int) -> Iterator[str]:
    rows = [_HEAD, *(_cells(message, zone) for message in messages)]
    widths = [min(most, max(width(row[i]) for row in rows)) for i, most in enumerate(_WIDEST)]
    left = max(_LEAST_TEXT, columns - sum(widths) - 2 * len(widths) - 4)
    for row in rows:
        fixed = "  ".join(pad(cell, most) for cell, most in zip(row, widths, strict=False))
        yield f"    {fixed}  {pad(row[-1], left)}".rstrip()


def _cells(message: dict[str, Any], zone: str) -> tuple[str, ...]:
    by_customer = message["role"] == "customer"
    account = starred(message["customer_id"] or "") if by_customer else message["agent_id"]
    account = None if account == "**" else account
    auto = "自动" if message["automation"] == "auto" and message["role"] == "agent" else ROLES[message["role"]]
    return (
        clean(_id(mask_nickname(message["session_id"], message["customer_id"]))),
        _time(message["sent_at"], zone),
        _RESOLUTIONS[message["time_resolution"]],
        auto,
        clean(_id(account)) if account and message["role"] in ("agent", "customer", "bot") else "—",
        _KINDS[message["kind"]],
        clean(mask(message["text"] or "", message["customer_id"])),
    )


def _time(at: datetime | None, zone: str) -> str:
    if at is None:
        return "—"
    local = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return local.isoformat(" ", "milliseconds" if local.microsecond else "seconds")


def _id(value: str) -> str:
    found = find_entities(value, _PRECISE)
    return mask_entities(value, found) if found else value


def clean(text: str) -> str:
    """Return a text on one line with everything that is not printable shown by name."""
    line = one_line(plain(text))
    return line if line.isprintable() else "".join(c if c.isprintable() else f"‹U+{ord(c):04X}›" for c in line)


def next_command(command: str, paths: Sequence[str], options: Sequence[str] = ()) -> str:
    """Return a command as it can be typed; paths that a terminal cannot show are shown as far as it can."""
    return " ".join((f"qa-audit {command}", *(typed(clean(path)) for path in paths), *options))
