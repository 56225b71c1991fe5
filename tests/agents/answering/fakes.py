"""The ports as the answering's tests play them, and a clock that moves only when somebody works."""

from datetime import UTC, datetime, timedelta

import numpy as np

from agents.answering import AnsweringOptions, ExtractiveGenerator, make_answering_handler
from agents.answering.ports import AnsweringPorts
from agents.ports import Assigned
from schemas.answers import Finding
from schemas.chunks import Span
from schemas.drafts import Claim, DraftEnded, DraftTask, Quote
from schemas.event import Origin
from schemas.guardrails import Verdict
from schemas.passages import Passage
from schemas.questions import QuestionAsked

ASKED = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
WRITTEN = ASKED - timedelta(hours=1)


def passage(text, number=1, *, begins=100, similarity=0.6, score=0.9, partition=0, offset=None, **more):
    return Passage(
        chunk_id=f"c{number}",
        doc_id=f"d{number}",
        revision=2,
        text=text,
        ordinal=0,
        span=Span(start=begins, end=begins + len(text)),
        origin=Origin(topic="documents", partition=partition, offset=number if offset is None else offset, at=WRITTEN),
        score=score,
        similarity=similarity,
        **more,
    )


def quote_of(found, text, *, shift=0):
    start = found.span.start + found.text.index(text) + shift
    return Quote(chunk_id=found.chunk_id, span=Span(start=start, end=start + len(text)), text=text)


def claim(text, *quotes):
    return Claim(text=text, quotes=quotes)


def asked(text="When does the ferry leave Split?", **more):
    return QuestionAsked(**{"event_id": "e1", "query_id": "q1", "tenant": "acme", "at": ASKED, "text": text, **more})


class FakeClock:
    def __init__(self, at=ASKED):
        self.at = at

    def __call__(self):
        return self.at

    def pass_by(self, milliseconds):
        self.at += timedelta(milliseconds=milliseconds)


class Playbook:
    """The handler with its fakes: say what the world does, ask, look at the one outcome and at what was called."""

    def __init__(self, *passages, drafts=None, options=None, reranker=None, **more):
        self.clock = FakeClock()
        self.passages = passages
        self.drafts = drafts
        self.costs = {"embed": 0, "search": 0, "draft": 0}
        self.breaks = {}
        self.cuts_questions = False
        self.calls = []
        self.ports = AnsweringPorts(self, self, self.clock, self, reranker=reranker, **more)
        self.options = options or AnsweringOptions()

    embedder_id = "fake@1"
    dimension = 2
    generator_id = "scripted-1"

    async def embed_passages(self, texts):
        raise AssertionError("no passage is embedded to answer a question")

    async def embed_question(self, text):
        self._work("embed", text)
        return np.array([[1.0, 0.0]], np.float32), self.cuts_questions

    async def search(self, search, vector):
        assert vector.shape == (1, 2)
        self._work("search", search)
        return self.passages

    async def draft(self, task):
        self._work("draft", task.question)
        if self.drafts is None:
            async for part in ExtractiveGenerator().draft(task):
                yield part
            return
        for part in self.drafts:
            yield part

    def _work(self, stage, what):
        self.calls.append((stage, what))
        self.clock.pass_by(self.costs[stage])
        if stage in self.breaks:
            raise self.breaks[stage]

    async def asks(self, question=None):
        (outcome,) = await make_answering_handler(self.ports, self.options)(question or asked())
        return outcome

    def stages(self):
        return [stage for stage, _ in self.calls]


def drafted(*claims):
    return (*claims, DraftEnded(generator_id=Playbook.generator_id))


async def extracted(question, passages):
    """What the extractive generator drafts."""
    task = DraftTask(tenant="acme", question=question, passages=tuple(passages), seconds_left=30)
    return tuple([part async for part in ExtractiveGenerator().draft(task) if isinstance(part, Claim)])


class WordGuard:
    """A guard with one word for each action, at any stage; it remembers what it was shown."""

    def __init__(self, **words):
        self.words = words
        self.seen = []

    def check(self, subject):
        self.seen.append(subject)
        findings, action, text = [], "allow", subject.text
        for does in ("flag", "redact", "abstain", "block"):
            word = self.words.get(does)
            start = subject.text.find(word) if word else -1
            if start >= 0:
                span = Span(start=start, end=start + len(word))
                findings.append(Finding(rule=does, reason="a word", stage=subject.stage, action=does, span=span))
                action = does
                if does == "redact":
                    text = text.replace(word, "[redacted]")
        return Verdict(action=action, text=text, findings=tuple(findings), policies=self.policies(subject.tenant))

    def policies(self, tenant):
        return ("words@1",)


class Released(list):
    """A releaser that keeps what it is given."""

    async def release(self, delta):
        self.append(delta)

    def text(self):
        """What somebody who reads along sees in the end."""
        last = max((delta.attempt for delta in self), default=0)
        return "".join(delta.text for delta in self if delta.attempt == last)


class Everybody:
    """An experimenter that has every user in the arm `b` of each of its experiments, which are named by keyword."""

    def __init__(self, **experiments):
        self.experiments = experiments

    def assigned(self, question):
        if not question.user_id:
            return ()
        return [Assigned(name, "b", question.user_id, given) for name, given in sorted(self.experiments.items())]
