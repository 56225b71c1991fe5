import httpx
import pytest
from grpc import StatusCode
from grpc.aio import AioRpcError, Metadata
from weaviate.exceptions import (
    UnexpectedStatusCodeError,
    WeaviateConnectionError,
    WeaviateInvalidInputError,
    WeaviateQueryError,
    WeaviateTimeoutError,
)

from infra.weaviate_errors import is_too_large, object_is_refused, translated
from schemas.failures import PermanentError, TransientError


def rpc(code: StatusCode, details: str = "") -> WeaviateQueryError:
    """As the client raises it: its own exception, while handling gRPC's."""
    try:
        try:
            raise AioRpcError(code, Metadata(), Metadata(), details)  # noqa: TRY301 (the client does it so)
        except AioRpcError as error:
            raise WeaviateQueryError(str(error.details()), "GRPC search")  # noqa: B904 (the same)
    except WeaviateQueryError as error:
        return error


def status(code: int) -> UnexpectedStatusCodeError:
    return UnexpectedStatusCodeError("no", httpx.Response(code, json={}))


@pytest.mark.parametrize(
    "error",
    [
        *(rpc(code) for code in (StatusCode.UNAVAILABLE, StatusCode.DEADLINE_EXCEEDED, StatusCode.RESOURCE_EXHAUSTED)),
        *(rpc(code) for code in (StatusCode.CANCELLED, StatusCode.INTERNAL, StatusCode.UNAUTHENTICATED)),
        rpc(StatusCode.UNKNOWN, "something that nobody has seen before"),
        rpc(StatusCode.UNKNOWN, "invalid memory address: connection refused"),
        *(status(code) for code in (401, 403, 404, 408, 429, 500, 502, 503)),
        WeaviateConnectionError("refused"),
        WeaviateTimeoutError("late"),
        httpx.ReadError("broken"),
        ConnectionResetError("reset"),
    ],
    ids=repr,
)
def test_an_unwell_world_is_waited_for(error: Exception) -> None:
    assert isinstance(translated(error, "asking"), TransientError)


@pytest.mark.parametrize(
    "error",
    [
        rpc(StatusCode.INVALID_ARGUMENT),
        rpc(StatusCode.UNKNOWN, "knn search: vector lengths don't match"),
        status(422),
        WeaviateInvalidInputError("a vector of strings"),
    ],
    ids=repr,
)
def test_what_can_never_succeed_is_not_repeated(error: Exception) -> None:
    assert isinstance(translated(error, "asking"), PermanentError)


def test_a_reason_is_one_short_line_that_says_what_was_tried() -> None:
    reason = str(translated(WeaviateConnectionError("line\nline " + "x" * 9_999), "searching"))
    assert reason.startswith("Weaviate failed searching: ")
    assert "\n" not in reason
    assert len(reason) < 400


@pytest.mark.parametrize(
    ("message", "refused"),
    [
        ("new node has a vector with length 2: vector dimensions do not match the index dimensions", True),
        ("invalid integer property 'ordinal' on class 'Exp': requires an integer, the given value is 'x'", True),
        ("something that nobody has seen before", True),
        ("store is read-only due to: disk usage too high", False),
        ("context deadline exceeded", False),
        ("not enough memory: no memory available", False),
        ("leader not found", False),
        ("broadcast: cannot reach enough replicas", False),
        ("class 'RagstreamChunks' not present in schema", False),
    ],
)
def test_an_objects_error_says_whether_to_send_it_again(message: str, *, refused: bool) -> None:
    """FAILURES 17."""
    assert object_is_refused(message) is refused


def test_a_message_too_large_is_told_from_a_rate_limit() -> None:
    """FAILURES 25: both are RESOURCE_EXHAUSTED."""
    assert is_too_large(rpc(StatusCode.RESOURCE_EXHAUSTED, "grpc: received message larger than max (5 vs. 4)"))
    assert is_too_large(rpc(StatusCode.RESOURCE_EXHAUSTED, "CLIENT: Sent message larger than max (5 vs. 4)"))
    assert not is_too_large(rpc(StatusCode.RESOURCE_EXHAUSTED, "too many requests"))
