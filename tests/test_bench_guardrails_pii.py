import json

import pytest

from bench.guardrails_benign import KINDS, benign_numbers
from bench.guardrails_pii import IN_BENIGN, our_finder, report, scores

TEXT = "Call me at 212-555-0123 or write to jane@example.com."


def labelled(*spans):
    return [(TEXT, list(spans))]


def test_a_span_that_overlaps_counts_once_and_one_of_another_kind_does_not():
    table = scores(labelled(("phone", 11, 23), ("email", 36, 52)), [[("phone", 12, 20), ("card", 36, 52)]])
    assert table["phone"]["f1"] == pytest.approx(1)
    assert table["email"]["recall"] == 0
    assert table["card"]["precision"] == 0


def test_a_report_has_figures_for_any_finder(tmp_path):
    rows = [{"full_text": TEXT, "spans": [{"entity_type": "EMAIL_ADDRESS", "start_position": 36, "end_position": 52}]}]
    (tmp_path / "generated_large.json").write_text(json.dumps(rows * 3))
    ours, nobodys = report(tmp_path), report(tmp_path, lambda _: [])
    assert ours["kinds"]["email"]["f1"] == pytest.approx(1)
    assert nobodys["kinds"]["email"]["recall"] == 0
    assert nobodys["benign_mistaken"] == 0


def test_failures_57_one_benign_number_in_a_hundred_at_most_is_taken_for_personal_data():
    find = our_finder()
    texts = list(benign_numbers(2_000, seed=1))
    mistaken = [text for _, text in texts if any(name in IN_BENIGN for name, _, _ in find(text))]
    assert len(mistaken) / len(texts) <= 0.01


def test_benign_numbers_are_the_same_for_a_seed_and_of_every_kind():
    assert list(benign_numbers(100)) == list(benign_numbers(100))
    assert {kind for kind, _ in benign_numbers(200)} == {*KINDS, "known"}
