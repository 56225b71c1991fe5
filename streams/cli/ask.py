"""`ragstream ask`."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Annotated, Any, Final, TypeAlias

import typer
from pydantic import ValidationError

from infra.local.progress import Progress, telling
from infra.settings import Settings
from schemas.answers import Answer, AnswerAbstained, AnswerBlocked, AnswerDelta, AnswerFailed, QuestionBlocked
from schemas.questions import MAX_TOP_K
from streams.cli.callers_trace import join_callers_trace
from streams.cli.options import Json, Tenant, new_app, pairs
from streams.cli.output import Exit, showing_progress, stderr, stdout, write_json
from streams.cli.rendering import StreamedText, render_answer
from streams.cli.settings import kafka_of, load_settings
from streams.client import RagstreamClient
from streams.codec import field_reasons

app = new_app()

Show: TypeAlias = Callable[[AnswerDelta], None]
WAITING: Final = "Waiting for the answer"

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
    session: Annotated[
        str | None, typer.Option(help="The conversation that this belongs to: its last turns are looked at.")
    ] = None,
    user: Annotated[str | None, typer.Option(help="Who asks; a session is its user's alone.")] = None,
    stream: Annotated[bool, typer.Option("--stream", help="Show the text as it is released.")] = False,
    as_json: Json = False,
) -> None:
    """Ask, and show the answer with a numbered citation for every sentence.

    --json prints the answer event as it is on the topic `answers`; with --stream after the pieces as they are on
    `answer-deltas`, an object a line. Exit code 0 when it was served, 4 when nothing in the index supports an answer,
    5 when question or answer was blocked, 6 when none could be made.
    """
    settings = load_settings()
    asked = {
        "tenant": tenant,
        "groups": group or (),
        "filters": pairs(filter_, "--filter"),
        "top_k": top_k,
        "deadline_ms": deadline_ms,
        "timeout_s": timeout,
        "session_id": session,
        "user_id": user,
    }
    shown = StreamedText(stdout(), stderr())
    try:
        with showing_progress(machine=as_json) as progress:
            answer = asyncio.run(_answer(settings, text, asked, progress, _shower(shown, as_json) if stream else None))
    except ValidationError as error:
        raise typer.BadParameter(field_reasons(error)) from None
    shown.finish(answer)
    for name in unheeded(settings, answer):
        stderr().print(f"the worker that answered has another {name}: it reads it when it starts", soft_wrap=True)
    if as_json:
        write_json(answer.model_dump(mode="json"))
    else:
        render_answer(stdout(), answer, shown=shown.text)
    raise typer.Exit(EXITS.get(type(answer), Exit.OK))


async def _answer(
    settings: Settings, text: str, asked: dict[str, Any], progress: Progress, show: Show | None
) -> Answer:
    """The answer; pieces of it are shown before where `show` is given."""
    join_callers_trace()
    async with RagstreamClient(kafka_of(settings), namespace=settings.namespace, source="ragstream-cli") as client:
        if show is None:
            async with telling(progress, WAITING, at_once=False):
                return await client.ask(text, **asked)
        async with aclosing(client.ask_stream(text, **asked)) as items:
            async with telling(progress, WAITING, at_once=False):
                item = await anext(items)
            progress("")
            return await _last(item, items, show)


async def _last(item: AnswerDelta | Answer, items: AsyncGenerator[AnswerDelta | Answer, None], show: Show) -> Answer:
    while isinstance(item, AnswerDelta):
        show(item)
        item = await anext(items)
    return item


def _shower(shown: StreamedText, as_json: bool) -> Show:
    return (lambda piece: write_json(piece.model_dump(mode="json"))) if as_json else shown.show


def unheeded(settings: Settings, answer: Answer) -> list[str]:
    """Variables of `answering` that are set here and were not in force: a question carries none of them."""
    used, wanted = answer.provenance.retrieval, settings.answering
    return [
        f"RAGSTREAM_ANSWERING__{name.upper()}"
        for name in sorted(wanted.model_fields_set & used.keys())
        if getattr(wanted, name) != used[name]
    ]
