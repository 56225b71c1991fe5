"""The AsyncAPI page says what the topics table says, and is not stale."""

import json
import re
import tomllib
from pathlib import Path

import pytest
import yaml

from streams.asyncapi import DOCS, VERSION, document, files, write
from streams.topics import TOPICS
from tests.schemas.examples import EXAMPLES

ROOT = Path(__file__).parents[2]


def test_what_is_in_docs_is_what_would_be_generated_now():
    stale = [name for name, text in files().items() if not (DOCS / name).exists() or (DOCS / name).read_text() != text]
    assert stale == [], "run `python -m streams.asyncapi`"
    assert {path.name for path in (DOCS / "schemas").iterdir()} == {f"{type(each).__name__}.json" for each in EXAMPLES}


def test_the_yaml_is_the_document():
    assert yaml.safe_load(files()["asyncapi.yaml"]) == document()


def test_its_version_is_the_projects():
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == VERSION


def test_every_topic_is_a_channel_with_its_partitions_and_messages():
    channels = document()["channels"]
    for topic in TOPICS:
        channel = channels[topic.name]
        assert channel["bindings"]["kafka"]["partitions"] == topic.partitions
        assert list(channel["messages"]) == [kind.__name__ for kind in topic.events]


def test_every_reference_leads_somewhere():
    page = document()
    generated = files()

    def check(value):
        if isinstance(value, dict):
            for name, child in value.items():
                if name == "$ref":
                    follow(child)
                check(child)
        elif isinstance(value, list):
            for child in value:
                check(child)

    def follow(reference):
        if reference.startswith("./"):
            assert reference.removeprefix("./") in generated
            return
        found = page
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]

    check(page)


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: type(event).__name__)
def test_a_schema_names_every_field_that_is_on_the_wire_and_no_other(event):
    schema = json.loads(files()[f"schemas/{type(event).__name__}.json"])
    assert set(schema["properties"]) == set(event.model_dump(mode="json"))
    assert "read_from" not in json.dumps(schema)


def properties(schema):
    """Every property there is, however deep."""
    for holder in (schema, *schema.get("$defs", {}).values()):
        yield from holder.get("properties", {}).values()


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: type(event).__name__)
def test_who_sends_a_default_of_a_schema_sends_what_the_schema_takes(event):
    schema = json.loads(files()[f"schemas/{type(event).__name__}.json"])
    for each in properties(schema):
        if isinstance(each.get("default"), str):
            assert len(each["default"]) >= each.get("minLength", 0), each
            assert re.search(each.get("pattern", ""), each["default"]), each
            assert each["default"] in each.get("enum", [each["default"]]), each


def test_writing_removes_the_schemas_of_events_that_are_no_more(tmp_path):
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "Gone.json").write_text("{}")
    write(tmp_path)
    assert {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.*")} == set(files())
