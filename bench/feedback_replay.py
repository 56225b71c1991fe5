"""MovieLens' ratings as feedback, out of order and with kills, in; whether the end is that of their order, out.

    python -m bench.feedback_replay FOLDER [--kills N] [--limit N] [--json]

FOLDER holds `ratings.csv`. The worth of each answer, and the sums of each arm of an experiment, are compared with what
pandas makes of the same votes in the order of their times; what units were worth before the experiment is worked out
from the outcomes as they came. With --kills the worker is killed so often (`kill -9`), at random moments while it
works, and started again.
"""

import argparse
import asyncio
import csv
import json
import math
import random
import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from bench.feedback_pasts import pasts_of, pasts_off_by, sums_of_pasts
from bench.feedback_votes import EXPERIMENT, Vote, arm_of, definition, in_experiment, read, shuffled, unit_of
from bench.ingest_facts import machine
from bench.ingest_processes import python_of, tell
from bench.learn_world import NAMES, LearnWorld, learn_world
from streams.codec import encode
from streams.records import Record
from streams.roles import TALLIES
from streams.topics import DEAD_LETTERS, OUTCOMES

RESULTS: Final = Path(__file__).parent / "results" / "feedback_replay.json"
LIMIT_S: Final = 1_800.0
CLOSE: Final = 1e-9
LONG: Final = {"RAGSTREAM_LEARNING__WAITING_S": "86400"}
SEED: Final = 20261125


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--limit", type=int, help="ratings that are taken, by default all")
    parser.add_argument("--json", action="store_true", help="one object on the last line")
    arguments = parser.parse_args()
    votes = read(arguments.folder, arguments.limit)
    expected = by_pandas(votes)
    found = asyncio.run(replayed(votes, arguments.kills))
    report = {**machine(), "votes": len(votes), "kills": arguments.kills, **found["facts"], **compared(expected, found)}
    RESULTS.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    for name, value in report.items():
        if name not in machine():
            print(f"{name:<24}{value}")
    if arguments.json:
        print(json.dumps(report))


def by_pandas(votes: Sequence[Vote]) -> dict[str, float]:
    with tempfile.NamedTemporaryFile("w", suffix=".csv", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["answer", "user", "at", "event_id", "score"])
        writer.writerows([v.answer, v.user, int(v.at.timestamp()), v.event_id, v.score] for v in votes)
        file.flush()
        command = [
            str(each) for each in (python_of("growthbook"), Path(__file__).parent / "feedback_expected.py", file.name)
        ]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    worth: dict[str, float] = json.loads(done.stdout)
    return worth


async def replayed(votes: Sequence[Vote], kills: int) -> dict[str, Any]:
    async with learn_world() as world:
        events = shuffled(votes, SEED)
        tell(f"Sending {len(events):,} events")
        await world.send([encode(each, NAMES, "bench") for each in (definition(), *events)])
        began = time.perf_counter()
        await world.start(**LONG)
        await killed(world, kills)
        await world.settled(LIMIT_S)
        seconds = time.perf_counter() - began
        letters = await world.read(DEAD_LETTERS)
        state = json.loads((await world.states(TALLIES))[f"default/{EXPERIMENT}".encode()])["state"]
        facts = {"events": len(events), "seconds": round(seconds, 1), "dead_letters": len(letters)}
        return {"facts": facts, **what_came(parsed(await world.read(OUTCOMES))), "sums": state["sums"]}


async def killed(world: LearnWorld, kills: int) -> None:
    """So often, half a second to twenty after it was ready."""
    chance = random.Random(SEED)
    for number in range(kills):
        await asyncio.sleep(chance.uniform(0.5, 20.0))
        world.kill()
        lags = await world.lags()
        tell(f"Killed {number + 1} times, with {sum(lags.values()):,} records before it")
        await world.start(**LONG)


def parsed(records: Sequence[Record]) -> list[dict[str, Any]]:
    return [json.loads(each.value or b"{}") for each in records]


def what_came(outcomes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What answers were worth at the end, and units before the experiment."""
    return {"worth": last_scores(outcomes), "pasts": pasts_of(outcomes)}


def last_scores(outcomes: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Of each answer the last score that was told to those who count all answers."""
    found: dict[str, float | None] = {}
    for event in outcomes:
        if event.get("experiment") == "" and event["metric"] == "feedback" and "answer_id" in event:
            found[event["answer_id"]] = event["score"]
    return {answer: score for answer, score in found.items() if score is not None}


def compared(expected: Mapping[str, float], found: Mapping[str, Any]) -> dict[str, Any]:
    """Answers whose worth is another, and how far the sums of the arms are off."""
    worth: Mapping[str, float] = found["worth"]
    wrong = [
        answer
        for answer in expected.keys() | worth.keys()
        if not math.isclose(expected.get(answer, math.nan), worth.get(answer, math.nan), abs_tol=CLOSE)
    ]
    sums = sums_of(expected)
    off = {
        arm: max(abs(sums[arm][name] - found["sums"]["feedback"][arm][name]) for name in ("units", "total", "squares"))
        for arm in sums
    }
    arms = {unit_of(answer): arm_of(answer) for answer in expected}
    pasts_off = pasts_off_by(sums_of_pasts(means_of(expected), arms, found["pasts"]), found["sums"]["feedback"])
    equal = not wrong and max(pasts_off, *off.values()) < CLOSE * len(expected)
    return {
        "answers": len(expected),
        "answers_that_differ": len(wrong),
        "arms_off_by": off,
        "units_with_a_past": len(found["pasts"]),
        "pasts_off_by": pasts_off,
        "equal": equal,
    }


def means_of(worth: Mapping[str, float]) -> dict[str, float]:
    """Of each unit the mean of its answers in the experiment."""
    units: dict[str, list[float]] = defaultdict(list)
    for answer, score in worth.items():
        if in_experiment(answer):
            units[unit_of(answer)].append(score)
    return {unit: math.fsum(scores) / len(scores) for unit, scores in units.items()}


def sums_of(worth: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """Per arm: number of units, sum of their means, and of the squares."""
    arms = {unit_of(answer): arm_of(answer) for answer in worth}
    sums = {arm: {"units": 0.0, "total": 0.0, "squares": 0.0} for arm in sorted(set(arms.values()))}
    for unit, mean in means_of(worth).items():
        for name, value in (("units", 1.0), ("total", mean), ("squares", mean * mean)):
            sums[arms[unit]][name] += value
    return sums


if __name__ == "__main__":
    main()
