"""Whose folder is whose, and when a worker calls itself ready."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from infra.local.process import MARK
from infra.onnx_engine import Running
from streams.worker_place import own_folder, readiness


def test_two_running_workers_never_share_a_folder_and_a_restarted_one_finds_its_own(tmp_path: Path) -> None:
    with own_folder(tmp_path, "ragstream-plan") as first, own_folder(tmp_path, "ragstream-plan") as second:
        assert first != second
    with own_folder(tmp_path, "ragstream-plan") as again:
        assert again == first


def test_ready_names_this_process_and_is_taken_back_at_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MARK, f"{tmp_path}#worker-plan-2")
    path = tmp_path / "run" / "worker-plan-2.ready"
    path.parent.mkdir()
    path.write_text("left behind by a killed worker")
    running = Running(model="mini@1", providers=["CPUExecutionProvider"], workers=2, max_batch_tokens=0)
    with readiness("plan", tmp_path, [running, replace(running, model="other@2")]) as (ready, lost):
        assert not path.exists()
        ready()
        said = json.loads(path.read_text())
        assert said["pid"] == os.getpid()
        assert said["embedder"]["providers"] == ["CPUExecutionProvider"]
        assert [each["model"] for each in said["candidates"]] == ["other@2"]
        lost()
        assert not path.exists()
        ready()
    assert not path.exists()
