"""People ask about other things, and then as before: is that told once, by name, and is nothing told without it?

    python -m bench.question_drift DATA_FOLDER [--runs N] [--shifts N] [--kind articles|mixed] [--in-memory] [--json]

DATA_FOLDER holds `scifact/` (BEIR) and `squad2/dev-v2.0.json`. 2,000 of SciFact's questions come first, then 1,000 of
which a share is SQuAD's that grows from 10 to 60 %, then SciFact's again. Once that goes through a local stack of its
own: questions on Kafka, answers, signals, conditions, alerts. Before that RUNS streams of SciFact's questions only and
SHIFTS streams with a shift of each kind go through the step in memory, embedded by the real model.
"""

import argparse
import json
from pathlib import Path
from typing import Any

from bench import question_drift_kafka, question_drift_memory
from bench.ingest_facts import machine
from bench.question_streams import read

RESULTS = Path(__file__).parent / "results" / "question_drift.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=int, default=20, help="streams without a change")
    parser.add_argument("--shifts", type=int, default=10, help="streams with a shift, of each kind")
    parser.add_argument("--kind", choices=("articles", "mixed"), default="articles", help="of the shift on Kafka")
    parser.add_argument("--documents", type=int, default=300, help="of SciFact, in the index")
    parser.add_argument("--in-memory", action="store_true", help="without Kafka")
    parser.add_argument("--json", action="store_true", help="one object on the last line")
    arguments = parser.parse_args()
    questions = read(arguments.folder)
    report: dict[str, Any] = {**machine(), **question_drift_memory.measure(questions, arguments.runs, arguments.shifts)}
    if not arguments.in_memory:
        report["kafka"] = question_drift_kafka.measure(questions, arguments.folder, arguments)
    RESULTS.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", "utf-8")
    print(table(report))
    if arguments.json:
        print(json.dumps(report, ensure_ascii=False))


def table(report: dict[str, Any]) -> str:
    """For people."""
    quiet = report["alerts_without_change"]
    lines = [
        f"{report['streams_without_change']} streams without a change: {quiet} alerts: {'MISSED' if quiet else 'met'}",
        f"{report['ms_a_question']} ms a question, {report['state_bytes']:,} bytes of state",
    ]
    for kind in ("articles", "mixed"):
        each = report[f"shift_{kind}"]
        met = each["alerts"] == [1] * each["streams"] and each["resolved"] == each["streams"]
        lines.append(
            f"shift, {kind}: alerts {each['alerts']} after {each['questions_until_alert']} questions, resolved after "
            f"{each['questions_until_resolved']}; one each is wanted: {'met' if met else 'MISSED'}"
        )
        lines += [f"    {said}" for said in each["said"]]
    if (kafka := report.get("kafka")) is not None:
        met = (kafka["alerts"], kafka["alerts_before_shift"], kafka["resolved_after_shift"]) == (1, 0, 1)
        lines.append(f"on Kafka: {kafka['alerts']} alert, {kafka['resolved']} resolved: {'met' if met else 'MISSED'}")
        lines += [f"    {name}: {text}" for details in kafka["details"] for name, text in details.items()]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
