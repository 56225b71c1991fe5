"""The contract of the port `Experimenter`, kept by the fake of it; `tests/streams` holds the real one to it."""

import pytest

from tests.agents.answering.fakes import Everybody
from tests.contracts.experimenter_contract import ExperimenterContract, ExperimenterOf


@pytest.fixture
def experimenter_of() -> ExperimenterOf:
    return lambda overrides: Everybody(x=overrides)


class TestEverybody(ExperimenterContract):
    pass
