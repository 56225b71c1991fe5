import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from infra.onnx_batches import batches, padded, pooled

LENGTHS = st.lists(st.integers(1, 300), max_size=60)
ROWS = st.lists(st.lists(st.integers(1, 999), min_size=1, max_size=12), min_size=1, max_size=12)


@given(LENGTHS, st.integers(1, 1_000))
def test_every_text_is_in_one_batch_and_batches_stay_within_the_budget(lengths, budget):
    """FAILURES 34: what one run may take is bounded."""
    made = list(batches(lengths, budget))
    assert sorted(index for batch in made for index in batch) == list(range(len(lengths)))
    for batch in made:
        assert len(batch) == 1 or len(batch) * max(lengths[index] for index in batch) <= budget


@given(LENGTHS, st.integers(1, 1_000))
def test_batches_are_sorted_by_length(lengths, budget):
    made = [lengths[index] for batch in batches(lengths, budget) for index in batch]
    assert made == sorted(lengths)


def test_texts_of_one_length_keep_their_order():
    assert list(batches([3, 1, 3, 1], 6)) == [[1, 3], [0, 2]]


@given(ROWS)
def test_padding_goes_to_the_longest_row_and_the_mask_gives_the_rows_back(rows):
    ids, mask = padded(rows, 0)
    assert ids.shape == mask.shape == (len(rows), max(map(len, rows)))
    assert ids.dtype == mask.dtype == np.int64
    assert [ids[number][mask[number] == 1].tolist() for number in range(len(rows))] == rows
    assert (ids[mask == 0] == 0).all()


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
