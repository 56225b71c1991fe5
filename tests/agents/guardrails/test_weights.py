import hashlib
import json
from importlib.resources import files

import pytest

from agents.guardrails import weights as package
from agents.guardrails.ngrams import BUCKETS
from agents.guardrails.phrases import KINDS
from agents.guardrails.strangers import FEATURES
from agents.guardrails.weights import CARD, WEIGHTS, read, weights
from schemas.failures import ConfigurationError

RAW = files(package).joinpath(WEIGHTS).read_bytes()


def test_the_weights_fit_the_features_that_they_are_for() -> None:
    ours = weights()

    assert ours.question.weights.shape == ours.piece.weights.shape == (BUCKETS,)
    assert ours.head.shape == (385,)
    assert ours.kinds.shape == (len(KINDS),)
    assert ours.stranger.shape == (len(FEATURES) + 1,)


def test_the_card_says_what_they_are_and_where_they_come_from() -> None:
    card = json.loads(files(package).joinpath(CARD).read_text())

    assert card["sha256"] == hashlib.sha256(RAW).hexdigest()
    assert {"about", "embedder", "licence", "limits", "trained_by"} <= set(card)


def test_other_bytes_than_the_card_describes_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="its card says 00"):
        read(RAW, "00", "model")
