from importlib.metadata import PackageNotFoundError

import pytest

from infra import examination, onnx_session
from infra.examination import examine
from infra.models.model_folder import GRAPH
from infra.settings import EmbedderSettings, KafkaSettings, Settings, WeaviateSettings
from tests.infra.models.tiny_bert import tiny_model


@pytest.fixture
def settings(tmp_path):
    tiny_model(tmp_path / "tiny")
    return Settings(
        home=tmp_path / "home",
        cache=tmp_path / "cache",
        embedder=EmbedderSettings(model=str(tmp_path / "tiny"), device="cpu"),
    )


def found(settings):
    return {each.subject: each for each in examine(settings)}


def test_a_machine_that_has_all_is_good_and_the_embedder_was_asked(settings, monkeypatch):
    monkeypatch.setattr(examination.shutil, "which", lambda name: f"/usr/bin/{name}")
    findings = found(settings)
    assert {each.verdict for each in findings.values()} == {"good"}
    assert "tiny-fp32@" in findings["embedder"].found
    assert "on CPU" in findings["embedder"].found


def test_both_runtimes_are_named_with_the_remedy(settings, monkeypatch):
    """FAILURES 33."""
    for module in (examination, onnx_session):
        monkeypatch.setattr(module, "version", lambda package: "1.31.1")
    finding = found(settings)["onnx runtime"]
    assert finding.verdict == "bad"
    assert finding.found == "onnxruntime 1.31.1, onnxruntime-gpu 1.31.1"
    assert "uninstall both" in finding.remedy


def test_no_runtime_at_all_is_bad(settings, monkeypatch):
    def none(package):
        raise PackageNotFoundError(package)

    for module in (examination, onnx_session):
        monkeypatch.setattr(module, "version", none)
    assert found(settings)["onnx runtime"].verdict == "bad"


def test_a_model_whose_files_changed_is_bad(settings, tmp_path):
    """FAILURES 40."""
    with (tmp_path / "tiny" / GRAPH).open("ab") as graph:
        graph.write(b"x")
    finding = found(settings)["embedder"]
    assert finding.verdict == "bad"
    assert "has changed since it was built" in finding.remedy


def test_a_model_that_is_not_here_yet_is_a_note(settings, tmp_path):
    settings = settings.model_copy(update={"embedder": EmbedderSettings(device="cpu")})
    finding = found(settings)["embedder"]
    assert (finding.verdict, finding.remedy) == ("note", "run `ragstream models pull`")


def test_cuda_without_a_driver_is_bad_before_a_worker_finds_out(settings, monkeypatch):
    """FAILURES 31."""
    monkeypatch.setattr(examination, "has_gpu", lambda: False)
    wanting = settings.embedder.model_copy(update={"device": "cuda"})
    findings = found(settings.model_copy(update={"embedder": wanting}))
    assert findings["gpu"].verdict == "bad"
    assert findings["embedder"].verdict == "bad"


def test_a_gpu_that_is_there_and_not_used_is_noted(settings, monkeypatch):
    """FAILURES 31."""
    monkeypatch.setattr(examination, "has_gpu", lambda: True)
    auto = settings.embedder.model_copy(update={"device": "auto"})
    finding = found(settings.model_copy(update={"embedder": auto}))["embedder"]
    assert finding.verdict == "note"
    assert "is not used" in finding.remedy


def test_tools_are_asked_for_only_where_the_local_stack_needs_them(settings, monkeypatch):
    monkeypatch.setattr(examination.shutil, "which", lambda name: None)
    findings = found(settings)
    assert [findings[name].verdict for name in ("java", "mvn", "go")] == ["note"] * 3
    elsewhere = settings.model_copy(
        update={
            "kafka": KafkaSettings(bootstrap="kafka:9092"),
            "weaviate": WeaviateSettings(url="http://weaviate:8080"),
        }
    )
    assert not {"java", "mvn", "go"} & found(elsewhere).keys()
