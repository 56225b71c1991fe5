"""Five hundred fuzzed values among five hundred good documents: each ends where it belongs, and the workers live."""

import json
import random
from collections.abc import Callable
from uuid import uuid4

import pytest

from infra.settings import Settings
from schemas.operations import DeadLettered
from streams.codec import decode
from streams.kafka_outbox import KafkaOutbox
from streams.records import Outgoing, Record
from streams.roles import ROLES
from streams.topics import DEAD_LETTERS, DOCUMENTS, INDEX_LOG, TopicNames
from tests.live.topic_reader import read_all
from tests.live.workers import running_roles

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]

GOOD = POISONED = 500


def fuzzed(number: int, chance: random.Random) -> bytes | None:
    """One broken value; `number` makes each of them unlike all others."""
    whole = json.dumps({"doc_id": f"bad-{number}", "text": "word " * chance.randint(1, 50)}).encode()
    nested: object = number
    for _ in range(20):
        nested = [nested]
    kinds = (
        whole[: chance.randint(1, len(whole) - 1)],
        json.dumps({"doc_id": number, "text": ["no", "text"]}).encode(),
        json.dumps({"doc_id": f"bad-{number}", "text": None}).encode(),
        json.dumps([f"bad-{number}"]).encode(),
        f"{number}".encode(),
        b"\xff\xfe" + chance.randbytes(chance.randint(1, 60)),
        whole.replace(b"word", b"w\xc3\x28rd"),
        json.dumps({"doc_id": f"bad-{number}", "text": "x", "metadata": {"deep": nested}}).encode(),
        b"[" * chance.randint(5_000, 50_000),
        b"",
        b" " * chance.randint(1, 9),
        b"null",
        json.dumps({"doc_id": f"bad-{number}", "text": "x" * chance.randint(1_048_576, 1_500_000)}).encode(),
        json.dumps({"doc_id": f"bad-{number}", "text": "x", "type": "DocumentImagined"}).encode(),
        json.dumps({"doc_id": f"bad-{number}", "content": "not base64!", "content_type": "text/plain"}).encode(),
        json.dumps({"doc_id": "d" * 600, "text": "x"}).encode(),
    )
    return kinds[number % len(kinds)]


async def test_of_a_thousand_half_are_indexed_half_are_dead_letters_and_none_is_lost(live_workers: Settings) -> None:
    chance = random.Random(20_261_125)
    names, bootstrap, run = TopicNames(live_workers.namespace), live_workers.kafka.bootstrap, uuid4().hex[:8]
    source = names.wire(DOCUMENTS)
    good = [
        Outgoing(source, None, json.dumps({"doc_id": f"good-{run}-{n}", "text": f"Fact {n} is known."}).encode())
        for n in range(GOOD)
    ]
    bad = [Outgoing(source, None, fuzzed(n, chance)) for n in range(POISONED)]
    mixed = good + bad
    chance.shuffle(mixed)
    async with KafkaOutbox(bootstrap, "poisoner") as outbox:
        for start in range(0, len(mixed), 50):
            await outbox.send(mixed[start : start + 50])

    wanted = {f"good-{run}-{n}".encode() for n in range(GOOD)}
    poison = {each.value for each in bad}
    records = await read_all(
        bootstrap,
        names.wire(INDEX_LOG),
        GOOD,
        limit_s=200,
        distinct=lambda each: each.key if each.key in wanted else None,
    )
    found = await read_all(bootstrap, names.wire(DEAD_LETTERS), len(poison), limit_s=60, distinct=buried_among(poison))
    letters = [letter for letter in map(dead_letter, found) if letter.value in poison]
    assert {each.key for each in records} >= wanted
    assert sorted(letter.value for letter in letters) == sorted(each.value for each in bad)
    assert all(letter.reason and letter.stage == "plan" for letter in letters)
    assert running_roles(live_workers) == set(ROLES)


def dead_letter(record: Record) -> DeadLettered:
    letter = decode(record, DEAD_LETTERS)
    assert isinstance(letter, DeadLettered)
    return letter


def buried_among(values: set[bytes]) -> Callable[[Record], bytes | None]:
    def buried(record: Record) -> bytes | None:
        value = dead_letter(record).value
        return value if value in values else None

    return buried
