"""Alert rules for a Prometheus that reads the workers, out of the registry.

ragstream has alerts of its own, which know more (`docs/alerts.md`). These are for who has an Alertmanager anyway, and
for the case that nobody is left to tell: the first rule fires when the role that watches is gone.

`increase` and `rate` see nothing of a series that begins with what it counts. So rules ask for counters that begin at
0 before anything happens (`measured.begins`, `Meters.add`).
"""

from dataclasses import dataclass
from typing import Final

from schemas import metrics as m
from schemas.operations import Severity
from schemas.prometheus_names import label_name, samples
from streams.metric_queries import increase, now, only, quantile, rate
from streams.roles import ROLES


@dataclass(frozen=True)
class AlertRule:
    """`expression` has a series for each thing that is not as it should be; told once that lasted for `lasting`."""

    name: str
    expression: str
    lasting: str
    severity: Severity
    summary: str


def _of(attribute: m.Attribute) -> str:
    return f"{{{{ $labels.{label_name(attribute.name)} }}}}"


_FAILED: Final = rate(m.ANSWERS, window="10m", where=only(m.ANSWER_OUTCOME, "AnswerFailed"))
_UNTOLD: Final = rate(m.NOTIFICATIONS, window="15m", where=only(m.RESULT, "failed", "refused"))
RULES: Final = (
    AlertRule(
        "RagstreamUnwatched",
        f"absent({samples(m.LAG)[0]})",
        "2m",
        "critical",
        "Nothing says how far the roles are behind: no worker of the role watch is read, or Kafka is away.",
    ),
    AlertRule(
        "RagstreamWorkerAway",
        f'min by (role, instance) (up{{role=~"{"|".join(ROLES)}"}}) == 0',
        "2m",
        "warning",
        "The worker of {{ $labels.role }} at {{ $labels.instance }} is not read: it was killed, or stands still.",
    ),
    AlertRule(
        "RagstreamDependencyAway",
        f"{now(m.UP, [m.DEPENDENCY], 'min')} == 0",
        "1m",
        "critical",
        f"{_of(m.DEPENDENCY)} does not answer.",
    ),
    AlertRule(
        "RagstreamStuck",
        f"{now(m.STUCK, [m.ROLE], 'max')} > 0",
        "1m",
        "critical",
        f"Records of the role {_of(m.ROLE)} wait without any progress.",
    ),
    AlertRule(
        "RagstreamBehind",
        f"{now(m.OLDEST, [m.ROLE], 'max')} > 300",
        "5m",
        "warning",
        f"The role {_of(m.ROLE)} is {{{{ $value | humanizeDuration }}}} behind.",
    ),
    AlertRule(
        "RagstreamPartitionsWait",
        f"{now(m.WAITING, [m.STAGE])} > 0",
        "2m",
        "critical",
        f"{{{{ $value }}}} partitions of the stage {_of(m.STAGE)} wait for something to be well again.",
    ),
    AlertRule(
        "RagstreamDeadLetters",
        f"{increase(m.EVENTS, [m.STAGE], '10m', only(m.EVENT_OUTCOME, 'dead-lettered'))} > 10",
        "0m",
        "warning",
        f"{{{{ $value | humanize }}}} records were given up by the stage {_of(m.STAGE)} in ten minutes.",
    ),
    AlertRule(
        "RagstreamAnswersFail",
        f"{_FAILED} / {rate(m.ANSWERS, window='10m')} > 0.05",
        "10m",
        "critical",
        "{{ $value | humanizePercentage }} of the questions get no answer.",
    ),
    AlertRule(
        "RagstreamAnswersSlow",
        f"{quantile(0.95, m.QUESTION_DURATION, window='10m', where=only(m.QUESTION_STEP, 'total'))} > 5",
        "10m",
        "warning",
        "One question in twenty takes {{ $value | humanizeDuration }} or more.",
    ),
    AlertRule(
        "RagstreamDocumentsLate",
        f"{quantile(0.95, m.DOCUMENT_FRESHNESS, window='10m')} > 300",
        "15m",
        "warning",
        "One document in twenty is readable only after {{ $value | humanizeDuration }} or more.",
    ),
    AlertRule(
        "RagstreamSubscribersUntold",
        f"{_UNTOLD} / {rate(m.NOTIFICATIONS, window='15m')} > 0.5",
        "15m",
        "warning",
        "{{ $value | humanizePercentage }} of the attempts at telling subscribers fail.",
    ),
    AlertRule(
        "RagstreamSpansLost",
        f"{increase(m.SPANS_DROPPED, window='15m')} > 0",
        "15m",
        "info",
        "{{ $value | humanize }} spans were not delivered in a quarter of an hour.",
    ),
    AlertRule(
        "RagstreamGpuMemoryFull",
        f"{now(m.GPU_MEMORY, [m.GPU], 'max')} / {now(m.GPU_LIMIT, [m.GPU], 'max')} > 0.95",
        "10m",
        "warning",
        f"{{{{ $value | humanizePercentage }}}} of the memory of GPU {_of(m.GPU)} is in use.",
    ),
)
