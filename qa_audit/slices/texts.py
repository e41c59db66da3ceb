"""private/features.parquet: every distinct text of a night once, in the order in which texts first occur."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from qa_audit import arrow
from qa_audit.identity import Hashes
from qa_audit.interim import read_ipc
from qa_audit.schema import FEATURES
from qa_audit.sessions.columns import Mask
from qa_audit.slices.distinct import Distinct
from qa_audit.steps.looking import Slice
from qa_audit.texts.features import TextFeatures

Float32 = npt.NDArray[np.float32]


class NightTexts:
    """Which text of which slice is the first of its kind, and what later slices know of it that its own does not.

    A slice knows the sentiment of what a customer says in it; an agent may have said the same in an earlier one. Keeps
    a bit and up to sixteen bytes for each distinct text.
    """

    def __init__(self) -> None:
        self._slices: list[tuple[Slice, npt.NDArray[np.uint8]]] = []
        self._seen, self._felt = Distinct(), Distinct()
        self._late: list[tuple[Hashes, Float32]] = []

    def add(self, files: Slice) -> None:
        """Take the texts of the next slice."""
        hashes, sentiment = arrow.numbers(read_ipc(files.texts)["hash"]), TextFeatures.load(files.features).sentiment
        fresh = self._seen.new(hashes)
        self._slices.append((files, np.packbits(fresh)))
        felt = np.flatnonzero(~np.isnan(sentiment))
        late = felt[self._felt.new(hashes[felt]) & ~fresh[felt]]
        self._late.append((hashes[late], sentiment[late].copy()))

    def tables(self) -> Iterator[Any]:
        """Yield the table slice by slice."""
        late = np.concatenate([np.empty(0, np.uint64), *(hashes for hashes, _ in self._late)])
        sentiment = np.concatenate([np.empty(0, np.float32), *(values for _, values in self._late)])
        order = np.argsort(late)
        for files, fresh in self._slices:
            yield _rows(files, fresh, late[order], sentiment[order])


def _rows(files: Slice, fresh: npt.NDArray[np.uint8], late: Hashes, known: Float32) -> Any:
    texts, found = read_ipc(files.texts), TextFeatures.load(files.features)
    kept: Mask = np.unpackbits(fresh, count=texts.num_rows).astype(np.bool_)
    sentiment = found.sentiment.copy()
    if len(late):
        hashes = arrow.numbers(texts["hash"])
        at = np.minimum(np.searchsorted(late, hashes), len(late) - 1)
        told = np.isnan(sentiment) & (late[at] == hashes)
        sentiment[told] = known[at[told]]
    felt = arrow.array(sentiment, mask=np.isnan(sentiment))
    columns = [texts["text"].combine_chunks(), arrow.array(found.length), felt]
    return pa.table(columns, schema=FEATURES).take(arrow.array(np.flatnonzero(kept)))
