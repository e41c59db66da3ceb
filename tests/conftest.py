"""For all tests: hypothesis judges results, never how long a busy machine took."""

import gc

from hypothesis import settings

settings.register_profile("project", deadline=None, max_examples=25, database=None)
settings.load_profile("project")


def pytest_collection_finish() -> None:
    """Keep the garbage collector from walking over thousands of collected tests again and again."""
    gc.collect()
    gc.freeze()
