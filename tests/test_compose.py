from pathlib import Path

import pytest
import yaml

from infra.local import kafka_server, weaviate_server

COMPOSE = yaml.safe_load((Path(__file__).parents[1] / "compose.yaml").read_text("utf-8"))
SERVICES = COMPOSE["services"]


def test_the_containers_are_of_the_versions_that_the_local_stack_runs():
    assert SERVICES["kafka"]["image"] == f"apache/kafka:{kafka_server.VERSION}"
    assert SERVICES["weaviate"]["image"] == f"semitechnologies/weaviate:{weaviate_server.VERSION.removeprefix('v')}"


@pytest.mark.parametrize("service", SERVICES)
def test_ports_are_published_on_loopback_only(service):
    assert all(port.startswith("127.0.0.1:") for port in SERVICES[service]["ports"])


@pytest.mark.parametrize("service", SERVICES)
def test_data_outlives_the_container(service):
    (mount,) = SERVICES[service]["volumes"]
    assert mount.split(":")[0] in COMPOSE["volumes"]


@pytest.mark.parametrize("service", SERVICES)
def test_every_environment_value_is_a_string_so_that_yaml_changes_none(service):
    assert all(isinstance(value, str) for value in SERVICES[service]["environment"].values())


def test_the_containers_broker_is_set_up_as_the_local_one():
    """The image takes `KAFKA_A_B_C` for `a.b.c`."""
    differ = {"log.dirs", "listeners", "advertised.listeners", "controller.quorum.voters"}
    differ |= {"offsets.topic.num.partitions", "transaction.state.log.num.partitions"}
    environment = SERVICES["kafka"]["environment"]
    for name, value in kafka_server._properties(9092, 9093).items():
        if name not in differ:
            assert environment[f"KAFKA_{name.upper().replace('.', '_')}"] == str(value), name
