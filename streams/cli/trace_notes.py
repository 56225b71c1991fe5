"""A span's attributes in, the few words that a line of the waterfall has for them out."""

import json
from collections.abc import Mapping
from typing import Any, Final

from schemas import signals
from streams.trace_spans import SpanRead
from streams.trace_tree import BEGINNINGS

MOST_DOCUMENTS: Final = 3
_COUNTS: Final = (
    (signals.CHARACTERS, "characters"),
    (signals.CHUNKS, "chunks"),
    (signals.TEXTS, "texts"),
    (signals.TURNS, "turns"),
    (signals.FOUND, "found"),
    (signals.KEPT, "kept"),
    (signals.PROMPT_PASSAGES, "passages"),
    (signals.CITATIONS, "citations"),
    (signals.GEN_AI_INPUT_TOKENS, "tokens in"),
    (signals.GEN_AI_OUTPUT_TOKENS, "tokens out"),
)


def notes_of(span: SpanRead) -> str:
    """What the work was given and what came of it; empty when there is nothing to say."""
    attributes = span.attributes
    said = [*_events(attributes), *_guards(attributes), *_counts(attributes), *_scores(attributes)]
    if signals.GENERATOR in attributes:
        said.append(str(attributes[signals.GENERATOR]))
    if signals.GEN_AI_PROMPT_NAME in attributes:
        said.append(f"{attributes[signals.GEN_AI_PROMPT_NAME]} {attributes.get(signals.PROMPT_VERSION, '')}".strip())
    if signals.QUOTES in attributes:
        said.append(f"{attributes.get(signals.QUOTES_VERIFIED, 0)} of {attributes[signals.QUOTES]} quotes verified")
    if attributes.get(signals.LACKING):
        said.append("too little evidence")
    if attributes.get(signals.ATTEMPTS, 1) > 1:
        said.append(f"{attributes[signals.ATTEMPTS]} attempts")
    said += [
        ", ".join(attributes[name])
        for name in (signals.EXPERIMENTS, signals.GEN_AI_FINISH_REASONS)
        if attributes.get(name)
    ]
    if span.error:
        said.append(f"failed: {span.error}")
    return "; ".join(said)


def _events(attributes: Mapping[str, Any]) -> list[str]:
    if signals.EVENT not in attributes:
        return []
    outputs = list(dict.fromkeys(attributes.get(signals.OUTPUTS, ())))
    said = [f"{attributes[signals.EVENT]} → {', '.join(outputs) or 'nothing'}"]
    tenant = attributes.get(signals.TENANT, "default")
    begins = attributes.get(signals.STAGE) in BEGINNINGS
    return [*said, f"of {tenant}"] if begins and tenant != "default" else said


def _guards(attributes: Mapping[str, Any]) -> list[str]:
    if signals.GUARD_ACTION not in attributes:
        return []
    rules = ", ".join(attributes.get(signals.GUARD_RULES, ()))
    said = f"{attributes.get(signals.GUARD_STAGE, 'answer')}: {attributes[signals.GUARD_ACTION]}"
    return [f"{said} ({rules})" if rules else said]


def _counts(attributes: Mapping[str, Any]) -> list[str]:
    counts = [(attributes[name], unit) for name, unit in _COUNTS if name in attributes]
    return [f"{count:,} {unit.removesuffix('s') if count == 1 else unit}" for count, unit in counts]


def _scores(attributes: Mapping[str, Any]) -> list[str]:
    try:
        documents = json.loads(attributes.get(signals.GEN_AI_DOCUMENTS, "[]"))
        told = [f"{each['doc_id']} {each['score']:.3f}" for each in documents[:MOST_DOCUMENTS]]
    except (ValueError, KeyError, TypeError):
        return []
    return [", ".join(told) + (", …" if len(documents) > MOST_DOCUMENTS else "")] if told else []
