from agents.feedback.expose import expose
from schemas.answers import AnswerAbstained, Usage
from tests.agents.feedback.samples import NOON


async def test_what_the_join_needs_of_an_answer_is_told_under_an_id_that_depends_on_the_answer():
    answer = AnswerAbstained(
        event_id="x",
        tenant="acme",
        at=NOON,
        query_id="q",
        answer_id="a",
        user_id="ann",
        assignment={"e": "b"},
        units={"e": "ann"},
        timings_ms={"total": 12.5, "search": 3.0},
        usage=Usage(cost=0.25),
    )
    [exposed] = await expose(answer)
    assert (exposed.outcome, exposed.latency_ms, exposed.cost) == ("AnswerAbstained", 12.5, 0.25)
    assert (exposed.tenant, exposed.at, exposed.answer_id) == ("acme", NOON, "a")
    assert (exposed.assignment, exposed.units) == ({"e": "b"}, {"e": "ann"})
    assert await expose(answer.model_copy(update={"event_id": "again"})) == (exposed,)
