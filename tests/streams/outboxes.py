"""Outboxes in memory."""

from contextlib import nullcontext

from tests.streams.samples import event_of


class Outbox:
    """Keeps what it is sent, send by send; or has the `error` each time."""

    def __init__(self, error=None):
        self.sends = []
        self.error = error

    async def send(self, records):
        if self.error:
            raise self.error
        self.sends.append(list(records))

    @property
    def sent(self):
        return [each for sent in self.sends for each in sent]

    def events(self, topic):
        return [event_of(each, topic) for each in self.sent]

    def opened(self, *_):
        """In place of the class that opens a producer."""
        return nullcontext(self)
