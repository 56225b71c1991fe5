"""`ragstream feedback`."""

import asyncio
from typing import Annotated, Final

import typer
from pydantic import ValidationError

from infra.settings import Settings
from schemas.feedback import FeedbackGiven, Kind
from streams.cli.callers_trace import join_callers_trace
from streams.cli.options import Json, Tenant, new_app
from streams.cli.output import plain, stdout, write_json
from streams.cli.settings import kafka_of, load_settings
from streams.client import RagstreamClient
from streams.client_feedback import Said
from streams.codec import field_reasons

app = new_app()

WORDS: Final[dict[str, float | None]] = {"up": 1.0, "down": -1.0, "retract": None}


@app.command(context_settings={"ignore_unknown_options": True})  # so that -0.5 is a score
def feedback(
    answer_id: Annotated[str, typer.Argument(help="As `ask --json` shows it.")],
    verdict: Annotated[str, typer.Argument(metavar="up|down|SCORE|retract", help="SCORE is from -1 to 1.")],
    *,
    comment: Annotated[str | None, typer.Option(help="Why; for a correction, what the answer should be.")] = None,
    user: Annotated[str | None, typer.Option(help="Who says it: one vote each.")] = None,
    kind: Annotated[Kind, typer.Option(help="Votes of different kinds stand side by side.")] = "thumb",
    tenant: Tenant = "default",
    as_json: Json = False,
) -> None:
    """Say how good an answer was. The last vote of a user counts; `retract` takes it back.

    It waits for its answer if that is not known yet, and ends in the dead letters if it never comes.
    """
    said: Said = {"tenant": tenant, "user_id": user, "kind": kind, "comment": comment}
    try:
        event = asyncio.run(_sent(load_settings(), answer_id, score_of(verdict), said))
    except ValidationError as error:
        raise typer.BadParameter(field_reasons(error)) from None
    if as_json:
        write_json(event.model_dump(mode="json"))
        return
    told = "taken back" if event.score is None else f"{event.kind} {event.score:+g}"
    stdout().print(plain(f"{told} for answer {event.answer_id}"))


def score_of(verdict: str) -> float | None:
    """-1 to 1, or None for a retraction. Raises a usage error for any other word or number."""
    if verdict in WORDS:
        return WORDS[verdict]
    try:
        score = float(verdict)
    except ValueError:
        score = 2.0
    if not -1 <= score <= 1:
        raise typer.BadParameter(f"{verdict!r} is no score: say up, down, retract, or a number from -1 to 1")
    return score


async def _sent(settings: Settings, answer_id: str, score: float | None, said: Said) -> FeedbackGiven:
    join_callers_trace()
    async with RagstreamClient(kafka_of(settings), namespace=settings.namespace, source="ragstream-cli") as client:
        return await client.feedback(answer_id, score, **said)
