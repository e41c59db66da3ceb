"""Turn tests/samples/sessions.txt into the committed files of sample_logs/table/, the same bytes each time.

    python tests/samples/build.py     writes sample_logs/table/* and the two tables in sample_logs/README.md

The workbook is plain XML in an uncompressed zip: a library or a zlib of another version would change its bytes.
"""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

HERE = Path(__file__).resolve().parent
SOURCE = HERE / "sessions.txt"
TARGET = HERE.parents[1] / "sample_logs"
DAY = datetime(2026, 12, 1)

HEADING = re.compile(r"## (\S+) \| (\w) \| (.+) \| (\S+) \| (\S+)")
SPOKEN = re.compile(r"(次日)?(\d\d):(\d\d):(\d\d) (客户|客服|自动|机器人|系统|转接)(?:\((.+?)\))?: ?(.+)")
MARKERS = {"[图片]": "图片", "[商品卡片]": "商品卡片"}


@dataclass(frozen=True)
class Row:
    """One exported row: an understood message, or `raw`, a CSV line broken on purpose."""

    session: str = ""
    customer: str = ""
    stage: str = ""
    at: datetime = DAY
    speaker: str = ""
    agent: str = ""  # the account that spoke
    holder: str = ""  # the account that held the session at that moment
    text: str = ""
    raw: str = ""


@dataclass
class Session:
    """One conversation as written: its heading, why it is there, its rows, and copies of rows for another file."""

    id: str
    file: str
    customer: str
    holder: str  # while parsing: who holds it at the line being read
    stage: str
    why: str = ""
    rows: list[Row] = field(default_factory=list)
    copies: list[tuple[str, Row]] = field(default_factory=list)


def parse(source: str) -> list[Session]:
    """Read the transcripts; raise ValueError with the line number where a line is not understood."""
    sessions: list[Session] = []
    for number, line in enumerate(source.splitlines(), 1):
        if heading := HEADING.fullmatch(line):
            name, file, customer, agent, stage = heading.groups()
            sessions.append(Session(name, file, customer, "" if agent == "-" else agent, stage))
        elif sessions and line.strip():
            try:
                _continue(sessions[-1], line)
            except (ValueError, IndexError) as error:
                raise ValueError(f"{SOURCE.name}:{number}: cannot read {line!r}") from error
    return sessions


def _continue(session: Session, line: str) -> None:
    """Add one line below a heading to its session."""
    if line.startswith("# "):
        session.why = line[2:]
    elif line.startswith("    | "):
        last = session.rows[-1]
        session.rows[-1] = Row(**{**last.__dict__, "text": last.text + "\n" + line[6:]})
    elif line.startswith("坏行: "):
        session.rows.append(Row(raw=line[4:]))
    elif line.startswith("再次导出: "):
        session.copies.append((line[6:], session.rows[-1]))
    elif spoken := SPOKEN.fullmatch(line):
        next_day, hour, minute, second, speaker, name, text = spoken.groups()
        if speaker in ("客服", "自动", "转接"):
            session.holder = name
        at = DAY + timedelta(days=bool(next_day), hours=int(hour), minutes=int(minute), seconds=int(second))
        account = name if speaker in ("客服", "自动") else ""
        holder = session.holder if account or speaker == "客户" else ""
        row = Row(session.id, session.customer, session.stage, at, speaker, account, holder, text)
        session.rows.append(row)
    else:
        raise ValueError(line)


def day_shift_csv(rows: Sequence[Row]) -> bytes:
    """Session after session, the holder on each row; saved by Excel (BOM, CRLF); holds the broken rows."""
    lines = [_csv_line(["会话ID", "店铺", "买家", "客服账号", "角色", "发送时间", "消息内容"])]
    for row in rows:
        cells = [row.session, "云栖家纺", row.customer, row.holder, _role(row, "买家"), str(row.at), row.text]
        lines.append(row.raw + "\r\n" if row.raw else _csv_line(cells))
    return "".join(lines).encode("utf-8-sig")


def clothes_csv(rows: Sequence[Row]) -> bytes:
    """In order of time, sessions mixed, the account on rows of agents only; GB18030."""
    lines = [_csv_line(["时间", "会话编号", "店铺名称", "阶段", "发送方", "客服", "客户", "内容"])]
    for row in sorted(rows, key=lambda row: row.at):
        at = f"{row.at.year}/{row.at.month}/{row.at.day} {row.at.hour}:{row.at:%M:%S}"  # as Excel writes it
        lines.append(
            _csv_line([at, row.session, "云栖女装", row.stage, _role(row, "用户"), row.agent, row.customer, row.text])
        )
    return "".join(lines).encode("gb18030")


def night_shift_jsonl(rows: Sequence[Row]) -> bytes:
    """In order of time, sessions mixed, the holder on each row; English keys, times with their zone."""
    roles = {"客户": "customer", "客服": "agent", "自动": "auto", "机器人": "bot", "系统": "system", "转接": "system"}
    keys = ("session_id", "timestamp", "sender", "agent_id", "customer_id", "shop", "text")
    lines = []
    for row in sorted(rows, key=lambda row: row.at):
        at, agent = row.at.isoformat() + "+08:00", row.holder or None
        cells = (row.session, at, roles[row.speaker], agent, row.customer, "云栖家纺", row.text)
        lines.append(json.dumps(dict(zip(keys, cells, strict=True)), ensure_ascii=False) + "\n")
    return "".join(lines).encode()


def gadgets_xlsx(rows: Sequence[Row]) -> bytes:
    """Session after session, the account on rows of agents only; times as Excel's dates; message ids and types."""
    table: list[list[str | datetime]] = [
        ["会话ID", "消息ID", "发送时间", "角色", "客服昵称", "客户昵称", "消息类型", "消息内容", "店铺"]
    ]
    for number, row in enumerate(rows, 1):
        kind = "转接" if row.speaker == "转接" else MARKERS.get(row.text, "文本")
        ids: list[str | datetime] = [row.session, f"D20261201{number:04d}", row.at]
        table.append([*ids, _role(row, "客户"), row.agent, row.customer, kind, row.text, "云栖数码"])
    return _workbook("聊天记录", table)


def _role(row: Row, customer: str) -> str:
    return {"客户": customer, "自动": "自动回复", "转接": "系统"}.get(row.speaker, row.speaker)


def _csv_line(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()


_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}styles+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}">'
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>'
    '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="1"><fill><patternFill patternType="none"/></fill></fills><borders count="1"><border/></borders>'
    '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="164" applyNumberFormat="1"/></cellXfs></styleSheet>',
}


def _workbook(sheet: str, table: Sequence[Sequence[str | datetime]]) -> bytes:
    """Write one sheet: strings inline, a datetime as Excel's day number with a date format, "" as no cell."""
    rows = []
    for number, cells in enumerate(table, 1):
        xml = "".join(_cell(f"{chr(65 + i)}{number}", cell) for i, cell in enumerate(cells) if cell != "")
        rows.append(f'<row r="{number}">{xml}</row>')
    parts = dict(_PARTS)
    parts["xl/workbook.xml"] = (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        f'<sheet name="{escape(sheet)}" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    parts["xl/worksheets/sheet1.xml"] = f'<worksheet xmlns="{_MAIN}"><sheetData>{"".join(rows)}</sheetData></worksheet>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, xml in parts.items():
            info = zipfile.ZipInfo(name, date_time=(2026, 12, 2, 0, 0, 0))
            info.create_system = 0  # else the byte tells the system it was built on
            archive.writestr(info, (_XML + xml).encode())
    return out.getvalue()


def _cell(place: str, value: str | datetime) -> str:
    if isinstance(value, datetime):
        since = value - datetime(1899, 12, 30)
        return f'<c r="{place}" s="1"><v>{since.days + since.seconds / 86400:.10f}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


Writer = Callable[[Sequence[Row]], bytes]
FILES: dict[str, tuple[str, str, Writer]] = {
    "a": ("2026-12-01_云栖家纺_a.csv", "CSV,UTF-8 带 BOM(Excel 另存的样子)", day_shift_csv),
    "b": ("2026-12-01_云栖女装_b_gbk.csv", "CSV,GB18030", clothes_csv),
    "c": ("2026-12-01_云栖数码_c.xlsx", "XLSX,中文表头,时间是日期单元格", gadgets_xlsx),
    "d": ("2026-12-01_云栖家纺_d.jsonl", "JSONL,英文键,时间带时区", night_shift_jsonl),
}


def rows_of(sessions: Sequence[Session], file: str) -> list[Row]:
    """Return the rows of one file in the order written, copies of other files' messages included."""
    own = [row for session in sessions if session.file == file for row in session.rows]
    return own + [row for session in sessions for target, row in session.copies if target == file]


def tables(sessions: Sequence[Session]) -> dict[str, str]:
    """Return the README's two Markdown tables: the files with their counts, and why each session is there."""
    files = ["| 文件 | 形式 | 会话 | 行 | 其中坏行 | 其中重复 |", "|---|---|---|---|---|---|"]
    for key, (name, form, _) in FILES.items():
        rows = rows_of(sessions, key)
        copies = sum(target == key for session in sessions for target, _ in session.copies)
        count = sum(session.file == key for session in sessions)
        files.append(f"| {name} | {form} | {count} | {len(rows)} | {sum(bool(row.raw) for row in rows)} | {copies} |")
    whys = ["| 会话 | 客服 | 为什么在这里 |", "|---|---|---|"]
    for session in sessions:
        agents = dict.fromkeys(row.holder for row in session.rows if row.holder)
        whys.append(f"| {session.id} | {'、'.join(agents) or '无'} | {session.why} |")
    return {"files": "\n".join(files), "sessions": "\n".join(whys)}


def build(target: Path) -> None:
    """Write every file of table/ and refresh the tables of README.md below `target`."""
    sessions = parse(SOURCE.read_text(encoding="utf-8"))
    (target / "table").mkdir(parents=True, exist_ok=True)
    for key, (name, _, write) in FILES.items():
        (target / "table" / name).write_bytes(write(rows_of(sessions, key)))
    readme = target / "README.md"
    page = readme.read_text(encoding="utf-8")
    for mark, table in tables(sessions).items():
        head, tail = f"<!-- {mark} -->\n", f"\n<!-- /{mark} -->"
        page = page[: page.index(head) + len(head)] + table + page[page.index(tail) :]
    readme.write_bytes(page.encode())


if __name__ == "__main__":
    build(TARGET)
