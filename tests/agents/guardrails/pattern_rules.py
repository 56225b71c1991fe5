"""What tests of rules for numbers and words ask: the pieces of a text that a rule counts."""

from agents.guardrails.views import Views
from agents.ports import Subject


def subject(text, stage="question"):
    return Subject(stage=stage, text=text, tenant="acme")


def hits(rule, text, **options):
    """What counts of what a rule finds."""
    made = rule(rule.Options(**options))
    return [hit for hit in made.find(Views(text), subject(text)) if hit.score >= rule.threshold]


def found(rule, text, **options):
    """The pieces of `text` that it points at."""
    return [text[hit.span.start : hit.span.end] for hit in hits(rule, text, **options)]
