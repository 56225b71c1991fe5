"""Every rule that policies can name: one line a rule, cheap ones first."""

from typing import Any, Final

from agents.guardrails.rule import Rule
from agents.guardrails.rules.cards import CardRule
from agents.guardrails.rules.emails import EmailRule
from agents.guardrails.rules.ibans import IbanRule
from agents.guardrails.rules.ip_addresses import IpAddressRule
from agents.guardrails.rules.national_ids import NationalIdRule
from agents.guardrails.rules.phones import PhoneRule
from agents.guardrails.rules.secrets import SecretRule

RULES: Final[tuple[type[Rule[Any]], ...]] = (
    EmailRule,
    IbanRule,
    CardRule,
    NationalIdRule,
    PhoneRule,
    IpAddressRule,
    SecretRule,
)
"""In the order in which they run."""

BY_NAME: Final = {rule.name: rule for rule in RULES}
