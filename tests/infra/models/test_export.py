import json
import shutil
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest

from infra.models import comparison, export
from infra.models.comparison import reference_agreement
from infra.models.export import ExportOptions, default_arch, export_model, quantise_model
from infra.models.reference_texts import reference_texts
from infra.models.verification import keep_reference
from infra.settings import EmbedderSettings, Settings
from schemas.failures import ConfigurationError
from tests.infra.models.test_verification import means
from tests.infra.models.tiny_bert import tiny_graph, tiny_model, tokenizer_bytes

FACTS = {
    "kind": "embedder",
    "dimension": 32,
    "max_tokens": 64,
    "pooling": "mean",
    "normalised": True,
    "padding": "[PAD]",
    "query_prefix": "",
    "passage_prefix": "",
}


@pytest.fixture
def settings(tmp_path):
    return Settings(cache=tmp_path / "cache", embedder=EmbedderSettings(device="cpu", threads=1))


@pytest.fixture
def source(tmp_path):
    """A published model's folder; its files are never looked into here."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    for name in ("config.json", "model.safetensors"):
        (folder / name).touch()
    (folder / "README.md").write_text("---\nlicense: mit\n---\n")
    return str(folder)


@pytest.fixture
def jobs(tmp_path, monkeypatch):
    """The other environment, which gives the tiny model and what the papers' formulas give; and what it was asked."""
    asked = []
    reference = means(tiny_model(tmp_path / "reference"), reference_texts())

    async def run_job(python, job, *, doing):
        asked.append(job)
        into = Path(job["into"])
        (into / "tools.txt").write_text("a tool 1.2")
        if job["do"] == "quantise":
            shutil.copy(job["graph"], into / "model.onnx")
            return
        np.save(into / "vectors.npy", reference[: len(job["texts"])])
        if job["do"] == "export":
            onnx.save(tiny_graph(), into / "model.onnx")
            (into / "tokenizer.json").write_bytes(tokenizer_bytes())
            (into / "facts.json").write_text(json.dumps(FACTS | job.get("facts", {})))

    async def ensure_environment(settings, progress):
        return Path(sys.executable)

    for module in (export, comparison):
        monkeypatch.setattr(module, "run_job", run_job)
        monkeypatch.setattr(module, "ensure_environment", ensure_environment)
    return asked


def quiet(_):
    pass


async def test_an_export_is_a_whole_model_folder_in_the_cache(settings, source, jobs):
    model = await export_model(settings, source, ExportOptions(), quiet)
    assert model.path == settings.cache_folder() / "models" / "tiny-fp32"
    assert sorted(model.manifest.files) == ["README.md", "model.onnx", "reference.npz", "tokenizer.json"]
    assert (model.manifest.licence, model.manifest.source, model.manifest.dimension) == ("mit", source, 32)
    card = (model.path / "README.md").read_text("utf-8")
    assert "| agreement with sentence-transformers | cosine " in card
    assert "Exported from the published weights as fp32, with a tool 1.2." in card
    assert sorted(path.name for path in model.path.iterdir()) == sorted([*model.manifest.files, "manifest.json"])


async def test_what_a_user_says_goes_before_what_the_model_says(settings, source, jobs):
    options = ExportOptions("fp16", "other", "BSD-2-Clause", "query: ", "passage: ")
    model = await export_model(settings, source, options, quiet)
    assert model.path.name == "other-fp16"
    assert (model.manifest.name, model.manifest.precision, model.manifest.licence) == ("other", "fp16", "BSD-2-Clause")
    assert {"query_prefix": "query: ", "passage_prefix": "passage: ", "precision": "fp16"}.items() <= jobs[0].items()


async def test_a_model_of_unknown_licence_is_not_exported(settings, source, jobs):
    (Path(source) / "README.md").unlink()
    with pytest.raises(
        ConfigurationError, match="does not say under which licence it is: find out, and give --licence"
    ):
        await export_model(settings, source, ExportOptions(), quiet)
    assert jobs == []


async def test_a_model_that_is_here_is_not_written_over(settings, source, jobs):
    await export_model(settings, source, ExportOptions(), quiet)
    with pytest.raises(
        ConfigurationError, match=r"there is a model tiny-fp32 already: delete .*, or give another --name"
    ):
        await export_model(settings, source, ExportOptions(), quiet)
    assert len(jobs) == 1


@pytest.mark.parametrize("name", ["../up", "a b", ".", "-x", "x" * 80])
async def test_a_name_that_is_no_folders_name_is_refused(settings, source, jobs, name):
    with pytest.raises(ConfigurationError, match="cannot be a model's name"):
        await export_model(settings, source, ExportOptions(name=name), quiet)
    assert jobs == []


async def test_a_model_that_strays_from_its_reference_is_not_kept(settings, source, jobs, monkeypatch):
    monkeypatch.setattr(export, "keep_reference", lambda into, vectors: keep_reference(into, vectors[::-1]))
    with pytest.raises(ConfigurationError, match="tiny as fp32 strays from its reference, so it is not kept: cosine"):
        await export_model(settings, source, ExportOptions(), quiet)
    assert [path for path in (settings.cache_folder() / "models").iterdir() if path.is_dir()] == []


async def test_an_int8_twin_has_its_models_tokenizer_reference_and_facts(settings, source, jobs):
    model = await export_model(settings, source, ExportOptions(), quiet)
    twin = await quantise_model(settings, "tiny-fp32", "avx2", None, quiet)
    assert twin.path.name == "tiny-int8-avx2"
    assert twin.manifest.precision == "int8"
    assert twin.embedder_id != model.embedder_id
    same = {"tokenizer.json", "reference.npz"}
    assert {name: twin.manifest.files[name] for name in same} == {name: model.manifest.files[name] for name in same}
    assert (jobs[1]["do"], jobs[1]["arch"]) == ("quantise", "avx2")
    assert f"Quantised from {model.model_id}" in (twin.path / "README.md").read_text("utf-8")


async def test_only_fp32_can_be_quantised(settings, tmp_path, jobs):
    folder = tiny_model(tmp_path / "half", precision="fp16").path
    with pytest.raises(ConfigurationError, match="is fp16, and only fp32 can be quantised"):
        await quantise_model(settings, str(folder), None, None, quiet)


async def test_a_model_without_a_reference_is_quantised_and_its_card_says_that_nothing_was_measured(
    settings, tmp_path, jobs
):
    folder = tiny_model(tmp_path / "bare").path
    twin = await quantise_model(settings, str(folder), "arm64", "new", quiet)
    assert twin.path.name == "new-int8-arm64"
    assert "Nothing yet." in (twin.path / "README.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("machine", "vnni", "arch"),
    [("x86_64", True, "avx512_vnni"), ("AMD64", False, "avx2"), ("arm64", False, "arm64"), ("aarch64", True, "arm64")],
)
def test_the_default_is_this_machines_processor(monkeypatch, machine, vnni, arch):
    monkeypatch.setattr(export.platform, "machine", lambda: machine)
    monkeypatch.setattr(export, "has_vnni", lambda: vnni)
    assert default_arch() == arch


async def test_any_texts_are_compared_with_the_reference_implementation_itself(settings, source, tmp_path, jobs):
    model = tiny_model(tmp_path / "model", passage_prefix="")
    texts = reference_texts()[:20]
    found = await reference_agreement(settings, model, source, texts, quiet)
    assert (found.texts, found.suffices("fp32")) == (20, True)
    assert jobs[0]["texts"] == texts
    assert (jobs[0]["source"], jobs[0]["max_tokens"]) == (source, 64)
