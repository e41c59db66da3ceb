"""The command line in this process, as for the tests of cli."""

from tests.cli.conftest import qa

__all__ = ["qa"]
