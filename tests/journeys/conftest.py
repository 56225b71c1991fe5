import logging

import pytest
import structlog


@pytest.fixture(autouse=True)
def _quiet():
    """The runner logs every failure with its traceback, and these tests fail on purpose, thousands of times."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.configure(**before)
