"""`qa-audit config`: what is set up once."""

from pathlib import Path

import click

from qa_audit.cli.voice import say


@click.group()
def config() -> None:
    """只做一次的准备。"""


@config.command("customer-key")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
def customer_key(file: Path) -> None:
    """写一个新的客户代号密钥(权限 0600),从不覆盖已有的文件(docs/privacy.md)。

    一家店或一组店用一个:run 时给它,同一位客户每夜都是同一个代号。

    \b
    qa-audit config customer-key 客户代号.key
    qa-audit run 昨天.xlsx --customer-key 客户代号.key
    """
    from qa_audit.privacy.key import make_key

    key = make_key(file)
    say(f"写好了 {file}(指纹 {key.fingerprint});以后每夜都用它:qa-audit run … --customer-key {file}")
    say("请另存一份在安全的地方,不要和结果放在一起:丢了,以前的代号就查不回来;泄露了,有 private/ 的人就能对出客户。")
