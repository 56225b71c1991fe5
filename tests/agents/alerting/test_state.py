from agents.alerting.state import MAX_DETAILS, MAX_EVIDENCE, MAX_TEXT, Alerting, trimmed
from schemas.event import Origin
from schemas.operations import Evidence
from tests.agents.alerting.samples import NOON, raised


def test_of_a_condition_no_more_is_kept_than_an_alert_needs():
    large = raised(
        0,
        details={f"d{n}": "x" * 5_000 for n in range(60)},
        evidence=tuple(Evidence(answer_id=str(n)) for n in range(60)),
    ).model_copy(update={"read_from": Origin(topic="conditions", partition=0, offset=1, at=NOON)})
    kept = trimmed(large)
    assert (len(kept.details), len(kept.evidence), len(kept.details["d0"])) == (MAX_DETAILS, MAX_EVIDENCE, MAX_TEXT)
    assert kept.read_from is None


def test_an_empty_state_is_nothing():
    assert Alerting().nothing()
    assert not Alerting(dropped=1).nothing()
