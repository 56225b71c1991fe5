from agents.guardrails.pattern_rule import PatternRule, hit
from agents.guardrails.rule import RuleOptions
from tests.agents.guardrails.pattern_rules import hits


class Sevens(PatternRule[RuleOptions]):
    name = "sevens"
    about = "Sevens."
    stages = ("question",)

    def spot(self, text):
        return [hit(1, "A seven.", at, at + 1) for at, char in enumerate(text) if char == "7"]


def test_spans_point_into_the_text_as_it_was_sent():
    (first, second) = hits(Sevens, "\u200b٧ and 7")
    assert (first.span.start, first.span.end) == (1, 2)
    assert (second.span.start, second.span.end) == (7, 8)
