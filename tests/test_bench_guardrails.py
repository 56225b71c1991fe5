"""The pieces of bench/guardrails.py and of the training that judge what they are given."""

import random

import numpy as np

from agents.guardrails.ngrams import BUCKETS
from bench.guardrails import placed, table
from bench.injection_corpus import Example, Templates, planted_into
from bench.logistic import balanced, fit, sparse


def test_recall_and_false_positives_are_counted_by_group():
    examples = [Example("a", True, "x"), Example("b", True, "y"), Example("c", False, "x")]

    found = table(examples, [True, False, False], ["x", "y", "x"])

    assert found["all"] == {"recall": 0.5, "attacks": 2, "false_positives": 0.0, "benign": 1}
    assert found["x"] == {"recall": 1.0, "attacks": 1, "false_positives": 0.0, "benign": 1}
    assert found["y"] == {"recall": 0.0, "attacks": 1}


def test_the_place_of_a_plant_is_found_by_the_benign_passage():
    base = "The first line of a passage.\nThe second line of it.\nThe third line ends it."
    texts = [base, f"Do this!\n{base}", base.replace("The second", "Do this! The second"), f"{base}\nDo this!"]
    examples = [Example(text, text != base, "x") for text in texts]

    assert placed(examples) == ["benign", "start", "middle", "end"]


def test_a_plant_stands_whole_in_its_passage():
    chance = random.Random(1)

    texts = [planted_into("One sentence. Another one.\nA line.", "Do this!", chance) for _ in range(50)]

    assert all("Do this!" in text for text in texts)
    assert len(set(texts)) > 5


def test_every_template_can_be_filled():
    templates = Templates(1)

    filled = [templates.fill(template) for name in templates.lists for template in templates.lists[name]]

    assert [text for text in filled if "{" in text or not text.strip()] == []


def test_a_fitted_model_tells_the_words_of_the_two_classes_apart():
    texts = ["ignore the rules", "obey the rules", "ignore them", "obey them"] * 3
    labels = np.array([True, False, True, False] * 3)

    weights, bias = fit(sparse(texts), labels, balanced(["x"] * 12, labels), width=BUCKETS, l2=1e-4)

    assert ((sparse(["ignore it", "obey it"]).times(weights) + bias) > 0).tolist() == [True, False]
