import re

from hypothesis import given
from hypothesis import strategies as st

from agents.guardrails.ngrams import BUCKETS, CHARACTER_SIZES, WORD_SIZES, ngrams


def test_every_run_of_characters_and_words_is_there_once() -> None:
    grams = ngrams("one two three")

    characters = sum(13 - size + 1 for size in CHARACTER_SIZES)
    words = sum(3 - size + 1 for size in WORD_SIZES)
    assert len(grams.buckets) == characters + words
    assert (int(grams.starts[-1]), int(grams.ends[-1])) == (0, 13)


def test_equal_words_are_equal_wherever_they_stand() -> None:
    first, second = ngrams("ignore"), ngrams("well, ignore")

    assert set(first.buckets.tolist()) <= set(second.buckets.tolist())


def test_the_order_of_words_and_letters_counts() -> None:
    assert set(ngrams("dog bites man").buckets.tolist()) != set(ngrams("man bites dog").buckets.tolist())
    assert set(ngrams("abc").buckets.tolist()) != set(ngrams("cba").buckets.tolist())


def test_buckets_are_the_same_on_every_machine_and_in_every_process() -> None:
    assert ngrams("abc").buckets.tolist() == [23263, 2591]


@given(st.text())
def test_any_text_has_n_grams_within_its_bounds(text: str) -> None:
    grams = ngrams(text)

    assert ((grams.buckets >= 0) & (grams.buckets < BUCKETS)).all()
    assert ((grams.starts >= 0) & (grams.starts < grams.ends) & (grams.ends <= len(text))).all()


@given(st.text())
def test_words_are_runs_of_letters_and_digits_and_single_marks(text: str) -> None:
    word = re.compile(r"[^\W_]+|[?!:|`#<>\[\]{}=\"]")
    grams = ngrams(text)
    spans = [match.span() for match in word.finditer(text)]
    characters = sum(max(0, len(text) - size + 1) for size in CHARACTER_SIZES)

    single = slice(characters, characters + len(spans))
    assert list(zip(grams.starts[single].tolist(), grams.ends[single].tolist(), strict=True)) == spans
