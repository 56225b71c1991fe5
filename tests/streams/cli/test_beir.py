import json

import pytest

from schemas.failures import ConfigurationError
from streams.cli.beir import read_beir
from streams.cli.output import NotRunningError

CORPUS = (
    {"_id": "1", "title": "Ferries", "text": "The ferry to Vis leaves Split at seven.", "metadata": {}},
    {"_id": "2", "title": "", "text": "The keeper repaired the lamp in 1911."},
    {"_id": "3", "text": "Bicycles travel free of charge."},
)
QUERIES = ({"_id": "q1", "text": "When does the ferry leave?"}, {"_id": "q2", "text": "Who mended the lamp?"})
QRELS = "query-id\tcorpus-id\tscore\nq1\t1\t2\nq1\t3\t0\nq2\t2\t1\n"


@pytest.fixture
def folder(tmp_path):
    write(tmp_path / "corpus.jsonl", CORPUS)
    write(tmp_path / "queries.jsonl", [*QUERIES, {"_id": "q9", "text": "Asked of another split."}])
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text(QRELS, "utf-8")
    return tmp_path


def write(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def test_documents_keep_their_ids_and_titles_and_live_in_a_tenant_of_their_own(folder):
    beir = read_beir(folder)
    documents = list(beir.documents())
    assert [(each.doc_id, each.title) for each in documents] == [("1", "Ferries"), ("2", None), ("3", None)]
    assert {each.tenant for each in documents} == {beir.tenant}
    assert documents[0].text == CORPUS[0]["text"]


def test_only_the_questions_of_the_split_are_asked(folder):
    beir = read_beir(folder)
    assert beir.questions == {each["_id"]: each["text"] for each in QUERIES}
    assert beir.judgements == {"q1": {"1": 2, "3": 0}, "q2": {"2": 1}}


def test_with_a_limit_the_questions_are_those_that_the_documents_left_can_answer(folder):
    beir = read_beir(folder, limit=1)
    assert (beir.count, list(beir.questions), beir.judgements) == (1, ["q1"], {"q1": {"1": 2}})
    assert [each.doc_id for each in beir.documents()] == ["1"]


def test_the_tenant_is_that_of_these_documents_alone(folder):
    whole, limited = read_beir(folder).tenant, read_beir(folder, limit=2).tenant
    assert read_beir(folder).tenant == whole != limited
    write(folder / "corpus.jsonl", [*CORPUS[:2], {**CORPUS[2], "text": "Bicycles pay."}])
    assert whole != read_beir(folder).tenant


def test_documents_that_are_judged_relevant_and_are_not_there_are_counted(folder):
    assert read_beir(folder).absent == 0
    with (folder / "qrels" / "test.tsv").open("a") as file:
        file.write("q1\t98\t1\nq2\t98\t1\nq2\t99\t0\n")
    assert read_beir(folder).absent == 1


def test_a_judgement_file_without_a_heading_loses_no_line(folder):
    (folder / "qrels" / "test.tsv").write_text(QRELS.partition("\n")[2], "utf-8")
    assert len(read_beir(folder).questions) == 2


def test_blank_lines_and_line_ends_of_windows_do_no_harm(folder):
    for name in ("corpus.jsonl", "queries.jsonl", "qrels/test.tsv"):
        path = folder / name
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n") + b"\r\n")
    beir = read_beir(folder)
    assert (beir.count, len(beir.questions), beir.judgements["q2"]) == (3, 2, {"2": 1})


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels/test.tsv"])
def test_a_file_that_is_not_there_is_named_with_the_layout(folder, name):
    (folder / name).unlink()
    with pytest.raises(NotRunningError, match=f"{name}: a folder in BEIR's layout has corpus.jsonl"):
        read_beir(folder)


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("corpus.jsonl", '{"_id": "1", "text": "a"}\n{"_id": "1", "text": "b"}\n', "line 2: the id 1 was on a line"),
        ("corpus.jsonl", '{"_id": "1"}\n', "line 1: .*text"),
        ("corpus.jsonl", "\n[]\n", "line 2: "),
        ("corpus.jsonl", "{", "line 1: not JSON: Expecting property name enclosed in double quotes, character 2$"),
        ("corpus.jsonl", "\n", "corpus.jsonl has no document"),
        ("corpus.jsonl", '{"_id": "doc-1", "text": "a"}\n', "no question with a relevant document among the 1 of"),
        ("queries.jsonl", '{"_id": "q1", "text": " "}\n', "line 1: a question has 1 to 8,192 characters"),
        ("queries.jsonl", '{"_id": "q1", "text": "?"}\n', "lacks 1 of the questions in .*, q2 first"),
        ("qrels/test.tsv", "q1\t1\n", "line 1: question, document and grade .* 2 columns"),
        ("qrels/test.tsv", "q\tc\ts\nq1\t1\tyes\n", "line 2: the grade 'yes'"),
        ("qrels/test.tsv", "q\tc\ts\nq1\t1\t0\n", "has no question with a relevant document"),
    ],
)
def test_what_is_not_in_the_layout_is_refused_with_its_place(folder, name, content, complaint):
    (folder / name).write_text(content, "utf-8")
    with pytest.raises(ConfigurationError, match=complaint):
        read_beir(folder)


def test_a_document_that_no_topic_takes_is_refused_with_its_line(folder):
    write(folder / "corpus.jsonl", [*CORPUS, {"_id": "x" * 600, "text": "a"}])
    with pytest.raises(ConfigurationError, match="line 4: doc_id"):
        list(read_beir(folder).documents())
