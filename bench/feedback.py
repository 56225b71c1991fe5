"""Feedback in, how many a second the role learn takes, and what it keeps of them, out.

    python -m bench.feedback [--votes N] [--answers N] [--json]

A Kafka of its own is started. All votes lie on the topic, in random order, before the worker is: what is measured is
how fast it works off a backlog, first with the join alone (until nothing is left on `feedback`), then with all that
follows from it (units, the experiment, its reports). Then answers are given a short time to live, and what is kept
is counted again.
"""

import argparse
import asyncio
import json
import random
import statistics
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from bench.ingest_facts import machine
from bench.ingest_processes import tell
from bench.learn_world import NAMES, LearnWorld, learn_world
from schemas.experiments import Arm, ExperimentDefined
from schemas.feedback import AnswerExposed, FeedbackGiven
from streams.codec import encode
from streams.records import Outgoing
from streams.roles import JOINED, TALLIES, UNITS
from streams.topics import EXPERIMENT_REPORTS, FEEDBACK, OUTCOMES

RESULTS: Final = Path(__file__).parent / "results" / "feedback.json"
LIMIT_S: Final = 900.0
SHORT_LIFE: Final = {"RAGSTREAM_LEARNING__ANSWER_DAYS": "0.0001"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--votes", type=int, default=50_000)
    parser.add_argument("--answers", type=int, default=5_000)
    parser.add_argument("--json", action="store_true", help="one object on the last line")
    arguments = parser.parse_args()
    report = {**machine(), **asyncio.run(measured(arguments.votes, arguments.answers))}
    RESULTS.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    print(table(report))
    if arguments.json:
        print(json.dumps(report))


async def measured(votes: int, answers: int) -> dict[str, Any]:
    async with learn_world() as world:
        tell(f"Sending {answers:,} exposed answers and {votes:,} votes")
        await world.send([*defined(), *exposures(answers), *given(votes, answers)])
        ready_s = await world.start()
        join_s = await world.settled(LIMIT_S, FEEDBACK.name)
        rest_s = await world.settled(LIMIT_S)
        outcomes = sum(b'"metric":"feedback"' in (each.value or b"") for each in await world.read(OUTCOMES))
        reports = await world.read(EXPERIMENT_REPORTS)
        kept = await sizes(world)
        tell("Giving answers ten seconds to live, and waiting for the timer")
        world.stop()
        await world.start(**SHORT_LIFE)
        after = await forgotten(world)
    return {
        "votes": votes,
        "answers": answers,
        "ready_s": round(ready_s, 1),
        "join_s": round(join_s, 1),
        "votes_per_s": round(votes / join_s),
        "all_s": round(join_s + rest_s, 1),
        "votes_per_s_to_the_report": round(votes / (join_s + rest_s)),
        "outcomes": outcomes,
        "reports": len(reports),
        "kept": kept,
        "kept_after_their_time": after,
    }


def defined() -> list[Outgoing]:
    arms = (Arm(name="a"), Arm(name="b"))
    event = ExperimentDefined(event_id="bench", at=datetime.now(UTC), name="bench", arms=arms, ramp=(1.0,))
    return [encode(event, NAMES, "bench")]


def exposures(answers: int) -> list[Outgoing]:
    """Each tenth answer is to the same user as nine others."""
    now = datetime.now(UTC)
    events = [
        AnswerExposed(
            event_id=f"e{number}",
            at=now,
            answer_id=f"answer-{number}",
            query_id=f"query-{number}",
            user_id=f"user-{number // 10}",
            outcome="AnswerServed",
            assignment={"bench": "ab"[number // 10 % 2]},
            units={"bench": f"user-{number // 10}"},
            latency_ms=100.0 + number % 50,
        )
        for number in range(answers)
    ]
    return [encode(each, NAMES, "bench") for each in events]


def given(votes: int, answers: int) -> list[Outgoing]:
    """Ten users or so vote on an answer, some of them more than once."""
    chance, now = random.Random(7), datetime.now(UTC)
    events = [
        FeedbackGiven(
            event_id=f"v{number}",
            at=now - timedelta(seconds=chance.random() * 600),
            answer_id=f"answer-{chance.randrange(answers)}",
            user_id=f"voter-{chance.randrange(20)}",
            score=chance.choice((-1.0, 1.0, 1.0, None)),
        )
        for number in range(votes)
    ]
    return [encode(each, NAMES, "bench") for each in events]


async def sizes(world: LearnWorld) -> dict[str, Any]:
    """Number and bytes of the states of each table."""
    found = {}
    for each in (JOINED, UNITS, TALLIES):
        held = [len(value) for value in (await world.states(each)).values()]
        found[each.name] = {
            "states": len(held),
            "median_bytes": round(statistics.median(held)) if held else 0,
            "largest_bytes": max(held, default=0),
        }
    return found


async def forgotten(world: LearnWorld) -> int:
    """Answers that are still kept once the timer has looked and its events are worked off."""
    deadline = asyncio.get_running_loop().time() + LIMIT_S / 3
    while left := len(await world.states(JOINED)):
        if asyncio.get_running_loop().time() > deadline:
            break
        await asyncio.sleep(5)
    return left


def table(report: dict[str, Any]) -> str:
    kept = report["kept"]["joined"]
    return "\n".join(
        [
            f"{report['votes']:,} votes on {report['answers']:,} answers, {report['cores']} cores",
            f"joined in        {report['join_s']:>8} s   {report['votes_per_s']:>7,} a second",
            f"and reported in  {report['all_s']:>8} s   {report['votes_per_s_to_the_report']:>7,} a second",
            f"kept             {kept['states']:>8,} answers, {kept['median_bytes']:,} bytes each at the median",
            f"after their time {report['kept_after_their_time']:>8,} answers",
        ]
    )


if __name__ == "__main__":
    main()
