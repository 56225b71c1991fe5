import json

from typer.testing import CliRunner

from streams.cli import app
from streams.cli.topics import HEADINGS, as_markdown
from streams.topics import TOPICS


def test_the_markdown_table_has_one_row_a_topic():
    lines = as_markdown().splitlines()
    assert len(lines) == 2 + len(TOPICS)
    assert all(line.count("|") == len(HEADINGS) + 1 for line in lines)
    assert [line.split("`")[1] for line in lines[2:]] == [topic.name for topic in TOPICS]


def test_machines_get_names_as_they_are_on_kafka(monkeypatch):
    monkeypatch.setenv("RAGSTREAM_NAMESPACE", "mine")
    result = CliRunner().invoke(app, ["topics", "--json"])
    rows = json.loads(result.stdout)["topics"]
    assert [row["name"] for row in rows] == [f"mine.{topic.name}" for topic in TOPICS]
    assert rows[0]["key"] == "doc_id"


def test_people_get_every_topic(monkeypatch):
    monkeypatch.delenv("RAGSTREAM_NAMESPACE", raising=False)
    shown = CliRunner().invoke(app, ["topics"], env={"COLUMNS": "200"}).stdout
    assert all(topic.name in shown for topic in TOPICS)
