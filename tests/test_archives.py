"""Exports inside .zip and .gz: read as if unpacked; bombs, locks and tricks are refused by name, the rest is read."""

import gzip
import io
import os
import re
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import pytest

from qa_audit.errors import ExportError
from qa_audit.ingest import archives, ingest

CSV = "会话ID,发送时间,角色,客户ID,消息内容\ns1,2026-12-01 10:00:00,客户,c1,在吗\ns1,2026-12-01 10:00:05,客服,c1,您好\n"


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def put(folder: Path, files: Mapping[str, str | bytes]) -> str:
    for name, content in files.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder.as_posix()


def test_members_are_read_like_files(tmp_path: Path) -> None:
    inner = zipped({"deep/b.csv": CSV.replace("s1", "s2")})
    logs = put(
        tmp_path,
        {
            "a.zip": zipped({"x/a.csv": CSV, "inner.zip": inner, "readme.md": "x", "__MACOSX/x/._a.csv": "x"}),
            "c.csv.gz": gzip.compress(CSV.replace("s1", "s3").encode("gb18030")),
        },
    )
    found = ingest([logs])
    assert [each.path.removeprefix(logs) for each in found.inputs] == [
        "/a.zip!/inner.zip!/deep/b.csv",
        "/a.zip!/x/a.csv",
        "/c.csv.gz!/c.csv",
    ]
    assert (found.read, found.messages.num_rows, found.sessions, found.failed) == (6, 6, 3, ())


def test_the_same_export_zipped_and_not_is_one(tmp_path: Path) -> None:
    plain = ingest([put(tmp_path, {"a.csv": CSV})])
    both = ingest([put(tmp_path, {"b.zip": zipped({"a.csv": CSV})})])
    assert both.duplicates == plain.messages.num_rows
    assert both.messages["message_id"].equals(plain.messages["message_id"])


def test_old_chinese_names_are_readable(tmp_path: Path) -> None:
    data = zipped({"AAAA.csv": CSV}).replace(b"AAAA", "记录".encode("gb18030"))
    found = ingest([put(tmp_path, {"a.zip": data})])
    assert found.inputs[0].path.endswith("a.zip!/记录.csv")


def bomb() -> bytes:
    return zipped({"a.csv": b"0" * (11 << 20)})


def locked() -> bytes:
    data = bytearray(zipped({"a.csv": CSV}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def twice(*names: str) -> bytes:
    out = io.BytesIO()
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(out, "w") as archive:
        for number, name in enumerate(names):
            archive.writestr(name, CSV.replace("s1", f"s{number}"))
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("bomb.zip", bomb(), "大得不正常"),
        ("bomb.csv.gz", gzip.compress(b"0" * (300 << 20), 9), "大得不正常"),
        ("up.zip", zipped({"../../a.csv": CSV}), "指向包外"),
        ("root.zip", zipped({"/etc/a.csv": CSV}), "指向包外"),
        ("drive.zip", zipped({"C:\\a.csv": CSV}), "指向包外"),
        ("locked.zip", locked(), "有密码"),
        ("cut.zip", zipped({"a.csv": CSV * 99})[:150], "打不开"),
        ("cut.csv.gz", gzip.compress((CSV * 99).encode())[:60], "解不开"),
        ("deep.zip", zipped({"a.zip": zipped({"b.zip": zipped({"c.csv": CSV})})}), "套得太深"),
        ("twice.zip", twice("a.csv", "a.csv"), "两个文件都叫 a.csv"),
        ("shown.zip", twice("a\x01.csv", "a\x02.csv"), r"两个文件都叫 a\?.csv"),
        ("inner.zip", zipped({"b.zip": twice("a.csv", "a.csv")}), "inner.zip!/b.zip: 压缩包里有两个文件都叫 a.csv"),
        ("many.zip", zipped({f"{i}.csv": "x" for i in range(2001)}), "2,001 个文件"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isascii() else "",
)
def test_what_is_refused_is_named_and_the_rest_is_read(tmp_path: Path, name: str, data: bytes, words: str) -> None:
    logs = put(tmp_path, {name: data, "good.csv": CSV})
    found = ingest([logs])
    assert found.messages.num_rows == 2
    (failed,) = found.failed
    assert re.search(words, failed.message)
    assert name in failed.message
    with pytest.raises(ExportError, match=words):
        ingest([f"{logs}/{name}"])


def test_an_unreadable_file_among_many(tmp_path: Path) -> None:
    found = ingest([put(tmp_path, {"a.csv": CSV, "b.csv": "x,y\n1,2\n", "c.xlsx": b"PK\x03\x04broken"})])
    assert [Path(each.path).name for each in found.failed] == ["b.csv", "c.xlsx"]
    assert found.read == found.messages.num_rows == 2


def test_a_member_named_like_one_of_an_inner_archive_is_told_apart_or_refused(tmp_path: Path) -> None:
    logs = put(tmp_path, {"a.zip": zipped({"b.zip": zipped({"c.csv": CSV}), "b.zip!/c.csv": CSV.replace("s1", "s2")})})
    found = ingest([logs])
    (failed,) = found.failed
    assert "两个文件都叫" in failed.message
    assert (found.read, found.messages.num_rows) == (2, 2)


def test_an_inner_archive_is_unpacked_once_for_all_its_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = [zipped({f"{i}.csv": CSV.replace("s1", f"{name}{i}") for i in range(9)}) for name in "xy"]
    logs = put(tmp_path, {"a.zip": zipped({"x.zip": inner[0], "y.zip": inner[1], "z.csv": CSV})})
    unpacked: list[str] = []
    unpack = archives._unpack

    def counted(data: IO[bytes], name: str, shown: str, sink: IO[bytes]) -> int:
        unpacked.append(name)
        return unpack(data, name, shown, sink)

    monkeypatch.setattr(archives, "_unpack", counted)
    found = ingest([logs])
    assert (found.sessions, found.failed) == (19, ())
    # once to list its members, once to read them
    assert (unpacked.count("x.zip"), unpacked.count("y.zip")) == (2, 2)


def test_an_archive_that_may_not_be_opened_does_not_take_the_others_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    logs = put(tmp_path, {"a.zip": zipped({"a.csv": CSV}), "b.csv": CSV})
    opened = Path.open

    def refused(path: Path, *given: Any, **named: Any) -> Any:
        if path.name == "a.zip":
            raise PermissionError(13, "Permission denied")
        return opened(path, *given, **named)

    monkeypatch.setattr(Path, "open", refused)
    found = ingest([logs])
    assert [each.path for each in found.failed] == [f"{logs}/a.zip"]
    assert found.messages.num_rows == 2


def test_a_folder_that_may_not_be_read_and_links_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "logs" / "locked").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    put(tmp_path / "elsewhere", {"a.csv": CSV})
    logs = put(tmp_path / "logs", {"b.csv": CSV})
    (tmp_path / "logs" / "linked").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "logs" / "gone.csv").symlink_to("nowhere.csv")
    scan = os.scandir

    def refused(path: str) -> Any:
        if path.endswith("locked"):
            raise PermissionError(13, "Permission denied", path)
        return scan(path)

    monkeypatch.setattr(os, "scandir", refused)
    found = ingest([logs, f"{logs}/locked"])
    assert [each.path for each in found.failed] == [f"{logs}/gone.csv", f"{logs}/locked"]
    assert "读不了这个文件夹(Permission denied)" in found.failed[1].message
    (notice,) = (each for each in found.notices if each.code == "skipped_files")
    assert f"1 个链接到别处的子文件夹:{logs}/linked" in notice.text
    assert found.messages.num_rows == 2
    with pytest.raises(ExportError, match="读不了这个文件夹"):
        ingest([f"{logs}/locked"])
    assert ingest([f"{logs}/linked"]).messages.num_rows == 2
