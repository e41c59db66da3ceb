"""For all tests: hypothesis judges results, never how long a busy machine took."""

from hypothesis import settings

settings.register_profile("project", deadline=None, max_examples=25)
settings.load_profile("project")
