"""Who a code of a customer or of a session is, for those who hold the key and the private/ folders of the runs.

found = look_up(["C-8F3K"], [Path("reports")], load_key(Path("客户代号.key")))
found.hits[0].customer_id
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa_audit import schema
from qa_audit.errors import QaAuditError
from qa_audit.privacy.codes import matches, typed_code
from qa_audit.privacy.key import CustomerKey
from qa_audit.results import MANIFEST, PRIVATE, read_manifest, read_table

_SESSIONS = "sessions.parquet"


@dataclass(frozen=True)
class Hit:
    """A customer of one night that a code stands for; customer_id None where the export names nobody."""

    code: str
    night: str | None
    shop: str | None
    customer_id: str | None
    customer: str
    sessions: tuple[str, ...]
    folder: Path


@dataclass(frozen=True)
class Found:
    """What was found, in how many run folders was looked, and why others were left out."""

    hits: tuple[Hit, ...]
    missing: tuple[str, ...]
    searched: tuple[Path, ...]
    skipped: tuple[tuple[Path, str], ...]


def look_up(codes: Sequence[str], places: Sequence[Path], key: CustomerKey | None) -> Found:
    """Look for codes (C-8F3K, 顾客0001, 20261201-顾客0001-1) in the run folders at and below some places.

    QaAuditError for what is no code, C-… without a key, 顾客… in more than one folder, a place that is none.
    """
    folders = run_folders(places)
    for code in codes:
        _check(code, key, folders)
    hits: list[Hit] = []
    searched: list[Path] = []
    skipped: list[tuple[Path, str]] = []
    for folder in folders:
        why = _why_not(folder, codes, key)
        if why:
            skipped.append((folder, why))
            continue
        searched.append(folder)
        rows = read_table(folder / PRIVATE / _SESSIONS, schema.SESSIONS.names).to_pylist()
        for code in codes:
            hits += _hits(code, rows, folder, key)
    found = {hit.code for hit in hits}
    return Found(tuple(hits), tuple(code for code in codes if code not in found), tuple(searched), tuple(skipped))


def run_folders(places: Sequence[Path]) -> list[Path]:
    """Return the run folders among some places and right below them, each once; QaAuditError when there is none."""
    found: list[Path] = []
    for place in places:
        if not place.is_dir():
            raise QaAuditError(f"{place}: 没有这个文件夹(用 --in 写结果文件夹,或放着它们的文件夹)")
        inside = (
            [place] if (place / MANIFEST).is_file() else sorted(path.parent for path in place.glob(f"*/{MANIFEST}"))
        )
        found += inside
    if not found:
        raise QaAuditError(f"{'、'.join(map(str, places))}: 里面没有结果文件夹(用 --in 写明在哪里)")
    return list(dict.fromkeys(found))


def _check(code: str, key: CustomerKey | None, folders: Sequence[Path]) -> None:
    if code.upper().startswith("C-"):
        if typed_code(code) is None:
            raise QaAuditError(f"{code}: 不是客户代号(像 C-8F3K,至少四位,没有字母 I、L、O、U)")
        if key is None:
            raise QaAuditError(f"{code}: 要有密钥才能查(--customer-key FILE,和出结果时用的是同一个)")
    elif "顾客" in code:
        if len(folders) > 1:
            raise QaAuditError(f"{code}: 每夜都从 0001 数起,要说是哪一夜的(--in reports/2026-12-01)")
    elif "-" not in code:
        raise QaAuditError(f"{code}: 不是代号(像 C-8F3K、顾客0001,或页面上会话编号处的 20261201-顾客0001-1)")


def _why_not(folder: Path, codes: Sequence[str], key: CustomerKey | None) -> str:
    """Say why a folder is left out; "" when it is searched."""
    if not (folder / PRIVATE / _SESSIONS).is_file():
        return "没有 private/sessions.parquet(只读入过、没有评分,或 private/ 被拿走了)"
    made_with = read_manifest(folder).get("customer_key")
    if any(typed_code(code) for code in codes):
        if made_with is None:
            return "出结果时没有用密钥"
        if key is not None and made_with != key.fingerprint:
            return f"用的是另一个密钥(指纹 {made_with},给的是 {key.fingerprint})"
    return ""


def _hits(code: str, rows: Sequence[dict[str, Any]], folder: Path, key: CustomerKey | None) -> list[Hit]:
    """Return the customers of a run that a code stands for, night by night."""
    typed = typed_code(code)
    people: dict[tuple[str | None, str | None, str | None, str], list[str]] = {}
    full: dict[tuple[str | None, str], str] = {}
    for row in rows:
        if typed is not None and key is not None:
            person = row["shop"], row["customer_id"] or f"\0{row['session_id']}"
            full[person] = full.get(person) or key.full_code(*person)
            mine = matches(typed, full[person])
        else:
            mine = code in (row["customer"], row["shown_id"])
        if mine:
            night = None if row["night"] is None else str(row["night"])
            people.setdefault((night, row["shop"], row["customer_id"], row["customer"]), []).append(row["session_id"])
    return [
        Hit(code, night, shop, account, customer, tuple(sessions), folder)
        for (night, shop, account, customer), sessions in people.items()
    ]
