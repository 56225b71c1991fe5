import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from schemas.base64_bytes import Base64Bytes

ADAPTER = TypeAdapter(Base64Bytes)


@given(st.binary(max_size=200))
def test_bytes_come_back(raw):
    assert ADAPTER.validate_json(ADAPTER.dump_json(raw)) == raw
    assert ADAPTER.validate_python(base64.b64encode(raw)) == raw


@pytest.mark.parametrize("text", ["aGVsbG8=", "aGVs\nbG8=\r\n", " aGVs bG8= "])
def test_white_space_is_no_harm(text):
    assert ADAPTER.validate_python(text) == b"hello"


@pytest.mark.parametrize("text", ["hello world!", "é", "aGVsbG8", "a", "aGVs-_8=", "aGVsbG8=junk", "=", "aGVsbG8=="])
def test_what_is_not_base64_is_refused_and_not_guessed_at(text):
    with pytest.raises(ValidationError, match=r"base64|ASCII"):
        ADAPTER.validate_python(text)


def test_its_json_schema_says_so():
    assert ADAPTER.json_schema()["format"] == "base64"
