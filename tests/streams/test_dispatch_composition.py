from infra.settings import Settings
from infra.webhook_signature import ensure_signing_key
from streams.dispatch_composition import opened_dispatching
from streams.subscription_book import InMemorySubscriptionBook


async def test_every_channel_is_open_and_signs_with_the_key_of_this_machine(tmp_path):
    settings = Settings(home=tmp_path)
    ensure_signing_key(settings.dispatch, tmp_path)
    book = InMemorySubscriptionBook()
    async with opened_dispatching(settings, book) as ports:
        assert set(ports.notifiers) == {"webhook", "email", "log"}
        assert (ports.book, ports.concurrency) == (book, settings.dispatch.concurrency)
        assert ports.notifiers["webhook"]._keys[0].hex() == (tmp_path / "dispatch.key").read_text().strip()
