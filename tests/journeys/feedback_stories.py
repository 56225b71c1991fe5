"""Stories of feedback: from a question to what its answer was worth, told once and run on every kind of world."""

import json
from collections.abc import Sequence

from schemas.experiments import ExperimentDecided, UnitScored
from schemas.feedback import AnswerExposed, OutcomeScored
from tests.journeys.stories import FERRY
from tests.journeys.world import World, ask, put


async def tell(world: World, answer_id: str, **feedback: object) -> None:
    """Send feedback as any producer would, and wait until it is worked on."""
    value = {"answer_id": answer_id, "tenant": world.tenant, **feedback}
    await world.produce("feedback", answer_id.encode(), json.dumps(value).encode())
    await world.settle()


async def outcomes(world: World, answer_id: str, metric: str) -> Sequence[float | None]:
    """What an answer was worth so far to those who count all answers, each outcome once."""
    found = {each.event_id: each for each in await world.events("outcomes") if isinstance(each, OutcomeScored)}
    return [
        each.score
        for each in found.values()
        if (each.tenant, each.answer_id, each.metric, each.experiment) == (world.tenant, answer_id, metric, "")
    ]


async def an_answer_is_exposed_and_a_thumb_becomes_its_outcome(world: World) -> None:
    await put(world, "ferry", FERRY)
    answer = await ask(world, "When does the ferry to Hvar leave Split?", user_id="ann")
    exposed = [
        each
        for each in await world.events("feedback")
        if isinstance(each, AnswerExposed) and each.answer_id == answer.answer_id
    ]
    assert (exposed[0].user_id, exposed[0].outcome) == ("ann", "AnswerServed")
    assert exposed[0].latency_ms > 0
    await tell(world, answer.answer_id, score=1, user_id="ann")
    await tell(world, answer.answer_id, score=-0.5, user_id="bob")
    assert await outcomes(world, answer.answer_id, "feedback") == [1, 0.25]
    assert await outcomes(world, answer.answer_id, "latency_ms") == [], "the answer itself says so"


async def a_vote_is_changed_and_taken_back(world: World) -> None:
    answer = await ask(world, "Who composed the opera about the astronaut?", user_id="ann")
    for score in (1, -1, -1, None):
        await tell(world, answer.answer_id, score=score, user_id="ann")
    assert await outcomes(world, answer.answer_id, "feedback") == [1, -1, None]


async def feedback_that_came_first_waits_for_its_answer(world: World) -> None:
    exposed = {"type": "AnswerExposed", "query_id": "q", "outcome": "AnswerServed"}
    await tell(world, f"{world.tenant}-early", score=1)
    assert await outcomes(world, f"{world.tenant}-early", "feedback") == []
    await tell(world, f"{world.tenant}-early", **exposed)
    assert await outcomes(world, f"{world.tenant}-early", "feedback") == [1]


async def what_units_say_of_two_arms_becomes_a_decision(world: World) -> None:
    """FAILURES 63: forty units a vote each, told twice, are eighty exposures of nobody."""
    arms = [{"name": "a"}, {"name": "b", "overrides": {"label": "candidate"}}]
    defined = {"name": f"{world.tenant}-x".lower(), "arms": arms, "tenant": world.tenant, "mode": "automatic"}
    defined |= {"ramp": [0.5, 1.0], "ramp_units": 20}
    await world.produce("experiments", f"{world.tenant}/x#definition".encode(), json.dumps(defined).encode())
    await world.settle()
    for number in [*range(40), *range(40)]:
        user, arm = f"u{number}", "ab"[number % 2]
        exposed = {"type": "AnswerExposed", "query_id": "q", "outcome": "AnswerServed", "user_id": user}
        assigned = {"assignment": {defined["name"]: arm}, "units": {defined["name"]: user}}
        await tell(world, f"{world.tenant}-{number}", **exposed, **assigned)
        await tell(world, f"{world.tenant}-{number}", score=1 if arm == "b" else 0, user_id=user)
    report = [each for each in await world.events("experiment-reports") if each.name == defined["name"]][-1]
    assert report.exposures == {"a": 20, "b": 20}
    assert [(each.arm, each.units, each.mean) for each in report.estimates] == [("a", 20, 0), ("b", 20, 1)]
    decided = [each for each in await world.events("experiments") if isinstance(each, ExperimentDecided)]
    assert [(each.decision, each.share) for each in decided if each.tenant == world.tenant] == [
        ("start", 0.5),
        ("ramp-up", 1.0),
    ]


async def what_a_user_said_before_an_experiment_is_the_users_past_in_it(world: World) -> None:
    """Told again or not; what is said of later answers, in the experiment or outside, is no past."""
    name, user = f"{world.tenant}-y".lower(), "eve"
    exposed = {"type": "AnswerExposed", "query_id": "q", "outcome": "AnswerServed", "user_id": user}
    assigned = {"assignment": {name: "b"}, "units": {name: user}}
    for number, part in enumerate(({}, {}, assigned, {}, assigned)):
        for _ in range(2):
            await tell(world, f"{world.tenant}-past-{number}", **exposed, **part)
            await tell(world, f"{world.tenant}-past-{number}", score=[1, 0.5, 0, -1, -1][number], user_id=user)
    log = [each for each in await world.events("experiment-log") if isinstance(each, UnitScored)]
    said = [each for each in log if (each.experiment, each.metric) == (name, "feedback")]
    assert said[-1].value == -0.5
    assert {each.past for each in said} <= {None, 0.75}
    assert said[-1].past == 0.75


FEEDBACK_STORIES = (
    an_answer_is_exposed_and_a_thumb_becomes_its_outcome,
    a_vote_is_changed_and_taken_back,
    feedback_that_came_first_waits_for_its_answer,
    what_units_say_of_two_arms_becomes_a_decision,
    what_a_user_said_before_an_experiment_is_the_users_past_in_it,
)
