"""Every rule that policies can name: one line a rule, cheap ones first."""

from typing import Any, Final

from agents.guardrails.rule import Rule

RULES: Final[tuple[type[Rule[Any]], ...]] = ()
"""In the order in which they run."""

BY_NAME: Final = {rule.name: rule for rule in RULES}
