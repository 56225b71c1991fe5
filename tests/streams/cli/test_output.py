import contextlib
import io
import json
import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from schemas.failures import ConfigurationError, PermanentError, TransientError
from streams.cli.output import Exit, NotRunningError, fail, plain, show_facts, showing_progress, write_json
from streams.client_values import NotInTimeError


@given(st.text())
def test_no_control_or_format_character_reaches_a_terminal(text):
    shown = plain(text, keep="")
    assert not {unicodedata.category(each) for each in shown} & {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def test_escape_sequences_are_shown_as_what_they_are():
    assert plain("\x1b[2Jgone \u202e") == "\\x1b[2Jgone \\u202e"


def test_what_people_write_stays():
    assert (
        plain("Grüße, 你好, e\u0301, नमस्ते\n\tdone \N{NO-BREAK SPACE}")
        == "Grüße, 你好, e\u0301, नमस्ते\n\tdone \N{NO-BREAK SPACE}"
    )


def test_an_error_is_one_sentence_on_stderr(capsys):
    assert fail(ConfigurationError("set this"), machine=False) is Exit.FAILED
    assert capsys.readouterr() == ("", "ragstream: set this\n")


def test_for_a_machine_an_error_is_one_object_on_stdout(capsys):
    fail(PermanentError('a "quoted" thing'), machine=True)
    said = capsys.readouterr()
    assert json.loads(said.out) == {"error": 'a "quoted" thing'}
    assert said.err == ""


def test_what_does_not_run_has_a_code_of_its_own(capsys):
    assert fail(NotRunningError("no Kafka"), machine=False) is Exit.NOT_RUNNING
    assert fail(TransientError("no broker answers"), machine=False) is Exit.NOT_RUNNING
    assert fail(NotInTimeError("late"), machine=False) is Exit.FAILED
    assert capsys.readouterr().out == ""


def test_progress_goes_to_stderr_each_sentence_once(capsys):
    with showing_progress() as progress:
        for sentence in ("Starting Kafka", "Starting Kafka … 2 s", "Starting Kafka … 4 s", "Starting Weaviate"):
            progress(sentence)
    assert capsys.readouterr() == ("", "Starting Kafka\nStarting Weaviate\n")


def test_a_machine_is_not_told_of_progress(capsys):
    with showing_progress(machine=True) as progress:
        progress("Starting Kafka")
    assert capsys.readouterr() == ("", "")


@given(st.text())
@example("\x7f\x9b\u202e\ud800")
def test_json_holds_any_text_and_nothing_that_steers_a_terminal(text):
    with contextlib.redirect_stdout(io.StringIO()) as said:
        write_json({"text": text})
    assert said.getvalue().rstrip("\n").isprintable()
    assert said.getvalue().isascii()
    assert json.loads(said.getvalue()) == {"text": text}


def test_a_person_reads_yes_no_and_nothing_and_a_machine_the_values(capsys):
    facts = {"running": True, "ready": False, "pid": None, "rules": 2}
    show_facts(facts, as_json=False)
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines == [["running", "yes"], ["ready", "no"], ["pid"], ["rules", "2"]]
    show_facts(facts, as_json=True)
    assert json.loads(capsys.readouterr().out) == facts
