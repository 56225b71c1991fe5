import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from infra.onnx_rows import Row, padded, pooled

IDS = st.lists(st.integers(1, 999), min_size=1, max_size=12)
ROWS = st.lists(st.builds(Row, IDS), min_size=1, max_size=12)


@given(ROWS, st.integers(0, 3), st.integers(0, 3))
def test_the_mask_gives_the_rows_back_whatever_shape_holds_them(rows, spare_rows, spare_width):
    width = max(len(row.ids) for row in rows)
    shape = (len(rows) + spare_rows, width + spare_width)
    feeds = padded(rows, 0, shape)
    ids, mask = feeds["input_ids"], feeds["attention_mask"]
    assert all(array.shape == shape and array.dtype == np.int64 for array in feeds.values())
    assert [ids[number][mask[number] == 1].tolist() for number in range(len(rows))] == [row.ids for row in rows]
    assert (ids[mask == 0] == 0).all()


def test_every_row_of_the_shape_has_a_token_that_counts():
    """FAILURES 37: a mean over no token is not a number."""
    assert (padded([Row([5, 6])], 0, (4, 3))["attention_mask"].sum(axis=1) == [2, 1, 1, 1]).all()


def test_token_types_stand_where_their_tokens_do():
    types = padded([Row([5, 6, 7], [0, 1, 1]), Row([8, 9])], 0, (2, 4))["token_type_ids"]
    assert types.tolist() == [[0, 1, 1, 0], [0, 0, 0, 0]]


HIDDEN = arrays(np.float32, (3, 5, 4), elements=st.floats(-100, 100, width=32))


@given(HIDDEN, st.lists(st.integers(1, 5), min_size=3, max_size=3))
def test_the_mean_is_over_a_rows_own_tokens(hidden, lengths):
    """FAILURES 37."""
    mask = np.array([[int(place < length) for place in range(5)] for length in lengths])
    vectors = pooled(hidden, mask)
    assert vectors.dtype == np.float32
    for row, length, vector in zip(hidden, lengths, vectors, strict=True):
        mean = row[:length].astype(np.float64).mean(axis=0)
        if np.linalg.norm(mean) > 1e-2:
            assert np.abs(vector - mean / np.linalg.norm(mean)).max() < 1e-3


@given(HIDDEN, st.floats(-1e6, 1e6, width=32))
def test_what_stands_at_padding_changes_nothing(hidden, other):
    mask = np.array([[1, 1, 0, 0, 0]] * 3)
    changed = hidden.copy()
    changed[:, 2:] = other
    assert np.array_equal(pooled(hidden, mask), pooled(changed, mask))


def test_a_row_without_tokens_gives_zeros_and_no_nan():
    assert np.array_equal(pooled(np.ones((1, 2, 3), np.float32), np.zeros((1, 2), np.int64)), np.zeros((1, 3)))


@given(HIDDEN)
def test_cls_pooling_takes_the_first_state_alone(hidden):
    mask = np.ones((3, 5), np.int64)
    changed = hidden.copy()
    changed[:, 1:] = 7
    assert np.array_equal(pooled(hidden, mask, "cls"), pooled(changed, mask, "cls"))
    long = np.linalg.norm(hidden[:, 0], axis=1) > 1e-2
    lengths = np.linalg.norm(hidden[long, 0].astype(np.float64), axis=1, keepdims=True)
    assert np.abs(pooled(hidden, mask, "cls")[long] - hidden[long, 0] / lengths).max(initial=0) < 1e-5
