import io
import json

import pytest

from schemas.documents import DocumentDeleted
from streams.cli.documents import Common, from_files, from_json, from_lines
from streams.cli.lines import lines_of
from streams.cli.walk import Found, Skipped

COMMON = Common("acme", ("staff",), {"team": "blue", "year": "2026"})


def unheard(_name, _reason):
    """Nobody listens."""


@pytest.mark.parametrize("content", ["# Grüße".encode(), b"\xef\xbb\xbf# Gr\xc3\xbc\xc3\x9fe"])
async def test_a_file_in_utf_8_is_sent_as_its_text(tmp_path, content):
    path = tmp_path / "a.md"
    path.write_bytes(content)
    (event,) = [each async for each in from_files([Found(path, "a.md", "text/markdown")], COMMON, unheard, unheard)]
    assert (event.text, event.content) == ("# Grüße", None)


async def test_a_file_in_another_encoding_is_sent_as_its_bytes(tmp_path):
    path = tmp_path / "a b.md"
    path.write_bytes(b"# Gr\xfc\xdfe")
    (event,) = [each async for each in from_files([Found(path, "x/a b.md", "text/markdown")], COMMON, unheard, unheard)]
    assert (event.doc_id, event.content, event.content_type) == ("x/a b.md", b"# Gr\xfc\xdfe", "text/markdown")
    assert event.uri == path.as_uri()
    assert (event.tenant, event.readers, event.metadata) == ("acme", ("staff",), {"team": "blue", "year": "2026"})
    assert event.title is None
    assert event.source_version is None


async def test_skipped_and_unreadable_files_are_told_and_the_rest_goes_on(tmp_path):
    good = tmp_path / "good.txt"
    good.write_text("text")
    told = []
    files = [
        Skipped(tmp_path / "a.png", "binary"),
        Found(tmp_path / "gone.txt", "gone.txt", "text/plain"),
        Found(good, "x" * 600, "text/plain"),
        Found(good, "good.txt", "text/plain"),
    ]
    events = [each async for each in from_files(files, COMMON, lambda *each: told.append(each), unheard)]
    assert [event.doc_id for event in events] == ["good.txt"]
    assert len(told) == 3
    assert "doc_id" in told[2][1]


def test_json_says_otherwise_than_the_common_fields():
    event = from_json(json.dumps({"doc_id": "a", "text": "t", "tenant": "other", "metadata": {"team": "red"}}), COMMON)
    assert event.tenant == "other"
    assert event.metadata == {"team": "red", "year": "2026"}
    assert event.readers == ("staff",)


def test_a_line_can_delete():
    event = from_json('{"type": "DocumentDeleted", "doc_id": "a"}', COMMON)
    assert event == DocumentDeleted(doc_id="a", tenant="acme")


async def test_bad_lines_are_told_by_number_and_the_rest_goes_on():
    told = []
    given = b'{"doc_id": "a", "text": "t"}\n\n{"doc_id": "b"}\n[1]\n{oops\n\xff\n{"doc_id": "c", "text": "t"}'
    lines = lines_of(io.BytesIO(given))
    events = [each async for each in from_lines(lines, COMMON, lambda name, reason: told.append(name))]
    assert [event.doc_id for event in events] == ["a", "c"]
    assert told == ["line 3", "line 4", "line 5", "line 6"]


def test_what_is_wrong_is_said_without_the_value():
    with pytest.raises(ValueError, match="text") as caught:
        from_json('{"doc_id": "a", "text": 7}', COMMON)
    assert "doc_id" not in str(caught.value)


async def test_two_files_with_one_id_are_a_failure_that_names_both(tmp_path):
    files = []
    for name in ("a", "b"):
        path = tmp_path / name / "r.md"
        path.parent.mkdir()
        path.write_text(name)
        files.append(Found(path, "r.md", "text/markdown"))
    skipped, failed = [], []
    again = Found(tmp_path / "b" / ".." / "a" / "r.md", "r.md", "text/markdown")
    told = lambda *each: skipped.append(each), lambda *each: failed.append(each)
    events = [each async for each in from_files([*files, again], COMMON, *told)]
    assert [event.text for event in events] == ["a"]
    ((name, reason),) = failed
    assert name == str(files[1].path)
    assert str(files[0].path) in reason
    assert "--prefix" in reason
    assert skipped == [(str(again.path), "was named twice")]
