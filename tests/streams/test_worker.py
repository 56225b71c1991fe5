"""The composition root: what it refuses, what it is given, and how it ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import structlog

from infra.log_redaction import name_exception
from infra.metrics import Metrics
from infra.settings import AnsweringSettings, KafkaSettings, RerankerSettings, Settings
from infra.telemetry import Telemetry
from infra.watching_settings import WatchingSettings
from schemas.failures import ConfigurationError, TransientError
from streams import worker
from streams.composition import answering_options
from streams.fuse import FuseBlownError
from streams.stall_watch import StalledError
from streams.worker import EXIT_FUSE, EXIT_STALLED, _ended, _told_for_s, run_worker


def test_an_unknown_role_is_refused_with_the_roles_that_there_are() -> None:
    with pytest.raises(ConfigurationError, match="no role 'gardener'; the roles are plan, index, answer"):
        run_worker("gardener", Settings())


def test_a_worker_without_a_kafka_says_which_setting_to_give() -> None:
    with pytest.raises(ConfigurationError, match="RAGSTREAM_KAFKA__BOOTSTRAP"):
        run_worker("plan", Settings(kafka=KafkaSettings(bootstrap=None)))


def test_the_answering_settings_reach_the_feature() -> None:
    settings = Settings(
        reranker=RerankerSettings(candidates=7),
        answering=AnsweringSettings(
            mode="dense",
            fusion="ranked",
            alpha=0.3,
            per_document=2,
            min_similarity=0.5,
            min_answerability=0.6,
            default_deadline_ms=99,
        ),
    )
    options = answering_options(settings)
    assert (options.mode, options.fusion, options.per_document) == ("dense", "ranked", 2)
    assert options.candidates == 7
    assert (options.alpha, options.min_similarity, options.default_deadline_ms) == (0.3, 0.5, 99)
    assert options.min_answerability == 0.6


@pytest.mark.parametrize(("tick_s", "fresh_s"), [(2.0, 60.0), (60.0, 180.0)])
def test_a_gauge_outlives_some_ticks_however_slow_they_are(tick_s: float, fresh_s: float) -> None:
    assert _told_for_s(Settings(watching=WatchingSettings(tick_s=tick_s))) == fresh_s


@pytest.mark.parametrize(
    ("error", "status", "level"),
    [
        (FuseBlownError("10 of the last 10 events failed"), EXIT_FUSE, "error"),
        (StalledError("no progress"), EXIT_STALLED, "error"),
        (TransientError("no Kafka broker answers"), None, "critical"),
    ],
)
def test_whatever_ends_a_worker_is_a_line_and_what_was_foreseen_a_status(
    error: Exception, status: int | None, level: str
) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(0))
    with structlog.testing.capture_logs(processors=[name_exception]) as lines:
        assert _ended("plan", ExceptionGroup("many", [ExceptionGroup("inner", [error])])) == status
    [line] = lines
    assert (line["event"], line["role"], line["log_level"]) == ("stopped", "plan", level)
    assert (line["error"], line["reason"]) == (type(error).__name__, str(error))


@pytest.mark.parametrize(("status", "there"), [(0, False), (EXIT_STALLED, True)])
def test_prometheus_goes_on_to_look_for_a_worker_that_nobody_asked_to_stop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int, there: bool
) -> None:
    @contextmanager
    def announced(_settings: object, _service: str, targets: Path, _dropped: object) -> Iterator[Metrics]:
        targets.parent.mkdir()
        targets.write_text("[]")
        yield Metrics()

    async def run(*_: object) -> int:
        return status

    stand_ins = {
        "configure_logs": lambda *_, **__: None,
        "start_telemetry": lambda *_: Telemetry(),
        "measured_process": announced,
        "_run": run,
    }
    for name, stand_in in stand_ins.items():
        monkeypatch.setattr(worker, name, stand_in)
    monkeypatch.setattr(worker.os, "nice", lambda _: 0)
    assert run_worker("plan", Settings(home=tmp_path, kafka=KafkaSettings(bootstrap="localhost:1"))) == status
    assert (tmp_path / "run" / "worker-plan.targets.json").exists() == there
