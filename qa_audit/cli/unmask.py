"""`qa-audit unmask`: who a code on the pages is, for those who hold the key and private/."""

from pathlib import Path

import click

from qa_audit.cli.options import CUSTOMER_KEY
from qa_audit.cli.voice import complain, reveal


@click.command()
@click.argument("codes", nargs=-1, required=True, metavar="CODE...")
@CUSTOMER_KEY
@click.option(
    "--in",
    "places",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="结果文件夹,或放着它们的文件夹;可写几次。不写是 reports/。",
)
def unmask(codes: tuple[str, ...], customer_key: Path | None, places: tuple[Path, ...]) -> int:
    """查代号是哪位客户:夜、店铺、账号、会话编号、结果文件夹。印出来的没有打码,别转发。查不到时以 1 退出。

    C-8F3K 要密钥(--customer-key)和结果文件夹里的 private/;顾客0001 不要密钥,但要用 --in 说是哪一夜。

    \b
    qa-audit unmask C-8F3K --customer-key 客户代号.key
    qa-audit unmask 顾客0001 --in reports/2026-12-01
    """
    from qa_audit.privacy.key import load_key
    from qa_audit.unmasking import look_up

    key = load_key(customer_key) if customer_key else None
    found = look_up(codes, places or (Path("reports"),), key)
    for hit in found.hits:
        who = hit.customer_id or "(导出里没有客户账号)"
        about = (f"{hit.night or '没有日期'}", *((f"店铺 {hit.shop}",) if hit.shop else ()), f"客户 {who}")
        code = hit.code if hit.customer == hit.code else f"{hit.code}(当夜写作 {hit.customer})"
        reveal(_line(code, *about, f"会话 {'、'.join(hit.sessions)}", str(hit.folder)))
    for folder, why in found.skipped:
        complain(f"没有查 {folder}: {why}")
    for code in found.missing:
        complain(f"{code}: 没有找到(查了 {len(found.searched)} 个结果文件夹{_some(found.searched)})")
    return 1 if found.missing else 0


def _line(*parts: str) -> str:
    return "  ".join(part.replace("\n", " ").replace("\t", " ") for part in parts)


def _some(folders: tuple[Path, ...]) -> str:
    named = "、".join(map(str, folders[:5]))
    return f":{named}{' 等' if len(folders) > 5 else ''}" if folders else ""
