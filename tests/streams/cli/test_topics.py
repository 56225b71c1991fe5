import json

from typer.testing import CliRunner

from streams import topics_table
from streams.cli import app
from streams.topics import TOPICS


def test_the_markdown_is_the_one_table_that_the_readme_has():
    assert CliRunner().invoke(app, ["topics", "--markdown"]).stdout.strip() == topics_table.markdown()


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
