"""Whether the workers of a cluster are fit for a run: the same programs, one thread each, the same folder."""

import os
import platform
import shutil
from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from uuid import uuid4

import qa_audit
from qa_audit.errors import EngineError

_PACKAGES = (
    *("ahocorasick_rs", "dask", "distributed", "google-re2", "jieba", "Jinja2", "numpy", "OpenCC", "pandas"),
    *("pyarrow", "pydantic", "python-calamine", "rjieba", "snownlp", "tzdata"),
)
"""What results are made by: another version may make others."""
_TOLD = 3


@lru_cache(maxsize=1)
def facts() -> dict[str, str]:
    """Return what this process has, by name: version of Python, of qa_audit (with a hash of its code), of packages."""
    root = Path(qa_audit.__file__).parent
    code = sha256()
    for path in sorted(root.rglob("*.py")):
        code.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    found = {
        "Python": ".".join(platform.python_version_tuple()[:2]),
        "qa_audit": qa_audit.__version__,
        "qa_audit 的代码": code.hexdigest()[:12],
    }
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "没有"
    return found


def check_versions(client: Any) -> None:
    """Raise EngineError when a worker has other programs than this machine, or more than one thread."""
    crowded = sorted(worker for worker, threads in client.nthreads().items() if threads != 1)
    if crowded:
        raise EngineError(f"{_some(crowded)}: 每个 worker 只能有一个线程(dask worker … --nthreads 1 --nworkers 核数)")
    here = facts()
    for worker, there in sorted(client.run(facts, on_error="return").items()):
        if isinstance(there, ImportError):
            raise EngineError(f"{worker}: 这个 worker 的 Python 里没有装 qa-audit(各台装同样的版本)")
        if isinstance(there, BaseException):
            raise EngineError(f"{worker}: 这个 worker 答不上来:{there!r}(看它的日志,重新启动它)")
        differing = [
            f"{name} {there.get(name, '没有')} ≠ {here[name]}" for name in here if there.get(name) != here[name]
        ]
        if differing:
            raise EngineError(f"{worker}: 版本与这台机器不同:{_some(differing)}(各台装同样的版本,结果才一样)")


def check_folder(client: Any, shared: Path) -> None:
    """Raise EngineError when a worker cannot read and write, by the same path, a private folder made in `shared`."""
    place, token = shared.absolute() / f".qa-audit-probe-{uuid4().hex}", uuid4().hex
    try:
        place.mkdir(mode=0o700, parents=True)
        (place / "asked").write_text(token, "utf-8")
    except OSError as error:
        raise EngineError(f"{shared}: 不能写:{error.strerror}(换一个 --out)") from error
    try:
        for worker, told in sorted(client.run(answer_probe, str(place), on_error="return").items()):
            seen = not isinstance(told, BaseException) and (place / told).is_file()
            if not (seen and (place / told).read_text("utf-8") == token):
                raise EngineError(
                    f"{worker}: 这个 worker 读写不了 {shared.absolute()}"
                    "(结果和聊天记录要放在各台机器以同一路径、同一用户读写的共享文件夹里)"
                )
    finally:
        shutil.rmtree(place, ignore_errors=True)


def answer_probe(place: str) -> str:
    """Copy, on a worker, what the folder asks, and return the name of the copy."""
    name = uuid4().hex
    (Path(place) / name).write_text((Path(place) / "asked").read_text("utf-8"), "utf-8")
    return name


def check_given(client: Any, files: Iterable[tuple[Path, int]]) -> None:
    """Raise EngineError when a worker does not find a file by the same path, with as many bytes."""
    wanted = [(str(path.absolute()), size) for path, size in files]
    if not wanted:
        return
    for worker, missed in sorted(client.run(first_missed, wanted, on_error="return").items()):
        if missed is not None:
            which = "给的文件" if isinstance(missed, BaseException) else missed
            raise EngineError(
                f"{worker}: 这个 worker 看不到 {which},或看到的大小不同"
                "(聊天记录也要放在各台机器以同一路径读写的共享文件夹里)"
            )


def first_missed(files: list[tuple[str, int]]) -> str | None:
    """Return, on a worker, the first file that is not there with so many bytes; None when all are."""
    for name, size in files:
        try:
            with open(name, "rb") as file:  # noqa: PTH123 seen is not enough, it must be read
                if os.fstat(file.fileno()).st_size != size:
                    return name
        except OSError:
            return name
    return None


def _some(found: list[str]) -> str:
    return "、".join(found[:_TOLD]) + (" 等" if len(found) > _TOLD else "")
