import base64

import pytest
from pydantic import ValidationError

from schemas.documents import MAX_READERS, DocumentDeleted, DocumentUpserted


def test_an_id_and_a_text_are_enough():
    document = DocumentUpserted.model_validate({"doc_id": "a", "text": "…"})
    assert (document.tenant, document.content_type, document.readers, document.metadata) == (
        "default",
        "text/plain",
        (),
        {},
    )


@pytest.mark.parametrize(
    "fields", [{}, {"text": None}, {"text": "x", "content": "eA=="}, {"text": "", "content": ""}, {"content": "%%"}]
)
def test_a_document_has_exactly_one_readable_body(fields):
    with pytest.raises(ValidationError):
        DocumentUpserted.model_validate({"doc_id": "a", **fields})


@pytest.mark.parametrize("fields", [{"text": ""}, {"content": ""}])
def test_an_empty_body_is_a_body(fields):
    """FAILURES 47: planning says that it is blank; it is not malformed."""
    assert DocumentUpserted.model_validate({"doc_id": "a", **fields})


def test_content_is_bytes_in_base64():
    raw = bytes(range(256))
    document = DocumentUpserted(doc_id="a", content=base64.b64encode(raw))
    assert document.content == raw
    assert DocumentUpserted.model_validate_json(document.model_dump_json()) == document


@pytest.mark.parametrize(
    "fields",
    [
        {"doc_id": ""},
        {"doc_id": "x" * 513},
        {"title": "x" * 1_025},
        {"uri": "x" * 4_097},
        {"content_type": "x" * 129},
        {"readers": ["r"] * (MAX_READERS + 1)},
        {"metadata": []},
        {"source_version": 1.5},
    ],
)
def test_what_is_beyond_a_limit_is_refused(fields):
    with pytest.raises(ValidationError):
        DocumentUpserted.model_validate({"doc_id": "a", "text": "x", **fields})


def test_metadata_is_any_json_object_even_with_awkward_keys():
    """FAILURES 21."""
    metadata = {"id": 1, "vector": [1.5], "a b": {"ü": None}, "": True, "_additional": "x"}
    assert DocumentUpserted(doc_id="a", text="x", metadata=metadata).metadata == metadata


def test_a_delete_needs_an_id_only():
    assert DocumentDeleted.model_validate({"doc_id": "a"}).source_version is None
    with pytest.raises(ValidationError):
        DocumentDeleted.model_validate({})
