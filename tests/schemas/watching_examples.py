"""Examples of the events by which ragstream watches itself, and by which people are told."""

import base64
from datetime import timedelta

from schemas.chunks import Span
from schemas.conditions import AlertingTicked, ConditionCleared, ConditionRaised, SilenceOpened
from schemas.event import Origin
from schemas.lineage import AddedChunk, DocumentCited, DocumentRevised, LineageTicked, Quoted
from schemas.monitors import (
    BaselineSet,
    BurnRate,
    MonitorDefined,
    MonitorOpened,
    SignalsObserved,
    Ticked,
    WatchTicked,
)
from schemas.notifications import (
    DeliveryTicked,
    NotificationAttempted,
    NotificationDue,
    NotificationQueued,
    SubscriptionChanged,
)
from schemas.operations import AlertFired, AlertSilenced, Consequence, Evidence
from tests.schemas.control_examples import ABOUT, NOON

EVIDENCE = Evidence(answer_id="a1", doc_id="rain", trace_id="4bf92f3577b34da6a3ce929d0e0e4736")
ALERT = {
    **ABOUT,
    "fingerprint": "f1",
    "alert": "partition-waits",
    "severity": "critical",
    "summary": "index waits",
    "value": 5.0,
    "threshold": 1.0,
    "window": "5m",
    "evidence": (EVIDENCE,),
    "labels": {"dependency": "weaviate"},
    "details": {"since": "the last sample"},
    "consequences": (
        Consequence(
            fingerprint="f2",
            alert="partition-waits",
            summary="index waits",
            started_at=NOON,
            ended_at=NOON + timedelta(minutes=1),
        ),
    ),
    "readers": ("staff",),
    "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "started_at": NOON,
}
FIRED = AlertFired(**ALERT, repeated=1, once=False)
MONITOR = MonitorDefined(
    **ABOUT,
    name="slow-answers",
    about="people wait too long",
    source="answers",
    signal="latency_ms",
    where={"language": "en"},
    detector=BurnRate(objective=0.95, good_below=2_000.0, long_s=3_600.0, short_s=300.0, factor=6.0, minimum=50),
    severity="critical",
    for_s=60.0,
    keep_s=120.0,
    renotify_s=3_600.0,
    disabled=False,
)
BASELINE = BaselineSet(**ABOUT, monitor="slow-answers", baseline="spring", action="keep", reason="before the move")
SILENCE = AlertSilenced(
    **ABOUT,
    silence="night",
    match=("name=slow-*", "severity<=warning"),
    until=NOON + timedelta(hours=8),
    by="ada",
    reason="known, being mended",
)
SUBSCRIPTION = SubscriptionChanged(
    **ABOUT,
    subscription="on-call",
    channel="webhook",
    target="https://example.org/alerts",
    match=("severity>=warning",),
    doc_id="rain",
    groups=("staff",),
    active=True,
    reason="asked for",
)
CONDITION = {
    **ABOUT,
    "fingerprint": "f1",
    "name": "slow-answers",
    "labels": {"monitor": "slow-answers", "signal": "latency_ms"},
    "summary": "6 of 50 answers took too long",
    "since": NOON,
}
NOTIFIED = {"notification_id": "n1", "subscription": SUBSCRIPTION, "alert": FIRED}

WATCHING_EXAMPLES = [
    MONITOR,
    BASELINE,
    SILENCE,
    SUBSCRIPTION,
    Ticked(**ABOUT, slot="tick"),
    SignalsObserved(
        **ABOUT,
        source="questions",
        values={"top_score": 0.75, "top_similarity": 0.5},
        labels={"language": "en"},
        vector=base64.b64encode(b"\x01\xff\x7f"),
        text="Where does rain come from?",
        evidence=EVIDENCE,
        origin=Origin(topic="answers", partition=2, offset=17, at=NOON),
    ),
    MonitorOpened(**ABOUT, source="answers", definition=MONITOR, baseline=BASELINE),
    WatchTicked(**ABOUT, slot="acme/answers"),
    ConditionRaised(
        **CONDITION,
        severity="critical",
        value=12.0,
        threshold=6.0,
        window="1h",
        evidence=(EVIDENCE,),
        details={"slowest stage": "draft"},
        readers=("staff",),
        for_s=60.0,
        keep_s=120.0,
        renotify_s=3_600.0,
        once=False,
        traceparent="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        lease_s=60.0,
    ),
    ConditionCleared(**CONDITION),
    SilenceOpened(**ABOUT, silence=SILENCE),
    AlertingTicked(**ABOUT, slot="acme"),
    DocumentCited(
        **ABOUT,
        doc_id="rain",
        answer_id="a1",
        query_id="q1",
        quotes=(Quoted(chunk_id="c1", revision=3, span=Span(start=0, end=10), quote="Rain falls"),),
    ),
    DocumentRevised(
        **ABOUT,
        doc_id="rain",
        revision=4,
        removed=("c1",),
        added=(AddedChunk(chunk_id="c4", text="Snow falls from clouds"),),
        readers=("staff",),
        deleted=False,
    ),
    LineageTicked(**ABOUT, slot="acme/rain"),
    NotificationQueued(**ABOUT, **NOTIFIED),
    NotificationDue(**ABOUT, **NOTIFIED, attempt=2, dropped=3),
    NotificationAttempted(
        **ABOUT,
        notification_id="n1",
        subscription="on-call",
        attempt=2,
        result="failed",
        reason="the receiver answered 503",
        retry_at=NOON + timedelta(seconds=30),
    ),
    DeliveryTicked(**ABOUT, slot="acme/on-call"),
]
