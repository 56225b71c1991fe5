import os

import pytest

from streams.cli.output import NotRunningError
from streams.cli.walk import MAX_FILE, Found, Skipped, walk


@pytest.fixture
def folder(tmp_path):
    def put(name, content=b"Some text."):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    put("b.md")
    put("a/page.HTML", b"<p>Hi</p>")
    put("a/notes.rst")
    put(".git/config.txt")
    put("a/.hidden.md")
    return tmp_path


def ids(found):
    return [each.doc_id for each in found if isinstance(each, Found)]


def reasons(found):
    return {each.path.name: each.reason for each in found if isinstance(each, Skipped)}


def test_a_documents_id_is_its_path_below_the_folder(folder):
    found = list(walk([folder]))
    assert ids(found) == ["b.md", "a/page.HTML"]
    assert [each.content_type for each in found if isinstance(each, Found)] == ["text/markdown", "text/html"]


def test_hidden_files_and_folders_are_left_out_without_a_word(folder):
    assert set(reasons(walk([folder]))) == {"notes.rst"}


def test_what_is_not_supported_is_skipped_with_its_reason(folder):
    assert ".rst" in reasons(walk([folder]))["notes.rst"]


def test_a_glob_selects_by_name_and_takes_any_extension(folder):
    assert ids(walk([folder], "*.rst")) == ["a/notes.rst"]
    assert ids(walk([folder], "a/*")) == ["a/notes.rst", "a/page.HTML"]


def test_a_file_that_is_named_itself_is_taken_whatever_it_is_called(folder):
    (found,) = walk([folder / "a" / "notes.rst"], prefix="docs/")
    assert found == Found(folder / "a" / "notes.rst", "docs/notes.rst", "text/plain")


def test_an_emptied_file_is_sent_so_that_what_it_held_is_no_longer_found(folder):
    (folder / "x.txt").write_bytes(b"")
    assert ids(walk([folder / "x.txt"])) == ["x.txt"]


@pytest.mark.parametrize("content", [b"\x89PNG\0\0\0", b"text\0text"])
def test_binary_files_are_skipped(folder, content):
    (folder / "x.txt").write_bytes(content)
    assert reasons(walk([folder / "x.txt"]))["x.txt"]


def test_utf_16_with_a_byte_order_mark_is_text(folder):
    (folder / "x.txt").write_bytes("Grüße".encode("utf-16"))
    assert ids(walk([folder / "x.txt"])) == ["x.txt"]


def test_a_path_that_is_not_there_is_said(folder):
    with pytest.raises(NotRunningError, match="nowhere"):
        list(walk([folder / "nowhere"]))


@pytest.mark.timeout(10)
def test_a_pipe_is_skipped_and_nobody_waits_for_its_writer(folder):
    os.mkfifo(folder / "pipe.txt")
    assert reasons(walk([folder]))["pipe.txt"] == "is no regular file"
    assert reasons(walk([folder / "pipe.txt"]))["pipe.txt"] == "is no regular file"


def test_a_link_out_of_the_folder_is_skipped_and_one_within_is_taken(folder, tmp_path_factory):
    secret = tmp_path_factory.mktemp("elsewhere") / "secret.txt"
    secret.write_text("private")
    (folder / "out.txt").symlink_to(secret)
    (folder / "in.md").symlink_to("b.md")
    (folder / "gone.md").symlink_to("nowhere.md")
    found = list(walk([folder]))
    assert "leads out" in reasons(found)["out.txt"]
    assert "cannot be read" in reasons(found)["gone.md"]
    assert "in.md" in ids(found)
    assert ids(walk([folder / "out.txt"])) == ["out.txt"], "it was named itself"


def test_a_file_that_fits_in_no_record_is_skipped_before_it_is_read(folder):
    with (folder / "large.txt").open("wb") as file:
        file.truncate(MAX_FILE + 1)
    assert reasons(walk([folder]))["large.txt"] == "has 8,388,609 bytes; a document has at most 8,388,608"
