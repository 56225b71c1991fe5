"""Questions and documents at a steady rate in; how many series there are, and what logs and traces hold, out.

    python -m bench.telemetry_soak [--minutes 10] [--questions 20] [--documents 5] [--json]

A stack of its own is started, with one worker a role. Each document, question and user is new, and they belong to more
tenants than metrics tell apart; some questions are in such a hurry that they fail. Every ten seconds all endpoints are
read. Wanted: the same series at the end as after the first minute; and in no log and no trace file a word of a document
or question, a card number, or a secret of the settings (issue 8, must hold 4).
"""

import argparse
import asyncio
import json
import os
import re
import statistics
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.ingest_facts import machine
from bench.ingest_processes import tell
from bench.own_stack import own_stack
from bench.soak_load import PLANTED, SECRETS, Load, incident
from bench.soak_readings import Reading, found_in, log_bytes, read_all
from infra.settings import Settings
from streams.cli.up import bring_up
from streams.client import RagstreamClient
from streams.codec import encode
from streams.kafka_outbox import KafkaOutbox
from streams.topics import TopicNames

RESULTS = Path(__file__).parent / "results" / "telemetry_soak.json"
EVERY_S = 10.0
FIRST_S = 60.0
MOST_LOG_BYTES = 2_000
"""For one question or document, of all workers together."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--questions", type=float, default=20.0, help="a second")
    parser.add_argument("--documents", type=float, default=5.0, help="a second")
    parser.add_argument("--json", action="store_true", help="one object on the last line")
    arguments = parser.parse_args()
    os.environ |= SECRETS
    with own_stack() as settings:
        report = asyncio.run(soak(settings, arguments))
    report = {**machine(), **report}
    RESULTS.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    print(in_words(report))
    if arguments.json:
        print(json.dumps(report))


async def soak(settings: Settings, arguments: argparse.Namespace) -> dict[str, Any]:
    """Load for as long as it takes, with a look at every worker now and then."""
    running, _ = await bring_up(settings, 1, tell)
    readings: list[Reading] = []
    began = time.monotonic()
    bytes_before = log_bytes(settings.home)
    async with RagstreamClient(running.kafka.bootstrap or "") as client:
        await have_an_incident(running.kafka.bootstrap or "")
        load = Load(client, arguments.questions, arguments.documents)
        loading = asyncio.ensure_future(load.run(60 * arguments.minutes))
        while not loading.done():
            await asyncio.wait([loading], timeout=EVERY_S)
            readings.append(await asyncio.to_thread(read_all, settings.home, time.monotonic() - began))
            tell(f"  {readings[-1].at_s:5.0f} s: {len(readings[-1].series)} series, {load.answered} answers")
        await loading
    return {
        **summary(readings),
        **load.figures(time.monotonic() - began),
        **of_logs(log_bytes(settings.home) - bytes_before, load.answered + load.sent, found_in(settings.home, PLANTED)),
    }


async def have_an_incident(bootstrap: str) -> None:
    """Alerts are told in the first minute already; later ones make no series that was not there."""
    raised, cleared = incident(datetime.now(UTC))
    async with KafkaOutbox(bootstrap, "soak") as outbox:
        await outbox.send([encode(raised, TopicNames(), "soak")])
        await asyncio.sleep(3)
        await outbox.send([encode(cleared, TopicNames(), "soak")])


def summary(readings: list[Reading]) -> dict[str, Any]:
    """Series after the first minute and at the end, which ones came or went since, and what a look costs."""
    after = next((each for each in readings if each.at_s >= FIRST_S), readings[-1])
    last = readings[-1]
    took = [each.seconds * 1_000 for each in readings]
    return {
        "minutes": round(last.at_s / 60, 2),
        "series_after_first_minute": len(after.series),
        "series_at_end": len(last.series),
        "series_that_came": without_buckets(last.series - after.series),
        "series_that_went": without_buckets(after.series - last.series),
        "series_constant": last.series == after.series,
        "scrape_ms": {"median": round(statistics.median(took), 1), "most": round(max(took), 1)},
        "scrape_kb": round(last.size / 1_000, 1),
        "rss_mib": {role: round(size / 2**20, 1) for role, size in last.memory.items()},
        "series_over_time": [[round(each.at_s), len(each.series)] for each in readings],
    }


def without_buckets(series: Iterable[str]) -> list[str]:
    """Each histogram once."""
    plain = (
        re.sub(r"_(bucket|sum|count)(?=\{|$)", "", re.sub(r'le="[^"]*",|,?le="[^"]*"', "", each)) for each in series
    )
    return sorted(set(plain))


def of_logs(size: int, handled: int, found: list[str]) -> dict[str, Any]:
    """What was logged for each question and document, and what should not have been."""
    each = size / max(1, handled)
    return {
        "log_bytes": size,
        "log_bytes_each": round(each, 1),
        "log_volume_met": each <= MOST_LOG_BYTES,
        "planted_found": found,
        "content_met": not found,
    }


def in_words(report: dict[str, Any]) -> str:
    met = {True: "met", False: "MISSED"}
    came = "".join(f"\n  came: {each}" for each in report["series_that_came"])
    went = "".join(f"\n  went: {each}" for each in report["series_that_went"])
    return (
        f"{report['minutes']} minutes at {report['questions_per_s']} questions and {report['documents_per_s']} "
        f"documents a second; {report['answered']} answers, {report['failed']} failed\n"
        f"series: {report['series_after_first_minute']} after a minute, {report['series_at_end']} at the end: "
        f"{met[report['series_constant']]}{came}{went}\n"
        f"a look at all workers: {report['scrape_ms']['median']} ms at the median, {report['scrape_kb']} kB\n"
        f"logs: {report['log_bytes_each']} bytes each, at most {MOST_LOG_BYTES}: {met[report['log_volume_met']]}\n"
        f"planted words in logs and traces: {', '.join(report['planted_found']) or 'none'}: "
        f"{met[report['content_met']]}"
    )


if __name__ == "__main__":
    main()
