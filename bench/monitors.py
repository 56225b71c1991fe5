"""Detectors on streams with known changes, on signals that do not change, and under load.

    python -m bench.monitors DIR [--json] [--quick] [--without-peers]

DIR is a folder of streams (bench/monitors_streams.py says which, and what signal is made of them). All detectors have
their default settings, the same for all streams. The delay is the number of rows from a change to the first alarm; a
change without one before the next is missed. evidently looks at each 500 rows, the others at each row. Then signals
that do not change: 200 runs of 50,000 observations. Then ten million observations in one process, and the state.
Three processes work at a time, so speed is by processor time.
"""

import argparse
import json
import math
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from agents.monitors.mean_change import MeanChangeDetector
from bench.experiments import Progress
from bench.ingest_facts import machine
from bench.ingest_processes import Asked, python_of
from bench.monitors_simulation import STATIONARY, alarms, label_alarms, labels_of, load, readings, signals, weekly
from bench.monitors_streams import SETTLED, Stream, annotated, streams
from schemas.monitors import MeanChange

RESULTS = Path(__file__).parent / "results" / "monitors.json"
PEERS = ("evidently", "river ADWIN", "river PageHinkley", "river KSWIN")
OURS, BATCH = "mean-change", "evidently"
SLOW = ("evidently", "river KSWIN")
RUNS, SLOW_RUNS, SEASONAL_RUNS = 200, 2, 10
"""Of signals that do not change. The quick peers get each kind of them once, the slow ones the first two kinds."""
LEAST = 200
"""Values of a series that people marked; ours says nothing before a hundred."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--json", action="store_true", help="one object on the last line")
    parser.add_argument("--quick", action="store_true", help="a tenth of the runs")
    parser.add_argument("--without-peers", action="store_true", help="without evidently and river")
    arguments = parser.parse_args()
    part = 0.1 if arguments.quick else 1.0
    report = measure(arguments.folder, part, peers=not arguments.without_peers)
    if not arguments.quick and not arguments.without_peers:
        RESULTS.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    print(table(report))
    if arguments.json:
        print(json.dumps(report))


def measure(folder: Path, part: float, *, peers: bool) -> dict[str, Any]:
    began = time.perf_counter()
    given = streams(folder)
    drawn = [(stream.name, stream.errors[: stream.changes[0]]) for stream in given]
    with ProcessPoolExecutor(3) as pool:
        still, load = pool.submit(false_alarms, drawn, part), pool.submit(loaded, part)
        theirs = pool.submit(alarms_of_peers, given, drawn) if peers else None
        found = {stream.name: ours_of(stream) for stream in given}
        report = {**still.result(), **load.result()}
        rates = report.pop("detectors")
        if theirs is not None:
            places, more = theirs.result()
            rates |= more
            found = {name: alarmed | places[name] for name, alarmed in found.items()}
    detectors = scores(given, found)
    for name, rate in rates.items():
        detectors[name]["false_alarms_per_10000"] = rate
    report = {**machine(), **verdict(detectors), **report, "detectors": detectors, "annotated": on_annotated(folder)}
    return report | {"seconds": round(time.perf_counter() - began)}


def ours_of(stream: Stream) -> dict[str, list[int]]:
    words = ["wrong" if each else "right" for each in stream.errors]
    return {OURS: alarms(stream.errors.tolist()), "category-shift": label_alarms(words)}


def alarms_of_peers(
    given: list[Stream], drawn: list[tuple[str, Any]]
) -> tuple[dict[str, dict[str, list[int]]], dict[str, float]]:
    """Their alarms by stream and detector, and those per 10,000 observations of signals that do not change."""
    found: dict[str, dict[str, list[int]]] = {stream.name: {} for stream in given}
    here = Path(__file__).parent
    kinds = [draw(np.random.default_rng(run), STATIONARY) for run, (_, draw) in enumerate(signals(drawn).values())]
    rates = {}
    with Asked([python_of("monitors"), here / "monitors_peers.py"], {}, here / ".venvs" / "monitors.log") as process:
        for name in PEERS:
            tried = kinds[: SLOW_RUNS if name in SLOW else len(kinds)]
            look = Progress(name, len(given) + len(tried))
            for stream in given:
                asked = {"values": stream.errors.tolist(), "detectors": [name]}
                found[stream.name] |= process.ask(asked)["alarms"]
                look(1)
            alarmed = 0
            for values in tried:
                alarmed += len(process.ask({"values": values.tolist(), "detectors": [name]})["alarms"][name])
                look(1)
            rates[name] = round(alarmed / len(tried) / STATIONARY * 10_000, 4)
    return found, rates


def scores(given: list[Stream], found: dict[str, dict[str, list[int]]]) -> dict[str, dict[str, Any]]:
    """By detector: delays (None where missed) and alarms that no change explains, per 10,000 rows without one."""
    result: dict[str, dict[str, Any]] = {}
    for name in next(iter(found.values())):
        delays: dict[str, list[int | None]] = {}
        false, quiet = 0, 0
        for stream in given:
            places = found[stream.name][name]
            ends = [*stream.changes[1:], len(stream.errors)]
            delays[stream.name] = [
                next((place - change for place in places if change <= place < end), None)
                for change, end in zip(stream.changes, ends, strict=True)
            ]
            explained = np.zeros(len(stream.errors), bool)
            for change in stream.changes:
                explained[change : change + SETTLED] = True
            false += sum(not explained[place] for place in places)
            quiet += int((~explained).sum())
        result[name] = {"delays": delays, "median_delay": middle(delays), "missed": missed(delays)}
        result[name]["stream_false_alarms_per_10000"] = round(false / quiet * 10_000, 2)
    return result


def missed(delays: dict[str, list[int | None]]) -> int:
    return sum(each is None for stream in delays.values() for each in stream)


def middle(delays: dict[str, list[int | None]]) -> float | None:
    """The median delay, where one that was missed is longer than all others; None if that is the median."""
    found = float(np.median([math.inf if each is None else each for stream in delays.values() for each in stream]))
    return found if math.isfinite(found) else None


def verdict(detectors: dict[str, dict[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {"missed_abrupt_changes": detectors[OURS]["missed"]}
    if BATCH in detectors and detectors[BATCH]["median_delay"] and detectors[OURS]["median_delay"] is not None:
        found["delay_ratio_to_batch"] = round(detectors[OURS]["median_delay"] / detectors[BATCH]["median_delay"], 3)
        each = [
            ours / theirs
            for name, delays in detectors[OURS]["delays"].items()
            for ours, theirs in zip(delays, detectors[BATCH]["delays"][name], strict=True)
            if ours is not None and theirs
        ]
        found["median_of_delay_ratios"] = round(float(np.median(each)), 3)
    return found


def false_alarms(drawn: list[tuple[str, Any]], part: float) -> dict[str, Any]:
    """Alarms of ours per 50,000 observations of signals that do not change; under `detectors`, per 10,000."""
    kinds, runs = signals(drawn), max(round(RUNS * part), 1)
    by_kind: dict[str, list[int]] = {name: [] for name in kinds}
    look = Progress("stationary", runs)
    for run in range(runs):
        name, (asked, draw) = list(kinds.items())[run % len(kinds)]
        by_kind[name].append(len(alarms(draw(np.random.default_rng(run), STATIONARY).tolist(), asked)))
        look(1)
    every = [count for counts in by_kind.values() for count in counts]
    shifts = [len(label_alarms(labels_of(np.random.default_rng(run), STATIONARY))) for run in range(max(runs // 4, 1))]
    found = {
        "false_alarms_per_50000": round(float(np.mean(every)), 4),
        "most_false_alarms_in_a_run": max(every),
        "stationary_runs": runs,
        "false_alarms_by_signal": {
            name: round(float(np.mean(counts)), 3) for name, counts in by_kind.items() if counts
        },
        "category_false_alarms_per_50000": round(float(np.mean(shifts)), 4),
        "detectors": {
            OURS: round(float(np.mean(every)) / STATIONARY * 10_000, 4),
            "category-shift": round(float(np.mean(shifts)) / STATIONARY * 10_000, 4),
        },
    }
    return found | seasons(max(round(SEASONAL_RUNS * part), 1))


def seasons(runs: int) -> dict[str, Any]:
    """Six weeks with a pattern that is allowed for, without and with a jump in the last one."""
    asked, detector = MeanChange(seasonal=True), MeanChangeDetector()
    look = Progress("seasonal", 2 * runs)
    counts, delays = [], []
    for run in range(runs):
        an_hour = (10, 50)[run % 2]
        for jump in (0.0, 0.15):
            told = readings(detector, asked, weekly(np.random.default_rng(run), 6, an_hour, jump=jump))
            places = [place for place, reading in told if reading.status == "breached"]
            before = [place for place in places if place < 5 * 168 * an_hour]
            counts.append(len(before if jump else places))
            if jump:
                delays += [place - 5 * 168 * an_hour for place in places if place not in before][:1]
            look(1)
    return {"seasonal_false_alarms": sum(counts), "seasonal_runs": 2 * runs, "seasonal_delays": delays}


def loaded(part: float) -> dict[str, Any]:
    count = round(10_000_000 * part)
    found = load(count, Progress("load", 2 * count))
    return {
        "signals_per_s": min(each["signals_per_s"] for each in found.values()),
        "state_bytes_100k": max(each["state_100k"] for each in found.values()),
        "state_bytes_10m": max(each["state_end"] for each in found.values()),
        "under_load": found,
    }


def on_annotated(folder: Path) -> dict[str, Any]:
    """Where ours sees changes in short series, beside where people do: for information."""
    found = {}
    for series in annotated(folder, LEAST):
        asked = MeanChange(low=float(series.values.min()), high=float(series.values.max()))
        marked = sorted({place for marks in series.marked for place in marks})
        found[series.name] = {
            "values": len(series.values),
            "ours": alarms(series.values.tolist(), asked),
            "people": marked,
        }
    return found


def table(report: dict[str, Any]) -> str:
    lines = [f"{'detector':20} {'median delay':>12} {'missed':>7} {'false/10,000':>13} {'on streams':>11}  delays"]
    for name, each in report["detectors"].items():
        delays = " | ".join(
            " ".join("-" if delay is None else str(delay) for delay in one) for one in each["delays"].values()
        )
        median = "-" if each["median_delay"] is None else f"{each['median_delay']:.0f}"
        false = each.get("false_alarms_per_10000", math.nan)
        quiet = each["stream_false_alarms_per_10000"]
        lines.append(f"{name:20} {median:>12} {each['missed']:>7} {false:>13.3f} {quiet:>11.2f}  {delays}")
    shown = {name: value for name, value in report.items() if name not in {"detectors", "versions", "cpu", "cores"}}
    return "\n".join([*lines, "", *(f"{name.replace('_', ' ')}: {value}" for name, value in shown.items())])


if __name__ == "__main__":
    main()
