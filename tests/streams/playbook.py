"""Small processors of the three shapes, and a world that notes in which order the runner does what."""

import asyncio
from dataclasses import dataclass, field

from pydantic import BaseModel

from schemas.conditions import ConditionCleared, ConditionRaised
from schemas.event import derive_id
from schemas.failures import PermanentError, TransientError
from schemas.operations import DeadLettered
from schemas.questions import QuestionAsked
from streams.codec import decode
from streams.records import Record
from streams.retry import Backoff
from streams.runner import Runner
from streams.stages import BatchStage, HandlerStage, StepStage, Table
from streams.state import Stored
from streams.topics import DOCUMENTS, TopicNames
from tests.streams.samples import NOON, clock, document, record

NAMES = TopicNames()
DOWN = TransientError("Weaviate is down")


class Count(BaseModel):
    """How many events of a key there were."""

    n: int


def note(event, text):
    """An event that a processor answers with; its id depends on the event alone, as all our ids do."""
    return QuestionAsked(event_id=derive_id("note", event.event_id), query_id="q", text=text, at=event.at)


def counting(state, event):
    """A step: `forget` forgets, `boom` fails, all else is counted."""
    if event.text == "boom":
        raise ValueError("secret content")
    if event.text == "large":
        return Count(n=99), [note(event, "x" * 5_000)]
    n = (state.n if state else 0) + 1
    return (None if event.text == "forget" else Count(n=n)), [note(event, f"{event.doc_id} {n}")]


def failing(errors):
    """A handler that raises what is in `errors`, one each call, and then answers."""
    waiting = list(errors)

    async def handler(event):
        if waiting and (error := waiting.pop(0)) is not None:
            raise error
        return [note(event, f"done {event.doc_id}")]

    return handler


async def done(events):
    if any(event.text == "boom" for event in events):
        raise PermanentError("no such chunk")
    return [[note(event, f"done {event.text}")] for event in events]


def step_stage(step=counting):
    table = Table("counts", role="test", source=DOCUMENTS)
    return StepStage("count", "test", DOCUMENTS, step, Count, table, lambda event: f"{event.tenant}/{event.doc_id}")


def handler_stage(handler, fallback=None):
    return HandlerStage("answer", "test", DOCUMENTS, handler, fallback=fallback)


def batch_stage(batch):
    """A stage of a batch that takes events only, and does nothing before its turn."""

    async def in_turn(events, turn):
        await turn()
        return await batch(events)

    return BatchStage("index", "test", DOCUMENTS, in_turn)


@dataclass
class World:
    """Outbox and store in one, with one journal; `trouble` is raised by the next sends, one each."""

    journal: list = field(default_factory=list)
    sent: list = field(default_factory=list)
    data: dict = field(default_factory=dict)
    trouble: list = field(default_factory=list)
    refuses: object = lambda record: None
    waits: list = field(default_factory=list)

    async def send(self, records):
        await asyncio.sleep(0)
        if self.trouble and (error := self.trouble.pop(0)) is not None:
            self.journal.append("send failed")
            raise error
        for each in records:
            if error := self.refuses(each):
                raise error
        self.journal.append("sent")
        self.sent += records

    def read(self, record, key):
        return self.data.get((record.partition, key))

    async def write(self, record, key, value):
        await asyncio.sleep(0)
        self.journal.append("wrote")
        self.data[record.partition, key] = value

    async def sleep(self, seconds):
        self.waits.append(seconds)

    def runner(self, stage, **options):
        options = {"partitions": 1, "backoff": Backoff(sleep=self.sleep)} | options
        return Runner(stage, NAMES, self, clock, store=self, **options)

    def events(self, kind=None):
        """What was sent, decoded."""
        found = [
            decode(
                Record(out.topic, 0, 0, out.key, out.value, tuple(out.headers.items()), NOON), NAMES.topic(out.topic)
            )
            for out in self.sent
        ]
        return [event for event in found if kind is None or isinstance(event, kind)]

    @property
    def notes(self):
        return [event.text for event in self.events(QuestionAsked)]

    @property
    def letters(self):
        return self.events(DeadLettered)

    @property
    def conditions(self):
        return [(type(event).__name__, event.name) for event in self.events((ConditionRaised, ConditionCleared))]

    def stored(self, key):
        raw = self.data[0, key]
        return None if raw is None else Stored[Count].model_validate_json(raw)


def docs(*texts, doc_id="a"):
    """Records at offsets 0, 1, … of one partition."""
    return [record(document(doc_id, text), offset=offset, key=doc_id.encode()) for offset, text in enumerate(texts)]
