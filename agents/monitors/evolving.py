"""A frozen state and what differs in the next one in, the next one out: done at each observation, so it is quick."""

from typing import Any, TypeVar

from schemas.event import Value

S = TypeVar("S", bound=Value)


def evolved(state: S, **changes: Any) -> S:
    """As `model_copy(update=changes)`, in half the time: states have nothing of what a model may keep beside fields."""
    after = object.__new__(type(state))
    put = object.__setattr__
    put(after, "__dict__", {**state.__dict__, **changes})
    put(after, "__pydantic_fields_set__", state.__pydantic_fields_set__)
    put(after, "__pydantic_extra__", None)
    put(after, "__pydantic_private__", None)
    return after
