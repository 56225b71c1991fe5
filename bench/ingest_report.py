"""Rounds in, ratios, targets and a table out."""

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

FRAMEWORKS = ("langchain", "llama_index", "haystack")
PHASES = ("first", "unchanged", "edited")
TITLES = {
    "langchain": "LangChain",
    "llama_index": "LlamaIndex",
    "haystack": "Haystack",
    "first": "ragstream, first time",
    "engine": "the embedder alone, same texts",
    "unchanged": "ragstream, unchanged",
    "edited": "ragstream, 1 % edited",
}
TARGETS = {"best framework": 4.0, "embedder alone": 0.9, "unchanged": 50.0, "edited": 20.0}
"""Least of each ratio: first ingest over the fastest framework and over the embedder, later ingests over the first."""

Round = Mapping[str, Mapping[str, Any]]


def ratios(rounds: Sequence[Round]) -> dict[str, float]:
    """Medians of the rounds' ratios; documents per second but for the embedder, which knows chunks only."""
    found: dict[str, list[float]] = {}
    for row in rounds:
        first = _rate(row["first"], "documents")
        frameworks = [_rate(row[name], "documents") for name in FRAMEWORKS if name in row]
        if frameworks:
            found.setdefault("best framework", []).append(first / max(frameworks))
        found.setdefault("embedder alone", []).append(_rate(row["first"], "chunks") / _rate(row["engine"], "chunks"))
        for phase in ("unchanged", "edited"):
            found.setdefault(phase, []).append(_rate(row[phase], "documents") / first)
    return {name: statistics.median(values) for name, values in found.items()}


def table(report: Mapping[str, Any]) -> str:
    """The rounds summed up, and each ratio beside its target."""
    rounds: Sequence[Round] = report["rounds"]
    lines = [f"{'':<32}{'documents/s':>12}{'chunks/s':>10}{'documents':>11}{'chunks':>8}{'seconds':>9}"]
    for name, title in TITLES.items():
        if name not in rounds[0]:
            continue
        documents, chunks, seconds = (sum(row[name].get(unit, 0) for row in rounds) for unit in UNITS)
        rate = f"{documents / seconds:.1f}" if documents else ""
        lines.append(f"{title:<32}{rate:>12}{chunks / seconds:>10.1f}{documents or '':>11}{chunks:>8}{seconds:>9.1f}")
    lines += ["", f"{'ratio (median of the rounds)':<32}{'':>12}{'target':>10}"]
    for name, value in report["ratios"].items():
        verdict = "met" if value >= TARGETS[name] else "MISSED"
        lines.append(f"{name:<32}{value:>12.2f}{TARGETS[name]:>10g}  {verdict}")
    lines += _spent(rounds)
    return "\n".join(lines)


def _spent(rounds: Sequence[Round]) -> list[str]:
    """Processor time of each process in each phase, medians of the rounds; nothing where it was not measured."""
    lines = []
    for phase in PHASES:
        spent = [row[phase]["processor_ms"] for row in rounds if "processor_ms" in row[phase]]
        names = sorted(set().union(*spent))
        medians = {name: statistics.median(each.get(name, 0.0) for each in spent) for name in names}
        if medians:
            told = ", ".join(f"{name} {value:.2f}" for name, value in medians.items())
            lines.append(f"{TITLES[phase]}: {sum(medians.values()):.2f} ({told})")
    return ["", "processor time, ms a document", *lines] if lines else []


UNITS = ("documents", "chunks", "seconds")


def _rate(figures: Mapping[str, Any], unit: str) -> float:
    rate: float = figures[unit] / figures["seconds"]
    return rate
