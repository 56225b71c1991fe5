import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from infra.settings import Settings, WeaviateSettings


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch):
    for name in list(os.environ):
        if name.startswith(("RAGSTREAM_", "XDG_")):
            monkeypatch.delenv(name)


def test_without_any_variable_everything_is_local_and_has_a_default():
    settings = Settings()
    assert settings.kafka.bootstrap is None
    assert settings.weaviate.url is None
    assert settings.telemetry.otlp_endpoint is None
    assert settings.namespace == ""


def test_a_nested_setting_is_reached_through_two_underscores(monkeypatch):
    monkeypatch.setenv("RAGSTREAM_KAFKA__BOOTSTRAP", "a:1,b:2")
    monkeypatch.setenv("RAGSTREAM_PLANNING__MAX_TOKENS", "220")
    settings = Settings()
    assert settings.kafka.bootstrap == "a:1,b:2"
    assert settings.planning.max_tokens == 220
    assert settings.planning.min_tokens == 100


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NAMESPACE", "a.b"),
        ("NAMESPACE", "x" * 33),
        ("KAFKA__REPLICATION_FACTOR", "0"),
        ("ANSWERING__ALPHA", "1.1"),
        ("EMBEDDER__PRECISION", "fp8"),
        ("TELEMETRY__LOG_LEVEL", "loud"),
        ("KAFKA__HEARTBEAT_S", "6"),
        ("KAFKA__BOOTSTRAP", "localhost"),
        ("KAFKA__BOOTSTRAP", "a:1,b"),
        ("WEAVIATE__URL", "foo"),
        ("WEAVIATE__URL", "ftp://a:1"),
        ("WEAVIATE__URL", "me:secret@host:8080"),
        ("WEAVIATE__URL", "http://host:me@secret:port"),
        ("PLANNING__MAX_TOKENS", "150"),
        ("EMBEDDER__MODEL", ""),
        ("RERANKER__MODEL", ""),
        ("GENERATOR__KIND", "openai"),
        ("GENERATOR__BASE_URL", "host:8000"),
        ("GENERATOR__BASE_URL", "http://me:secret@host/v1"),
        ("GENERATOR__BASE_URL", "http://host/v1?key=secret"),
        ("GENERATOR__API_KEY", "key\n"),
        ("GENERATOR__API_KEY", ""),
    ],
)
def test_a_value_that_makes_no_sense_is_refused(monkeypatch, name, value):
    monkeypatch.setenv(f"RAGSTREAM_{name}", value)
    with pytest.raises(ValidationError):
        Settings()


def test_a_key_is_not_shown_when_settings_are_printed(monkeypatch):
    """FAILURES 79."""
    monkeypatch.setenv("RAGSTREAM_WEAVIATE__API_KEY", "very-secret")
    monkeypatch.setenv("RAGSTREAM_GENERATOR__API_KEY", "very-secret")
    assert "very-secret" not in repr(Settings())


def test_home_is_where_it_was_when_the_process_started(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    home = Settings().home
    monkeypatch.chdir("/")
    assert home == tmp_path / ".ragstream"


def test_the_cache_is_the_users_unless_it_is_set(monkeypatch, tmp_path):
    assert Settings().cache_folder() == Path.home() / ".cache" / "ragstream"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert Settings().cache_folder() == tmp_path / "ragstream"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert Settings().cache_folder() == Path.home() / ".cache" / "ragstream"
    monkeypatch.setenv("RAGSTREAM_CACHE", str(tmp_path / "mine"))
    assert Settings().cache_folder() == tmp_path / "mine"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://me:secret@host:8080/path?key=secret", "http://host:8080"),
        ("https://host", "https://host"),
        ("http://[::1]:80", "http://[::1]:80"),
        (None, None),
    ],
)
def test_an_address_is_shown_without_what_else_its_url_holds(url, shown):
    assert WeaviateSettings(url=url).address == shown


def test_candidates_are_named_as_experiments_call_them(monkeypatch):
    monkeypatch.setenv("RAGSTREAM_EMBEDDER__PRECISION", "int8")
    monkeypatch.setenv("RAGSTREAM_EMBEDDER__CANDIDATES", "all-MiniLM-L6-v2:fp32, bge-small, /models/own/, ./e5:int8")
    main, *candidates = Settings().embedder.named()
    assert (main[0], main[1].model, main[1].precision) == ("all-MiniLM-L6-v2", "all-MiniLM-L6-v2", "int8")
    assert [(name, each.model, each.precision) for name, each in candidates] == [
        ("all-MiniLM-L6-v2:fp32", "all-MiniLM-L6-v2", "fp32"),
        ("bge-small", "bge-small", "auto"),
        ("own", "/models/own/", "auto"),
        ("e5:int8", "./e5", "int8"),
    ]
    assert Settings(embedder={"candidates": ""}).embedder.named()[1:] == []


@pytest.mark.parametrize(
    ("candidates", "said"),
    [
        ("all-MiniLM-L6-v2", "a name of its own, other than the main model's, not 'all-MiniLM-L6-v2'"),
        ("a,x/a", "not 'a'"),
        ("a,,b", "not ''"),
        ("a,b,c,d,e", "at most 4 candidates are taken, and these are 5"),
    ],
)
def test_candidates_that_could_not_be_told_apart_or_are_too_many_are_refused(monkeypatch, candidates, said):
    monkeypatch.setenv("RAGSTREAM_EMBEDDER__CANDIDATES", candidates)
    with pytest.raises(ValidationError, match=said):
        Settings()
