"""What a person at night looks at, in this order: the rows of the dashboard, each panel with its expressions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from schemas import metrics as m
from schemas.metrics import Attribute, Metric
from schemas.prometheus_names import label_name, samples
from streams.metric_queries import WINDOW, mean, now, only, quantile, rate, value_rate


@dataclass(frozen=True)
class Panel:
    """One graph: each of `queries` is an expression and the legend of its lines."""

    title: str
    unit: str
    about: str
    queries: tuple[tuple[str, str], ...]


def counted(title: str, metric: Metric, by: Sequence[Attribute] = (), unit: str = "ops") -> Panel:
    """How often, a second."""
    return Panel(title, unit, metric.description, ((rate(metric, by), _legend(by)),))


def level(title: str, metric: Metric, by: Sequence[Attribute], unit: str = "short", how: str = "max") -> Panel:
    """How it is."""
    return Panel(title, unit, metric.description, ((now(metric, by, how), _legend(by)),))


def spread(title: str, metric: Metric, by: Sequence[Attribute] = (), unit: str = "s", where: str = "") -> Panel:
    """The median, and what one in twenty exceeds."""
    shares = ((0.5, "median"), (0.95, "95 %"))
    queries = tuple(
        (quantile(share, metric, by, where=where), f"{_legend(by)} {word}".strip()) for share, word in shares
    )
    return Panel(title, unit, metric.description, queries)


def _legend(by: Sequence[Attribute]) -> str:
    return " ".join(f"{{{{{label_name(each.name)}}}}}" for each in by)


_WORKER: Final = "{{role}} {{instance}}"
"""Labels that Prometheus adds: the role from the file of targets, and the address."""
_TOTAL: Final = only(m.QUESTION_STEP, "total")
ROWS: Final[tuple[tuple[str, tuple[Panel, ...]], ...]] = (
    (
        "Is it well?",
        (
            level("Alerts that fire", m.FIRING, [m.SEVERITY], how="sum"),
            level("What ragstream depends on", m.UP, [m.DEPENDENCY], how="min"),
            level("Age of the oldest record that waits", m.OLDEST, [m.ROLE], "s"),
            level("Records that wait", m.LAG, [m.ROLE]),
            level("Roles that stand still", m.STUCK, [m.ROLE]),
            level("Partitions that wait for something", m.WAITING, [m.STAGE], how="sum"),
        ),
    ),
    (
        "Questions",
        (
            counted("Answers", m.ANSWERS, [m.ANSWER_OUTCOME]),
            spread("Time to an answer", m.QUESTION_DURATION, where=_TOTAL),
            Panel(
                "Where the time goes",
                "s",
                "The 95th percentile of each step.",
                ((quantile(0.95, m.QUESTION_DURATION, [m.QUESTION_STEP]), _legend([m.QUESTION_STEP])),),
            ),
            spread("Age of the newest evidence", m.EVIDENCE_AGE),
            counted("Findings of guardrails", m.FINDINGS, [m.RULE, m.GUARD_ACTION]),
            counted("Feedback", m.FEEDBACK, [m.FEEDBACK_KIND, m.VOTE]),
        ),
    ),
    (
        "Documents",
        (
            counted("Documents", m.DOCUMENTS, [m.DOCUMENT_OUTCOME]),
            spread("From event to readable", m.DOCUMENT_FRESHNESS),
            counted("Chunks", m.CHUNKS, [m.CHUNK_ACTION]),
        ),
    ),
    (
        "Stages",
        (
            counted("Records given", m.CONSUMED, [m.WORK]),
            counted("Records done with", m.EVENTS, [m.STAGE, m.EVENT_OUTCOME]),
            counted("Records sent", m.SENT, [m.TOPIC]),
            counted("Dead letters", m.DEAD_LETTERS, [m.STAGE, m.ERROR]),
            counted("Further attempts", m.RETRIES, [m.STAGE]),
            spread("Work on a record", m.PROCESS_DURATION, [m.WORK]),
            spread("Wait before the work", m.WAIT_DURATION, [m.STAGE]),
            spread("Steps of the work", m.STEP_DURATION, [m.STEP]),
            Panel(
                "Records worked on together",
                "short",
                m.BATCH_SIZE.description,
                ((mean(m.BATCH_SIZE, [m.STAGE]), _legend([m.STAGE])),),
            ),
        ),
    ),
    (
        "Models",
        (
            spread("Calls of models", m.MODEL_DURATION, [m.OPERATION, m.MODEL]),
            counted("Further attempts at requests", m.MODEL_RETRIES, [m.MODEL]),
            spread("Until the first text", m.FIRST_CHUNK, [m.MODEL]),
            Panel(
                "Tokens",
                "short",
                "Tokens a second that language models read and write.",
                ((value_rate(m.TOKEN_USAGE, [m.MODEL, m.TOKEN_TYPE]), _legend([m.MODEL, m.TOKEN_TYPE])),),
            ),
            counted("Cost", m.COST, [m.TENANT], "short"),
            spread("Runs of embedder and reranker", m.RUN_DURATION, [m.MODEL]),
            spread("Tokens of a run", m.RUN_SIZE, [m.MODEL], "short"),
        ),
    ),
    (
        "Telling, and being told",
        (
            counted("Alerts told", m.ALERTS, [m.SEVERITY, m.ALERT_STATE]),
            counted("Attempts at telling subscribers", m.NOTIFICATIONS, [m.RESULT]),
            counted("Spans lost", m.SPANS_DROPPED),
        ),
    ),
    (
        "Machines",
        (
            Panel("Memory", "bytes", m.MEMORY.description, ((samples(m.MEMORY)[0], _WORKER),)),
            Panel(
                "Processor",
                "short",
                "Processors in use, by the program and by the system for it.",
                ((f"rate({samples(m.CPU_TIME)[0]}[{WINDOW}])", f"{_WORKER} {_legend([m.CPU_MODE])}"),),
            ),
            Panel("Threads", "short", m.THREADS.description, ((samples(m.THREADS)[0], _WORKER),)),
            Panel(
                "GPU memory",
                "bytes",
                m.GPU_MEMORY.description,
                (
                    (now(m.GPU_MEMORY, [m.GPU], "max"), "in use {{hw_id}}"),
                    (now(m.GPU_LIMIT, [m.GPU], "max"), "there is {{hw_id}}"),
                ),
            ),
        ),
    ),
)
