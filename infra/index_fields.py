"""A document's attributes in, the exact strings that an index filters by out.

Metadata keys are the producer's own and may be anything, so none of them becomes a property: all of it is one JSON
text, and its scalars are also stored as `key=value` pairs, which is what filters look at.
"""

import hashlib
import json
import math
from collections.abc import Iterable, Mapping

from pydantic import JsonValue

from schemas.chunks import DocumentAttributes
from schemas.passages import EVERYONE
from schemas.questions import Scalar

LONGEST_PAIR = 256
"""Characters; a longer pair is stored as its hash, which is just as equal to itself."""


def metadata_json(metadata: Mapping[str, JsonValue]) -> str:
    """Metadata as JSON text (RFC 8259), keys sorted, ASCII only, so that no character in it can break a transport."""
    return json.dumps(_finite(dict(metadata)), sort_keys=True, separators=(",", ":"))


def metadata_pairs(metadata: Mapping[str, JsonValue]) -> list[str]:
    """`"key"=value` of each scalar; lists, objects and nulls cannot be filtered by."""
    return [pair(key, value) for key, value in metadata.items() if isinstance(value, str | int | float)]


def pair(key: str, value: Scalar) -> str:
    """Equal for equal key and value only. 1 and 1.0 are the same number (RFC 8259, section 6); true is not 1."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = f"{json.dumps(key)}={json.dumps(value)}"
    if len(text) <= LONGEST_PAIR:
        return text
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def readers(attributes: DocumentAttributes) -> list[str]:
    """Who may see a chunk, quoted; everyone when the document names nobody."""
    return quoted(attributes.readers or (EVERYONE,))


def groups_and_everyone(groups: Iterable[str]) -> list[str]:
    """What an asker may match of `readers`."""
    return quoted([*groups, EVERYONE])


def quoted(names: Iterable[str]) -> list[str]:
    """Each name once, as a JSON string: Weaviate trims blanks off a field, and `"a "` must not become `"a"`."""
    return [json.dumps(name) for name in dict.fromkeys(names)]


def _finite(value: JsonValue) -> JsonValue:
    """NaN and the infinities are no JSON: they become null, and the document is kept."""
    if isinstance(value, dict):
        return {key: _finite(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_finite(inner) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
