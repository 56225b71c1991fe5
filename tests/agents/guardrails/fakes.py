"""Rules and books that tests can read at a glance."""

from agents.guardrails.rule import Hit, Rule, RuleOptions
from agents.ports import Subject
from schemas.chunks import Span
from schemas.guardrails import PolicyPublished, RuleSetting


class WordOptions(RuleOptions):
    word: str = "secret"
    score: float = 1.0
    whole: bool = False


class WordRule(Rule[WordOptions]):
    """Finds a word, wherever it stands."""

    name = "word"
    about = "A word."
    stages = ("question", "document", "passage", "answer")
    Options = WordOptions

    def find(self, views, subject):
        word, start = self.options.word, subject.text.find(self.options.word)
        while start >= 0:
            span = None if self.options.whole else Span(start=start, end=start + len(word))
            yield Hit(self.options.score, "A word was found.", span)
            start = subject.text.find(word, start + 1)


class LeakOnlyRule(WordRule):
    name = "leak"
    stages = ("answer",)


class BrokenRule(Rule[RuleOptions]):
    name = "broken"
    about = "Breaks."
    stages = ("question", "document", "passage", "answer")

    def find(self, views, subject):
        raise ValueError(f"cannot read {subject.text}")


class LyingRule(WordRule):
    """Says what no rule may say: hits as its options give them."""

    name = "lying"

    def find(self, views, subject):
        return {
            "score": [Hit(float("nan"), "?")],
            "high": [Hit(1.5, "?")],
            "span": [Hit(1.0, "?", Span(start=0, end=len(subject.text) + 1))],
            "empty": [Hit(1.0, "?", Span(start=1, end=1))],
            "nothing": None,
        }[self.options.word]


RULES = {rule.name: rule for rule in (WordRule, LeakOnlyRule, BrokenRule, LyingRule)}


class Book:
    """A fixed set of policies."""

    def __init__(self, *policies):
        self.published = policies

    def policies(self, tenant):
        mine = [policy for policy in self.published if not policy.tenants or tenant in policy.tenants]
        return sorted(mine, key=lambda policy: bool(policy.tenants))


def setting(rule="word", action="flag", stages=("question",), **more):
    return RuleSetting(rule=rule, stages=stages, action=action, **more)


def policy(*settings, name="p", tenants=()):
    return PolicyPublished(name=name, tenants=tenants, rules=settings)


def subject(text, stage="question", tenant="acme"):
    return Subject(stage=stage, text=text, tenant=tenant)
