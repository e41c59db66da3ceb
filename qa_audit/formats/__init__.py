"""Export formats: one file each turns the bytes of an export into sheets of text cells; the registry is explicit.

A newcomer adds `formats/<name>.py` with a `read(source) -> list[Sheet]`, a line to `FORMATS`, and sample_logs/<name>/.
"""

import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass

from qa_audit.citing import cited
from qa_audit.errors import ExportError
from qa_audit.formats.chatwoot import read_chatwoot, sniff_chatwoot
from qa_audit.formats.csv import read_csv
from qa_audit.formats.jd_dongdong import read_jd_dongdong, sniff_jd_dongdong
from qa_audit.formats.jsonl import read_jsonl, sniff_jsonl
from qa_audit.formats.parquet import read_parquet
from qa_audit.formats.pinduoduo import read_pinduoduo, sniff_pinduoduo
from qa_audit.formats.qianniu_txt import read_qianniu_txt, sniff_qianniu_txt
from qa_audit.formats.qianniu_xlsx import read_qianniu_xlsx, sniff_qianniu_xlsx
from qa_audit.formats.sheet import Sheet, Source
from qa_audit.formats.sniffing import Head, Sniffer, Verdict, nothing
from qa_audit.formats.taobao_json import read_taobao_json, sniff_taobao_json
from qa_audit.formats.wecom import read_wecom, sniff_wecom
from qa_audit.formats.weixin_kf import read_weixin_kf, sniff_weixin_kf
from qa_audit.formats.xlsx import read_xlsx
from qa_audit.formats.zendesk_chat import read_zendesk_chat, sniff_zendesk_chat


@dataclass(frozen=True)
class Format:
    """title: Chinese, for lists; suffixes: lower case, with dot, of the files a folder is searched for; sniff: tells
    whether a file is of this format."""

    name: str
    title: str
    suffixes: tuple[str, ...]
    read: Callable[[Source], list[Sheet]]
    sniff: Sniffer = nothing


_JSON = (".json", ".jsonl", ".ndjson")
FORMATS: dict[str, Format] = {
    "csv": Format("csv", "CSV / TSV 文本表", (".csv", ".tsv", ".txt"), read_csv),
    "xlsx": Format("xlsx", "Excel 工作簿", (".xlsx",), read_xlsx),
    "jsonl": Format("jsonl", "JSON:数组、每行一个对象、带消息列表的对话", _JSON, read_jsonl, sniff_jsonl),
    "parquet": Format("parquet", "Parquet", (".parquet",), read_parquet),
    "qianniu-txt": Format("qianniu-txt", "千牛复制、导出的聊天文本", (".txt",), read_qianniu_txt, sniff_qianniu_txt),
    "qianniu-xlsx": Format(
        "qianniu-xlsx", "千牛逐个客户一张表的工作簿", (".xlsx",), read_qianniu_xlsx, sniff_qianniu_xlsx
    ),
    "taobao-json": Format("taobao-json", "淘宝 / 天猫消息 JSON", _JSON, read_taobao_json, sniff_taobao_json),
    "jd-dongdong": Format("jd-dongdong", "京东咚咚 JSON", _JSON, read_jd_dongdong, sniff_jd_dongdong),
    "pinduoduo": Format("pinduoduo", "拼多多消息 JSON", _JSON, read_pinduoduo, sniff_pinduoduo),
    "wecom": Format("wecom", "企业微信会话存档 JSON", _JSON, read_wecom, sniff_wecom),
    "weixin-kf": Format("weixin-kf", "微信客服聊天记录 JSON", _JSON, read_weixin_kf, sniff_weixin_kf),
    "zendesk-chat": Format("zendesk-chat", "Zendesk Chat JSON", _JSON, read_zendesk_chat, sniff_zendesk_chat),
    "chatwoot": Format("chatwoot", "Chatwoot JSON", _JSON, read_chatwoot, sniff_chatwoot),
}
TABULAR = ("csv", "xlsx", "jsonl", "parquet")
"""Formats whose columns and values may need a mapping file; the others know their own."""
SUFFIXES = frozenset(suffix for known in FORMATS.values() for suffix in known.suffixes)
# what --format and `format:` may say; table is the whole family and tsv is CSV with another delimiter
ALIASES = {"auto": None, "table": None, "tsv": "csv"} | {name: name for name in FORMATS}

_UNREADABLE = (
    (b"\x1f\x8b", "gzip 压缩文件"),
    (b"Rar!", "RAR 压缩文件"),
    (b"7z\xbc\xaf", "7z 压缩文件"),
    (b"%PDF", "PDF 文件"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
)


def verdicts(head: Head) -> dict[str, Verdict]:
    """Return what each format says of a file, of those that recognise it."""
    return {known.name: verdict for known in FORMATS.values() if (verdict := known.sniff(head)) is not None}


def detect(data: bytes, path: str) -> Format:
    """Name the format by the first bytes, then by the file's suffix. Raise ExportError for files that are no table."""
    return recognise(data, path)[0]


def recognise(data: bytes, path: str) -> tuple[Format, Verdict]:
    """Name the format as `detect` does, and say why and how sure that is."""
    head = Head(path, data)
    for magic, what in _UNREADABLE:
        if data.startswith(magic):
            raise ExportError(f"{path}: 这是{what},不是聊天记录表。请解压或重新导出为 CSV、XLSX、JSONL 或 Parquet")
    told = verdicts(head)
    sure = [name for name, verdict in told.items() if verdict.sure] or list(told)
    if len(sure) == 1:
        return FORMATS[sure[0]], told[sure[0]]
    if sure:
        raise ExportError(f"{path}: 分不清是哪一种导出({'、'.join(sure)})。请用 --format 写明")
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return FORMATS["xlsx"], Verdict(True, "开头的字节是 Excel 工作簿的")
    if data.startswith(b"PAR1"):
        return FORMATS["parquet"], Verdict(True, "开头的字节是 Parquet 的")
    start = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start[:1] == b"<" and b"<table" in data[:65536].lower():
        raise ExportError(f"{path}: 这是网页,不是表格。请用 Excel 打开后另存为 .xlsx 或 CSV UTF-8")
    if start[:1] == b"{" and head.suffix != ".csv":
        return FORMATS["jsonl"], Verdict(False, "第一个字符是 {")
    for name in ("csv", "jsonl"):
        if head.suffix in FORMATS[name].suffixes:
            return FORMATS[name], Verdict(False, f"后缀是 {head.suffix},开头不像别的格式")
    return FORMATS["csv"], Verdict(False, "不像别的格式,当作文本表")


def choose(name: str, data: bytes, path: str) -> Format:
    """Return the format that --format or the mapping names, or detect it. Raise ExportError for an unknown name."""
    if name not in ALIASES:
        raise ExportError(f"不认识的格式 {name!r}。可用:{'、'.join(ALIASES)}")
    if data.startswith(b"\0") and data.count(0) == len(data):
        raise ExportError(f"{path}: 文件里全是空字节(NUL),没有内容。多半是没有下载完或磁盘写坏了,请重新导出")
    fixed = ALIASES[name]
    return FORMATS[fixed] if fixed else detect(data, path)


def typed(path: str) -> str:
    """Return a path as it is typed in a shell, in quotes where it needs them."""
    return path if re.fullmatch(r"[\w@%+=:,./-]+", path) else shlex.quote(path)


def explained(error: ExportError, known: Format, path: str, encoding: str | None) -> ExportError:
    """Return the error of a file that was not understood, with what may be behind it: its suffix, a wrong encoding, and
    with what to try where a mapping file would help."""
    if known.name == "csv" and path.lower().endswith((".xlsx", ".xlsm")):
        return ExportError(f"{path}: 这不是一个 xlsx 文件(开头不是 xlsx 的样子),也读不成文本表。请重新导出,或改对后缀")
    # a sheet may be named after a customer, and nobody knows of whom in a file that was not understood
    text = re.sub(rf"{re.escape(path)}#([^:]*)", lambda found: f"{path}#{cited(found[1])}", error.told)
    if encoding is not None and known.name in ("csv", "jsonl") and "--encoding" not in text:
        text += f"。是按写明的编码 {encoding} 读的;若列名成了乱码,请去掉 --encoding(或映射文件的 encoding)"
    if "--mapping" in text and known.name in TABULAR:
        text += f"。可以先试 qa-audit formats map {typed(path)}"
    return ExportError(text)
