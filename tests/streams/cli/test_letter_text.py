import base64

from hypothesis import given
from hypothesis import strategies as st

from schemas.operations import DeadLettered, Header
from streams.cli.letter_text import letter_lines, preview


def letter(value, **fields):
    encoded = None if value is None else base64.b64encode(value)
    given = {
        "event_id": "id",
        "topic": "documents",
        "partition": 1,
        "offset": 2,
        "stage": "plan",
        "reason": "r",
        "error": "E",
    }
    return DeadLettered(value=encoded, **{**given, **fields})


def test_the_record_the_reason_and_the_text_are_shown():
    lines = list(letter_lines(letter(b'{"doc_id": 1}', reason="no valid document")))
    assert "record    documents/1@2" in lines
    assert "reason    no valid document" in lines
    assert lines[-1] == '{"doc_id": 1}'


def test_bytes_that_are_no_text_are_shown_in_hexadecimal():
    (line,) = preview(b"\xff\x00AB")
    assert line.split() == ["00000000", "ff", "00", "41", "42", "..AB"]
    assert len(list(preview(b"\xff" * 1_000))) == 17


def test_a_long_text_is_cut_and_says_by_how_much():
    assert list(preview(b"x" * 2_500))[-1] == "… and 500 characters more"


def test_a_null_value_is_said():
    assert list(letter_lines(letter(None)))[-1] == "value     null"


def test_a_letter_that_holds_a_part_says_where_the_rest_is():
    assert any("at documents/1@2" in line for line in letter_lines(letter(b"x", missing_bytes=5)))


@given(st.binary(max_size=200), st.binary(max_size=20), st.text(max_size=20))
def test_nothing_in_a_letter_can_steer_a_terminal(value, key, name):
    header = Header(key=name, value=base64.b64encode(key))
    made = letter(value, key=base64.b64encode(key), headers=(header,), reason=name)
    shown = "\n".join(letter_lines(made))
    assert all(each.isprintable() or each in "\n\t" or not each.isascii() for each in shown)
    assert "\x9b" not in shown
