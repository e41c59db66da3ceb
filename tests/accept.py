"""`make accept`: rewrite what is generated and committed, to be read line by line in the diff.

sample_logs/table/expected.yaml (scores and findings of the samples) and the generated pages docs/measures.md,
docs/results.md and docs/cli.md.
"""

import re
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import pyarrow.parquet as pq

from qa_audit import clocks, schema
from qa_audit.cli import cli
from qa_audit.codes import CATALOG, MOST_TOLD
from qa_audit.ingest import IngestOptions
from qa_audit.measures import MEASURES, REASON_TEXTS
from qa_audit.pipeline import Options, run
from qa_audit.rubric import shelf
from qa_audit.texts import lexicon
from qa_audit.yaml_source import MAX_BYTES, MAX_DEPTH, MAX_NODES

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "sample_logs"
EXPECTED = SAMPLES / "table" / "expected.yaml"

_FAMILIES = {
    "response": "响应", "activity": "消息与时长", "politeness": "礼貌用语", "forbidden": "禁语", "flow": "接待流程", "sentiment": "客户情绪",
}  # fmt: skip


def expected_of(out: Path) -> str:
    """Return what a run found, a line per segment and per deduction, in canonical order, as YAML."""
    segments = pq.read_table(out / "segments.parquet").to_pylist()
    findings = pq.read_table(out / "findings.parquet").to_pylist()
    lines = ["# 示例聊天的期望结果;make accept 重写,差异请逐行读。\n"]
    for row in segments:
        score = "null" if row["score"] is None else f"{row['score']:g}"
        first = "null" if row["first_response_seconds"] is None else f"{row['first_response_seconds']:g}"
        lines.append(
            f"{row['session_id']}/{row['segment_no']}: {{agent: {row['agent_id'] or 'null'}, score: {score}, "
            f"first_response: {first}, unanswered: {row['unanswered_rounds']}, findings: ["
        )
        told = [
            each
            for each in findings
            if (each["session_id"], each["segment_no"]) == (row["session_id"], row["segment_no"])
        ]
        lines.append(", ".join(filter(None, map(_told, told))) + "]}\n")
    return "".join(lines)


def _told(finding: dict) -> str:
    if finding["outcome"] in ("pass", "not_applicable") and not finding["bonus"]:
        return ""
    places = " ".join(str(each["position"]) for each in finding["evidence"])
    points = f"+{finding['bonus']:g}" if finding["bonus"] else f"-{finding['deducted']:g}"
    return f"{finding['check']} {finding['outcome']} {points} @{places or '-'}"


def measures_page() -> str:
    """Return docs/measures.md."""
    out = [
        "# 指标\n\n由代码生成(`make accept`);`qa-audit measures` 在终端里列出同样的内容。每个指标按段计算,量不出来就是空,从不写成 0。\n"
    ]
    out.append("\n## 响应时钟\n\n`qa-audit clock list` 列出自带的,写法见 [clocks.md](clocks.md);不写时用 `house`:\n\n")
    out.append(f"> {clocks.definition(clocks.house())}\n")
    for family, title in _FAMILIES.items():
        out.append(f"\n## {title}\n\n| 指标 | 名称 | 单位 | 定义 | 什么时候为空 |\n|---|---|---|---|---|\n")
        for measure in MEASURES.values():
            if measure.family == family:
                out.append(
                    f"| `{measure.name}` | {measure.title} | {measure.unit} | {measure.definition} | {measure.null_case} |\n"
                )
    out.append("\n比例类指标有三列:`x`、`x_numerator`、`x_denominator`;分母为 0 时 `x` 为空。\n")
    out.append("\n## 为空的原因\n\n| 代码 | 意思 |\n|---|---|\n")
    out += [f"| `{code}` | {text} |\n" for code, text in REASON_TEXTS.items()]
    return "".join(out)


_FILES = {
    "segments.parquet": (
        "每段一行:得分和全部指标。下面是固定的列,之后每个指标一列(见 measures.md)。",
        schema.SEGMENT_KEYS,
    ),
    "findings.parquet": ("每段 × 每个检查项一行:结果、扣分、证据。", schema.FINDINGS),
    "checks.parquet": ("评分表的每一版里每个检查项一行:不随会话变的内容。", schema.CHECKS),
    "agents.parquet": ("每位客服一行;平均分里每段权重相同。", schema.AGENTS),
    "private/messages.parquet": ("规范化的消息,原文。", schema.MESSAGES),
    "private/sessions.parquet": ("每个会话一行:是哪位客户,会话和客户在外面叫什么。", schema.SESSIONS),
    "private/rounds.parquet": ("每一轮等待:谁问、谁答、算不算、为什么。", schema.ROUNDS),
    "private/ratings.parquet": ("导出里的客户评价,按会话编号对上的。", schema.RATINGS),
    "private/quarantine.parquet": (
        "看不懂的行;`quarantine.csv` 还写明怎么办、认得出的各格,用 Excel 改好可以收回(见 formats.md),收回时用的文件抄在 `mended-1.csv` 等。",
        schema.QUARANTINE,
    ),
}


def results_page() -> str:
    """Return docs/results.md."""
    out = [
        "# 结果文件夹\n\n由代码生成(`make accept`)。`qa-audit run` 把一次质检写成一个文件夹,整体替换:要么是完整的新结果,要么还是原来的。"
        "文件夹里有不是 qa-audit 写的文件就不替换(退出码 2,说明是哪些),请移到别处;改好的隔离文件正由 `--mended` 收回的不算。\n\n"
        "`private/`(权限 0700)里是未脱敏的原文,不要转发;其余文件里客户写作 顾客0001(给了 `--customer-key` 时是 C-8F3K),"
        "电话、证件、卡号、邮箱、微信、QQ、地址、姓名、昵称和长编号打码,可以转发([privacy.md](privacy.md))。\n\n"
        "| 文件 | 内容 |\n|---|---|\n"
        "| `index.html`、`agents/*.html`、`sessions/*.html` | 评分卡;离线打开,可打印 |\n"
        "| `summary.txt`、`summary.json` | 终端上印的摘要;给程序读的摘要 |\n"
        "| `run.json` | 最后写入:状态、行数核对、输入文件的指纹、评分表的名字、版本、哈希,每一版评了几个会话 |\n"
        "| `private/features.parquet` | 每条不同的文本一行:字数、情绪(只算客户的) |\n"
    ]
    out += [f"| `{name}` | {text} |\n" for name, (text, _) in _FILES.items()]
    out.append(
        "\n`run.json` 的 `counts`:`read` = `messages` + `quarantined` + `duplicates`,不等就不发布。"
        "同样的输入、评分表和版本,除 `run.json` 外没有任何时钟时间,逐字节相同,与 `--jobs` 和文件顺序无关。\n"
    )
    for name, (text, table) in _FILES.items():
        out.append(f"\n## {name}\n\n{text}\n\n| 列 | 类型 | 含义 |\n|---|---|---|\n")
        out += [
            f"| `{field}` | {kind.split('<')[0]} | {meaning} |\n" for field, kind, meaning in schema.describe(table)
        ]
    return "".join(out)


_FAMILIES_OF_CODES = {
    "E1": "文件和 YAML", "E2": "键、类型、数值", "E3": "意思", "E4": "短语和词表", "E5": "包含、改写、版本", "W6": "建议",
}  # fmt: skip


def mistakes_page() -> str:
    """Return docs/rubric-mistakes.md: every code of the catalog, with a case that provokes it from the tests."""
    out = [
        "# 评分表的错误和建议\n\n由代码生成(`make accept`)。`qa-audit rubric lint` 逐条列出,格式是 `文件:行:列: 代码 哪里不对 (怎么改)`;"
        "`--lang en` 说英文,`--format json` 给程序读,`--format github` 标在出错的行上。\n\n"
        "E 开头的是错误:评分停下,退出码 2。W 开头的是建议:照样能评分,`lint` 也以 2 退出;只查错误用 `--level error`。"
        "花括号里的是具体内容。\n"
    ]
    for prefix, title in _FAMILIES_OF_CODES.items():
        out.append(f"\n## {prefix}xx {title}\n\n| 代码 | 哪里不对 | 怎么改 | In English |\n|---|---|---|---|\n")
        for code, said in CATALOG.items():
            if code.startswith(prefix):
                told = (said.zh, said.zh_hint, f"{said.en} ({said.en_hint})")
                out.append(f"| {code} | {' | '.join(map(_cell, told))} |\n")
    return "".join(out) + _NOTES


_NOTES = f"""
## 说明

- 一次说全:写法、意思、短语、词表文件的错误一起列出;一项写坏了,不影响查别的项。同一类最多说 {MOST_TOLD:,} 条。
- W603、W606 只比同一个文件里的词,和评分表里自己写的词;不会因为评分表放宽了某一项而说词表不对。`match: all` 和 `match: 数字` 不查 W603。
- W604 看用到这条例外的每一项,有一项起作用就不说;有正则时只要例外和正则有共同的字就不说。
- W605 只看评分表旁边的 `lexicons/`;同一文件夹和 `packs/` 里别的评分表、评分项包提到的词表算有人用,自带词表里指标要用的也算。
- 上限:一个文件 {MAX_BYTES:,} 字节、{MAX_NODES:,} 个值、{MAX_DEPTH} 层;一个词表 {lexicon.MOST_PHRASES:,} 个词,一份评分表合起来 {shelf.MOST_PHRASES:,} 个词。
"""


def _cell(template: str) -> str:
    """Return a sentence for a table, its fields named only; one that only suggests the nearest word is said in words."""
    if template == "{nearest}":
        return "最像的一个;没有像的,就列出全部"
    template = template.replace(" ({nearest_en})", " (the nearest known one, or all of them)")
    named = re.sub(r"(?<!\{)\{(\w+):[^{}]*\}(?!\})", r"{\1}", re.sub(r"\{nearest\w*\}", "", template)).strip(";； ")
    return named.replace("{{", "{").replace("}}", "}").replace("\\", "\\\\").replace("|", "\\|")


HELP = ["-h", "--help"]
"""As in `qa_audit.cli`: a command keeps the first help option it is asked for."""


def cli_page() -> str:
    """Return docs/cli.md: the help of every command."""
    out = ["# 命令\n\n由代码生成(`make accept`)。数据写到标准输出,过程和错误写到标准错误。\n"]
    for path, command in commands(cli, "qa-audit"):
        command._help_option = None  # click keeps the one of its first call, which a test may have made without parents
        text = command.get_help(
            click.Context(command, info_name=path, max_content_width=100, terminal_width=100, help_option_names=HELP)
        )
        out.append(f"\n## {path}\n\n```\n{text}\n```\n")
    return "".join(out)


def commands(command: click.Command, path: str) -> list[tuple[str, click.Command]]:
    """Return every command below one, with the words that call it."""
    found = [(path, command)]
    if isinstance(command, click.Group):
        for name in sorted(command.commands):
            found += commands(command.commands[name], f"{path} {name}")
    return found


PAGES = {
    "measures.md": measures_page,
    "results.md": results_page,
    "cli.md": cli_page,
    "rubric-mistakes.md": mistakes_page,
}


def main() -> None:
    """Rewrite everything."""
    with TemporaryDirectory() as folder:
        out, _ = run([str(SAMPLES / "table")], Options(IngestOptions(), out=Path(folder) / "out"))
        EXPECTED.write_text(expected_of(out), "utf-8")
    for name, page in PAGES.items():
        (ROOT / "docs" / name).write_text(page(), "utf-8")


if __name__ == "__main__":
    main()
