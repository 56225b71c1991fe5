"""What every policy book must do; a test file inherits it and gives a `book_of` fixture: policies in, a book out."""

from collections.abc import Callable

from agents.ports import PolicyBook
from schemas.guardrails import PolicyPublished, RuleSetting

RULES = (RuleSetting(rule="word", stages=("question",)),)
GENERAL = PolicyPublished(name="z", rules=RULES)
OWN = PolicyPublished(name="a", tenants=("acme",), rules=RULES)

BookOf = Callable[..., PolicyBook]


class PolicyBookContract:
    """The port `PolicyBook`, as its callers may rely on it."""

    def test_those_for_everybody_come_first(self, book_of: BookOf) -> None:
        assert [each.name for each in book_of(OWN, GENERAL).policies("acme") if each.name != "default"] == ["z", "a"]

    def test_a_tenant_sees_none_that_is_for_others(self, book_of: BookOf) -> None:
        assert OWN not in book_of(OWN, GENERAL).policies("other")

    def test_a_policy_is_the_same_object_until_it_is_replaced(self, book_of: BookOf) -> None:
        """The engine keeps merged policies ready as long as nothing has changed, and compares by identity."""
        book = book_of(OWN, GENERAL)
        assert list(map(id, book.policies("acme"))) == list(map(id, book.policies("acme")))
