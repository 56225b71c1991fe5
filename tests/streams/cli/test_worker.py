from importlib import import_module

import pytest
from typer.testing import CliRunner

from streams.cli import app


@pytest.mark.parametrize("json", [True, False])
def test_json_makes_the_workers_log_a_machines_and_its_status_is_the_exit_code(monkeypatch, json):
    asked = []

    def run_worker(role, _settings, *, machine):
        asked.append((role, machine))
        return 70

    monkeypatch.setattr(import_module("streams.cli.worker"), "run_worker", run_worker)
    result = CliRunner().invoke(app, ["worker", "plan", *(["--json"] if json else [])])
    assert result.exit_code == 70
    assert asked == [("plan", json)]
