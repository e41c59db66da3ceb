"""The key of customers' codes: made once, for its owner alone, and refused when anything about it is wrong."""

import os
import stat
from pathlib import Path

import pytest

from qa_audit.errors import KeyFileError
from qa_audit.privacy.key import ALPHABET, CustomerKey, key_part, load_key, make_key

KEY = CustomerKey(bytes(range(32)))


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077, 0o777])
def test_a_new_key_is_for_its_owner_alone_whatever_the_umask(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        made = make_key(tmp_path / "k")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "k").stat().st_mode) == 0o600
    assert load_key(tmp_path / "k") == made
    text = (tmp_path / "k").read_text("utf-8")
    assert text.startswith("#")
    assert text.isprintable() is False
    assert text.count("\n") == 2


def test_two_keys_differ(tmp_path: Path) -> None:
    assert make_key(tmp_path / "a") != make_key(tmp_path / "b")


def test_nothing_is_ever_overwritten(tmp_path: Path) -> None:
    (tmp_path / "k").write_text("mine")
    with pytest.raises(KeyFileError, match=r"已经有这个文件.*换一个名字"):
        make_key(tmp_path / "k")
    assert (tmp_path / "k").read_text() == "mine"


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="写不了"):
        make_key(tmp_path / "no" / "k")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o601])
def test_a_key_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    make_key(tmp_path / "k")
    (tmp_path / "k").chmod(mode)
    with pytest.raises(KeyFileError, match=rf"权限 0{mode:o}\);请运行 chmod 600"):
        load_key(tmp_path / "k")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"# only a comment\n",
        b"qa-audit-customer-key-1 abc\n",
        b"qa-audit-customer-key-2 " + b"0" * 64,
        b"qa-audit-customer-key-1 " + b"0" * 63 + b"g",
        b"qa-audit-customer-key-1 " + b"0" * 64 + b"\nqa-audit-customer-key-1 " + b"1" * 64,
        b"\xff\xfe\x00",
        b"x" * 10_000,
    ],
)
def test_what_is_no_key(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "k"
    path.write_bytes(data)
    path.chmod(0o600)
    with pytest.raises(KeyFileError, match="不是 qa-audit 写的客户代号密钥"):
        load_key(path)


def test_a_key_that_is_missing_or_a_folder(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="先运行 qa-audit config customer-key"):
        load_key(tmp_path / "k")
    with pytest.raises(KeyFileError, match="打不开"):
        load_key(tmp_path)


def test_the_secret_is_in_no_text_about_the_key() -> None:
    assert KEY.secret.hex() not in f"{KEY!r} {KEY} {key_part(KEY)}"
    assert key_part(KEY) == {"customer_key": KEY.fingerprint}
    assert key_part(None) == {"customer_key": None}
    assert len(KEY.fingerprint) == 8


def test_full_codes_are_pinned_and_tell_shop_and_customer_apart() -> None:
    code = KEY.full_code("云栖", "tb1")
    assert code == "K9A1MQNWCDP7BWCZK8XXSAR9CYGZ5C7RNTSAGTRXDP6C2J23VFT0"
    assert len(code) == 52
    assert set(code) <= set(ALPHABET)
    assert len({KEY.full_code(*who) for who in (("云栖", "tb1"), ("云", "栖tb1"), (None, "tb1"), ("云栖", "tb2"))}) == 4
    assert KEY.full_code(None, "\ud800")  # a lone surrogate is a customer too
