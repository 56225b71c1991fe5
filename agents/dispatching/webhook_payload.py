"""An alert in, the body of a webhook in the format of Prometheus Alertmanager out, so that its receivers understand it.

The format is that of Alertmanager's `webhook_config`, version "4" (notify/webhook, `Message`, and template, `Data` and
`Alert`). One notification tells of one alert; what follows from it is in its annotations, since receivers open an
incident for each entry of `alerts`. An alert that has not ended has the zero time of Go as `endsAt`, as there.
"""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from agents.dispatching.wording import annotations_of
from schemas.notifications import NotificationDue
from schemas.operations import AlertFired, AlertResolved

LABEL_BYTES: Final = 24_576
ANNOTATION_BYTES: Final = 81_920
"""Labels and annotations stand in the body twice; with both at their bounds it has less than 256 KiB."""
MAX_VALUE: Final = 8_192
ZERO_TIME: Final = "0001-01-01T00:00:00Z"


def webhook_payload(due: NotificationDue, external_url: str) -> str:
    """JSON, at most 256 KiB. Labels are the alert's own with `alertname`, `severity` and `tenant`."""
    alert = due.alert
    labels = _bounded(_labels(alert), LABEL_BYTES)
    annotations = _bounded(annotations_of(alert), ANNOTATION_BYTES)
    status = "resolved" if isinstance(alert, AlertResolved) else "firing"
    entry = {
        "status": status,
        "labels": labels,
        "annotations": annotations,
        "startsAt": _time(alert.started_at),
        "endsAt": ZERO_TIME if alert.ended_at is None else _time(alert.ended_at),
        "generatorURL": external_url,
        "fingerprint": alert.fingerprint[:512],
    }
    body = {
        "version": "4",
        "groupKey": f'{{}}:{{alertname="{labels["alertname"]}", fingerprint="{entry["fingerprint"]}"}}',
        "truncatedAlerts": due.dropped,
        "status": status,
        "receiver": due.subscription.subscription,
        "groupLabels": {"alertname": labels["alertname"]},
        "commonLabels": labels,
        "commonAnnotations": annotations,
        "externalURL": external_url,
        "alerts": [entry],
        "notificationId": due.notification_id,
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _labels(alert: AlertFired | AlertResolved) -> dict[str, str]:
    own = {"alertname": alert.alert, "severity": alert.severity, "tenant": alert.tenant}
    return own | {_label_name(name): value for name, value in alert.labels.items() if _label_name(name) not in own}


def _label_name(name: str) -> str:
    """As Prometheus has them: letters, digits and underscores, no digit first."""
    plain = re.sub(r"[^A-Za-z0-9_]", "_", name)
    return f"_{plain}" if plain[:1].isdecimal() or not plain else plain


def _bounded(values: Mapping[str, str], budget: int) -> dict[str, str]:
    """The first of `values`, each cut, as far as they fit; each costs what it takes as JSON."""
    kept: dict[str, str] = {}
    for name, value in _cut(values.items()):
        cost = _bytes(name) + _bytes(value) + 2
        if cost <= budget:
            budget -= cost
            kept[name] = value
    return kept


def _cut(items: Iterable[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    for name, value in items:
        yield name[:256], value if len(value) <= MAX_VALUE else f"{value[: MAX_VALUE - 1]}…"


def _bytes(value: Any) -> int:
    return len(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))


def _time(at: datetime) -> str:
    """RFC 3339, in UTC."""
    return at.isoformat().replace("+00:00", "Z")
