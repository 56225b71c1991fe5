import hashlib

from infra.models.reference_texts import VERSION, reference_texts

DIGESTS = {1: "ae9e0eff94d42433e798d694acf358fc1e57f2b0c8f3d8bec8bd2d2bec31f27f"}
"""Of the texts of each version: vectors that are kept belong to them."""


def test_there_are_fifty_different_texts_the_longest_of_ten_thousand_words():
    texts = reference_texts()
    assert len(texts) == len(set(texts)) == 50
    assert max(len(text.split()) for text in texts) == 10_000


def test_a_change_of_a_text_is_a_new_version():
    assert hashlib.sha256("\0".join(reference_texts()).encode()).hexdigest() == DIGESTS[VERSION]
