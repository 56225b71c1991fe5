import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.planning.decode import decode

PARAGRAPH = "Käse, “quotes” – and a dash"


@pytest.mark.parametrize(
    "content",
    [
        PARAGRAPH.encode("utf-8"),
        codecs.BOM_UTF8 + PARAGRAPH.encode("utf-8"),
        codecs.BOM_UTF16_LE + PARAGRAPH.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + PARAGRAPH.encode("utf-16-be"),
        codecs.BOM_UTF32_LE + PARAGRAPH.encode("utf-32-le"),
        codecs.BOM_UTF32_BE + PARAGRAPH.encode("utf-32-be"),
    ],
)
def test_unicode_with_and_without_a_mark_reads_the_same(content):
    """FAILURES 50."""
    assert decode(content, None) == (PARAGRAPH, [])


def test_a_declared_charset_is_used_when_the_bytes_are_not_utf_8():
    """FAILURES 50."""
    assert decode("中文".encode("gbk"), "GBK") == ("中文", [])
    assert decode(PARAGRAPH.encode("cp1252"), "windows-1252") == (PARAGRAPH, [])


def test_utf_8_is_believed_over_another_declared_charset():
    assert decode("Käse".encode(), "iso-8859-1") == ("Käse", [])


def test_a_declared_utf_16_is_believed_though_its_bytes_may_pass_for_utf_8():
    assert decode("plain".encode("utf-16-le"), "utf-16-le") == ("plain", [])


def test_undeclared_bytes_are_read_as_windows_1252_with_a_warning():
    """FAILURES 50: nothing is dropped in silence."""
    text, warnings = decode(PARAGRAPH.encode("cp1252"), None)
    assert text == PARAGRAPH
    assert warnings == ["The bytes are not UTF-8; they were read as Windows-1252."]


def test_bytes_that_windows_1252_lacks_are_replaced_and_said():
    text, warnings = decode(b"a\x81\xff", None)
    assert text == "a\ufffd\xff"
    assert warnings[-1] == "Bytes that are not cp1252 were replaced by U+FFFD."


def test_a_mark_that_lies_is_repaired_and_said():
    text, warnings = decode(codecs.BOM_UTF8 + b"a\xff", None)
    assert (text, warnings) == ("a\ufffd", ["Bytes that are not utf-8 were replaced by U+FFFD."])


@pytest.mark.parametrize(
    "charset", ["klingon", "unicode_escape", "punycode", "rot13", "base64", "x" * 300, "", "a\x00b"]
)
def test_what_is_no_charset_is_not_used_and_said(charset):
    text, warnings = decode(b"a\\u0041", charset)
    assert text == "a\\u0041"
    assert warnings == [f"The declared charset {charset[:40]!r} is unknown and was not used."]


@given(st.binary(max_size=200), st.one_of(st.none(), st.sampled_from(["utf-8", "utf-16", "gbk", "cp1252", "nonsense"])))
def test_any_bytes_give_text(content, charset):
    text, warnings = decode(content, charset)
    assert isinstance(text, str)
    assert all(warning.endswith(".") for warning in warnings)
