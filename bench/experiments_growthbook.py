"""GrowthBook's sequential test in its own environment: ones per arm of each run in, units at which it decides out.

A JSON line on stdin: `{"looks": [units per arm …], "control": [[ones …] …], "treatment": [[ones …] …], "tuning": n}`;
one on stdout: `{"first": [units or null …]}`. It imports the standard library and the peer alone.
"""

import json
import sys

from gbstats.frequentist.tests import SequentialConfig, SequentialTwoSidedTTest
from gbstats.models.statistics import ProportionStatistic


def main() -> None:
    print(json.dumps({"ready": "growthbook"}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        config = SequentialConfig(sequential_tuning_parameter=asked["tuning"])
        first = [
            decided(asked["looks"], control, treatment, config)
            for control, treatment in zip(asked["control"], asked["treatment"], strict=True)
        ]
        print(json.dumps({"first": first}), flush=True)


def decided(looks: list[int], control: list[int], treatment: list[int], config: SequentialConfig) -> int | None:
    for units, one, other in zip(looks, control, treatment, strict=True):
        test = SequentialTwoSidedTTest(ProportionStatistic(units, one), ProportionStatistic(units, other), config)
        low, high = test.confidence_interval
        if low > 0 or high < 0:
            return units
    return None


if __name__ == "__main__":
    main()
