"""Whose an event is: `default` only where nobody is named."""

import pytest

from streams.codec import Malformed, decode
from streams.topics import DOCUMENTS
from tests.streams.samples import record


@pytest.mark.parametrize("tenant", ['""', "false", "[]", "0", '"a/b"'])
def test_a_tenant_that_is_named_and_broken_never_becomes_the_default_one(tenant):
    """FAILURES 28."""
    value = f'{{"doc_id": "a", "text": "x", "tenant": {tenant}}}'.encode()
    found = decode(record(value), DOCUMENTS)
    assert isinstance(found, Malformed)
    assert "tenant" in found.reason


@pytest.mark.parametrize("tenant", [b"", b"\xc3\x28", b"a/b"])
def test_a_tenant_header_that_is_broken_never_becomes_the_default_one(tenant):
    """FAILURES 28: least of all where it says whose document is to be deleted."""
    for value in (None, b'{"doc_id": "a", "text": "x"}'):
        found = decode(record(value, key=b"a", headers=(("ce_tenant", tenant),)), DOCUMENTS)
        assert isinstance(found, Malformed)


def test_a_tenant_that_is_null_is_not_named():
    assert decode(record(b'{"doc_id": "a", "text": "x", "tenant": null}'), DOCUMENTS).tenant == "default"
