"""What may be kept of a line: known fields, no secret, texts only without personal data, and never long."""

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, SecretStr

from infra.log_redaction import (
    HIDDEN,
    MAX_FIELD,
    MAX_ITEMS,
    MAX_TEXT,
    Redaction,
    environment_secrets,
    name_exception,
    secrets_of,
)
from infra.settings import Settings
from schemas.failures import ConfigurationError, PermanentError
from schemas.log_fields import FIELDS, TEXTS

KEY = "a-key+that/is=known"
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def kept(*, ours: bool = True, **fields: Any) -> dict[str, Any]:
    redact = Redaction(lambda text: text.replace("Ann", "[person]"), [KEY, "ab"])
    return dict(redact(None, "info", {"event": "said", "_from_structlog": ours, **fields}))


@pytest.mark.parametrize(
    "text",
    [
        f"refused {KEY}.",
        f"http://user:{'hunter2'}@weaviate:8080/v1",
        "amqp://:hunter2@host",
        "Authorization: Bearer hunter2",
        "{'authorization': 'Basic hunter2'}",
        "x-api-key=hunter2",
        'api_key="hunter2"',
        "password: hunter2",
        "sent Bearer hunter2hunter2",
        "https://user:p@hunter2@host/path",
        "https://hunter2@host/path",
        "https://host/path?access_token=hunter2&page=2",
        "client_secret=hunter2",
        "sasl_plain_password='my hunter2 is long'",
        '{"clientSecret": "hunter2"}',
        "AccountKey=hunter2;EndpointSuffix=x",
        "Set-Cookie: theme=dark; session=hunter2",
    ],
)
@pytest.mark.parametrize("name", ["reason", "url", "doc_id", "event"])
@pytest.mark.parametrize("ours", [True, False])
def test_a_secret_is_replaced_wherever_it_stands(name: str, text: str, ours: bool) -> None:
    """FAILURES 79."""
    found = kept(ours=ours, **{name: text})[name]
    assert HIDDEN in found
    assert "hunter2" not in found
    assert KEY not in found


@pytest.mark.parametrize(
    "text", ["max_tokens=512, 2 tokens: a", "http://host:8080, mail to ann@example.com", "key: documents/1", "a=b c:d"]
)
def test_what_only_looks_a_little_like_a_secret_stays(text: str) -> None:
    assert kept(reason=text)["reason"] == text


def test_what_is_looked_at_of_a_long_value_is_bounded() -> None:
    began = time.process_time()
    kept(doc_id="a-token." * 200_000, reason="://a:" * 200_000)
    assert time.process_time() - began < 0.5


def test_only_what_structlog_adds_by_itself_is_not_looked_at() -> None:
    assert kept(_question="When does the ferry leave?")["_question"] == "[26 characters]"


def test_a_secret_that_is_too_short_to_be_one_is_left_alone() -> None:
    assert kept(reason="about")["reason"] == "about"


def test_text_is_redacted_in_sentences_and_ids_stay_as_they_are() -> None:
    assert kept(reason="asked by Ann", doc_id="Ann/1") == {
        "event": "said", "_from_structlog": True, "reason": "asked by [person]", "doc_id": "Ann/1",
    }  # fmt: skip
    assert kept(ours=False, event="asked by Ann")["event"] == "asked by [person]"


def test_what_is_under_an_unknown_name_is_withheld() -> None:
    """FAILURES 79."""
    found = kept(question="When does the ferry leave?", body=b"bytes", headers={"a": "b"}, error_object=ValueError("x"))
    assert found["question"] == "[26 characters]"
    assert (found["body"], found["headers"], found["error_object"]) == ("[bytes]", "[dict]", "[ValueError]")


def test_values_are_cut_and_lists_too() -> None:
    found = kept(reason="x" * 9_999, doc_id="y" * 9_999, topics=["t"] * 99)
    assert (len(found["reason"]), len(found["doc_id"]), len(found["topics"])) == (MAX_TEXT, MAX_FIELD, MAX_ITEMS)


def test_what_steers_a_terminal_or_begins_a_line_is_an_escape() -> None:
    assert kept(doc_id="a\x1b[31m\nb")["doc_id"] == r"a\x1b[31m\nb"


def test_a_value_of_none_is_left_out() -> None:
    """FAILURES 80: attributes that are None, a dict, a mixed list or bytes."""
    assert "reason" not in kept(reason=None)
    assert kept(topics=[1, None, b"x", {"a": 1}, "t"])["topics"] == [1, "[NoneType]", "[bytes]", "[dict]", "t"]


@given(st.dictionaries(st.sampled_from([*FIELDS, *TEXTS, "unknown"]), VALUES), st.booleans())
def test_whatever_is_logged_is_bounded_and_can_be_written_as_json(fields: dict[str, Any], ours: bool) -> None:
    line = kept(ours=ours, **fields)
    assert len(json.dumps(line, allow_nan=False)) < 100_000
    assert all(str(value).isprintable() for value in line.values())


def test_the_secrets_of_the_settings_are_found_however_deep_and_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    class Inner(BaseModel):
        key: SecretStr | None = SecretStr("new-one, old-one")
        other: SecretStr | None = None

    class Outer(BaseModel):
        inner: Inner = Inner()
        name: str = "plain"

    assert list(secrets_of(Outer())) == ["new-one", "old-one"]
    monkeypatch.setenv("RAGSTREAM_WEAVIATE__API_KEY", "w-key")
    assert "w-key" in list(secrets_of(Settings()))


def test_the_secrets_of_telemetry_headers_are_found() -> None:
    found = set(
        environment_secrets({"OTEL_EXPORTER_OTLP_HEADERS": "api-key=abc%20def,x=ghi", "OTEL_SERVICE_NAME": "n"})
    )
    assert found == {"abc%20def", "abc def", "ghi"}


def test_the_text_of_our_own_errors_is_told_since_we_wrote_it() -> None:
    line = name_exception(None, "error", {"event": "stopped", "exc_info": ConfigurationError("set the port")})
    assert (line["error"], line["reason"]) == ("ConfigurationError", "set the port")
    assert "exc_info" not in line


def test_a_group_is_told_with_what_is_in_it() -> None:
    group = ExceptionGroup("many", [ExceptionGroup("inner", [PermanentError("x")])])
    line = name_exception(None, "error", {"event": "stopped", "exc_info": (type(group), group, None)})
    assert (line["error"], line["causes"]) == ("ExceptionGroup", ["ExceptionGroup", "PermanentError"])


@pytest.mark.parametrize("nothing", [None, False, True, (None, None, None)])
def test_where_there_is_no_exception_none_is_told(nothing: object) -> None:
    assert name_exception(None, "error", {"event": "said", "exc_info": nothing}) == {"event": "said"}
