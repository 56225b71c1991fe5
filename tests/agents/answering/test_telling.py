"""What is noted of a stage: bounded, and without texts."""

import json

from agents.answering.telling import MOST_TOLD, found, screened, strictest
from schemas import signals
from schemas.answers import Finding
from tests.agents.answering.fakes import passage


class Notes(dict):
    note = dict.update


def finding(action, rule="card"):
    return Finding(rule=rule, reason="because", action=action)


def test_the_strictest_action_counts():
    assert strictest([]) == "allow"
    assert strictest([finding("flag"), finding("block"), finding("redact"), finding("")]) == "block"


def test_rules_are_named_once_each_and_not_without_end():
    notes = Notes()
    screened(notes, "question", "flag", [finding("flag", f"rule-{number:02}") for number in range(50)] * 2)
    assert len(notes[signals.GUARD_RULES]) == MOST_TOLD
    assert len(set(notes[signals.GUARD_RULES])) == MOST_TOLD


def test_scores_are_noted_for_the_best_and_no_text_is():
    notes = Notes()
    found(notes, [passage(f"Secret words {number}.") for number in range(50)])
    assert notes[signals.FOUND] == 50
    assert len(json.loads(notes[signals.GEN_AI_DOCUMENTS])) == len(notes[signals.SIMILARITIES]) == MOST_TOLD
    assert "Secret" not in str(notes)
