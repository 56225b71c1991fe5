import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.index_fields import LONGEST_PAIR, groups_and_everyone, metadata_json, metadata_pairs, pair, readers
from schemas.chunks import DocumentAttributes

scalars = st.one_of(st.text(), st.integers(), st.booleans(), st.floats(allow_nan=False, allow_infinity=False))


@given(st.text(), scalars, st.text(), scalars)
def test_pairs_are_equal_when_key_and_value_are(key, value, other_key, other) -> None:
    """FAILURES 21: no two keys become equal by cleaning, since none is cleaned."""
    same = key == other_key and value == other and isinstance(value, bool) == isinstance(other, bool)
    assert (pair(key, value) == pair(other_key, other)) is same


@given(st.text(), scalars)
def test_a_pair_is_short_ascii_without_blanks_at_its_ends(key, value) -> None:
    """Weaviate trims a field; a surrogate or a control character would break the transport."""
    text = pair(key, value)
    assert text.isascii()
    assert text.isprintable()
    assert text == text.strip()
    assert len(text) <= LONGEST_PAIR


def test_only_scalars_can_be_filtered_by() -> None:
    assert metadata_pairs({"a": 1, "b": [1], "c": {"d": 1}, "e": None, "f": True}) == ['"a"=1', '"f"=true']


def test_metadata_comes_back_as_it_was() -> None:
    metadata = {"id": 1, "été": ["x", None], "": {"vector": "\x00"}}
    assert json.loads(metadata_json(metadata)) == metadata
    assert metadata_json(metadata) == metadata_json(dict(reversed(metadata.items())))


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_no_json_becomes_null(number: float) -> None:
    assert metadata_json({"a": [number], "b": number}) == '{"a":[null],"b":null}'


def test_nobody_named_means_everyone() -> None:
    assert readers(DocumentAttributes()) == ['"*"']
    assert readers(DocumentAttributes(readers=("hr", "hr", " hr"))) == ['"hr"', '" hr"']
    assert groups_and_everyone(["hr"]) == ['"hr"', '"*"']
    assert groups_and_everyone([]) == ['"*"']
