"""Names of what ragstream tells about itself: spans and their attributes here, each once, with what it means.

Where OpenTelemetry has a name, it is OpenTelemetry's: semantic conventions 1.45.0 for messaging and errors, and for
`gen_ai.*` the GenAI conventions 0.1.0, which moved to a repository of their own after 1.41.0. Both are in development.
What they have no name for begins with `ragstream.`. Ids and texts are never part of a span's name.

A span's name may have parts in braces, which stand for a value of few kinds: a stage, a topic, a model.
"""

from collections.abc import Mapping
from typing import Final

SCHEMA_URL: Final = "https://opentelemetry.io/schemas/1.45.0"

# Spans.
PROCESS: Final = "{stage} {topic}"
BATCH: Final = "{stage} batch"
SEND: Final = "send {topic}"
PARSE: Final = "parse"
CHUNK: Final = "chunk"
EMBEDDINGS: Final = "embeddings {model}"
STORE: Final = "store"
MOVE: Final = "move"
DELETE: Final = "delete"
ASSIGN: Final = "assign"
RECALL: Final = "recall"
REWRITE: Final = "rewrite"
SCREEN: Final = "screen"
RETRIEVAL: Final = "retrieval"
RERANK: Final = "rerank {model}"
WEIGH: Final = "weigh"
DRAFT: Final = "draft"
PROMPT: Final = "prompt"
CHAT: Final = "chat {model}"
CHECK: Final = "check"

SPANS: Final[Mapping[str, str]] = {
    PROCESS: "One record through one stage, from its decoding to the delivery of its outputs.",
    BATCH: "Work on several records at once; linked to the span of each.",
    SEND: "Outputs on their way until Kafka has them.",
    PARSE: "A document's bytes to clean text.",
    CHUNK: "A document's text to chunks with ids.",
    EMBEDDINGS: "Texts to vectors.",
    STORE: "Chunks and vectors into the index.",
    MOVE: "Stored chunks to their new places.",
    DELETE: "Chunks out of the index.",
    ASSIGN: "Which experiments a question takes part in.",
    RECALL: "What was said before in the session.",
    REWRITE: "A follow-up question made standalone.",
    SCREEN: "Guardrails on a question, on passages or on a document.",
    RETRIEVAL: "The search in the index.",
    RERANK: "Passages put in order by a model that reads them with the question.",
    WEIGH: "Whether the passages hold an answer at all.",
    DRAFT: "The answer's sentences written and checked.",
    PROMPT: "The prompt chosen and filled in.",
    CHAT: "One request to a language model, with its retries.",
    CHECK: "One sentence: its quotes verified, guardrails, release.",
}

# Attributes that OpenTelemetry names.
ERROR_TYPE: Final = "error.type"
SERVER_ADDRESS: Final = "server.address"
SERVER_PORT: Final = "server.port"
MESSAGING_SYSTEM: Final = "messaging.system"
MESSAGING_OPERATION_NAME: Final = "messaging.operation.name"
MESSAGING_OPERATION_TYPE: Final = "messaging.operation.type"
MESSAGING_CONSUMER_GROUP: Final = "messaging.consumer.group.name"
MESSAGING_DESTINATION: Final = "messaging.destination.name"
MESSAGING_PARTITION: Final = "messaging.destination.partition.id"
MESSAGING_OFFSET: Final = "messaging.kafka.offset"
MESSAGING_MESSAGE_ID: Final = "messaging.message.id"
MESSAGING_BODY_SIZE: Final = "messaging.message.body.size"
MESSAGING_BATCH_COUNT: Final = "messaging.batch.message_count"
GEN_AI_OPERATION: Final = "gen_ai.operation.name"
GEN_AI_PROVIDER: Final = "gen_ai.provider.name"
GEN_AI_CONVERSATION: Final = "gen_ai.conversation.id"
GEN_AI_REQUEST_MODEL: Final = "gen_ai.request.model"
GEN_AI_MAX_TOKENS: Final = "gen_ai.request.max_tokens"
GEN_AI_TEMPERATURE: Final = "gen_ai.request.temperature"
GEN_AI_STREAM: Final = "gen_ai.request.stream"
GEN_AI_FINISH_REASONS: Final = "gen_ai.response.finish_reasons"
GEN_AI_FIRST_CHUNK: Final = "gen_ai.response.time_to_first_chunk"
GEN_AI_INPUT_TOKENS: Final = "gen_ai.usage.input_tokens"
GEN_AI_OUTPUT_TOKENS: Final = "gen_ai.usage.output_tokens"
GEN_AI_DIMENSION: Final = "gen_ai.embeddings.dimension.count"
GEN_AI_DOCUMENTS: Final = "gen_ai.retrieval.documents"
GEN_AI_TOP_K: Final = "gen_ai.retrieval.top_k"
GEN_AI_QUERY_TEXT: Final = "gen_ai.retrieval.query.text"
GEN_AI_PROMPT_NAME: Final = "gen_ai.prompt.name"
GEN_AI_INPUT_MESSAGES: Final = "gen_ai.input.messages"
GEN_AI_OUTPUT_MESSAGES: Final = "gen_ai.output.messages"

# Attributes of our own.
STAGE: Final = "ragstream.stage"
ROLE: Final = "ragstream.role"
TENANT: Final = "ragstream.tenant"
EVENT: Final = "ragstream.event"
OUTPUTS: Final = "ragstream.outputs"
SENT_MS: Final = "ragstream.sent_ms"
WAITED_MS: Final = "ragstream.waited_ms"
ATTEMPTS: Final = "ragstream.attempts"
DOC_ID: Final = "ragstream.doc_id"
QUERY_ID: Final = "ragstream.query_id"
ANSWER_ID: Final = "ragstream.answer_id"
REVISION: Final = "ragstream.revision"
CONTENT_TYPE: Final = "ragstream.content_type"
CHARACTERS: Final = "ragstream.characters"
CHUNKS: Final = "ragstream.chunks"
TEXTS: Final = "ragstream.texts"
CUT: Final = "ragstream.cut"
TURNS: Final = "ragstream.turns"
EXPERIMENTS: Final = "ragstream.experiments"
GUARD_STAGE: Final = "ragstream.guard.stage"
GUARD_ACTION: Final = "ragstream.guard.action"
GUARD_RULES: Final = "ragstream.guard.rules"
SEARCH_MODE: Final = "ragstream.search.mode"
SIMILARITIES: Final = "ragstream.search.similarities"
FOUND: Final = "ragstream.found"
KEPT: Final = "ragstream.kept"
LACKING: Final = "ragstream.lacking"
GENERATOR: Final = "ragstream.generator"
PROMPT_VERSION: Final = "ragstream.prompt.version"
PROMPT_PASSAGES: Final = "ragstream.prompt.passages"
QUOTES: Final = "ragstream.quotes"
QUOTES_VERIFIED: Final = "ragstream.quotes.verified"
CITATIONS: Final = "ragstream.citations"

ATTRIBUTES: Final[Mapping[str, str]] = {
    ERROR_TYPE: "The class of the error that ended the work, or how an answer failed; its text is told to nobody.",
    SERVER_ADDRESS: "Host of the language model.",
    SERVER_PORT: "Its port.",
    MESSAGING_SYSTEM: "`kafka`.",
    MESSAGING_OPERATION_NAME: "The stage, or `send`.",
    MESSAGING_OPERATION_TYPE: "`process` or `send`.",
    MESSAGING_CONSUMER_GROUP: "The consumer group of the role, whose lag it is when records wait.",
    MESSAGING_DESTINATION: "The topic, with its namespace.",
    MESSAGING_PARTITION: "The partition that the record was read from.",
    MESSAGING_OFFSET: "The record's offset in it.",
    MESSAGING_MESSAGE_ID: "The event's id.",
    MESSAGING_BODY_SIZE: "Bytes of the record's value.",
    MESSAGING_BATCH_COUNT: "Records that are worked on, or sent, together, when there are several.",
    GEN_AI_OPERATION: "`embeddings`, `retrieval` or `chat`.",
    GEN_AI_PROVIDER: "`ragstream` for what runs in our process or in its index; `openai` for that interface.",
    GEN_AI_CONVERSATION: "The session that the question belongs to.",
    GEN_AI_REQUEST_MODEL: "The model.",
    GEN_AI_MAX_TOKENS: "Most tokens that it may write.",
    GEN_AI_TEMPERATURE: "How freely it may write.",
    GEN_AI_STREAM: "Always true: its text is checked while it comes.",
    GEN_AI_FINISH_REASONS: "Why it ended: `stop`, `length`, or `cancelled` when it was stopped by us.",
    GEN_AI_FIRST_CHUNK: "Seconds until its first text.",
    GEN_AI_INPUT_TOKENS: "Tokens that it read, as it says.",
    GEN_AI_OUTPUT_TOKENS: "Tokens that it wrote, as it says.",
    GEN_AI_DIMENSION: "Numbers in a vector.",
    GEN_AI_DOCUMENTS: "Chunk ids and scores, best first, as JSON; at most 20.",
    GEN_AI_TOP_K: "Passages that were asked for.",
    GEN_AI_QUERY_TEXT: "What was searched for; only where texts are asked for.",
    GEN_AI_PROMPT_NAME: "The prompt's name.",
    GEN_AI_INPUT_MESSAGES: "What the model was told, as the conventions' JSON; only where texts are asked for.",
    GEN_AI_OUTPUT_MESSAGES: "What may be served of the draft, as their JSON; only where texts are asked for.",
    STAGE: "The stage that is at work.",
    ROLE: "The role that it belongs to.",
    TENANT: "Whose event it is.",
    EVENT: "The event's type.",
    OUTPUTS: "Types of the events that came of it.",
    SENT_MS: "From the question's own time to its record's time in Kafka.",
    WAITED_MS: "From the record's time in Kafka to the beginning of work on it.",
    ATTEMPTS: "How often it was tried, until it succeeded or was given up.",
    DOC_ID: "The document.",
    QUERY_ID: "The question.",
    ANSWER_ID: "The answer.",
    REVISION: "The document's revision.",
    CONTENT_TYPE: "The document's type, as its producer says.",
    CHARACTERS: "Length of the text.",
    CHUNKS: "Chunks that are made, stored, moved or deleted.",
    TEXTS: "Texts that are embedded together.",
    CUT: "Whether the question was longer than the embedder takes.",
    TURNS: "Earlier turns of the conversation that were found.",
    EXPERIMENTS: "`experiment=arm` of each that the question is part of.",
    GUARD_STAGE: "What is looked at: `question`, `passage` or `document`; for an answer, `check` says it.",
    GUARD_ACTION: "The strictest thing that guardrails did: `allow`, `flag`, `redact`, `abstain` or `block`.",
    GUARD_RULES: "The rules that found something.",
    SEARCH_MODE: "`hybrid`, `dense` or `lexical`.",
    SIMILARITIES: "Cosine of each of the documents with the question, in their order.",
    FOUND: "Passages that the index gave.",
    KEPT: "Passages that are answered from.",
    LACKING: "Whether the evidence was too weak for an answer.",
    GENERATOR: "Who drafted.",
    PROMPT_VERSION: "The prompt's version.",
    PROMPT_PASSAGES: "Passages that are in it.",
    QUOTES: "Quotes that the sentence came with.",
    QUOTES_VERIFIED: "Those of them that were found in the documents and may be shown.",
    CITATIONS: "Citations of the answer.",
}


def model_of(model_id: str) -> str:
    """A model's name without the hash of its content: it stands in names of spans, and is `gen_ai.request.model`."""
    return model_id.partition("@")[0]
