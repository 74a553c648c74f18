"""For nbval: a notebook may say on stderr what it likes of the machine that it runs on.

That the committed outputs hold nothing of the kind is a test of its own, in tests/test_book.py.
"""

import pytest


def pytest_collectstart(collector: pytest.Collector) -> None:
    """Leave stderr out of what nbval compares."""
    if hasattr(collector, "skip_compare"):
        collector.skip_compare += ("stderr",)
