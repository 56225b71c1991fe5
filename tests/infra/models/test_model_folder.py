import json
import re

import pytest

from infra.models.model_folder import load_model
from schemas.failures import ConfigurationError
from tests.infra.models.tiny_bert import tiny_model


@pytest.fixture
def folder(tmp_path):
    return tiny_model(tmp_path / "tiny").path


def test_a_whole_folder_is_loaded_and_its_id_names_the_content(folder):
    """FAILURES 40."""
    model = load_model(folder)
    assert model.embedder_id == f"tiny-fp32@{model.manifest.files['model.onnx'][:12]}"
    assert sorted(model.manifest.files) == ["model.onnx", "tokenizer.json"]


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_file_that_has_changed_is_refused_in_one_sentence(folder, name):
    """FAILURES 40."""
    content = bytearray((folder / name).read_bytes())
    content[100] ^= 1
    (folder / name).write_bytes(content)
    expected = f"the model file {folder / name} has changed since it was built: delete {folder} and"
    with pytest.raises(ConfigurationError, match=re.escape(expected)):
        load_model(folder)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_file_that_is_missing_is_named(folder, name):
    """FAILURES 40."""
    (folder / name).unlink()
    with pytest.raises(ConfigurationError, match=f"{name} is missing: delete"):
        load_model(folder)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"name": "tiny"}'])
def test_a_manifest_that_cannot_be_read_is_refused(folder, content):
    (folder / "manifest.json").write_bytes(content)
    with pytest.raises(ConfigurationError, match=f"the manifest in {folder} cannot be read: delete"):
        load_model(folder)


def test_a_manifest_that_does_not_vouch_for_the_graph_is_refused(folder):
    """FAILURES 40."""
    manifest = json.loads((folder / "manifest.json").read_text())
    del manifest["files"]["model.onnx"]
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(ConfigurationError, match=r"does not list model\.onnx"):
        load_model(folder)


def test_a_folder_without_a_model_says_how_to_get_one(tmp_path):
    with pytest.raises(ConfigurationError, match="run `ragstream models pull`"):
        load_model(tmp_path / "none")
