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
    return _values(kind).map(lambda fields: _valid(kind, fields)).filter(bool)


def _valid(kind, fields):
    try:
        return kind.model_validate(fields)
    except ValidationError:
        return None


def _values(model):
    return st.fixed_dictionaries(_fields(model)).map(_REPAIRS.get(model.__name__, lambda fields: fields))


def _fields(model):
    return {
        name: _field(field) for name, field in model.model_fields.items() if name != "tenant" and not field.exclude
    } | ({"tenant": st.from_regex(r"\A[a-z0-9][a-z0-9_-]{0,9}\Z")} if "tenant" in model.model_fields else {})


def _field(field):
    return _any(field.annotation) if (found := _patterned(field.metadata)) is None else found


def _patterned(metadata):
    """Texts of a pattern that the metadata has, be it in a `Field` among them; None without one."""
    nested = [each for one in metadata for each in (one, *getattr(one, "metadata", ()))]
    patterns = [found for each in nested if (found := getattr(each, "pattern", None))]
    return st.from_regex(patterns[0], fullmatch=True) if patterns else None


def _one_of_text_and_content(fields):
    return fields | ({"text": None} if fields["content"] else {"content": None, "text": fields["text"] or "x"})


def _makes_sense(fields):
    """What the fields of an experiment have to do with each other."""
    arms = [{"name": f"arm-{n}", "weight": 1, "overrides": {}} for n in range(2)]
    together = {"arms": arms, "layer_from": 0.25, "layer_to": 1, "ramp": [0.1, 1], "alpha": 0.05}
    return fields | together


_PATIENT = {"for_s": 30.0, "keep_s": 60.0, "renotify_s": 3_600.0}
_REPAIRS = {
    "Threshold": lambda fields: fields | {"above": 1.0, "below": None},
    "MonitorDefined": lambda fields: fields | _PATIENT,
    "ConditionRaised": lambda fields: fields | {"renotify_s": _PATIENT["renotify_s"]},
    "DocumentUpserted": _one_of_text_and_content,
    "ExperimentDefined": _makes_sense,
    "Metric": lambda fields: fields | {"low": -fields["high"] - 1},
    "ChatSettings": lambda fields: fields | {"top_p": 0.5, "max_input_tokens": fields["max_input_tokens"] + 64},
}
"""What ties the fields of one model together, which no annotation says."""


def _any(annotation):
    if annotation in _SIMPLE:
        return _SIMPLE[annotation]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _values(annotation)
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin in (Union, UnionType):
        return st.one_of(*map(_any, arguments))
    if origin is tuple:
        return st.lists(_any(arguments[0]), max_size=3).map(tuple)
    if origin is dict:
        return st.dictionaries(_any(arguments[0]), _any(arguments[1]), max_size=3)
    if hasattr(annotation, "__metadata__"):
        return _any(arguments[0]) if (found := _patterned(annotation.__metadata__)) is None else found
    return json_values
