"""Files between steps: Arrow tables and NumPy arrays, written whole or not at all."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa


def read_ipc(path: Path) -> Any:
    """Memory-map an Arrow file as a table."""
    with pa.memory_map(str(path)) as source:
        return pa.ipc.open_file(source).read_all()


def write_ipc(table: Any, path: Path) -> None:
    """Write a table as one Arrow file."""
    with whole(path) as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)


def write_pieces(table: Any, offsets: npt.NDArray[np.int64], path: Path) -> None:
    """Write a table so that pieces of it can be read by themselves: piece i is the rows offsets[i] … offsets[i + 1]."""
    with whole(path) as file, pa.ipc.new_file(file, table.schema) as writer:
        for low, high in pairwise(offsets.tolist()):
            if low < high:  # an empty piece is none
                writer.write_table(table.slice(low, high - low))


def read_pieces(path: Path, offsets: npt.NDArray[np.int64], low: int, high: int) -> Any:
    """Return the pieces low … high − 1 of a file that `write_pieces` wrote, and read no others."""
    filled = np.append(0, np.cumsum(np.diff(offsets) > 0)).tolist()
    with pa.OSFile(str(path), "rb") as file:
        reader = pa.ipc.open_file(file)
        return pa.Table.from_batches([reader.get_batch(i) for i in range(filled[low], filled[high])], reader.schema)


def linked(source: Path, path: Path) -> None:
    """Give a file another name, or copy it where the file system has no links."""
    try:
        path.unlink(missing_ok=True)
        os.link(source, path)
    except OSError:
        with source.open("rb") as old, whole(path) as new:
            shutil.copyfileobj(old, new)


def read_arrays(path: Path) -> dict[str, npt.NDArray[Any]]:
    """Return what `write_arrays` wrote."""
    with np.load(path, allow_pickle=False) as found:
        return {name: found[name] for name in found.files}


def write_arrays(path: Path, **arrays: npt.NDArray[Any]) -> None:
    """Write arrays of numbers under their names."""
    with whole(path) as file:
        np.savez(file, allow_pickle=False, **arrays)


@contextmanager
def whole(path: Path) -> Iterator[IO[bytes]]:
    """Yield a file that takes its place in one move when all is written, and leaves nothing behind when it is not."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
