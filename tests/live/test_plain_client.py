"""A producer in any language needs nothing of ours: bare JSON in, every document and every question accounted for."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from infra.settings import Settings

pytestmark = [pytest.mark.live, pytest.mark.timeout(240)]

PROGRAM = Path(__file__).with_name("plain_client.py")


def test_two_hundred_bare_documents_and_fifty_bare_questions_are_all_accounted_for(
    live_workers: Settings, tmp_path: Path
) -> None:
    prefix = f"{live_workers.namespace}."
    done = subprocess.run(
        [sys.executable, "-I", str(PROGRAM), live_workers.kafka.bootstrap, prefix],
        capture_output=True,
        text=True,
        timeout=220,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    counts = json.loads(done.stdout.splitlines()[-1])
    assert counts["indexed"] == 200
    assert counts["answered"] == 50
    assert counts["served"] >= 45, counts
    assert counts["right"] >= 45, counts
