"""Tests on more than one process: those on the real servers stay together, after all others.

They share one Kafka and one Weaviate, which one process starts and stops, and they wait for real time to pass.
pytest-xdist has groups for this, but its 3.8 doesn't find them with pytest 9.2.
"""

from typing import Any

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

LIVE = "tests/live/"


class LiveTogether(LoadScopeScheduling):
    """Each test by itself to whichever process is free, and the live ones as one."""

    def _split_scope(self, nodeid: str) -> str:
        return LIVE if nodeid.startswith(LIVE) else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Any:
    """Ours, whatever `--dist` says. In the order of collection: xdist would begin with the largest scope."""
    config.option.loadscopereorder = False
    return LiveTogether(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Live tests last."""
    items.sort(key=lambda item: item.nodeid.startswith(LIVE))
