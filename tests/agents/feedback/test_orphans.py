from agents.feedback.orphans import orphaned
from schemas.feedback import FeedbackGiven
from streams.dead_letters import dead_letter, redriven
from streams.records import Record
from tests.agents.feedback.samples import NOON, vote


def test_an_orphan_has_the_id_of_its_records_dead_letter_and_can_be_redriven():
    given = vote(1, 7, comment="good")
    letter = orphaned(given, given.read_from, NOON, "no answer a")
    record = Record("feedback", 0, 7, b"a", b"{}", (), NOON)
    assert letter.event_id == dead_letter(record, stage="join", reason="", error="").event_id
    sent = redriven(letter)
    assert (sent.topic, sent.key) == ("feedback", b"a")
    assert FeedbackGiven.model_validate_json(sent.value) == given.model_copy(update={"read_from": None})
