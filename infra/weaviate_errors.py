"""The Weaviate client's many exceptions in, out comes whether trying again is worth it.

The server reports nearly everything as gRPC `UNKNOWN` with a sentence, so sentences are what can be told apart.
A whole call that failed is taken as the world being unwell unless it says otherwise: what we send is checked before.
A single object that failed is taken as refused unless it says otherwise: its neighbours in the same call were stored.
"""

import re
from typing import ClassVar

import httpx
from grpc import StatusCode
from grpc.aio import AioRpcError
from weaviate.exceptions import (
    UnexpectedStatusCodeError,
    WeaviateBaseError,
    WeaviateInsertInvalidPropertyError,
    WeaviateInvalidInputError,
)

from schemas.failures import PermanentError, RagstreamError, TransientError

WORLD_ERRORS = (WeaviateBaseError, httpx.HTTPError, AioRpcError, OSError)
"""Everything that the client raises when a call fails; anything else is a bug and stays what it is."""

_UNWELL = re.compile(
    r"connection|connect:|unavailable|timed? ?out|deadline|cancel|eof\b|reset by peer|broken pipe|refused"
    r"|read-?only|no space|memory|too many|rate limit|overload|not ready|loading|shutting down|shut ?down"
    r"|leader|replica|consistency level|not active|status code 5|try again|internal error",
    re.IGNORECASE,
)
_REFUSED = re.compile(
    r"vector lengths|dimensions? do(es)? not match|invalid|requires an?|no such prop|unknown field|not a valid",
    re.IGNORECASE,
)
_TOO_LARGE = re.compile(r"larger than max|message too large|exceeds (the )?max", re.IGNORECASE)
_NO_TENANT = re.compile(r"tenant not found", re.IGNORECASE)
_NO_COLLECTION = re.compile(
    r"could not find class|class not found|has multi-tenancy disabled|not present in schema", re.IGNORECASE
)

_FINAL_CODES = {StatusCode.INVALID_ARGUMENT, StatusCode.OUT_OF_RANGE, StatusCode.UNIMPLEMENTED}
_FINAL_STATUS = range(400, 500)
_STATUS_WORTH_WAITING = {401, 403, 404, 408, 425, 429}
"""A wrong key or a missing collection is for an operator to mend; the events must wait for that, not be dropped."""


class WeaviateUnwellError(TransientError):
    """Weaviate did not do what it was asked, and may yet."""

    dependency: ClassVar[str] = "weaviate"


def object_is_refused(message: str) -> bool:
    """Whether one object's error means that it can never be stored."""
    return bool(_REFUSED.search(message)) or not (_UNWELL.search(message) or _NO_COLLECTION.search(message))


def is_too_large(error: BaseException) -> bool:
    """Whether a message was over gRPC's limit: the same message can never pass, half of it may."""
    return bool(_TOO_LARGE.search(str(error)))


def is_unknown_tenant(error: BaseException) -> bool:
    return bool(_NO_TENANT.search(str(error)))


def is_missing_collection(error: BaseException) -> bool:
    """Whether the collection was dropped under us; it is made again on the next connection."""
    return bool(_NO_COLLECTION.search(str(error)))


def translated(error: Exception, doing: str) -> RagstreamError:
    """`error` of a whole call as the runner understands it; `doing` says what was tried."""
    reason = f"Weaviate failed {doing}: {_short(error)}"
    return PermanentError(reason) if _is_final(error) else WeaviateUnwellError(reason)


def _is_final(error: Exception) -> bool:
    if isinstance(error, WeaviateInvalidInputError | WeaviateInsertInvalidPropertyError):
        return True
    code = _grpc_code(error)
    if code is not None and code is not StatusCode.UNKNOWN:
        return code in _FINAL_CODES
    if isinstance(error, UnexpectedStatusCodeError):
        return error.status_code in _FINAL_STATUS and error.status_code not in _STATUS_WORTH_WAITING
    message = str(error)
    return bool(_REFUSED.search(message)) and not _UNWELL.search(message)


def _grpc_code(error: BaseException) -> StatusCode | None:
    """The status that the client's own exception was raised from, or while handling."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, AioRpcError):
            code: StatusCode = seen.code()
            return code
        seen = seen.__cause__ or seen.__context__
    return None


def _short(error: Exception) -> str:
    """One line: the client's messages repeat the request, at times with whole texts."""
    line = " ".join(str(error).split()) or type(error).__name__
    return line if len(line) <= 300 else line[:300] + "…"  # noqa: PLR2004 (a line and a half of a terminal)
