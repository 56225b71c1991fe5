"""Objects into a tenant's collection and out of it, with every error of every object read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

import numpy as np
from weaviate.classes.data import DataObject
from weaviate.classes.query import Filter
from weaviate.exceptions import WeaviateBaseError, WeaviateInsertManyAllFailedError

from infra.weaviate_errors import (
    WeaviateUnwellError,
    is_missing_collection,
    is_too_large,
    is_unknown_tenant,
    object_is_refused,
)
from schemas.failures import PermanentError
from schemas.index_failures import named

T = TypeVar("T")
Tenanted: TypeAlias = Any
"""The client's collection, bound to a tenant."""
Object: TypeAlias = DataObject[Any, Any]
"""Properties, chunk id and vector of one chunk."""

INSERT_OBJECTS = 100
INSERT_BYTES = 8 * 1024 * 1024
"""Of one `insert_many`; servers take 10 MB and more in a message."""
OBJECT_OVERHEAD_BYTES = 1_024
DELETE_SLICE = 1_000
"""Ids in one delete: the server stops at 10,000 matches (QUERY_MAXIMUM_RESULTS) and says nothing."""
DELETE_ROUNDS = 10


def by_tenant(items: Iterable[tuple[str, T]]) -> Iterator[tuple[str, list[T]]]:
    """Items grouped by their tenant, each group in order."""
    groups: dict[str, list[T]] = {}
    for tenant, item in items:
        groups.setdefault(tenant, []).append(item)
    yield from groups.items()


def sliced(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def refuse(refused: Mapping[str, str]) -> None:
    """Raise `PermanentError` naming the chunks that were refused, if there are any; `refused` maps id to reason."""
    if refused:
        reason = next(iter(refused.values()))
        raise PermanentError(f"Weaviate refused {len(refused)} chunks ({reason[:300]}): {named(list(refused))}")


async def delete(of: Tenanted, chunk_ids: Sequence[str]) -> None:
    """Delete at most `DELETE_SLICE` chunks, and return when none is left.

    Raises `TransientError` if some still are after ten rounds.
    """
    any_of_them = Filter.by_id().contains_any(list(chunk_ids))
    for _ in range(DELETE_ROUNDS):
        try:
            outcome = await of.data.delete_many(any_of_them)
        except WeaviateBaseError as error:
            if is_unknown_tenant(error):
                return
            raise
        if outcome.matches == 0:
            return
    raise WeaviateUnwellError(
        f"chunks are still there after {DELETE_ROUNDS} deletes: {outcome.failed} failed in the last"
    )


async def insert(to: Tenanted, objects: Sequence[Object]) -> dict[str, str]:
    """Insert or replace one `bounded` run; the reasons, by chunk id, of the objects that can never be stored.

    Raises `TransientError` if any may yet succeed: a repeat stores those and leaves only the refused to be named.
    """
    try:
        result = await to.data.insert_many(objects)
    except WeaviateInsertManyAllFailedError as error:
        errors = await _one_by_one(to, objects, error)
    except WeaviateBaseError as error:
        if not is_too_large(error):
            raise
        return await _in_halves(to, objects, error)
    else:
        errors = {str(objects[index].uuid): str(failed.message) for index, failed in result.errors.items()}
    unwell = {chunk_id: message for chunk_id, message in errors.items() if not object_is_refused(message)}
    if unwell:
        reason = next(iter(unwell.values()))
        raise WeaviateUnwellError(f"Weaviate did not store {len(unwell)} chunks: {reason[:300]}")
    return errors


async def _one_by_one(
    to: Tenanted, objects: Sequence[Object], error: WeaviateInsertManyAllFailedError
) -> dict[str, str]:
    """The message of each object: when all fail together, the client says only which messages there were."""
    message = str(error)
    if is_missing_collection(error):
        raise error
    if len(objects) == 1 or not object_is_refused(message):
        return {str(one.uuid): message for one in objects}
    errors: dict[str, str] = {}
    for one in objects:
        errors |= await insert(to, [one])
    return errors


async def _in_halves(to: Tenanted, objects: Sequence[Object], error: WeaviateBaseError) -> dict[str, str]:
    if len(objects) == 1:
        return {str(objects[0].uuid): str(error)}
    middle = len(objects) // 2
    return await insert(to, objects[:middle]) | await insert(to, objects[middle:])


def bounded(objects: Sequence[Object]) -> Iterator[list[Object]]:
    """Runs of objects that stay under the bounds of one call; an object over them alone is a run of its own."""
    run: list[Object] = []
    held = 0
    for one in objects:
        size = _bytes(one)
        if run and (len(run) == INSERT_OBJECTS or held + size > INSERT_BYTES):
            yield run
            run, held = [], 0
        run.append(one)
        held += size
    if run:
        yield run


def _bytes(one: Object) -> int:
    texts = sum(len(value.encode()) for value in one.properties.values() if isinstance(value, str))
    lists = sum(len(str(value)) for value in one.properties.values() if isinstance(value, list))
    return texts + lists + 4 * np.asarray(one.vector).size + OBJECT_OVERHEAD_BYTES
