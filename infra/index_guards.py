"""What every index refuses before it stores or looks for anything: no tenant, no words, no usable vector."""

import re
import unicodedata
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from schemas.failures import PermanentError
from schemas.index_failures import named

Vectors: TypeAlias = NDArray[np.float32]
"""Shape (texts, dimension), float32, each row L2-normalised."""

NORM_TOLERANCE = 0.01
"""How far from 1 a vector's length may be: half precision keeps three digits."""

_TENANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
"""As `schemas.event.Tenant`: what Weaviate takes as a tenant."""
_INVISIBLE = frozenset("ZC")
"""First letters of the Unicode categories that show nothing: separators; control and format characters."""


def check_tenant(tenant: str) -> None:
    """Raise `PermanentError` unless `tenant` names one: a write or a search without it would reach across tenants."""
    if not _TENANT.fullmatch(tenant):
        raise PermanentError(f"{tenant!r} is not a tenant: 1 to 64 of A-Z, a-z, 0-9, _ and -, the first not _ or -")


def check_question(text: str) -> None:
    """Raise `PermanentError` for a question in which nothing is visible (empty, blank, zero-width characters)."""
    if all(unicodedata.category(character)[0] in _INVISIBLE for character in text):
        raise PermanentError("the question is empty")


def check_vectors(vectors: Vectors, dimension: int, chunk_ids: Sequence[str]) -> None:
    """Raise `PermanentError` naming the chunks whose vector is not finite and of length one, or the wrong shape."""
    expected = (len(chunk_ids), dimension)
    if vectors.shape != expected:
        raise PermanentError(f"vectors of shape {vectors.shape} where {expected} is stored: {named(chunk_ids)}")
    norms = np.linalg.norm(vectors.astype(np.float64), axis=1)
    bad = ~(np.abs(norms - 1.0) <= NORM_TOLERANCE)  # negated, so that NaN is bad too
    if bad.any():
        wrong = [chunk_id for chunk_id, is_bad in zip(chunk_ids, bad, strict=True) if is_bad]
        raise PermanentError(f"vectors that are not finite and of length 1: {named(wrong)}")


def check_question_vector(vector: Vectors, dimension: int) -> Vectors:
    """The question's vector, shape (dimension,). Raises `PermanentError` if it is no unit vector of that length."""
    flat = np.asarray(vector, dtype=np.float32).reshape(-1)
    check_vectors(flat[np.newaxis, :], dimension, ["the question"])
    return flat
