import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from agents.planning.cuts import Cuts

candidate = st.tuples(st.integers(1, 199), st.integers(0, 3), st.integers(0, 2**62))


def taken(candidates, least, limit, size=200):
    """Cuts of `size` tokens of one character, by candidates (offset, rank, hash)."""
    cuts = Cuts((0, size), (0, size))
    offsets, ranks, hashes = (np.array(column) for column in zip(*candidates, strict=True))
    cuts.take(offsets, offsets, ranks, hashes.astype(np.uint64), least=least, limit=limit)
    return list(cuts.offsets)


def recursively(candidates, least, limit, start=0, end=200):
    """The definition: cut what is too long at its strongest candidate, then both sides."""
    possible = [each for each in candidates if start + least <= each[0] <= end - least]
    if end - start <= limit or not possible:
        return []
    at = min(possible, key=lambda each: (each[1], each[2], each[0]))[0]
    left, right = recursively(candidates, least, limit, start, at), recursively(candidates, least, limit, at, end)
    return [*left, at, *right]


def test_the_lowest_rank_goes_first_and_then_the_lowest_hash():
    assert taken([(80, 1, 5), (100, 0, 9), (110, 0, 2), (120, 2, 0)], 50, 150) == [0, 110, 200]


def test_nothing_is_cut_that_is_short_enough():
    assert taken([(100, 0, 0)], 1, 200) == [0, 200]


def test_both_sides_keep_the_least():
    assert taken([(20, 0, 0), (185, 0, 1), (90, 5, 2)], 25, 150) == [0, 90, 200]


def test_a_refused_place_is_passed_over():
    cuts = Cuts((0, 10), (0, 10))
    offsets = np.array([4, 6])
    cuts.take(offsets, offsets, offsets * 0, offsets.astype(np.uint64), least=1, limit=8, allowed=lambda at: at != 4)
    assert list(cuts.offsets) == [0, 6, 10]


def test_what_is_still_too_long_is_told():
    cuts = Cuts((0, 10), (0, 40))
    assert cuts.stretches(40) == []
    assert cuts.stretches(39) == [(0, 10)]


@given(st.lists(candidate, min_size=1, max_size=60, unique_by=(lambda c: c[0], lambda c: c[2])), st.integers(1, 40))
def test_it_gives_what_cutting_recursively_at_the_strongest_candidate_would(candidates, least):
    assert taken(candidates, least, 3 * least) == [0, *recursively(candidates, least, 3 * least), 200]


@given(st.lists(candidate, min_size=1, max_size=60), st.integers(1, 40), st.integers(0, 100))
def test_every_stretch_keeps_the_least(candidates, least, more):
    cuts = taken(candidates, least, 2 * least + more)
    assert cuts == sorted(set(cuts))
    assert all(end - start >= least for start, end in itertools.pairwise(cuts))


def test_many_candidates_are_looked_at_in_slices_with_the_same_result():
    candidates = [(at, at % 3, (at * 7_919) % 10_007) for at in range(1, 9_000)]
    assert taken(candidates, 20, 60, 9_000) == [0, *recursively(candidates, 20, 60, 0, 9_000), 9_000]
