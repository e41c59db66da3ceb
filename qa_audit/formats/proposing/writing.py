"""The mapping file of a proposal: what is sure as it is, what is not as comments with the reason and two values."""

import re
from collections.abc import Iterator

from qa_audit.formats.headers import COLUMNS, fold
from qa_audit.formats.proposing.proposal import Guess, Mask, Proposal

_PLAIN = re.compile(r"[A-Za-z\u4e00-\u9fff][\w\u4e00-\u9fff]*")
_WORDS = frozenset(("null", "none", "true", "false", "yes", "no", "on", "off", "y", "n"))
_ACCOUNTS = ("customer_id", "sender")
_LONGEST = 40
_HEAD = "# 由 qa-audit 提议的映射文件。不确定的都写成了注释:核对之后去掉行首的“# ”才算数。"


def mapping_file(proposal: Proposal, mask: Mask | None = None) -> str:
    """Return a mapping file that load_mapping accepts and that uses only what is sure.

    What is unsure stands in it as a comment, under `# 不确定: …` with the reason and, where `mask` is given to take the
    personal data out of them, two sample values.
    """
    lines = [_HEAD, *(f"{key}: {quoted(value)}" for key, value in proposal.settings.items())]
    if not proposal.settings:
        lines.append("format: auto")
    if proposal.headless:
        lines.append("header: none  # 第一行就是数据,没有表头")
    lines += _block("columns", list(_columns(proposal, mask)))
    lines += _block("roles", list(_roles(proposal, mask)))
    if proposal.time_format is not None:
        guess = proposal.time_format
        lines += _block("time", [(_line("format", quoted(guess.name)), guess.sure, [guess.why])])
    lines += [f"# 缺少:{COLUMNS[name][0]}({name})。{wanting(proposal, name)}" for name in proposal.missing]
    lines += ['# roles: {agent: [列出所有客服], customer: ["*"]}'] * _by_accounts(proposal)
    if proposal.unused:
        titles = "、".join(_title(proposal, index, mask) for index in proposal.unused[:20])
        lines.append(f"# 没有用的列:{titles}" + (f" 等 {len(proposal.unused)} 列" * (len(proposal.unused) > 20)))
    return "\n".join(lines) + "\n"


def wanting(proposal: Proposal, name: str) -> str:
    """Say what to do about a required column that is missing."""
    if name != "role" or not _by_accounts(proposal):
        return "没有找到像的列"
    sender = comment(proposal.title(proposal.columns["sender"].index), _LONGEST)
    return (
        f"“{sender}”里是账号或昵称,看不出谁是客服。请写明客服账号的列(columns 的 agent_id);没有这样的列,就在 roles 的 "
        'agent 里列出所有客服,一个也不要漏,再写 customer: ["*"](“*”是其余的发送方,都当作客户)'
    )


def _by_accounts(proposal: Proposal) -> bool:
    return "role" in proposal.missing and "sender" in proposal.columns


Entry = tuple[str, bool, list[str]]
"""A line of the file, whether it is sure, and what is said about it."""


def _columns(proposal: Proposal, mask: Mask | None) -> Iterator[Entry]:
    folded = [fold(name) for name in proposal.header]
    for canonical in (name for name in COLUMNS if name in proposal.columns):
        guess = proposal.columns[canonical]
        name = proposal.header[guess.index].strip()
        named = not proposal.headless and name and len(name) <= 80 and folded.count(fold(name)) == 1
        theirs = quoted(name) if named else str(guess.index + 1)
        samples = _samples(proposal, canonical, guess, mask)
        why = mask(guess.why) if mask else guess.why
        said = [f"{_title(proposal, guess.index, mask)}:{why}{samples}"]
        yield _line(canonical, theirs), guess.sure, said


def _title(proposal: Proposal, index: int, mask: Mask | None) -> str:
    title = proposal.title(index)
    return comment(mask(title) if mask else title, _LONGEST)


def _samples(proposal: Proposal, canonical: str, guess: Guess, mask: Mask | None) -> str:
    if mask is None or guess.sure:
        return ""
    hide = starred if canonical in _ACCOUNTS else mask
    values = [comment(hide(value), _LONGEST) for value in proposal.samples.get(guess.index, ())]
    return "。例:" + "、".join(values) if values else ""


def starred(name: str) -> str:
    """Return an account or a nickname with all but its first character hidden."""
    return f"{name.strip()[:1]}**"


def _roles(proposal: Proposal, mask: Mask | None) -> Iterator[Entry]:
    for meant in ("customer", "agent", ""):
        found = [(value, guess) for value, guess in proposal.roles.items() if guess.name == meant]
        if found:
            values = ", ".join(quoted(value) for value, _ in found)
            said = [f"{comment(mask(value) if mask else value, _LONGEST)}:{guess.why}" for value, guess in found]
            word = meant or "agent"
            said += [] if meant else ["是 agent、customer、bot 还是 system,请改成对的"]
            yield f"  {word}: [{values}]", all(guess.sure for _, guess in found), said


def _line(key: str, value: str) -> str:
    return f"  {key}: {value}"


def _block(key: str, entries: list[Entry]) -> list[str]:
    """Return the lines of one key; all of it is a comment where nothing in it is sure."""
    if not entries:
        return []
    any_sure = any(sure for _, sure, _ in entries)
    lines = [f"{key}:" if any_sure else f"# {key}:"]
    for line, sure, said in entries:
        if sure:
            lines.append(f"{line}  # {comment(said[0])}")
        else:
            lines += [*(f"  # 不确定: {comment(each)}" for each in said), f"# {line}"]
    return lines


def quoted(text: str) -> str:
    """Return a value as YAML reads it back: plain where nothing can be mistaken, else in double quotes."""
    if _PLAIN.fullmatch(text) and text.casefold() not in _WORDS:
        return text
    return '"' + "".join(_escaped(char) for char in text) + '"'


def _escaped(char: str) -> str:
    if char in '"\\':
        return "\\" + char
    if char.isprintable():
        return char
    return f"\\u{ord(char):04X}" if ord(char) < 0x10000 else f"\\U{ord(char):08X}"


def comment(text: str, most: int = 400) -> str:
    """Return a text on one line and without what steers a terminal, for a comment."""
    line = "".join(c if c.isprintable() else f"‹U+{ord(c):04X}›" for c in " ".join(text.split()))
    return line if len(line) <= most else line[: most - 1] + "…"
