import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.guardrails.normalise import closed_up, fold, folded, unleeted, unmasked
from agents.guardrails.view import View


@pytest.mark.parametrize(
    "disguised",
    [
        "ig\u200bnore",
        "ig\u00adnore",
        "ig\u202enore",
        "ig\u2060nore",
        "ign\ufe0fore",
        "ｉｇｎｏｒｅ",
        "𝐢𝐠𝐧𝐨𝐫𝐞",
        "ⓘⓖⓝⓞⓡⓔ",
        "i\u0337g\u0337n\u0337o\u0337r\u0337e\u0337",
        "IGNÖRE",
        "ignоre",
        "іgnоrе",
    ],
)
def test_invisible_and_look_alike_characters_do_not_hide_a_word(disguised: str) -> None:
    """FAILURES 53."""
    assert unmasked(folded(View(disguised))).text == "ignore"


@pytest.mark.parametrize("spelt", ["i g n o r e", "i.g.n.o.r.e", "i-g-n-o-r-e", "i_g_n_o_r_e", "i\ng\nn\no\nr\ne"])
def test_a_word_spelt_with_gaps_is_closed_up(spelt: str) -> None:
    """FAILURES 53."""
    assert closed_up(View(spelt)).text == "ignore"


def test_a_wide_gap_between_spelt_words_stays_a_gap() -> None:
    assert closed_up(View("i g n o r e  a l l")).text == "ignore all"


def test_digits_and_signs_count_as_letters_only_in_words_that_have_letters() -> None:
    assert unleeted(View("1gn0r3 @ll 4711 in 2024")).text == "ignore all 4711 in 2024"


@pytest.mark.parametrize(
    "genuine", ["Привет, как дела?", "Γειά σου Κόσμε", "مرحبا بالعالم", "你好呀", "👩\u200d🔬 🏳️\u200d🌈"]
)
def test_words_of_other_scripts_stay_what_they_are(genuine: str) -> None:
    """FAILURES 53 and 56."""
    seen = folded(View(genuine))

    assert unmasked(seen).text == seen.text


@given(st.text())
def test_folding_twice_changes_nothing_for_text_without_oddities(text: str) -> None:
    plain = "".join(character for character in text if unicodedata.category(character) in {"Ll", "Nd", "Zs"})
    plain = plain.encode("ascii", "ignore").decode()

    assert fold(fold(plain)) == fold(plain)


@given(st.text(max_size=60))
def test_every_folded_character_points_at_the_character_that_it_came_from(text: str) -> None:
    view = folded(View(text))

    starts = view.starts if view.starts is not None else np.arange(len(text))
    assert len(starts) == len(view.text)
    assert all(view.text[at] in fold(text[start]) for at, start in enumerate(starts.tolist()))
