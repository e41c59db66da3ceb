"""Small exports of one shop for many nights, read into run folders."""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from qa_audit.ingest import IngestOptions
from qa_audit.pipeline import Options, ingest_only

HEADER = "会话ID,发送时间,角色,客服账号,客户ID,内容"
ASKED = ("有没有红色的呀", "这个多少钱一件", "什么时候发货呢", "可以退换货吗", "能不能便宜一点", "尺码偏大还是偏小")
TOLD = ("您好在的呢", "亲红色有货的哦", "今天下单明天就发", "七天无理由退换的", "已经是最低价了亲", "建议拍平时的尺码")


def export(
    path: Path, day: int, header: str = HEADER, *, sessions: int = 12, empty: Sequence[int] = (), more: str = ""
) -> str:
    """Write a night of sessions of 6 messages; empty: columns without anything; more: further cells; return the path."""
    draw, lines = random.Random(day), [header]
    for session in range(sessions):
        at = 36_000 + session * 900
        for turn in range(6):
            at += draw.randrange(2, 50)
            clock, who = f"2026-12-{day:02} {at // 3600:02}:{at // 60 % 60:02}:{at % 60:02}", ("客户", "客服")[turn % 2]
            said = draw.choice((ASKED, TOLD)[turn % 2]) + "。" * turn
            cells = [f"S{day}x{session}", clock, who, f"店:小{session % 3}", f"买家{session}", said]
            lines.append(",".join("" if i in empty else cell for i, cell in enumerate(cells)) + more)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return str(path)


def read(tmp_path: Path, paths: Sequence[str], out: str, *, history: bool = True, **options: Any) -> dict[str, Any]:
    """Read a night into reports/<out> and compare it with the others there; return its manifest."""
    reports = tmp_path / "reports"
    asked = Options(IngestOptions(**options), out=reports / out, history=(reports,) if history else ())
    return ingest_only(paths, asked)[1]


def nights(tmp_path: Path, count: int, name: str = "chat_2026-12-{:02}.csv", **say: Any) -> None:
    """Publish the nights 1 … count."""
    for day in range(1, count + 1):
        read(tmp_path, [export(tmp_path / "导出" / name.format(day), day, **say)], f"{day:02}", history=False)


def drifts(manifest: dict[str, Any]) -> list[str]:
    """Return what is told of drift."""
    return [each["text"] for each in manifest["notices"] if each["code"] == "drift"]


def lost(manifest: dict[str, Any]) -> list[str]:
    """Return why a night was refused."""
    return [each["text"] for each in manifest["reasons"] if each["code"] == "lost_column"]
