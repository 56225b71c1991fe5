from agents.monitors import DEFAULTS
from schemas.monitors import BaselineSet, Threshold
from schemas.operations import AlertSilenced
from streams.monitor_book import InMemoryMonitorBook
from tests.agents.monitors.worlds import at, monitor


def test_a_tenant_has_the_defaults_and_what_it_defined_and_nobody_elses():
    book = InMemoryMonitorBook()
    own = monitor(Threshold(above=1.0), name="abstain-rate")
    book.apply(own)
    assert book.find("acme", "abstain-rate") == own
    assert [each.name for each in book.all("acme")] == sorted(each.name for each in DEFAULTS)
    assert {each.tenant for each in book.all("other")} == {"other"}
    assert (book.is_default("acme", "abstain-rate"), book.is_default("other", "abstain-rate")) == (False, True)
    assert (book.own("acme"), book.own("other")) == ([own], [])
    assert book.find("acme", "nothing") is None


def test_the_latest_of_a_name_counts():
    book = InMemoryMonitorBook()
    for bound in (1.0, 2.0):
        book.apply(monitor(Threshold(above=bound)))
    found = book.find("acme", "mine")
    assert found is not None
    assert found.detector == Threshold(above=2.0)


def test_baselines_and_silences_are_their_tenants():
    book = InMemoryMonitorBook()
    book.apply(BaselineSet(tenant="acme", monitor="mine", baseline="may", action="keep"))
    for until in (60, 30):
        book.apply(AlertSilenced(tenant="acme", silence="night", match=("name=x",), until=at(until)))
    assert [each.baseline for each in book.baselines("acme", "mine")] == ["may"]
    assert book.baselines("other", "mine") == []
    assert [each.silence for each in book.silences("acme", at(29))] == ["night"]
    assert book.silences("acme", at(31)) == []
