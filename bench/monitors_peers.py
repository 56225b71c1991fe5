"""Other detectors in their own environment, with their default settings: values of a signal in, places of alarms out.

A JSON line on stdin: `{"values": [numbers …], "detectors": [names …]}`; one on stdout: `{"alarms": {name: [places]}}`.
It imports the standard library and the peers alone. The batch peer is evidently: each `BATCH` values are compared
with the first ones since its last alarm, up to `REFERENCE`, the most for which it makes a test with a p-value by
default.
"""

import json
import sys

import pandas as pd
from evidently import Report
from evidently.metrics import ValueDrift
from river import drift

BATCH, REFERENCE = 500, 1_000
DRIFTED = 0.05
"""evidently's default for p-values."""
RIVER = {"river ADWIN": drift.ADWIN, "river PageHinkley": drift.PageHinkley, "river KSWIN": drift.KSWIN}


def main() -> None:
    print(json.dumps({"ready": "monitors"}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        alarms = {name: alarms_of(name, asked["values"]) for name in asked["detectors"]}
        print(json.dumps({"alarms": alarms}), flush=True)


def alarms_of(name: str, values: list[float]) -> list[int]:
    if name == "evidently":
        return batches(values)
    detector = drift.KSWIN(seed=0) if name == "river KSWIN" else RIVER[name]()  # it samples its window
    alarms = []
    for place, value in enumerate(values):
        detector.update(value)
        if detector.drift_detected:
            alarms.append(place)
    return alarms


def batches(values: list[float]) -> list[int]:
    alarms, began = [], 0
    for start in range(BATCH, len(values) - BATCH + 1, BATCH):
        reference = values[began : min(began + REFERENCE, start)]
        if drifted(reference, values[start : start + BATCH]):
            alarms.append(start + BATCH - 1)
            began = start
    return alarms


def drifted(reference: list[float], recent: list[float]) -> bool:
    frames = [pd.DataFrame({"value": each}) for each in (recent, reference)]
    metric = Report([ValueDrift(column="value")]).run(*frames).dict()["metrics"][0]
    if "p_value" not in metric["metric_name"]:
        raise ValueError(f"evidently made no test with a p-value: {metric['metric_name']}")
    return bool(metric["value"] < DRIFTED)


if __name__ == "__main__":
    main()
