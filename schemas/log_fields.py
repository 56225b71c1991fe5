"""Names of what a log line may hold, each once, with what it means: a value under any other name is withheld.

Like `schemas/signals.py` for spans. No field holds the text of a document, a question or an answer.
"""

from collections.abc import Mapping
from typing import Final

LINE: Final[Mapping[str, str]] = {
    "timestamp": "When, in UTC.",
    "level": "`debug`, `info`, `warning`, `error` or `critical`.",
    "logger": "The module or library that says it.",
    "event": "What happened: an event's type, or a few words that are always the same.",
    "trace_id": "The trace that the line belongs to; missing outside of one.",
    "span_id": "The span within it.",
}
"""What every line has."""

FIELDS: Final[Mapping[str, str]] = {
    # Where in the pipeline.
    "role": "The worker's role.",
    "stage": "The stage at work.",
    "topic": "Topic of the record that is worked on.",
    "partition": "Its partition.",
    "offset": "Its offset.",
    "records": "Records that are worked on together, of which the first is named.",
    "topics": "Topics that were read.",
    "key": "Key of a control record.",
    "tenant": "Whose event it is.",
    "event_id": "Id of the event that is worked on.",
    # How it went.
    "outcome": "`processed`, `late` or `dead-lettered`.",
    "duration_ms": "From taking the record up to the delivery of what came of it; of a batch, of all of it.",
    "error": "Class of the error.",
    "causes": "Classes of the errors behind it.",
    "at": "Where it was raised: file, line and function, innermost last.",
    "attempt": "Which try it was.",
    "attempts": "How often it was tried.",
    "held_back": "Lines of the same kind that were left out since the last.",
    "condition": "Name of the condition that began or ended.",
    "state": "What a circuit breaker does now.",
    "result": "What came of telling a subscriber.",
    # What it is about.
    "query_id": "The question.",
    "answer_id": "The answer.",
    "doc_id": "The document.",
    "revision": "Its revision.",
    "deleted": "Whether it left the index.",
    "embedded": "Chunks that were embedded.",
    "moved": "Chunks that were moved to new places.",
    "removed": "Chunks that left the index.",
    "unchanged": "Chunks that stayed as they are.",
    "freshness_ms": "From the document's event time until it was readable.",
    "why": "Why a document changed nothing: `stale`, `empty`, `absent` or `refused`.",
    "queue_ms": "How long the question waited.",
    "total_ms": "From the question to its answer.",
    "citations": "Citations of the answer.",
    "rules": "Guardrail rules that found something.",
    "generator": "Who drafted the answer.",
    "prompt": "Version of the prompt.",
    "input_tokens": "Tokens that the language model read.",
    "output_tokens": "Tokens that it wrote.",
    "kind": "Kind of feedback.",
    "alert": "Name of the alert.",
    "severity": "Its severity.",
    "fingerprint": "What is the same of all lines about one alert.",
    "subscription": "Name of the subscription.",
    "notification_id": "What is told to one subscriber.",
    "experiment": "The experiment.",
    "decision": "What was decided about it.",
    "arm": "The arm that it is about.",
    "in_force": "Whether it is in force, or advice.",
    "sequence": "Place of a piece of an answer.",
    # The process and what it depends on.
    "model": "The model.",
    "device": "The device that is set.",
    "running_on": "The device that it runs on.",
    "provider": "Execution provider of ONNX Runtime.",
    "pause_s": "Seconds until the next try.",
    "patience_s": "Seconds that were waited.",
    "where": "Where spans go.",
    "dropped": "Spans that were lost.",
    "host": "Of the metrics endpoint.",
    "port": "Its port.",
    "url": "Its address.",
    "do": "What to do about it.",
}
"""Ids, names, counts and durations: shown as they are, up to a length."""

TEXTS: Final[Mapping[str, str]] = {
    "reason": "Why, in a sentence of ours or of the operating system.",
    "summary": "What a condition is, in a sentence.",
    "subject": "An alert's one line, for the channel `log`.",
    "progress": "How far the preparation of a model is.",
}
"""Sentences: personal data and secrets in them are replaced, and they are cut."""
