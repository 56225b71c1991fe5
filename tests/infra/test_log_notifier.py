from structlog.testing import capture_logs

from infra.log_notifier import LogNotifier
from schemas.notifications import Message, SubscriptionChanged


async def test_an_alert_is_one_line_of_the_log():
    subscription = SubscriptionChanged(subscription="ops", channel="log", tenant="acme")
    message = Message(
        notification_id="n1", subscription=subscription, thread="f1", subject="[FIRING] x", text="t", payload="{}"
    )
    with capture_logs() as lines:
        assert (await LogNotifier().notify(message)).result == "delivered"
    [line] = lines
    assert (line["event"], line["subject"], line["tenant"]) == ("alert", "[FIRING] x", "acme")
    assert (line["subscription"], line["notification_id"], line["fingerprint"]) == ("ops", "n1", "f1")
