"""The statistics of experiments in simulation: false alarms under peeking, sample size, sample-ratio mismatch.

    python -m bench.experiments [--quick] [--without-peer] [--json]

Every experiment is looked at after every outcome. A/A: two equal arms; the share that is ever declared different must
be at most 5 %, and a z-test that is made for one look shows what peeking costs. Power: 10 % against 12 %; the units by
which 80 % of the runs have decided, over those of a fixed-horizon test. Mismatch: a 50/50 split that is really 52/48,
and one that is right. The peer is GrowthBook's sequential test on the same runs (bench/requirements/growthbook.txt).
Past: A/A with half of the units having one, and how many fewer units adjusting by it needs. Thompson: A/A while weights
follow what was learnt.
"""

import argparse
import json
import math
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from bench import experiments_past, experiments_thompson
from bench.experiments_simulation import (
    NEVER,
    Setting,
    first_sequential,
    first_z,
    fixed_units,
    mismatch_detected,
    runs,
)
from bench.ingest_facts import machine
from bench.ingest_processes import Asked, python_of

RESULTS = Path(__file__).parent / "results" / "experiments.json"
EQUAL = Setting(control=0.1, treatment=0.1, effect=0.02, units=10_000)
BETTER = Setting(control=0.1, treatment=0.12, effect=0.02, units=10_000)
EXPOSURES = 20_000
ADJUSTED_EQUAL = {
    "adjusted": experiments_past.Setting(0.7, known=0.5),
    "adjusted_heavy_tailed": experiments_past.Setting(0.7, known=0.5, heavy=True),
    "adjusted_few_pasts": experiments_past.Setting(0.7, known=0.1),
}
LEARNING = {
    "thompson": experiments_thompson.Setting(all_counted=False, more=0.3),
    "thompson_all_counted": experiments_thompson.Setting(all_counted=True, more=0.3),
}
PEER_EVERY = 50
"""Units between the peer's looks: it takes a millisecond for each."""
PEER_RUNS = 300


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a tenth of the runs")
    parser.add_argument("--without-peer", action="store_true", help="without GrowthBook")
    parser.add_argument("--json", action="store_true", help="one object on the last line")
    arguments = parser.parse_args()
    report = {**machine(), **measure(0.1 if arguments.quick else 1.0, peer=not arguments.without_peer)}
    if not arguments.quick:
        RESULTS.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    print(table(report))
    if arguments.json:
        print(json.dumps(report))


def measure(part: float, *, peer: bool) -> dict[str, Any]:
    """All figures, from `part` of the runs."""
    began = time.perf_counter()
    alike = int(2_000 * part)
    ours, z = np.array([], np.int64), np.array([], np.int64)
    for ones in runs(EQUAL, alike, 1, Progress("A/A", alike)):
        ours, z = np.append(ours, first_sequential(ones, EQUAL)), np.append(z, first_z(ones, EQUAL))
    found: dict[str, Any] = {"aa_runs": alike, "aa_false_positive_rate": share(ours)}
    found["aa_interval"] = wilson(share(ours), alike)
    found["peeking_ztest_false_positive_rate"] = share(z)
    found |= power(int(2_000 * part), peer)
    split = int(2_000 * part)
    found["srm_detected_rate"] = mismatch_detected(0.52, split, EXPOSURES, 3, Progress("52/48", split))
    honest = int(10_000 * part)
    found["srm_false_alarm_rate"] = mismatch_detected(0.5, honest, EXPOSURES, 4, Progress("50/50", honest))
    found |= past(part) | thompson(int(2_000 * part))
    return found | {"seconds": round(time.perf_counter() - began, 1)}


def power(count: int, peer: bool) -> dict[str, Any]:
    """Units per arm by which 80 % of the runs have found the better arm, over those of a fixed-horizon test."""
    first, compared = np.array([], np.int64), []
    for ones in runs(BETTER, count, 2, Progress("10 % against 12 %", count)):
        first = np.append(first, first_sequential(ones, BETTER))
        if len(compared) * len(ones[0]) < PEER_RUNS:
            compared.append(ones)
    fixed = fixed_units(BETTER)
    found = {"fixed_units_per_arm": round(fixed), "units_per_arm": float(np.quantile(first, 0.8))}
    found["sample_size_ratio"] = found["units_per_arm"] / fixed
    if peer:
        ours = np.concatenate([first_sequential(ones, BETTER) for ones in compared])
        for tuning in (5_000, 2 * round(fixed)):
            theirs = growthbook(compared, tuning)
            found[f"growthbook_{tuning}_sample_size_ratio"] = float(np.quantile(theirs, 0.8)) / fixed
        found["sample_size_ratio_of_the_peers_runs"] = float(np.quantile(ours, 0.8)) / fixed
    return found


def past(part: float) -> dict[str, Any]:
    """False alarms of adjusted numbers, and units for 80 % power over those of plain ones: about 1 - correlation²."""
    found: dict[str, Any] = {}
    alike, better = int(2_000 * part), int(1_000 * part)
    for name, setting in ADJUSTED_EQUAL.items():
        first = np.array([], np.int64)
        for arms in experiments_past.runs(setting, alike, 5, Progress(f"A/A adjusted, {name}", alike)):
            first = np.append(first, experiments_past.first_adjusted(arms, setting))
        found[f"{name}_aa_false_positive_rate"] = share(first)
        found[f"{name}_aa_interval"] = wilson(share(first), alike)
    for correlation in (0.5, 0.7):
        setting = experiments_past.Setting(correlation, difference=0.2)
        first, plain = np.array([], np.int64), np.array([], np.int64)
        told = Progress(f"adjusted at correlation {correlation}", better)
        for arms in experiments_past.runs(setting, better, 6, told):
            first = np.append(first, experiments_past.first_adjusted(arms, setting))
            plain = np.append(plain, experiments_past.first_plain(arms, setting))
        ratio = float(np.quantile(first, 0.8) / np.quantile(plain, 0.8))
        found[f"adjusted_sample_size_over_plain_at_{correlation}"] = ratio
    return found


def thompson(count: int) -> dict[str, Any]:
    """False alarms while weights move, as the product counts and as if it counted everybody."""
    found: dict[str, Any] = {}
    for name, setting in LEARNING.items():
        rate = experiments_thompson.ever_different(setting, count, 8, Progress(f"A/A {name}", count))
        found[f"{name}_aa_false_positive_rate"] = rate
        found[f"{name}_aa_interval"] = wilson(rate, count)
    return found


def growthbook(runs_of_both: list[tuple[Any, Any]], tuning: int) -> Any:
    """The same of GrowthBook's test, on the same runs."""
    looks = list(range(PEER_EVERY, BETTER.units + 1, PEER_EVERY))
    log = Path(__file__).parent / ".venvs" / "growthbook.log"
    first: list[int | None] = []
    with Asked([python_of("growthbook"), Path(__file__).parent / "experiments_growthbook.py"], {}, log) as process:
        for control, treatment in runs_of_both:
            at = np.array(looks) - 1
            asked = {"looks": looks, "tuning": tuning}
            asked |= {"control": control[:, at].tolist(), "treatment": treatment[:, at].tolist()}
            first += process.ask(asked)["first"]
    return np.array([NEVER if each is None else each for each in first])


def share(first: Any) -> float:
    """Of runs that ever decided."""
    return float((first != NEVER).mean())


def wilson(found: float, runs_done: int) -> list[float]:
    """95 % interval of a share (Wilson 1927)."""
    z2 = 1.959964**2
    middle, whole = found + z2 / (2 * runs_done), 1 + z2 / runs_done
    half = 1.959964 * math.sqrt(found * (1 - found) / runs_done + z2 / (4 * runs_done**2))
    return [round((middle - half) / whole, 4), round((middle + half) / whole, 4)]


def table(report: dict[str, Any]) -> str:
    """All figures as lines."""
    skipped = {"versions", "cpu", "cores", "load", "date"}
    return "\n".join(
        f"{name.replace('_', ' '):45} {value:.4f}"
        if isinstance(value, float)
        else f"{name.replace('_', ' '):45} {value}"
        for name, value in report.items()
        if name not in skipped
    )


class Progress:
    """Says on stderr how far a simulation is."""

    def __init__(self, name: str, whole: int) -> None:
        self._name, self._whole, self._done = name, whole, 0

    def __call__(self, more: int) -> None:
        self._done += more
        end = "\n" if self._done >= self._whole else "\r"
        print(f"{self._name}: {self._done} of {self._whole} runs", end=end, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
