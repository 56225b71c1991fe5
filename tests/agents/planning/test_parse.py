import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.planning.clean import clean
from agents.planning.document import MAX_TITLE
from agents.planning.parse import SUPPORTED, UnsupportedContentTypeError, parse
from schemas.failures import PermanentError
from tests.agents.planning.playbook import upserted


def from_bytes(content, content_type="text/plain"):
    document = upserted("")
    return parse(document.model_copy(update={"text": None, "content": content, "content_type": content_type}))


def test_plain_text_is_its_own_text_without_structure():
    parsed = parse(upserted("# no heading\n\nText."))
    assert (parsed.text, parsed.blocks, parsed.title) == ("# no heading\n\nText.", (), None)


@pytest.mark.parametrize(
    "kind", ["text/markdown", "text/x-markdown", "TEXT/Markdown; charset=utf-8", " text/markdown "]
)
def test_markdown_has_headings_whatever_the_spelling_of_its_type(kind):
    parsed = parse(upserted("# Rain\n\nText.", content_type=kind))
    assert (parsed.title, parsed.blocks[0].kind) == ("Rain", "heading")


@pytest.mark.parametrize("kind", ["text/html", "application/xhtml+xml"])
def test_html_is_read_as_a_reader_sees_it(kind):
    assert parse(upserted("<p>One</p><p>Two</p>", content_type=kind)).text == "One\n\nTwo"


def test_an_empty_type_is_plain_text():
    assert parse(upserted("Text.", content_type="")).text == "Text."


def test_a_title_that_a_document_gives_itself_is_cut_to_what_a_chunk_can_carry():
    parsed = parse(upserted(f"<title>{'word ' * 2_000}</title><p>Text.", content_type="text/html"))
    assert parsed.title == ("word " * 2_000)[:MAX_TITLE].rstrip()


def test_other_types_are_refused_with_those_that_are_not():
    with pytest.raises(
        UnsupportedContentTypeError, match=r"'application/pdf' is not supported; send one of text/plain"
    ):
        parse(upserted("Text.", content_type="application/pdf"))
    assert issubclass(UnsupportedContentTypeError, PermanentError)


@pytest.mark.parametrize("head", [b"%PDF-1.7", b"PK\x03\x04", b"\x1f\x8b\x08", b"\x89PNG\r\n", b"{\\rtf1"])
@pytest.mark.parametrize("kind", SUPPORTED)
def test_binary_content_is_refused_whatever_it_is_declared_as(head, kind):
    with pytest.raises(UnsupportedContentTypeError, match=f"binary, not {kind}"):
        from_bytes(head + b" and more", kind)


def test_a_charset_is_taken_from_the_type_and_else_from_the_html():
    """FAILURES 50."""
    assert from_bytes("Ж".encode("koi8-r"), "text/plain; charset=KOI8-R").text == "Ж"
    html = '<meta charset="koi8-r"><p>Ж'
    assert from_bytes(html.encode("koi8-r"), "text/html").text == "Ж"
    assert from_bytes(b'charset="koi8-r" \xf6').text.endswith("ö")


def test_the_same_paragraph_is_the_same_text_in_every_encoding():
    """FAILURES 50."""
    text = "Käse, “quotes” – and\r\na dash"
    encodings = ["utf-8", "utf-8-sig", "utf-16", "cp1252"]
    assert {from_bytes(text.encode(name)).text for name in encodings} == {text.replace("\r\n", "\n")}


def test_warnings_of_every_stage_are_told_in_order():
    parsed = from_bytes(b"<p>\xe4\x00</p><p hidden>x</p>", "text/html; charset=klingon")
    assert [warning.split()[1] for warning in parsed.warnings] == ["declared", "bytes", "characters", "elements"]


@pytest.mark.parametrize("kind", SUPPORTED)
@given(text=st.text(alphabet=st.characters(codec=None), max_size=120))
def test_any_text_parses_and_comes_out_clean_with_its_blocks_in_order(kind, text):
    """FAILURES 43, 45, 46."""
    parsed = parse(upserted(text, content_type=kind))
    assert clean(parsed.text) == (parsed.text, [])
    starts = [block.start for block in parsed.blocks]
    assert starts == sorted(starts)
    assert all(0 <= block.start <= block.end <= len(parsed.text) for block in parsed.blocks)
    assert all(block.start <= part <= block.end for block in parsed.blocks for part in block.parts)


@pytest.mark.parametrize("kind", SUPPORTED)
@given(content=st.binary(max_size=120))
def test_any_bytes_give_text_or_are_refused(kind, content):
    with contextlib.suppress(UnsupportedContentTypeError):
        assert isinstance(from_bytes(content, kind).text, str)
