import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.failures import ConfigurationError
from streams.yaml_reader import MAX_BYTES, read_yaml, read_yaml_file


def problem(text):
    with pytest.raises(ConfigurationError) as raised:
        read_yaml(text, "p.yaml")
    return str(raised.value)


def test_a_document_becomes_plain_values():
    assert read_yaml("name: p\nrules:\n  - rule: cards\n    threshold: 0.5\n", "p.yaml") == {
        "name": "p",
        "rules": [{"rule": "cards", "threshold": 0.5}],
    }


def test_a_key_that_stands_twice_is_refused_with_its_line():
    assert problem("a: 1\nb: 2\na: 3\n") == "p.yaml, line 3: the key 'a' stands twice"


def test_broken_yaml_is_refused_with_its_line():
    assert problem("a: 1\nb: [1, 2\n").startswith("p.yaml, line ")


@pytest.mark.parametrize("text", ["!!python/object/apply:os.system [ls]", "a: !thing x"])
def test_nothing_but_plain_values_is_made(text):
    assert "p.yaml, line 1" in problem(text)


@pytest.mark.parametrize("text", ["\x00", "a: 2024-02-31", "[" * 20_000, "? [a]\n: b", "{[1]: 2}"])
def test_what_yaml_stumbles_over_is_one_sentence_too(text):
    assert problem(text).startswith("p.yaml")


@given(st.text(max_size=40))
def test_no_text_raises_anything_else(text):
    with contextlib.suppress(ConfigurationError):
        read_yaml(text, "p.yaml")


def test_a_file_is_named_when_it_cannot_be_read(tmp_path):
    with pytest.raises(ConfigurationError, match="cannot be read: No such file"):
        read_yaml_file(tmp_path / "none.yaml")
    with pytest.raises(ConfigurationError, match="cannot be read: Is a directory"):
        read_yaml_file(tmp_path)
    (tmp_path / "latin.yaml").write_bytes(b"a: \xff")
    with pytest.raises(ConfigurationError, match="not UTF-8: byte 3"):
        read_yaml_file(tmp_path / "latin.yaml")
    (tmp_path / "large.yaml").write_bytes(b"#" * (MAX_BYTES + 1))
    with pytest.raises(ConfigurationError, match="more than 1 MiB"):
        read_yaml_file(tmp_path / "large.yaml")


def test_a_file_is_read_with_its_umlauts(tmp_path):
    (tmp_path / "p.yaml").write_text("a: Grüße\n", encoding="utf-8")
    assert read_yaml_file(tmp_path / "p.yaml") == {"a": "Grüße"}
