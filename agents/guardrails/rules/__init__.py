"""Every rule that policies can name: one line a rule, cheap ones first."""

from typing import Any, Final

from agents.guardrails.rule import Rule
from agents.guardrails.rules.cards import CardRule
from agents.guardrails.rules.emails import EmailRule
from agents.guardrails.rules.ibans import IbanRule
from agents.guardrails.rules.id_documents import IdDocumentRule
from agents.guardrails.rules.indirect_injection import IndirectInjectionRule
from agents.guardrails.rules.injection import InjectionRule
from agents.guardrails.rules.intents import IntentRule
from agents.guardrails.rules.ip_addresses import IpAddressRule
from agents.guardrails.rules.language import LanguageRule
from agents.guardrails.rules.length import LengthRule
from agents.guardrails.rules.national_ids import NationalIdRule
from agents.guardrails.rules.person_names import PersonNameRule
from agents.guardrails.rules.phones import PhoneRule
from agents.guardrails.rules.secrets import SecretRule
from agents.guardrails.rules.street_addresses import StreetAddressRule
from agents.guardrails.rules.system_prompt_leak import SystemPromptLeakRule
from agents.guardrails.rules.topics import TopicRule
from agents.guardrails.rules.toxicity import ToxicityRule

RULES: Final[tuple[type[Rule[Any]], ...]] = (
    LengthRule,
    EmailRule,
    IbanRule,
    CardRule,
    NationalIdRule,
    IdDocumentRule,
    PhoneRule,
    IpAddressRule,
    StreetAddressRule,
    PersonNameRule,
    SecretRule,
    TopicRule,
    IntentRule,
    ToxicityRule,
    LanguageRule,
    SystemPromptLeakRule,
    IndirectInjectionRule,
    InjectionRule,
)
"""In the order in which they run."""

BY_NAME: Final = {rule.name: rule for rule in RULES}
