"""A request to a language model in, its span out, as OpenTelemetry's GenAI conventions have it; without any text.

The span is never made current: the request is a generator, and a context that is held over a `yield` is given back in
another one, of which OpenTelemetry complains.
"""

import time
from urllib.parse import urlsplit

from opentelemetry import trace
from opentelemetry.trace import SpanKind, Status, StatusCode

from infra.settings import GeneratorSettings
from schemas import signals
from schemas.answers import Usage
from schemas.prompts import ChatSettings

PROVIDER = "openai"
"""What the conventions call the interface, whoever serves it."""
_tracer = trace.get_tracer("ragstream", schema_url=signals.SCHEMA_URL)


class ChatSpan:
    """One request with its retries, from the wait for a free place to the last of its text."""

    def __init__(self, generator: GeneratorSettings, settings: ChatSettings) -> None:
        address = urlsplit(generator.base_url or "")
        model = generator.model or ""
        attributes: dict[str, str | int | float | bool] = {
            signals.GEN_AI_OPERATION: "chat",
            signals.GEN_AI_PROVIDER: PROVIDER,
            signals.GEN_AI_REQUEST_MODEL: model,
            signals.GEN_AI_MAX_TOKENS: settings.max_output_tokens,
            signals.GEN_AI_TEMPERATURE: settings.temperature,
            signals.GEN_AI_STREAM: True,
            signals.SERVER_ADDRESS: address.hostname or "",
            signals.SERVER_PORT: address.port or (443 if address.scheme == "https" else 80),
        }
        name = signals.CHAT.format(model=model)
        self._span = _tracer.start_span(name, kind=SpanKind.CLIENT, attributes=attributes)
        self._most = settings.max_output_tokens
        self._began = time.monotonic()
        self._started = False
        self._reason = "cancelled"

    def came(self, piece: str | Usage) -> None:
        """Note the first text's time, and in the end what it took."""
        if isinstance(piece, Usage):
            self._reason = "length" if piece.output_tokens >= self._most else "stop"
            if piece.input_tokens or piece.output_tokens:
                self._span.set_attribute(signals.GEN_AI_INPUT_TOKENS, piece.input_tokens)
                self._span.set_attribute(signals.GEN_AI_OUTPUT_TOKENS, piece.output_tokens)
        elif not self._started:
            self._started = True
            self._span.set_attribute(signals.GEN_AI_FIRST_CHUNK, round(time.monotonic() - self._began, 4))

    def failed(self, error: BaseException) -> None:
        """Mark it with the error's class; a text may hold what the server says of the prompt."""
        self._reason = "error"
        self._span.set_attribute(signals.ERROR_TYPE, type(error).__name__)
        self._span.set_status(Status(StatusCode.ERROR, type(error).__name__))

    def end(self) -> None:
        """Whoever stopped it."""
        self._span.set_attribute(signals.GEN_AI_FINISH_REASONS, [self._reason])
        self._span.end()
