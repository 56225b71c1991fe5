"""A stranger's program: bare JSON through a plain Kafka client, nothing of ragstream imported. Prints what came back.

Usage: plain_client.py BOOTSTRAP TOPIC_PREFIX
"""

import asyncio
import json
import sys
import time

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

DOCUMENTS, QUESTIONS, LIMIT_S = 200, 50, 90

TOWNS = ("Aldport", "Brimley", "Corwick", "Dunmere", "Elstow", "Farholt", "Gressing", "Holmby", "Ivelmouth", "Jarrow")
GOODS = ("wool", "salt", "copper", "timber", "glass", "honey", "slate", "linen", "amber", "barley")


def document(number: int) -> dict[str, str]:
    town, goods = TOWNS[number % 10], GOODS[number // 10 % 10]
    return {
        "doc_id": f"plain-{number}",
        "text": f"In the year {1400 + number} the harbour of {town} shipped mostly {goods}. "
        f"The guild of {town} kept the ledger number {number} in the town hall.",
    }


def question(number: int) -> dict[str, str]:
    return {
        "query_id": f"plain-q{number}",
        "text": f"What did the harbour of {TOWNS[number % 10]} ship in {1400 + number}?",
    }


async def gather(consumer: AIOKafkaConsumer, field: str, wanted: set[str]) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = {}
    deadline = time.monotonic() + LIMIT_S
    while wanted - found.keys() and time.monotonic() < deadline:
        for messages in (await consumer.getmany(timeout_ms=200)).values():
            for message in messages:
                event = json.loads(message.value)
                if event[field] in wanted:
                    found[event[field]] = event
    return found


async def main(bootstrap: str, prefix: str) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap)
    log = AIOKafkaConsumer(f"{prefix}index-log", bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    answers = AIOKafkaConsumer(f"{prefix}answers", bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    for each in (producer, log, answers):
        await each.start()
    try:
        for number in range(DOCUMENTS):
            await producer.send(f"{prefix}documents", json.dumps(document(number)).encode())
        await producer.flush()
        indexed = await gather(log, "doc_id", {f"plain-{number}" for number in range(DOCUMENTS)})
        for number in range(QUESTIONS):
            await producer.send(f"{prefix}queries", json.dumps(question(number)).encode())
        await producer.flush()
        answered = await gather(answers, "query_id", {f"plain-q{number}" for number in range(QUESTIONS)})
    finally:
        for each in (producer, log, answers):
            await each.stop()
    served = [each for each in answered.values() if each["type"] == "AnswerServed"]
    right = [each for each in served if GOODS[int(str(each["query_id"])[7:]) // 10 % 10] in str(each["text"])]
    counts = {"indexed": len(indexed), "answered": len(answered), "served": len(served), "right": len(right)}
    sys.stdout.write(f"{json.dumps(counts)}\n")


asyncio.run(main(sys.argv[1], sys.argv[2]))
