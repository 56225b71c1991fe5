"""An event class in, a Hypothesis strategy for its instances out, read from its fields: new ones are covered."""

import base64
from datetime import UTC, datetime
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda children: st.lists(children, max_size=3) | st.dictionaries(texts, children, max_size=3),
    max_leaves=6,
)
_SIMPLE: dict[Any, st.SearchStrategy] = {
    str: texts,
    int: st.integers(1, 40),
    float: st.floats(0, 1),
    bool: st.booleans(),
    bytes: st.binary(max_size=40).map(base64.b64encode),
    datetime: st.datetimes(timezones=st.just(UTC)),
    NoneType: st.none(),
}


def any_event(kind):
    """Valid instances of `kind`; what its own rules refuse is drawn again."""
    return st.fixed_dictionaries(_fields(kind)).map(lambda fields: _valid(kind, fields)).filter(bool)


def _valid(kind, fields):
    if kind.__name__ == "DocumentUpserted":
        fields = fields | ({"text": None} if fields["content"] else {"content": None, "text": fields["text"] or "x"})
    try:
        return kind.model_validate(fields)
    except ValidationError:
        return None


def _fields(model):
    return {
        name: _any(field.annotation)
        for name, field in model.model_fields.items()
        if name not in ("read_from", "tenant")
    } | ({"tenant": st.from_regex(r"\A[a-z0-9][a-z0-9_-]{0,9}\Z")} if "tenant" in model.model_fields else {})


def _any(annotation):
    if annotation in _SIMPLE:
        return _SIMPLE[annotation]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return st.fixed_dictionaries(_fields(annotation))
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin in (Union, UnionType):
        return st.one_of(*map(_any, arguments))
    if origin is tuple:
        return st.lists(_any(arguments[0]), max_size=3).map(tuple)
    if origin is dict:
        return st.dictionaries(texts, _any(arguments[1]), max_size=3)
    if hasattr(annotation, "__metadata__"):
        return _any(arguments[0])
    return json_values
