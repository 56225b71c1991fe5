"""A language model that says what it is told to, piece by piece, or breaks; and what a chat generator needs."""

from contextlib import aclosing

from agents.answering.chat_generator import ChatGenerator
from schemas.answers import Usage
from schemas.drafts import DraftTask
from tests.agents.answering.fakes import passage

FERRY = passage(
    "The ferry to Hvar leaves Split at half past nine. It takes 55 minutes. Dogs are not allowed on board.", 1
)
PUMP = passage("Unplug the pump first. Rinse the filter with water.", 2, title="Pump X200")


class ScriptedChat:
    """Says `script`: texts, a `Usage`, exceptions that are raised, and functions that are called on the way."""

    model_id = "scripted@here"

    def __init__(self, *script):
        self.script = script
        self.calls = []
        self.said = 0
        self.closed = False

    async def chat(self, messages, settings, *, seconds_left):
        self.calls.append((messages, settings, seconds_left))
        try:
            for each in self.script:
                if isinstance(each, BaseException):
                    raise each
                if callable(each):
                    each()
                    continue
                self.said += 1
                yield each
        finally:
            self.closed = True


class Prompts(dict):
    """A prompt book: (name, label) to prompt, whoever asks."""

    def prompt(self, tenant, name, label):
        return self.get((name, label))

    def labels(self, tenant, name):
        return {}


class WordCounter:
    max_tokens = 512

    def token_ends(self, text):
        return range(len(text.split()))


def chatting(*script, prompts=()):
    return ChatGenerator(ScriptedChat(*script), Prompts(prompts), WordCounter())


def spelt(text, size=3):
    """`text` in pieces, as a model writes it."""
    return [text[at : at + size] for at in range(0, len(text), size)] + [Usage(input_tokens=90, output_tokens=9)]


def task(question="When does the ferry leave?", passages=(FERRY, PUMP), **more):
    return DraftTask(**{"tenant": "acme", "question": question, "passages": passages, "seconds_left": 30.0, **more})


async def parts_of(generator, given=None):
    async with aclosing(generator.draft(given or task())) as parts:
        return [part async for part in parts]
