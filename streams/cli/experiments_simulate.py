"""`ragstream experiments simulate`."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.table import Table

from agents.answering import AnsweringPorts, make_answering_handler
from agents.ports import Assigned
from agents.shapes import Handler
from infra.local.progress import Progress
from infra.models import ensure_models
from infra.settings import Settings
from schemas.answers import Answer
from schemas.experiments import Arm, ExperimentDefined
from schemas.questions import QuestionAsked
from streams.cli.embedders_world import check_coverage
from streams.cli.experiments_world import Tenant, duration, events_since, served_by
from streams.cli.options import Json
from streams.cli.output import NotRunningError, plain, showing_progress, stdout, write_json
from streams.cli.settings import kafka_of, load_settings, located
from streams.composition import Books, answering_options, opened_answering, utc_now
from streams.control_events import ControlEvents
from streams.control_reader import read_to_end
from streams.experiment_book import DEFAULT_TENANT
from streams.experiment_checks import check_references
from streams.experiment_file import read_experiment_file
from streams.experiment_forecast import takes_in
from streams.experiment_log import ExperimentLog
from streams.shadow import Shadow
from streams.topics import ANSWERS, QUERIES, TopicNames

LIMIT: Final = 200
SAID_EVERY: Final = timedelta(seconds=3)


def simulate(
    file: Annotated[Path, typer.Argument(help="An experiment, in YAML.")],
    *,
    since: Annotated[str, typer.Option(help="How far back: a number and m, h or d.")] = "7d",
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="Most questions, the latest ones.")] = LIMIT,
    show_text: Annotated[
        bool, typer.Option("--show-text", help="Show questions and answers of the examples; they may be personal.")
    ] = False,
    tenant: Tenant = DEFAULT_TENANT,
    as_json: Json = False,
) -> None:
    """Answer questions of the log again in every arm, and say how the arms differ, before anybody is exposed.

    Nothing is published: no answer, no outcome. Questions are searched for in the index as it is now, within what
    their askers may read, and a follow-up as it was understood then. Exit code 3 when the log has no such question.
    """
    definition = read_experiment_file(file, tenant)
    start = datetime.now(UTC) - duration(since)
    settings = located(load_settings())
    with showing_progress(machine=as_json) as progress:
        shadow = asyncio.run(_simulated(settings, definition, start, limit, progress))
    told = shadow.report(show_text=show_text)
    report = {"name": definition.name, "since": start.isoformat(timespec="seconds"), **told}
    if as_json:
        write_json(report)
    else:
        _print(report)


async def _simulated(
    settings: Settings, definition: ExperimentDefined, start: datetime, limit: int, progress: Progress
) -> Shadow:
    progress("Reading the prompts, the policies and the questions")
    log, books = ExperimentLog(), Books()
    log.prompts, log.policies = books.prompts, books.policies
    names = TopicNames(settings.namespace)
    await read_to_end(kafka_of(settings), ControlEvents(books.appliers(), names))
    check_references(definition, log, served_by(settings))
    await check_coverage(settings, definition, progress)
    questions = await logged_questions(settings, definition, start, limit)
    if not questions:
        raise NotRunningError("the log has no question since then that the experiment would take in")
    shadow = Shadow([arm.name for arm in definition.arms])
    async with answering_ports(settings, books, progress) as ports:
        handlers = {
            arm.name: make_answering_handler(
                replace(ports, experimenter=Always(definition.name, arm)), answering_options(settings)
            )
            for arm in definition.arms
        }
        said = datetime.min.replace(tzinfo=UTC)
        for number, question in enumerate(questions):
            if utc_now() - said >= SAID_EVERY:
                said = utc_now()
                progress(f"Answering questions in every arm: {number:,} of {len(questions):,}")
            shadow.add(await _answers(handlers, question, number))
    return shadow


@dataclass(frozen=True)
class Always:
    """An experimenter that has every question in one arm."""

    experiment: str
    arm: Arm

    def assigned(self, question: QuestionAsked) -> tuple[Assigned, ...]:
        """That arm."""
        return (Assigned(self.experiment, self.arm.name, question.query_id, self.arm.overrides),)


async def logged_questions(
    settings: Settings, definition: ExperimentDefined, start: datetime, limit: int
) -> list[QuestionAsked]:
    """The latest questions that the experiment would take in, each once, as they were understood."""
    found: deque[QuestionAsked] = deque(maxlen=limit)
    seen: set[tuple[str, str]] = set()
    standalone: dict[tuple[str, str], str] = {}
    async for event in events_since(settings, (QUERIES, ANSWERS), start):
        if isinstance(event, Answer) and event.provenance.standalone_question:
            standalone[event.tenant, event.query_id] = event.provenance.standalone_question
        elif isinstance(event, QuestionAsked) and event.at >= start and takes_in(definition, event.tenant):
            key = event.tenant, event.query_id
            if key not in seen:
                seen.add(key)
                found.append(event)
    return [
        each.model_copy(update={"text": standalone.get((each.tenant, each.query_id), each.text)})
        for each in sorted(found, key=lambda each: each.at)
    ]


@asynccontextmanager
async def answering_ports(settings: Settings, books: Books, progress: Progress) -> AsyncIterator[AnsweringPorts]:
    """What the role `answer` answers with, but for whatever tells anybody."""
    models = await ensure_models(settings, progress)
    async with opened_answering(settings, books, models) as (ports, _, _):
        yield ports


async def _answers(
    handlers: dict[str, Handler[QuestionAsked]], question: QuestionAsked, number: int
) -> dict[str, Answer]:
    """One arm after the other, in turns: the first one finds caches cold."""
    order = list(handlers)
    turned = order[number % len(order) :] + order[: number % len(order)]
    given: dict[str, Answer] = {}
    for arm in turned:
        asked = question.model_copy(update={"at": utc_now(), "stream": False})
        (answer,) = await handlers[arm](asked)
        assert isinstance(answer, Answer)  # noqa: S101 - what the handler promises
        given[arm] = answer
    return {arm: given[arm] for arm in order}


def _print(report: dict[str, Any]) -> None:
    console = stdout()
    console.print(f"{plain(report['name'])}: {report['questions']:,} questions since {report['since']}")
    arms = Table("arm", "served", "abstained", "blocked", "failed", "p50 ms", "p95 ms", "same passages", "differ")
    changes = Table("arm", "control", "arm's", "questions", "for example")
    findings = Table("arm", "guardrail finding", "questions")
    for arm, row in report["arms"].items():
        of = row["outcomes"]
        blocked = of.get("QuestionBlocked", 0) + of.get("AnswerBlocked", 0)
        counts = of.get("AnswerServed", 0), of.get("AnswerAbstained", 0), blocked, of.get("AnswerFailed", 0)
        same = row.get("retrieval_overlap")
        cells = *(f"{each:,}" for each in counts), str(row["latency_ms_p50"]), str(row["latency_ms_p95"])
        arms.add_row(plain(arm), *cells, "" if same is None else f"{same:.1%}", str(row.get("differ", "")))
        for change in row.get("changes", []):
            examples = "\n".join(" | ".join(each.values()) for each in change["examples"])
            changes.add_row(plain(arm), change["before"], change["after"], f"{change['count']:,}", plain(examples))
        for name, count in [*row["guardrail_findings"].items(), *row["not_followed"].items()]:
            findings.add_row(plain(arm), plain(name), f"{count:,}")
    for table in (arms, changes, findings):
        if table.row_count:
            console.print(table)
