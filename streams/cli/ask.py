"""`ragstream ask`."""

import asyncio
from typing import Annotated, Final

import typer
from pydantic import ValidationError

from infra.local.progress import telling
from infra.settings import Settings
from schemas.answers import Answer, AnswerAbstained, AnswerBlocked, AnswerFailed, QuestionBlocked
from schemas.questions import MAX_TOP_K
from streams.cli.options import Json, Tenant, new_app, pairs
from streams.cli.output import Exit, showing_progress, stderr, stdout, write_json
from streams.cli.rendering import render_answer
from streams.cli.settings import kafka_of, load_settings
from streams.client import RagstreamClient
from streams.codec import field_reasons

app = new_app()

EXITS: Final = {
    AnswerAbstained: Exit.ABSTAINED,
    QuestionBlocked: Exit.BLOCKED,
    AnswerBlocked: Exit.BLOCKED,
    AnswerFailed: Exit.ANSWER_FAILED,
}


@app.command()
def ask(
    text: Annotated[str, typer.Argument(help="The question.")],
    *,
    tenant: Tenant = "default",
    group: Annotated[list[str] | None, typer.Option(help="A group that you are in; repeatable.")] = None,
    filter_: Annotated[
        list[str] | None,
        typer.Option("--filter", help="key=value, or key:=number, that a document's metadata must have; repeatable."),
    ] = None,
    top_k: Annotated[int, typer.Option(min=1, max=MAX_TOP_K, help="Passages to look at.")] = 8,
    deadline_ms: Annotated[
        int | None, typer.Option(min=1, help="Milliseconds after which an answer is no longer wanted.")
    ] = None,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds to wait for the answer.")] = 60.0,
    as_json: Json = False,
) -> None:
    """Ask, and show the answer with a numbered citation for every sentence.

    --json prints the answer event as it is on the topic `answers`. Exit code 0 when it was served, 4 when nothing in
    the index supports an answer, 5 when question or answer was blocked, 6 when none could be made.
    """
    settings = load_settings()
    filters = pairs(filter_, "--filter")

    async def asking() -> Answer:
        async with (
            telling(progress, "Waiting for the answer", at_once=False),
            RagstreamClient(kafka_of(settings), namespace=settings.namespace, source="ragstream-cli") as client,
        ):
            return await client.ask(
                text,
                tenant=tenant,
                groups=group or (),
                filters=filters,
                top_k=top_k,
                deadline_ms=deadline_ms,
                timeout_s=timeout,
            )

    try:
        with showing_progress(machine=as_json) as progress:
            answer = asyncio.run(asking())
    except ValidationError as error:
        raise typer.BadParameter(field_reasons(error)) from None
    for name in unheeded(settings, answer):
        stderr().print(f"the worker that answered has another {name}: it reads it when it starts", soft_wrap=True)
    if as_json:
        write_json(answer.model_dump(mode="json"))
    else:
        render_answer(stdout(), answer)
    raise typer.Exit(EXITS.get(type(answer), Exit.OK))


def unheeded(settings: Settings, answer: Answer) -> list[str]:
    """Variables of `answering` that are set here and were not in force: a question carries none of them."""
    used, wanted = answer.provenance.retrieval, settings.answering
    return [
        f"RAGSTREAM_ANSWERING__{name.upper()}"
        for name in sorted(wanted.model_fields_set & used.keys())
        if getattr(wanted, name) != used[name]
    ]
