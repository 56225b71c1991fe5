"""Settings in, whether the language model that they name really answers: it is asked, for one token."""

import time
from typing import Final

from infra.chat_errors import in_full
from infra.examination import Finding
from infra.openai_chat_model import open_chat_model
from infra.settings import GeneratorSettings
from schemas.failures import PermanentError, TransientError
from schemas.prompts import ChatSettings, Message

LIMIT_S: Final = 15.0
ASKED: Final = (Message(role="user", content="Say yes."),)
ONE_TOKEN: Final = ChatSettings(max_output_tokens=1)


async def examine_generator(settings: GeneratorSettings) -> Finding:
    """Good with the time that it took, or bad with what went wrong."""
    if settings.kind == "extractive":
        return Finding("generator", "good", "extractive: no language model")
    model = open_chat_model(settings)
    began = time.monotonic()
    try:
        _ = [piece async for piece in model.chat(ASKED, ONE_TOKEN, seconds_left=LIMIT_S)]
    except (TransientError, PermanentError) as error:
        remedy = "answers are extractive meanwhile: see the page on language models"
        return Finding("generator", "bad", in_full(error), remedy)
    else:
        return Finding("generator", "good", f"{model.model_id} answers after {time.monotonic() - began:.1f} s")
    finally:
        await model.close()
