"""Numbers that states give to people: how they are written and what they satisfy, one table a part of the world."""

from typing import Final

from agents.guardrails.national_ids.american import AMERICAN
from agents.guardrails.national_ids.asian_and_southern import ASIAN_AND_SOUTHERN
from agents.guardrails.national_ids.kind import NationalId
from agents.guardrails.national_ids.north_and_east_european import NORTH_AND_EAST_EUROPEAN
from agents.guardrails.national_ids.west_european import WEST_EUROPEAN

NATIONAL_IDS: Final[tuple[NationalId, ...]] = (*AMERICAN, *WEST_EUROPEAN, *NORTH_AND_EAST_EUROPEAN, *ASIAN_AND_SOUTHERN)
"""All of them."""

__all__ = ["NATIONAL_IDS", "NationalId"]
