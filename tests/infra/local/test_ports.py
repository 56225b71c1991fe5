import contextlib
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.local.ports import FIRST, LAST, Ports, free
from schemas.failures import ConfigurationError


@pytest.fixture
def ports(tmp_path):
    return Ports(tmp_path / "ports.json")


@contextlib.contextmanager
def taken(port, host="127.0.0.1", kind=socket.SOCK_STREAM):
    with socket.socket(socket.AF_INET, kind) as holder:
        holder.bind((host, port))
        if kind == socket.SOCK_STREAM:
            holder.listen()
        yield


def test_ports_are_remembered(ports, tmp_path):
    chosen = ports.reserve(["kafka", "weaviate"])
    assert Ports(tmp_path / "ports.json").reserve(["kafka", "weaviate"]) == chosen
    assert ports.remembered() == chosen
    assert ports.of("kafka") == chosen["kafka"]


def test_a_port_that_was_taken_meanwhile_is_replaced_and_only_that_one(ports):
    before = ports.reserve(["kafka", "weaviate"])
    with taken(before["kafka"]):
        after = ports.reserve(["kafka", "weaviate"])
    assert after["kafka"] != before["kafka"]
    assert after["weaviate"] == before["weaviate"]
    assert ports.remembered() == after


@pytest.mark.parametrize("host", ["127.0.0.1", ""])
@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_a_port_is_not_free_while_anybody_has_it(ports, host, kind):
    port = ports.reserve(["one"])["one"]
    with taken(port, host, kind):
        assert not free(port)
    assert free(port)


@given(names=st.lists(st.text(min_size=1, max_size=8), unique=True, max_size=12))
def test_no_two_listeners_get_the_same_port_and_none_is_in_the_range_of_outgoing_connections(tmp_path_factory, names):
    chosen = Ports(tmp_path_factory.mktemp("home") / "ports.json").reserve(names)
    assert len(set(chosen.values())) == len(names)
    assert all(FIRST <= port <= LAST for port in chosen.values())


def test_reserving_some_forgets_none_of_the_others(ports):
    first = ports.reserve(["kafka"])
    second = ports.reserve(["weaviate"])
    assert ports.remembered() == {**first, **second}


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"kafka": "x"}', "null"])
def test_a_file_that_makes_no_sense_is_as_good_as_none(ports, tmp_path, content):
    (tmp_path / "ports.json").write_text(content)
    assert ports.remembered() == {}
    assert ports.reserve(["kafka"]).keys() == {"kafka"}


def test_asking_for_a_port_that_nobody_reserved_says_what_to_do(ports):
    with pytest.raises(ConfigurationError, match="ragstream down"):
        ports.of("kafka")
