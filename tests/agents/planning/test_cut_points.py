import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from agents.planning.cut_points import EDGE, LINE, PARAGRAPH, SENTENCE, find_cut_points, hashes_at
from agents.planning.document import Block


def ranks(text, blocks=(), whole=()):
    points = find_cut_points(text, blocks, whole)
    return {text[at:][:3]: rank for at, rank in zip(points.offsets.tolist(), points.ranks.tolist(), strict=True)}


def test_paragraphs_go_before_lines_and_lines_before_sentences():
    assert ranks("One. Two.\nTri. For.\n\nFiv") == {"Two": SENTENCE, "Tri": LINE, "For": SENTENCE, "Fiv": PARAGRAPH}


def test_a_line_within_a_sentence_is_no_place_to_cut():
    assert ranks("One sentence on\ntwo lines.") == {}


def test_a_heading_ranks_by_its_level_and_what_follows_it_stays():
    text = "Aaa. Bbb.\n\n## Tit\n\nTxt. End."
    heading = Block("heading", text.index("##"), text.index("\n\nTxt"), 2, "Tit")
    found = ranks(text, [heading])
    assert (found["## "], found["Txt"], found["End"]) == (1, EDGE, SENTENCE)


def test_inside_a_block_that_should_stay_whole_only_its_edges_are_left():
    """FAILURES 49."""
    text = "Aaa.\n\nx = 1. Y.\n\nz = 2.\n\nEnd."
    code = Block("code", text.index("x"), text.index("\n\nEnd"), parts=(text.index("z"),))
    assert ranks(text, [code], [code])["x ="] == EDGE
    assert set(ranks(text, [code], [code])) == {"x =", "End"}
    assert ranks(text, [code])["z ="] == PARAGRAPH


def test_a_hash_depends_on_the_next_characters_only():
    text = "The rest of the text is the same from here on."
    at = np.array([0, 5])
    one = hashes_at(text, at)
    assert hashes_at("Before. " + text, at + 8).tolist() == one.tolist()
    assert hashes_at(text[:40] + "!", at).tolist() == one.tolist()
    assert hashes_at("X" + text[1:], at)[0] != one[0]


def test_hashes_are_the_same_on_every_machine_and_spread():
    assert (
        hashes_at("abc", np.array([0])).tolist()
        == hashes_at("abc", np.array([0])).tolist()
        == [2_575_972_242_066_750_689]
    )
    hashes = hashes_at("".join(map(chr, range(32, 4_000))), np.arange(3_000))
    assert len(set((hashes >> np.uint64(48)).tolist())) > 2_800


@given(st.text(alphabet=st.sampled_from("ab. \nA。!"), max_size=80))
def test_candidates_lie_within_the_text_and_never_at_its_ends(text):
    points = find_cut_points(text, (), ())
    assert points.offsets.tolist() == sorted(set(points.offsets.tolist()))
    assert all(0 < at < len(text) for at in points.offsets.tolist())
