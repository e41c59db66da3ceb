"""Workbooks for tests, and the workbooks of sample_logs.

python -m tests.formats.workbooks     # writes the samples again: the same bytes every time
"""

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter

from tests.formats.canonical import SAMPLES, folder_of

Rows = Sequence[Sequence[Any]]
Range = tuple[int, int, int, int]

CHAT = ["客户名", "消息序号", "发送时间", "发送内容", "发送账号", "账号类型"]
SUMMARY = ["客户名", "状态", "消息数", "是否生成工作表", "失败原因", "导出时间"]


def workbook(sheets: Mapping[str, Rows], merged: Mapping[str, Sequence[Range]] | None = None) -> bytes:
    """Return a workbook: a cell that is None is left out; merged: {sheet: (row, column, last row, last column)} from 0,
    each of which takes the value of its first cell."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd hh:mm:ss"})
    book.set_properties({"created": dt.datetime(2026, 12, 1, tzinfo=dt.UTC)})
    for name, rows in sheets.items():
        page = book.add_worksheet(name)
        for top, left, bottom, right in (merged or {}).get(name, ()):
            page.merge_range(top, left, bottom, right, rows[top][left])
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell is not None:
                    page.write(number, column, cell)
    book.close()
    return out.getvalue()


def chats(summary: Rows, sheets: Mapping[str, Rows]) -> bytes:
    """Return a workbook as 千牛 chats are exported in: 导出汇总 and a sheet per customer."""
    return workbook({"导出汇总": [SUMMARY, *summary], **{name: [CHAT, *rows] for name, rows in sheets.items()}})


def chat(customer: str, *lines: tuple[str, str, str, str]) -> list[list[Any]]:
    """Return the rows of a customer's sheet from (time, text, account, word for the account)."""
    return [[customer, number, *line] for number, line in enumerate(lines, 1)]


def done(customer: str, count: int) -> list[Any]:
    """Return the line of 导出汇总 of a customer who was exported."""
    return [customer, "成功", count, "是" if count else "否", "" if count else "无有效消息", "2026-12-02 09:00:00"]


def qianniu() -> bytes:
    """Return the sample workbook of 千牛: a name cut to 31 characters, texts of several lines, what has no account."""
    long = "晚风知意与山间小鹿一起在云栖家纺买了两对全棉枕套还想要一床夏凉被"
    first = chat(
        long,
        ("2026-12-01 10:00:00", "在吗,枕套有白色的吗", long, "客户"),
        ("2026-12-01 10:00:05", "在的亲\n白色和米色都有", "云栖家纺:小棠", "客服"),
        ("2026-12-01 10:00:20", "[图片]", "云栖家纺:小棠", "客服"),
        ("2026-12-01 10:00:40", "要白色的", long, "客户"),
    )
    second = chat(
        "tb一叶舟",
        ("2026-12-01 11:00:00", "退货运费谁出", "tb一叶舟", "客户"),
        ("2026-12-01 11:00:10", "亲,质量问题我们出运费", "云栖家纺:青禾", "客服"),
        ("2026-12-01 11:00:30", "tb一叶舟", "", ""),
        ("2026-12-01 12:30:00", "寄出去了", "tb一叶舟", "客户"),
        ("2026-12-01 12:30:09", "收到,我们尽快处理", "云栖家纺", "客户"),
    )
    failed = ["松果", "失败", 0, "否", "未找到聊天内容区域", "2026-12-02 09:00:40"]
    return chats(
        [done(long, 4), done("tb一叶舟", 5), failed],
        {long[:31]: first, "tb一叶舟": second},
    )


def clocks() -> bytes:
    """Return a workbook of 千牛 with times of day only, which go on after midnight."""
    rows = chat(
        "晚风",
        ("23:58:00", "在吗", "晚风", "客户"),
        ("23:58:04", "在的亲", "云栖家纺:小棠", "客服"),
        ("23:58:03", "[图片]", "云栖家纺:小棠", "客服"),
        ("00:01:00", "好的", "晚风", "客户"),
    )
    return chats([done("晚风", 4)], {"晚风": rows})


def merged() -> bytes:
    """Return the sample table: a title, group names over names, sessions merged over their rows, a foot, two sheets."""
    head = [
        ["云栖家纺 12 月 1 日聊天记录", *[None] * 6],
        ["会话", None, "客户", None, "消息", None, "角色"],
        ["会话ID", "序号", "昵称", "ID", "时间", "内容", None],
    ]
    rows = [
        ["M1201-001", 1, "晚风", "U1", "2026-12-01 10:00:00", "枕套掉色吗", "客户"],
        [None, 2, None, None, "2026-12-01 10:00:06", "亲,正常洗涤不掉色的", "客服"],
        [None, 3, None, None, "2026-12-01 10:00:30", "好的", "客户"],
        *head[1:],
        ["M1201-002", 1, "小鹿", "U2", "2026-12-01 11:00:00", "被子什么时候发", "客户"],
        [None, 2, None, None, "2026-12-01 11:01:30", "今天下午发", "客服"],
        ["合计", 5, *[None] * 5],
        ["制表人:小周", *[None] * 6],
    ]
    ranges = [(0, 0, 0, 6), *_head_ranges(1), *_head_ranges(6)]
    ranges += [(top, column, bottom, column) for top, bottom in ((3, 5), (8, 9)) for column in (0, 2, 3)]
    more = [
        ["会话ID", "序号", "客户ID", "消息时间", "消息内容", "角色"],
        ["M1201-003", 1, "U3", "2026-12-01 12:00:00", "能开发票吗", "客户"],
        ["M1201-003", 2, "U3", "2026-12-01 12:00:04", "可以的,留下抬头就行", "客服"],
        ["共 2 条"],
    ]
    return workbook({"上午": [*head, *rows], "中午": more}, {"上午": ranges})


def _head_ranges(top: int) -> list[Range]:
    return [(top, 0, top, 1), (top, 2, top, 3), (top, 4, top, 5), (top, 6, top + 1, 6)]


if __name__ == "__main__":
    (SAMPLES / "qianniu-xlsx" / "千牛聊天记录_2026-12-02_09-01.xlsx").write_bytes(qianniu())
    (folder_of("qianniu-clock") / "chats.xlsx").write_bytes(clocks())
    (SAMPLES / "table-merged" / "2026-12-01_云栖家纺_合并单元格.xlsx").write_bytes(merged())
