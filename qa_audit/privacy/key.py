"""The key that gives customers the same code in every night: a small text file that only its owner may read.

make_key(Path("客户代号.key"))
load_key(Path("客户代号.key")).full_code("云栖", "tb12345")     # 52 characters; codes.py says how many are shown
"""

import hmac
import os
import re
import secrets
import stat
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from qa_audit.errors import KeyFileError

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U to misread."""

_BYTES = 32
_DIGITS = 52  # of base 32 hold the 256 bits of a digest
_MOST = 4096  # bytes of a key file
_LINE = re.compile(r"qa-audit-customer-key-1 ([0-9a-f]{64})")
_HEAD = (
    "# qa-audit 的客户代号密钥:有它,同一位客户每夜都是同一个代号(C-8F3K)。别转发,别改,别和结果放在一起;"
    "丢了就换不回原来的代号。\n"
)


@dataclass(frozen=True)
class CustomerKey:
    """32 secret bytes; never shown, not even in an error: `fingerprint` stands for them."""

    secret: bytes

    def __repr__(self) -> str:
        return f"CustomerKey({self.fingerprint})"

    @property
    def fingerprint(self) -> str:
        """Eight hexadecimal digits that tell keys apart and give nothing away."""
        return sha256(b"qa-audit customer key fingerprint\n" + self.secret).hexdigest()[:8]

    def full_code(self, shop: str | None, customer: str) -> str:
        """Return 52 characters of base 32: HMAC-SHA256 of shop NUL customer."""
        data = f"{shop or ''}\0{customer}".encode("utf-8", "surrogatepass")
        number = int.from_bytes(hmac.digest(self.secret, data, "sha256"), "big") << (5 * _DIGITS - 8 * _BYTES)
        return "".join(ALPHABET[number >> shift & 31] for shift in range(5 * (_DIGITS - 1), -1, -5))


def key_part(key: CustomerKey | None) -> dict[str, Any]:
    """What run.json says of the key: its fingerprint, null without one."""
    return {"customer_key": None if key is None else key.fingerprint}


def make_key(path: Path) -> CustomerKey:
    """Write a new key that only its owner may read; KeyFileError when the file exists or cannot be written."""
    key = CustomerKey(secrets.token_bytes(_BYTES))
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise KeyFileError(f"{path}: 已经有这个文件,没有动它(覆盖密钥会让以前的代号全都对不上;换一个名字)") from None
    except OSError as error:
        raise KeyFileError(f"{path}: 写不了:{error.strerror}(检查文件夹和权限)") from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        os.fchmod(descriptor, 0o600)  # whatever the umask
        file.write(f"{_HEAD}qa-audit-customer-key-1 {key.secret.hex()}\n")
        file.flush()
        os.fsync(descriptor)
    return key


def load_key(path: Path) -> CustomerKey:
    """Read a key; KeyFileError when it is missing, not as `make_key` wrote it, or readable by others."""
    try:
        with path.open("rb") as file:
            mode, data = os.fstat(file.fileno()).st_mode, file.read(_MOST)
    except FileNotFoundError:
        raise KeyFileError(f"{path}: 没有这个密钥文件(先运行 qa-audit config customer-key {path})") from None
    except OSError as error:
        raise KeyFileError(f"{path}: 打不开:{error.strerror}(检查路径和权限)") from None
    if stat.S_IMODE(mode) & 0o077:
        raise KeyFileError(f"{path}: 别人也能读这个密钥(权限 {stat.S_IMODE(mode):04o});请运行 chmod 600 {path}")
    lines = [line for line in data.decode("utf-8", "replace").splitlines() if line and not line.startswith("#")]
    found = _LINE.fullmatch(lines[0].strip()) if len(lines) == 1 else None
    if found is None:
        raise KeyFileError(f"{path}: 不是 qa-audit 写的客户代号密钥,或者被改过(用 qa-audit config customer-key 另建)")
    return CustomerKey(bytes.fromhex(found[1]))
