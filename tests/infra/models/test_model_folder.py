import json
import re

import pytest

from infra.models.model_folder import load_model, write_manifest
from schemas.failures import ConfigurationError
from tests.infra.models.tiny_bert import tiny_model


@pytest.fixture
def folder(tmp_path):
    return tiny_model(tmp_path / "tiny").path


def test_a_whole_folder_is_loaded_and_its_id_names_the_content(folder):
    """FAILURES 40."""
    model = load_model(folder)
    assert re.fullmatch("tiny-fp32@[0-9a-f]{12}", model.embedder_id)
    assert load_model(folder).embedder_id == model.embedder_id
    assert sorted(model.manifest.files) == ["model.onnx", "tokenizer.json"]


@pytest.mark.parametrize(
    "fact",
    [
        {"pooling": "cls"},
        {"query_prefix": "query: "},
        {"passage_prefix": "passage: "},
        {"normalised": False},
        {"max_tokens": 32},
        {"padding": "[UNK]"},
        {"precision": "fp16"},
    ],
    ids=str,
)
def test_whatever_a_vector_depends_on_is_in_the_id(folder, tmp_path, fact):
    """FAILURES 40: the same files, used in another way, give vectors that must not meet."""
    assert tiny_model(tmp_path / "other", **fact).embedder_id != load_model(folder).embedder_id


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "model.onnx_data"])
def test_another_graph_or_tokenizer_is_another_model(folder, name):
    """FAILURES 40."""
    before = load_model(folder)
    with (folder / name).open("ab") as file:
        file.write(b"\n")
    write_manifest(folder, before.manifest)
    assert load_model(folder).embedder_id != before.embedder_id


@pytest.mark.parametrize("name", ["README.md", "reference.npz"])
def test_what_is_told_about_a_model_is_checked_and_is_no_other_model(folder, name):
    before = load_model(folder)
    (folder / name).write_bytes(b"about it")
    write_manifest(folder, before.manifest.model_copy(update={"licence": "MIT", "source": "elsewhere"}))
    assert load_model(folder).embedder_id == before.embedder_id
    (folder / name).write_bytes(b"something else")
    with pytest.raises(ConfigurationError, match="has changed since it was built"):
        load_model(folder)


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


def test_a_folder_without_a_manifest_is_not_sent_to_a_pull_that_would_find_the_folder_again(folder):
    (folder / "manifest.json").unlink()
    with pytest.raises(ConfigurationError, match=r"has no manifest\.json: delete"):
        load_model(folder)


def test_a_folder_of_other_files_is_no_model_and_nobody_is_told_to_delete_it(tmp_path):
    (tmp_path / "letter.txt").write_text("dear all")
    with pytest.raises(ConfigurationError, match=r"has no manifest\.json, so it is no model$"):
        load_model(tmp_path)
