"""What every prompt book must do; a test file inherits it and gives `book_of`: a labelled prompt in, a book out."""

from collections.abc import Callable

import pytest

from agents.ports import PromptBook
from schemas.prompts import PromptPublished, PromptTemplate

SUMMARY = PromptPublished(name="summary", messages=(PromptTemplate(role="user", template="{{ question }}"),))

BookOf = Callable[[PromptPublished, str], PromptBook]


class PromptBookContract:
    """The port `PromptBook`, as its callers may rely on it."""

    def test_a_label_gives_the_version_that_it_points_at_to_every_tenant(self, book_of: BookOf) -> None:
        for tenant in ("default", "acme"):
            found = book_of(SUMMARY, "candidate").prompt(tenant, "summary", "candidate")
            assert found is not None
            assert found.version == SUMMARY.version

    def test_a_version_can_be_asked_for_by_its_hash(self, book_of: BookOf) -> None:
        assert book_of(SUMMARY, "candidate").prompt("acme", "summary", SUMMARY.version) == SUMMARY

    def test_who_has_labelled_nothing_has_no_labels(self, book_of: BookOf) -> None:
        assert book_of(SUMMARY, "candidate").labels("acme", "summary") == {}

    @pytest.mark.parametrize(("name", "label"), [("other", "candidate"), ("summary", "other"), ("summary", "00000000")])
    def test_what_is_not_known_is_none(self, book_of: BookOf, name: str, label: str) -> None:
        assert book_of(SUMMARY, "candidate").prompt("acme", name, label) is None
