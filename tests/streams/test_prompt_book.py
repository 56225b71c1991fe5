from itertools import permutations

import pytest

from agents.answering.prompting import ANSWER, PromptError
from schemas.prompts import PromptParameter
from streams.prompt_book import InMemoryPromptBook
from tests.contracts.prompt_book_contract import PromptBookContract
from tests.streams.prompt_samples import labelled, published

FIRST, SECOND = published("First."), published("Second.")


def book(*events):
    made = InMemoryPromptBook()
    for each in events:
        made.apply(each)
    return made


def test_the_built_in_prompt_serves_until_production_points_elsewhere():
    assert book().prompt("acme", "answer", "production") == ANSWER
    assert book(FIRST).prompt("acme", "answer", "production") == ANSWER
    assert book(FIRST, labelled(FIRST.version)).prompt("acme", "answer", "production") == FIRST


def test_a_label_moves_and_versions_stay():
    moved = book(FIRST, SECOND, labelled(FIRST.version), labelled(SECOND.version))
    assert moved.prompt("default", "answer", "production") == SECOND
    assert moved.prompt("default", "answer", FIRST.version) == FIRST
    assert list(moved.versions("default", "answer").values()) == [ANSWER, FIRST, SECOND]


def test_a_label_that_was_taken_away_gives_way_to_the_built_in_prompt():
    assert book(FIRST, labelled(FIRST.version), labelled("")).prompt("default", "answer", "production") == ANSWER


def test_labels_other_than_production_have_no_default():
    assert book(FIRST).prompt("default", "answer", "candidate") is None
    assert book(FIRST).prompt("default", "other", "production") is None
    candidate = book(FIRST, labelled(FIRST.version, label="candidate"))
    assert candidate.prompt("default", "answer", "candidate") == FIRST


def test_a_built_in_version_can_be_asked_for_and_labelled():
    assert book().prompt("acme", "answer", ANSWER.version) == ANSWER
    again = book(FIRST, labelled(FIRST.version), labelled(ANSWER.version, tenant="acme"))
    assert again.prompt("acme", "answer", "production") == ANSWER
    assert again.prompt("other", "answer", "production") == FIRST


def test_a_tenants_own_goes_before_the_default_tenants():
    own = published("Own.", tenant="acme")
    made = book(FIRST, labelled(FIRST.version), own, labelled(own.version, tenant="acme"))
    assert made.prompt("acme", "answer", "production") == own
    assert made.prompt("other", "answer", "production") == FIRST
    assert made.prompt("other", "answer", own.version) is None


def test_a_label_before_its_version_points_at_it_all_the_same():
    """Compaction keeps the last record of each key, so a version that was published again comes after its label."""
    assert book(labelled(FIRST.version), FIRST).prompt("default", "answer", "production") == FIRST


def test_a_label_at_what_is_not_there_stays_where_it_was():
    lost = labelled("00000000", previous=FIRST.version)
    assert book(FIRST, lost).prompt("default", "answer", "production") == FIRST
    assert book(lost).prompt("default", "answer", "production") == ANSWER


def test_a_version_that_could_not_serve_is_refused_and_labels_stay():
    broken = published("{{ nobody }}")
    made = book(FIRST, labelled(FIRST.version))
    with pytest.raises(PromptError, match="there is no nobody"):
        made.apply(broken)
    made.apply(labelled(broken.version, previous=FIRST.version))
    assert made.prompt("default", "answer", "production") == FIRST


def test_one_that_needs_a_value_which_nobody_gives_does_not_serve_whoever_labelled_it():
    needs = published("Be {{ tone }}.", parameters=[PromptParameter(name="tone")])
    moved = book(FIRST, labelled(FIRST.version), needs, labelled(needs.version, previous=FIRST.version))
    assert moved.prompt("acme", "answer", "production") == FIRST
    assert moved.prompt("acme", "answer", needs.version) == needs, "to be tested and shown"
    assert book(needs, labelled(needs.version)).prompt("acme", "answer", "production") == ANSWER


def test_names_are_the_tenants_and_the_built_in_ones():
    made = book(published(name="summary"), published(name="secret", tenant="acme"))
    assert made.names("default") == ["answer", "standalone", "summary"]
    assert made.names("acme") == ["answer", "secret", "standalone"]


def test_labels_are_told_with_where_they_were():
    made = book(FIRST, labelled(FIRST.version, previous="00000000"))
    assert made.labels("default", "answer")["production"].previous == "00000000"
    assert made.labels("acme", "answer") == {}


def test_any_order_of_versions_ends_in_the_same_book():
    versions = [published(text) for text in ("A.", "B.", "C.")]
    last = labelled(versions[1].version)
    found = {book(*order, last).prompt("default", "answer", "production").version for order in permutations(versions)}
    assert found == {versions[1].version}


class TestContract(PromptBookContract):
    @pytest.fixture
    def book_of(self):
        return lambda prompt, label: book(prompt, labelled(prompt.version, label=label, name=prompt.name))
