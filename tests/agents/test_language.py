import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.language import LOOKED_AT, language_of
from schemas.chunks import UNDETERMINED


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The ferry leaves the old harbour at half past nine.", "en"),
        ("Die Fähre verlässt den alten Hafen um halb zehn.", "de"),
        ("Le ferry quitte le vieux port à neuf heures et demie.", "fr"),
        ("El ferry sale del puerto viejo a las nueve y media.", "es"),
        ("Паром отходит от старой гавани в половине десятого.", "ru"),
        ("渡轮九点半离开旧港口。", "zh"),
        ("フェリーは九時半に古い港を出ます。", "ja"),
        ("เรือข้ามฟากออกจากท่าเรือเก่าเวลาเก้าโมงครึ่ง", "th"),
        ("WANN FÄHRT DIE FÄHRE?", "de"),
        ("Wie\nsetze ich\r\ndas zurück?", "de"),
    ],
)
def test_a_sentence_tells_its_language(text, language):
    assert language_of(text) == language


@pytest.mark.parametrize("text", ["", " ", "?", "🛥", "ERR-4417", "pump", "\x00", "1 2 3", "def f(x): return x"])
def test_what_could_be_any_language_is_none(text):
    assert language_of(text) == UNDETERMINED


def test_only_the_beginning_counts():
    beginning = "Die Fähre verlässt den alten Hafen um halb zehn. " * 30
    assert len(beginning) > LOOKED_AT
    assert language_of(beginning + "The ferry leaves the old harbour. " * 500) == "de"


@given(st.text())
def test_no_text_is_too_odd_and_each_has_one_language(text):
    assert language_of(text) == language_of(text)
    assert language_of(text).isalpha()


def test_a_document_costs_less_than_a_millisecond():
    text = "Die Fähre verlässt den alten Hafen um halb zehn. " * 30
    language_of(text)
    began = time.process_time()
    for _ in range(200):
        language_of(text)
    assert (time.process_time() - began) / 200 < 1e-3


def test_a_command_that_detects_nothing_does_not_load_the_model():
    code = "import sys, agents.planning, agents.answering; sys.exit('fasttext' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
