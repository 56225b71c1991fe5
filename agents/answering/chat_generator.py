"""A task in, a language model's sentences out, each with the sentences of the passages that carry it.

The model's text is never trusted: its markers are hints, and what it says is attributed by comparing it with the
passages that it was shown. A statement that nothing carries comes without quotes, and the caller does not serve it.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final

from agents.answering.attribution import Evidence
from agents.answering.fallback_generator import NO_ANSWER_RULE
from agents.answering.markers import References
from agents.answering.model_text import Ending, ModelText
from agents.answering.prompting import BUILT_IN, Rendered, render
from agents.language import language_of
from agents.ports import ChatModel, PromptBook, TokenCounter
from agents.tracer import UNTRACED, Tracer
from schemas import signals
from schemas.answers import Finding, Usage
from schemas.drafts import Claim, DraftEnded, DraftPart, DraftStarted, DraftTask
from schemas.failures import PermanentError
from schemas.prompts import PRODUCTION, ChatSettings, PromptPublished

_SAID: Final[dict[Ending, Finding]] = {
    "no-answer": Finding(rule=NO_ANSWER_RULE, reason="The language model found no answer in the passages."),
    "repeats": Finding(rule="repetition", reason="The language model began to repeat itself and was stopped."),
    "continues": Finding(rule="continuation", reason="The language model went on with another text and was stopped."),
    "enough": Finding(rule="length", reason="The language model went on for too many sentences and was stopped."),
}


class ChatGenerator:
    """A `Generator` that has a language model write, within a prompt that may change while it runs."""

    def __init__(self, chat: ChatModel, prompts: PromptBook, counter: TokenCounter, tracer: Tracer = UNTRACED) -> None:
        """`counter` estimates how long the prompt is."""
        self._tracer = tracer
        self._chat = chat
        self._prompts = prompts
        self._counter = counter

    @property
    def generator_id(self) -> str:
        """How text is attributed, and the model."""
        return f"chat-1/{self._chat.model_id}"

    async def draft(self, task: DraftTask) -> AsyncGenerator[DraftPart, None]:
        """A claim for each sentence that the model writes, as soon as it is whole.

        Raises what the chat model raises, and `PromptError` when the prompt can't be filled in.
        """
        with self._tracer.span(signals.PROMPT) as span:
            prompt, findings = self._prompt(task)
            rendered = self._rendered(prompt, task)
            span.note(
                {
                    signals.GEN_AI_PROMPT_NAME: prompt.name,
                    signals.PROMPT_VERSION: prompt.version,
                    signals.PROMPT_PASSAGES: len(rendered.passages),
                }
            )
            span.messages(signals.GEN_AI_INPUT_MESSAGES, [(each.role, each.content) for each in rendered.messages])
        yield DraftStarted(
            instructions=rendered.instructions, generator_id=self.generator_id, prompt_version=prompt.version
        )
        written = _Written(len(rendered.passages))
        if rendered.passages:
            evidence = Evidence(task.question, rendered.passages)
            async with aclosing(self._sentences(rendered, prompt.settings, task.seconds_left, written)) as sentences:
                async for sentence in sentences:
                    text = sentence.text.strip()
                    yield Claim(text=text, quotes=evidence.quotes(text, sentence.numbers))
        ending = (_SAID[written.text.ending],) if written.text.ending else ()
        yield DraftEnded(
            generator_id=self.generator_id,
            prompt_version=prompt.version,
            usage=written.usage,
            findings=(*findings, *_left_out(rendered), *ending),
        )

    def _prompt(self, task: DraftTask) -> tuple[PromptPublished, tuple[Finding, ...]]:
        """The version that the task asks for, or the one that serves everybody, with a finding."""
        found = self._prompts.prompt(task.tenant, task.prompt, task.label)
        if found is not None:
            return found, ()
        serving = self._prompts.prompt(task.tenant, task.prompt, PRODUCTION) or _built_in(task.prompt)
        if serving is None:
            raise PermanentError(f"there is no prompt {task.prompt}: publish it with `ragstream prompts publish`")
        if task.label == PRODUCTION:
            return serving, ()
        reason = f"The prompt {task.prompt} has no version {task.label}; version {serving.version} was used."
        return serving, (Finding(rule="prompt-unknown", reason=reason),)

    def _rendered(self, prompt: PromptPublished, task: DraftTask) -> Rendered:
        return render(
            prompt,
            question=task.question,
            passages=task.passages,
            turns=task.turns,
            language=language_of(task.question),
            parameters={},
            counter=lambda text: len(self._counter.token_ends(text)),
        )

    async def _sentences(
        self, rendered: Rendered, settings: ChatSettings, seconds_left: float, written: "_Written"
    ) -> AsyncGenerator[References, None]:
        """The sentences worth checking; the model is stopped once the rest is not."""
        async with aclosing(self._chat.chat(rendered.messages, settings, seconds_left=seconds_left)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Usage):
                    written.usage = piece
                    continue
                for sentence in written.text.feed(piece):
                    yield sentence
                if written.text.ending:
                    return
        for sentence in written.text.flush(written.usage.output_tokens, settings.max_output_tokens):
            yield sentence


class _Written:
    """What is known of a model's text while it is written."""

    def __init__(self, passages: int) -> None:
        self.text = ModelText(passages)
        self.usage = Usage()


def _built_in(name: str) -> PromptPublished | None:
    return next((prompt for prompt in BUILT_IN if prompt.name == name), None)


def _left_out(rendered: Rendered) -> tuple[Finding, ...]:
    findings = []
    if rendered.dropped:
        reason = f"{rendered.dropped} of the weakest passages did not fit into the prompt."
        findings.append(Finding(rule="passages-dropped", reason=reason))
    if rendered.cut:
        findings.append(Finding(rule="passage-cut", reason="The only passage that was left did not fit as a whole."))
    return tuple(findings)
