"""Rounds of texts per second in, what they mean out: ratios, agreement of vectors, a table."""

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

REFERENCE = "sentence_transformers"


def ratios(rounds: Sequence[Mapping[str, float]]) -> dict[str, dict[str, float]]:
    """Of each engine to each other way: the median of the rounds' own ratios, above 1 where the engine is faster."""
    found: dict[str, dict[str, float]] = {}
    for engine in (name for name in rounds[0] if name.startswith("engine ")):
        found[engine] = {
            other: round(statistics.median(row[engine] / row[other] for row in rounds), 3)
            for other in rounds[0]
            if other != engine
        }
    return found


def alike(vectors: Mapping[str, Any]) -> dict[str, float]:
    """Least cosine of each way's first vectors to the reference's: did all of them do the same work?"""
    if REFERENCE not in vectors:
        return {}
    reference = _unit(vectors[REFERENCE])
    return {
        name: round(float((_unit(found) * reference).sum(axis=1).min()), 4) for name, found in vectors.items() if found
    }


def table(report: Mapping[str, Any]) -> str:
    """What people see."""
    rounds, ratio = report["rounds"], report["ratios"]
    lines = [
        f"{report['texts']} texts, tokens {report['tokens']}, {report['threads']} threads, {report['cpu']}",
        *(f"bare {name}: best with {each['best']}" for name, each in report["sweep"].items()),
        "",
        f"{'':<24}{'texts/s':>9}{'int8 engine is':>16}{'fp32 engine is':>16}{'peak MiB':>10}",
    ]
    for name in sorted(rounds[0], key=lambda each: -statistics.median(row[each] for row in rounds)):
        speed = statistics.median(row[name] for row in rounds)
        times = [f"{ratio[engine].get(name, 1):.2f} x" for engine in ("engine int8", "engine fp32")]
        lines.append(f"{name:<24}{speed:>9.1f}{times[0]:>16}{times[1]:>16}{report['peak_rss_mib'][name]:>10}")
    return "\n".join(lines)


def _unit(vectors: Any) -> np.ndarray[Any, np.dtype[np.float64]]:
    array = np.asarray(vectors, dtype=np.float64)
    return array / np.linalg.norm(array, axis=1, keepdims=True)
