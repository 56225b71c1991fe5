import io
import sys

import pytest

from schemas.failures import ConfigurationError
from streams.cli.guardrails_texts import GivenText, read_texts, windows


def read(tmp_path, content):
    (tmp_path / "t.jsonl").write_bytes(content)
    return read_texts(tmp_path / "t.jsonl")


def test_each_line_is_a_text_with_its_number_and_its_id(tmp_path):
    assert read(tmp_path, b'{"text": "a", "id": 7}\n{"text": "b", "label": 1}\r\n') == [
        GivenText("a", 1, 7),
        GivenText("b", 2, None),
    ]


def test_the_last_line_needs_no_end_and_a_byte_order_mark_is_none_of_the_text(tmp_path):
    assert read(tmp_path, b'\xef\xbb\xbf{"text": "a"}') == [GivenText("a")]
    assert read(tmp_path, b"") == []


def test_an_answer_comes_with_its_sources_and_with_what_the_model_was_told(tmp_path):
    (given,) = read(tmp_path, b'{"text": "a", "sources": ["s"], "instructions": "i"}')
    subject = given.subject("answer", "acme")
    assert (subject.stage, subject.tenant, subject.text, subject.sources, subject.instructions) == (
        "answer",
        "acme",
        "a",
        ("s",),
        "i",
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"x", "it is not JSON in UTF-8; one object a line is wanted"),
        (b"\xff", "it is not JSON in UTF-8; one object a line is wanted"),
        (b"[" * 100_000, "it is not JSON in UTF-8; one object a line is wanted"),
        (b"", "it is not JSON in UTF-8; one object a line is wanted"),
        (b"[]", "an object with a string `text` is wanted"),
        (b'{"txt": "a"}', "an object with a string `text` is wanted"),
        (b'{"text": 1}', "an object with a string `text` is wanted"),
        (b'{"text": "a", "sources": "s"}', "`sources` is not a list of strings"),
        (b'{"text": "a", "instructions": 1}', "`instructions` is not a string"),
    ],
)
def test_a_line_without_a_text_is_named_and_none_is_skipped(tmp_path, line, said):
    with pytest.raises(ConfigurationError) as raised:
        read(tmp_path, b'{"text": "a"}\n' + line + b"\n")
    assert str(raised.value) == f"{tmp_path / 't.jsonl'}, line 2: {said}"


def test_a_dash_is_standard_input(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'{"text": "a"}\n?')))
    with pytest.raises(ConfigurationError, match="standard input, line 2: "):
        read_texts(type(tmp_path)("-"))


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ConfigurationError, match="cannot be read: No such file"):
        read_texts(tmp_path / "none")


def test_windows_hold_all_texts_in_order():
    assert list(windows([1, 2, 3], 2)) == [[1, 2], [3]]
