import numpy as np
import pytest

from infra.onnx_binding import BoundSession
from infra.onnx_rows import Row, padded
from infra.onnx_session import open_session
from infra.settings import EmbedderSettings
from tests.infra.models.tiny_bert import tiny_model


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    return open_session(tiny_model(tmp_path_factory.mktemp("tiny")), EmbedderSettings(device="cpu"))


def test_bound_runs_give_what_plain_runs_give_though_buffers_are_used_again(session):
    bound = BoundSession(session, "cpu")
    for ids, shape in [([5, 6, 7], (1, 4)), ([9, 8], (1, 4)), ([4, 5, 6, 7], (2, 8)), ([5, 6, 7], (1, 4))]:
        feeds = padded([Row(ids)], 0, shape)
        assert np.array_equal(bound.run(None, feeds)[0], session.run(None, feeds)[0])


def test_there_is_one_set_of_buffers_for_each_shape(session):
    """FAILURES 34."""
    bound = BoundSession(session, "cpu")
    for _ in range(3):
        for shape in [(1, 4), (2, 8)]:
            bound.run(None, padded([Row([5, 6, 7])], 0, shape))
    assert set(bound._buffers) == {(1, 4), (2, 8)}
