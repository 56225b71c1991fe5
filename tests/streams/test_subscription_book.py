import pytest

from schemas.failures import ConfigurationError
from streams.subscription_book import InMemorySubscriptionBook
from tests.agents.dispatching.samples import subscribed


def book_of(*events):
    book = InMemorySubscriptionBook()
    for each in events:
        book.apply(each)
    return book


def test_the_last_change_of_a_name_counts():
    book = book_of(subscribed("a"), subscribed("b"), subscribed("a", target="https://example.org/new"))
    assert [each.subscription for each in book.active("default")] == ["a", "b"]
    assert book.find("default", "a").target == "https://example.org/new"


def test_one_that_ended_is_known_and_not_active():
    book = book_of(subscribed("a"), subscribed("a", active=False, reason="gone"))
    assert book.active("default") == []
    assert [each.reason for each in book.all("default")] == ["gone"]
    assert not book.find("default", "a").active


def test_equal_names_of_two_tenants_are_two_subscriptions():
    book = book_of(subscribed("a", tenant="one"), subscribed("a", tenant="two", active=False))
    assert [each.tenant for each in book.active("one")] == ["one"]
    assert book.active("two") == []
    assert book.find("three", "a") is None


def test_one_that_nobody_could_be_told_by_is_refused_and_the_one_before_stays():
    book = book_of(subscribed("a"))
    with pytest.raises(ConfigurationError):
        book.apply(subscribed("a", target="nonsense"))
    assert book.find("default", "a") == subscribed("a")


def test_one_that_could_never_be_told_can_still_be_ended():
    assert book_of(subscribed("a", target="nonsense", active=False)).active("default") == []
