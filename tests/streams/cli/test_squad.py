import json

import pytest

from schemas.failures import ConfigurationError
from streams.cli.output import NotRunningError
from streams.cli.squad import read_squad

FERRY = "The ferry to Vis leaves Split at seven."
BREAD = "Bread rises for an hour."


def article(*paragraphs, title="Dalmatian_islands"):
    return {"title": title, "paragraphs": list(paragraphs)}


def asked(number, text, *gold, impossible=False):
    answers = [{"text": each, "answer_start": 0} for each in gold]
    return {"id": f"q{number}", "question": text, "is_impossible": impossible, "answers": answers}


def write(folder, *articles, name="dev.json"):
    (folder / name).write_text(json.dumps({"version": "v2.0", "data": list(articles)}), "utf-8")


@pytest.fixture
def folder(tmp_path):
    ferry = {"context": FERRY, "qas": [asked(1, " When does it leave? ", "seven", "at seven", "seven")]}
    bread = {"context": BREAD, "qas": [asked(2, "How long does cake rise?", impossible=True)]}
    write(tmp_path, article(ferry, bread))
    return tmp_path


def test_each_paragraph_is_a_document_with_its_articles_title(folder):
    documents = list(read_squad(folder).documents())
    assert [(each.title, each.text) for each in documents] == [
        ("Dalmatian islands", FERRY),
        ("Dalmatian islands", BREAD),
    ]
    assert {each.tenant for each in documents} == {read_squad(folder).tenant}


def test_a_question_knows_its_paragraph_and_the_answers_that_were_marked(folder):
    squad = read_squad(folder)
    ferry, bread = squad.questions
    assert (ferry.text, ferry.gold, ferry.doc_id) == (
        "When does it leave?",
        ("seven", "at seven"),
        squad.paragraphs[0][0],
    )
    assert bread.gold == ()


def test_other_paragraphs_have_another_tenant(folder):
    before = read_squad(folder).tenant
    write(folder, article({"context": "More.", "qas": []}), name="more.json")
    assert read_squad(folder).tenant != before


def test_a_sample_is_the_same_whatever_the_order(folder):
    write(folder, article({"context": FERRY, "qas": [asked(n, f"Who is {n}?", "x") for n in range(9)]}), name="a.json")
    squad = read_squad(folder)
    turned = type(squad)(squad.paragraphs, squad.questions[::-1])
    assert squad.sample(4) == turned.sample(4)
    assert len(squad.sample(4)) == 4
    assert len(squad.sample(None)) == len(squad.questions)


def test_a_folder_without_such_files_is_named(tmp_path):
    with pytest.raises(NotRunningError, match=r"no \.json file"):
        read_squad(tmp_path)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "not in SQuAD's layout"),
        ('{"data": [{"title": "x"}]}', "paragraphs"),
        ('{"data": []}', "no question"),
        (json.dumps({"data": [article({"context": "x", "qas": [asked(1, "Who?")]})]}), "has no answer"),
        (json.dumps({"data": [article({"context": "x", "qas": [asked(1, "  ", "x")]})]}), "1 to "),
    ],
)
def test_what_is_not_in_the_layout_is_told_in_one_sentence(tmp_path, content, says):
    (tmp_path / "dev.json").write_text(content, "utf-8")
    with pytest.raises(ConfigurationError, match=says):
        read_squad(tmp_path)
