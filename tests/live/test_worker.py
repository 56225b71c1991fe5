"""One worker process, started and stopped as a supervisor would."""

import signal
import subprocess
import sys
import time
from pathlib import Path
from uuid import uuid4

import pytest

from infra.settings import Settings
from tests.live.workers import environment, ragstream

pytestmark = [pytest.mark.live, pytest.mark.timeout(120)]


def test_sigterm_ends_a_worker_with_status_zero_within_seconds(live_stack: Settings, tmp_path: Path) -> None:
    """FAILURES 9."""
    settings = live_stack.model_copy(update={"namespace": f"t{uuid4().hex[:8]}", "home": tmp_path})
    ready = tmp_path / "run" / "worker-plan.ready"
    worker = subprocess.Popen([sys.executable, "-m", "streams.cli", "worker", "plan"], env=environment(settings))
    try:
        while not ready.exists():
            assert worker.poll() is None, "the worker ended while it was starting"
            time.sleep(0.1)
        began = time.monotonic()
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(30) == 0
        assert time.monotonic() - began < 15
        assert not ready.exists()
    finally:
        worker.kill()


def test_a_worker_without_a_broker_says_so_in_one_sentence(live_stack: Settings, tmp_path: Path) -> None:
    nobody = live_stack.kafka.model_copy(update={"bootstrap": "127.0.0.1:9"})
    settings = live_stack.model_copy(update={"kafka": nobody, "home": tmp_path})
    ended = ragstream(settings, "worker", "plan")
    assert ended.returncode == 3
    assert "127.0.0.1:9" in ended.stderr
    assert "Traceback" not in ended.stderr
