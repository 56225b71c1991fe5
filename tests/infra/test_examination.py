from importlib.metadata import PackageNotFoundError

import pytest

from infra import examination, onnx_session
from infra.examination import examine
from infra.models.default_model import default_folder
from infra.models.model_folder import GRAPH, read_model, write_manifest
from infra.settings import EmbedderSettings, KafkaSettings, RerankerSettings, Settings, WeaviateSettings
from tests.infra.models.tiny_bert import tiny_model
from tests.infra.models.tiny_cross_encoder import tiny_cross_encoder


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
    monkeypatch.setattr(onnx_session, "version", lambda package: "1.31.1")
    finding = found(settings)["onnx runtime"]
    assert finding.verdict == "bad"
    assert finding.found == "onnxruntime 1.31.1, onnxruntime-gpu 1.31.1"
    assert "uninstall both" in finding.remedy


def test_no_runtime_at_all_is_bad(settings, monkeypatch):
    def none(package):
        raise PackageNotFoundError(package)

    monkeypatch.setattr(onnx_session, "version", none)
    assert found(settings)["onnx runtime"].verdict == "bad"


def test_a_model_whose_files_changed_is_bad(settings, tmp_path):
    """FAILURES 40."""
    with (tmp_path / "tiny" / GRAPH).open("ab") as graph:
        graph.write(b"x")
    finding = found(settings)["embedder"]
    assert finding.verdict == "bad"
    assert "has changed since it was built" in finding.remedy


def test_a_model_that_a_worker_would_refuse_is_bad(settings):
    refused = settings.embedder.model_copy(update={"precision": "int8"})
    finding = found(settings.model_copy(update={"embedder": refused}))["embedder"]
    assert finding.verdict == "bad"
    assert "is fp32 and RAGSTREAM_EMBEDDER__PRECISION is int8" in finding.remedy


def test_a_model_that_no_pull_would_bring_is_bad(settings):
    unknown = settings.model_copy(update={"embedder": EmbedderSettings(model="nosuch", device="cpu")})
    finding = found(unknown)["embedder"]
    assert (finding.verdict, finding.found) == ("bad", "nosuch")
    assert "there is no model 'nosuch'" in finding.remedy


def test_a_default_model_without_its_manifest_is_bad_since_no_pull_would_mend_it(settings):
    default = settings.model_copy(update={"embedder": EmbedderSettings(device="cpu")})
    default_folder(default).mkdir(parents=True)
    finding = found(default)["embedder"]
    assert finding.verdict == "bad"
    assert "has no manifest.json" in finding.remedy


@pytest.mark.parametrize(
    ("file", "told"), [("model.onnx", "Protobuf parsing failed"), ("tokenizer.json", "Model missing")]
)
def test_a_file_that_its_own_library_cannot_read_is_a_finding_too(settings, tmp_path, file, told):
    folder = tmp_path / "tiny"
    manifest = read_model(folder).manifest
    (folder / file).write_text("{}")
    write_manifest(folder, manifest)
    finding = found(settings)["embedder"]
    assert finding.verdict == "bad"
    assert told in finding.remedy


def test_a_model_without_usable_vectors_is_a_finding_too(settings, tmp_path):
    folder = tmp_path / "tiny"
    manifest = read_model(folder).manifest
    write_manifest(folder, manifest.model_copy(update={"dimension": manifest.dimension + 1}))
    finding = found(settings)["embedder"]
    assert finding.verdict == "bad"
    assert "gave shape" in finding.remedy


def test_a_reranker_that_is_set_is_opened(settings, tmp_path):
    assert "reranker" not in found(settings)
    tiny_cross_encoder(tmp_path / "cross")
    findings = found(settings.model_copy(update={"reranker": RerankerSettings(model=str(tmp_path / "cross"))}))
    assert findings["reranker"].verdict == "good"
    finding = found(settings.model_copy(update={"reranker": RerankerSettings(model="nosuch")}))["reranker"]
    assert finding.verdict == "bad"
    assert "RAGSTREAM_RERANKER__MODEL cannot be used" in finding.remedy


def test_a_model_that_is_not_here_yet_is_a_note(settings, tmp_path):
    settings = settings.model_copy(update={"embedder": EmbedderSettings(device="cpu")})
    finding = found(settings)["embedder"]
    assert (finding.verdict, finding.remedy) == ("note", "run `ragstream models pull`")
    assert default_folder(settings).name in finding.found


def test_a_form_for_gpus_is_not_to_be_pulled_where_there_is_none(settings, monkeypatch):
    monkeypatch.setattr(examination, "has_gpu", lambda: False)
    wanting = settings.model_copy(update={"embedder": EmbedderSettings(device="cuda")})
    finding = found(wanting)["embedder"]
    assert finding.found == f"{default_folder(wanting).name} is not here yet"
    assert "see gpu first" in finding.remedy


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


@pytest.mark.parametrize(("cuda", "verdict"), [(True, "good"), (False, "note")])
def test_a_driver_without_cuda_is_noted(settings, monkeypatch, cuda, verdict):
    monkeypatch.setattr(examination, "has_gpu", lambda: True)
    monkeypatch.setattr(examination, "has_cuda", lambda: cuda)
    assert found(settings)["gpu"].verdict == verdict


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
