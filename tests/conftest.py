"""Tests on more than one process: those on the real servers stay together, after all others.

They share one Kafka and one Weaviate, which one process starts and stops, and they wait for real time to pass.
"""

import pytest


@pytest.hookimpl(tryfirst=True)  # the name of a group goes into a test's id in the hook of pytest-xdist
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Live tests last, and in one group: `--dist loadgroup` gives a group to one process."""
    live = [item for item in items if item.get_closest_marker("live")]
    for item in live:
        item.add_marker(pytest.mark.xdist_group("live"))
    items.sort(key=lambda item: item.get_closest_marker("live") is not None)
