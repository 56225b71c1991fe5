from datetime import UTC, datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.chat_errors import MAX_MESSAGE, AttemptError, Endpoint, RefusedError, in_full, retry_after_s
from schemas.failures import PermanentError, TransientError

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
ENDPOINT = Endpoint("small at host:8000", "sk-very-secret")


def refusal(status, body=b"", headers=None):
    return ENDPOINT.refusal(status, headers or {}, body, NOW)


@pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 502, 503, 504, 529])
def test_what_passes_is_worth_another_attempt(status):
    assert isinstance(refusal(status), AttemptError)
    assert issubclass(AttemptError, TransientError)


@pytest.mark.parametrize("status", [300, 307, 400, 401, 403, 404, 413, 422])
def test_what_would_be_refused_again_is_permanent(status):
    assert isinstance(refusal(status), RefusedError)
    assert issubclass(RefusedError, PermanentError)


@pytest.mark.parametrize(
    ("status", "setting"), [(302, "BASE_URL"), (401, "API_KEY"), (404, "BASE_URL"), (404, "_MODEL")]
)
def test_a_wrong_setting_is_named(status, setting):
    assert setting in str(refusal(status))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"error": {"message": "out of memory"}}', ": out of memory"),
        (b'{"error": "no such model"}', ": no such model"),
        (b'{"message": "slow down", "code": 1}', ": slow down"),
        (b"<html>Bad Gateway</html>", ""),
        (b"[1, 2]", ""),
        (b"[" * 60_000, ""),
        (b'{"error": {"message": ["a list"]}}', ""),
        (b"\xff\xfe", ""),
        (b"", ""),
    ],
)
def test_the_servers_own_words_are_kept_where_there_are_any_but_not_for_askers(body, said):
    for status in (500, 429, 400):
        error = refusal(status, body)
        assert str(error) == f"small at host:8000 answered with HTTP {status}"
        assert in_full(error) == str(error) + said


def test_words_are_one_short_printable_line_without_the_key():
    """FAILURES 79."""
    words = ENDPOINT.worded("key sk-very-secret \x1b[2J\nwas\u202e refused " + "x" * 10_000)
    assert words.startswith("key *** [2J was refused")
    assert len(words) == MAX_MESSAGE
    assert words.isprintable()
    assert "very-secret" not in repr(ENDPOINT)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("3", 3.0),
        ("0.5", 0.5),
        ("-1", 0.0),
        ("Wed, 25 Nov 2026 12:00:30 GMT", 30.0),
        ("Wed, 25 Nov 2026 11:00:00 GMT", 0.0),
        ("Wed, 25 Nov 2026 12:00:30", None),
        ("nan", None),
        ("inf", None),
        ("soon", None),
        ("Wed, 25 Nov 2026 99999999999999999999:00:00 GMT", None),
        ("", None),
    ],
)
def test_retry_after_is_a_number_of_seconds_or_a_date(value, seconds):
    assert retry_after_s(value, NOW) == seconds


@given(st.text(max_size=40))
def test_no_retry_after_is_too_odd(value):
    found = retry_after_s(value, NOW)
    assert found is None or found >= 0


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (httpx.ConnectTimeout(""), "did not accept a connection in time"),
        (httpx.ConnectError("All connection attempts failed"), "no connection to small at host:8000: All connection"),
        (httpx.ReadError(""), r"the connection to small at host:8000 broke \(ReadError\)"),
    ],
)
def test_a_broken_connection_is_worth_another_attempt(error, said):
    with pytest.raises(AttemptError, match=said):
        raise ENDPOINT.failure(error)
