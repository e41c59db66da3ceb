"""A hash is new once, however hashes come."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from qa_audit.slices.distinct import Distinct


@given(st.lists(st.sets(st.integers(0, 50)), max_size=12))
def test_new_is_what_no_earlier_batch_had(batches: list[set[int]]) -> None:
    seen, before = Distinct(), set[int]()
    for batch in batches:
        hashes = np.array(list(batch), dtype=np.uint64)
        assert seen.new(hashes).tolist() == [each not in before for each in batch]
        before |= batch
