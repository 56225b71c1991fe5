import pytest

from infra.models.card import complete_model
from infra.models.model_folder import load_model
from tests.infra.models.tiny_bert import tiny_model


def card_of(folder, **facts):
    model = tiny_model(folder, **facts)
    complete_model(folder, model.manifest, "By hand.", {"cosine to the reference": "0.9999 at least"})
    return (folder / "README.md").read_text("utf-8")


def test_a_card_tells_id_licence_source_making_and_figures(tmp_path):
    card = card_of(tmp_path)
    told = [load_model(tmp_path).embedder_id, "| Apache-2.0 |", "| tests |", "By hand.", "| 0.9999 at least |"]
    assert [each for each in told if each not in card] == []


def test_a_card_has_the_hash_of_each_file_and_is_in_the_manifest_itself(tmp_path):
    card = card_of(tmp_path)
    files = dict(load_model(tmp_path).manifest.files)
    assert "README.md" in files
    del files["README.md"]
    assert [name for name, digest in files.items() if f"| {name} | `{digest}` |" not in card] == []


def test_a_card_that_is_written_again_stays_the_same(tmp_path):
    assert card_of(tmp_path) == card_of(tmp_path)


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"query_prefix": "query: "}, "| before a question | `query: ` |"),
        ({"normalised": False}, "the reference does not bring vectors to length 1"),
        ({"precision": "int8"}, "depends a little on its neighbours"),
        ({"precision": "fp16"}, "for GPUs"),
        ({"kind": "reranker", "dimension": 1}, "A reranker: it reads a question and a passage together"),
    ],
    ids=str,
)
def test_what_sets_a_model_apart_is_in_its_card_alone(tmp_path, facts, told):
    assert told in card_of(tmp_path / "one", **facts)
    assert told not in card_of(tmp_path / "plain")
