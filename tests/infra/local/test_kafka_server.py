import socket
import xml.etree.ElementTree as ET
from importlib.resources import files

from infra.local import kafka_server
from infra.local.kafka_server import KafkaServer, answers

NAMESPACE = {"m": "http://maven.apache.org/POM/4.0.0"}


def properties(home):
    server = KafkaServer(home, home / "cache")
    server._write_properties()
    lines = (home / "kafka" / "server.properties").read_text().splitlines()
    return server, dict(line.split("=", 1) for line in lines)


def test_every_listener_is_on_loopback(tmp_path):
    _, written = properties(tmp_path)
    listeners = written["listeners"].split(",") + written["advertised.listeners"].split(",")
    assert all(listener.partition("://")[2].startswith("127.0.0.1:") for listener in listeners)


def test_the_bootstrap_address_is_the_advertised_one(tmp_path):
    server, written = properties(tmp_path)
    assert written["advertised.listeners"] == f"PLAINTEXT://{server.bootstrap}"


def test_a_mistyped_topic_is_not_created(tmp_path):
    assert properties(tmp_path)[1]["auto.create.topics.enable"] == "false"


def test_no_property_carries_a_path_that_kafka_could_read_otherwise(tmp_path):
    home = tmp_path / "a,b\\ü"
    _, written = properties(home)
    assert str(home) not in "".join(written.values())


def test_the_jars_are_pinned_to_the_version_that_the_cache_folder_names():
    pom = ET.fromstring((files("infra.local") / "kafka" / "pom.xml").read_text("utf-8"))  # noqa: S314 our own file
    versions = [version.text for version in pom.iterfind(".//m:version", NAMESPACE)]
    assert versions[:2] == [kafka_server.VERSION, kafka_server.VERSION]
    assert all(version and version[0].isdigit() for version in versions), "a range or a property isn't a pin"


async def test_nobody_at_the_address_is_no_answer():
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        assert not await answers(f"127.0.0.1:{holder.getsockname()[1]}")


async def test_an_address_that_makes_no_sense_is_no_answer():
    assert not await answers("kafka")
    assert not await answers("127.0.0.1:port")


async def test_somebody_who_listens_but_is_no_kafka_is_no_answer(monkeypatch):
    monkeypatch.setattr(kafka_server, "PROBE_LIMIT_MS", 300)
    with socket.create_server(("127.0.0.1", 0)) as other:
        assert not await answers(f"127.0.0.1:{other.getsockname()[1]}")
