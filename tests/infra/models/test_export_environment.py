import re
import sys
import tomllib
from pathlib import Path

import pytest

from infra.models import export_environment
from infra.models.export_environment import LOCK, ensure_environment, environment_folder, run_job
from infra.settings import Settings
from schemas.failures import ConfigurationError

ROOT = Path(__file__).parents[3]


@pytest.fixture
def settings(tmp_path, monkeypatch):
    """An empty cache on a machine without the extra."""
    monkeypatch.setattr(export_environment, "NEEDED", ("no_module_has_this_name",))
    return Settings(cache=tmp_path / "cache")


@pytest.fixture
def commands(monkeypatch):
    """What would have been run, in order; nothing is."""
    ran = []

    async def run(argv, env, cwd, *, doing, limit_s):
        ran.append(argv)

    monkeypatch.setattr(export_environment, "run", run)
    return ran


async def test_the_environment_is_made_once_from_the_lock_and_the_size_is_said_first(settings, commands):
    said = []
    python = await ensure_environment(settings, said.append)
    assert python == environment_folder(settings) / "bin" / "python"
    assert re.fullmatch(r"Exporting needs torch .* into .*, a download of about 3 GB, 7 GB on disk", said[0])
    assert [argv[1:3] for argv in commands] == [["-m", "venv"], ["-m", "pip"]]
    assert {"--require-hashes", str(LOCK)} <= set(commands[1])
    assert await ensure_environment(settings, said.append) == python
    assert len(commands) == 2


async def test_where_the_extra_is_installed_nothing_is_made(settings, commands, monkeypatch):
    monkeypatch.setattr(export_environment, "NEEDED", ("json",))
    assert await ensure_environment(settings, print) == Path(sys.executable)
    assert commands == []


async def test_a_full_disk_is_told_before_anything_is_fetched(settings, commands, monkeypatch):
    monkeypatch.setattr(export_environment, "SPARE_GB", 10**9)
    with pytest.raises(
        ConfigurationError, match=r"GB while they are installed, and .* free some, or set RAGSTREAM_CACHE"
    ):
        await ensure_environment(settings, lambda _: None)
    assert commands == []


def test_another_lock_has_another_environment(settings, tmp_path, monkeypatch):
    before = environment_folder(settings)
    (tmp_path / "export.lock").write_text("torch==3\n")
    monkeypatch.setattr(export_environment, "LOCK", tmp_path / "export.lock")
    assert environment_folder(settings) != before


def test_the_lock_holds_what_the_extra_pins_each_with_its_hash():
    extra = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]["export"]
    locked = dict(re.findall(r"^([\w.-]+)==(\S+)", LOCK.read_text("utf-8"), re.MULTILINE))
    exact = dict(each.split("==") for each in extra if "==" in each)
    assert exact.items() <= locked.items()
    assert {re.split(r"[=<>]", each)[0] for each in extra} | {"onnxruntime"} <= locked.keys()
    assert LOCK.read_text("utf-8").count("--hash=sha256:") >= len(locked)


async def script(tmp_path, monkeypatch, program, job=None):
    (tmp_path / "script.py").write_text(program)
    monkeypatch.setattr(export_environment, "SCRIPT", tmp_path / "script.py")
    job = job or {"do": "export", "source": "model", "into": str(tmp_path)}
    await run_job(Path(sys.executable), job, doing="Exporting it")


async def test_a_job_is_handed_over_and_works_without_the_network(tmp_path, monkeypatch):
    program = "import json, os, sys; job = json.load(open(sys.argv[1]));"
    program += "open(job['into'] + '/done', 'w').write(job['source'] + os.environ['HF_HUB_OFFLINE'])"
    await script(tmp_path, monkeypatch, program)
    assert (tmp_path / "done").read_text() == "model1"
    assert not (tmp_path / "job.json").exists()


async def test_a_refused_model_gives_the_scripts_own_sentence(tmp_path, monkeypatch):
    (tmp_path / "refused.txt").write_text("it is a picture")
    with pytest.raises(ConfigurationError, match=r"^model cannot be exported: it is a picture$"):
        await script(tmp_path, monkeypatch, "raise SystemExit(1)")


async def test_a_failing_script_gives_its_last_lines(tmp_path, monkeypatch):
    with pytest.raises(ConfigurationError, match=r"Exporting it failed \(exit status 1\)[\s\S]*ValueError: odd"):
        await script(tmp_path, monkeypatch, "raise ValueError('odd')")
