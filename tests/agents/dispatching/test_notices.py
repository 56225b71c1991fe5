from agents.dispatching.notices import DROPPED, ENDED, is_about, notice
from tests.agents.dispatching.samples import NOON, fired, subscribed


def test_a_notice_is_an_occurrence_that_names_the_subscription():
    said = notice(ENDED, subscribed("a", tenant="acme"), "a has ended", "n1", NOON)
    assert (said.tenant, said.name, said.once, said.since) == ("acme", "subscription-ended", True, NOON)
    assert said.labels == {"subscription": "a", "channel": "webhook"}
    assert said == notice(ENDED, subscribed("a", tenant="acme"), "a has ended", "n1", NOON)


def test_each_occasion_is_a_notice_of_its_own():
    said = {notice(name, subscribed(), "", each, NOON).fingerprint for name in (ENDED, DROPPED) for each in "ab"}
    assert len(said) == 4


def test_what_a_readers_subscription_was_about_stays_among_its_readers():
    assert notice(ENDED, subscribed(doc_id="rain", groups=("staff",)), "", "n1", NOON).readers == ("staff",)
    assert notice(ENDED, subscribed(groups=("staff",)), "", "n1", NOON).readers == ()


def test_an_alert_of_another_name_is_no_notice():
    assert not is_about(fired(labels={"subscription": "on-call"}), subscribed("on-call"))
