"""Environment in, settings out: every knob of ragstream in one place, all with a default that is safe on a laptop.

A variable's name is `RAGSTREAM_` and the path here, joined by `__`: `RAGSTREAM_KAFKA__BOOTSTRAP=host:9092`.
"""

import os
import re
from pathlib import Path
from typing import Final, Literal, Self, get_args
from urllib.parse import SplitResult, urlsplit

from pydantic import BaseModel, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from infra.dispatch_settings import DispatchSettings
from infra.telemetry_settings import TelemetrySettings
from infra.watching_settings import WatchingSettings
from schemas.passages import Fusion, Mode


class KafkaSettings(BaseModel):
    """Where Kafka is. Without `bootstrap`, a local broker is started and remembered."""

    bootstrap: str | None = None
    """`host:port[,host:port]` of a Kafka that you already run; then none is started."""
    replication_factor: int = Field(default=1, ge=1)
    session_timeout_s: float = Field(default=10.0, gt=0)
    heartbeat_s: float = Field(default=2.0, gt=0)
    """At most half of the session time-out, so that one lost heartbeat does not cost the partitions."""

    @model_validator(mode="after")
    def _beats_in_time(self) -> Self:
        if self.heartbeat_s * 2 > self.session_timeout_s:
            raise ValueError(f"heartbeat_s ({self.heartbeat_s:g}) must be at most half of session_timeout_s")
        return self

    @field_validator("bootstrap")
    @classmethod
    def _has_ports(cls, bootstrap: str | None) -> str | None:
        for address in () if bootstrap is None else bootstrap.split(","):
            host, _, port = address.strip().rpartition(":")
            if not host or not port.isdecimal():
                raise ValueError(f"host:port is wanted, as in 127.0.0.1:9092, not {address.strip()[:80]!r}")
        return bootstrap


class WeaviateSettings(BaseModel):
    """Where Weaviate is. Without `url`, a local server is started and remembered."""

    url: str | None = None
    """`http://host:port` of a Weaviate that you already run; then none is started."""
    grpc_port: int | None = None
    """Port of its gRPC interface on the same host; 50051 when not given."""
    api_key: SecretStr | None = None

    @field_validator("url")
    @classmethod
    def _is_http(cls, url: str | None) -> str | None:
        if url is not None:
            parts = urlsplit(url)
            if parts.scheme not in {"http", "https"} or not parts.hostname or not _has_port_or_none(parts):
                raise ValueError("an http or https address is wanted, as in http://127.0.0.1:8080")
        return url

    @property
    def address(self) -> str | None:
        """`scheme://host:port` of `url`, to be shown: a URL may hold a password, in front of the host or after it."""
        if self.url is None:
            return None
        parts = urlsplit(self.url)
        host = f"[{parts.hostname}]" if ":" in str(parts.hostname) else parts.hostname
        return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port else "")


def _has_port_or_none(parts: SplitResult) -> bool:
    """False for a port that is no number, on which `urlsplit` raises when it is asked for."""
    try:
        return parts.port is None or parts.port > 0
    except ValueError:
        return False


Precision = Literal["auto", "fp32", "fp16", "int8"]
MAX_CANDIDATES: Final = 4
"""Each costs as much at every document as the main embedder, and its memory in two roles."""


class EmbedderSettings(BaseModel):
    """How texts become vectors."""

    model: str = Field(default="all-MiniLM-L6-v2", min_length=1)
    precision: Precision = "auto"
    """`auto` takes fp16 on a GPU, int8 on processors with VNNI, where it was measured to be faster, fp32 elsewhere."""
    device: Literal["auto", "cuda", "cpu"] = "auto"
    threads: int | None = Field(default=None, ge=1)
    """Processor threads, each of which embeds one text at a time; by default what the container's CPU quota allows."""
    max_batch_tokens: int | None = Field(default=None, ge=0)
    """Most tokens, padding included, in one run of the model; 0 is one text a run. By default 0 on a CPU, 16,384 on a
    GPU."""
    linger_ms: float = Field(default=0.0, ge=0, le=1_000)
    """How long a run that is not full waits for the texts of other callers."""
    candidates: str = ""
    """`MODEL[:PRECISION][,…]`: further embedders with indexes of their own beside the main one's, for experiments."""

    @model_validator(mode="after")
    def _tells_candidates_apart(self) -> Self:
        names = [name for name, _ in self.named()]
        if len(names) > MAX_CANDIDATES + 1:
            raise ValueError(f"at most {MAX_CANDIDATES} candidates are taken, and these are {len(names) - 1}")
        for name in names:
            if not name or names.count(name) > 1:
                raise ValueError(f"each candidate needs a name of its own, other than the main model's, not {name!r}")
        return self

    def named(self) -> "list[tuple[str, EmbedderSettings]]":
        """Every embedder with its own settings, the main one first, under the name that experiments call it by.

        That is a model's name or the last part of its folder's path; a candidate's ends in its precision if that is
        given, and otherwise its precision is `auto`.
        """
        found = [(self.model.rstrip("/").rpartition("/")[2], self)]
        for each in self.candidates.split(",") if self.candidates else ():
            model, _, precision = each.strip().rpartition(":")
            if precision not in get_args(Precision):
                model, precision = each.strip(), "auto"
            update = {"model": model, "precision": precision, "candidates": ""}
            found.append((each.strip().rstrip("/").rpartition("/")[2], self.model_copy(update=update)))
        return found


class PlanningSettings(BaseModel):
    """Chunk sizes in the embedder's own tokens. The split depends on nothing else."""

    min_tokens: int = Field(default=100, ge=16)
    max_tokens: int = Field(default=230, ge=32)
    max_document_bytes: int = Field(default=1_048_576, ge=1_024, le=6 * 1_048_576)
    """Largest value on `documents` that is accepted; a larger one is dead-lettered. Prose of more than 6 MiB gives a
    plan that does not fit on `chunks`."""

    @model_validator(mode="after")
    def _can_be_cut_in_two(self) -> Self:
        if self.max_tokens < 2 * self.min_tokens:
            raise ValueError(f"max_tokens ({self.max_tokens}) must be at least twice min_tokens ({self.min_tokens})")
        return self


class AnsweringSettings(BaseModel):
    """How questions are answered."""

    mode: Mode = "hybrid"
    """What is compared: `dense` is vectors alone, `lexical` words alone."""
    fusion: Fusion = "relative"
    """How a hybrid search puts its halves together: by scores (`relative`) or by places alone (`ranked`)."""
    alpha: float = Field(default=0.5, ge=0, le=1)
    """Weight of the dense part in a hybrid search; the other modes ignore it."""
    per_document: int = Field(default=3, ge=1)
    """Most passages of one document that are used while other documents were found too."""
    min_similarity: float = Field(default=0.25, ge=-1, le=1)
    min_answerability: float = Field(default=0.35, ge=0, le=1)
    """Probability that the best sentence answers under which an English question is not answered; 0 asks for none."""
    concurrency: int | None = Field(default=None, ge=1, le=10_000)
    """Questions that one worker has in hand at once; by default 16, and 256 with a language model, which most of them
    only wait for: a question that needs none must not wait behind them."""
    default_deadline_ms: int = Field(default=30_000, ge=1)
    unsupported_claims: Literal["remove", "abstain"] = "remove"
    """What becomes of a claim that no passage carries: it is left out, or the whole answer abstains."""


class RerankerSettings(BaseModel):
    """The model that orders what a search found. It runs on the embedder's device, with its threads and batch size."""

    model: str | None = Field(default=None, min_length=1)
    """A model of the kind `reranker`, by its name or by its folder's path; without one the search's order stays."""
    candidates: int = Field(default=50, ge=1, le=100)
    """Passages that are fetched for it and that it orders; a question's `top_k` if that is more."""


class GeneratorSettings(BaseModel):
    """What drafts answers: sentences of the passages alone, or a language model behind OpenAI's chat interface."""

    kind: Literal["extractive", "openai"] = "extractive"
    base_url: str | None = None
    """Where the interface begins, as in `http://127.0.0.1:8000/v1`; `/chat/completions` is added."""
    model: str | None = Field(default=None, min_length=1)
    api_key: SecretStr | None = None
    concurrency: int = Field(default=8, ge=1, le=1_000)
    """Requests that one worker has at the model at once; further ones wait for their turn."""
    connect_timeout_s: float = Field(default=3.0, gt=0)
    first_token_timeout_s: float = Field(default=20.0, gt=0)
    stall_timeout_s: float = Field(default=10.0, gt=0)
    """Longest silence once it writes."""
    retries: int = Field(default=2, ge=0, le=10)
    """Further attempts at one request, as long as none of its text has come."""
    breaker_failures: int = Field(default=5, ge=1, le=1_000)
    """Requests that fail, out of twice as many, after which the model is left alone."""
    breaker_open_s: float = Field(default=30.0, gt=0)
    """For how long, before one request tries it again."""
    input_price: float = Field(default=0.0, ge=0)
    """Of a million tokens that the model reads, in the currency of your choice."""
    output_price: float = Field(default=0.0, ge=0)
    """Of a million tokens that the model writes."""

    @field_validator("base_url")
    @classmethod
    def _is_http(cls, url: str | None) -> str | None:
        if url is not None:
            parts = urlsplit(url)
            if parts.scheme not in {"http", "https"} or not parts.hostname or not _has_port_or_none(parts):
                raise ValueError("an http or https address is wanted, as in http://127.0.0.1:8000/v1")
            if parts.username or parts.password or parts.query or parts.fragment:
                raise ValueError("an address alone is wanted: a user, a key or a query does not belong into it")
        return url

    @field_validator("api_key")
    @classmethod
    def _fits_a_header(cls, key: SecretStr | None) -> SecretStr | None:
        if key is not None and not re.fullmatch(r"[!-~]+", key.get_secret_value()):
            raise ValueError("a key is printable ASCII without spaces or line breaks")
        return key

    @model_validator(mode="after")
    def _names_the_model(self) -> Self:
        if self.kind == "openai" and not (self.base_url and self.model):
            raise ValueError("the kind openai needs RAGSTREAM_GENERATOR__BASE_URL and RAGSTREAM_GENERATOR__MODEL")
        return self


class LearningSettings(BaseModel):
    """How long votes and answers wait for each other."""

    waiting_s: float = Field(default=3_600.0, gt=0)
    """How long feedback waits for an answer that has not come, before it is dead-lettered."""
    answer_days: float = Field(default=30.0, gt=0, le=36_500)
    """For how long an answer takes feedback; after that its votes are forgotten."""
    unit_days: float = Field(default=60.0, gt=0, le=36_500)
    """After how long without a new outcome a unit of an experiment is forgotten; if it comes again, it counts anew."""

    @model_validator(mode="after")
    def _outlives_its_answers(self) -> Self:
        if self.unit_days < self.answer_days:
            raise ValueError(f"unit_days ({self.unit_days:g}) must be at least answer_days ({self.answer_days:g})")
        return self


class Settings(BaseSettings):
    """All settings of one process."""

    model_config = SettingsConfigDict(env_prefix="RAGSTREAM_", env_nested_delimiter="__", extra="ignore")

    namespace: str = Field(default="", pattern=r"^[A-Za-z0-9]{0,32}$")
    """Prefix of every topic, consumer group and collection, so that several ragstreams can share servers."""
    home: Path = Path(".ragstream")
    """Data, logs and process files of the local stack."""
    kafka: KafkaSettings = KafkaSettings()
    weaviate: WeaviateSettings = WeaviateSettings()
    embedder: EmbedderSettings = EmbedderSettings()
    planning: PlanningSettings = PlanningSettings()
    reranker: RerankerSettings = RerankerSettings()
    answering: AnsweringSettings = AnsweringSettings()
    generator: GeneratorSettings = GeneratorSettings()
    learning: LearningSettings = LearningSettings()
    dispatch: DispatchSettings = DispatchSettings()
    telemetry: TelemetrySettings = TelemetrySettings()
    watching: WatchingSettings = WatchingSettings()
    bulk_niceness: int = Field(default=10, ge=0, le=19)
    """Niceness (`nice(2)`) of every role but answer: on shared processors questions go first."""
    cache: Path | None = None
    """Folder for built servers and models; default `$XDG_CACHE_HOME/ragstream` or `~/.cache/ragstream`."""

    @field_validator("home", mode="after")
    @classmethod
    def _absolute(cls, home: Path) -> Path:
        return home.absolute()

    def cache_folder(self) -> Path:
        """The cache folder that is in force; not created here."""
        if self.cache is not None:
            return self.cache.absolute()
        return _xdg_cache() / "ragstream"


def _xdg_cache() -> Path:
    """The XDG Base Directory Specification's user cache folder; a relative value is ignored, as it demands."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    return Path(given) if given.startswith("/") else Path.home() / ".cache"
